package apitest

import (
	"fmt"
	"slices"
	"testing"

	"example.com/apigw/internal/function"
)

// logged keeps what a test logs.
type logged struct {
	testing.TB
	lines []string
}

func (l *logged) Log(args ...any) { l.lines = append(l.lines, fmt.Sprint(args...)) }

func TestMetricsAreNotInTheLog(t *testing.T) {
	var got logged
	log := logTo(&got)
	log(function.LogLine{Function: "greet", Text: `{"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"Functions"}]},"Duration":1}`})
	log(function.LogLine{Function: "greet", Text: "out of order"})
	if want := []string{"greet: out of order"}; !slices.Equal(got.lines, want) {
		t.Errorf("the log is %q, want %q", got.lines, want)
	}
}
