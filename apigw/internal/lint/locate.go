package lint

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Locate sets file and line of findings: for a mapping template its own file below
// root, if there is one with its text, and otherwise the resource in the stack's
// template. Files are relative to root where they are below it.
func Locate(found []Finding, root string) {
	sources := sources{root: root}
	lines := map[string]map[string]int{} // of resources, by file
	for i := range found {
		f := &found[i]
		if f.Template != nil {
			if file, line := sources.find(f.Template); file != "" {
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
		f.File, f.Line = relative(root, f.stackFile), max(1, lines[f.stackFile][f.LogicalID])
	}
}

func relative(root, file string) string {
	if name, err := filepath.Rel(root, file); err == nil && filepath.IsLocal(name) {
		return filepath.ToSlash(name)
	}
	return filepath.ToSlash(file)
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

// sources are the files of mapping templates of an app.
type sources struct {
	root  string
	read  bool
	files []source
}

type source struct{ name, text string }

const (
	// minSource is how long the text of a file must be to be recognized in a template.
	minSource = 24
	// maxSources bounds how many files are read.
	maxSources = 500
)

// find returns the file, and the line in it, of a place in a template. A template may
// have more text before and behind that of the file.
func (s *sources) find(at *TemplatePlace) (file string, line int) {
	if !s.read {
		s.read = true
		s.collect()
	}
	text := lf(at.text)
	best := 0
	for _, f := range s.files {
		start := strings.Index(text, f.text)
		if start < 0 || len(f.text) <= best {
			continue
		}
		first := strings.Count(text[:start], "\n")
		if n := at.Line - first; n >= 1 && n <= 1+strings.Count(f.text, "\n") {
			best, file, line = len(f.text), f.name, n
		}
	}
	return file, line
}

func lf(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

// collect reads the files of the app that are named as templates are.
func (s *sources) collect() {
	_ = filepath.WalkDir(s.root, func(path string, entry fs.DirEntry, err error) error {
		name := ""
		if entry != nil {
			name = entry.Name()
		}
		switch {
		case err != nil || len(s.files) >= maxSources:
			return fs.SkipAll
		case entry.IsDir() && path != s.root && (strings.HasPrefix(name, ".") || name == "node_modules" || strings.HasPrefix(name, "cdk.out")):
			return fs.SkipDir
		case !entry.Type().IsRegular():
			return nil
		}
		switch filepath.Ext(name) {
		case ".vtl", ".vm", ".velocity":
		default:
			return nil
		}
		info, err := entry.Info()
		if err != nil || info.Size() > maxTemplate {
			return nil
		}
		data, err := os.ReadFile(path)
		if text := strings.TrimSpace(lf(string(data))); err == nil && len(text) >= minSource {
			s.files = append(s.files, source{relative(s.root, path), text})
		}
		return nil
	})
}
