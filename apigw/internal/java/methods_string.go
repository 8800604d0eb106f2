package java

import (
	"math"
	"strings"
	"unicode"

	"example.com/apigw/internal/java/regex"
)

// callString calls a method of java.lang.String.
func callString(lim *Limits, s, name string, args []Value) (Value, error) {
	switch len(args) {
	case 0:
		return callString0(s, name)
	case 1:
		return callString1(lim, s, name, args)
	}
	return callStringN(lim, s, name, args)
}

func callString0(s, name string) (Value, error) {
	switch name {
	case "length":
		return int32(length(s)), nil
	case "isEmpty":
		return s == "", nil
	case "isBlank":
		return isBlank(s), nil
	case "toUpperCase":
		return upper(s), nil
	case "toLowerCase":
		return lower(s), nil
	case "trim":
		return strings.TrimFunc(s, func(r rune) bool { return r <= ' ' }), nil
	case "strip":
		return strings.TrimFunc(s, isWhitespace), nil
	case "stripLeading":
		return strings.TrimLeftFunc(s, isWhitespace), nil
	case "stripTrailing":
		return strings.TrimRightFunc(s, isWhitespace), nil
	case "toString", "intern":
		return s, nil
	case "getBytes":
		return javaBytes(s), nil
	case "toCharArray":
		u := Units(s)
		a := make([]Value, len(u))
		for i, c := range u {
			a[i] = Char(c)
		}
		return NewArray("char", a), nil
	case "lines":
		return &stream{lines(s)}, nil
	case "valueOf", "copyValueOf":
		return "", nil // of no characters
	}
	return nil, ErrNoMethod
}

func callString1(lim *Limits, s, name string, args []Value) (Value, error) {
	arg := args[0]
	if n, ok := intArg(arg); ok {
		switch name {
		case "substring":
			return substring(s, n, length(s))
		case "charAt":
			if n >= 0 && n < len(s) && isASCII(s) {
				return Char(s[n]), nil
			}
			u := Units(s)
			if n < 0 || n >= len(u) {
				return nil, exception("java.lang.StringIndexOutOfBoundsException", "there is no such character")
			}
			return Char(u[n]), nil
		case "codePointAt":
			return codePointAt(s, n)
		case "indexOf":
			return indexOfRune(s, n, 0), nil
		case "lastIndexOf":
			return lastIndexOfRune(s, n, math.MaxInt32), nil
		case "repeat":
			return repeat(lim, s, n)
		}
	}
	switch name {
	case "equals":
		return equals(s, arg), nil
	case "valueOf", "copyValueOf":
		return valueOf(lim, name, arg)
	case "format", "formatted":
		return formatCall(lim, s, name, args)
	case "join":
		return join(lim, args)
	}
	t, isString := arg.(string)
	if arg == nil {
		return stringNull(name)
	}
	if !isString {
		if name == "compareTo" {
			return nil, errCast
		}
		return nil, ErrNoMethod
	}
	switch name {
	case "concat":
		return Mend(s + t), nil
	case "contains":
		return strings.Contains(s, t), nil
	case "contentEquals":
		return s == t, nil
	case "startsWith":
		return strings.HasPrefix(s, t), nil
	case "endsWith":
		return strings.HasSuffix(s, t), nil
	case "equalsIgnoreCase":
		return equalFold(s, t), nil
	case "indexOf":
		return int32(unitIndex(s, strings.Index(s, t))), nil
	case "lastIndexOf":
		return int32(unitIndex(s, strings.LastIndex(s, t))), nil
	case "compareTo":
		return compareStrings(s, t), nil
	case "compareToIgnoreCase":
		return compareStrings(lower(upper(s)), lower(upper(t))), nil
	case "matches":
		var ok bool
		err := lim.regexp(t, func(re *regex.Regexp) (err error) {
			ok, err = re.Matches(s)
			return err
		})
		return ok, err
	case "split":
		return split(lim, s, t, 0)
	case "getBytes":
		return javaBytes(s), nil
	}
	return nil, ErrNoMethod
}

