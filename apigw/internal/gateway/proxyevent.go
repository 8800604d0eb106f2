package gateway

import (
	"encoding/base64"
	"maps"
	"slices"
	"strconv"

	"example.com/apigw/internal/gateway/route"
	"example.com/apigw/internal/mapping"
)

// newEventStart returns the beginning of a proxy event, which is the same in every
// call of a method.
func newEventStart(m *method) []byte {
	return append(appendJSON([]byte(`{"resource":`), m.ResourcePath), `,"path":`...)
}

// appendProxyEvent appends the event that a function with proxy integration
// gets. Keys and their order are as recorded
// (test_put_events_with_target_api_gateway, test_lambda_aws_proxy_integration).
func (in *methodRequest) appendProxyEvent(dst []byte) []byte {
	dst = append(dst, in.method.eventStart...)
	dst = appendJSON(dst, in.address.eventPath(in.path))
	dst = appendJSON(append(dst, `,"httpMethod":`...), in.httpMethod)
	dst = appendLast(append(dst, `,"headers":`...), in.header)
	dst = appendAll(append(dst, `,"multiValueHeaders":`...), in.header)
	dst = appendLast(append(dst, `,"queryStringParameters":`...), in.query)
	dst = appendAll(append(dst, `,"multiValueQueryStringParameters":`...), in.query)
	dst = appendPathParameters(append(dst, `,"pathParameters":`...), in.params)
	dst = append(append(dst, `,"stageVariables":`...), in.address.stage.variables...)
	dst = in.appendRequestContext(append(dst, `,"requestContext":`...))
	dst = append(dst, `,"body":`...)
	isBase64 := in.isBinary() && len(in.body) > 0
	switch {
	case len(in.body) == 0:
		dst = append(dst, "null"...)
	case isBase64:
		dst = append(dst, '"')
		dst = base64.StdEncoding.AppendEncode(dst, in.body)
		dst = append(dst, '"')
	default:
		dst = appendJSON(dst, in.body)
	}
	dst = append(dst, `,"isBase64Encoded":`...)
	dst = strconv.AppendBool(dst, isBase64)
	return append(dst, '}')
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

// separator returns what stands in front of the i-th member of an object.
func separator(i int) byte {
	if i == 0 {
		return '{'
	}
	return ','
}
