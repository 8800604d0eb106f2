package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/jackson"
	"example.com/apigw/internal/mapping"
)

// lambdaMapped is AWS with a Lambda function: mappings turn the request into the
// event, and the result into the response.
type lambdaMapped struct {
	lambda
	mapsRequest  requestMapping
	mapsResponse responseMapping
}

func (d *deployer) lambdaMapped(m *method) integration {
	return &lambdaMapped{d.lambda(m), d.requestMapping(m), d.responseMapping(m)}
}

// request implements [integration].
func (l *lambdaMapped) request(ctx context.Context, in *methodRequest) (integrationRequest, *gatewayresponse.Error) {
	out, failure := l.mapsRequest.apply(ctx, in)
	if failure != nil {
		return out, failure
	}
	if len(bytes.TrimSpace(out.body.data)) == 0 {
		out.body.data = []byte("{}") // recorded: test_apigw_test_invoke_method_api
	}
	l.address(&out, in)
	out.lambda.event = strings.EqualFold(firstHeader(out.header, "X-Amz-Invocation-Type"), "Event")
	out.lambda.clientContext = firstHeader(out.header, "X-Amz-Client-Context")
	return out, nil
}

// call implements [integration].
func (l *lambdaMapped) call(ctx context.Context, out *integrationRequest) (backendResponse, *gatewayresponse.Error) {
	if back, failure := l.accept(out); failure != nil {
		return back, failure
	}
	return l.run(ctx, out)
}

// accept does what Lambda does before it runs the function: it reads the event too,
// and refuses one that is not JSON. (Published, with the lines of the execution log.)
func (l *lambdaMapped) accept(out *integrationRequest) (backendResponse, *gatewayresponse.Error) {
	back, failure := l.lambda.accept(out)
	event := out.body.data
	if failure != nil || json.Valid(event) && utf8.Valid(event) {
		return back, failure
	}
	err := jackson.Check(event)
	if err == nil {
		return back, nil
	}
	message := "Could not parse request body into json: Could not parse payload into json: " + err.Error()
	back.status, back.contentType, back.body = http.StatusBadRequest, "application/json", lambdaError(message)
	back.header = mapping.Params{
		{Name: "Date", Values: []string{l.now().UTC().Format(http.TimeFormat)}},
		{Name: "Content-Type", Values: []string{"application/json"}},
		{Name: "Content-Length", Values: []string{strconv.Itoa(len(back.body))}},
		{Name: "Connection", Values: []string{"keep-alive"}},
		{Name: "x-amzn-RequestId", Values: []string{out.lambda.requestID}},
		{Name: "x-amzn-ErrorType", Values: []string{"InvalidRequestContentException"}},
	}
	return back, gatewayresponse.EventNotJSON(message)
}

// lambdaError returns the body with which Lambda refuses a request.
func lambdaError(message string) []byte {
	var body bytes.Buffer
	body.WriteString(`{"Type":"User","message":`)
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(message) // a string can always be written
	return append(bytes.TrimSuffix(body.Bytes(), []byte("\n")), '}')
}

// response implements [integration]. Selection patterns see the errorMessage of the
// result, and mappings the headers of Lambda's HTTP response. (Recorded:
// test_lambda_selection_patterns.)
func (l *lambdaMapped) response(ctx context.Context, in *methodRequest, out *integrationRequest, back *backendResponse) (integrationResponse, *gatewayresponse.Error) {
	seen := *back
	seen.selector = back.result.ErrorMessage()
	seen.header = mapping.Params{
		{Name: "Date", Values: []string{in.started.UTC().Format(http.TimeFormat)}},
		{Name: "Content-Type", Values: []string{"application/json"}},
		{Name: "x-amzn-RequestId", Values: []string{back.result.RequestID}},
		{Name: "X-Amzn-Trace-Id", Values: []string{in.trace.full}},
	}
	if back.result.ExecutedVersion != "" {
		seen.header.Add("X-Amz-Executed-Version", back.result.ExecutedVersion)
	}
	if back.result.FunctionError != "" {
		seen.header.Add("X-Amz-Function-Error", back.result.FunctionError)
	}
	return l.mapsResponse.apply(ctx, in, out.mapped, &seen)
}
