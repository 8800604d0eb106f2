// Package greeting is what both functions do: it greets somebody by name. It
// knows nothing of HTTP, of Lambda or of API Gateway.
package greeting

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// World is greeted when nobody gave a name.
const World = "World"

// MaxNameLength is the longest name, in characters (Unicode code points).
const MaxNameLength = 64

// InputError is a mistake of the caller. Its text is a sentence for the caller.
type InputError string

func (e InputError) Error() string { return string(e) }

// ErrName is the error of every name that cannot be greeted.
const ErrName InputError = "The name must have 1 to 64 characters and no control characters."

// Greeting is the answer.
type Greeting struct {
	Hello string `json:"Hello"`
}

// Hello greets name. A name has 1 to 64 characters, none of them a control
// character; any other is ErrName.
func Hello(name string) (Greeting, error) {
	length := utf8.RuneCountInString(name)
	if length == 0 || length > MaxNameLength || strings.ContainsFunc(name, unicode.IsControl) {
		return Greeting{}, ErrName
	}
	return Greeting{Hello: name}, nil
}
