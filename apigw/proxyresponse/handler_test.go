package proxyresponse

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// invoke calls h as Lambda does, and reads the result as API Gateway does.
func invoke(t *testing.T, ctx context.Context, h HandlerFunc, payload string) Verdict {
	t.Helper()
	result, err := lambda.NewHandler(h).Invoke(ctx, []byte(payload))
	if err != nil {
		t.Fatalf("got the error %v, want none, since the runtime reports it as a function error", err)
	}
	v := Invocation{Payload: result, Accept: "*/*", BinaryMediaTypes: []string{"*/*"}}.Check()
	for _, violation := range v.Violations {
		t.Errorf("got %s with the violation %s at %s (%s), want none", result, violation.Rule, violation.Path, violation.Title)
	}
	return v
}

// request returns the event of a REST API, with what the handler reads of it.
func request(body string, headers ...string) string {
	event := map[string]any{
		"httpMethod":     "POST",
		"path":           "/hello",
		"requestContext": map[string]any{"requestId": "gateway-id"},
		"body":           body,
	}
	if len(headers) > 0 {
		names := map[string]string{}
		for i := 0; i < len(headers); i += 2 {
			names[headers[i]] = headers[i+1]
		}
		event["headers"] = names
	}
	text, err := json.Marshal(event)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// testLog returns an option for a logger without times, and what it wrote.
func testLog() (*bytes.Buffer, Option) {
	buffer := &bytes.Buffer{}
	dropTime := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == "stack" {
			return slog.Attr{}
		}
		return a
	}
	return buffer, WithLogger(slog.New(slog.NewTextHandler(buffer, &slog.HandlerOptions{ReplaceAttr: dropTime})))
}

// returning returns a handler whose function returns value and err.
func returning[Out any](value Out, err error, options ...Option) HandlerFunc {
	return Handler(func(context.Context, struct{}) (Out, error) { return value, err }, options...)
}

type hello struct {
	Hello string `json:"Hello"`
}

func TestHandlerSendsWhatTheFunctionReturns(t *testing.T) {
	var nilMap map[string]int
	response := Text(201, "made")
	for _, tc := range []struct {
		name        string
		h           HandlerFunc
		status      int
		contentType string
		body        string
	}{
		{"a struct", returning(hello{"World"}, nil), 200, "application/json", `{"Hello":"World"}`},
		{"a pointer to a struct", returning(&hello{"<World>"}, nil), 200, "application/json", `{"Hello":"<World>"}`},
		{"a list", returning([]int{1, 2}, nil), 200, "application/json", `[1,2]`},
		{"a string is JSON too", returning("Ada", nil), 200, "application/json", `"Ada"`},
		{"a nil map is JSON's null", returning(nilMap, nil), 200, "application/json", `null`},
		{"a response", returning(response, nil), 201, "text/plain; charset=utf-8", "made"},
		{"a pointer to a response", returning(&response, nil), 201, "text/plain; charset=utf-8", "made"},
		{"a response as any", returning[any](response, nil), 201, "text/plain; charset=utf-8", "made"},
		{"the zero response", returning(Response{}, nil), 200, "application/json", ""},
		{"bytes", returning(Bytes{"image/png", []byte{0xff, 0}}, nil), 200, "image/png", "\xff\x00"},
		{"a pointer to bytes without a type", returning(&Bytes{Data: []byte{1}}, nil), 200, "application/octet-stream", "\x01"},
		{"nil as any", returning[any](nil, nil), 204, "application/json", ""},
		{"a nil pointer", returning[*hello](nil, nil), 204, "application/json", ""},
		{"a nil pointer to a response", returning[*Response](nil, nil), 204, "application/json", ""},
		{"a nil pointer as any", returning[any]((*hello)(nil), nil), 204, "application/json", ""},
		{
			"a response of aws-lambda-go",
			returning(events.APIGatewayProxyResponse{StatusCode: 404, Headers: map[string]string{"Content-Type": "text/html"}, Body: "<p>"}, nil),
			404, "text/html", "<p>",
		},
		{
			"a pointer to a binary response of aws-lambda-go",
			returning(&events.APIGatewayProxyResponse{StatusCode: 200, Body: "SGk=", IsBase64Encoded: true}, nil),
			200, "application/json", "Hi",
		},
		{"a response of aws-lambda-go without a status", returning(events.APIGatewayProxyResponse{}, nil), 500, "application/json", lastResortBody},
		{"a response of aws-lambda-go that is not base64", returning(events.APIGatewayProxyResponse{StatusCode: 200, Body: "%", IsBase64Encoded: true}, nil), 500, "application/json", lastResortBody},
	} {
		t.Run(tc.name, func(t *testing.T) {
			v := invoke(t, t.Context(), tc.h, request(""))
			assertEqual(t, v.Status, tc.status)
			assertEqual(t, v.Header.Get("Content-Type"), tc.contentType)
			assertEqual(t, string(v.Body), tc.body)
		})
	}
}

