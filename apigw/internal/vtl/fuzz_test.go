package vtl

import (
	"context"
	"errors"
	"testing"
	"time"

	"example.com/apigw/internal/java"
)

func addSeeds(f *testing.F) {
	for _, file := range caseFiles[:2] {
		for _, c := range readCases(f, file) {
			f.Add(c.Template)
		}
	}
}

// FuzzParse: no panic, an error with a place, and texts that come back.
func FuzzParse(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		_, err := Parse("t", text)
		if err == nil {
			checkRoundTrip(t, text)
			return
		}
		checkPlace(t, text, err)
	})
}

func checkPlace(t *testing.T, text string, err error) {
	t.Helper()
	var p *ParseError
	var l *LimitError
	var r *RuntimeError
	var place Place
	switch {
	case errors.As(err, &p):
		place = p.Place
		_ = p.Detail()
	case errors.As(err, &r):
		place = r.Place
		_ = r.Detail()
	case errors.As(err, &l):
		place = l.Place
		_ = l.Detail()
	default:
		t.Fatalf("%q: got a %T, want an error of this package: %v", text, err, err)
	}
	if place.Line < 1 || place.Column < 1 || place.Name == "t" && int(place.Offset) > len(text) {
		t.Fatalf("%q: got the place %+v, want one in the template", text, place)
	}
}

// FuzzExecute: no panic, no hang, no output over the limit.
func FuzzExecute(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		tmpl, err := Parse("t", text)
		if err != nil {
			return
		}
		for _, empty := range []bool{false, true} {
			o := &Options{NullIsEmpty: empty, MaxOutput: 10000, MaxText: 10000, MaxSteps: 20000, MaxMemory: 1 << 20, RegexpTime: 50 * time.Millisecond}
			if len(text)%2 == 0 {
				o.Trace = &Trace{}
			}
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			out, err := tmpl.Append(ctx, nil, map[string]java.Value{"h": &hostObject{values: map[string]java.Value{}}, "list": java.NewList("a", int32(1), nil)}, o)
			ended := ctx.Err()
			cancel()
			if ended != nil {
				t.Fatalf("%q: got no result after ten seconds, want one within the limits", text)
			}
			if err != nil {
				checkPlace(t, text, err)
			} else if len(out) > 10000 {
				t.Fatalf("%q: got %d bytes, want 10000 at most", text, len(out))
			}
		}
	})
}
