package add

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"example.com/apigw/contract"
	"example.com/apigw/internal/scaffold/project"
)

// table is the contract of a project: cases, and the text of each as it stands in the
// file.
type table struct {
	head, tail string // what stands before the first case and behind the last
	cases      []contract.Case
	texts      []string
}

// table reads the contract as it will be.
func (p *Plan) table() (*table, error) {
	text, err := p.read(contract.File)
	if err != nil {
		return nil, err
	}
	t := &table{}
	if t.cases, err = contract.Parse(text); err != nil {
		return nil, fmt.Errorf("%s: %w", contract.File, err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	if _, err := decoder.Token(); err != nil {
		return nil, fmt.Errorf("%s: %w", contract.File, err)
	}
	end := int(decoder.InputOffset())
	for decoder.More() {
		rest := text[end:]
		begin := end + len(rest) - len(bytes.TrimLeft(rest, ", \t\r\n"))
		if len(t.texts) == 0 {
			t.head = string(text[:begin])
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, fmt.Errorf("%s: %w", contract.File, err)
		}
		end = int(decoder.InputOffset())
		t.texts = append(t.texts, string(text[begin:end]))
	}
	t.tail = string(text[end:])
	return t, nil
}

// put plans the contract.
func (p *Plan) put(t *table) error {
	between := ",\n" + t.head[strings.LastIndexAny(t.head, "[\n")+1:]
	text := []byte(t.head + strings.Join(t.texts, between) + t.tail)
	if _, err := contract.Parse(text); err != nil {
		return fmt.Errorf("%s would not be a contract any more: %w", contract.File, err)
	}
	return p.write(contract.File, text)
}

// append adds a case. If there is one with its rule, the rule names the door, too.
func (t *table) append(c contract.Case) {
	rule := c.Rule
	for n := 2; t.has(c.Rule); n++ {
		if c.Rule = fmt.Sprintf("%s, %s", rule, c.Door); t.has(c.Rule) {
			c.Rule = fmt.Sprintf("%s, %d", rule, n)
		}
	}
	t.cases, t.texts = append(t.cases, c), append(t.texts, caseText(c))
}

func (t *table) has(rule string) bool {
	return slices.ContainsFunc(t.cases, func(c contract.Case) bool { return c.Rule == rule })
}

// replace changes a case.
func (t *table) replace(i int, c contract.Case) { t.cases[i], t.texts[i] = c, caseText(c) }

// retire takes a case out for one door. If another keeps it, it is then for that one.
func (t *table) retire(i int, door project.Door, doors []project.Door) {
	c := t.cases[i]
	others := slices.DeleteFunc(slices.Clone(doors), func(d project.Door) bool { return d == door })
	if c.Door == "" && len(others) > 0 {
		c.Door = string(others[0])
		t.replace(i, c)
		return
	}
	t.cases, t.texts = slices.Delete(t.cases, i, i+1), slices.Delete(t.texts, i, i+1)
}

// caseText returns a case as a line of the file.
func caseText(c contract.Case) string {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(c); err != nil {
		panic(err) // it holds texts and numbers only, and JSON that was decoded
	}
	return spaced(strings.TrimSpace(text.String()))
}

// spaced returns JSON with a blank behind each colon and comma.
func spaced(text string) string {
	var made strings.Builder
	inside, escaped := false, false
	for _, r := range text {
		made.WriteRune(r)
		switch {
		case escaped:
			escaped = false
		case inside && r == '\\':
			escaped = true
		case r == '"':
			inside = !inside
		case !inside && (r == ':' || r == ','):
			made.WriteByte(' ')
		}
	}
	return made.String()
}

// routeOf returns the path of an API that a target has; empty if none.
func routeOf(target string, paths []string) string {
	path, _, _ := strings.Cut(target, "?")
	parts := strings.Split(strings.TrimSuffix(path, "/"), "/")
	for _, pattern := range slices.Sorted(slices.Values(paths)) { // a name comes before a variable
		if matches(strings.Split(strings.TrimSuffix(pattern, "/"), "/"), parts) {
			return pattern
		}
	}
	return ""
}

func matches(names, parts []string) bool {
	for i, name := range names {
		switch {
		case i >= len(parts):
			return false
		case strings.HasSuffix(name, "+}"):
			return true
		case !strings.HasPrefix(name, "{") && name != parts[i]:
			return false
		}
	}
	return len(names) == len(parts)
}
