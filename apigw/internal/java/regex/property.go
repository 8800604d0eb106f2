package regex

import (
	"strings"
	"sync"
	"unicode"
)

// block is a block of Unicode.
type block struct {
	lo, hi rune
	names  string // in upper case, joined by |
}

var blockNames = sync.OnceValue(func() map[string]set {
	names := make(map[string]set)
	for _, b := range blocks {
		for name := range strings.SplitSeq(b.names, "|") {
			if b.lo <= b.hi {
				names[name] = set{{b.lo, b.hi}}
			} else {
				names[name] = nil // a name without characters
			}
		}
	}
	return names
})

// tables returns what is in any of the tables, looked up once.
func tables(of ...*unicode.RangeTable) func() set {
	return sync.OnceValue(func() set {
		sets := make([]set, len(of))
		for i, t := range of {
			sets[i] = fromTable(t)
		}
		return union(sets...)
	})
}

func always(s set) func() set { return func() set { return s } }

func unionOf(parts ...func() set) func() set {
	return sync.OnceValue(func() set {
		sets := make([]set, len(parts))
		for i, part := range parts {
			sets[i] = part()
		}
		return union(sets...)
	})
}

func without(a, b func() set) func() set {
	return sync.OnceValue(func() set { return a().intersect(b().negate()) })
}

var (
	letters    = tables(unicode.Letter)
	digits     = tables(unicode.Nd)
	cased      = tables(unicode.Lu, unicode.Ll, unicode.Lt)
	titleCase  = tables(unicode.Lt)
	lowerCase  = tables(unicode.Ll, unicode.Other_Lowercase)
	upperCase  = tables(unicode.Lu, unicode.Other_Uppercase)
	anyCase    = unionOf(lowerCase, upperCase, titleCase)
	alphabetic = tables(unicode.Letter, unicode.Nl, unicode.Other_Alphabetic)
	ideographs = tables(unicode.Ideographic)
	controls   = tables(unicode.Cc)
	spaces     = tables(unicode.White_Space)
	hexDigits  = tables(unicode.Nd, unicode.Hex_Digit)
	joiners    = tables(unicode.Join_Control)
	notChars   = tables(unicode.Noncharacter_Code_Point)
	puncts     = tables(unicode.Punct)
	assigned   = tables(unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs)
	unassigned = without(always(allSet), assigned)
	words      = unionOf(alphabetic, tables(unicode.M, unicode.Nd, unicode.Pc), joiners)
	alnums     = unionOf(alphabetic, digits)
	blanks     = unionOf(tables(unicode.Zs), always(set{{'\t', '\t'}}))
	graphs     = without(assigned, unionOf(spaces, tables(unicode.Cc, unicode.Cs)))
	prints     = without(unionOf(graphs, blanks), controls)
	ignorables = unionOf(always(set{{0, 8}, {0xE, 0x1B}, {0x7F, 0x9F}}), tables(unicode.Cf))
	idStarts   = tables(unicode.Letter, unicode.Nl, unicode.Other_ID_Start)
	idParts    = unionOf(idStarts, tables(unicode.Pc, unicode.Nd, unicode.Mc, unicode.Mn, unicode.Other_ID_Continue), ignorables)
	javaStarts = tables(unicode.Letter, unicode.Nl, unicode.Sc, unicode.Pc)
	javaParts  = unionOf(javaStarts, tables(unicode.Nd, unicode.Mc, unicode.Mn), ignorables)
	javaSpaces = unionOf(without(tables(unicode.Z), always(set{{0xA0, 0xA0}, {0x2007, 0x2007}, {0x202F, 0x202F}})), always(set{{9, 13}, {0x1C, 0x1F}}))
)

