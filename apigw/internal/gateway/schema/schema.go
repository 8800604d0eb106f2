// Package schema checks request bodies against the models of an API, as the
// request validators of API Gateway do: JSON Schema draft 4, with the words in
// which API Gateway's Java library describes what is wrong.
//
// Nothing is ever loaded: a model can refer to itself and to other models of
// its API.
package schema

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/gatewayresponse"
)

// emptyModel is the model that every API has. It accepts anything, even no body,
// unless the API defines a model of that name.
const emptyModel = "Empty"

// unparsable is the detail for a body that is missing or not JSON.
const unparsable = "Unknown error parsing request body"

// Set has the compiled models of one API. It is safe for concurrent use.
type Set struct {
	models map[string]*jsonschema.Schema
	broken map[string]error
}

// Compile compiles the models of the API with the given id. It returns one error
// for each model that is wrong, with its name and the place in it. The others work.
func Compile(models []*assembly.Model, apiID string) (*Set, []error) {
	set := &Set{models: map[string]*jsonschema.Schema{}, broken: map[string]error{}}
	base := "https://apigateway.amazonaws.com/restapis/" + apiID + "/models/"

	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft4)
	compiler.UseLoader(noLoader{})
	compiler.UseRegexpEngine(compilePattern)
	for _, m := range models {
		doc, err := document(m.Schema, base)
		if err == nil {
			err = compiler.AddResource(base+m.Name, doc)
		}
		if err != nil {
			set.broken[m.Name] = fmt.Errorf("model %s: %w", m.Name, err)
		}
	}
	var errs []error
	for _, m := range models {
		if set.broken[m.Name] == nil {
			compiled, err := compiler.Compile(base + m.Name)
			if err == nil {
				set.models[m.Name] = compiled
				continue
			}
			set.broken[m.Name] = fmt.Errorf("model %s: %w", m.Name, explain(err, base))
		}
		errs = append(errs, set.broken[m.Name])
	}
	return set, errs
}

// Validate checks a body against a model and returns what is wrong with it, in
// API Gateway's words and order. The error is not nil if the model is unknown or
// broken, applies itself endlessly or takes too long, for which API Gateway
// responds with 500.
func (s *Set) Validate(ctx context.Context, model string, body []byte) ([]string, error) {
	compiled, ok := s.models[model]
	if !ok {
		if err := s.broken[model]; err != nil {
			return nil, err
		}
		if model == emptyModel {
			return nil, nil
		}
		return nil, fmt.Errorf("the API has no model %s: add it, or correct the method's request models", model)
	}
	value, err := decode(body)
	if err != nil {
		return []string{unparsable}, nil
	}
	e := evaluation{ctx: ctx, steps: baseSteps + stepsPerByte*len(body), active: map[visit]bool{}}
	var report []string
	if err := e.apply(compiled, value, 0, &report); err != nil {
		return nil, fmt.Errorf("model %s: %w", model, err)
	}
	return report, nil
}

// Check validates a body and returns the failure that the client gets: 400
// "Invalid request body", or 500. It returns nil if the body passes. The content
// type is for the log.
func (s *Set) Check(ctx context.Context, model, contentType string, body []byte) *gatewayresponse.Error {
	details, err := s.Validate(ctx, model, body)
	if err != nil {
		return gatewayresponse.ValidationFailed(err)
	}
	if len(details) == 0 {
		return nil
	}
	return gatewayresponse.BadRequestBody(contentType, join(details))
}

// join writes details as $context.error.validationErrorString and the execution
// log have them: [a, b].
func join(details []string) string {
	return "[" + strings.Join(details, ", ") + "]"
}

type noLoader struct{}

func (noLoader) Load(string) (any, error) {
	return nil, errors.New("a model can refer to models of the same API only")
}

// document reads a schema. It drops $schema, since API Gateway reads every model
// as draft 4, and spells all references to models in one way.
func document(schema json.RawMessage, base string) (any, error) {
	if len(bytes.TrimSpace(schema)) == 0 {
		return map[string]any{}, nil
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if text, ok := doc.(string); ok && err == nil {
		doc, err = jsonschema.UnmarshalJSON(strings.NewReader(text))
	}
	if err != nil {
		return nil, fmt.Errorf("the schema is not JSON: %w", err)
	}
	object, ok := doc.(map[string]any)
	if !ok {
		return nil, errors.New("the schema must be a JSON object")
	}
	delete(object, "$schema")
	redirect(object, base)
	return object, nil
}

var modelReference = regexp.MustCompile(`^https?://apigateway\.[^/]+/restapis/[^/]+/models/([^/#]+)(#.*)?$`)

// redirect makes all references to models start with base.
func redirect(v any, base string) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			if ref, ok := value.(string); ok && key == "$ref" {
				if m := modelReference.FindStringSubmatch(ref); m != nil {
					v[key] = base + m[1] + m[2]
				}
				continue
			}
			redirect(value, base)
		}
	case []any:
		for _, value := range v {
			redirect(value, base)
		}
	}
}

// explain turns the compiler's error into one line with the place in the model.
func explain(err error, base string) error {
	var invalid *jsonschema.SchemaValidationError
	var details *jsonschema.ValidationError
	if errors.As(err, &invalid) && errors.As(invalid.Err, &details) {
		for _, unit := range details.BasicOutput().Errors {
			if unit.Error != nil && unit.InstanceLocation != "" {
				return fmt.Errorf("at %s: %s (JSON Schema draft 4)", unit.InstanceLocation, unit.Error)
			}
		}
	}
	return errors.New(strings.ReplaceAll(err.Error(), base, ""))
}

const (
	// maxDepth is how deep a body may be nested.
	maxDepth = 1000
	// maxExponent bounds numbers, which are compared exactly.
	maxExponent = 4
)

// decode reads a body and keeps numbers as they are spelled.
func decode(body []byte) (any, error) {
	depth := 0
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case json.Delim:
			if token == '{' || token == '[' {
				depth++
			} else {
				depth--
			}
			if depth > maxDepth {
				return nil, fmt.Errorf("nested deeper than %d levels", maxDepth)
			}
		case json.Number:
			if _, exponent, ok := strings.Cut(strings.ToLower(token.String()), "e"); ok && len(strings.TrimLeft(exponent, "+-0")) > maxExponent {
				return nil, fmt.Errorf("number %s is out of range", token)
			}
		}
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(body))
}
