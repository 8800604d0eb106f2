package jsonsmart

import (
	"math"

	"example.com/apigw/internal/java"
)

// maxDepth is how deep arrays and objects may nest, the limit of json-smart
// since 2.4.9.
const maxDepth = 400

// MaxBytes is the longest text that [Parse] reads: the 10 MB that API Gateway
// allows for a payload, and as much again for what a template made of it.
const MaxBytes = 20 << 20

// ArrayClass is the Java class of a JSON array.
const ArrayClass = "net.minidev.json.JSONArray"

// NewArray returns a list that prints as JSON text, as json-smart's arrays do.
func NewArray(items ...java.Value) *java.List {
	l := java.NewList(items...)
	l.Print, l.ClassName = printArray, ArrayClass
	return l
}

// Parse reads the first JSON value of text. Anything that does not begin like a
// document is a string; a blank text is the empty string. The error is a
// [*SyntaxError]; unlike json-smart, Parse also refuses numbers of more than
// 100,000 characters and, where every digit is kept, exponents beyond 10,000.
func Parse(text string) (java.Value, error) {
	if len(text) > MaxBytes {
		return nil, &SyntaxError{Offset: MaxBytes, Text: text, Problem: "the text is longer than 20 MB"}
	}
	r := reader{in: text}
	v := r.value(stopEnd)
	if r.err != nil {
		return nil, r.err
	}
	return v, nil
}

// end stands for the end of the text. json-smart uses this very character for
// it, so that one within the text ends the text too.
const end = 0x1A

// Where an unquoted scalar stops, by the place that it stands in.
const (
	stopEnd   uint8 = 1 << iota // at the top: only at the end
	stopKey                     // ends at a colon
	stopValue                   // ends at , or }
	stopItem                    // ends at , or ]
	// stopNumber marks what ends a number everywhere: any character from ~ on.
	stopNumber
)

// stops holds for each byte what it stops.
var stops = func() (t [256]uint8) {
	t[end] = stopEnd | stopKey | stopValue | stopItem
	t[':'] = stopKey
	t[','] = stopValue | stopItem
	t['}'] = stopValue
	t[']'] = stopItem
	for c := '~'; c < 256; c++ {
		t[c] |= stopNumber
	}
	return t
}()

// reader is one run over a text. Where the text is broken, err is set and every
// function returns at once.
type reader struct {
	in    string
	pos   int
	depth int
	err   *SyntaxError
	keys  keyCache
	maps  java.Arena
	// open holds what the arrays and objects that are not closed have so far:
	// values, and keys before theirs. So each is made in its size.
	open []java.Value
}

// fail says what is wrong: for people, and in json-smart's words.
func (r *reader) fail(offset int, problem, words string) {
	if r.err == nil {
		r.err = &SyntaxError{Offset: min(offset, len(r.in)), Text: r.in, Problem: problem, Words: words}
	}
}

// failHere is fail for a character that cannot be at the position.
func (r *reader) failHere(problem string) {
	r.fail(r.pos, problem, r.unexpectedCharacter(r.units(r.pos), r.unit(r.pos)))
}

// cur returns the character at the position.
func (r *reader) cur() byte {
	if r.pos < len(r.in) {
		return r.in[r.pos]
	}
	return end
}

// skipSpace passes everything up to the blank, other control characters too.
func (r *reader) skipSpace() {
	for r.pos < len(r.in) && r.in[r.pos] <= ' ' && r.in[r.pos] != end {
		r.pos++
	}
}

// value reads the value at the position and leaves the position behind it.
func (r *reader) value(stop uint8) java.Value {
	for {
		switch c := r.cur(); c {
		case ' ', '\t', '\n', '\r':
			r.pos++
		case '{':
			return r.object()
		case '[':
			return r.array()
		case '"', '\'':
			s := r.quoted()
			if len(s) <= 4 { // likely to come again
				return r.keys.boxed(s)
			}
			return s
		case ':', ']', '}':
			r.failHere("unexpected " + name(c) + " where a value should be")
			return nil
		case 'n', 't', 'f', 'N':
			return keyword(r.unquoted(stop))
		case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			return r.number(stop)
		default:
			return r.unquoted(stop)
		}
	}
}

func keyword(s string) java.Value {
	switch s {
	case "null":
		return nil
	case "true":
		return true
	case "false":
		return false
	case "NaN":
		return float32(math.NaN())
	}
	return s
}

// unquoted reads up to the next stop.
func (r *reader) unquoted(stop uint8) string {
	start := r.pos
	for r.pos < len(r.in) && stops[r.in[r.pos]]&stop == 0 {
		r.pos++
	}
	return trim(r.in[start:r.pos])
}

// trim implements Java's String.trim.
func trim(s string) string {
	for len(s) > 0 && s[0] <= ' ' {
		s = s[1:]
	}
	for len(s) > 0 && s[len(s)-1] <= ' ' {
		s = s[:len(s)-1]
	}
	return s
}

