package rules

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Match is a rule that a text shows.
type Match struct {
	Rule   Rule
	Text   string            // the line of the text, or the part of it, that shows the rule
	Values map[string]string // what stands in the text for the placeholders of the rule
	// Weight grows with how much of the text is the rule's own words, so that a rule
	// for one case goes before one for all.
	Weight int
}

// Find returns the rules that lines of a log show: those that all lines of their
// [Rule.Log] are there for, and those that have a [Sign] in this place among them.
// The most particular one is first.
func Find(in Place, lines ...string) []Match {
	p := patterns()
	var found []Match
	add := func(m Match, rule int) {
		m.Rule = book().all[rule]
		for i := range found {
			if found[i].Rule.ID == m.Rule.ID {
				if m.Weight > found[i].Weight {
					found[i] = m
				}
				return
			}
		}
		found = append(found, m)
	}
	if in == ExecutionLog {
		for _, line := range lines {
			for _, rule := range p.logs[start(line)] {
				if match, ok := whole(p.log[rule], lines); ok {
					add(match, rule)
				}
			}
		}
	}
	for _, sign := range p.signs[in] {
		if match, ok := within(sign.text, lines); ok {
			add(match, sign.rule)
		}
	}
	byWeight(found)
	return found
}

// FindRefusal returns the rules whose words are in the reason of a failed
// deployment, the most particular one first.
func FindRefusal(reason string) []Match {
	var found []Match
	for rule, log := range patterns().log {
		if book().all[rule].Box != Deployment || len(log) == 0 {
			continue
		}
		var match Match
		all := true
		for _, t := range log {
			m, ok := within(t, []string{reason})
			all = all && ok
			match.Weight += m.Weight
			match.Text, match.Values = m.Text, m.Values
		}
		if all {
			match.Rule = book().all[rule]
			found = append(found, match)
		}
	}
	for _, sign := range Find(FailedDeployment, reason) {
		if !slices.ContainsFunc(found, func(m Match) bool { return m.Rule.ID == sign.Rule.ID }) {
			found = append(found, sign)
		}
	}
	byWeight(found)
	return found
}

func byWeight(found []Match) {
	slices.SortStableFunc(found, func(a, b Match) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(place(a.Rule), place(b.Rule)))
	})
}

// place returns where a rule is in the rulebook.
func place(rule Rule) int { return patterns().place[rule.ID] }

// textPatterns are what the texts of all rules look like.
type textPatterns struct {
	log   [][]text         // of each rule, all of which must be there
	logs  map[string][]int // the rules with a log, by how their first line starts
	signs map[Place][]signPattern
	place map[string]int
}

type signPattern struct {
	rule int
	text text
}

// start returns how a line starts, as far as it is compared before anything else.
func start(line string) string { return line[:min(len(line), leastWords)] }

// ends are lines that every execution log ends in, so that they show nothing.
var ends = regexp.MustCompile(`^(Method completed with status: |Successfully completed execution|Gateway response type: )`)

// hole is what a placeholder looks like, in the rules of this package and in
// those of proxyresponse.
var hole = regexp.MustCompile(`\{[a-z]+\}|<[a-zA-Z]+>`)

// leastWords is how many characters of its own a text must have to show a rule.
const leastWords = 8

var patterns = sync.OnceValue(func() *textPatterns {
	p := &textPatterns{logs: map[string][]int{}, signs: map[Place][]signPattern{}, place: map[string]int{}}
	for i, rule := range book().all {
		p.place[rule.ID] = i
		var log []text
		logged, inFunction := strings.CutSuffix(rule.Log, " (in the log of the function)")
		for line := range strings.SplitSeq(logged, "\n") {
			if t := textPattern(hole, line); !ends.MatchString(line) && !inFunction && t.weight() >= leastWords {
				log = append(log, t)
			}
		}
		p.log = append(p.log, log)
		if len(log) > 0 {
			p.logs[start(log[0].words[0])] = append(p.logs[start(log[0].words[0])], i)
		}
		for _, sign := range rule.Signs {
			p.signs[sign.In] = append(p.signs[sign.In], signPattern{i, textPattern(hole, sign.Text)})
		}
	}
	return p
})

// whole reports whether each line of a rule's log is among the lines.
func whole(log []text, lines []string) (m Match, ok bool) {
	for _, t := range log {
		found := false
		for _, line := range lines {
			if values, ok := t.match(line); ok {
				m.add(t, line, values)
				found = true
				break
			}
		}
		if !found {
			return Match{}, false
		}
	}
	return m, true
}

// within reports whether a text is a part of one of the lines.
func within(t text, lines []string) (m Match, ok bool) {
	for _, line := range lines {
		if at := strings.Index(line, t.words[0]); at >= 0 {
			if values, _, ok := t.from(line[at:]); ok {
				m.add(t, line, values)
				return m, true
			}
		}
	}
	return Match{}, false
}

func (m *Match) add(t text, line string, values []string) {
	m.Weight += t.weight()
	if m.Text == "" {
		m.Text = line
	}
	if m.Values == nil {
		m.Values = map[string]string{}
	}
	for i, name := range t.names {
		m.Values[name] = values[i]
	}
}

// text is a text with holes: words[0], anything, words[1] and so on.
type text struct {
	words []string
	names []string // of the holes
}

func textPattern(hole *regexp.Regexp, pattern string) text {
	var t text
	last := 0
	for _, place := range hole.FindAllStringIndex(pattern, -1) {
		t.words = append(t.words, pattern[last:place[0]])
		t.names = append(t.names, strings.Trim(pattern[place[0]:place[1]], "{}<>[]"))
		last = place[1]
	}
	t.words = append(t.words, pattern[last:])
	return t
}

func (t text) weight() int {
	n := 0
	for _, word := range t.words {
		n += len(word)
	}
	return n
}

// cut ends a line of the execution log that is too long.
const cut = "[TRUNCATED]"

// match reports whether a line is the text. A line that is cut off may miss the
// end of it.
func (t text) match(line string) (values []string, ok bool) {
	line, isCut := strings.CutSuffix(strings.TrimSpace(line), cut)
	if !strings.HasPrefix(line, t.words[0]) {
		return nil, false
	}
	values, rest, ok := t.from(line)
	if !ok {
		if isCut && len(t.words[0]) >= leastWords {
			return make([]string, len(t.names)), true
		}
		return nil, false
	}
	return values, rest == "" || strings.TrimRight(rest, ". ") == "" || isCut
}

// whole reports whether a body is the text.
func (t text) whole(body string) bool {
	if !strings.HasPrefix(body, t.words[0]) {
		return false
	}
	_, rest, ok := t.from(body)
	return ok && rest == ""
}

// from reads the text at the start of a line. A last hole takes all that is left;
// words behind a last hole are looked for at the end first.
func (t text) from(line string) (values []string, rest string, ok bool) {
	line, ok = strings.CutPrefix(line, t.words[0])
	if !ok {
		return nil, "", false
	}
	for i := range t.names {
		word := t.words[i+1]
		last := i == len(t.names)-1
		switch {
		case last && word == "":
			return append(values, line), "", true
		case last && strings.HasSuffix(line, word):
			return append(values, strings.TrimSuffix(line, word)), "", true
		}
		at := strings.Index(line, word)
		if at < 0 {
			return nil, "", false
		}
		values = append(values, line[:at])
		line = line[at+len(word):]
	}
	return values, line, true
}
