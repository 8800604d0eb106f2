package lint

import (
	"bytes"
	"encoding/json"
	"os"

	"example.com/apigw/internal/detect"
)

// Locate sets file and line of findings: for a mapping template its own file below
// root, if there is one with its text, and otherwise the resource in the stack's
// template. Files are relative to root where they are below it.
func Locate(found []Finding, root string) {
	sources := detect.Sources{Root: root}
	lines := map[string]map[string]int{} // of resources, by file
	for i := range found {
		f := &found[i]
		if f.Template != nil {
			if file, line := sources.Find(f.Template.text, f.Template.Line); file != "" {
				f.File, f.Line = file, line
				continue
			}
		}
		if f.stackFile == "" {
			continue
		}
		if lines[f.stackFile] == nil {
			lines[f.stackFile] = resourceLines(f.stackFile)
		}
		f.File, f.Line = detect.Relative(root, f.stackFile), max(1, lines[f.stackFile][f.LogicalID])
	}
}

// resourceLines returns the lines of the resources in a template, by logical id.
func resourceLines(file string) map[string]int {
	lines := map[string]int{}
	data, err := os.ReadFile(file)
	if err != nil {
		return lines
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	depth, key, inResources := 0, true, false
	line, counted := 1, 0
	for {
		token, err := decoder.Token()
		if err != nil {
			return lines
		}
		switch token := token.(type) {
		case json.Delim:
			if token == '{' || token == '[' {
				depth++
			} else {
				depth--
			}
			key = true
			continue
		case string:
			if depth == 1 && key {
				inResources = token == "Resources"
			}
			if depth == 2 && key && inResources {
				offset := int(decoder.InputOffset())
				line += bytes.Count(data[counted:offset], []byte("\n"))
				counted = offset
				lines[token] = line
			}
		}
		key = !key
	}
}
