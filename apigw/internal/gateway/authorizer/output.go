package authorizer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"example.com/apigw/internal/gateway/policy"
)

// output is the result of an authorizer's function.
type output struct {
	principalID string
	policy      *policy.Policy
	context     map[string]string
	usageKey    string
	named       bool // there is a principal
}

// fields returns the members that a result may have.
func fields() []string {
	return []string{"principalId", "policyDocument", "context", "usageIdentifierKey"}
}

// parseOutput reads a result as AWS does, which takes numbers and booleans where it
// wants a text. The error says what is wrong with the result; log is what the
// execution log says about it, after "Execution failed due to configuration error: ".
func parseOutput(payload []byte) (out *output, log string, err error) {
	out = &output{context: map[string]string{}}
	document, log, err := out.readMembers(payload)
	switch {
	case err != nil:
		return nil, log, err
	case !out.named:
		return nil, authorizerError, errors.New("principalId, a text, is missing")
	case document == nil:
		return nil, authorizerError, errors.New("policyDocument is missing")
	}
	if out.policy, err = policy.ParseIdentity(document); err != nil {
		return nil, authorizerError, fmt.Errorf("policyDocument: %w", err)
	}
	return out, "", nil
}

// readMembers reads the members in their order, for the first that is wrong decides
// what the log says. It returns the policy, nil without one.
func (o *output) readMembers(payload []byte) (document json.RawMessage, log string, err error) {
	decoder := json.NewDecoder(bytes.NewReader(payload))
	token, err := decoder.Token()
	if err != nil {
		return nil, authorizerError, notObject(err)
	}
	if token == nil {
		return nil, "", nil
	}
	if token != json.Delim('{') {
		return nil, authorizerError, notObject(errors.New("it is another value"))
	}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return nil, authorizerError, notObject(err)
		}
		name, _ := token.(string)
		if !slices.Contains(fields(), name) {
			return nil, unrecognized(name), fmt.Errorf("it has the member %s, and may have only %v", name, fields())
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, authorizerError, notObject(err)
		}
		switch name {
		case "policyDocument":
			document = value
			if string(value) == "null" {
				document = nil
			}
		case "context":
			log, err = o.readContext(value)
		case "principalId":
			o.principalID, o.named, log, err = text(value)
		case "usageIdentifierKey":
			o.usageKey, _, log, err = text(value)
		}
		if err != nil {
			return nil, log, fmt.Errorf("%s%w", name, err)
		}
	}
	if _, err := decoder.Token(); err != nil {
		return nil, authorizerError, notObject(err)
	}
	return document, "", nil
}

func notObject(err error) error {
	return fmt.Errorf("it must be an object with principalId and policyDocument: %w", err)
}

func (o *output) readContext(raw json.RawMessage) (log string, err error) {
	if string(raw) == "null" {
		return "", nil
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if token, _ := decoder.Token(); token != json.Delim('{') {
		return authorizerError, fmt.Errorf(" must be an object, not %s", raw)
	}
	for decoder.More() {
		token, _ := decoder.Token() // the text was read as JSON before, as a whole
		var value json.RawMessage
		_ = decoder.Decode(&value)
		name, _ := token.(string)
		member, ok, log, err := text(value)
		if err != nil {
			return log, fmt.Errorf(".%s%w; objects and lists must be encoded as a text", name, err)
		}
		if ok { // null is a text that is not there
			o.context[name] = member
		}
	}
	return "", nil
}

// text reads a value as a text; ok is false for null.
func text(raw json.RawMessage) (value string, ok bool, log string, err error) {
	switch raw[0] {
	case '"':
		err := json.Unmarshal(raw, &value)
		return value, true, authorizerError, err
	case 'n':
		return "", false, "", nil
	case '{':
		return "", false, notText + "START_OBJECT token", fmt.Errorf(" must be a text, a number or a boolean, not %s", raw)
	case '[':
		return "", false, notText + "START_ARRAY token", fmt.Errorf(" must be a text, a number or a boolean, not %s", raw)
	}
	return string(raw), true, "", nil
}

// What the execution log says.
const (
	authorizerError = "Authorizer error"
	notText         = "Invalid JSON in response: Can not deserialize instance of java.lang.String out of "
)

func unrecognized(name string) string {
	return `Invalid JSON in response: Unrecognized field "` + name + `" , not marked as ignorable`
}

// failedOutput returns what the execution log says about the error of a function: AWS
// reads it as a result.
func failedOutput(payload []byte) string {
	if _, log, err := new(output).readMembers(payload); err != nil {
		return log
	}
	return authorizerError
}
