package diagnose

import (
	"fmt"
	"testing"

	"example.com/apigw/internal/gateway/record"
)

func TestNamesOfTemplatesAreLookedForOnce(t *testing.T) {
	var c nameChecks
	wrong := record.Template{Name: "t", Text: "$contxt.stage"}
	first, second := c.of(wrong), c.of(wrong)
	if len(first.found) != 1 || first.err != nil || &first.found[0] != &second.found[0] {
		t.Errorf("got %+v and %+v, want the same finding", first, second)
	}
	if got := c.of(record.Template{Name: "t", Text: "#if("}); got.err == nil || len(got.found) != 0 {
		t.Errorf("got %+v, want the error of a template that does not parse", got)
	}
	for n := range 3 * maxNameChecks {
		c.of(record.Template{Name: "t", Text: fmt.Sprint(n)})
	}
	if len(c.done) > maxNameChecks {
		t.Errorf("got %d checks kept, want at most %d", len(c.done), maxNameChecks)
	}
	if again := c.of(wrong); len(again.found) != 1 {
		t.Errorf("got %+v, want the finding again", again)
	}
}
