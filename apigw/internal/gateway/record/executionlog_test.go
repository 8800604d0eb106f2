package record_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/mapping"
	"example.com/apigw/internal/rules"
)

const id = "8f507cfc-3d2e-4c1a-9b7d-b697b07ac111"

// admitted is a request of a mapped method that got into its boxes.
func admitted() *record.Record {
	return &record.Record{
		ID: id, ExtendedID: "ext=", Time: time.Date(2022, 3, 5, 15, 47, 32, 0, time.UTC), API: "hello", Stage: "prod",
		Method: "GET", Path: "/hello/prod/a/b", ResourcePath: "/a/{p}", Status: 200,
		MethodRequest: record.Message{
			PathParams: mapping.Params{{Name: "p", Values: []string{"b"}}}, Query: mapping.Params{{Name: "q", Values: []string{"1", "2"}}, {Name: "r"}},
			Header: mapping.Params{{Name: "authorization", Values: []string{"0123456789"}}, {Name: "Host", Values: []string{"h"}}},
		},
		Details: record.Details{APIID: "api", RequestPath: "/a/b", TraceRoot: "1-root", Admission: []string{"who"}, Admitted: true},
	}
}

// called is admitted with the call of a function.
func called() *record.Record {
	r := admitted()
	r.IntegrationRequest = &record.Message{Method: "POST", URI: "https://lambda", Body: []byte("{}"), BodySize: 2}
	r.IntegrationResponse = &record.Message{Status: 200, Body: []byte("result"), BodySize: 6}
	r.FunctionResult = &record.FunctionResult{Function: "f", RequestID: "l1", ExecutedVersion: "3", FunctionError: "Unhandled", PayloadSize: 6}
	r.IntegrationDuration = 1500 * time.Microsecond
	r.Details.BackendCalled = true
	r.Details.Lambda = &record.LambdaCall{RequestID: "l1", Source: "arn/source"}
	return r
}

var start = []string{
	"Extended Request Id: ext=", "who", "Starting execution for request: " + id, "HTTP Method: GET, Resource Path: /a/b",
	"Method request path: {p=b}", "Method request query string: {q=2, r=}", "Method request headers: {authorization=****456789, Host=h}",
	"Method request body before transformations: ",
}

var toLambda = []string{
	"Endpoint request URI: https://lambda",
	"Endpoint request headers: {x-amzn-lambda-integration-tag=" + id + ", Authorization=****************************************************************7ac111, X-Amz-Date=20220305T154732Z, x-amzn-apigateway-api-id=api, X-Amz-Source-Arn=arn/source, Accept=application/json, User-Agent=AmazonAPIGateway_api, X-Amz-Security-Token= [TRUNCATED]",
	"Endpoint request body after transformations: {}",
}

var fromLambda = []string{
	"Sending request to https://lambda", "Received response. Status: 200, Integration latency: 1 ms",
	"Endpoint response headers: {Date=Sat, 05 Mar 2022 15:47:32 GMT, Content-Type=application/json, Content-Length=6, Connection=keep-alive, x-amzn-RequestId=l1, X-Amz-Function-Error=Unhandled, x-amzn-Remapped-Content-Length=0, X-Amz-Executed-Version=3, X-Amzn-Trace-Id=root=1-root;sampled=0}",
	"Endpoint response body before transformations: result",
}

