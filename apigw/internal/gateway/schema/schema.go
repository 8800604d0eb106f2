// Package schema checks request bodies against the models of an API, as the
// request validators of API Gateway do: JSON Schema draft 4, with the words of the
// Java library json-schema-validator 2.2.14, from which API Gateway's come. The
// library's own habits are kept, such as the order of details, the printing of
// numbers, what its formats accept, and the dialect of patterns.
//
// Nothing is ever loaded: a model can refer to itself and to other models of
// its API.
package schema

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/java"
)

// emptyModel is the model that every API has. It accepts anything, even no body,
// unless the API defines a model of that name.
const emptyModel = "Empty"

// unparsable is the detail for a body that is missing or not JSON.
const unparsable = "Unknown error parsing request body"

// Set has the compiled models of one API. It is safe for concurrent use.
type Set struct {
	models map[string]*schema
	broken map[string]error
}

// ModelError says what is wrong with a model.
type ModelError struct {
	Model string
	Err   error
}

func (e *ModelError) Error() string { return "model " + e.Model + ": " + e.Err.Error() }

// Unwrap returns what is wrong.
func (e *ModelError) Unwrap() error { return e.Err }

// Compile compiles the models of the API with the given id. It returns one error
// for each model that is wrong, with its name and the place in it. The others work,
// and so does a model with a wrong reference for bodies that do not come to it.
func Compile(models []*assembly.Model, apiID string) (*Set, []error) {
	set := &Set{models: map[string]*schema{}, broken: map[string]error{}}
	base := "https://apigateway.amazonaws.com/restapis/" + apiID + "/models/"
	documents := map[string]*document{}
	var errs []error
	wrong := func(name string, err error) {
		set.broken[name] = &ModelError{name, err}
		errs = append(errs, set.broken[name])
	}
	for _, m := range models {
		d, err := read(base, m.Name, m.Schema)
		switch {
		case err != nil:
			wrong(m.Name, err)
		case documents[m.Name] != nil:
			wrong(m.Name, errors.New("there is another model of this name"))
		default:
			documents[m.Name] = d
		}
	}
	for _, m := range models {
		if set.broken[m.Name] != nil {
			continue
		}
		compiled, err := compileModel(documents[m.Name], documents)
		if err != nil {
			wrong(m.Name, err)
		}
		if compiled != nil {
			set.models[m.Name] = compiled
		}
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
	value, err := parse(body)
	if err != nil {
		return []string{unparsable}, nil
	}
	e := evaluation{ctx: ctx, steps: baseSteps + stepsPerByte*len(body), active: map[visit]bool{}}
	var r report
	if err := e.apply(compiled, instance{value, 0}, &r); err != nil {
		return nil, fmt.Errorf("model %s: %w", model, err)
	}
	for i, detail := range r.details {
		r.details[i] = string(java.Printable([]byte(detail)))
	}
	return r.details, nil
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
	return gatewayresponse.BadRequestBody(model, contentType, join(details))
}

// join writes details as $context.error.validationErrorString and the execution
// log have them: [a, b].
func join(details []string) string {
	return "[" + strings.Join(details, ", ") + "]"
}