// stringNull returns the result of a method that gets null for a string.
func stringNull(name string) (Value, error) {
	switch name {
	case "equalsIgnoreCase":
		return false, nil
	case "concat", "contains", "contentEquals", "startsWith", "endsWith", "indexOf", "lastIndexOf",
		"compareTo", "compareToIgnoreCase", "matches", "split":
		return nil, errNull
	}
	return nil, ErrNoMethod
}

func callStringN(lim *Limits, s, name string, args []Value) (Value, error) {
	switch name {
	case "format", "formatted":
		return formatCall(lim, s, name, args)
	case "join":
		return join(lim, args)
	}
	if len(args) > 2 {
		return nil, ErrNoMethod
	}
	a, aString := args[0].(string)
	b, bString := args[1].(string)
	n, aInt := intArg(args[0])
	m, bInt := intArg(args[1])
	switch name {
	case "compare":
		if aString && bString {
			return compareStrings(a, b), nil
		}
		if (aString || args[0] == nil) && (bString || args[1] == nil) {
			return nil, errNull
		}
	case "substring", "subSequence":
		if aInt && bInt {
			return substring(s, n, m)
		}
	case "replace":
		x, aChar := args[0].(Char)
		y, bChar := args[1].(Char)
		switch {
		case aChar && bChar:
			return replace(lim, s, FromUnits([]uint16{uint16(x)}), FromUnits([]uint16{uint16(y)}))
		case aString && bString:
			return replace(lim, s, a, b)
		case (aString || args[0] == nil) && (bString || args[1] == nil):
			return nil, errNull
		}
	case "replaceAll", "replaceFirst":
		if aString && bString {
			var r string
			err := lim.regexp(a, func(re *regex.Regexp) (err error) {
				if name == "replaceFirst" {
					r, err = re.ReplaceFirst(s, b, lim.MaxText())
				} else {
					r, err = re.ReplaceAll(s, b, lim.MaxText())
				}
				return err
			})
			return r, err
		}
		if (aString || args[0] == nil) && (bString || args[1] == nil) {
			if aString && name == "replaceAll" {
				// Java looks at the replacement when it needs it.
				err := lim.regexp(a, func(re *regex.Regexp) error {
					found, err := re.Find(s)
					if err == nil && found {
						err = errNull
					}
					return err
				})
				return s, err
			}
			return nil, errNull
		}
	case "split":
		if aString && bInt {
			return split(lim, s, a, m)
		}
		if args[0] == nil && bInt {
			return nil, errNull
		}
	case "indexOf", "lastIndexOf":
		if !bInt {
			break
		}
		last := name == "lastIndexOf"
		switch {
		case aString && last:
			return lastIndexFrom(s, a, m), nil
		case aString:
			return indexFrom(s, a, m), nil
		case aInt && last:
			return lastIndexOfRune(s, n, m), nil
		case aInt:
			return indexOfRune(s, n, m), nil
		case args[0] == nil:
			return nil, errNull
		}
	case "startsWith":
		if aString && bInt {
			rest, err := substring(s, m, length(s))
			return err == nil && m >= 0 && strings.HasPrefix(rest.(string), a), nil
		}
		if args[0] == nil && bInt {
			if m < 0 {
				return false, nil // Java looks at the offset first
			}
			return nil, errNull
		}
	}
	return nil, ErrNoMethod
}

// substring cuts by UTF-16 units.
func substring(s string, from, to int) (Value, error) {
	n := length(s)
	if from < 0 || to > n || from > to {
		return nil, exception("java.lang.StringIndexOutOfBoundsException",
			"begin "+ToString(int32(from))+", end "+ToString(int32(to))+", length "+ToString(int32(n)))
	}
	if n == len(s) {
		return s[from:to], nil
	}
	return FromUnits(Units(s)[from:to]), nil
}

func codePointAt(s string, n int) (Value, error) {
	u := Units(s)
	if n < 0 || n >= len(u) {
		return nil, exception("java.lang.StringIndexOutOfBoundsException", "there is no such character")
	}
	end := min(n+2, len(u))
	r, _ := decodeUnit(FromUnits(u[n:end]), 0)
	return int32(r), nil
}

