package detect

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Relative returns the name of a file relative to a folder, if it is below it.
func Relative(root, file string) string {
	if name, err := filepath.Rel(root, file); err == nil && filepath.IsLocal(name) {
		return filepath.ToSlash(name)
	}
	return filepath.ToSlash(file)
}

// Sources are the files of mapping templates of an app.
type Sources struct {
	Root  string
	read  bool
	files []source
}

type source struct{ name, text string }

const (
	// minSource is how long the text of a file must be to be recognized in a template.
	minSource = 24
	// maxSource is how long a file may be, in bytes.
	maxSource = 300 << 10
	// maxSources bounds how many files are read.
	maxSources = 500
)

// Find returns the file, and the line in it, of a line in a template; an empty name if
// there is none. A template may
// have more text before and behind that of the file.
func (s *Sources) Find(template string, at int) (file string, line int) {
	if !s.read {
		s.read = true
		s.collect()
	}
	text := lf(template)
	best := 0
	for _, f := range s.files {
		start := strings.Index(text, f.text)
		if start < 0 || len(f.text) <= best {
			continue
		}
		first := strings.Count(text[:start], "\n")
		if n := at - first; n >= 1 && n <= 1+strings.Count(f.text, "\n") {
			best, file, line = len(f.text), f.name, n
		}
	}
	return file, line
}

func lf(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

// collect reads the files of the app that are named as templates are.
func (s *Sources) collect() {
	_ = filepath.WalkDir(s.Root, func(path string, entry fs.DirEntry, err error) error {
		name := ""
		if entry != nil {
			name = entry.Name()
		}
		switch {
		case err != nil || len(s.files) >= maxSources:
			return fs.SkipAll
		case entry.IsDir() && path != s.Root && (strings.HasPrefix(name, ".") || name == "node_modules" || strings.HasPrefix(name, "cdk.out")):
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
		if err != nil || info.Size() > maxSource {
			return nil
		}
		data, err := os.ReadFile(path)
		if text := strings.TrimSpace(lf(string(data))); err == nil && len(text) >= minSource {
			s.files = append(s.files, source{Relative(s.Root, path), text})
		}
		return nil
	})
}