func TestHandlerMergesTheHeadersOfAwsLambdaGo(t *testing.T) {
	v := invoke(t, t.Context(), returning(events.APIGatewayProxyResponse{
		StatusCode:        200,
		Headers:           map[string]string{"x-a": "3", "X-B": "1"},
		MultiValueHeaders: map[string][]string{"X-A": {"1", "2"}, "x-b": {"1"}, "X-None": nil},
	}, nil), request(""))
	// The order of names is that of encoding/json.
	assertEqual(t, headerLines(v.Header), "X-A: 1, 2, 3\nx-b: 1\nContent-Type: application/json")
}

func TestHandlerDecodesTheBodyOfTheRequest(t *testing.T) {
	type input struct {
		Name string  `json:"name"`
		Age  int     `json:"age"`
		Size float64 `json:"size"`
		Tags []string
		OK   bool
		Sub  struct{ Count uint }
		Due  time.Time
	}
	type none struct{}
	base64Body := `{"httpMethod":"POST","requestContext":{},"isBase64Encoded":true,"body":%q}`
	named := Handler(func(_ context.Context, in input) (string, error) { return in.Name, nil })
	raw := Handler(func(_ context.Context, in json.RawMessage) (json.RawMessage, error) { return in, nil })
	for _, tc := range []struct {
		name   string
		h      HandlerFunc
		event  string
		status int
		body   string
	}{
		{"JSON", named, request(`{"name":"Ada"}`), 200, `"Ada"`},
		{"JSON in base64", named, fmt.Sprintf(base64Body, "eyJuYW1lIjoiQWRhIn0="), 200, `"Ada"`},
		{"bad base64", named, fmt.Sprintf(base64Body, "%"), 400, `{"message":"The request body is not valid base64."}`},
		{"any JSON value", raw, request("[1]"), 200, `[1]`},
		{"application/json", named, request(`{"name":"Ada"}`, "Content-Type", "application/json"), 200, `"Ada"`},
		{"its letter case and parameters do not matter", named, request(`{"name":"Ada"}`, "content-type", "Application/JSON ; charset=utf-8"), 200, `"Ada"`},
		{"a +json type", named, request(`{"name":"Ada"}`, "CONTENT-TYPE", "application/vnd.api+json"), 200, `"Ada"`},
		{"an empty Content-Type", named, request(`{"name":"Ada"}`, "Content-Type", ""), 200, `"Ada"`},
		{"text", named, request(`{"name":"Ada"}`, "Content-Type", "text/plain"), 415, `{"message":"Content-Type must be application/json."}`},
		{"a Content-Type that is not a media type", named, request(`{"name":"Ada"}`, "Content-Type", "+json"), 415, `{"message":"Content-Type must be application/json."}`},
		{
			"a Content-Type in multiValueHeaders", named,
			`{"httpMethod":"POST","requestContext":{},"multiValueHeaders":{"content-type":["text/csv"]},"body":"{}"}`,
			415, `{"message":"Content-Type must be application/json."}`,
		},
		{"no body", named, request(""), 400, `{"message":"The request body is empty; send JSON."}`},
		{"a null body", named, `{"httpMethod":"POST","requestContext":{},"body":null}`, 400, `{"message":"The request body is empty; send JSON."}`},
		{"space", named, request(" \n"), 400, `{"message":"The request body is empty; send JSON."}`},
		{"a body that is not JSON", named, request("name=Ada"), 400, `{"message":"The request body is not valid JSON."}`},
		{"more after the JSON", named, request(`{"name":"Ada"} {}`), 400, `{"message":"The request body is not valid JSON."}`},
		{"the wrong type", named, request(`[]`), 400, `{"message":"The request body must be an object."}`},
		{"the wrong type of a string", named, request(`{"name":1}`), 400, `{"message":"The field \"name\" of the request body must be a string."}`},
		{"the wrong type of an integer", named, request(`{"age":1.5}`), 400, `{"message":"The field \"age\" of the request body must be a whole number in range."}`},
		{"the wrong type of a number", named, request(`{"size":"x"}`), 400, `{"message":"The field \"size\" of the request body must be a number in range."}`},
		{"the wrong type of a list", named, request(`{"Tags":{}}`), 400, `{"message":"The field \"Tags\" of the request body must be a list."}`},
		{"the wrong type of a boolean", named, request(`{"OK":1}`), 400, `{"message":"The field \"OK\" of the request body must be true or false."}`},
		{"the wrong type further in", named, request(`{"Sub":{"Count":-1}}`), 400, `{"message":"The field \"Sub.Count\" of the request body must be a whole number in range, not negative."}`},
		{"a value that its type refuses", named, request(`{"Due":"tomorrow"}`), 400, `{"message":"The request body has a value that does not fit."}`},
		{
			"an UnmarshalJSON that refuses",
			Handler(func(context.Context, refusing) (any, error) { return nil, nil }), request(`{}`), 409, `{"message":"taken"}`,
		},
		{"an empty struct needs no body", returning(hello{"World"}, nil), request("no JSON", "Content-Type", "text/plain"), 200, `{"Hello":"World"}`},
		{"so does a named one", Handler(func(context.Context, none) (string, error) { return "ok", nil }), request(""), 200, `"ok"`},
		{
			"the raw request", Handler(func(_ context.Context, in events.APIGatewayProxyRequest) (string, error) {
				return in.HTTPMethod + in.Path + in.Body + in.RequestContext.RequestID, nil
			}), request("x", "Content-Type", "text/plain"), 200, `"POST/helloxgateway-id"`,
		},
		{
			"a pointer to the raw request", Handler(func(_ context.Context, in *events.APIGatewayProxyRequest) (string, error) {
				return in.Path, nil
			}), request(""), 200, `"/hello"`,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			v := invoke(t, t.Context(), tc.h, tc.event)
			assertEqual(t, v.Status, tc.status)
			assertEqual(t, string(v.Body), tc.body)
		})
	}
}

