package authorizer

import (
	"strconv"
	"strings"

	"example.com/apigw/internal/gateway/mask"
	"example.com/apigw/internal/mapping"
	"example.com/apigw/internal/rules"
)

// identity is what identifies the caller: a value for each identity source.
type identity []identityValue

type identityValue struct{ source, value string }

// identify reads the identity sources. The rule says which is missing, or that
// the token does not match the validation expression.
func (a *Authorizer) identify(r Request) (identity, rules.Use) {
	var id identity
	for _, source := range a.config.IdentitySources {
		value := sourceValue(source, r)
		if value == "" {
			return nil, rules.Of("identity-missing", "source", source, "authorizer", a.config.Name, "request", r.ID)
		}
		id = append(id, identityValue{source, value})
	}
	if a.validation != nil {
		ok, err := a.validation.Matches(id[0].value)
		if err != nil {
			return nil, rules.Of("token-validation-given-up", "expression", a.validation, "authorizer", a.config.Name, "problem", err, "request", r.ID)
		}
		if !ok {
			return nil, rules.Of("token-not-valid", "expression", a.validation, "authorizer", a.config.Name, "request", r.ID)
		}
	}
	return id, rules.Use{}
}

// sourceValue returns the value of an identity source; empty if it is missing.
func sourceValue(source string, r Request) string {
	if name, ok := strings.CutPrefix(source, "method.request.header."); ok {
		return headerValue(r.Header, name)
	}
	if name, ok := strings.CutPrefix(source, "method.request.querystring."); ok {
		return last(r.Query.Values(name))
	}
	if name, ok := strings.CutPrefix(source, "stageVariables."); ok {
		return r.StageVariables[name]
	}
	if name, ok := strings.CutPrefix(source, "context."); ok && r.ContextVariable != nil {
		return r.ContextVariable(name)
	}
	return ""
}

// headerValue returns the last value of a header, whatever the case of its name.
func headerValue(header mapping.Params, name string) string {
	for _, p := range header {
		if strings.EqualFold(p.Name, name) {
			return last(p.Values)
		}
	}
	return ""
}

func last(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}

// key returns a text that two identities share if they are equal.
func (id identity) key() string {
	var key strings.Builder
	for _, v := range id {
		key.WriteString(strconv.Quote(v.value))
	}
	return key.String()
}

// masked returns the identity as the execution log shows it.
func (id identity) masked(authorizerType string) string {
	if authorizerType == "TOKEN" {
		return mask.Secret(id[0].value)
	}
	parts := make([]string, len(id))
	for i, v := range id {
		parts[i] = v.source + "=" + mask.Secret(v.value)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
