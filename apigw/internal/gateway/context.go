package gateway

import (
	"strconv"
	"strings"

	"example.com/apigw/internal/mapping"
)

// identity is a member of $context.identity; empty stands for null.
func (c *call) identity(name string) string {
	switch name {
	case "sourceIp":
		return c.request.sourceIP
	case "userAgent":
		return c.request.userAgent
	}
	return c.admission.identity[name]
}

// contextValues is $context as templates see it. Which members there are is
// recorded (test_integration_mock_with_vtl_map_assignation lists the keys).
func (c *call) contextValues() map[string]any {
	identity := map[string]any{}
	for _, name := range identityFields() {
		if value := c.identity(name); value != "" {
			identity[name] = value
		} else if name != "apiKey" && name != "apiKeyId" {
			identity[name] = nil
		}
	}
	values := map[string]any{
		"httpMethod":        c.request.httpMethod,
		"extendedRequestId": c.extendedID,
		"requestTime":       c.started.UTC().Format(requestTimeLayout),
		"path":              c.request.fullPath,
		"accountId":         c.address.stage.api.Account,
		"protocol":          c.request.protocol,
		"stage":             c.address.stage.Name,
		"domainPrefix":      c.address.prefix,
		"requestTimeEpoch":  c.started.UnixMilli(),
		"requestId":         c.id,
		"identity":          identity,
		"domainName":        c.address.host,
		"deploymentId":      c.address.stage.DeploymentID,
		"apiId":             c.address.stage.api.ID,
	}
	if c.method != nil {
		values["resourceId"] = c.method.ResourceID
		values["resourcePath"] = c.method.ResourcePath
		if c.method.OperationName != "" {
			values["operationName"] = c.method.OperationName
		}
	}
	if c.admission.authorizer != nil {
		values["authorizer"] = c.admission.authorizer
	}
	return values
}

// variable gives the value of a variable that gateway responses and access logs
// can use, such as context.requestId or method.request.header.Origin.
func (c *call) variable(name string) (string, bool) {
	kind, rest, _ := strings.Cut(name, ".")
	switch kind {
	case "context":
		return c.contextVariable(rest)
	case "stageVariables":
		if c.address.stage == nil {
			return "", false
		}
		value, ok := c.address.stage.Variables[rest]
		return value, ok
	}
	from, parameter, _ := strings.Cut(strings.TrimPrefix(name, "method.request."), ".")
	var values []string
	switch from {
	case "header", "multivalueheader":
		values = c.request.header.Values(parameter)
	case "querystring", "multivaluequerystring":
		values = c.request.query.Values(parameter)
	case "path":
		for _, p := range c.request.params {
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

// contextVariable is a scalar of $context by a dotted name.
func (c *call) contextVariable(name string) (string, bool) {
	switch name {
	case "requestId":
		return c.id, true
	case "xrayTraceId":
		return c.trace.root, c.trace.root != ""
	}
	if c.address.stage == nil {
		if name == "extendedRequestId" {
			return c.extendedID, true
		}
		return "", false
	}
	return scalar(c.contextValues(), name)
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

// pathParams are the path parameters as templates see them, decoded.
func (c *call) pathParams() mapping.Params {
	params := make(mapping.Params, 0, len(c.request.params))
	for _, p := range c.request.params {
		params.Add(p.Name, p.Decoded())
	}
	return params
}