// refusing and moody have a field, so that they are decoded.
type refusing struct{ Name string }

func (*refusing) UnmarshalJSON([]byte) error {
	return fmt.Errorf("checking: %w", &HTTPError{Status: 409, Message: "taken"})
}

type moody struct{ Name string }

func (*moody) UnmarshalJSON([]byte) error { panic("moody") }

// treacherous is an error whose Error method panics.
type treacherous struct{}

func (*treacherous) Error() string { panic("no text") }

func TestHandlerSurvivesEveryFunctionAndSaysWhy(t *testing.T) {
	secret := errors.New("password=hunter2")
	behaving := func(f func(ctx context.Context) (any, error)) func(Option) HandlerFunc {
		return func(log Option) HandlerFunc {
			return Handler(func(ctx context.Context, _ struct{}) (any, error) { return f(ctx) }, log)
		}
	}
	returns := func(value any, err error) func(Option) HandlerFunc {
		return behaving(func(context.Context) (any, error) { return value, err })
	}
	const unsendable = `level=ERROR msg="the response cannot be sent" status=500 apiRequestId=gateway-id requestId=lambda-id rule=unsendable-response error=`
	for _, tc := range []struct {
		name   string
		h      func(log Option) HandlerFunc
		status int
		body   string
		log    string // the beginning of the log
	}{
		{"an error", returns(nil, secret), 500, lastResortBody, `level=ERROR msg="the function failed" status=500 apiRequestId=gateway-id requestId=lambda-id rule=function-error error="password=hunter2"`},
		{"an HTTPError", returns(nil, &HTTPError{Status: 404, Message: "No such name.", Cause: secret}), 404, `{"message":"No such name."}`, `level=INFO msg="the request was refused" status=404 apiRequestId=gateway-id requestId=lambda-id error="404 No such name.: password=hunter2"`},
		{"a wrapped HTTPError", returns(nil, fmt.Errorf("reading: %w", &HTTPError{Status: 503, Message: "Later."})), 503, `{"message":"Later."}`, `level=ERROR msg="the request was refused" status=503 apiRequestId=gateway-id requestId=lambda-id error="reading: 503 Later."`},
		{"an HTTPError without a message", returns(nil, &HTTPError{Status: 403}), 403, `{"message":"Forbidden"}`, "level=INFO"},
		{"an HTTPError with a status that is not an error", returns(nil, &HTTPError{Status: 200, Message: "Fine."}), 500, `{"message":"Fine."}`, `level=ERROR msg="the request was refused" status=500`},
		{"an HTTPError with status 0", returns(nil, &HTTPError{}), 500, lastResortBody, "level=ERROR"},
		{"a nil HTTPError", returns(nil, (*HTTPError)(nil)), 500, lastResortBody, `level=ERROR msg="the function failed" status=500 apiRequestId=gateway-id requestId=lambda-id rule=function-error error="proxyresponse: nil *HTTPError"`},
		{"an error without text", returns(nil, &treacherous{}), 500, lastResortBody, `level=ERROR msg="the function failed" status=500 apiRequestId=gateway-id requestId=lambda-id rule=function-error error="*proxyresponse.treacherous whose Error method panicked"`},
		{
			"a response and an error", returns(JSON(400, 1), secret), 500, lastResortBody,
			`level=ERROR msg="the function failed" status=500 apiRequestId=gateway-id requestId=lambda-id rule=function-error error="password=hunter2"` + "\n" +
				`level=WARN msg="the function returned a proxyresponse.Response beside its error; it was dropped" status=500 apiRequestId=gateway-id requestId=lambda-id rule=response-and-error`,
		},
		{"a zero response beside an error does not count", returns(Response{}, &HTTPError{Status: 400, Message: "No."}), 400, `{"message":"No."}`, "level=INFO"},
		{"a panic", behaving(func(context.Context) (any, error) { panic("hunter2") }), 500, lastResortBody, `level=ERROR msg="the function panicked" status=500 apiRequestId=gateway-id requestId=lambda-id rule=function-panic error=hunter2`},
		{"a panic with an error", behaving(func(context.Context) (any, error) { panic(secret) }), 500, lastResortBody, `level=ERROR msg="the function panicked" status=500 apiRequestId=gateway-id requestId=lambda-id rule=function-panic error="password=hunter2"`},
		{"a panic with an HTTPError is a panic", behaving(func(context.Context) (any, error) { panic(&HTTPError{Status: 404}) }), 500, lastResortBody, "level=ERROR"},
		{"panic(nil)", behaving(func(context.Context) (any, error) { panic(nil) }), 500, lastResortBody, `level=ERROR msg="the function panicked" status=500 apiRequestId=gateway-id requestId=lambda-id rule=function-panic error="panic called with nil argument`},
		{"a run-time error", behaving(func(context.Context) (any, error) { list := []int{}; return list[cap(list)], nil }), 500, lastResortBody, "level=ERROR"},
		{"runtime.Goexit", behaving(func(context.Context) (any, error) { runtime.Goexit(); return nil, nil }), 500, lastResortBody, `level=ERROR msg="the function ended its goroutine with runtime.Goexit" status=500 apiRequestId=gateway-id requestId=lambda-id rule=function-panic`},
		{"no function", func(log Option) HandlerFunc { return Handler[struct{}, any](nil, log) }, 500, lastResortBody, `level=ERROR msg="the function panicked"`},
		{"an input whose decoding panics", func(log Option) HandlerFunc {
			return Handler(func(context.Context, moody) (any, error) { return nil, nil }, log)
		}, 500, lastResortBody, `level=ERROR msg="the function panicked"`},
		{"a channel", returns(make(chan int), nil), 500, lastResortBody, unsendable + `"encoding chan int as JSON: json: unsupported type: chan int"`},
		{"NaN", returns(math.NaN(), nil), 500, lastResortBody, unsendable + `"encoding float64 as JSON: json: unsupported value: NaN"`},
		{"a header with a line break", returns(NoContent().WithHeader("A", "b\r\nSet-Cookie: c=d"), nil), 500, lastResortBody, unsendable},
		{"status 0", returns(JSON(0, 1), nil), 500, lastResortBody, unsendable},
		{"status 99", returns(JSON(99, 1), nil), 500, lastResortBody, unsendable},
		{"status 1000", returns(JSON(1000, 1), nil), 500, lastResortBody, unsendable},
		{"over the limit", returns(strings.Repeat("x", MaxPayload), nil), 500, lastResortBody, `level=ERROR msg="the response cannot be sent" status=500 apiRequestId=gateway-id requestId=lambda-id rule=response-too-large error="the envelope has 6291`},
		{"text that is not UTF-8", returns(Text(200, "a\xff"), nil), 200, "a\uFFFD", `level=WARN msg="text body was not UTF-8; the bytes were replaced by U+FFFD" status=200`},
		{"JSON that is not UTF-8", returns("a\xff", nil), 200, `"a\ufffd"`, `level=WARN msg="JSON body held text that is not UTF-8; it was replaced by U+FFFD" status=200`},
		{"an author's own U+FFFD", returns("\uFFFD \\ufffd \"", nil), 200, "\"\uFFFD \\\\ufffd \\\"\"", ""},
		{"a response of aws-lambda-go that is not UTF-8", returns(events.APIGatewayProxyResponse{StatusCode: 200, Body: "\xff"}, nil), 200, "\uFFFD", "level=WARN"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			log, option := testLog()
			ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "lambda-id"})
			v := invoke(t, ctx, tc.h(option), request("{}"))
			assertEqual(t, v.Status, tc.status)
			assertEqual(t, string(v.Body), tc.body)
			if !strings.HasPrefix(log.String(), tc.log) || tc.log == "" && log.Len() > 0 {
				t.Errorf("got the log\n%s\nwant one that begins with\n%s", log, tc.log)
			}
			for _, word := range strings.Fields(log.String()) {
				id, ok := strings.CutPrefix(word, "rule=")
				if _, exists := Lookup(id); ok && !exists {
					t.Errorf("got the rule %s in the log, want one of the rulebook", id)
				}
			}
		})
	}
}

