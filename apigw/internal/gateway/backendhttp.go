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
	"example.com/apigw/internal/rules"
)

// httpBackend is the endpoint of the integration types HTTP and HTTP_PROXY.
type httpBackend struct {
	transport http.RoundTripper
	now       func() time.Time
	uri       string // stage variables are replaced, {name} is not; empty if every request fails
	method    string // ANY is that of the client
	timeout   time.Duration
}

// maxBackendResponse is how many bytes the body of a backend's response may have.
const maxBackendResponse = 10 << 20

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
	b := httpBackend{transport: d.options.Transport, now: d.options.Now, method: m.Integration.HTTPMethod, timeout: m.timeout}
	var wrong rules.Use
	if missing != "" {
		wrong = rules.Of("endpoint-variable-missing", "uri", m.Integration.URI, "variable", missing, "stage", m.stage.Name)
	} else if parsed, err := url.Parse(strings.NewReplacer("{", "", "}", "").Replace(uri)); err != nil {
		wrong = rules.Of("endpoint-invalid", "problem", err)
	} else if parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" {
		wrong = rules.Of("endpoint-not-http", "uri", uri)
	}
	if !wrong.IsZero() {
		d.everyRequestFails(m, backendBox, gatewayresponse.InvalidEndpoint(wrong))
		return b
	}
	b.uri = uri
	return b
}

// address completes an integration request with the HTTP request to send.
// Placeholders of the URI are filled from the path parameters of the integration
// request only, and the query is added to that of the URI. (Recorded:
// test_http_proxy_integration_request_data_mappings.)
func (b *httpBackend) address(out *integrationRequest, clientMethod string) *gatewayresponse.Error {
	if b.uri == "" {
		return nil // it is never sent
	}
	target := mapping.ExpandPath(b.uri, func(name string) (string, bool) {
		values := out.path.Values(name)
		if len(values) == 0 {
			return "", false
		}
		return (&url.URL{Path: values[len(values)-1]}).EscapedPath(), true
	})
	address, query, _ := strings.Cut(target, "?")
	for _, p := range out.query {
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
		httpMethod = clientMethod
	}
	request, err := http.NewRequest(httpMethod, address, bytes.NewReader(out.body.data))
	if err != nil {
		return gatewayresponse.InvalidEndpoint(rules.Of("endpoint-invalid", "problem", err))
	}
	request.Header = http.Header{"User-Agent": {""}} // or net/http sends its own
	for _, p := range out.header {
		switch {
		case len(p.Values) == 0 || lostWhenMapped(p.Name):
		case isHeader(p.Name, "Host"):
			request.Host = p.Values[0]
		case isHeader(p.Name, "User-Agent"):
			request.Header["User-Agent"] = p.Values
		case isHeader(p.Name, "Trailer"): // net/http keeps the name to itself in its own spelling only
			request.Header["trailer"] = p.Values
		default:
			request.Header[p.Name] = p.Values
		}
	}
	out.method, out.uri, out.http = request.Method, request.URL.String(), request
	return nil
}

// call sends the request. Redirects are responses like all others.
func (b *httpBackend) call(ctx context.Context, out *integrationRequest) (backendResponse, *gatewayresponse.Error) {
	back := backendResponse{sent: true}
	started := b.now()
	response, err := b.roundTrip(ctx, out)
	var body []byte
	if err == nil {
		length := response.ContentLength
		if out.method == http.MethodHead {
			length = 0 // the header says how long the body of a GET would be, and none follows
		}
		body, err = readAtMost(response.Body, length, maxBackendResponse)
		_ = response.Body.Close()
	}
	back.took = b.now().Sub(started)
	if err != nil {
		return back, b.failed(ctx, out, response, err)
	}
	back.status, back.selector = response.StatusCode, fmt.Sprint(response.StatusCode)
	back.header, back.contentType, back.body = backendHeaders(response.Header), response.Header.Get("Content-Type"), body
	return back, nil
}

// roundTrip sends the request, and returns the response without having read its body.
func (b *httpBackend) roundTrip(ctx context.Context, out *integrationRequest) (*http.Response, error) {
	response, err := b.transport.RoundTrip(out.http.WithContext(ctx))
	if err == nil && response.StatusCode < http.StatusOK {
		_ = response.Body.Close()
		err = fmt.Errorf("the backend answers with the status %d, after which something else than HTTP follows", response.StatusCode)
	}
	return response, err
}

// failed returns the failure of a backend that did not respond.
func (b *httpBackend) failed(ctx context.Context, out *integrationRequest, response *http.Response, err error) *gatewayresponse.Error {
	switch {
	case errors.Is(err, errTooLong):
		return gatewayresponse.ResponseTooLong(max(response.ContentLength, maxBackendResponse+1), maxBackendResponse)
	case ctx.Err() != nil:
		return gatewayresponse.IntegrationTimeout(rules.Of("gateway-timeout", "backend", out.http.URL.Host, "timeout", b.timeout), nil)
	case response != nil && response.StatusCode < http.StatusOK:
		return gatewayresponse.NetworkError(rules.Of("backend-switches-protocol", "status", response.StatusCode, "logged", err), err)
	}
	what := err.Error()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		what = "Connection is closed"
	}
	return gatewayresponse.NetworkError(rules.Of("backend-unreachable", "problem", err, "logged", what), err)
}

func backendHeaders(h http.Header) mapping.Params {
	params := make(mapping.Params, 0, len(h))
	for name, values := range h {
		params = append(params, mapping.Param{Name: name, Values: values})
	}
	slices.SortFunc(params, func(a, b mapping.Param) int { return strings.Compare(a.Name, b.Name) })
	return params
}
