package authorizer

import (
	"bytes"
	"encoding/json"
	"fmt"

	"example.com/apigw/internal/mapping"
)

// tokenEvent is what a function of type TOKEN gets.
type tokenEvent struct {
	Type      string `json:"type"`
	MethodARN string `json:"methodArn"`
	Token     string `json:"authorizationToken"`
}

// requestEvent is what a function of type REQUEST gets. In contrast to the
// event of a proxy integration, what is missing is an empty object.
type requestEvent struct {
	Type              string            `json:"type"`
	MethodARN         string            `json:"methodArn"`
	Resource          string            `json:"resource"`
	Path              string            `json:"path"`
	HTTPMethod        string            `json:"httpMethod"`
	Headers           single            `json:"headers"`
	MultiValueHeaders multi             `json:"multiValueHeaders"`
	Query             single            `json:"queryStringParameters"`
	MultiValueQuery   multi             `json:"multiValueQueryStringParameters"`
	PathParameters    map[string]string `json:"pathParameters"`
	StageVariables    map[string]string `json:"stageVariables"`
	RequestContext    json.RawMessage   `json:"requestContext"`
}

// event returns the payload for the function.
func event(authorizerType string, r Request, id identity) ([]byte, error) {
	if authorizerType == "TOKEN" {
		return marshal(tokenEvent{"TOKEN", r.MethodARN, id[0].value})
	}
	requestContext := json.RawMessage(r.RequestContext)
	if len(requestContext) == 0 {
		requestContext = json.RawMessage("{}")
	}
	return marshal(requestEvent{
		Type:              "REQUEST",
		MethodARN:         r.MethodARN,
		Resource:          r.Resource,
		Path:              r.Path,
		HTTPMethod:        r.HTTPMethod,
		Headers:           single(r.Header),
		MultiValueHeaders: multi(r.Header),
		Query:             single(r.Query),
		MultiValueQuery:   multi(r.Query),
		PathParameters:    notNil(r.PathParameters),
		StageVariables:    notNil(r.StageVariables),
		RequestContext:    requestContext,
	})
}

func notNil(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

// marshal leaves <, > and & as they are.
func marshal(v any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, fmt.Errorf("the event for the authorizer: %w", err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// single are parameters with their last values, in their order.
type single mapping.Params

// MarshalJSON writes a JSON object.
func (s single) MarshalJSON() ([]byte, error) {
	return members(s, func(values []string) any { return last(values) })
}

// multi are parameters with all their values, in their order.
type multi mapping.Params

// MarshalJSON writes a JSON object of lists.
func (m multi) MarshalJSON() ([]byte, error) {
	return members(m, func(values []string) any { return values })
}

func members(params []mapping.Param, value func([]string) any) ([]byte, error) {
	out := []byte{'{'}
	for i, p := range params {
		if i > 0 {
			out = append(out, ',')
		}
		name, err := marshal(p.Name)
		if err != nil {
			return nil, err
		}
		text, err := marshal(value(p.Values))
		if err != nil {
			return nil, err
		}
		out = append(append(append(out, name...), ':'), text...)
	}
	return append(out, '}'), nil
}
