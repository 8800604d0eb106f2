package gateway

import (
	"encoding/json"
	"strconv"
	"strings"

	"example.com/apigw/internal/mapping"
	"example.com/apigw/internal/rules"
)

// identity returns a member of $context.identity; empty stands for null.
func (in *methodRequest) identity(name string) string {
	switch name {
	case "sourceIp":
		return in.sourceIP
	case "userAgent":
		return in.userAgent
	}
	return in.admission.identity[name]
}

// contextMember is a member of $context.
type contextMember struct {
	name string
	kind contextKind
	text string // if it is a text
}

// contextKind is what kind of value a member of $context has.
type contextKind uint8

const (
	contextText contextKind = iota
	contextNothing
	contextTime
	contextEpoch
	contextIdentity
	contextAuthorizer
)

// contextMembers returns the members of $context, and of requestContext in the event
// of a function, in the order of the latter. Which there are is recorded
// (test_put_events_with_target_api_gateway, test_lambda_aws_proxy_integration,
// test_integration_mock_with_vtl_map_assignation).
func (in *methodRequest) contextMembers() [18]contextMember {
	stage := in.address.stage
	resource, operation, authorizer := contextNothing, contextNothing, contextNothing
	var resourceID, resourcePath, operationName string
	if m := in.method; m != nil {
		resource, resourceID, resourcePath, operationName = contextText, m.ResourceID, m.ResourcePath, m.OperationName
	}
	if operationName != "" {
		operation = contextText
	}
	if in.admission.authorizer != nil {
		authorizer = contextAuthorizer
	}
	return [...]contextMember{
		{"resourceId", resource, resourceID},
		{"authorizer", authorizer, ""},
		{"resourcePath", resource, resourcePath},
		{"operationName", operation, operationName},
		{"httpMethod", contextText, in.httpMethod},
		{"extendedRequestId", contextText, in.extendedID},
		{"requestTime", contextTime, ""},
		{"path", contextText, in.fullPath},
		{"accountId", contextText, stage.api.Account},
		{"protocol", contextText, protocol},
		{"stage", contextText, stage.Name},
		{"domainPrefix", contextText, in.address.prefix},
		{"requestTimeEpoch", contextEpoch, ""},
		{"requestId", contextText, in.id},
		{"identity", contextIdentity, ""},
		{"domainName", contextText, in.address.host},
		{"deploymentId", contextText, stage.DeploymentID},
		{"apiId", contextText, stage.api.ID},
	}
}

// requestTimeLayout is how API Gateway writes the time of a request.
const requestTimeLayout = "02/Jan/2006:15:04:05 -0700"

// contextValues returns $context as templates see it.
func (in *methodRequest) contextValues() map[string]any {
	members := in.contextMembers()
	values := make(map[string]any, len(members))
	for i := range members {
		switch m := &members[i]; m.kind {
		case contextText:
			values[m.name] = m.text
		case contextTime:
			values[m.name] = in.started.UTC().Format(requestTimeLayout)
		case contextEpoch:
			values[m.name] = in.started.UnixMilli()
		case contextIdentity:
			values[m.name] = in.identityValues()
		case contextAuthorizer:
			values[m.name] = in.admission.authorizer
		}
	}
	return values
}

// appendRequestContext appends the member requestContext of a function's event.
func (in *methodRequest) appendRequestContext(dst []byte) []byte {
	members := in.contextMembers()
	separator := byte('{')
	for i := range members {
		m := &members[i]
		if m.kind == contextNothing {
			continue
		}
		dst = append(dst, separator, '"')
		dst = append(append(dst, m.name...), '"', ':')
		separator = ','
		switch m.kind {
		case contextText:
			dst = appendJSON(dst, m.text)
		case contextTime:
			dst = append(in.started.UTC().AppendFormat(append(dst, '"'), requestTimeLayout), '"')
		case contextEpoch:
			dst = strconv.AppendInt(dst, in.started.UnixMilli(), 10)
		case contextIdentity:
			dst = in.appendIdentity(dst)
		case contextAuthorizer:
			text, err := json.Marshal(in.admission.authorizer)
			if err != nil { // it came from JSON
				text = []byte("{}")
			}
			dst = append(dst, text...)
		}
	}
	return append(dst, '}')
}

// identityFields returns the members of $context.identity in the order of an event.
// Those of an API key are there only if one was used.
func identityFields() [14]string {
	return [...]string{
		"cognitoIdentityPoolId", "accountId", "cognitoIdentityId", "caller", "apiKey", "sourceIp", "principalOrgId",
		"accessKey", "cognitoAuthenticationType", "cognitoAuthenticationProvider", "userArn", "apiKeyId", "userAgent", "user",
	}
}