func indexFrom(s, t string, from int) int32 {
	u, v := Units(s), Units(t)
	from = min(max(from, 0), len(u))
	for i := from; i+len(v) <= len(u); i++ {
		if equalUnits(u[i:i+len(v)], v) {
			return int32(i)
		}
	}
	return -1
}

func lastIndexFrom(s, t string, from int) int32 {
	u, v := Units(s), Units(t)
	for i := min(from, len(u)-len(v)); i >= 0; i-- {
		if equalUnits(u[i:i+len(v)], v) {
			return int32(i)
		}
	}
	return -1
}

func equalUnits(a, b []uint16) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// runeText returns the string of a code point. It reports false where there is no
// such code point.
func runeText(r int) (string, bool) {
	if r < 0 || r > unicode.MaxRune {
		return "", false
	}
	if r >= surrogateMin && r <= surrogateMax {
		return FromUnits([]uint16{uint16(r)}), true
	}
	return string(rune(r)), true
}

func indexOfRune(s string, r, from int) int32 {
	t, ok := runeText(r)
	if !ok {
		return -1
	}
	return indexFrom(s, t, from)
}

func lastIndexOfRune(s string, r, from int) int32 {
	t, ok := runeText(r)
	if !ok {
		return -1
	}
	return lastIndexFrom(s, t, from)
}

func compareStrings(s, t string) int32 {
	a, b := Units(s), Units(t)
	for i := 0; i < len(a) && i < len(b); i++ {
		if a[i] != b[i] {
			return int32(a[i]) - int32(b[i])
		}
	}
	return int32(len(a) - len(b))
}

func equalFold(s, t string) bool {
	if isASCII(s) && isASCII(t) {
		return strings.EqualFold(s, t)
	}
	a, b := []rune(s), []rune(t)
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		x, y := unicode.ToUpper(a[i]), unicode.ToUpper(b[i])
		if x != y && unicode.ToLower(x) != unicode.ToLower(y) {
			return false
		}
	}
	return true
}

// upper and lower follow Java where one character becomes several.
func upper(s string) string {
	if isASCII(s) {
		return strings.ToUpper(s)
	}
	return strings.ToUpper(specialUpper.Replace(s))
}

var specialUpper = strings.NewReplacer(
	"ß", "SS", "ŉ", "ʼN", "ǰ", "J̌", "ﬀ", "FF", "ﬁ", "FI", "ﬂ", "FL", "ﬃ", "FFI", "ﬄ", "FFL", "ﬅ", "ST", "ﬆ", "ST",
	"ΐ", "Ϊ́", "ΰ", "Ϋ́", "և", "ԵՒ",
)

func lower(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	s = strings.ReplaceAll(s, "İ", "i̇")
	if strings.ContainsRune(s, 'Σ') {
		r := []rune(s)
		for i := range r {
			if r[i] == 'Σ' && i > 0 && unicode.IsLetter(r[i-1]) && (i+1 == len(r) || !unicode.IsLetter(r[i+1])) {
				r[i] = 'ς' // at the end of a word
			}
		}
		s = string(r)
	}
	return strings.ToLower(s)
}

// isWhitespace implements Character.isWhitespace.
func isWhitespace(r rune) bool {
	switch {
	case r >= 9 && r <= 13 || r >= 0x1C && r <= 0x20:
		return true
	case r == 0xA0 || r == 0x2007 || r == 0x202F:
		return false
	}
	return unicode.In(r, unicode.Zs, unicode.Zl, unicode.Zp)
}

func isBlank(s string) bool { return strings.TrimFunc(s, isWhitespace) == "" }

func lines(s string) []Value {
	var all []Value
	for s != "" {
		i := strings.IndexAny(s, "\r\n")
		if i < 0 {
			return append(all, s)
		}
		all = append(all, s[:i])
		if s[i] == '\r' {
			if rest, both := strings.CutPrefix(s[i+1:], "\n"); both {
				s = rest
				continue
			}
		}
		s = s[i+1:]
	}
	return all
}

func javaBytes(s string) *Array {
	b := Printable([]byte(s))
	a := make([]Value, len(b))
	for i, c := range b {
		a[i] = int8(c)
	}
	return NewArray("byte", a)
}

