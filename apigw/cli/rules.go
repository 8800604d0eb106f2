package cli

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"regexp"
	"strings"

	"example.com/apigw/internal/nearest"
	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/rules/pages"
)

func rulesVerb() verb {
	return verb{name: "rules", synopsis: "rules [ID] [flags]", define: defineRules, help: `  lists the rulebook: every failure, notice and finding that this command can show. With
  an ID it prints that rule whole: how it shows, why, what AWS does, and what to do.

  --format text|json      json has all fields (text)
`}
}

func defineRules(set *flag.FlagSet) action {
	format := formatFlag(set)
	return func(ctx context.Context, t *terminal, args []string) error {
		switch len(args) {
		case 0:
			return writeRules(t.out, *format)
		case 1:
			return writeRule(t.out, *format, args[0])
		}
		return usageError("rules takes one ID at most")
	}
}

func writeRules(w io.Writer, format outputFormat) error {
	if format == formatJSON {
		return writeJSON(w, rules.All())
	}
	for _, box := range rules.Boxes() {
		fmt.Fprintf(w, "%s\n", box)
		for _, rule := range rules.All() {
			if rule.Box == box {
				fmt.Fprintf(w, "  %-34s %s\n", rule.ID, pages.Named(rule.Title))
			}
		}
	}
	return nil
}

func writeRule(w io.Writer, format outputFormat, id string) error {
	rule, ok := rules.Lookup(id)
	switch {
	case !ok:
		return usageError(unknownRule(id))
	case format == formatJSON:
		return writeJSON(w, rule)
	}
	// A page links to its neighbours, which a terminal does not have.
	_, err := io.WriteString(w, relativeLink.ReplaceAllString(pages.Page(rule), "$1 (apigw/docs/$2)"))
	return err
}

// relativeLink is a link of a rule's page to another page of its folder's parent.
var relativeLink = regexp.MustCompile(`\[([^\]]*)\]\(\.\./([^)]*)\)`)

// unknownRule returns what is wrong with the id of a rule, and which rule could be
// meant.
func unknownRule(id string) string {
	meant, fewest := "", 5 // more edits make another id
	for _, rule := range rules.All() {
		if n := nearest.Edits(id, rule.ID); n < fewest {
			meant, fewest = rule.ID, n
		}
	}
	text := fmt.Sprintf("there is no rule %q", id)
	if meant != "" {
		return text + ": did you mean " + meant + "?"
	}
	return text + ": rules without an ID lists those that there are"
}

// outputFormat says how a verb shows what it found.
type outputFormat string

const (
	formatText outputFormat = "text"
	formatJSON outputFormat = "json"
)

// formatFlag adds the flag for it.
func formatFlag(set *flag.FlagSet) *outputFormat {
	format := formatText
	set.Func("format", "", func(text string) error {
		switch f := outputFormat(text); f {
		case formatText, formatJSON:
			format = f
			return nil
		}
		return fmt.Errorf("expected text or json")
	})
	return &format
}

// writeJSON writes a value as a JSON text that a person can read, with no character
// that could steer a terminal.
func writeJSON(w io.Writer, value any) error {
	text, err := encodeJSON(value, "  ")
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, text)
	return err
}

// encodeJSON returns a value as JSON with a line break at its end. JSON lets control
// characters beyond those of ASCII stand for themselves; here they are escaped.
func encodeJSON(value any, indent string) (string, error) {
	var encoded strings.Builder
	encoder := json.NewEncoder(&encoded)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	if err := encoder.Encode(value); err != nil {
		return "", err
	}
	text := encoded.String()
	if rules.Printable(text) == text {
		return text, nil
	}
	var out strings.Builder
	for _, r := range text {
		if char := string(r); rules.Printable(char) != char {
			fmt.Fprintf(&out, `\u%04x`, r)
		} else {
			out.WriteString(char)
		}
	}
	return out.String(), nil
}