func TestHandlerLogsTheStackOfAPanic(t *testing.T) {
	var log bytes.Buffer
	h := Handler(func(context.Context, struct{}) (any, error) { panic("x") }, WithLogger(slog.New(slog.NewJSONHandler(&log, nil))))
	invoke(t, t.Context(), h, request(""))
	if want := "handler_test.go"; !strings.Contains(log.String(), want) {
		t.Errorf("got the log %s, want a stack with %s", &log, want)
	}
}

func TestHandlerNamesTheWrongIntegration(t *testing.T) {
	for _, tc := range []struct{ name, payload, log string }{
		{"a mapped event", `{"name":"Ada"}`, "the event has no httpMethod or no requestContext, so it does not come from a Lambda proxy integration; turn proxy integration on (type AWS_PROXY), or write the function for the mapped event"},
		{"a mapped event with an object as body", `{"body":{"name":"Ada"}}`, "the event has no httpMethod"},
		{"a mapped event with a method", `{"httpMethod":"GET"}`, "the event has no httpMethod or no requestContext"},
		{"an HTTP API", `{"version":"2.0","routeKey":"$default","requestContext":{"http":{"method":"GET"}}}`, "the event is that of an HTTP API with payload format 2.0; put the function behind a REST API"},
		{"a list", `[]`, "the event has no httpMethod"},
		{"broken JSON", `{`, "the event has no httpMethod"},
		{"nothing", ``, "the event has no httpMethod"},
		{"a proxy event that is spoilt", `{"httpMethod":"GET","requestContext":{},"body":{}}`, "reading the event of a Lambda proxy integration: json: cannot unmarshal object"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			log, option := testLog()
			v := invoke(t, t.Context(), returning(1, nil, option, WithCORS(CORS{AllowedOrigins: []string{"*"}})), tc.payload)
			assertEqual(t, v.Status, 500)
			assertEqual(t, string(v.Body), lastResortBody)
			assertEqual(t, v.Header.Get("Access-Control-Allow-Origin"), "*")
			if !strings.Contains(log.String(), tc.log) || !strings.Contains(log.String(), "rule=mapped-event-in-proxy-function") {
				t.Errorf("got the log\n%s\nwant one with the rule mapped-event-in-proxy-function and\n%s", log, tc.log)
			}
		})
	}
}

