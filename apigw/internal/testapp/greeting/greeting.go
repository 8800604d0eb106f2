// Package greeting is what both functions of the sample app do.
package greeting

import (
	"errors"
	"strings"
)

// World is greeted when a request has no name.
const World = "World"

// Greeting is the result.
type Greeting struct {
	Greeting string `json:"greeting"`
}

// ErrName is the error of a name that cannot be greeted.
var ErrName = errors.New("the name must not be empty")

// Greet greets name.
func Greet(name string) (Greeting, error) {
	if strings.TrimSpace(name) == "" {
		return Greeting{}, ErrName
	}
	return Greeting{Greeting: name}, nil
}
