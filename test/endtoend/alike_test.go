package endtoend

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/apigw/apitest"
	"example.com/hello-apigw/test/contract"
)

// compared are the headers in which the APIs must agree.
var compared = []string{
	"Content-Type", "Vary",
	"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Allow-Methods",
	"Access-Control-Allow-Headers", "Access-Control-Max-Age", "Access-Control-Expose-Headers",
}

// The two APIs respond alike to each request of the contract, byte for byte.
func TestBothAPIsRespondAlike(t *testing.T) {
	app := apitest.New(t, snapshot, real()...)
	for _, c := range contract.Cases(t) {
		if c.Door != "" {
			continue // one of the two has it
		}
		t.Run(c.Rule, func(t *testing.T) {
			responses := map[string]string{}
			for api := range restAPIs(t) {
				responses[text(send(t, app, api, c))] = api
			}
			if len(responses) != 1 {
				t.Errorf("the APIs differ: got the responses %q, want one", responses)
			}
		})
	}
}

// text returns what is compared of a response.
func text(r response) string {
	lines := []string{fmt.Sprint(r.status)}
	for _, name := range compared {
		lines = append(lines, name+": "+strings.Join(r.header.Values(name), " | "))
	}
	return strings.Join(slices.Concat(lines, []string{"", r.body}), "\n")
}

// outOfOrder takes the place of either function, and fails as it does.
var outOfOrder either

type either struct{}

func (either) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	if bytes.Contains(event, []byte(`"requestContext"`)) { // with proxy integration
		return failingProxy.Invoke(ctx, event)
	}
	return failingMapped.Invoke(ctx, event)
}
