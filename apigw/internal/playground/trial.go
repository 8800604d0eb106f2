package playground

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/mapping"
	"example.com/apigw/proxyresponse"
)

// The one API of a playground.
const (
	account      = "123456789012"
	region       = "eu-west-1"
	apiName      = "playground"
	stageName    = "prod"
	functionName = "your-function"
	functionARN  = "arn:aws:lambda:" + region + ":" + account + ":function:" + functionName
	// timeout is how long a template may take. API Gateway gives it 29 seconds.
	timeout = 2 * time.Second
	// maxParts is how many parameters of one kind there may be, and maxResponses how many
	// integration responses.
	maxParts, maxResponses = 200, 20
)

// newMethod returns a method in front of the function.
func newMethod(kind string) *assembly.Method {
	return &assembly.Method{
		ResourceID: "abc123", ResourcePath: "/", HTTPMethod: "ANY", Path: "Playground", AuthorizationType: "NONE",
		Integration: &assembly.Integration{
			Type: kind, HTTPMethod: http.MethodPost, Timeout: timeout, PassthroughBehavior: "WHEN_NO_MATCH",
			Credentials: "arn:aws:iam::" + account + ":role/playground", // so that the function needs no permission
			URI:         "arn:aws:apigateway:" + region + ":lambda:path/2015-03-31/functions/" + functionARN + "/invocations",
		},
	}
}

// addResponses gives a method integration responses, and the method responses that they
// need.
func addResponses(m *assembly.Method, list []Response) {
	m.Integration.Responses = integrationResponses(list)
	for _, r := range list {
		declared := slices.IndexFunc(m.Responses, func(d assembly.MethodResponse) bool { return d.StatusCode == r.Status })
		if declared < 0 {
			declared = len(m.Responses)
			m.Responses = append(m.Responses, assembly.MethodResponse{StatusCode: r.Status})
		}
		for _, h := range r.Headers {
			m.Responses[declared].Headers = append(m.Responses[declared].Headers, h.Name)
		}
	}
}

func integrationResponses(list []Response) []assembly.IntegrationResponse {
	var responses []assembly.IntegrationResponse
	for _, r := range list {
		response := assembly.IntegrationResponse{StatusCode: r.Status, SelectionPattern: r.Pattern}
		if r.Template != "" {
			response.Templates = []assembly.Template{{MediaType: r.mediaType(), Text: r.Template}}
		}
		for _, h := range r.Headers {
			response.Parameters = append(response.Parameters, assembly.Mapping{Target: "method.response.header." + h.Name, Source: h.Value})
		}
		responses = append(responses, response)
	}
	return responses
}

func (r *Response) mediaType() string { return orElse(r.MediaType, "application/json") }

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// trial is one method, and one request to it.
type trial struct {
	method  *assembly.Method
	request Request
	result  Result
	binary  []string // binary media types of the API
}

// outcome is what came of a trial.
type outcome struct {
	record  *record.Record
	body    []byte         // that the client got
	event   []byte         // that the function got; nil if it did not run
	context map[string]any // $context; nil if no template could see it
	notices []assembly.Notice
}

// run sends the request to the method. The error is an [*InputError].
func (t *trial) run(ctx context.Context) (*outcome, error) {
	r, err := t.httpRequest(ctx)
	if err != nil {
		return nil, err
	}
	out := &outcome{}
	var wrong error
	api := &assembly.API{
		Name: apiName, LogicalID: "Playground", Path: "Playground", ID: "a1b2c3d4e5", Account: account, Region: region, Partition: "aws",
		EndpointType: "REGIONAL", MinimumCompressionSize: -1, BinaryMediaTypes: t.binary, Methods: []*assembly.Method{t.method},
		Stages: []*assembly.Stage{{Name: stageName, DeploymentID: "d3p10y", Variables: map[string]string{}}},
	}
	for _, v := range t.request.StageVariables {
		api.Stages[0].Variables[v.Name] = v.Value
	}
	app := &assembly.Assembly{
		APIs:      []*assembly.API{api},
		Functions: []*assembly.Function{{Name: functionName, ARN: functionARN, LogicalID: "YourFunction", Account: account, Region: region}},
	}
	g, err := gateway.New(app, invoker(func(event []byte) function.Result { out.event = event; return t.result.invoked() }), gateway.Options{
		Record: func(r *record.Record) { out.record = r },
		Context: func(values map[string]any) {
			for _, member := range t.request.Context {
				if err := mapping.SetMember(values, member.Name, member.Value); err != nil && wrong == nil {
					wrong = inputError("the member %s of $context: %v", member.Name, err)
				}
			}
			out.context = values
		},
		ErrorLog: log.New(io.Discard, "", 0), // a panic is a finding of the record
	})
	if err != nil {
		return nil, inputError("there cannot be such a method: %v", err)
	}
	out.notices = g.Notices()
	var w writer
	g.ServeHTTP(&w, r)
	out.body = w.body.Bytes()
	return out, wrong
}

