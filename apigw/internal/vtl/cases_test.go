package vtl

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"os"
	"testing"
)

// testCase is a template with what Velocity 1.7 makes of it.
type testCase struct {
	ID       string  `json:"id"`
	Template string  `json:"template"`
	Out      *string `json:"out"`          // with NullIsEmpty
	OutPlain *string `json:"out_velocity"` // without, where it differs
	Err      string  `json:"error"`
	ErrPlain string  `json:"error_velocity"`
}

func readCases(t testing.TB, file string) []testCase {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var cases []testCase
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var c testCase
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

// render parses and executes, and names the kind of the error if there is one.
func render(text string, o *Options) (out, failure string, err error) {
	t, err := Parse("t", text)
	if err != nil {
		return "", "parse", err
	}
	b, err := t.Append(context.Background(), nil, nil, o)
	var r *RuntimeError
	switch {
	case err == nil:
		return string(b), "", nil
	case errors.As(err, &r):
		return "", string(r.Failure), err
	}
	return "", "limit", err
}

// The cases were made for this package and run through Velocity 1.7.
func TestCases(t *testing.T) {
	for _, file := range caseFiles {
		for _, c := range readCases(t, file) {
			t.Run(c.ID, func(t *testing.T) {
				check := func(o *Options, want *string, wantErr string) {
					t.Helper()
					out, failure, err := render(c.Template, o)
					// What Velocity finds wrong when it sets a template up, and reports as
					// an error of the run, is an error of the template here.
					if failure == "parse" && wantErr == "runtime" {
						return
					}
					if failure != wantErr {
						t.Errorf("%+v: %q\nfails with %q, want %q: %v", o.NullIsEmpty, c.Template, failure, wantErr, err)
						return
					}
					if want != nil && out != *want {
						t.Errorf("NullIsEmpty %v: %q\n got %q\nwant %q", o.NullIsEmpty, c.Template, out, *want)
					}
				}
				check(&Options{NullIsEmpty: true}, c.Out, c.Err)
				plain, plainErr := c.OutPlain, c.Err
				if plain == nil {
					plain = c.Out
				} else {
					plainErr = ""
				}
				if c.ErrPlain != "" {
					plain, plainErr = nil, c.ErrPlain
				}
				check(&Options{}, plain, plainErr)
			})
		}
	}
}
