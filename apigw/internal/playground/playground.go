// Package playground tries what a function returned, and mapping templates, without a
// function and without an app. It makes an API of one method, sends it one request
// through the gateway itself, and says what came of it in a form that a page can show:
// all places are counted in UTF-16 code units, as JavaScript counts them.
//
// [Check] is about a function's result, at both doors at once. [Render] is about a
// mapping template, of a request or of a response. [Handler] serves both to a page.
package playground

import (
	"fmt"
)

// InputError says what is wrong with what was asked for.
type InputError struct{ problem string }

func (e *InputError) Error() string { return e.problem }

func inputError(format string, values ...any) error {
	return &InputError{fmt.Sprintf(format, values...)}
}

// Pair is a name with a value.
type Pair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Request is what a client sends, and what API Gateway knows about it.
type Request struct {
	Method         string `json:"method"` // POST if it is empty
	Path           []Pair `json:"path"`   // path parameters
	Query          []Pair `json:"query"`
	Headers        []Pair `json:"headers"`
	Body           string `json:"body"`
	Context        []Pair `json:"context"` // members of $context, such as identity.sourceIp
	StageVariables []Pair `json:"stageVariables"`
}

// Result is what a function returned, or threw.
type Result struct {
	Text  string `json:"text"`
	Threw bool   `json:"threw"` // Text is the object with errorMessage and errorType
}

// Response is an integration response: what a method without proxy integration makes of
// some results.
type Response struct {
	Status    string `json:"status"`
	Pattern   string `json:"pattern"`   // selection pattern; empty is the default response
	MediaType string `json:"mediaType"` // of the template; application/json if it is empty
	Template  string `json:"template"`  // empty is none
	Headers   []Pair `json:"headers"`   // name, and what it is mapped from
}
