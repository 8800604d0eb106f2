package create

import (
	"bytes"
	"fmt"
	"go/format"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
	"unicode/utf8"

	"example.com/apigw/internal/scaffold/project"
)

// engineFolder holds the engine, which goes into a project as it is.
const engineFolder = "apigw"

// File is a file of a project.
type File struct {
	Name    string // with slashes
	Content []byte
	Mode    os.FileMode
}

// Files returns the files of the project that the answers describe, apart from its
// snapshots. They are the kit's own, renamed, without what the project has no use for.
func (k *Kit) Files(answers project.Project) ([]File, error) {
	r := renaming(k.Project, answers)
	var files []File
	for _, name := range k.Names {
		if !k.wanted(name, answers) {
			continue
		}
		file, err := k.file(name)
		if err != nil {
			return nil, err
		}
		if !engineFile(name) && utf8.Valid(file.Content) {
			if err := k.edit(&file, answers); err != nil {
				return nil, err
			}
			file = r.file(file)
		}
		files = append(files, file)
	}
	for name, source := range k.Project.Files.Instead {
		file, err := k.file(source)
		if err != nil {
			return nil, err
		}
		if path.Ext(source) == templateExt {
			if file.Content, err = k.fill(source, file.Content, answers); err != nil {
				return nil, err
			}
		}
		file.Name = name
		files = append(files, r.file(file))
	}
	record := answers
	record.Kit = project.Kit{Version: k.Project.Kit.Version, Commit: k.Commit}
	text, err := record.Write()
	if err != nil {
		return nil, err
	}
	files = append(files, File{project.File, text, 0o644})
	for i, file := range files {
		if path.Ext(file.Name) == ".go" && !engineFile(file.Name) {
			formatted, err := format.Source(file.Content) // names have other lengths, and imports another order
			if err != nil {
				return nil, fmt.Errorf("%s of the project is not Go: %w", file.Name, err)
			}
			files[i].Content = formatted
		}
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return files, nil
}

// file reads a file of the kit.
func (k *Kit) file(name string) (File, error) {
	place := filepath.Join(k.Dir, filepath.FromSlash(name))
	info, err := os.Stat(place)
	if err != nil {
		return File{}, err
	}
	content, err := os.ReadFile(place)
	return File{name, content, info.Mode().Perm() | 0o600}, err
}

// wanted reports whether a file of the kit goes into a project.
func (k *Kit) wanted(name string, answers project.Project) bool {
	files := k.Project.Files
	if _, replaced := files.Instead[name]; replaced || name == project.File {
		return false
	}
	if engineFile(name) && (strings.HasSuffix(name, "_test.go") || slices.Contains(strings.Split(name, "/"), "testdata")) {
		return false
	}
	for _, part := range []struct {
		names  []string
		wanted bool
	}{
		{files.Proxy, answers.Has(project.Proxy)},
		{files.Mapped, answers.Has(project.Mapped)},
		{files.Both, len(answers.Doors) > 1},
		{files.Lessons, answers.Lessons},
		{files.Kit, false},
	} {
		if !part.wanted && slices.ContainsFunc(part.names, func(part string) bool { return within(name, part) }) {
			return false
		}
	}
	return true
}

// engineFile reports whether a file belongs to the engine.
func engineFile(name string) bool { return within(name, engineFolder) }

// within reports whether a file is a given one, or is in a given folder.
func within(name, part string) bool { return name == part || strings.HasPrefix(name, part+"/") }

// renamer puts a project's names in the place of the kit's.
type renamer struct {
	functions, others *strings.Replacer // in the files of functions, and in all others
}

// renaming returns the renamer from a kit to a project.
func renaming(kit, to project.Project) renamer {
	pairs := []string{
		kit.Module, to.Module,
		kit.Stack(), to.Stack(),
		strings.TrimSuffix(path.Base(kit.StackFile()), ".go"), strings.TrimSuffix(path.Base(to.StackFile()), ".go"),
	}
	var functions, apis []string
	for _, door := range to.Doors {
		from, sample := kit.Sample(door), to.Sample(door)
		pairs = append(pairs, from, sample)
		for _, before := range []string{"invoke ", "--debug "} { // which take a function
			pairs = append(pairs, before+path.Base(from), before+path.Base(sample))
		}
		functions = append(functions, path.Base(from), path.Base(sample))
		apis = append(apis, kit.API(door), to.API(door))
	}
	return renamer{
		// A kit may call an API and a function alike. What comes first wins.
		functions: strings.NewReplacer(slices.Concat(pairs, functions, apis)...),
		others:    strings.NewReplacer(slices.Concat(pairs, apis, functions)...),
	}
}

// file renames what is in a file, and the file.
func (r renamer) file(file File) File {
	replacer := r.others
	if within(file.Name, "functions") {
		replacer = r.functions
	}
	file.Name = replacer.Replace(file.Name)
	if !engineFile(file.Name) {
		file.Content = []byte(replacer.Replace(string(file.Content)))
	}
	return file
}

// templateExt is the extension of files that are filled in. What is filled in stands
// between square brackets, since workflows have braces of their own.
const templateExt = ".tmpl"

// fill fills in a text that a project has instead of the kit's.
func (k *Kit) fill(name string, text []byte, answers project.Project) ([]byte, error) {
	filled := template.New(name).Delims("[[", "]]").Option("missingkey=error").Funcs(template.FuncMap{
		"section": func(page, heading string) (string, error) { return k.section(page, heading, answers) },
	})
	if _, err := filled.Parse(string(text)); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	doors := map[string]bool{}
	for _, door := range project.Doors() {
		doors[string(door)] = answers.Has(door)
	}
	err := filled.Execute(&out, map[string]any{
		"project": answers, "proxy": doors["proxy"], "mapped": doors["mapped"], "both": len(answers.Doors) > 1, "lessons": answers.Lessons,
	})
	return out.Bytes(), err
}

// section returns a section of a page of the kit, with its heading, after the edits.
func (k *Kit) section(page, heading string, answers project.Project) (string, error) {
	file, err := k.file(page)
	if err != nil {
		return "", err
	}
	if err := k.edit(&file, answers); err != nil {
		return "", err
	}
	begin := "\n## " + heading + "\n"
	_, section, found := strings.Cut(string(file.Content), begin)
	if !found {
		return "", fmt.Errorf("%s has no section %q", page, heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	return strings.TrimSpace(begin + section), nil
}
