package stacks

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed templates
var templates embed.FS

// template returns the text of a file in templates/. The file's last newline is
// not part of the text: it would end up in the event or in the client's answer.
// It panics when there is no such file.
func template(name string) string {
	text, err := templates.ReadFile("templates/" + name)
	if err != nil {
		panic(fmt.Errorf("stacks/templates/%s: there is no such template: add the file or mend the name", name))
	}
	return strings.TrimSuffix(string(text), "\n")
}
