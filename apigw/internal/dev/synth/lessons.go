package synth

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Lessons is the folder of an app's lessons. Its Go files are those of their stack,
// and each folder in it is a lesson.
const Lessons = "lessons"

// asksForLessons reports whether a context says anything of lessons.
func asksForLessons(context []string) bool {
	return slices.ContainsFunc(context, func(pair string) bool { return strings.HasPrefix(pair, "lessons=") })
}

// isLessonSource reports whether the stack of the lessons is made from a file. The
// sources of functions, in any language, are not part of it.
func isLessonSource(name string) bool {
	if !strings.HasPrefix(name, Lessons+"/") || strings.HasPrefix(name, LessonsSnapshot+"/") {
		return false
	}
	switch path.Ext(name) {
	case ".go":
		return path.Dir(name) == Lessons
	case ".js", ".mjs", ".cjs", ".py", ".md":
		return false
	}
	return true
}

// lessonSources lists what the stack of the lessons is made from. An app without
// lessons has no such files.
func lessonSources(root fs.FS) (names []string, err error) {
	err = fs.WalkDir(root, Lessons, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case name == Lessons && errors.Is(err, fs.ErrNotExist):
			return fs.SkipAll
		case err != nil:
			return err
		case !entry.IsDir() && IsSource(name, LessonsContext):
			names = append(names, name)
		}
		return nil
	})
	return names, err
}

// isLessonText reports whether a file has text of lessons, for people, besides what
// their stack is made from.
func isLessonText(name string) bool {
	return name == Lessons+"/lessons.json" || strings.HasPrefix(name, Lessons+"/") && path.Base(name) == "lesson.json"
}

// textMembers are the members of lesson.json and lessons.json that no stack reads:
// what a lesson says, and what its requests come to.
var textMembers = []string{"title", "answers", "symptom", "why", "request", "predict", "exercise", "expect"}

// withoutText returns the JSON of a lesson without its text. A file that is not JSON
// counts as it is.
func withoutText(content []byte) []byte {
	var all map[string]any
	if json.Unmarshal(content, &all) != nil {
		return content
	}
	drop(all)
	for _, list := range []string{"variants", "chapters"} {
		items, _ := all[list].([]any)
		for _, item := range items {
			if members, ok := item.(map[string]any); ok {
				drop(members)
			}
		}
	}
	rest, err := json.Marshal(all)
	if err != nil {
		return content
	}
	return rest
}

func drop(members map[string]any) {
	for _, name := range textMembers {
		delete(members, name)
	}
}
