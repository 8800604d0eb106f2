package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"example.com/hello-apigw/functions/greeting"
	"example.com/hello-apigw/functions/logging"
	"example.com/hello-apigw/test/contract"
)

// The events are those that the request templates make; tests of the templates
// check that, with the same table.
func TestEventsOfTheContract(t *testing.T) {
	for _, test := range contract.Cases(t) {
		if test.Event == nil {
			continue // the gateway answers by itself
		}
		t.Run(test.Rule, func(t *testing.T) {
			slog.SetDefault(logging.New(t.Output()))
			greet := greeting.Hello
			if test.FunctionFails {
				greet = outOfOrder
			}
			result, err := newHandler(greet).Invoke(t.Context(), test.Event)
			if test.Error != "" {
				if err == nil || err.Error() != test.Error {
					t.Fatalf("error %v, want %s", err, test.Error)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if string(result) != test.Answer.Body {
				t.Errorf("result %s, want %s", result, test.Answer.Body)
			}
		})
	}
}

func TestEventsThatNoTemplateMakes(t *testing.T) {
	tests := []struct{ rule, event, want string }{
		{"a proxy event is refused", string(contract.ProxyEvent(t, contract.Request{Method: "GET", Target: "/hello"})), `unknown field "resource"`},
		{"a name that is no string is refused", `{"name":5}`, "cannot unmarshal number"},
		{"text that is not JSON is refused", `hello`, "invalid character"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			_, err := newHandler(greeting.Hello).Invoke(t.Context(), []byte(test.event))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %s", err, test.want)
			}
		})
	}
}

// An error without a text would be answered with 200.
func TestErrorsAlwaysHaveAText(t *testing.T) {
	silent := func(string) (greeting.Greeting, error) { return greeting.Greeting{}, errors.New("") }
	slog.SetDefault(logging.New(t.Output()))
	_, err := newHandler(silent).Invoke(t.Context(), json.RawMessage(`{}`))
	if err == nil || err.Error() != "InternalError: " {
		t.Errorf("error %v, want InternalError: ", err)
	}
}

func outOfOrder(string) (greeting.Greeting, error) {
	return greeting.Greeting{}, errors.New("the greeter is out of order")
}