// properties are what \p{name} stands for.
var properties = map[string]func() set{
	"ASCII":  always(set{{0, 0x7F}}),
	"Alnum":  always(set{{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}),
	"Alpha":  always(set{{'A', 'Z'}, {'a', 'z'}}),
	"Blank":  always(set{{'\t', '\t'}, {' ', ' '}}),
	"Cntrl":  always(set{{0, 0x1F}, {0x7F, 0x7F}}),
	"Digit":  always(digitSet),
	"Graph":  always(set{{'!', '~'}}),
	"Lower":  always(set{{'a', 'z'}}),
	"Print":  always(set{{' ', '~'}}),
	"Punct":  always(set{{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}),
	"Space":  always(spaceSet),
	"Upper":  always(set{{'A', 'Z'}}),
	"XDigit": always(set{{'0', '9'}, {'A', 'F'}, {'a', 'f'}}),

	"Cn": unassigned,
	"C":  unionOf(unassigned, tables(unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs)),
	"LC": cased,
	"LD": unionOf(letters, digits),
	"L1": always(set{{0, 0xFF}}),

	"all": always(allSet),

	"javaAlphabetic":             alphabetic,
	"javaDefined":                assigned,
	"javaDigit":                  digits,
	"javaISOControl":             controls,
	"javaIdentifierIgnorable":    ignorables,
	"javaIdeographic":            ideographs,
	"javaJavaIdentifierPart":     javaParts,
	"javaJavaIdentifierStart":    javaStarts,
	"javaLetter":                 letters,
	"javaLetterOrDigit":          unionOf(letters, digits),
	"javaLowerCase":              lowerCase,
	"javaMirrored":               always(mirrored),
	"javaSpaceChar":              tables(unicode.Z),
	"javaTitleCase":              titleCase,
	"javaUnicodeIdentifierPart":  idParts,
	"javaUnicodeIdentifierStart": idStarts,
	"javaUpperCase":              upperCase,
	"javaWhitespace":             javaSpaces,
}

func init() {
	for _, name := range []string{
		"L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Me", "Mc", "N", "Nd", "Nl", "No", "Z", "Zs", "Zl", "Zp",
		"Cc", "Cf", "Co", "Cs", "P", "Pd", "Ps", "Pe", "Pc", "Po", "Pi", "Pf", "S", "Sm", "Sc", "Sk", "So",
	} {
		properties[name] = tables(unicode.Categories[name])
	}
}

// anyCased are the properties that match the other cases too where case does not
// count.
var anyCased = map[string]func() set{
	"Lu": cased, "Ll": cased, "Lt": cased,
	"Lower": properties["Alpha"], "Upper": properties["Alpha"],
	"javaLowerCase": anyCase, "javaUpperCase": anyCase, "javaTitleCase": anyCase,
	"LOWERCASE": anyCase, "UPPERCASE": anyCase, "TITLECASE": anyCase, "LOWER": anyCase, "UPPER": anyCase,
}

// binary are what \p{Isname} stands for, in upper case.
var binary = map[string]func() set{
	"ALPHABETIC": alphabetic, "LETTER": letters, "IDEOGRAPHIC": ideographs, "LOWERCASE": lowerCase, "UPPERCASE": upperCase,
	"TITLECASE": titleCase, "WHITE_SPACE": spaces, "WHITESPACE": spaces, "CONTROL": controls, "PUNCTUATION": puncts,
	"HEX_DIGIT": hexDigits, "HEXDIGIT": hexDigits, "NONCHARACTER_CODE_POINT": notChars, "NONCHARACTERCODEPOINT": notChars,
	"DIGIT": digits, "ALNUM": alnums, "BLANK": blanks, "GRAPH": graphs, "PRINT": prints, "WORD": words,
	"JOIN_CONTROL": joiners, "JOINCONTROL": joiners, "ASSIGNED": assigned,
}

// posix are what \p{name} stands for with (?U), and \p{Isname} always, in upper
// case.
var posix = map[string]func() set{
	"ALPHA": alphabetic, "LOWER": lowerCase, "UPPER": upperCase, "SPACE": spaces, "PUNCT": puncts, "XDIGIT": hexDigits,
	"ALNUM": alnums, "CNTRL": controls, "DIGIT": digits, "BLANK": blanks, "GRAPH": graphs, "PRINT": prints,
}

// property returns the characters of \p{name}.
func property(name string, fold, unicodeClass bool) (set, bool) {
	find := func(in map[string]func() set, name string) (set, bool) {
		if fold {
			if _, ok := in[name]; ok && anyCased[name] != nil {
				return anyCased[name](), true
			}
		}
		if f, ok := in[name]; ok {
			return f(), true
		}
		return nil, false
	}
	if key, value, ok := strings.Cut(name, "="); ok {
		switch strings.ToLower(key) {
		case "sc", "script":
			return script(value)
		case "blk", "block":
			s, ok := blockNames()[strings.ToUpper(value)]
			return s, ok
		case "gc", "general_category":
			return find(properties, value)
		}
		return nil, false
	}
	if rest, ok := strings.CutPrefix(name, "In"); ok {
		s, ok := blockNames()[strings.ToUpper(rest)]
		return s, ok
	}
	if rest, ok := strings.CutPrefix(name, "Is"); ok {
		for _, in := range []map[string]func() set{binary, posix} {
			if s, ok := find(in, strings.ToUpper(rest)); ok {
				return s, true
			}
		}
		if s, ok := find(properties, rest); ok {
			return s, true
		}
		return script(rest)
	}
	if unicodeClass {
		if s, ok := find(posix, strings.ToUpper(name)); ok {
			return s, true
		}
	}
	return find(properties, name)
}

var scriptSets = sync.OnceValue(func() map[string]func() set {
	sets := make(map[string]func() set, len(unicode.Scripts)+1)
	var all []*unicode.RangeTable
	for name, t := range unicode.Scripts {
		sets[strings.ToUpper(name)] = tables(t)
		all = append(all, t)
	}
	sets["UNKNOWN"] = without(always(allSet), tables(all...))
	return sets
})

// script returns the characters of a script by its name or code.
func script(name string) (set, bool) {
	full, ok := scripts[strings.ToUpper(name)]
	if !ok {
		return nil, false
	}
	f, ok := scriptSets()[full]
	if !ok {
		return nil, false
	}
	return f(), true
}
