package gateway

import (
	"errors"
	"unicode/utf8"

	"example.com/apigw/internal/gateway/rawheader"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/mapping"
	"example.com/apigw/internal/rules"
)

// newRecord returns the record of an exchange: what went into each box and came out
// of it, as plain values that hold nothing of the deployment.
func newRecord(x *exchange) *record.Record {
	in, back := &x.request, &x.backendResponse
	r := &record.Record{
		ID: in.id, ExtendedID: in.extendedID, Time: in.started, Method: in.rawMethod, Path: in.rawPath,
		Status: x.response.status, Duration: x.duration, IntegrationDuration: back.took,
		MethodResponse: record.Message{Status: x.response.status, Binary: x.response.binary, Header: make(mapping.Params, len(x.response.header))},
	}
	r.Sent = record.Sent{Method: in.rawMethod, Target: in.rawTarget, Lines: lines(in.lines), Unread: in.unread}
	for i, field := range x.response.header {
		r.MethodResponse.Header[i] = mapping.Param(field)
	}
	r.MethodResponse.SetBody(x.response.body)
	if s := x.response.stream; s != nil {
		r.MethodResponse.Body, r.MethodResponse.BodySize = s.passed.kept, s.passed.size
		r.MethodResponse.Binary = !utf8.Valid(s.passed.kept)
	}
	if x.failure != nil {
		r.Failure = newFailure(x)
	}
	for _, use := range x.response.notes {
		r.Findings = append(r.Findings, finding(use))
	}
	if in.address.stage == nil {
		return r
	}
	r.API, r.Stage = in.address.stage.api.key, in.address.stage.Name
	r.Context = in.appendRequestContext(make([]byte, 0, 1<<10))
	r.Method = in.httpMethod
	r.MethodRequest = record.Message{Method: in.httpMethod, URI: in.fullPath, Query: in.query, Header: in.header}
	r.Details = record.Details{
		APIID: in.address.stage.api.ID, RequestPath: in.path, TraceRoot: in.trace.root, Tracing: in.address.stage.Tracing,
		Admission: in.admission.log, Admitted: in.admission.admitted, PolicyCached: in.admission.policyCached,
		BackendCalled: back.sent,
	}
	if in.method == nil {
		return r
	}
	r.ResourcePath, r.Definition = in.method.ResourcePath, in.method.definition
	r.MethodRequest.PathParams = in.pathParams()
	r.MethodRequest.Binary = in.isBinary() && in.body != nil
	r.MethodRequest.SetBody(in.body)
	if x.reached >= integrationRequestBox {
		recordIntegrationRequest(r, in.method, &x.integrationRequest)
	}
	if back.status != 0 {
		recordBackendResponse(r, in.method, back, &x.integrationResponse)
	}
	recordFindings(r, x)
	return r
}

func lines(list []rawheader.Line) []record.Line {
	out := make([]record.Line, len(list))
	for i, line := range list {
		out[i] = record.Line(line)
	}
	return out
}

func recordIntegrationRequest(r *record.Record, m *method, out *integrationRequest) {
	r.IntegrationRequest = &record.Message{
		Method: out.method, URI: out.uri, PathParams: out.path, Query: out.query, Header: out.header,
		Binary: out.body.binary, Template: out.template,
	}
	r.IntegrationRequest.SetBody(out.body.data)
	if out.template != "" {
		r.MethodRequest.SetInput(out.input)
	}
	if out.lambda.requestID != "" && out.uri != "" {
		r.Details.Lambda = &record.LambdaCall{RequestID: out.lambda.requestID, Source: out.lambda.source, ByRole: m.Integration.Credentials != ""}
	}
}

func recordBackendResponse(r *record.Record, m *method, back *backendResponse, response *integrationResponse) {
	r.IntegrationResponse = &record.Message{Status: back.status, Header: back.header, Template: response.template}
	r.IntegrationResponse.SetBody(back.body)
	if s := back.stream; s != nil {
		r.Details.Streams = true
		r.IntegrationResponse.Body, r.IntegrationResponse.BodySize = s.received.kept, s.received.size
	}
	if response.template != "" {
		r.IntegrationResponse.SetInput(response.input)
	}
	if response.chosen {
		r.IntegrationResponse.SelectionPattern = new(response.pattern)
	}
	if back.result == nil {
		return
	}
	r.FunctionResult = &record.FunctionResult{
		Function: m.function.Name, ARN: m.function.ARN, RequestID: back.result.RequestID, ExecutedVersion: back.result.ExecutedVersion,
		FunctionError: back.result.FunctionError, Payload: r.IntegrationResponse.Body, PayloadSize: r.IntegrationResponse.BodySize,
		Duration: back.result.Duration, Cold: back.result.Cold,
	}
	if back.stream != nil && back.result.FunctionError != "" { // the error does not come with the stream
		r.FunctionResult.Payload, r.FunctionResult.PayloadSize = record.Cut(back.result.Payload), len(back.result.Payload)
	}
}

// recordFindings records what templates asked for in vain, and what is wrong with
// the function's result.
func recordFindings(r *record.Record, x *exchange) {
	for _, note := range x.integrationRequest.notes {
		r.Findings = append(r.Findings, finding(rules.Of("template-reference-empty", "box", "request", "reference", note.Reference, "hint", note.Hint)))
	}
	for _, v := range x.integrationResponse.violations {
		r.Findings = append(r.Findings, record.Finding{Message: v.Title, Rule: v.Rule, Box: boxOf(v.Rule), Path: v.Path, Got: v.Got, Fix: v.Fix})
	}
	for _, note := range x.integrationResponse.notes {
		r.Findings = append(r.Findings, finding(note))
	}
	if s := x.response.stream; s != nil {
		for _, note := range s.notes {
			r.Findings = append(r.Findings, finding(note))
		}
	}
}

// finding returns the finding of a rule.
func finding(rule rules.Use) record.Finding {
	return record.Finding{Message: rule.Title(), Rule: rule.ID(), Box: rule.Rule().Box, Fix: rule.Fix()}
}

// boxOf returns where in the picture the rule with an id belongs.
func boxOf(id string) rules.Box {
	rule, _ := rules.Lookup(id)
	return rule.Box
}

func newFailure(x *exchange) *record.Failure {
	rule := x.failure.Rule
	f := &record.Failure{
		Type: string(x.failure.Type), Log: x.failure.Log, Rule: rule.ID(), Box: rule.Rule().Box, Cause: x.failure.Why(), Fix: rule.Fix(),
	}
	if f.Box == "" && len(x.integrationResponse.violations) > 0 { // they say what is wrong
		f.Box = boxOf(x.integrationResponse.violations[0].Rule)
	}
	var located interface{ Detail() string }
	if errors.As(x.failure.Cause, &located) {
		f.Detail = located.Detail()
	}
	return f
}
