package logquery

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Run returns the lines that a query of CloudWatch Logs Insights finds, in their order.
// It knows as much of the language as the queries of this package need (documented:
// "CloudWatch Logs Insights language query syntax"): comments; fields, filter, sort and
// limit, of which filter and limit count here; = with numbers, like with a text, which
// is a part of the field, letter for letter, and and. A line that is a JSON object has
// its members as fields, and a number in quotes is a number (assumed).
func Run(query string, lines []string) (found []string, err error) {
	var conditions []condition
	limit := 10_000 // documented, where there is none
	for i, command := range commands(query) {
		name, rest, _ := strings.Cut(command, " ")
		switch name {
		case "fields", "sort":
		case "limit":
			if limit, err = strconv.Atoi(rest); err != nil || limit < 1 {
				return nil, fmt.Errorf("command %d: limit %q is not a number above 0", i+1, rest)
			}
		case "filter":
			more, err := parseFilter(rest)
			if err != nil {
				return nil, fmt.Errorf("command %d: %w", i+1, err)
			}
			conditions = append(conditions, more...)
		default:
			return nil, fmt.Errorf("command %d: %q is not fields, filter, sort or limit", i+1, name)
		}
	}
	for _, line := range lines {
		if len(found) < limit && all(conditions, fieldsOf(line)) {
			found = append(found, line)
		}
	}
	return found, nil
}

// commands returns the commands of a query, without comments.
func commands(query string) (list []string) {
	var rest []string
	for line := range strings.Lines(query) {
		if !strings.HasPrefix(strings.TrimSpace(line), "#") {
			rest = append(rest, line)
		}
	}
	for command := range strings.SplitSeq(strings.Join(rest, ""), "\n| ") {
		list = append(list, strings.TrimSpace(command))
	}
	return list
}

type condition struct {
	field, operator, value string
}

// conditionText is one condition, with what follows it.
var conditionText = regexp.MustCompile(`^(@?[A-Za-z]\w*) (?:(=) (\d+)|(like) "([^"\\]*)")(?: and |$)`)

func parseFilter(text string) (conditions []condition, err error) {
	for text != "" {
		m := conditionText.FindStringSubmatch(text)
		if m == nil {
			return nil, fmt.Errorf("%q is not a condition such as status = 502, or @message like \"text\"", text)
		}
		conditions = append(conditions, condition{m[1], m[2] + m[4], m[3] + m[5]})
		text = text[len(m[0]):]
	}
	if len(conditions) == 0 {
		return nil, fmt.Errorf("filter has no condition")
	}
	return conditions, nil
}

// fieldsOf returns the fields of a line.
func fieldsOf(line string) map[string]string {
	fields := map[string]string{"@message": line}
	var members map[string]any
	if json.Unmarshal([]byte(line), &members) == nil {
		for name, value := range members {
			fields[name] = fmt.Sprint(value)
		}
	}
	return fields
}

func all(conditions []condition, fields map[string]string) bool {
	for _, c := range conditions {
		value, there := fields[c.field]
		if !there || c.operator == "like" && !strings.Contains(value, c.value) || c.operator == "=" && value != c.value {
			return false
		}
	}
	return true
}