// hasIdentity reports whether a member of $context.identity is there, if only as
// null.
func hasIdentity(name, value string) bool {
	return value != "" || name != "apiKey" && name != "apiKeyId"
}

func (in *methodRequest) identityValues() map[string]any {
	values := make(map[string]any, 14)
	for _, name := range identityFields() {
		if value := in.identity(name); value != "" {
			values[name] = value
		} else if hasIdentity(name, value) {
			values[name] = nil
		}
	}
	return values
}

func (in *methodRequest) appendIdentity(dst []byte) []byte {
	separator := byte('{')
	for _, name := range identityFields() {
		value := in.identity(name)
		if !hasIdentity(name, value) {
			continue
		}
		dst = append(dst, separator, '"')
		dst = append(append(dst, name...), '"', ':')
		dst = appendOrNull(dst, value)
		separator = ','
	}
	return append(dst, '}')
}

// variable returns the value of a variable that gateway responses and access logs
// can use, such as context.requestId or method.request.header.Origin.
func (in *methodRequest) variable(name string) (string, bool) {
	kind, rest, _ := strings.Cut(name, ".")
	switch kind {
	case "context":
		return in.contextVariable(rest)
	case "stageVariables":
		if in.address.stage == nil {
			return "", false
		}
		value, ok := in.address.stage.Variables[rest]
		return value, ok
	}
	from, parameter, _ := strings.Cut(strings.TrimPrefix(name, "method.request."), ".")
	var values []string
	switch from {
	case "header", "multivalueheader":
		values = in.header.Values(parameter)
	case "querystring", "multivaluequerystring":
		values = in.query.Values(parameter)
	case "path":
		for _, p := range in.params {
			if p.Name == parameter {
				return p.Decoded(), true
			}
		}
	}
	if len(values) == 0 {
		return "", false
	}
	if strings.HasPrefix(from, "multivalue") {
		return strings.Join(values, ","), true
	}
	return values[len(values)-1], true
}

// variableOverHTTP2 returns the value of a variable as [methodRequest.variable] does,
// but for the header Origin of a browser. Browsers speak HTTP/2 with AWS, where names
// are in small letters, and HTTP/1.1 with a server without TLS, where they send Origin.
// The note says where that makes a difference.
func (in *methodRequest) variableOverHTTP2(name string) (value string, ok bool, note rules.Use) {
	header, isHeader := strings.CutPrefix(name, "method.request.header.")
	value, ok = in.variable(name)
	if !isHeader || !strings.EqualFold(header, "origin") || !in.fromBrowserOverHTTP1() {
		return value, ok, note
	}
	if header != "origin" {
		if !ok {
			return "", false, note
		}
		return "", false, rules.Of("origin-of-http1-mapped", "name", header)
	}
	origin := firstHeader(in.header, "Origin")
	if ok || origin == "" {
		return value, ok, note
	}
	return origin, true, rules.Of("origin-taken-as-http2")
}

// fromBrowserOverHTTP1 reports whether a browser sent the request over HTTP/1.1, which
// it would have sent over HTTP/2 to AWS.
func (in *methodRequest) fromBrowserOverHTTP1() bool {
	return in.protocol < 2 && (firstHeader(in.header, "Sec-Fetch-Mode") != "" || strings.HasPrefix(in.userAgent, "Mozilla/"))
}

// contextVariable returns a scalar of $context by a dotted name.
func (in *methodRequest) contextVariable(name string) (string, bool) {
	switch name {
	case "requestId":
		return in.id, true
	case "xrayTraceId":
		return in.trace.root, in.trace.root != ""
	}
	if in.address.stage == nil {
		if name == "extendedRequestId" {
			return in.extendedID, true
		}
		return "", false
	}
	return scalar(in.contextValues(), name)
}

// scalar reads a member of nested maps by a dotted name, as text.
func scalar(values map[string]any, name string) (string, bool) {
	var value any = values
	for key := range strings.SplitSeq(name, ".") {
		members, ok := value.(map[string]any)
		if !ok {
			return "", false
		}
		value = members[key]
	}
	switch value := value.(type) {
	case string:
		return value, true
	case int64:
		return strconv.FormatInt(value, 10), true
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64), true
	case bool:
		return strconv.FormatBool(value), true
	}
	return "", false
}

// pathParams returns the path parameters as templates see them, decoded.
func (in *methodRequest) pathParams() mapping.Params {
	params := make(mapping.Params, 0, len(in.params))
	for _, p := range in.params {
		params.Add(p.Name, p.Decoded())
	}
	return params
}
