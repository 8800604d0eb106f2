package lint

import (
	"regexp"
	"slices"

	"example.com/apigw/internal/rules"
)

// gatewayResponseChecks are what PutGatewayResponse refuses.
func gatewayResponseChecks() []*Check {
	return []*Check{{
		Name:  "gateway responses",
		Rules: []string{"gateway-response-type-invalid", "gateway-response-status-refused", "gateway-response-parameter-refused", "mapping-expression-invalid"},
		Run:   checkGatewayResponses,
	}}
}

// gatewayResponseTypes are those of the API reference.
var gatewayResponseTypes = []string{
	"ACCESS_DENIED", "API_CONFIGURATION_ERROR", "AUTHORIZER_CONFIGURATION_ERROR", "AUTHORIZER_FAILURE",
	"BAD_REQUEST_BODY", "BAD_REQUEST_PARAMETERS", "DEFAULT_4XX", "DEFAULT_5XX", "EXPIRED_TOKEN", "INTEGRATION_FAILURE",
	"INTEGRATION_TIMEOUT", "INVALID_API_KEY", "INVALID_SIGNATURE", "MISSING_AUTHENTICATION_TOKEN", "QUOTA_EXCEEDED",
	"REQUEST_TOO_LARGE", "RESOURCE_NOT_FOUND", "THROTTLED", "UNAUTHORIZED", "UNSUPPORTED_MEDIA_TYPE", "WAF_FILTERED",
}

var (
	gatewayTarget = regexp.MustCompile(`^gatewayresponse\.header\.` + parameterName + `$`)
	gatewaySource = regexp.MustCompile(`^method\.request\.((header|multivalueheader|querystring|multivaluequerystring|path)\.` + parameterName + `|body(\..+)?)$`)
)

func checkGatewayResponses(p *Pass) {
	for _, r := range p.of("GatewayResponse") {
		g := gatewayResponseOf(r)
		if g.kind != "" && !slices.Contains(gatewayResponseTypes, g.kind) {
			p.report(r, "ResponseType", rules.Of("gateway-response-type-invalid", "type", g.kind))
			continue
		}
		if code := r.text("StatusCode"); code != "" && !status.MatchString(code) {
			p.report(r, "StatusCode", rules.Of("gateway-response-status-refused", "type", g.kind, "status", quoted(code)))
		}
		for _, mapping := range g.parameters {
			source := mapping.value
			switch {
			case !gatewayTarget.MatchString(mapping.key):
				p.report(r, "ResponseParameters", rules.Of("gateway-response-parameter-refused", "type", g.kind, "parameter", mapping.key))
			case mapping.known && !isStatic(source) && !elsewhere.MatchString(source) && !gatewaySource.MatchString(source):
				p.report(r, "ResponseParameters", rules.Of("mapping-expression-invalid", "target", mapping.key, "source", source))
			}
		}
	}
}
