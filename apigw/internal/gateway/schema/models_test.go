package schema

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"os"
	"slices"
	"testing"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/java"
)

// modelCase is what the Java library json-schema-validator 2.2.14 says about a
// model and a body.
type modelCase struct {
	Schema   json.RawMessage
	Body     string
	Messages []string
	Invalid  bool // the library refuses the model
	Fails    bool // it refuses the model, or ends with an exception
}

func TestModelsAsTheLibrary(t *testing.T) {
	for _, test := range []struct {
		file string
		n    int // cases
	}{{"models.jsonl", 1447}, {"reported.jsonl", 44}, {"generated.jsonl", 1500}} {
		t.Run(test.file, func(t *testing.T) {
			n := 0
			for line := range lines(t, test.file) {
				n++
				var c modelCase
				if err := json.Unmarshal(line, &c); err != nil {
					t.Fatal(err)
				}
				c.check(t, n)
			}
			if n < test.n {
				t.Errorf("got %d cases, want %d", n, test.n)
			}
		})
	}
}

func (c *modelCase) check(t *testing.T, n int) {
	t.Helper()
	set, errs := Compile([]*assembly.Model{model("M", string(c.Schema))}, apiID)
	if c.Fails {
		if got, err := set.Validate(context.Background(), "M", []byte(c.Body)); err == nil {
			t.Errorf("line %d: %s with %s: got %q, want an error", n, c.Schema, c.Body, got)
		}
		return
	}
	if c.Invalid {
		if len(errs) == 0 {
			t.Errorf("line %d: %s: got no error, want one", n, c.Schema)
		}
		return
	}
	got, err := set.Validate(context.Background(), "M", []byte(c.Body))
	if err != nil || !slices.Equal(got, c.Messages) {
		t.Errorf("line %d: %s with %s:\n got %q, %v\nwant %q", n, c.Schema, c.Body, got, err, c.Messages)
	}
}

// lines goes through the lines of a file of cases.
func lines(t *testing.T, name string) iter.Seq[[]byte] {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Lines(data)
}

// formatCase is what the library, Guava, joda-time, javax.mail and Java say about a
// text.
type formatCase struct {
	Format, Text string
	Valid        bool
}

func TestFormatsAsRecorded(t *testing.T) {
	n := 0
	for line := range lines(t, "formats.jsonl") {
		n++
		var c formatCase
		if err := json.Unmarshal(line, &c); err != nil {
			t.Fatal(err)
		}
		if got := draft4.formats[c.Format](c.Text) == ""; got != c.Valid {
			t.Errorf("%s of %q: got %v, want %v", c.Format, c.Text, got, c.Valid)
		}
	}
	if n < 1000 {
		t.Errorf("got %d cases, want 1000 at least", n)
	}
}

// valueCase is how Jackson reads a text: as a value, printed, or not at all.
type valueCase struct {
	Text    string
	Printed string
	Hash    int32
	Keys    []string // in the order of a java.util.HashMap
	Invalid bool
}

func TestValuesAsRecorded(t *testing.T) {
	n := 0
	for line := range lines(t, "values.jsonl") {
		n++
		var c valueCase
		if err := json.Unmarshal(line, &c); err != nil {
			t.Fatal(err)
		}
		v, err := parse([]byte(c.Text))
		if err != nil || c.Invalid {
			if (err != nil) != c.Invalid {
				t.Errorf("%q: got %v, want an error: %v", c.Text, err, c.Invalid)
			}
			continue
		}
		printed := string(java.Printable([]byte(v.String())))
		keys := v.names()
		hashOrder(keys)
		if printed != c.Printed || v.hash() != c.Hash || !slices.Equal(keys, c.Keys) {
			t.Errorf("%q:\n got %s, %d, %q\nwant %s, %d, %q", c.Text, printed, v.hash(), keys, c.Printed, c.Hash, c.Keys)
		}
	}
	if n < 500 {
		t.Errorf("got %d cases, want 500 at least", n)
	}
}
