package java_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"os"
	"testing"

	"example.com/apigw/internal/vtl"
)

// methodCase is a template that calls methods, with what Velocity 1.7 makes of
// it.
type methodCase struct {
	ID       string  `json:"id"`
	Template string  `json:"template"`
	Out      *string `json:"out"`            // where null is the empty string
	OutPlain *string `json:"out_velocity"`   // where it is not, if that differs
	Err      string  `json:"error"`          // what fails, such as "method"
	ErrPlain string  `json:"error_velocity"` // where null is not the empty string, if that differs
}

// The cases were made for this package and run through Velocity 1.7 on a JVM.
func TestMethods(t *testing.T) {
	for _, file := range []string{"testdata/methods.jsonl", "testdata/more.jsonl"} {
		for _, c := range readCases(t, file) {
			t.Run(c.ID, func(t *testing.T) {
				c.check(t, &vtl.Options{NullIsEmpty: true}, c.Out, c.Err)
				plain, plainErr := c.OutPlain, ""
				if plain == nil {
					plain, plainErr = c.Out, c.Err
				}
				if c.ErrPlain != "" {
					plain, plainErr = nil, c.ErrPlain
				}
				c.check(t, &vtl.Options{}, plain, plainErr)
			})
		}
	}
}

func readCases(t *testing.T, file string) []methodCase {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var cases []methodCase
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var c methodCase
		if err := json.Unmarshal(s.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	return cases
}

func (c *methodCase) check(t *testing.T, o *vtl.Options, want *string, wantErr string) {
	t.Helper()
	out, failure, err := render(c.Template, o)
	if failure != wantErr {
		t.Errorf("NullIsEmpty %v: %q\n got failure %q (%v)\nwant %q", o.NullIsEmpty, c.Template, failure, err, wantErr)
		return
	}
	if want != nil && out != *want {
		t.Errorf("NullIsEmpty %v: %q\n got %q\nwant %q", o.NullIsEmpty, c.Template, out, *want)
	}
}

// render executes a template and names what fails.
func render(text string, o *vtl.Options) (out, failure string, err error) {
	t, err := vtl.Parse("t", text)
	if err != nil {
		return "", "parse", err
	}
	b, err := t.Append(context.Background(), nil, nil, o)
	if thrown, ok := errors.AsType[*vtl.RuntimeError](err); ok {
		return "", string(thrown.Failure), err
	}
	return string(b), "", err
}