func TestHandlerSendsCORSHeadersOnEveryResponse(t *testing.T) {
	cors := WithCORS(CORS{AllowedOrigins: []string{"https://a.example", "https://b.example"}, AllowCredentials: true})
	_, log := testLog()
	for name, h := range map[string]HandlerFunc{
		"a value":                hello200(cors, log),
		"a response":             returning(NoContent().WithHeader("Vary", "Accept"), nil, cors, log),
		"an error":               returning(1, errors.New("x"), cors, log),
		"an HTTPError":           returning(1, &HTTPError{Status: 404}, cors, log),
		"an impossible response": returning(JSON(0, 1), nil, cors, log),
		"a panic":                Handler(func(context.Context, struct{}) (any, error) { panic("x") }, cors, log),
		"a bad request":          Handler(func(context.Context, hello) (any, error) { return nil, nil }, cors, log),
	} {
		t.Run(name, func(t *testing.T) {
			v := invoke(t, t.Context(), h, request("", "oRiGiN", "https://b.example"))
			assertEqual(t, v.Header.Get("Access-Control-Allow-Origin"), "https://b.example")
			assertEqual(t, v.Header.Get("Access-Control-Allow-Credentials"), "true")
			assertEqual(t, strings.HasSuffix(v.Header.Get("Vary"), "Origin"), true)

			v = invoke(t, t.Context(), h, request("", "Origin", "https://c.example"))
			assertEqual(t, v.Header.Get("Access-Control-Allow-Origin"), "")
		})
	}
}

