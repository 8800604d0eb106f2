package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"example.com/apigw/proxyresponse"
	"example.com/hello-apigw/functions/greeting"
	"example.com/hello-apigw/functions/logging"
	"example.com/hello-apigw/test/contract"
)

var anyOrigin = proxyresponse.CORS{AllowedOrigins: []string{"*"}}

func TestRequestsOfTheContract(t *testing.T) {
	for _, test := range contract.Cases(t) {
		if test.Gateway {
			continue // the gateway answers by itself
		}
		t.Run(test.Rule, func(t *testing.T) {
			slog.SetDefault(logging.New(t.Output()))
			greet := greeting.Hello
			if test.FunctionFails {
				greet = outOfOrder
			}
			answer := call(t, greet, anyOrigin, contract.ProxyEvent(t, test.Request))
			if answer.Status != test.Answer.Status {
				t.Errorf("status %d, want %d", answer.Status, test.Answer.Status)
			}
			if string(answer.Body) != test.Answer.Body {
				t.Errorf("body %s, want %s", answer.Body, test.Answer.Body)
			}
			if got := answer.Header.Get("Content-Type"); got != "application/json" {
				t.Errorf("Content-Type %s, want application/json", got)
			}
			if got := answer.Header.Get("Access-Control-Allow-Origin"); got != "*" {
				t.Errorf("Access-Control-Allow-Origin %q, want *", got)
			}
		})
	}
}

func TestHeaderNamesInAnyCase(t *testing.T) {
	for _, name := range []string{"content-type", "CONTENT-TYPE", "Content-type"} {
		request := contract.Request{Method: "POST", Target: "/hello", Body: "x", Headers: map[string]string{name: "text/plain"}}
		if answer := call(t, greeting.Hello, anyOrigin, contract.ProxyEvent(t, request)); answer.Status != 415 {
			t.Errorf("%s: status %d, want 415", name, answer.Status)
		}
	}
}

func TestAPathThatIsNotPercentEncodedIsABadRequest(t *testing.T) {
	slog.SetDefault(logging.New(t.Output()))
	answer := call(t, greeting.Hello, anyOrigin, contract.ProxyEvent(t, contract.Request{Method: "GET", Target: "/hello/100%"}))
	if answer.Status != 400 || string(answer.Body) != `{"message":"The path must be percent-encoded."}` {
		t.Errorf("status %d, body %s", answer.Status, answer.Body)
	}
}

func TestABase64BodyIsDecoded(t *testing.T) {
	slog.SetDefault(logging.New(t.Output()))
	tests := []struct {
		rule, body string
		status     int
	}{
		{"the name is inside", "eyJuYW1lIjoiQWRhIn0=", 200},
		{"text that is not base64 is a bad request", "{}", 400},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			event := contract.ProxyEvent(t, contract.Request{Method: "POST", Target: "/hello", Body: test.body})
			event = bytes.Replace(event, []byte(`"isBase64Encoded":false`), []byte(`"isBase64Encoded":true`), 1)
			if answer := call(t, greeting.Hello, anyOrigin, event); answer.Status != test.status {
				t.Errorf("status %d, want %d", answer.Status, test.status)
			}
		})
	}
}

func TestEventsOfAnotherIntegrationAreRefused(t *testing.T) {
	tests := map[string]string{
		"the event of the other door": `{"name":"Ada"}`,
		"null":                        `null`,
		"text that is not JSON":       `hello`,
	}
	for rule, event := range tests {
		t.Run(rule, func(t *testing.T) {
			slog.SetDefault(logging.New(t.Output()))
			if answer := call(t, greeting.Hello, anyOrigin, []byte(event)); answer.Status != 500 {
				t.Errorf("status %d, want 500", answer.Status)
			}
		})
	}
}

func TestCORSHeadersOfSeveralOrigins(t *testing.T) {
	cors := proxyresponse.CORS{AllowedOrigins: []string{"https://a.example", "https://b.example"}, AllowCredentials: true}
	tests := []struct {
		rule, header, origin, want string
	}{
		{"an allowed origin is sent back", "Origin", "https://b.example", "https://b.example"},
		{"HTTP/2 clients write the header in lower case", "origin", "https://a.example", "https://a.example"},
		{"another origin is not", "Origin", "https://c.example", ""},
		{"nor is one that only starts alike", "Origin", "https://a.example.evil.example", ""},
		{"no origin, no header", "X-Other", "https://a.example", ""},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			slog.SetDefault(logging.New(t.Output()))
			for _, target := range []string{"/hello", "/hello?name="} { // an answer and an error
				event := contract.ProxyEvent(t, contract.Request{Method: "GET", Target: target, Headers: map[string]string{test.header: test.origin}})
				answer := call(t, greeting.Hello, cors, event)
				got := map[string]string{}
				for _, name := range []string{"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Vary"} {
					got[name] = answer.Header.Get(name)
				}
				want := map[string]string{"Access-Control-Allow-Origin": test.want, "Access-Control-Allow-Credentials": "true", "Vary": "Origin"}
				if !maps.Equal(got, want) {
					t.Errorf("%s: headers %v, want %v", target, got, want)
				}
			}
		})
	}
}

func TestTheCauseOfAFailureIsInTheLogOnly(t *testing.T) {
	var log strings.Builder
	slog.SetDefault(logging.New(&log))
	event := contract.ProxyEvent(t, contract.Request{Method: "GET", Target: "/hello"})
	answer := call(t, outOfOrder, anyOrigin, event)
	if strings.Contains(string(answer.Body), "out of order") {
		t.Errorf("the body %s shows the cause", answer.Body)
	}
	if !strings.Contains(log.String(), "the greeter is out of order") || !strings.Contains(log.String(), "8f507cfc-xmpl") {
		t.Errorf("the log has no cause, or no request id: %s", log.String())
	}
}

// call calls the function as Lambda does, and reads its result as API Gateway
// does.
func call(t *testing.T, greet func(string) (greeting.Greeting, error), cors proxyresponse.CORS, event []byte) proxyresponse.Verdict {
	t.Helper()
	ctx := lambdacontext.NewContext(context.Background(), &lambdacontext.LambdaContext{AwsRequestID: "8f507cfc-xmpl"})
	result, err := newHandler(greet, cors).Invoke(ctx, json.RawMessage(event))
	if err != nil {
		t.Fatalf("the function returned an error, so that the client sees a 502: %v", err)
	}
	verdict := proxyresponse.Check(result)
	for _, violation := range verdict.Violations {
		t.Errorf("malformed proxy response: %v", violation)
	}
	return verdict
}

func outOfOrder(string) (greeting.Greeting, error) {
	return greeting.Greeting{}, errors.New("the greeter is out of order")
}
