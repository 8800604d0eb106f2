package gateway

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/mapping"
)

// httpBackend is the endpoint of the integration types HTTP and HTTP_PROXY.
type httpBackend struct {
	uri     string // stage variables are replaced, {name} is not
	method  string // ANY is that of the client
	failure *gatewayresponse.Error
}

// maxBackendAnswer is how many bytes a backend may answer with.
const maxBackendAnswer = 10 << 20

// newTransport calls backends as they are: no decompression, no headers of its
// own.
func newTransport() http.RoundTripper {
	return &http.Transport{
		DialContext:         (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		DisableCompression:  true,
		MaxIdleConnsPerHost: 16,
		IdleConnTimeout:     time.Minute,
	}
}

func (d *deployer) httpBackend(m *method) httpBackend {
	uri, missing := expandStageVariables(m.Integration.URI, m.stage.Variables)
	b := httpBackend{uri: uri, method: m.Integration.HTTPMethod}
	var err error
	if missing != "" {
		err = fmt.Errorf("the integration URI %q needs the stage variable %s, which the stage %s does not have", m.Integration.URI, missing, m.stage.Name)
	} else if parsed, problem := url.Parse(strings.NewReplacer("{", "", "}", "").Replace(uri)); problem != nil {
		err = fmt.Errorf("the integration URI: %w", problem)
	} else if parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" {
		err = fmt.Errorf("the integration URI %q is no http or https URL", uri)
	}
	if err != nil {
		b.failure = configurationError("Invalid endpoint address", err)
		d.notice(m.Path, "%v; every call answers 500", err)
	}
	return b
}

// request makes the HTTP request. Placeholders are filled from the path
// parameters of the integration request only, and the query is added to that of
// the URI. (Recorded: test_http_proxy_integration_request_data_mappings.)
func (b httpBackend) request(ctx context.Context, c *call, in *integrationRequest) (*http.Request, *gatewayresponse.Error) {
	if b.failure != nil {
		return nil, b.failure
	}
	target := mapping.ExpandPath(b.uri, func(name string) (string, bool) {
		values := in.path.Values(name)
		if len(values) == 0 {
			return "", false
		}
		return (&url.URL{Path: values[len(values)-1]}).EscapedPath(), true
	})
	address, query, _ := strings.Cut(target, "?")
	for _, p := range in.query {
		for _, value := range p.Values {
			if query != "" {
				query += "&"
			}
			query += url.QueryEscape(p.Name) + "=" + url.QueryEscape(value)
		}
	}
	if query != "" {
		address += "?" + query
	}
	httpMethod := b.method
	if httpMethod == "" || httpMethod == "ANY" {
		httpMethod = c.request.httpMethod
	}
	request, err := http.NewRequestWithContext(ctx, httpMethod, address, bytes.NewReader(in.body.data))
	if err != nil {
		return nil, configurationError("Invalid endpoint address", err)
	}
	request.Header = http.Header{"User-Agent": {""}} // or net/http sends its own
	for _, p := range in.header {
		switch {
		case len(p.Values) == 0 || lostWhenMapped(p.Name):
		case isHeader(p.Name, "Host"):
			request.Host = p.Values[0]
		case isHeader(p.Name, "User-Agent"):
			request.Header["User-Agent"] = p.Values
		default:
			request.Header[p.Name] = p.Values
		}
	}
	return request, nil
}

// call sends the request. Redirects are answers like all others.
func (b httpBackend) call(ctx context.Context, c *call, in *integrationRequest) (backendAnswer, *gatewayresponse.Error) {
	request, failure := b.request(ctx, c, in)
	if failure != nil {
		return backendAnswer{}, failure
	}
	m := in.message()
	m.Method, m.URI = request.Method, request.URL.String()
	c.record.toBackend(m, in.body.data)
	started := c.gateway.options.Now()
	response, err := c.gateway.options.Transport.RoundTrip(request)
	var body []byte
	if err == nil && response.StatusCode < http.StatusOK {
		_ = response.Body.Close()
		err = fmt.Errorf("the backend answers with the status %d, after which something else than HTTP follows", response.StatusCode)
	}
	if err == nil {
		length := response.ContentLength
		if request.Method == http.MethodHead {
			length = 0 // it tells how long the body of a GET would be, and none follows
		}
		body, err = readAtMost(response.Body, length, maxBackendAnswer)
		_ = response.Body.Close()
	}
	c.record.integrationTook(c.gateway.options.Now().Sub(started))
	switch {
	case errors.Is(err, errTooLong):
		return backendAnswer{}, configurationError(fmt.Sprintf(
			"Integration response of reported length %d is larger than allowed maximum of %d bytes.",
			max(response.ContentLength, maxBackendAnswer+1), maxBackendAnswer), nil)
	case err != nil && ctx.Err() != nil:
		return backendAnswer{}, timedOut(fmt.Errorf("%s took longer than the integration's timeout of %v", request.URL.Host, c.method.timeout))
	case err != nil:
		return backendAnswer{}, networkError(err)
	}
	answer := backendAnswer{
		status: response.StatusCode, selector: fmt.Sprint(response.StatusCode),
		header: backendHeaders(response.Header), contentType: response.Header.Get("Content-Type"), body: body,
	}
	c.record.fromBackend(Message{Status: answer.status, Header: answer.header}, body)
	return answer, nil
}

// networkError is the answer where a backend cannot be reached, or hangs up.
func networkError(err error) *gatewayresponse.Error {
	what := err.Error()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		what = "Connection is closed"
	}
	return &gatewayresponse.Error{
		Type: gatewayresponse.IntegrationFailure, Status: http.StatusGatewayTimeout, Spaced: true,
		Message: "Network error communicating with endpoint",
		Log:     "Execution failed due to a network error communicating with endpoint: " + what, Cause: err,
	}
}

func backendHeaders(h http.Header) mapping.Params {
	params := make(mapping.Params, 0, len(h))
	for name, values := range h {
		params = append(params, mapping.Param{Name: name, Values: values})
	}
	slices.SortFunc(params, func(a, b mapping.Param) int { return strings.Compare(a.Name, b.Name) })
	return params
}
