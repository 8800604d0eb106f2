package regex

import (
	"slices"
	"sync"
	"unicode"
)

// set is a set of characters: ranges in order that do not touch.
type set []runeRange

type runeRange struct{ lo, hi rune }

var (
	digitSet = set{{'0', '9'}}
	wordSet  = set{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}
	spaceSet = set{{'\t', '\r'}, {' ', ' '}}
	blankSet = set{{'\t', '\t'}, {' ', ' '}, {0xA0, 0xA0}, {0x1680, 0x1680}, {0x180E, 0x180E}, {0x2000, 0x200A}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}}
	breakSet = set{{'\n', '\r'}, {0x85, 0x85}, {0x2028, 0x2029}} // \v
	lineEnds = set{{'\n', '\n'}, {'\r', '\r'}, {0x85, 0x85}, {0x2028, 0x2029}}
	allSet   = set{{0, unicode.MaxRune}}
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

func (s set) has(c rune) bool {
	for _, r := range s {
		if r.lo <= c && c <= r.hi {
			return true
		}
	}
	return false
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

// caseForms are the characters that have another case, and the forms by which
// Java compares them.
type caseForm struct{ c, upper, folded rune }

var caseForms = sync.OnceValue(func() []caseForm {
	var forms []caseForm
	for c := range unicode.MaxRune + 1 {
		upper := unicode.ToUpper(c)
		if folded := unicode.ToLower(upper); upper != c || folded != c {
			forms = append(forms, caseForm{c, upper, folded})
		}
	}
	return forms
})

// sameCase are the characters by the form that their cases share.
var sameCase = sync.OnceValue(func() map[rune]set {
	forms := make(map[rune]set)
	for _, f := range caseForms() {
		forms[f.folded] = append(forms[f.folded], runeRange{f.c, f.c})
	}
	return forms
})

// foldRange returns the characters that a range matches in any case: of ASCII
// letters, or of all.
func foldRange(r runeRange, all bool) set {
	out := set{r}
	if all {
		for _, f := range caseForms() {
			if r.lo <= f.upper && f.upper <= r.hi || r.lo <= f.folded && f.folded <= r.hi {
				out = append(out, runeRange{f.c, f.c})
			}
		}
		return normal(out)
	}
	for c := max(r.lo, 'A'); c <= min(r.hi, 'z'); c++ {
		if isLetterASCII(c) {
			out = append(out, runeRange{c ^ 0x20, c ^ 0x20})
		}
	}
	return normal(out)
}

// foldChar returns the characters that a character matches in any case, which is
// not what a range of it alone does.
func foldChar(c rune, all bool) set {
	if !all {
		if isLetterASCII(c) {
			return normal(set{{c, c}, {c ^ 0x20, c ^ 0x20}})
		}
		return set{{c, c}}
	}
	upper := unicode.ToUpper(c)
	folded := unicode.ToLower(upper)
	if upper == folded {
		return set{{c, c}}
	}
	return normal(append(set{{folded, folded}}, sameCase()[folded]...))
}

func isLetterASCII(c rune) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' && c < 0x80 }

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
