package dev

import (
	"fmt"
	"strings"

	"example.com/apigw/internal/lint"
)

// check returns what is wrong with the cloud assembly in a directory. What cannot be
// checked is left to those who read it.
func (a *App) check(dir string) []lint.Finding {
	report, err := lint.Run(dir, a.options())
	if err != nil {
		return nil
	}
	return report.Found
}

// maxRefusals bounds how many refusals an error shows.
const maxRefusals = 5

// withRefusals adds to the reason why an app cannot be served what AWS would refuse.
func withRefusals(err error, found []lint.Finding) error {
	var text strings.Builder
	refused := lint.Refusals(found)
	for i, f := range refused {
		if i == maxRefusals {
			fmt.Fprintf(&text, "\nand %d more", len(refused)-i)
			break
		}
		text.WriteString("\nthe deployment fails: ")
		var lines strings.Builder
		f.WriteText(&lines, "")
		text.WriteString(strings.TrimSuffix(lines.String(), "\n"))
	}
	if text.Len() == 0 {
		return err
	}
	return fmt.Errorf("%w%s", err, text.String())
}

// Lint returns what is wrong with the cloud assembly in a directory, with the places
// where a person finds it.
func (a *App) Lint(dir string) (*lint.Report, error) {
	report, err := lint.Run(dir, a.options())
	if err != nil {
		return nil, err
	}
	lint.Locate(report.Found, a.Root)
	return report, nil
}
