package assembly

import (
	"fmt"
	"strings"

	"example.com/apigw/internal/assembly/template"
	"example.com/apigw/internal/rules"
)

// missingNotice says which values are missing, all at once, with the flags to paste.
func missingNotice(missing []template.Missing) Notice {
	var values, flags []string
	for _, m := range missing {
		what, flag := "the parameter ", "--parameters"
		if m.Import {
			what, flag = "the import ", "--import"
		}
		values = append(values, what+m.Name)
		flags = append(flags, fmt.Sprintf("%s '%s=…'", flag, strings.ReplaceAll(m.Name, "'", `'\''`)))
	}
	return NewNotice("the app", rules.Of("values-missing", "values", strings.Join(values, ", "), "flags", strings.Join(flags, " ")))
}

// missingIn returns why something cannot work whose text holds the place of a value
// that is missing; no rule if it can.
func (b *builder) missingIn(text string) rules.Use {
	for _, m := range b.app.Missing() {
		if strings.Contains(text, m.Placeholder) {
			flag := "--parameters"
			if m.Import {
				flag = "--import"
			}
			return rules.Of("value-missing", "name", m.Name, "flag", flag)
		}
	}
	return rules.Use{}
}
