package gateway

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"example.com/apigw/internal/gateway/route"
	"example.com/apigw/internal/mapping"
)

// eventParts are the parts of a proxy event that are the same in every call of a
// method.
type eventParts struct {
	resource []byte // {"resource":…,"path":
	api      []byte // ,"deploymentId":…,"apiId":…}
	ids      []byte // {"resourceId":…
	path     []byte // ,"resourcePath":… and the operation name
}

func newEventParts(m *method) eventParts {
	var p eventParts
	p.resource = appendJSON([]byte(`{"resource":`), m.ResourcePath)
	p.resource = append(p.resource, `,"path":`...)
	p.api = appendJSON([]byte(`,"deploymentId":`), m.stage.DeploymentID)
	p.api = appendJSON(append(p.api, `,"apiId":`...), m.stage.api.ID)
	p.api = append(p.api, '}')
	p.ids = appendJSON([]byte(`{"resourceId":`), m.ResourceID)
	p.path = appendJSON([]byte(`,"resourcePath":`), m.ResourcePath)
	if m.OperationName != "" {
		p.path = appendJSON(append(p.path, `,"operationName":`...), m.OperationName)
	}
	return p
}

// appendProxyEvent appends the event that a function with proxy integration
// gets. Keys and their order are as recorded
// (test_put_events_with_target_api_gateway, test_lambda_aws_proxy_integration).
func (c *call) appendProxyEvent(dst []byte) []byte {
	q, parts := &c.request, &c.method.event
	dst = append(dst, parts.resource...)
	dst = appendJSON(dst, q.path)
	dst = appendJSON(append(dst, `,"httpMethod":`...), q.httpMethod)
	dst = appendLast(append(dst, `,"headers":`...), q.header)
	dst = appendAll(append(dst, `,"multiValueHeaders":`...), q.header)
	dst = appendLast(append(dst, `,"queryStringParameters":`...), q.query)
	dst = appendAll(append(dst, `,"multiValueQueryStringParameters":`...), q.query)
	dst = appendPathParameters(append(dst, `,"pathParameters":`...), q.params)
	dst = append(append(dst, `,"stageVariables":`...), c.address.stage.variables...)
	dst = c.appendRequestContext(append(dst, `,"requestContext":`...))
	dst = append(dst, `,"body":`...)
	isBase64 := isBinary(q.contentType, c.address.stage.api.BinaryMediaTypes) && len(q.body) > 0
	switch {
	case len(q.body) == 0:
		dst = append(dst, "null"...)
	case isBase64:
		dst = append(dst, '"')
		dst = base64.StdEncoding.AppendEncode(dst, q.body)
		dst = append(dst, '"')
	default:
		dst = appendJSON(dst, q.body)
	}
	dst = append(dst, `,"isBase64Encoded":`...)
	dst = strconv.AppendBool(dst, isBase64)
	return append(dst, '}')
}

// appendRequestContext appends the value of the member requestContext.
func (c *call) appendRequestContext(dst []byte) []byte {
	q, parts := &c.request, &c.method.event
	dst = append(dst, parts.ids...)
	if c.admission.authorizer != nil {
		dst = append(dst, `,"authorizer":`...)
		text, err := json.Marshal(c.admission.authorizer)
		if err != nil { // it came from JSON
			text = []byte("{}")
		}
		dst = append(dst, text...)
	}
	dst = append(dst, parts.path...)
	dst = appendJSON(append(dst, `,"httpMethod":`...), q.httpMethod)
	dst = appendJSON(append(dst, `,"extendedRequestId":`...), c.extendedID)
	dst = append(dst, `,"requestTime":"`...)
	dst = c.started.UTC().AppendFormat(dst, requestTimeLayout)
	dst = appendJSON(append(dst, `","path":`...), q.fullPath)
	dst = appendJSON(append(dst, `,"accountId":`...), c.address.stage.api.Account)
	dst = appendJSON(append(dst, `,"protocol":`...), q.protocol)
	dst = appendJSON(append(dst, `,"stage":`...), c.address.stage.Name)
	dst = appendJSON(append(dst, `,"domainPrefix":`...), c.address.prefix)
	dst = strconv.AppendInt(append(dst, `,"requestTimeEpoch":`...), c.started.UnixMilli(), 10)
	dst = appendJSON(append(dst, `,"requestId":`...), c.id)
	dst = c.appendIdentity(append(dst, `,"identity":{`...))
	dst = appendJSON(append(dst, `},"domainName":`...), c.address.host)
	return append(dst, parts.api...)
}

// requestTimeLayout is how API Gateway writes the time of a request.
const requestTimeLayout = "02/Jan/2006:15:04:05 -0700"

// identityFields are the members of requestContext.identity in their order.
// Those of an API key are there only if one was used.
func identityFields() [14]string {
	return [...]string{
		"cognitoIdentityPoolId", "accountId", "cognitoIdentityId", "caller", "apiKey", "sourceIp", "principalOrgId",
		"accessKey", "cognitoAuthenticationType", "cognitoAuthenticationProvider", "userArn", "apiKeyId", "userAgent", "user",
	}
}

func (c *call) appendIdentity(dst []byte) []byte {
	first := true
	for _, name := range identityFields() {
		value := c.identity(name)
		if value == "" && (name == "apiKey" || name == "apiKeyId") {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(dst, '"')
		dst = append(dst, name...)
		dst = append(dst, `":`...)
		dst = appendOrNull(dst, value)
	}
	return dst
}

// appendLast appends an object with the last value of each name, or null.
func appendLast(dst []byte, params mapping.Params) []byte {
	if len(params) == 0 {
		return append(dst, "null"...)
	}
	for i, p := range params {
		dst = append(dst, separator(i))
		dst = appendJSON(dst, p.Name)
		dst = append(dst, ':')
		dst = appendJSON(dst, p.Values[len(p.Values)-1])
	}
	return append(dst, '}')
}

// appendAll appends an object with a list of the values of each name, or null.
func appendAll(dst []byte, params mapping.Params) []byte {
	if len(params) == 0 {
		return append(dst, "null"...)
	}
	for i, p := range params {
		dst = append(dst, separator(i))
		dst = appendJSON(dst, p.Name)
		dst = append(dst, ':', '[')
		for j, value := range p.Values {
			if j > 0 {
				dst = append(dst, ',')
			}
			dst = appendJSON(dst, value)
		}
		dst = append(dst, ']')
	}
	return append(dst, '}')
}

// appendPathParameters appends them as they came, percent-encoding kept.
func appendPathParameters(dst []byte, params []route.Param) []byte {
	if len(params) == 0 {
		return append(dst, "null"...)
	}
	for i, p := range params {
		dst = append(dst, separator(i))
		dst = appendJSON(dst, p.Name)
		dst = append(dst, ':')
		dst = appendJSON(dst, p.Value)
	}
	return append(dst, '}')
}

func appendStageVariables(dst []byte, variables map[string]string) []byte {
	if len(variables) == 0 {
		return append(dst, "null"...)
	}
	for i, name := range slices.Sorted(maps.Keys(variables)) {
		dst = append(dst, separator(i))
		dst = appendJSON(dst, name)
		dst = append(dst, ':')
		dst = appendJSON(dst, variables[name])
	}
	return append(dst, '}')
}

// separator is what stands in front of the i-th member of an object.
func separator(i int) byte {
	if i == 0 {
		return '{'
	}
	return ','
}
