package gateway

import (
	"strconv"
	"time"

	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/gateway/route"
	"example.com/apigw/internal/mapping"
	"example.com/apigw/proxyresponse"
)

// Record is what happened to one request, box by box. Nothing changes it once
// [Options.Record] has it. Log and diagnosis are made from it when somebody asks.
type Record struct {
	ID           string // request id
	ExtendedID   string
	Time         time.Time
	API          string // as URLs name it; empty if none was found
	Stage        string
	Method       string // of HTTP
	Path         string // as the client wrote it, API and stage included
	ResourcePath string // empty if no route was found
	Status       int    // that the client got
	Duration     time.Duration
	// IntegrationDuration is how long the backend took.
	IntegrationDuration time.Duration

	MethodRequest       Message
	IntegrationRequest  *Message // nil if the request did not get that far
	IntegrationResponse *Message
	MethodResponse      Message
	FunctionResult      *FunctionResult // nil if no function ran

	keepBodies bool
	stage      *stage
	method     *method
	started    bool // "Starting execution" is in the log
	sent       bool // the backend was called
	admission  []string
	lambda     *lambdaCall
	failure    *gatewayresponse.Error
	findings   []Finding

	backendStatus   int // of the answer of the backend; 0 without one
	responseLength  int // of the body that the client got, in bytes
	functionFailed  bool
	lambdaRequestID string
	requestPath     string // behind the stage
	root            string // of the trace
	traceID         string // the same if the stage has tracing
}

// Message is what went into a box, or came out of it.
type Message struct {
	Method     string // of HTTP; empty where there is none
	URI        string
	Status     int // of a response
	PathParams mapping.Params
	Query      mapping.Params
	Header     mapping.Params
	Body       []byte // the first 64 KB at most
	BodySize   int    // in bytes, of the whole body
	Binary     bool   // the body is not text
	// Template is the mapping template that made the body: its media type, empty
	// if none was used.
	Template string
	// SelectionPattern is the pattern that chose the integration response; nil if
	// there is none, empty for the default response.
	SelectionPattern *string
}

// FunctionResult is what Lambda gave back.
type FunctionResult struct {
	Function        string
	RequestID       string // Lambda's
	ExecutedVersion string
	FunctionError   string
	Payload         []byte // the first 64 KB at most
	PayloadSize     int
	Duration        time.Duration
	Cold            bool
}

// Finding is one thing that a person should know about a request.
type Finding struct {
	Message string `json:"message"`
	Rule    string `json:"rule,omitempty"` // of package proxyresponse
	Path    string `json:"path,omitempty"` // JSON path of the place
	Got     string `json:"got,omitempty"`
	Fix     string `json:"fix,omitempty"`
	Detail  string `json:"detail,omitempty"` // such as the line of a template with a caret
}

// Refused reports whether the gateway itself answered, because the request did
// not get through.
func (r *Record) Refused() bool { return r.failure != nil }

// functionStatus is the status of a function, as opposed to that of Lambda.
func (r *Record) functionStatus() int {
	if r.functionFailed {
		return 502
	}
	return r.Status
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// lambdaCall is what the log says about the call of a function.
type lambdaCall struct {
	endpoint, source, requestID string
	byRole                      bool
}

// maxRecorded is how many bytes of a body a record keeps.
const maxRecorded = 64 << 10

// cut keeps the beginning of a body, without keeping the memory of the rest.
func cut(body []byte) []byte {
	if len(body) <= maxRecorded {
		return body
	}
	return append([]byte(nil), body[:maxRecorded]...)
}

func (r *Record) methodRequest(q *methodRequest, root string, tracing bool) {
	r.root = root
	if tracing {
		r.traceID = root
	}
	r.Method, r.requestPath = q.httpMethod, q.path
	r.MethodRequest = Message{Method: q.httpMethod, URI: q.fullPath, Query: q.query, Header: q.header}
}

func (r *Record) routed(m *method, params []route.Param) {
	r.method, r.ResourcePath = m, m.ResourcePath
	if r.keepBodies {
		for _, p := range params {
			r.MethodRequest.PathParams.Add(p.Name, p.Decoded())
		}
	}
}

func (r *Record) requestBody(body []byte, binary bool) {
	if r.keepBodies {
		r.MethodRequest.Binary = binary
		r.MethodRequest.Body, r.MethodRequest.BodySize = cut(body), len(body)
	}
}

// toBackend records an integration request that is about to be sent.
func (r *Record) toBackend(m Message, body []byte) {
	if r.keepBodies {
		m.Body, m.BodySize = cut(body), len(body)
		r.IntegrationRequest = &m
	}
}

func (r *Record) toLambda(l lambda, c *call, in function.Invocation) {
	if !r.keepBodies {
		return
	}
	r.lambda = &lambdaCall{endpoint: l.endpoint, source: c.sourceARN(), requestID: in.RequestID, byRole: l.byRole}
	m := r.IntegrationRequest // templates and mappings, if there were some
	if m == nil {
		m = &Message{}
	}
	m.Method, m.URI = "POST", l.endpoint
	r.toBackend(*m, in.Payload)
}

func (r *Record) integrationTook(d time.Duration) {
	r.sent = true
	r.IntegrationDuration = d
}

func (r *Record) fromLambda(result function.Result, event bool) {
	status := lambdaStatus(event)
	r.backendStatus, r.lambdaRequestID, r.functionFailed = status, result.RequestID, result.FunctionError != ""
	if !r.keepBodies {
		return
	}
	r.FunctionResult = &FunctionResult{
		Function: r.method.integration.function(), RequestID: result.RequestID, ExecutedVersion: result.ExecutedVersion,
		FunctionError: result.FunctionError, Payload: cut(result.Payload), PayloadSize: len(result.Payload),
		Duration: result.Duration, Cold: result.Cold,
	}
	r.fromBackend(Message{Status: status}, result.Payload)
}

// fromBackend records the answer of a backend.
func (r *Record) fromBackend(m Message, body []byte) {
	r.backendStatus = m.Status
	if r.keepBodies {
		m.Body, m.BodySize = cut(body), len(body)
		r.IntegrationResponse = &m
	}
}

// selected records the pattern of the integration response that was chosen.
func (r *Record) selected(pattern string) {
	if r.IntegrationResponse != nil {
		r.IntegrationResponse.SelectionPattern = &pattern
	}
}

// responseTemplate records the template that made the client's body.
func (r *Record) responseTemplate(mediaType string) {
	if r.IntegrationResponse != nil {
		r.IntegrationResponse.Template = mediaType
	}
}

func (r *Record) verdict(v proxyresponse.Verdict) {
	if r.keepBodies {
		r.violations(v.Violations)
		r.violations(v.Notes)
	}
}

func (r *Record) violations(list []proxyresponse.Violation) {
	for _, v := range list {
		r.findings = append(r.findings, Finding{Message: v.Title, Rule: v.Rule, Path: v.Path, Got: v.Got, Fix: v.Fix})
	}
}

func (r *Record) note(message string) {
	r.findings = append(r.findings, Finding{Message: message})
}

func (r *Record) methodResponse(answer clientResponse) {
	r.Status, r.responseLength = answer.status, len(answer.body)
	if !r.keepBodies {
		return
	}
	r.MethodResponse = Message{Status: answer.status, Binary: answer.binary, Body: cut(answer.body), BodySize: len(answer.body)}
	r.MethodResponse.Header = make(mapping.Params, len(answer.header))
	for i, field := range answer.header {
		r.MethodResponse.Header[i] = mapping.Param(field)
	}
}