func hello200(options ...Option) HandlerFunc { return returning(hello{"World"}, nil, options...) }

func TestHandlerFindsTheOriginInMultiValueHeaders(t *testing.T) {
	h := hello200(WithCORS(CORS{AllowedOrigins: []string{"https://a.example", "https://b.example"}}))
	v := invoke(t, t.Context(), h, `{"httpMethod":"GET","requestContext":{},"multiValueHeaders":{"ORIGIN":["https://a.example"]}}`)
	assertEqual(t, v.Header.Get("Access-Control-Allow-Origin"), "https://a.example")
}

func TestHandlerSendsNoCORSHeadersFromAnInvalidConfiguration(t *testing.T) {
	log, option := testLog()
	h := hello200(WithCORS(CORS{[]string{"*"}, true}), option)
	if want := "no CORS headers will be sent"; !strings.Contains(log.String(), want) {
		t.Errorf("got the log %s, want one with %q", log, want)
	}
	v := invoke(t, t.Context(), h, request(""))
	assertEqual(t, headerLines(v.Header), defaultHeader)
}

// Time is that of a synctest bubble, so that no machine is too slow.
func TestHandlerReturnsBeforeTheDeadline(t *testing.T) {
	for _, tc := range []struct {
		name   string
		fn     func(ctx context.Context, never <-chan struct{}) (any, error)
		status int
		log    string
	}{
		{
			"a function that never ends",
			func(_ context.Context, never <-chan struct{}) (any, error) { <-never; return nil, nil },
			504, "rule=function-timeout",
		},
		{
			"a function that returns the end of its context",
			func(ctx context.Context, _ <-chan struct{}) (any, error) {
				<-ctx.Done()
				return nil, fmt.Errorf("asking the database: %w", ctx.Err())
			},
			504, "rule=function-timeout",
		},
		{
			"a function with a deadline of its own",
			func(context.Context, <-chan struct{}) (any, error) { return nil, context.DeadlineExceeded },
			500, "the function failed",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				never := make(chan struct{})
				defer close(never)
				log, option := testLog()
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				h := Handler(func(ctx context.Context, _ struct{}) (any, error) { return tc.fn(ctx, never) },
					option, WithCORS(CORS{AllowedOrigins: []string{"*"}}))
				v := invoke(t, ctx, h, request(""))
				if ctx.Err() != nil {
					t.Errorf("got the result after the deadline (%v), want it before", ctx.Err())
				}
				assertEqual(t, v.Status, tc.status)
				assertEqual(t, v.Header.Get("Access-Control-Allow-Origin"), "*")
				if !strings.Contains(log.String(), tc.log) {
					t.Errorf("got the log %s, want one with %q", log, tc.log)
				}
			})
		})
	}
}

