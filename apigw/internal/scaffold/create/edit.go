package create

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"example.com/apigw/internal/scaffold/project"
)

// edit carries out the edits of kit.json that a file needs for a project.
func (k *Kit) edit(file *File, answers project.Project) error {
	for _, e := range k.Project.Files.Edits {
		if e.File != file.Name || !applies(e, answers) {
			continue
		}
		text, err := edited(string(file.Content), e)
		if err != nil {
			return fmt.Errorf("kit.json has an edit of %s that does not fit it any more: %w", e.File, err)
		}
		file.Content = []byte(text)
	}
	return nil
}

// applies reports whether a project lacks what the edit is for.
func applies(e project.Edit, answers project.Project) bool {
	switch e.Without {
	case "both":
		return len(answers.Doors) < 2
	case "lessons":
		return !answers.Lessons
	}
	return !answers.Has(project.Door(e.Without))
}

// edited returns the text after an edit.
func edited(text string, e project.Edit) (string, error) {
	switch {
	case e.Lines != "":
		return without(text, "\n", e.Lines)
	case e.Paragraph != "":
		return without(text, "\n\n", e.Paragraph)
	case len(e.Members) > 0:
		return withoutMembers(text, e.Members)
	}
	if n := strings.Count(text, e.From); n != 1 {
		return "", fmt.Errorf("%q is in it %d times, want 1", e.From, n)
	}
	return strings.Replace(text, e.From, e.To, 1), nil
}

// without returns the text without the parts, by what separates them, that contain
// something.
func without(text, separator, something string) (string, error) {
	parts := strings.Split(text, separator)
	kept := slices.DeleteFunc(slices.Clone(parts), func(part string) bool { return strings.Contains(part, something) })
	if len(kept) == len(parts) {
		return "", fmt.Errorf("%q is not in it", something)
	}
	return strings.Join(kept, separator), nil
}

// withoutMembers returns a JSON list, with one object a line, without some members
// of the objects.
func withoutMembers(text string, members []string) (string, error) {
	var lines []string
	for line := range strings.Lines(text) {
		object := strings.TrimSuffix(strings.TrimSpace(line), ",")
		if !strings.HasPrefix(object, "{") {
			lines = append(lines, line)
			continue
		}
		kept, err := pruned(object, members)
		if err != nil {
			return "", err
		}
		lines = append(lines, strings.Replace(line, object, kept, 1))
	}
	return strings.Join(lines, ""), nil
}

// pruned returns a JSON object without some of its members. The others stay as they
// were written.
func pruned(object string, members []string) (string, error) {
	decoder := json.NewDecoder(bytes.NewReader([]byte(object)))
	if _, err := decoder.Token(); err != nil {
		return "", err
	}
	var kept []string
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return "", err
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return "", err
		}
		if !slices.Contains(members, fmt.Sprint(name)) {
			kept = append(kept, fmt.Sprintf("%q: %s", name, value))
		}
	}
	return "{" + strings.Join(kept, ", ") + "}", nil
}