func TestExecutionLog(t *testing.T) {
	success := []string{
		"Method response body after transformations: ", "Method response headers: {}", "Successfully completed execution", "Method completed with status: 200",
	}
	for _, c := range []struct {
		rule   string
		r      *record.Record
		change func(r *record.Record)
		want   []string
	}{
		{"without a route there is no log", new(record.Record), func(*record.Record) {}, nil},
		{"who is refused has no execution", admitted(),
			func(r *record.Record) {
				r.Details.Admitted, r.Failure, r.Status = false, &record.Failure{Log: "no"}, 403
			},
			[]string{"Extended Request Id: ext=", "who", "no", "Method completed with status: 403"}},
		{"MOCK has no endpoint", admitted(),
			func(r *record.Record) {
				r.IntegrationRequest, r.IntegrationResponse = new(record.Message), &record.Message{Status: 200}
			}, slices.Concat(start, success)},
		{"a function", called(), func(*record.Record) {},
			slices.Concat(start, toLambda, fromLambda, success, []string{"AWS Integration Endpoint RequestId : l1"})},
		{"a function that does not respond", called(),
			func(r *record.Record) {
				r.IntegrationResponse, r.FunctionResult, r.Failure, r.Status = nil, nil, &record.Failure{Log: "one\ntwo"}, 504
			},
			slices.Concat(start, toLambda, []string{"Sending request to https://lambda", "one", "two", "Method completed with status: 504", "AWS Integration Endpoint RequestId : l1"})},
		{"a function that is not called", called(),
			func(r *record.Record) { r.Details.BackendCalled, r.Failure, r.Status = false, new(record.Failure), 500 },
			slices.Concat(start, toLambda, []string{"Method completed with status: 500"})},
		{"a role needs no source", called(), func(r *record.Record) { r.Details.Lambda.ByRole = true },
			slices.Concat(start, []string{toLambda[0], strings.Replace(toLambda[1], "X-Amz-Source-Arn=arn/source, ", "", 1), toLambda[2]}, fromLambda, success, []string{"AWS Integration Endpoint RequestId : l1"})},
		{"a sampled trace", called(), func(r *record.Record) { r.Details.Tracing = true },
			slices.Concat(start, toLambda, fromLambda[:2], []string{strings.Replace(fromLambda[2], "sampled=0", "sampled=1", 1), fromLambda[3]}, success,
				[]string{"AWS Integration Endpoint RequestId : l1", "X-ray Tracing ID : 1-root"})},
		{"an HTTP endpoint, and binary bodies", called(), func(r *record.Record) {
			r.Details.Lambda, r.FunctionResult, r.IntegrationRequest.Binary = nil, nil, true
			r.IntegrationResponse.Header = mapping.Params{{Name: "Server", Values: []string{"s"}}}
		}, slices.Concat(start, []string{
			toLambda[0], "Endpoint request headers: {}", "Endpoint request body after transformations: [Binary Data]", fromLambda[0], fromLambda[1],
			"Endpoint response headers: {Server=s}", fromLambda[3],
		}, success)},
	} {
		c.change(c.r)
		if got := c.r.ExecutionLog(); !slices.Equal(got, c.want) {
			t.Errorf("%s: got\n%s\nwant\n%s", c.rule, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
		if lines, boxes := c.r.LocatedLog(); len(lines) != len(boxes) || slices.Contains(boxes, "") {
			t.Errorf("%s: got %d lines in the boxes %q, want a box for each", c.rule, len(lines), boxes)
		}
	}
}

func TestLongLinesOfTheExecutionLogEndEarly(t *testing.T) {
	r := admitted()
	r.MethodRequest.SetBody([]byte(strings.Repeat("é", 1000)))
	const limit, end = 1024, " [TRUNCATED]"
	line := r.ExecutionLog()[7]
	if len(line) > limit || len(line) < limit-len("é") || !strings.HasSuffix(line, "é"+end) {
		t.Errorf("got %d bytes that end in %q, want at most %d that end in whole characters and %q", len(line), line[len(line)-20:], limit, end)
	}
}

func TestEachLineOfTheExecutionLogHasItsBox(t *testing.T) {
	failing := called()
	failing.Failure, failing.Status = &record.Failure{Log: "one\ntwo", Box: rules.IntegrationResponse}, 502
	endpoint := called()
	endpoint.Details.Lambda, endpoint.FunctionResult = nil, nil
	refused := admitted()
	refused.Details.Admitted, refused.Failure = false, &record.Failure{Log: "no", Box: rules.Authorization}
	const methodRequest, sent, received = "6×method request", "3×integration request", "3×integration response"
	for _, c := range []struct {
		name string
		r    *record.Record
		want string
	}{
		{"a function", called(), "1×method request, 1×authorization, " + methodRequest + ", " + sent + ", 1×function, " + received + ", 4×method response, 1×function"},
		{"an HTTP endpoint", endpoint, "1×method request, 1×authorization, " + methodRequest + ", " + sent + ", 1×backend, " + received + ", 4×method response"},
		{"a failure is in the box of its rule", failing, "1×method request, 1×authorization, " + methodRequest + ", " + sent + ", 1×function, " +
			"5×integration response, 1×gateway response, 1×function"},
		{"who is refused", refused, "1×method request, 2×authorization, 1×gateway response"},
	} {
		var got []string
		_, boxes := c.r.LocatedLog()
		for i := 0; i < len(boxes); {
			n := 1
			for i+n < len(boxes) && boxes[i+n] == boxes[i] {
				n++
			}
			got = append(got, fmt.Sprintf("%d×%s", n, boxes[i]))
			i += n
		}
		if text := strings.Join(got, ", "); text != c.want {
			t.Errorf("%s: got %s, want %s", c.name, text, c.want)
		}
	}
}
