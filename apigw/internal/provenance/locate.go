package provenance

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Locate returns where the value at a path begins and ends in a JSON text. The path is
// definite, such as $.pets[2].id or $.headers["X-Id"]. Both are -1 where the text is not
// JSON, or has no such value.
func Locate(text, path string) (start, end int) {
	d := newDocument(text)
	return d.locate(path)
}

// Offset returns the place of a byte of a text, counted in UTF-16 code units.
func Offset(text string, at int) int {
	u := newUnits(text)
	return u.at(at)
}

// maxLocated is the longest text in which values are looked for.
const maxLocated = 1 << 20

// document is a JSON text in which values are looked for.
type document struct {
	text  string // empty if it is not JSON
	whole int    // length of the text, in UTF-16 code units
	units units
}

func newDocument(text string) document {
	d := document{units: newUnits(text)}
	d.whole = d.units.at(len(text))
	if len(text) <= maxLocated && json.Valid([]byte(text)) {
		d.text = text
	}
	return d
}

// locate returns where a value is, as [Locate] does. The whole of a text can be found
// even if it is not JSON.
func (d *document) locate(path string) (start, end int) {
	steps, ok := parsePath(path)
	switch {
	case !ok:
		return -1, -1
	case len(steps) == 0 && d.text == "" && d.whole > 0:
		return 0, d.whole
	case d.text == "":
		return -1, -1
	}
	at := skipSpace(d.text, 0)
	for _, s := range steps {
		if at = s.in(d.text, at); at < 0 {
			return -1, -1
		}
	}
	return d.units.at(at), d.units.at(skipValue(d.text, at))
}

// step is one step of a path: a key of an object or an index of a list.
type step struct {
	key   string
	isKey bool
	index int
}

// parsePath reads a definite path.
func parsePath(path string) (steps []step, ok bool) {
	rest, ok := strings.CutPrefix(path, "$")
	for ok && rest != "" {
		var s step
		if s, rest, ok = nextStep(rest); ok {
			steps = append(steps, s)
		}
	}
	return steps, ok
}

func nextStep(path string) (s step, rest string, ok bool) {
	if path[0] == '.' {
		end := 1 + strings.IndexAny(path[1:]+".", ".[")
		s = step{key: path[1:end], isKey: true}
		return s, path[end:], s.key != "" && !strings.ContainsAny(s.key, "*()?@ ")
	}
	if path[0] != '[' || len(path) < 3 {
		return s, "", false
	}
	if quote := path[1]; quote == '\'' || quote == '"' {
		return quotedStep(path, quote)
	}
	digits, rest, closed := strings.Cut(path[1:], "]")
	index, err := strconv.Atoi(digits)
	return step{index: index}, rest, closed && err == nil && index >= 0
}

// quotedStep reads ['key'] or ["key"].
func quotedStep(path string, quote byte) (s step, rest string, ok bool) {
	for i := 2; i < len(path); i++ {
		switch path[i] {
		case '\\':
			i++
		case quote:
			rest, ok = strings.CutPrefix(path[i+1:], "]")
			s = step{key: path[2:i], isKey: true}
			if quote == '"' && json.Unmarshal([]byte(path[1:i+1]), &s.key) != nil {
				return s, rest, false
			}
			if quote == '\'' {
				s.key = strings.NewReplacer(`\'`, `'`, `\\`, `\`).Replace(s.key)
			}
			return s, rest, ok
		}
	}
	return s, "", false
}

// in returns where the value that the step leads to begins; -1 without one. Of a key
// that is there twice the last one counts. The text is JSON.
func (s step) in(text string, at int) int {
	open, found := text[at], -1
	if s.isKey && open != '{' || !s.isKey && open != '[' {
		return -1
	}
	at = skipSpace(text, at+1)
	for i := 0; text[at] != '}' && text[at] != ']'; i++ {
		matches := !s.isKey && i == s.index
		if s.isKey {
			end := skipValue(text, at)
			var key string
			matches = json.Unmarshal([]byte(text[at:end]), &key) == nil && key == s.key
			at = skipSpace(text, skipSpace(text, end)+1)
		}
		if matches {
			found = at
		}
		at = skipSpace(text, skipValue(text, at))
		if text[at] == ',' {
			at = skipSpace(text, at+1)
		}
	}
	return found
}

func skipSpace(text string, at int) int {
	for at < len(text) && strings.IndexByte(" \t\r\n", text[at]) >= 0 {
		at++
	}
	return at
}

// skipValue returns the end of the value that begins at a place of a JSON text.
func skipValue(text string, at int) int {
	depth := 0
	for at < len(text) {
		switch c := text[at]; {
		case c == '"':
			for at++; text[at] != '"'; at++ {
				if text[at] == '\\' {
					at++
				}
			}
			at++
		case c == '{' || c == '[':
			depth++
			at++
		case c == '}' || c == ']':
			depth--
			at++
		case depth == 0: // a number or a word
			for at < len(text) && strings.IndexByte(",]} \t\r\n", text[at]) < 0 {
				at++
			}
		default:
			at++
		}
		if depth <= 0 {
			break
		}
	}
	return at
}

// units counts the bytes of a text in UTF-16 code units.
type units struct {
	before []int32 // units before each byte; nil where each byte is one
	length int
}

func newUnits(text string) units {
	u := units{length: len(text)}
	if strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return u
	}
	u.before = make([]int32, len(text)+1)
	n := int32(0)
	for i, r := range text {
		_, size := utf8.DecodeRuneInString(text[i:])
		for j := range size {
			u.before[i+j] = n
		}
		n += int32(max(utf16.RuneLen(r), 1))
	}
	u.before[len(text)] = n
	return u
}

// at returns how many units are before a byte.
func (u *units) at(i int) int {
	i = min(max(i, 0), u.length)
	if u.before == nil {
		return i
	}
	return int(u.before[i])
}
