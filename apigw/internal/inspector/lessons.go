package inspector

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"example.com/apigw/internal/lesson"
)

// Lessons is what the inspector asks about the lessons of the app.
type Lessons interface {
	// Catalogue returns them as they are now. The error is [lesson.ErrNone] if the app
	// has none.
	Catalogue() (*lesson.Catalogue, error)
	// Sources returns the files of a variant of a lesson.
	Sources(l *lesson.Lesson, v *lesson.Variant) ([]lesson.Source, error)
	// Prepare builds what cases invoke.
	Prepare(ctx context.Context, cases []lesson.Case) error
	// Run runs a case.
	Run(ctx context.Context, c lesson.Case) (lesson.Outcome, error)
}

// lessonEntry is a lesson in the list of all.
type lessonEntry struct {
	ID        string   `json:"id"`
	Title     string   `json:"title"`
	Door      string   `json:"door"`
	Answers   []string `json:"answers"`
	Symptom   string   `json:"symptom"`
	Languages []string `json:"languages"`
}

// lessonChapter is a chapter in the list of all lessons.
type lessonChapter struct {
	Title   string        `json:"title"`
	Lessons []lessonEntry `json:"lessons"`
}

func (i *Inspector) lessons(w http.ResponseWriter, _ *http.Request) {
	list := struct {
		Chapters []lessonChapter `json:"chapters"`
		Message  string          `json:"message"` // why there are none
	}{Chapters: []lessonChapter{}}
	c, err := i.catalogue()
	if errors.Is(err, lesson.ErrNone) {
		list.Message = err.Error()
		writeJSON(w, http.StatusOK, list)
		return
	}
	if err != nil {
		writeProblem(w, http.StatusInternalServerError, "the lessons cannot be read: "+err.Error())
		return
	}
	for _, chapter := range c.Chapters {
		shown := lessonChapter{Title: chapter.Title}
		for _, id := range chapter.Lessons {
			l := c.Lesson(id)
			shown.Lessons = append(shown.Lessons, lessonEntry{id, l.Title, l.Door, orEmpty(l.Answers), l.Symptom, languagesOf(l)})
		}
		list.Chapters = append(list.Chapters, shown)
	}
	writeJSON(w, http.StatusOK, list)
}

// catalogue returns the lessons of the app.
func (i *Inspector) catalogue() (*lesson.Catalogue, error) {
	if i.options.Lessons == nil {
		return nil, lesson.ErrNone
	}
	return i.options.Lessons.Catalogue()
}

// languagesOf returns the languages of the functions of a lesson.
func languagesOf(l *lesson.Lesson) []string {
	return slices.DeleteFunc(lesson.Languages(), func(language string) bool {
		return !slices.ContainsFunc(l.Variants, func(v lesson.Variant) bool { return v.Language == language })
	})
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// found returns the lesson that the address of a request names. It returns nil if that
// cannot be done, and has then written the response.
func (i *Inspector) found(w http.ResponseWriter, r *http.Request) (*lesson.Catalogue, *lesson.Lesson) {
	c, err := i.catalogue()
	if err != nil {
		status := http.StatusInternalServerError
		if errors.Is(err, lesson.ErrNone) {
			status = http.StatusNotFound
		}
		writeProblem(w, status, err.Error())
		return nil, nil
	}
	l := c.Lesson(r.PathValue("id"))
	if l == nil {
		writeProblem(w, http.StatusNotFound, "there is no such lesson: /_local/lessons lists them")
	}
	return c, l
}

// shownVariant is a variant with the text of its files.
type shownVariant struct {
	lesson.Variant
	Sources []lesson.Source `json:"sources"`
}

// shownExercise is an exercise with the file to edit, below the root of the app.
type shownExercise struct {
	lesson.Exercise
	File string `json:"file"`
}

// shownLesson is a lesson as the page shows it.
type shownLesson struct {
	ID      string `json:"id"`
	Chapter string `json:"chapter"`
	*lesson.Lesson
	Languages []string       `json:"languages"`
	Variants  []shownVariant `json:"variants"`
	Exercise  shownExercise  `json:"exercise"`
	Previous  string         `json:"previous"` // id of the lesson before; empty for the first
	Next      string         `json:"next"`
}

func (i *Inspector) lesson(w http.ResponseWriter, r *http.Request) {
	c, l := i.found(w, r)
	if l == nil {
		return
	}
	shown := shownLesson{
		ID: l.ID, Lesson: l, Languages: languagesOf(l),
		Exercise: shownExercise{l.Exercise, strings.Join([]string{lesson.Folder, l.ID, l.Exercise.Edit}, "/")},
	}
	for _, chapter := range c.Chapters {
		if slices.Contains(chapter.Lessons, l.ID) {
			shown.Chapter = chapter.Title
		}
	}
	ids := c.IDs()
	at := slices.Index(ids, l.ID)
	if at > 0 {
		shown.Previous = ids[at-1]
	}
	if at+1 < len(ids) {
		shown.Next = ids[at+1]
	}
	cases := []lesson.Case{l.ExerciseCase()}
	for n := range l.Variants {
		v := &l.Variants[n]
		sources, err := i.options.Lessons.Sources(l, v)
		if err != nil {
			writeProblem(w, http.StatusInternalServerError, "a file of the lesson cannot be read: "+err.Error())
			return
		}
		shown.Variants = append(shown.Variants, shownVariant{*v, sources})
		if v.Language == lesson.Languages()[0] {
			cases = append(cases, l.Case(v))
		}
	}
	// Whoever reads the lesson runs it next. What is wrong is said then.
	go func() { _ = i.options.Lessons.Prepare(context.WithoutCancel(r.Context()), cases) }()
	writeJSON(w, http.StatusOK, shown)
}

func (i *Inspector) runLesson(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Variant  string `json:"variant"`
		Language string `json:"language"` // empty is Go
		Exercise bool   `json:"exercise"`
	}
	if !readJSON(w, r, &asked) {
		return
	}
	_, l := i.found(w, r)
	if l == nil {
		return
	}
	c := l.ExerciseCase()
	if !asked.Exercise {
		if asked.Language == "" {
			asked.Language = lesson.Languages()[0]
		}
		v := l.Variant(asked.Variant, asked.Language)
		if v == nil {
			writeProblem(w, http.StatusBadRequest, fmt.Sprintf("the lesson has no variant %q in %q: send {\"variant\", \"language\"} of one that it has, or {\"exercise\": true}", asked.Variant, asked.Language))
			return
		}
		c = l.Case(v)
	}
	outcome, err := i.options.Lessons.Run(r.Context(), c)
	if err != nil {
		writeProblem(w, http.StatusServiceUnavailable, err.Error())
		return
	}
	writeJSON(w, http.StatusOK, outcome)
}
