// Package lesson is a catalogue of lessons as data: what breaks behind an API
// Gateway, the same mended, and what a client and the execution log show of both. It
// reads the catalogue of an app, runs what is in it against a gateway that serves it,
// and compares what was expected with what was seen.
package lesson

import (
	"path"
	"slices"
	"strings"
)

// Folder is where the lessons of an app are, below its root: a file [Order], and a
// folder with a file lesson.json for each.
const Folder = "lessons"

// Order is the file of the order in which to take the lessons.
const Order = Folder + "/lessons.json"

// DefaultAPI is the API of routes that name none.
const DefaultAPI = "lessons"

// Catalogue is all lessons of an app.
type Catalogue struct {
	Chapters []Chapter
	lessons  map[string]*Lesson
}

// NewCatalogue returns a catalogue of lessons, which the chapters name.
func NewCatalogue(chapters []Chapter, lessons ...*Lesson) *Catalogue {
	c := &Catalogue{Chapters: chapters, lessons: map[string]*Lesson{}}
	for _, l := range lessons {
		c.lessons[l.ID] = l
	}
	return c
}

// Chapter is lessons that belong together.
type Chapter struct {
	Title   string   `json:"title"`
	Lessons []string `json:"lessons"` // ids, in the order in which to take them
}

// IDs returns those of all lessons, in the order in which to take them.
func (c *Catalogue) IDs() []string {
	var ids []string
	for _, chapter := range c.Chapters {
		ids = append(ids, chapter.Lessons...)
	}
	return ids
}

// Lesson returns the lesson with an id; nil if there is none.
func (c *Catalogue) Lesson(id string) *Lesson { return c.lessons[id] }

// Lesson is one lesson.
type Lesson struct {
	ID    string `json:"-"` // the name of its folder
	Title string `json:"title"`
	// Answers are the lines of the discussion that it is for.
	Answers  []string  `json:"answers"`
	Door     string    `json:"door"`    // proxy, mapped or both
	Symptom  string    `json:"symptom"` // what the newcomer sees
	Why      string    `json:"why"`     // paragraphs, with code in backticks
	Request  Request   `json:"request"`
	Variants []Variant `json:"variants"`
	Predict  Predict   `json:"predict"`
	Exercise Exercise  `json:"exercise"`
}

// Request is what a client sends.
type Request struct {
	Method     string            `json:"method"`
	Path       string            `json:"path"` // what follows the route
	Headers    map[string]string `json:"headers,omitempty"`
	Body       string            `json:"body,omitempty"`
	BodyBase64 bool              `json:"bodyBase64,omitempty"`
}

// Variant is one function behind one method.
type Variant struct {
	Name     string   `json:"name"`     // broken, fixed, or that of another way
	Language string   `json:"language"` // go, javascript or python
	API      string   `json:"api,omitempty"`
	Route    string   `json:"route"`
	Source   string   `json:"source"`            // the file of the function, in the folder of the lesson
	Files    []string `json:"files,omitempty"`   // what else belongs to it
	Request  *Request `json:"request,omitempty"` // instead of that of the lesson
	Expect   Expect   `json:"expect"`
}

// Expect is what comes of a request, as far as it matters.
type Expect struct {
	Status       int                `json:"status"`
	Headers      map[string]*string `json:"headers,omitempty"` // null: absent; several lines of one header are lines
	Body         *string            `json:"body,omitempty"`
	BodyBase64   *string            `json:"bodyBase64,omitempty"`
	BodyContains string             `json:"bodyContains,omitempty"`
	Log          []string           `json:"log,omitempty"`  // parts of lines of the execution log
	Rule         *string            `json:"rule,omitempty"` // among those of the diagnosis or of lint; empty if the diagnosis has none
}

// Predict is what a person is asked before seeing what happens.
type Predict struct {
	Question string   `json:"question"`
	Choices  []string `json:"choices"`
	Answer   int      `json:"answer"` // counted from 0
	Because  string   `json:"because"`
}

// Exercise is what a person is to change.
type Exercise struct {
	Text    string   `json:"text"`
	Edit    string   `json:"edit"` // a file in the folder of the lesson
	API     string   `json:"api,omitempty"`
	Route   string   `json:"route,omitempty"`   // instead of that of the variant that has the file
	Request *Request `json:"request,omitempty"` // instead of that of the lesson
	Expect  Expect   `json:"expect"`
	Hint    string   `json:"hint"`
}

// Languages are those of functions of lessons.
func Languages() []string { return []string{"go", "javascript", "python"} }

// Variant returns the one with a name and a language; nil if there is none.
func (l *Lesson) Variant(name, language string) *Variant {
	for i := range l.Variants {
		if v := &l.Variants[i]; v.Name == name && v.Language == language {
			return v
		}
	}
	return nil
}

// Case is a request to a route, and what comes of it.
type Case struct {
	API, Route string
	Request    Request
	Expect     Expect
}

// Case returns what running a variant means.
func (l *Lesson) Case(v *Variant) Case {
	c := Case{API: orElse(v.API, DefaultAPI), Route: v.Route, Request: l.Request, Expect: v.Expect}
	if v.Request != nil {
		c.Request = *v.Request
	}
	return c
}

// ExerciseCase returns what the exercise is solved by.
func (l *Lesson) ExerciseCase() Case {
	e := l.Exercise
	var c Case
	if v := l.exercised(); v != nil {
		c = l.Case(v)
	}
	if e.Route != "" {
		c = Case{API: DefaultAPI, Route: e.Route, Request: l.Request}
	}
	c.API = orElse(e.API, c.API)
	if e.Request != nil {
		c.Request = *e.Request
	}
	c.Expect = e.Expect
	return c
}

// exercised returns the variant that the file of the exercise belongs to.
func (l *Lesson) exercised() *Variant {
	edit := l.Exercise.Edit
	for _, owns := range []func(v *Variant) bool{
		func(v *Variant) bool { return v.Source == edit },
		func(v *Variant) bool { return slices.Contains(v.Files, edit) },
		func(v *Variant) bool { return path.Base(v.Route) == path.Dir(edit) },
		func(v *Variant) bool { return path.Dir(v.Source) == path.Dir(edit) },
	} {
		if i := slices.IndexFunc(l.Variants, func(v Variant) bool { return owns(&v) }); i >= 0 {
			return &l.Variants[i]
		}
	}
	return nil
}

// Of returns the id of the lesson that a file, relative to the app's root, belongs to;
// empty if it is of none.
func Of(file string) string {
	rest, ok := strings.CutPrefix(file, Folder+"/")
	id, _, below := strings.Cut(rest, "/")
	if !ok || !below {
		return ""
	}
	return id
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