func TestHandlerCancelsTheContextOfTheFunction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan error, 1)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		h := Handler(func(ctx context.Context, _ struct{}) (any, error) {
			<-ctx.Done()
			ended <- ctx.Err()
			return nil, nil
		}, WithLogger(slog.New(slog.DiscardHandler)))
		invoke(t, ctx, h, request(""))
		assertEqual(t, <-ended, context.DeadlineExceeded)
	})
}

func TestHandlerOutlivesItsLogger(t *testing.T) {
	h := returning(1, errors.New("x"), WithLogger(slog.New(panickingHandler{})))
	assertEqual(t, invoke(t, t.Context(), h, request("")).Status, 500)
}

type panickingHandler struct{ slog.Handler }

func (panickingHandler) Enabled(context.Context, slog.Level) bool  { return true }
func (panickingHandler) Handle(context.Context, slog.Record) error { panic("log") }

func TestHandlerLogsToTheDefaultLogger(t *testing.T) {
	var log bytes.Buffer
	old := slog.Default()
	defer slog.SetDefault(old)
	h := returning(1, errors.New("boom"))
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	invoke(t, t.Context(), h, request(""))
	if want := "error=boom"; !strings.Contains(log.String(), want) {
		t.Errorf("got the log %s, want one with %q", &log, want)
	}
}

func TestHTTPErrorUnwrapsItsCause(t *testing.T) {
	cause := errors.New("cause")
	err := error(&HTTPError{Status: http.StatusConflict, Message: "Taken.", Cause: cause})
	assertEqual(t, errors.Is(err, cause), true)
	assertEqual(t, err.Error(), "409 Taken.: cause")
	assertEqual(t, errors.Unwrap((*HTTPError)(nil)), nil)
}

func TestTheObserverGetsTheRuleOfAFailure(t *testing.T) {
	for _, tc := range []struct {
		name string
		fn   func(context.Context, struct{}) (any, error)
		want []string
	}{
		{"a result", func(context.Context, struct{}) (any, error) { return "Hello", nil }, nil},
		{"a refusal", func(context.Context, struct{}) (any, error) { return nil, &HTTPError{Status: 404} }, nil},
		{"an error", func(context.Context, struct{}) (any, error) { return nil, errors.New("no") }, []string{"function-error"}},
		{"a panic", func(context.Context, struct{}) (any, error) { panic("no") }, []string{"function-panic"}},
		{"a value without JSON form", func(context.Context, struct{}) (any, error) { return math.NaN(), nil }, []string{"unsendable-response"}},
		{"a result beside an error", func(context.Context, struct{}) (any, error) { return 1, errors.New("no") }, []string{"function-error", "response-and-error"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			type key struct{}
			var got []string
			h := Handler(tc.fn, WithLogger(slog.New(slog.DiscardHandler)), WithObserver(func(ctx context.Context, rule string) {
				got = append(got, rule)
				if ctx.Value(key{}) != "of the request" {
					t.Error("the observer's context is not the one of the request")
				}
			}))
			invoke(t, context.WithValue(t.Context(), key{}, "of the request"), h, request("{}"))
			if !slices.Equal(got, tc.want) {
				t.Errorf("got the rules %q, want %q", got, tc.want)
			}
		})
	}
	t.Run("one that panics", func(t *testing.T) {
		h := Handler(func(context.Context, struct{}) (any, error) { return nil, errors.New("no") },
			WithLogger(slog.New(slog.DiscardHandler)), WithObserver(func(context.Context, string) { panic("no") }))
		assertEqual(t, invoke(t, t.Context(), h, request("{}")).Status, 500)
	})
}
