package main

import (
	"errors"
	"log/slog"
	"strings"
	"testing"

	"example.com/hello-apigw/functions/logging"
	"example.com/hello-apigw/test/contract"
)

// The events are those that the request templates make. Tests of the templates
// check that with the same table.
func TestEventsOfTheContract(t *testing.T) {
	for _, test := range contract.CasesOf(t, "") {
		if test.Event == nil {
			continue // the gateway responds by itself
		}
		t.Run(test.Rule, func(t *testing.T) {
			slog.SetDefault(logging.New(t.Output()))
			if test.FunctionFails {
				greetWith(t, outOfOrder)
			}
			result, err := handler().Invoke(t.Context(), test.Event)
			if test.Error != "" {
				if err == nil || err.Error() != test.Error {
					t.Fatalf("error %v, want %q", err, test.Error)
				}
				return
			}
			if err != nil {
				t.Fatalf("error %v, want the result %s", err, test.Response.Body)
			}
			if string(result) != test.Response.Body {
				t.Errorf("result %s, want %s", result, test.Response.Body)
			}
		})
	}
}

func TestEventsThatNoTemplateMakes(t *testing.T) {
	tests := []struct{ rule, event, want string }{
		{"a proxy event is refused", `{"resource":"/hello","path":"/hello","httpMethod":"GET","headers":null,"body":null}`, `unknown field "resource"`},
		{"a name that is not a string is refused", `{"name":5}`, "cannot unmarshal number"},
		{"text that is not JSON is refused", `hello`, "invalid character"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			_, err := handler().Invoke(t.Context(), []byte(test.event))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
}

// The response to an error without a text is a 200.
func TestErrorsAlwaysHaveAText(t *testing.T) {
	slog.SetDefault(logging.New(t.Output()))
	greetWith(t, func(string) (string, error) { return "", errors.New("") })
	_, err := handler().Invoke(t.Context(), []byte(`{}`))
	if err == nil || err.Error() != "InternalError: " {
		t.Errorf("error %v, want %q", err, "InternalError: ")
	}
}

func outOfOrder(string) (string, error) { return "", errors.New("the greeter is out of order") }

// greetWith puts f in the place of greet until the test ends.
func greetWith(t *testing.T, f func(name string) (string, error)) {
	original := greet
	t.Cleanup(func() { greet = original })
	greet = f
}
