package lint

import (
	"regexp"
	"strings"

	"example.com/apigw/internal/rules"
)

// authorizerChecks are what CreateAuthorizer refuses.
func authorizerChecks() []*Check {
	return []*Check{
		{Name: "authorizers", Rules: []string{"authorizer-type-invalid", "authorizer-target-missing", "authorizer-ttl-invalid", "authorizer-twice"}, Run: checkAuthorizers},
		{Name: "identity sources", Rules: []string{"authorizer-identity-missing", "authorizer-identity-invalid"}, Run: checkIdentity},
	}
}

// maxTTL is how long an authorizer's result may be kept, in seconds.
const maxTTL = 3600

func checkAuthorizers(p *Pass) {
	type name struct{ api, text string }
	seen := map[name]bool{}
	for _, r := range p.of("Authorizer") {
		kind := r.text("Type")
		_, uri := r.get("AuthorizerUri")
		_, pools := r.get("ProviderARNs")
		switch {
		case kind == "":
		case kind != "TOKEN" && kind != "REQUEST" && kind != "COGNITO_USER_POOLS":
			p.report(r, "Type", rules.Of("authorizer-type-invalid", "type", quoted(kind)))
		case kind == "COGNITO_USER_POOLS" && !pools:
			p.report(r, "ProviderARNs", rules.Of("authorizer-target-missing", "type", kind, "property", "ProviderARNs"))
		case kind != "COGNITO_USER_POOLS" && !uri:
			p.report(r, "AuthorizerUri", rules.Of("authorizer-target-missing", "type", kind, "property", "AuthorizerUri"))
		}
		if ttl, ok := r.number("AuthorizerResultTtlInSeconds"); ok && (ttl < 0 || ttl > maxTTL) {
			p.report(r, "AuthorizerResultTtlInSeconds", rules.Of("authorizer-ttl-invalid", "seconds", ttl))
		}
		key := name{r.text("RestApiId"), r.text("Name")}
		if key.api != "" && key.text != "" && seen[key] {
			p.report(r, "Name", rules.Of("authorizer-twice", "name", key.text))
		}
		seen[key] = true
	}
}

var (
	headerSource = regexp.MustCompile(`^method\.request\.header\.` + parameterName + `$`)
	querySource  = regexp.MustCompile(`^method\.request\.querystring\.` + parameterName + `$`)
)

func checkIdentity(p *Pass) {
	for _, r := range p.of("Authorizer") {
		kind := r.text("Type")
		v, there := r.get("IdentitySource")
		text, known := textOf(v)
		if there && !known {
			continue
		}
		if strings.TrimSpace(text) == "" {
			ttl, given := r.get("AuthorizerResultTtlInSeconds")
			seconds, _ := textOf(ttl)
			switch {
			case kind == "TOKEN" || kind == "COGNITO_USER_POOLS":
				p.report(r, "IdentitySource", rules.Of("authorizer-identity-missing", "type", kind, "reason", "in any case"))
			case kind == "REQUEST" && !(given && (seconds == "0" || seconds == "")):
				p.report(r, "IdentitySource", rules.Of("authorizer-identity-missing", "type", kind, "reason", "while results are cached"))
			}
			continue
		}
		for source := range strings.SplitSeq(text, ",") {
			source = strings.TrimSpace(source)
			request := kind == "REQUEST" && (querySource.MatchString(source) || elsewhere.MatchString(source))
			if kind != "" && !headerSource.MatchString(source) && !request {
				p.report(r, "IdentitySource", rules.Of("authorizer-identity-invalid", "type", kind, "source", quoted(source)))
			}
		}
	}
}
