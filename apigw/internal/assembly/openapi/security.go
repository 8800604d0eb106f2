package openapi

import (
	"maps"
	"slices"
	"strings"

	"example.com/apigw/internal/assembly/property"
	"example.com/apigw/internal/rules"
)

// scheme is what API Gateway makes of a security scheme.
type scheme struct {
	apiKey            bool
	authorizationType string // AWS_IAM, CUSTOM or COGNITO_USER_POOLS; empty if it is an API key
}

// readSecurity reads the security schemes, and with them the authorizers.
func (r *reader) readSecurity() error {
	path, value := "securityDefinitions", r.root["securityDefinitions"]
	if r.version3 {
		path = "components.securitySchemes"
		components, err := optionalObject(r.root["components"], "components")
		if err != nil {
			return err
		}
		value = components["securitySchemes"]
	}
	schemes, err := optionalObject(value, path)
	if err != nil {
		return err
	}
	r.security = map[string]scheme{}
	r.definition.Authorizers = map[string]property.Authorizer{}
	for _, name := range slices.Sorted(maps.Keys(schemes)) {
		if err := r.readScheme(name, schemes[name], path+"."+name); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) readScheme(name string, value any, path string) error {
	fields, err := r.follow(value, path)
	if err != nil {
		return err
	}
	if extension := fields["x-amazon-apigateway-authorizer"]; extension != nil {
		return r.readAuthorizer(name, fields, extension, path+".x-amazon-apigateway-authorizer")
	}
	switch {
	case strings.EqualFold(text(fields["x-amazon-apigateway-authtype"]), "awsSigv4"):
		r.security[name] = scheme{authorizationType: "AWS_IAM"}
	case text(fields["type"]) == "apiKey" && text(fields["in"]) == "header" && strings.EqualFold(text(fields["name"]), "x-api-key"):
		r.security[name] = scheme{apiKey: true}
	default:
		r.notice(rules.Of("document-scheme-open", "scheme", name))
	}
	return nil
}

func (r *reader) readAuthorizer(name string, fields map[string]any, extension any, path string) error {
	renamed, err := r.rename(extension, path, map[string]string{
		"type": "Type", "authorizerUri": "AuthorizerUri", "authorizerCredentials": "AuthorizerCredentials",
		"identitySource": "IdentitySource", "identityValidationExpression": "IdentityValidationExpression",
		"authorizerResultTtlInSeconds": "AuthorizerResultTtlInSeconds",
		"providerARNs":                 "ProviderARNs",
	})
	if err != nil {
		return err
	}
	a := property.Authorizer{Name: name}
	if err := decode(renamed, &a, path); err != nil {
		return err
	}
	a.Type = strings.ToUpper(a.Type)
	s := scheme{authorizationType: "CUSTOM"}
	switch a.Type {
	case "TOKEN":
		if a.IdentitySource == "" {
			header := text(fields["name"])
			if header == "" {
				header = "Authorization"
			}
			a.IdentitySource = "method.request.header." + header
		}
	case "REQUEST":
	case "COGNITO_USER_POOLS":
		s.authorizationType = a.Type
	default:
		return failf(path+".type", "%q is not a type of authorizer: it is token, request or cognito_user_pools", a.Type)
	}
	r.definition.Authorizers[name] = a
	r.security[name] = s
	return nil
}

// applySecurity sets what an operation's security asks for.
func (r *reader) applySecurity(m *property.Method, operation map[string]any, path string) {
	m.AuthorizationType = "NONE"
	if auth, ok := operation["x-amazon-apigateway-auth"].(map[string]any); ok {
		m.AuthorizationType = strings.ToUpper(text(auth["type"]))
	}
	requirements, _ := operation["security"].([]any)
	for _, requirement := range requirements {
		names, _ := requirement.(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(names)) {
			s, ok := r.security[name]
			switch {
			case !ok:
				r.notice(rules.Of("document-method-open", "place", path, "scheme", name))
			case s.apiKey:
				m.ApiKeyRequired = true
			default:
				m.AuthorizationType = s.authorizationType
				if s.authorizationType == "AWS_IAM" {
					continue
				}
				m.AuthorizerId = name
				scopes, _ := names[name].([]any)
				for _, scope := range scopes {
					m.AuthorizationScopes = append(m.AuthorizationScopes, text(scope))
				}
			}
		}
	}
}
