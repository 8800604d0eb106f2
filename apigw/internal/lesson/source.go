package lesson

import (
	"io/fs"
	"path"
	"slices"
	"unicode/utf8"
)

// Source is a file of a variant, for people.
type Source struct {
	Path string `json:"path"` // below the app's root
	Text string `json:"text"`
}

// maxSource is the size of what is still shown.
const maxSource = 256 << 10

// Sources returns the files of a variant: that of its function first, then those that
// the lesson names for it, or else those beside the function. What is not text, or
// very large, is left out.
func (l *Lesson) Sources(root fs.FS, v *Variant) ([]Source, error) {
	names := append([]string{v.Source}, v.Files...)
	folder := path.Join(Folder, l.ID)
	if len(v.Files) == 0 {
		beside := path.Dir(v.Source)
		entries, err := fs.ReadDir(root, path.Join(folder, beside))
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			if name := path.Join(beside, entry.Name()); !entry.IsDir() && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	var sources []Source
	for _, name := range names {
		text, err := fs.ReadFile(root, path.Join(folder, name))
		if err != nil {
			return nil, err
		}
		if len(text) <= maxSource && utf8.Valid(text) {
			sources = append(sources, Source{path.Join(folder, name), string(text)})
		}
	}
	return sources, nil
}
