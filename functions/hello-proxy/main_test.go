package main

import (
	"bytes"
	"errors"
	"log/slog"
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"example.com/apigw/proxyresponse"
	"example.com/hello-apigw/functions/logging"
	"example.com/hello-apigw/test/contract"
)

func TestRequestsOfTheContract(t *testing.T) {
	for _, test := range contract.CasesOf(t, "") {
		if test.Gateway {
			continue // the gateway responds by itself
		}
		t.Run(test.Rule, func(t *testing.T) {
			slog.SetDefault(logging.New(t.Output()))
			t.Setenv("ALLOWED_ORIGINS", "*")
			if test.FunctionFails {
				greetWith(t, outOfOrder)
			}
			response := call(t, contract.ProxyEvent(t, test.Request))
			if response.Status != test.Response.Status {
				t.Errorf("status %d, want %d", response.Status, test.Response.Status)
			}
			if string(response.Body) != test.Response.Body {
				t.Errorf("body %s, want %s", response.Body, test.Response.Body)
			}
			if got := response.Header.Get("Content-Type"); got != "application/json" {
				t.Errorf("Content-Type %s, want application/json", got)
			}
			if got := response.Header.Get("Access-Control-Allow-Origin"); got != "*" {
				t.Errorf("Access-Control-Allow-Origin %q, want *", got)
			}
		})
	}
}

func TestHeaderNamesInAnyCase(t *testing.T) {
	for _, name := range []string{"content-type", "CONTENT-TYPE", "Content-type"} {
		request := contract.Request{Method: "POST", Target: "/hello", Body: "x", Headers: map[string]string{name: "text/plain"}}
		if response := call(t, contract.ProxyEvent(t, request)); response.Status != 415 {
			t.Errorf("%s: status %d, want 415", name, response.Status)
		}
	}
}

func TestAPathThatIsNotPercentEncodedIsABadRequest(t *testing.T) {
	slog.SetDefault(logging.New(t.Output()))
	const want = `{"message":"The path must be percent-encoded."}`
	response := call(t, contract.ProxyEvent(t, contract.Request{Method: "GET", Target: "/hello/100%"}))
	if response.Status != 400 || string(response.Body) != want {
		t.Errorf("status %d, body %s, want 400 with %s", response.Status, response.Body, want)
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
			if response := call(t, event); response.Status != test.status {
				t.Errorf("status %d, want %d", response.Status, test.status)
			}
		})
	}
}

func TestEventsOfAnotherIntegrationAreRefused(t *testing.T) {
	tests := map[string]string{
		"the event of an integration without proxy": `{"name":"Ada"}`,
		"null":                  `null`,
		"text that is not JSON": `hello`,
	}
	for rule, event := range tests {
		t.Run(rule, func(t *testing.T) {
			slog.SetDefault(logging.New(t.Output()))
			if response := call(t, []byte(event)); response.Status != 500 {
				t.Errorf("status %d, want 500", response.Status)
			}
		})
	}
}

func TestCORSHeadersOfSeveralOrigins(t *testing.T) {
	t.Setenv("ALLOWED_ORIGINS", "https://a.example,https://b.example")
	t.Setenv("ALLOW_CREDENTIALS", "true")
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
			for _, target := range []string{"/hello", "/hello?name="} { // a result and an error
				event := contract.ProxyEvent(t, contract.Request{Method: "GET", Target: target, Headers: map[string]string{test.header: test.origin}})
				response := call(t, event)
				got := map[string]string{}
				for _, name := range []string{"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Vary"} {
					got[name] = response.Header.Get(name)
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
	greetWith(t, outOfOrder)
	response := call(t, event)
	if strings.Contains(string(response.Body), "out of order") {
		t.Errorf("body %s, want one without the cause", response.Body)
	}
	if !strings.Contains(log.String(), "the greeter is out of order") || !strings.Contains(log.String(), "8f507cfc-xmpl") {
		t.Errorf("log %s, want the cause and the request id", log.String())
	}
}

// call calls the function as Lambda does, and reads its result as API Gateway
// does.
func call(t *testing.T, event []byte) proxyresponse.Verdict {
	t.Helper()
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "8f507cfc-xmpl"})
	result, err := handler().Invoke(ctx, event)
	if err != nil {
		t.Fatalf("error %v, which is a 502 for the client, want a proxy response", err)
	}
	verdict := proxyresponse.Check(result)
	for _, violation := range verdict.Violations {
		t.Errorf("malformed proxy response: %v", violation)
	}
	return verdict
}

func outOfOrder(string) (string, error) { return "", errors.New("the greeter is out of order") }

// greetWith puts f in the place of greet until the test ends.
func greetWith(t *testing.T, f func(name string) (string, error)) {
	original := greet
	t.Cleanup(func() { greet = original })
	greet = f
}
