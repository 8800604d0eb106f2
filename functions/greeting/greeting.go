// Package greeting greets somebody by name. It knows nothing about HTTP, Lambda or
// API Gateway.
package greeting

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// World is greeted if nobody gave a name.
const World = "World"

// MaxNameLength is the length of the longest name, in characters (Unicode code
// points).
const MaxNameLength = 64

// InputError is a mistake of the caller. Its text is a sentence for the caller.
type InputError string

func (e InputError) Error() string { return string(e) }

// ErrName is the error for every name that cannot be greeted.
const ErrName InputError = "The name must have 1 to 64 characters and no control characters."

// Hello greets name: it returns what follows the word "Hello". A name has 1 to
// 64 characters and no control characters; for any other name Hello returns
// ErrName.
func Hello(name string) (string, error) {
	length := utf8.RuneCountInString(name)
	if length == 0 || length > MaxNameLength || strings.ContainsFunc(name, unicode.IsControl) {
		return "", ErrName
	}
	return name, nil
}
