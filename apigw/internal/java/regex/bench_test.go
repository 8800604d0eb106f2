package regex

import (
	"strings"
	"testing"
)

// ordinary are patterns as templates and integration responses have them.
var ordinary = []struct{ name, pattern, text string }{
	{"literal", `"`, strings.Repeat(`say "hello" to them `, 50)},
	{"error prefix", `(?s)\[BadRequest\].*`, "[BadRequest] " + strings.Repeat("the name is missing\n", 20)},
	{"search", `.*Task timed out.*`, strings.Repeat("some text before it ", 10) + "Task timed out after 3.00 seconds"},
	{"words", `(\w+)\s+(\w+)`, strings.Repeat("hello world ", 50)},
	{"alternatives", `error|failure|exception`, strings.Repeat("nothing of note happened here ", 30) + "exception"},
	{"mail address", `[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`, strings.Repeat("write to ada@example.com, or not; ", 20)},
	{"no case", `(?i)bearer\s+([a-z0-9._-]+)`, "Authorization: BEARER " + strings.Repeat("abc.def-", 20)},
	{"lazy", `<(.*?)>`, strings.Repeat("<b>bold</b> and ", 30)},
	{"loop", `(?:[a-z]+,)*[a-z]+;`, strings.Repeat("alpha,beta,gamma;", 20)},
	{"letters", `\p{L}+`, strings.Repeat("Grüße aus Köln ", 30)},
}

func BenchmarkReplaceAll(b *testing.B) {
	for _, c := range ordinary {
		b.Run(c.name, func(b *testing.B) {
			re, err := Compile(c.pattern)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := re.ReplaceAll(c.text, "<$0>", 1<<20); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkMatches(b *testing.B) {
	for _, c := range ordinary {
		b.Run(c.name, func(b *testing.B) {
			re, err := Compile(c.pattern)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := re.Matches(c.text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	for _, c := range ordinary {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Compile(c.pattern); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
