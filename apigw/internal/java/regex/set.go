package regex

import (
	"slices"
	"strings"
	"unicode"
)

// set is a set of characters: ranges in order that do not touch.
type set []runeRange

type runeRange struct{ lo, hi rune }

var (
	digitSet   = set{{'0', '9'}}
	wordSet    = set{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}
	spaceSet   = set{{'\t', '\r'}, {' ', ' '}}
	blankSet   = set{{'\t', '\t'}, {' ', ' '}, {0xA0, 0xA0}, {0x1680, 0x1680}, {0x180E, 0x180E}, {0x2000, 0x200A}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}}
	breakSet   = set{{'\n', '\r'}, {0x85, 0x85}, {0x2028, 0x2029}} // \v
	lineEnds   = set{{'\n', '\n'}, {'\r', '\r'}, {0x85, 0x85}, {0x2028, 0x2029}}
	allSet     = set{{0, unicode.MaxRune}}
	upperASCII = set{{'A', 'Z'}}
	lowerASCII = set{{'a', 'z'}}
)

// normal sorts and joins ranges.
func normal(s set) set {
	if len(s) == 0 {
		return nil
	}
	s = slices.Clone(s)
	slices.SortFunc(s, func(a, b runeRange) int { return int(a.lo - b.lo) })
	out := s[:1]
	for _, r := range s[1:] {
		last := &out[len(out)-1]
		if r.lo <= last.hi+1 {
			last.hi = max(last.hi, r.hi)
		} else {
			out = append(out, r)
		}
	}
	return out
}

func union(sets ...set) set {
	var all set
	for _, s := range sets {
		all = append(all, s...)
	}
	return normal(all)
}

func (s set) negate() set {
	var out set
	next := rune(0)
	for _, r := range s {
		if r.lo > next {
			out = append(out, runeRange{next, r.lo - 1})
		}
		next = r.hi + 1
	}
	if next <= unicode.MaxRune {
		out = append(out, runeRange{next, unicode.MaxRune})
	}
	return out
}

func (s set) intersect(t set) set { return union(s.negate(), t.negate()).negate() }

// maxFolded bounds the characters whose other cases are looked up one by one.
const maxFolded = 0x3000

// fold adds the other cases: of ASCII letters, or of all letters.
func (s set) fold(all bool) set {
	out := slices.Clone(s)
	for _, r := range s {
		for c := r.lo; c <= r.hi && c <= maxFolded; c++ {
			if !all && c > 'z' {
				break
			}
			out = append(out, folds(c, all)...)
		}
	}
	return normal(out)
}

// folds returns a character in its other cases.
func folds(c rune, all bool) set {
	out := set{{c, c}}
	if !all {
		if c|0x20 >= 'a' && c|0x20 <= 'z' && c < 0x80 {
			out = append(out, runeRange{c ^ 0x20, c ^ 0x20})
		}
		return out
	}
	for f := unicode.SimpleFold(c); f != c; f = unicode.SimpleFold(f) {
		out = append(out, runeRange{f, f})
	}
	return out
}

func fromTable(t *unicode.RangeTable) set {
	var out set
	for _, r := range t.R16 {
		if r.Stride == 1 {
			out = append(out, runeRange{rune(r.Lo), rune(r.Hi)})
			continue
		}
		for c := rune(r.Lo); c <= rune(r.Hi); c += rune(r.Stride) {
			out = append(out, runeRange{c, c})
		}
	}
	for _, r := range t.R32 {
		if r.Stride == 1 {
			out = append(out, runeRange{rune(r.Lo), rune(r.Hi)})
			continue
		}
		for c := rune(r.Lo); c <= rune(r.Hi); c += rune(r.Stride) {
			out = append(out, runeRange{c, c})
		}
	}
	return normal(out)
}

// posix are the classes that \p{name} has in ASCII.
var posix = map[string]set{
	"Lower":  lowerASCII,
	"Upper":  upperASCII,
	"ASCII":  {{0, 0x7F}},
	"Alpha":  {{'A', 'Z'}, {'a', 'z'}},
	"Digit":  digitSet,
	"Alnum":  {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}},
	"Punct":  {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}},
	"Graph":  {{'!', '~'}},
	"Print":  {{' ', '~'}},
	"Blank":  {{'\t', '\t'}, {' ', ' '}},
	"Cntrl":  {{0, 0x1F}, {0x7F, 0x7F}},
	"XDigit": {{'0', '9'}, {'A', 'F'}, {'a', 'f'}},
	"Space":  spaceSet,
}

// property finds the characters of \p{name}.
func property(name string) (set, bool) {
	if s, ok := posix[name]; ok {
		return s, true
	}
	switch name {
	case "L1":
		return set{{0, 0xFF}}, true
	case "all", "javaDefined":
		return allSet, true
	case "javaLowerCase", "IsLowercase":
		return fromTable(unicode.Lower), true
	case "javaUpperCase", "IsUppercase":
		return fromTable(unicode.Upper), true
	case "javaTitleCase", "IsTitlecase":
		return fromTable(unicode.Title), true
	case "javaLetter", "IsAlphabetic", "javaAlphabetic":
		return union(fromTable(unicode.Letter), fromTable(unicode.Other_Alphabetic), fromTable(unicode.Nl)), true
	case "javaDigit", "IsDigit":
		return fromTable(unicode.Nd), true
	case "javaLetterOrDigit":
		return union(fromTable(unicode.Letter), fromTable(unicode.Nd)), true
	case "javaWhitespace":
		z := union(fromTable(unicode.Zs), fromTable(unicode.Zl), fromTable(unicode.Zp), set{{9, 13}, {0x1C, 0x1F}})
		return z.intersect(set{{0xA0, 0xA0}, {0x2007, 0x2007}, {0x202F, 0x202F}}.negate()), true
	case "IsWhite_Space", "javaSpaceChar":
		return fromTable(unicode.White_Space), true
	case "IsPunctuation":
		return fromTable(unicode.Punct), true
	case "IsIdeographic":
		return fromTable(unicode.Ideographic), true
	case "LC":
		return union(fromTable(unicode.Lu), fromTable(unicode.Ll), fromTable(unicode.Lt)), true
	case "LD":
		return union(fromTable(unicode.Letter), fromTable(unicode.Nd)), true
	}
	if i := strings.IndexByte(name, '='); i >= 0 {
		switch strings.ToLower(name[:i]) {
		case "sc", "script", "gc", "general_category":
			name = name[i+1:]
		default:
			return nil, false
		}
	}
	name = strings.TrimPrefix(name, "Is")
	if t, ok := unicode.Categories[name]; ok {
		return fromTable(t), true
	}
	for script, t := range unicode.Scripts {
		if strings.EqualFold(script, name) {
			return fromTable(t), true
		}
	}
	return nil, false
}