// invoker is a function that is not run: it returns what is tried.
type invoker func(event []byte) function.Result

// Invoke implements [gateway.Invoker].
func (i invoker) Invoke(_ context.Context, _ string, in function.Invocation) (function.Result, error) {
	return i(in.Payload), nil
}

// invoked returns what Lambda makes of a function's result. One that is too large is an
// error.
func (r Result) invoked() function.Result {
	out := function.Result{Payload: []byte(r.Text), ExecutedVersion: "$LATEST"}
	if r.Threw {
		out.FunctionError = "Unhandled"
	}
	if len(out.Payload) > proxyresponse.MaxPayload {
		out.FunctionError = "Unhandled"
		out.Payload = fmt.Appendf(nil, `{"errorMessage":"Response payload size exceeded maximum allowed payload size (%d bytes).","errorType":"Function.ResponseSizeTooLarge"}`, proxyresponse.MaxPayload)
	}
	return out
}

var (
	pathName  = regexp.MustCompile(`^[A-Za-z0-9._:-]+$`)
	tokenName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
)

// httpRequest returns the request as the gateway gets it, and sets the method's resource
// path to one that has the path parameters.
func (t *trial) httpRequest(ctx context.Context) (*http.Request, error) {
	q := t.request
	for _, list := range [][]Pair{q.Path, q.Query, q.Headers, q.Context, q.StageVariables} {
		if len(list) > maxParts {
			return nil, inputError("there are %d parameters of one kind, and the playground takes %d", len(list), maxParts)
		}
	}
	if n := len(t.method.Integration.Responses); n > maxResponses {
		return nil, inputError("there are %d integration responses, and the playground takes %d", n, maxResponses)
	}
	method := strings.ToUpper(orElse(q.Method, http.MethodPost))
	if !slices.Contains([]string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}, method) {
		return nil, inputError("the method %q is not one that an API can have, such as GET or POST", method)
	}
	resource, path := "", "/"+apiName+"/"+stageName
	for _, p := range q.Path {
		switch {
		case !pathName.MatchString(p.Name):
			return nil, inputError("the path parameter %q: a name has letters, digits and . _ : - only", p.Name)
		case p.Value == "" || p.Value == "." || p.Value == "..":
			return nil, inputError("the path parameter %s needs a value: no client can send an empty part of a path, or dots alone", p.Name)
		case strings.Contains(resource+"/", "/{"+p.Name+"}/"):
			return nil, inputError("the path parameter %s is there twice", p.Name)
		}
		resource += "/{" + p.Name + "}"
		path += "/" + url.PathEscape(p.Value)
	}
	t.method.ResourcePath = orElse(resource, "/")
	target := &url.URL{Scheme: "http", Host: "localhost", RawPath: path, RawQuery: encodeQuery(q.Query)}
	var err error
	if target.Path, err = url.PathUnescape(path); err != nil {
		return nil, inputError("the path cannot be written: %v", err)
	}
	r := &http.Request{
		Method: method, URL: target, Host: "localhost", RemoteAddr: "127.0.0.1:50000", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, ContentLength: int64(len(q.Body)), Body: io.NopCloser(strings.NewReader(q.Body)),
	}
	for _, h := range q.Headers {
		switch {
		case !tokenName.MatchString(h.Name):
			return nil, inputError("the header %q: a name has no blanks, and no other characters than letters, digits and !#$%%&'*+-.^_`|~", h.Name)
		case strings.ContainsFunc(h.Value, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }):
			return nil, inputError("the header %s: a value has no line breaks and no other control characters", h.Name)
		case strings.EqualFold(h.Name, "Host"):
			return nil, inputError("the header Host cannot be set here: it says which API is called")
		}
		r.Header[h.Name] = append(r.Header[h.Name], h.Value)
	}
	return r.WithContext(ctx), nil
}

// encodeQuery writes a query string in the order of its parameters.
func encodeQuery(list []Pair) string {
	var parts []string
	for _, p := range list {
		parts = append(parts, url.QueryEscape(p.Name)+"="+url.QueryEscape(p.Value))
	}
	return strings.Join(parts, "&")
}

// writer keeps the body of a response. Status and headers are in the record.
type writer struct {
	header http.Header
	body   bytes.Buffer
}

// Header implements [http.ResponseWriter].
func (w *writer) Header() http.Header {
	if w.header == nil {
		w.header = http.Header{}
	}
	return w.header
}

// Write implements [http.ResponseWriter].
func (w *writer) Write(p []byte) (int, error) { return w.body.Write(p) }

// WriteHeader implements [http.ResponseWriter].
func (w *writer) WriteHeader(int) {}
