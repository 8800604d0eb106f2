package gateway_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/rawheader"
	"example.com/apigw/internal/gateway/record"
)

const (
	region  = "eu-west-1"
	account = "123456789012"
	apiID   = "a1b2c3d4e5"
)

// handler is a Lambda function in a test.
type handler func(ctx context.Context, in function.Invocation) (function.Result, error)

// functions are the Lambda functions of a test, by name.
type functions map[string]handler

func (f functions) Invoke(ctx context.Context, arn string, in function.Invocation) (function.Result, error) {
	name := arn[strings.LastIndexByte(arn, ':')+1:]
	h, ok := f[name]
	if !ok {
		return function.Result{}, fmt.Errorf("the test has no function %s", name)
	}
	return h(ctx, in)
}

// returns is a function that always gives the same result.
func returns(payload string) handler {
	return func(context.Context, function.Invocation) (function.Result, error) {
		return function.Result{Payload: []byte(payload), ExecutedVersion: "$LATEST"}, nil
	}
}

// fails returns a function that ends with an error.
func fails(payload string) handler {
	return func(context.Context, function.Invocation) (function.Result, error) {
		return function.Result{Payload: []byte(payload), FunctionError: "Unhandled", ExecutedVersion: "$LATEST"}, nil
	}
}

// refuses returns a function that Lambda does not run.
func refuses(err error) handler {
	return func(context.Context, function.Invocation) (function.Result, error) { return function.Result{}, err }
}

// functionARN returns the ARN of a function of the test's assembly.
func functionARN(name string) string {
	return "arn:aws:lambda:" + region + ":" + account + ":function:" + name
}

func lambdaURI(arn string) string {
	return "arn:aws:apigateway:" + region + ":lambda:path/2015-03-31/functions/" + arn + "/invocations"
}

// proxyMethod returns a method with proxy integration in front of a function.
func proxyMethod(httpMethod, path, name string) *assembly.Method {
	return &assembly.Method{
		ResourceID: "r" + fmt.Sprint(len(path)), ResourcePath: path, HTTPMethod: httpMethod, Path: "Test/" + httpMethod + path,
		AuthorizationType: "NONE",
		Integration: &assembly.Integration{
			Type: "AWS_PROXY", HTTPMethod: "POST", URI: lambdaURI(functionARN(name)), Timeout: 10 * time.Second,
		},
	}
}

// mockMethod returns a method that responds with the status that the request
// template makes.
func mockMethod(httpMethod, path, requestTemplate string, responses ...assembly.IntegrationResponse) *assembly.Method {
	m := &assembly.Method{
		ResourceID: "mock", ResourcePath: path, HTTPMethod: httpMethod, Path: "Test/" + httpMethod + path, AuthorizationType: "NONE",
		Integration: &assembly.Integration{
			Type: "MOCK", PassthroughBehavior: "WHEN_NO_MATCH",
			RequestTemplates: []assembly.Template{{MediaType: "application/json", Text: requestTemplate}}, Responses: responses,
		},
	}
	for _, r := range responses {
		m.Responses = append(m.Responses, assembly.MethodResponse{StatusCode: r.StatusCode})
	}
	return m
}

// mappedMethod returns a method without proxy integration in front of a function.
func mappedMethod(httpMethod, path, name string, responses ...assembly.IntegrationResponse) *assembly.Method {
	m := proxyMethod(httpMethod, path, name)
	m.Integration.Type, m.Integration.PassthroughBehavior, m.Integration.Responses = "AWS", "WHEN_NO_MATCH", responses
	for _, r := range responses {
		m.Responses = append(m.Responses, assembly.MethodResponse{StatusCode: r.StatusCode})
	}
	return m
}

func newAPI(methods ...*assembly.Method) *assembly.API {
	return &assembly.API{
		Name: "hello", LogicalID: "HelloApi", Path: "Test/Api", ID: apiID, Account: account, Region: region, Partition: "aws",
		EndpointType: "REGIONAL", MinimumCompressionSize: -1, Methods: methods,
		Stages: []*assembly.Stage{{Name: "prod", DeploymentID: "d3p10y"}},
	}
}

// served is an assembly that is served.
type served struct {
	t       *testing.T
	gateway *gateway.Gateway
	url     string // of the stage, without a slash at the end
	address string

	mu      sync.Mutex
	records []*record.Record
	access  []string
}

// assemble makes an assembly of one API, with every function that fs has.
func assemble(api *assembly.API, fs functions) *assembly.Assembly {
	a := &assembly.Assembly{APIs: []*assembly.API{api}}
	for name := range fs {
		a.Functions = append(a.Functions, &assembly.Function{
			Name: name, ARN: functionARN(name), Account: account, Region: region,
			Permissions: []assembly.Permission{{
				Action: "lambda:InvokeFunction", Principal: "apigateway.amazonaws.com",
				SourceARN: "arn:aws:execute-api:" + region + ":" + account + ":" + apiID + "/*",
			}},
		})
	}
	return a
}