func replace(lim *Limits, s, old, with string) (Value, error) {
	n := strings.Count(s, old)
	if n > 0 && len(s)+n*(len(with)-len(old)) > lim.MaxText() {
		return nil, ErrTooLong
	}
	if old == "" && !isASCII(s) {
		// Between all UTF-16 units, also within surrogate pairs.
		var b strings.Builder
		for _, u := range Units(s) {
			b.WriteString(with)
			b.WriteString(FromUnits([]uint16{u}))
		}
		b.WriteString(with)
		return Mend(b.String()), nil
	}
	return Mend(strings.ReplaceAll(s, old, with)), nil
}

func repeat(lim *Limits, s string, n int) (Value, error) {
	if n < 0 {
		return nil, exception("java.lang.IllegalArgumentException", "the count is negative")
	}
	if len(s)*n > lim.MaxText() {
		return nil, ErrTooLong
	}
	return Mend(strings.Repeat(s, n)), nil
}

// valueOf implements String.valueOf and copyValueOf.
func valueOf(lim *Limits, name string, arg Value) (Value, error) {
	if a, ok := arg.(*Array); ok && a.Elem == "char" {
		u := make([]uint16, len(a.items))
		for i, v := range a.items {
			ch, _ := v.(Char)
			u[i] = uint16(ch)
		}
		return FromUnits(u), nil
	}
	switch {
	case arg == nil && name == "valueOf":
		return "null", nil
	case arg == nil:
		return nil, errNull // copyValueOf takes characters only
	case name != "valueOf":
		return nil, ErrNoMethod
	}
	return callObject(lim, arg, "toString", nil)
}

// join implements String.join, with the elements as arguments or as one collection.
func join(lim *Limits, args []Value) (Value, error) {
	sep, ok := args[0].(string)
	if !ok {
		if args[0] == nil {
			return nil, errNull
		}
		return nil, ErrNoMethod
	}
	parts := args[1:]
	if len(args) == 2 {
		switch l := args[1].(type) {
		case *List:
			parts = l.Items()
		case *View:
			parts, _ = elements(l)
		case *Array:
			parts = l.items
		}
	}
	p := NewPrinter(nil, lim.MaxText())
	for i, v := range parts {
		if i > 0 {
			p.WriteString(sep)
		}
		switch v.(type) {
		case string, nil:
			p.Value(v)
		default:
			if len(args) == 2 && isCollection(args[1]) {
				return nil, errCast
			}
			return nil, ErrNoMethod
		}
	}
	if p.err != nil {
		return nil, p.err
	}
	return Mend(string(p.buf)), nil
}

func formatCall(lim *Limits, s, name string, args []Value) (Value, error) {
	if name == "formatted" {
		return format(lim, s, args)
	}
	f, ok := args[0].(string)
	if !ok {
		if args[0] == nil {
			return nil, errNull
		}
		return nil, ErrNoMethod
	}
	return format(lim, f, args[1:])
}

func split(lim *Limits, s, pattern string, limit int) (Value, error) {
	parts, ok := regex.SplitLiteral(s, pattern, limit)
	if !ok {
		err := lim.regexp(pattern, func(re *regex.Regexp) (err error) {
			parts, err = re.Split(s, limit)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	if err := lim.Charge(16*len(parts) + len(s)); err != nil {
		return nil, err
	}
	items := make([]Value, len(parts))
	for i, p := range parts {
		items[i] = p
	}
	return NewArray("java.lang.String", items), nil
}

// stream is java.util.stream.Stream, the result of lines.
type stream struct{ items []Value }

func (s *stream) Property(string) (Value, bool) { return nil, false }

// Call runs the methods that end a stream.
func (s *stream) Call(_ Caller, name string, args []Value) (Value, error) {
	if len(args) > 0 {
		return nil, ErrNoMethod
	}
	switch name {
	case "iterator":
		return NewIterator(s.items), nil
	case "toList":
		return NewList(s.items...), nil
	case "toArray":
		return NewArray("", s.items), nil
	case "count":
		return int64(len(s.items)), nil
	}
	return nil, ErrNoMethod
}
