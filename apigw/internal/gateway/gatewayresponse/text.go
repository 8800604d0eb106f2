package gatewayresponse

import (
	"encoding/json"
	"fmt"
	"strings"
)

// source is the right side of a response parameter: static text, or a variable.
type source struct {
	text     string
	variable bool
}

func parseSource(text string) (source, error) {
	if len(text) >= 2 && text[0] == '\'' && text[len(text)-1] == '\'' {
		return source{text: text[1 : len(text)-1]}, nil
	}
	if !isVariable(text) {
		return source{}, fmt.Errorf("%q is not a value; write 'text', method.request.{header,path,querystring}.NAME, context.NAME or stageVariables.NAME", text)
	}
	return source{text, true}, nil
}

func isVariable(name string) bool {
	for _, prefix := range [...]string{
		"context.", "stageVariables.",
		"method.request.header.", "method.request.path.", "method.request.querystring.",
		"method.request.multivalueheader.", "method.request.multivaluequerystring.",
	} {
		if rest, ok := strings.CutPrefix(name, prefix); ok && rest != "" {
			return true
		}
	}
	return false
}

func (s source) value(lookup Lookup) (string, bool) {
	if !s.variable {
		return s.text, true
	}
	return lookup(s.text)
}

// piece is a part of a template: text, or a variable without its dollar sign.
type piece source

// parseText splits a template. It knows variables and nothing else: gateway
// responses have no Velocity.
func parseText(text string) []piece {
	var pieces []piece
	for text != "" {
		i := strings.IndexByte(text, '$')
		if i < 0 {
			break
		}
		name := variableAt(text[i+1:])
		if !isVariable(name) {
			i++
			pieces = append(pieces, piece{text: text[:i]})
			text = text[i:]
			continue
		}
		pieces = append(pieces, piece{text: text[:i]}, piece{text: name, variable: true})
		text = text[i+1+len(name):]
	}
	return append(pieces, piece{text: text})
}

// variableAt returns the longest name that text begins with. A dot at the end is a
// full stop.
func variableAt(text string) string {
	end := strings.IndexFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '.' && r != '_' && r != '-'
	})
	if end >= 0 {
		text = text[:end]
	}
	return strings.TrimRight(text, ".")
}

func render(pieces []piece, lookup Lookup) []byte {
	var out []byte
	for _, p := range pieces {
		if !p.variable {
			out = append(out, p.text...)
		} else if value, ok := lookup(p.text); ok {
			out = append(out, value...)
		}
	}
	return out
}

// withError adds $context.error to what lookup knows.
func withError(e *Error, lookup Lookup) Lookup {
	return func(name string) (string, bool) {
		if value, ok := e.Variable(name); ok {
			return value, true
		}
		return lookup(name)
	}
}

// Variable returns the value of a variable of $context.error, such as
// context.error.message; false for every other name.
func (e *Error) Variable(name string) (string, bool) {
	switch name {
	case "context.error.message":
		if e.NoMessage {
			return "null", true
		}
		return e.Message, true
	case "context.error.messageString":
		return e.messageString(), true
	case "context.error.responseType":
		return string(e.Type), true
	case "context.error.validationErrorString":
		return e.Validation, true
	}
	return "", false
}

// messageString returns the message as JSON.
func (e *Error) messageString() string {
	if e.NoMessage {
		return "null"
	}
	var quoted strings.Builder
	encoder := json.NewEncoder(&quoted)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(e.Message) // a string always has a JSON form
	return strings.TrimSuffix(quoted.String(), "\n")
}

// defaultBody returns the body where the API has no template. Its spacing shows
// where an error comes from.
func (e *Error) defaultBody() []byte {
	key := `{"message":`
	if e.CapitalKey {
		key = `{"Message":`
	}
	if e.Spaced {
		key += " "
	}
	return []byte(key + e.messageString() + "}")
}