// enter counts a level of nesting.
func (r *reader) enter() bool {
	r.depth++
	if r.depth > maxDepth {
		r.fail(r.pos, "arrays and objects are nested deeper than 400", "")
	}
	return r.err == nil
}

func (r *reader) array() java.Value {
	if !r.enter() {
		return nil
	}
	start, mark := r.pos, len(r.open)
	r.pos++
	for r.err == nil {
		switch c := r.cur(); c {
		case ' ', '\t', '\n', '\r', ',':
			r.pos++
		case ']':
			r.pos++
			r.depth--
			items := make([]java.Value, len(r.open)-mark)
			copy(items, r.open[mark:])
			r.open = r.open[:mark]
			return NewArray(items...)
		case ':', '}':
			r.failHere("unexpected " + name(c) + " in an array")
		case end:
			r.fail(start, "this array is never closed: expected ]", r.unexpectedEnd(r.units(r.pos)-1, "EOF"))
		default:
			v := r.value(stopItem)
			r.open = append(r.open, v)
		}
	}
	return nil
}

func (r *reader) object() java.Value {
	if !r.enter() {
		return nil
	}
	start, mark := r.pos, len(r.open)
	for r.pos++; r.err == nil; r.pos++ {
		switch c := r.cur(); c {
		case ' ', '\t', '\n', '\r', ',':
			continue
		case '}':
			return r.closeObject(mark)
		case ':', '[', ']', '{':
			r.failHere("unexpected " + name(c) + " where a key should be")
			return nil
		case end:
			r.fail(start, "this object is never closed: expected }", r.unexpectedEnd(r.units(r.pos)-1, "null"))
			return nil
		}
		keyAt := r.pos
		var key string
		if c := r.cur(); c == '"' || c == '\'' {
			key = r.quoted()
		} else {
			key = r.unquoted(stopKey)
		}
		r.skipSpace()
		const noValue = "this key has no value: expected a colon and a value"
		switch c := r.cur(); {
		case c == end:
			r.fail(keyAt, noValue, r.unexpectedEnd(r.units(r.pos)-1, "null"))
		case c != ':':
			r.fail(keyAt, noValue, r.unexpectedCharacter(r.units(r.pos)-1, r.unit(r.pos)))
		case r.pos+1 >= len(r.in):
			r.fail(keyAt, noValue, r.unexpectedEnd(r.units(r.pos), "EOF"))
		}
		if r.err != nil {
			return nil
		}
		r.pos++
		v := r.value(stopValue)
		if r.err != nil {
			return nil
		}
		r.open = append(r.open, r.keys.boxed(key), v)
		r.skipSpace()
		switch c := r.cur(); c {
		case '}':
			return r.closeObject(mark)
		case ',':
		case end:
			r.fail(start, "this object is never closed: expected }", r.unexpectedEnd(r.units(r.pos)-1, "null"))
		default:
			r.fail(r.pos, "unexpected "+name(c)+" after a value: expected , or }", r.unexpectedToken(r.units(r.pos)-1, r.unit(r.pos)))
		}
	}
	return nil
}

func (r *reader) closeObject(mark int) *java.Map {
	r.pos++
	r.depth--
	members := r.open[mark:]
	m := r.maps.NewMap(len(members) / 2)
	for i := 0; i < len(members); i += 2 {
		m.Put(members[i], members[i+1])
	}
	r.open = r.open[:mark]
	return m
}

// name shows a character in a message.
func name(c byte) string {
	if c == '"' {
		return `'"'`
	}
	if c > ' ' && c < 0x7F {
		return `"` + string(rune(c)) + `"`
	}
	return "character"
}

// keyCache keeps the boxed forms of keys and short texts that were met: the
// objects of an array have the same keys, and boxing a string allocates. It saves
// a fifth of the allocations of a render (BenchmarkRender of package mapping).
type keyCache struct {
	slots [32]java.Value
}

func (k *keyCache) boxed(key string) java.Value {
	if key == "" {
		return key
	}
	slot := &k.slots[(uint(len(key))*7^uint(key[0])^uint(key[len(key)-1])*31)%uint(len(k.slots))]
	if s, ok := (*slot).(string); ok && s == key {
		return *slot
	}
	*slot = key
	return *slot
}

// quoted reads a string in either kind of quotes.
func (r *reader) quoted() string {
	quote := r.in[r.pos]
	for i := r.pos + 1; i < len(r.in); i++ {
		switch r.in[i] {
		case quote:
			s := r.in[r.pos+1 : i]
			r.pos = i + 1
			return s
		case '\\':
			return r.escaped(quote)
		}
	}
	r.neverClosed(r.pos, quote, len(r.in)+1)
	return ""
}

// neverClosed fails for a string that begins at start. At is where json-smart
// misses the quote, one beyond what its message names.
func (r *reader) neverClosed(start int, quote byte, at int) {
	position := r.units(at) + at - min(at, len(r.in)) - 1
	r.fail(start, "this string is never closed: expected "+string(rune(quote)), r.unexpectedEnd(position, "null"))
}
