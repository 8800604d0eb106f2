// Package contract reads what a service promises: requests, and the response to
// each. One file, test/contract/contract.json, holds them for all tests, for the verb
// parity, which compares a deployed stage with the service on this machine, and for
// the commands that add to the service.
//
// The file is a JSON array of cases:
//
//	{
//	  "rule": "a name in the query",
//	  "request": {"method": "GET", "target": "/hello?name=Ada"},
//	  "event": {"name": "Ada"},
//	  "response": {"status": 200, "body": "{\"Hello\":\"Ada\"}"}
//	}
//
// The fields of [Case] say what else there can be.
package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
)

// File is where a service has its contract, from the folder of its go.mod.
const File = "test/contract/contract.json"

// Case is a request, its response, and what passes the gateway on the way.
type Case struct {
	// Rule says what the case shows. No two cases say the same.
	Rule string `json:"rule"`

	// Door is "proxy" or "mapped" if the request is for the API with or without proxy
	// integration alone, and empty if both respond alike.
	Door string `json:"door,omitempty"`

	// Function is the folder in functions/ of the function that the request is for.
	// It is empty for the first function of a service.
	Function string `json:"function,omitempty"`

	Request Request `json:"request"`

	// Authorized says that the client also sends a token that the authorizer takes, as
	// the header Authorization. Tests have one of their own.
	Authorized bool `json:"authorized,omitempty"`

	// Gateway says that the gateway responds by itself, whatever the integration.
	Gateway bool `json:"gateway,omitempty"`

	// FunctionFails says that the function fails for a reason that no request can
	// bring about. Tests have another function in its place, and parity leaves the
	// case out.
	FunctionFails bool `json:"functionFails,omitempty"`

	// Event is what the gateway turns the request into without proxy integration. It
	// is empty if that gateway responds by itself.
	Event json.RawMessage `json:"event,omitempty"`

	// Error is the text of the error that the function returns for Event. If it is
	// empty, the function returns the body of the response.
	Error string `json:"error,omitempty"`

	Response Response `json:"response"`

	// Line is where the case begins in its file, from 1.
	Line int `json:"-"`
}

// Request is an HTTP request. The target has path and query as the client sends
// them, percent-encoded.
type Request struct {
	Method  string            `json:"method"`
	Target  string            `json:"target"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    string            `json:"body,omitempty"`
}

// Response is an HTTP response. Headers lists those that only this response has, and
// not those that are on every response.
type Response struct {
	Status  int               `json:"status"`
	Body    string            `json:"body"`
	Headers map[string]string `json:"headers,omitempty"`
}

// On reports whether the request is for a door: "proxy" or "mapped".
func (c Case) On(door string) bool { return c.Door == "" || c.Door == door }

// Read returns the cases of a file.
func Read(file string) ([]Case, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	cases, err := Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return cases, nil
}

// Parse returns the cases of the text of a contract. An error names the line.
func Parse(text []byte) ([]Case, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	line := func() int { return 1 + bytes.Count(text[:decoder.InputOffset()], []byte("\n")) }
	if token, err := decoder.Token(); err != nil || token != json.Delim('[') {
		return nil, errors.New(`expected a JSON array of cases, such as [{"rule": "…", "request": {"method": "GET", "target": "/"}, "response": {"status": 200, "body": "…"}}]`)
	}
	var cases []Case
	lines := map[string]int{} // by rule
	for decoder.More() {
		rest := text[decoder.InputOffset():]
		begins := len(text) - len(bytes.TrimLeft(rest, ", \t\r\n"))
		c := Case{Line: 1 + bytes.Count(text[:begins], []byte("\n"))}
		if err := decoder.Decode(&c); err != nil {
			return nil, fmt.Errorf("line %d: %w", c.Line, err)
		}
		if err := c.check(); err != nil {
			return nil, fmt.Errorf("line %d: %w", c.Line, err)
		}
		if first := lines[c.Rule]; first != 0 {
			return nil, fmt.Errorf("line %d: the rule %q is that of line %d too: say what this case shows", c.Line, c.Rule, first)
		}
		lines[c.Rule] = c.Line
		cases = append(cases, c)
	}
	if _, err := decoder.Token(); err != nil {
		return nil, fmt.Errorf("line %d: the array does not end: %w", line(), err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("line %d: something follows the array: remove it", line())
	}
	if len(cases) == 0 {
		return nil, errors.New("there is no case: write one or more")
	}
	return cases, nil
}

// methods are those that a request can have.
var methods = regexp.MustCompile(`^[A-Z]+$`)

// check reports the first thing that is wrong.
func (c Case) check() error {
	switch {
	case c.Rule == "":
		return errors.New(`"rule" is missing: say what the case shows`)
	case c.Door != "" && c.Door != "proxy" && c.Door != "mapped":
		return fmt.Errorf(`there is no "door" %q: use proxy or mapped, or leave it out for both`, c.Door)
	case !methods.MatchString(c.Request.Method):
		return fmt.Errorf(`the request's "method" is %q: write one in capitals, such as GET`, c.Request.Method)
	case !strings.HasPrefix(c.Request.Target, "/"):
		return fmt.Errorf(`the request's "target" is %q: write the path behind the stage, beginning with a slash`, c.Request.Target)
	case strings.ContainsAny(c.Request.Target, " #\t\r\n"):
		return fmt.Errorf(`the request's "target" is %q: write blanks, # and line breaks percent-encoded, as in %%20`, c.Request.Target)
	case c.Response.Status < 100 || c.Response.Status > 599:
		return fmt.Errorf(`the response's "status" is %d: write one from 100 to 599`, c.Response.Status)
	}
	return nil
}
