package stacks

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed templates
var templates embed.FS

// template returns the text of a file in templates/, without the last newline,
// which would be part of the event or of the response. If there is no such file,
// template panics.
func template(name string) string {
	text, err := templates.ReadFile("templates/" + name)
	if err != nil {
		panic(fmt.Errorf("stacks/templates/%s: there is no such template: add the file or correct the name", name))
	}
	return strings.TrimSuffix(string(text), "\n")
}
