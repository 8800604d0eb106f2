package authorizer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"example.com/apigw/internal/gateway/policy"
)

// output is the result of an authorizer's function.
type output struct {
	principalID string
	policy      *policy.Policy
	context     map[string]string
	usageKey    string
}

// fields returns the members that a result may have.
func fields() []string {
	return []string{"principalId", "policyDocument", "context", "usageIdentifierKey"}
}

// parseOutput reads a result. The error says what is wrong with it.
func parseOutput(payload []byte) (*output, error) {
	var raw struct {
		PrincipalID        *string                    `json:"principalId"`
		PolicyDocument     json.RawMessage            `json:"policyDocument"`
		Context            map[string]json.RawMessage `json:"context"`
		UsageIdentifierKey *string                    `json:"usageIdentifierKey"`
	}
	if name := unknownField(payload); name != "" {
		return nil, fmt.Errorf("it has the member %s, and may have only %v", name, fields())
	}
	if err := json.Unmarshal(payload, &raw); err != nil {
		return nil, fmt.Errorf("it must be an object with principalId and policyDocument: %w", err)
	}
	if raw.PrincipalID == nil {
		return nil, errors.New("principalId, a text, is missing")
	}
	if len(raw.PolicyDocument) == 0 || string(raw.PolicyDocument) == "null" {
		return nil, errors.New("policyDocument is missing")
	}
	p, err := policy.ParseIdentity(raw.PolicyDocument)
	if err != nil {
		return nil, fmt.Errorf("policyDocument: %w", err)
	}
	out := &output{principalID: *raw.PrincipalID, policy: p, context: make(map[string]string, len(raw.Context))}
	if raw.UsageIdentifierKey != nil {
		out.usageKey = *raw.UsageIdentifierKey
	}
	for _, name := range slices.Sorted(maps.Keys(raw.Context)) {
		if string(raw.Context[name]) == "null" {
			continue // the service reads texts, of which null is one that is not there
		}
		text, ok := scalar(raw.Context[name])
		if !ok {
			return nil, fmt.Errorf("context.%s must be a text, a number or a boolean, not %s; objects and lists must be encoded as a text", name, raw.Context[name])
		}
		out.context[name] = text
	}
	return out, nil
}

// scalar returns the text of a JSON text, number or boolean.
func scalar(raw json.RawMessage) (string, bool) {
	switch raw[0] {
	case '"':
		var text string
		err := json.Unmarshal(raw, &text)
		return text, err == nil
	case '{', '[':
		return "", false
	}
	return string(raw), true
}

// unknownField returns the first member of a result that it may not have; empty
// without one, and for what is not a JSON object.
func unknownField(payload []byte) string {
	decoder := json.NewDecoder(bytes.NewReader(payload))
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return ""
	}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return ""
		}
		if name, ok := token.(string); ok && !slices.Contains(fields(), name) {
			return name
		}
		var skipped json.RawMessage
		if decoder.Decode(&skipped) != nil {
			return ""
		}
	}
	return ""
}

// invalidOutput returns what the execution log says about a result that cannot be
// used, after "Execution failed due to configuration error: ".
func invalidOutput(payload []byte) string {
	if name := unknownField(payload); name != "" {
		return `Invalid JSON in response: Unrecognized field "` + name + `" , not marked as ignorable`
	}
	return "Authorizer error"
}
