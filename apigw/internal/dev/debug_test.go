package dev

import (
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
)

func TestParseDebugged(t *testing.T) {
	tests := []struct {
		rule, text string
		want       Debugged
		err        string
	}{
		{"a name", "hello", Debugged{Name: "hello"}, ""},
		{"a package and a port", "./functions/hello=4000", Debugged{"./functions/hello", 4000}, ""},
		{"no name", "=4000", Debugged{}, "expected NAME or NAME=PORT"},
		{"no number", "hello=x", Debugged{}, `"x" is not a port`},
		{"a number that is too large", "hello=65536", Debugged{}, `"65536" is not a port`},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			got, err := ParseDebugged(test.text)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("got %v, want %q", err, test.err)
				}
				return
			}
			if err != nil || got != test.want {
				t.Errorf("got %+v, %v; want %+v", got, err, test.want)
			}
		})
	}
}

func TestWhichFunctionsAreDebugged(t *testing.T) {
	functions := []*assembly.Function{
		{ARN: "arn:a", Name: "a", Path: "S/A", Package: "./functions/a"}, {ARN: "arn:b", Name: "b", Path: "S/B", Runtime: "nodejs22.x"}, {ARN: "arn:c", Name: "c", Path: "S/C", Package: "./functions/c"},
		{ARN: "arn:p", Name: "p", Path: "S/P", Runtime: "python3.13"},
	}
	tests := []struct {
		rule   string
		wanted []Debugged
		want   map[string]int
		err    string
	}{
		{"ports are given out in order, around those that are named", []Debugged{{"a", 0}, {"b", 2346}, {"c", 0}}, map[string]int{"arn:a": 2345, "arn:b": 2346, "arn:c": 2347}, ""},
		{"an unknown function", []Debugged{{"x", 0}}, nil, `--debug: there is no function "x"`},
		{"a function in Python", []Debugged{{"p", 0}}, nil, "function S/P cannot run under a debugger here"},
		{"a function twice", []Debugged{{"a", 0}, {"./functions/a", 0}}, nil, "is named twice"},
		{"a port twice", []Debugged{{"a", 4000}, {"b", 4000}}, nil, "the port 4000 is for"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			found, ready, err := Debugging{Functions: test.wanted}.resolve(functions)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("got %v, want %q", err, test.err)
				}
				return
			}
			if err != nil || len(ready) != len(test.want) {
				t.Fatalf("got %+v and %v, want %d functions", ready, err, len(test.want))
			}
			for arn, port := range test.want {
				if found[arn] == nil || found[arn].Port != port {
					t.Errorf("got %+v for %s, want the port %d", found[arn], arn, port)
				}
			}
		})
	}
}
