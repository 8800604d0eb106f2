package explain

import (
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/rules/pages"
	"example.com/apigw/proxyresponse"
)

// Explanation is what one thing in the input says.
type Explanation struct {
	Input string `json:"input"` // what it is, such as "execution log"
	ID    string `json:"id,omitempty"`
	Title string `json:"title"` // in a few words
	Steps []Step `json:"steps,omitempty"`
	// Causes are the rules that it can be, the most likely one first. There are none
	// if nothing is wrong, or if the rulebook does not know it.
	Causes []Cause `json:"causes,omitempty"`
	// Certain: the first cause is it. The others, if there are any, are more of it.
	Certain bool     `json:"certain"`
	Besides []Cause  `json:"besides,omitempty"` // what is wrong too, whatever the cause is
	Unknown []string `json:"unknown,omitempty"` // what the input does not show
}

// Step is what happened in one box.
type Step struct {
	Box  rules.Box `json:"box"`
	Text string    `json:"text"`
}

// Cause is a rule, in this case.
type Cause struct {
	Rule     string         `json:"rule"`
	Title    string         `json:"title"`
	Path     string         `json:"path,omitempty"`  // the place in the function's result
	Got      string         `json:"got,omitempty"`   // what is there
	Shown    string         `json:"shown,omitempty"` // what in the input shows it
	Gateway  string         `json:"gateway"`
	Fix      string         `json:"fix"`
	Evidence rules.Evidence `json:"evidence"`
	Page     string         `json:"page"`

	values map[string]string // of the placeholders of the rule
}

// inLanguage returns the cause with the fix for functions in a language.
func (c Cause) inLanguage(language rules.Language) Cause {
	if rule, ok := rules.Lookup(c.Rule); ok {
		c.Fix, _ = pages.Filled(rule.FixIn(language), c.values)
	}
	return c
}

// causeOf returns a rule that a text shows, with the values of the text.
func causeOf(m rules.Match) Cause {
	c := plainCause(m.Rule)
	c.Shown = quoted(m.Text)
	values := map[string]string{}
	for name, value := range m.Values {
		values[name] = quoted(value)
	}
	title, whole := pages.Filled(m.Rule.Title, values)
	if _, general := proxyresponse.Lookup(m.Rule.ID); whole || !general {
		c.Title = title
	}
	c.values = values
	return c
}

// plainCause returns a rule without values. Words in capitals stand for them.
func plainCause(rule rules.Rule) Cause {
	title := pages.Named(rule.Title)
	if r, ok := proxyresponse.Lookup(rule.ID); ok {
		title = r.Title
	}
	return Cause{
		Rule: rule.ID, Title: title, Gateway: pages.Named(rule.Gateway), Fix: pages.Named(rule.FixIn("")),
		Evidence: rule.Evidence, Page: rules.PageOf(rule.ID),
	}
}

// violated returns the cause that is a violation in a function's result.
func violated(v proxyresponse.Violation) Cause {
	rule, _ := rules.Lookup(v.Rule)
	c := plainCause(rule)
	c.Path, c.Got = v.Path, v.Got
	return c
}

// How many of several possible rules are shown whole, and how many by their titles.
const (
	maxWhole  = 3
	maxTitles = 8
)

// WriteText writes an explanation for a person, who starts this program by command.
func (e Explanation) WriteText(w io.Writer, command string) error {
	var out strings.Builder
	fmt.Fprintf(&out, "%s (%s", e.Title, e.Input)
	if e.ID != "" {
		out.WriteString(" " + e.ID)
	}
	out.WriteString(")\n")
	for _, s := range e.Steps {
		fmt.Fprintf(&out, "  %s: %s\n", s.Box, s.Text)
	}
	if !e.Certain && len(e.Causes) > 1 {
		fmt.Fprintf(&out, "  It can be one of %d rules, the most likely one first:\n", len(e.Causes))
	}
	var rare []string
	for i, c := range e.Causes {
		switch {
		case i > 0 && c.Rule == e.Causes[i-1].Rule:
			fmt.Fprintf(&out, "    and at %s: %s\n", c.Path, c.Got)
		case e.Certain || i < maxWhole:
			c.writeText(&out, command)
		case i < maxTitles:
			fmt.Fprintf(&out, "  ▸ %s (rule %s)\n", c.Title, c.Rule)
		default:
			rare = append(rare, c.Rule)
		}
	}
	if len(rare) > 0 {
		fmt.Fprintf(&out, "  ▸ or, more rarely: %s\n", strings.Join(rare, ", "))
	}
	for _, c := range e.Besides {
		fmt.Fprintf(&out, "  Besides: %s (%s)\n", c.Title, rules.Command(command, c.Rule))
	}
	for _, text := range e.Unknown {
		fmt.Fprintf(&out, "  Not known: %s\n", text)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func (c Cause) writeText(out *strings.Builder, command string) {
	fmt.Fprintf(out, "  ▸ %s\n", c.Title)
	if c.Path != "" {
		fmt.Fprintf(out, "    at %s: %s\n", c.Path, c.Got)
	}
	if c.Shown != "" {
		fmt.Fprintf(out, "    seen: %s\n", c.Shown)
	}
	fmt.Fprintf(out, "    AWS: %s\n", c.Gateway)
	fmt.Fprintf(out, "    fix: %s\n", strings.ReplaceAll(c.Fix, "\n", "\n         "))
	fmt.Fprintf(out, "    rule: %s (%s), %s\n", c.Rule, c.Evidence, rules.Command(command, c.Rule))
}

// inLanguage returns the explanation with fixes for functions in a language. The
// empty one stands for what the words of the function show, or for all.
func (e Explanation) inLanguage(language rules.Language) Explanation {
	if language == "" {
		text := e.Title
		for _, s := range e.Steps {
			text += "\n" + s.Text
		}
		for _, c := range e.Causes {
			text += "\n" + c.Shown
		}
		language = languageOf(text)
	}
	e.Causes = slices.Clone(e.Causes)
	for i, c := range e.Causes {
		e.Causes[i] = c.inLanguage(language)
	}
	return e
}

// languageOf returns the language whose runtime writes errors in these words; empty
// if none does.
func languageOf(text string) rules.Language {
	for _, sign := range []struct {
		word     string
		language rules.Language
	}{
		{"Unable to import module", rules.Python}, {".py\", line", rules.Python}, {"Traceback (most recent call last)", rules.Python},
		{"Cannot find module", rules.JavaScript}, {"TypeError: ", rules.JavaScript}, {"ReferenceError: ", rules.JavaScript},
		{"Go struct field", rules.Go}, {"goroutine ", rules.Go}, {"bootstrap(s)", rules.Go}, {`"errorString"`, rules.Go}, {"errorString: ", rules.Go},
	} {
		if strings.Contains(text, sign.word) {
			return sign.language
		}
	}
	return ""
}

// printable returns the explanation with no text that could steer a terminal.
func (e Explanation) printable() Explanation {
	e.Steps, e.Unknown = slices.Clone(e.Steps), slices.Clone(e.Unknown)
	e.Causes, e.Besides = slices.Clone(e.Causes), slices.Clone(e.Besides)
	escape(reflect.ValueOf(&e).Elem())
	return e
}

// escape makes each text in a value printable.
func escape(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(rules.Printable(v.String()))
	case reflect.Struct:
		for i := range v.NumField() {
			escape(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			escape(v.Index(i))
		}
	}
}
