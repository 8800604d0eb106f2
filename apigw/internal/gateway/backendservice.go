package gateway

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/gateway/sigv4"
	"example.com/apigw/internal/rules"
)

// serviceMapped is AWS with a service other than Lambda: mappings turn the client's
// request into that of the service's API, and its response into the client's.
type serviceMapped struct {
	backend      httpBackend
	target       serviceTarget
	endpoint     *url.URL // where the service is instead of on AWS; nil if nobody says so
	credential   sigv4.Credential
	mapsRequest  requestMapping
	mapsResponse responseMapping
}

func (d *deployer) serviceMapped(m *method) integration {
	s := &serviceMapped{mapsRequest: d.requestMapping(m), mapsResponse: d.responseMapping(m)}
	uri, missing := expandStageVariables(m.Integration.URI, m.stage.Variables)
	target, err := parseService(uri)
	if missing != "" {
		d.everyRequestFails(m, backendBox, gatewayresponse.InvalidEndpoint(rules.Of("endpoint-variable-missing", "uri", m.Integration.URI, "variable", missing, "stage", m.stage.Name)))
		return s
	}
	if err != nil {
		d.everyRequestFails(m, backendBox, gatewayresponse.InvalidEndpoint(rules.Of("endpoint-invalid", "problem", err)))
		return s
	}
	s.target = target
	s.backend = httpBackend{
		transport: d.options.Transport, now: d.options.Now, uri: target.url(), method: m.Integration.HTTPMethod, timeout: m.timeout,
	}
	if len(d.options.Credentials) > 0 {
		s.credential = d.options.Credentials[0]
	}
	if s.endpoint = d.options.Endpoints[target.service]; s.endpoint == nil {
		why := rules.Of("service-not-done", "service", target.service)
		m.unreachable = why
		d.notice(m.Path, why)
	}
	return s
}

// request implements [integration].
func (s *serviceMapped) request(ctx context.Context, in *methodRequest) (integrationRequest, *gatewayresponse.Error) {
	out, failure := s.mapsRequest.apply(ctx, in)
	if failure != nil {
		return out, failure
	}
	s.target.addAction(&out)
	out.addDefaultHeaders(in)
	return out, s.backend.address(&out, in.httpMethod)
}

// call implements [integration]. It sends the request to the endpoint, signed for the
// service.
func (s *serviceMapped) call(ctx context.Context, out *integrationRequest) (backendResponse, *gatewayresponse.Error) {
	if s.endpoint == nil {
		return backendResponse{}, gatewayresponse.NotImplementedRequest(rules.Of("service-not-done", "service", s.target.service), shown(out))
	}
	moved := out.http.Clone(ctx)
	moved.URL = movedTo(s.endpoint, out.http.URL)
	moved.Host = ""
	moved.Body = io.NopCloser(bytes.NewReader(out.body.data))
	sum := sha256.Sum256(out.body.data)
	credentials := aws.Credentials{AccessKeyID: s.credential.AccessKeyID, SecretAccessKey: s.credential.SecretAccessKey, SessionToken: s.credential.SessionToken}
	if err := signer.NewSigner().SignHTTP(ctx, credentials, moved, hex.EncodeToString(sum[:]), s.target.service, s.target.region, s.backend.now().UTC()); err != nil {
		return backendResponse{}, gatewayresponse.IntegrationFailure(rules.Of("endpoint-invalid", "problem", err), err)
	}
	sent := *out
	sent.http = moved
	return s.backend.call(ctx, &sent)
}

// response implements [integration].
func (s *serviceMapped) response(ctx context.Context, in *methodRequest, out *integrationRequest, back *backendResponse) (integrationResponse, *gatewayresponse.Error) {
	return s.mapsResponse.apply(ctx, in, out.mapped, back)
}

// maxShown is how many bytes of a body are shown.
const maxShown = 4 << 10

// shown returns a request as a person reads it.
func shown(out *integrationRequest) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s %s\n", out.method, rules.Printable(out.uri))
	for _, p := range out.header {
		for _, value := range p.Values {
			fmt.Fprintf(&text, "%s: %s\n", rules.Printable(p.Name), rules.Printable(value))
		}
	}
	body := out.body.data
	switch {
	case len(body) == 0:
	case out.body.binary || !utf8.Valid(body):
		fmt.Fprintf(&text, "\n(%d bytes that are not text)\n", len(body))
	case len(body) > maxShown:
		fmt.Fprintf(&text, "\n%s\n(and %d bytes more)\n", rules.Printable(strings.ToValidUTF8(string(body[:maxShown]), "")), len(body)-maxShown)
	default:
		fmt.Fprintf(&text, "\n%s\n", rules.Printable(string(body)))
	}
	return text.String()
}

// ParseEndpoint reads SERVICE=URL, where a service that methods call is.
func ParseEndpoint(service, address string) (string, *url.URL, error) {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.RawQuery != "" {
		return "", nil, fmt.Errorf("%q is not the URL of a service: write such as http://127.0.0.1:8000", address)
	}
	service = strings.ToLower(service)
	if strings.ContainsAny(service, "./:") || service == "lambda" {
		return "", nil, fmt.Errorf("%q is not a service that integrations call by its name: write such as dynamodb, sqs or states", service)
	}
	return service, parsed, nil
}