func deploy(t *testing.T, api *assembly.API, fs functions, change ...func(*assembly.Assembly, *gateway.Options)) *served {
	t.Helper()
	d := &served{t: t}
	a := assemble(api, fs)
	o := gateway.Options{
		ErrorLog:  quiet(),
		Record:    func(r *record.Record) { d.mu.Lock(); d.records = append(d.records, r); d.mu.Unlock() },
		AccessLog: func(line string) { d.mu.Lock(); d.access = append(d.access, line); d.mu.Unlock() },
	}
	for _, f := range change {
		f(a, &o)
	}
	var err error
	if d.gateway, err = gateway.New(a, fs, o); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(d.gateway)
	server.Listener = rawheader.Prepare(server.Config, server.Listener)
	server.Start()
	t.Cleanup(server.Close)
	d.address = server.Listener.Addr().String()
	d.url = server.URL + "/hello/prod"
	return d
}

// response is an HTTP response with its header lines as they were sent.
type response struct {
	status int
	lines  []rawheader.Line
	body   string
}

// header joins the values of a header, whose name must be spelled like this.
func (a response) header(name string) string {
	var values []string
	for _, line := range a.lines {
		if line.Name == name {
			values = append(values, line.Value)
		}
	}
	return strings.Join(values, ", ")
}

func (a response) has(name string) bool {
	for _, line := range a.lines {
		if strings.EqualFold(line.Name, name) {
			return true
		}
	}
	return false
}

// raw sends a request as it is written here, with \n for a line break, and reads
// the response without a library that changes header names.
func (d *served) raw(request string) response {
	d.t.Helper()
	head, body, _ := strings.Cut(request, "\n\n")
	conn, err := net.Dial("tcp", d.address)
	if err != nil {
		d.t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second)) // ends a hanging test
	if _, err := io.WriteString(conn, strings.ReplaceAll(head, "\n", "\r\n")+"\r\n\r\n"+body); err != nil {
		d.t.Fatal(err)
	}
	a, err := readResponse(bufio.NewReader(conn), strings.HasPrefix(request, "HEAD "))
	if err != nil {
		d.t.Fatal(err)
	}
	return a
}

func readResponse(r *bufio.Reader, isHead bool) (response, error) {
	var a response
	first, err := r.ReadString('\n')
	if err != nil {
		return a, err
	}
	if _, err := fmt.Sscanf(first, "HTTP/1.1 %d", &a.status); err != nil {
		return a, fmt.Errorf("status line %q: %w", first, err)
	}
	length := 0
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return a, err
		}
		name, value, ok := strings.Cut(strings.TrimRight(line, "\r\n"), ": ")
		if !ok {
			break
		}
		a.lines = append(a.lines, rawheader.Line{Name: name, Value: value})
		if name == "Content-Length" {
			if _, err := fmt.Sscan(value, &length); err != nil {
				return a, err
			}
		}
	}
	if isHead {
		return a, nil
	}
	body := make([]byte, length)
	_, err = io.ReadFull(r, body)
	a.body = string(body)
	return a, err
}

// get sends a GET request to a path behind the stage, with header lines.
func (d *served) get(path string, lines ...string) response {
	d.t.Helper()
	return d.send("GET", path, "", lines...)
}

// send sends a request with a body to a path behind the stage.
func (d *served) send(method, path, body string, lines ...string) response {
	d.t.Helper()
	head := method + " /hello/prod" + path + " HTTP/1.1\nHost: " + d.address
	for _, line := range lines {
		head += "\n" + line
	}
	if body != "" {
		head += fmt.Sprintf("\nContent-Length: %d", len(body))
	}
	return d.raw(head + "\n\n" + body)
}

// record returns that of the last request. It is there as soon as the response is.
func (d *served) record() *record.Record {
	d.t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.records) == 0 {
		d.t.Fatal("got no record of the request, want one before the response")
	}
	return d.records[len(d.records)-1]
}

// expect compares the status and the body of a response.
func expect(t *testing.T, a response, status int, body string) {
	t.Helper()
	if a.status != status || a.body != body {
		t.Errorf("got %d %q, want %d %q", a.status, a.body, status, body)
	}
}

func expectError(t *testing.T, a response, status int, errorType, body string) {
	t.Helper()
	expect(t, a, status, body)
	if got := a.header("x-amzn-ErrorType"); got != errorType {
		t.Errorf("x-amzn-ErrorType: got %q, want %q", got, errorType)
	}
}

var errBoom = errors.New("boom")

var _ http.Handler = (*gateway.Gateway)(nil)

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }
