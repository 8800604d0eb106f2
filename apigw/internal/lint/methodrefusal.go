package lint

import (
	"regexp"
	"slices"
	"strings"

	"example.com/apigw/internal/rules"
)

// methodChecks are what PutMethod and PutMethodResponse refuse, and the deployment
// of what they take.
func methodChecks() []*Check {
	return []*Check{
		{Name: "method", Rules: []string{"http-method-invalid", "method-twice"}, Run: checkMethod},
		{Name: "authorization", Rules: []string{"authorization-type-invalid", "method-authorizer-missing"}, Run: checkAuthorization},
		{Name: "validation", Rules: []string{"method-validator-unknown", "method-model-unknown"}, Run: checkValidation},
		{Name: "declared parameters", Rules: []string{"request-parameter-invalid", "request-parameter-twice"}, Run: checkParameters},
		{Name: "method responses", Rules: []string{"response-status-invalid", "response-twice", "response-parameter-invalid"}, Run: checkResponses},
		{Name: "integration there", Rules: []string{"method-integration-missing"}, Run: checkIntegrationThere},
	}
}

var httpMethods = []string{"ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}

func checkMethod(p *Pass) {
	seen := map[[3]string]*Method{}
	for _, m := range p.methods {
		if m.httpMethod == "" {
			continue
		}
		if given := m.res.text("HttpMethod"); m.own && !slices.Contains(httpMethods, given) {
			p.reportMethod(m, "HttpMethod", rules.Of("http-method-invalid", "method", quoted(given)))
			continue
		}
		if m.api == nil || m.resourcePath == "" {
			continue
		}
		key := [3]string{m.api.id, m.resourceID, m.httpMethod}
		if other := seen[key]; other != nil {
			p.reportMethod(m, "HttpMethod", rules.Of("method-twice", "method", m.httpMethod, "path", m.resourcePath, "other", other.path))
		} else {
			seen[key] = m
		}
	}
}

func checkAuthorization(p *Pass) {
	authorizers := map[string]*Resource{}
	for _, r := range p.of("Authorizer") {
		authorizers[r.ID(6, "")] = r
	}
	for _, m := range p.methods {
		v, there := m.res.get("AuthorizationType")
		kind, known := textOf(v)
		if !m.own || !there || !known {
			continue
		}
		switch kind {
		case "NONE", "AWS_IAM":
		case "CUSTOM", "COGNITO_USER_POOLS":
			v, there := m.res.get("AuthorizerId")
			id, known := textOf(v)
			if !there || known && authorizers[id] == nil && !looksMade(id) {
				p.reportMethod(m, "AuthorizerId", rules.Of("method-authorizer-missing", "type", kind))
			} else if a := authorizers[id]; a != nil && m.api != nil && p.owner(a) != nil && p.owner(a) != m.api {
				p.reportMethod(m, "AuthorizerId", rules.Of("method-authorizer-missing", "type", kind))
			}
		default:
			p.reportMethod(m, "AuthorizationType", rules.Of("authorization-type-invalid", "type", quoted(kind)))
		}
	}
}

var idOfSix = regexp.MustCompile(`^[a-z0-9]{6}$`)

// looksMade reports whether a text looks like an id that API Gateway makes, which
// may be of something in another stack.
func looksMade(id string) bool { return idOfSix.MatchString(id) }

func checkValidation(p *Pass) {
	validators := p.validators()
	for _, m := range p.methods {
		if !m.own {
			continue
		}
		v, there := m.res.get("RequestValidatorId")
		id, known := textOf(v)
		switch validator := validators[id]; {
		case validator != nil:
			if m.api != nil && p.owner(validator) != nil && p.owner(validator) != m.api {
				p.reportMethod(m, "RequestValidatorId", rules.Of("method-validator-unknown", "validator", validator.Path))
			}
		case there && known && !looksMade(id):
			p.reportMethod(m, "RequestValidatorId", rules.Of("method-validator-unknown", "validator", quoted(id)))
		}
		checkModelNames(p, m)
	}
}

// checkModelNames reports models that the method's API does not have.
func checkModelNames(p *Pass, m *Method) {
	if m.api == nil || m.api.document {
		return
	}
	names := map[string]bool{"Empty": true, "Error": true}
	for _, model := range m.api.models {
		names[modelName(model)] = true
	}
	used := slices.Clone(m.requestModels)
	for _, r := range m.responses {
		used = append(used, r.models...)
	}
	for _, model := range used {
		if model.known && !names[model.value] {
			p.reportMethod(m, "RequestModels", rules.Of("method-model-unknown", "model", model.value))
		}
	}
}

// parameterName is what may follow method.request.header. and the like.
const parameterName = `[a-zA-Z0-9._$\-]+`

var (
	requestParameter  = regexp.MustCompile(`^method\.request\.(path|querystring|multivaluequerystring|header|multivalueheader)\.(` + parameterName + `)$`)
	responseParameter = regexp.MustCompile(`^method\.response\.(header|multivalueheader)\.` + parameterName + `$`)
)

func checkParameters(p *Pass) {
	for _, m := range p.methods {
		if !m.own {
			continue // the import makes them
		}
		places := map[string]string{}
		for _, parameter := range m.parameters {
			parts := requestParameter.FindStringSubmatch(parameter.key)
			if parts == nil {
				p.reportMethod(m, "RequestParameters", rules.Of("request-parameter-invalid", "parameter", parameter.key))
				continue
			}
			place := strings.TrimPrefix(parts[1], "multivalue")
			if other := places[parts[2]]; other != "" && other != place {
				p.reportMethod(m, "RequestParameters", rules.Of("request-parameter-twice", "name", parts[2]))
			}
			places[parts[2]] = place
		}
	}
}

var status = regexp.MustCompile(`^[1-5]\d\d$`)

func checkResponses(p *Pass) {
	for _, m := range p.methods {
		seen := map[string]bool{}
		for _, r := range m.responses {
			switch {
			case r.status == "":
			case !status.MatchString(r.status) && m.own:
				p.reportMethod(m, "MethodResponses", rules.Of("response-status-invalid", "status", r.status))
			case seen[r.status]:
				p.reportMethod(m, "MethodResponses", rules.Of("response-twice", "status", r.status))
			}
			seen[r.status] = true
			for _, header := range r.headers {
				if !responseParameter.MatchString(header.key) {
					p.reportMethod(m, "MethodResponses", rules.Of("response-parameter-invalid", "status", r.status, "parameter", header.key))
				}
			}
		}
	}
}

func checkIntegrationThere(p *Pass) {
	deployed := map[*API]bool{}
	for _, r := range p.of("Deployment") {
		deployed[p.owner(r)] = true
	}
	for _, m := range p.methods {
		if !m.integrationGiven && m.api != nil && deployed[m.api] {
			p.reportMethod(m, "Integration", rules.Of("method-integration-missing"))
		}
	}
}
