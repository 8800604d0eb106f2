package lesson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"example.com/apigw/internal/rules"
)

// ErrNone is the error of an app without lessons.
var ErrNone = errors.New("this app has no lessons: there is no " + Order)

// Read reads the lessons of the app in a folder. The error names all that is wrong
// with them, each with its file; it is [ErrNone] if there are no lessons.
func Read(root fs.FS) (*Catalogue, error) {
	c := NewCatalogue(nil)
	content, err := fs.ReadFile(root, Order)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNone
	}
	if err != nil {
		return nil, err
	}
	var order struct {
		Chapters []Chapter `json:"chapters"`
	}
	if err := decode(Order, content, &order); err != nil {
		return nil, err
	}
	c.Chapters = order.Chapters
	var problems []error
	add := func(err error) { problems = append(problems, err) }
	if len(c.Chapters) == 0 {
		add(fmt.Errorf("%s: it has no chapters", Order))
	}
	for i, chapter := range c.Chapters {
		if chapter.Title == "" || len(chapter.Lessons) == 0 {
			add(fmt.Errorf("%s: chapter %d needs a title and lessons", Order, i+1))
		}
		for _, id := range chapter.Lessons {
			if c.lessons[id] != nil {
				add(fmt.Errorf("%s: the lesson %q is there twice", Order, id))
				continue
			}
			l, err := readLesson(root, id)
			if err != nil {
				add(err)
				l = &Lesson{ID: id} // which is there
			}
			c.lessons[id] = l
		}
	}
	found, err := fs.Glob(root, Folder+"/*/lesson.json")
	if err != nil {
		return nil, err
	}
	for _, file := range found {
		if id := path.Base(path.Dir(file)); c.lessons[id] == nil {
			add(fmt.Errorf("%s: no chapter of %s has the lesson %q", file, Order, id))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return c, nil
}

var idPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func readLesson(root fs.FS, id string) (*Lesson, error) {
	if !idPattern.MatchString(id) {
		return nil, fmt.Errorf("%s: the id %q must be small letters, digits and single hyphens", Order, id)
	}
	folder := path.Join(Folder, id)
	file := path.Join(folder, "lesson.json")
	content, err := fs.ReadFile(root, file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is missing: %s has the lesson %q", file, Order, id)
	}
	if err != nil {
		return nil, err
	}
	l := &Lesson{}
	if err := decode(file, content, l); err != nil {
		return nil, err
	}
	l.ID = id
	check := checker{root: root, lesson: l, folder: folder, file: file}
	check.all()
	if err := errors.Join(check.problems...); err != nil {
		return nil, err
	}
	return l, nil
}

// decode decodes a file. The error has its name, and the line where that is known.
func decode(file string, content []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	if err == nil {
		if _, err := decoder.Token(); err != io.EOF {
			return fmt.Errorf("%s:%d: there is more behind the JSON object", file, lineAt(content, decoder.InputOffset()))
		}
		return nil
	}
	line := 0
	if errors.Is(err, io.ErrUnexpectedEOF) || err == io.EOF {
		return fmt.Errorf("%s:%d: the JSON object has no end", file, lineAt(content, int64(len(content))))
	} else if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		line = lineAt(content, syntax.Offset)
	} else if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		line = lineAt(content, kind.Offset)
	} else if _, name, ok := strings.Cut(err.Error(), "unknown field "); ok {
		if at := bytes.Index(content, []byte(name)); at >= 0 {
			line = lineAt(content, int64(at))
		}
	}
	reason := strings.TrimPrefix(err.Error(), "json: ")
	if line == 0 {
		return fmt.Errorf("%s: %s", file, reason)
	}
	return fmt.Errorf("%s:%d: %s", file, line, reason)
}

func lineAt(content []byte, offset int64) int {
	return 1 + bytes.Count(content[:min(int64(len(content)), max(0, offset))], []byte("\n"))
}

// checker finds what is wrong with a lesson.
type checker struct {
	root         fs.FS
	lesson       *Lesson
	folder, file string
	problems     []error
}

func (c *checker) add(format string, values ...any) {
	c.problems = append(c.problems, fmt.Errorf("%s: %s", c.file, fmt.Sprintf(format, values...)))
}

func (c *checker) all() {
	l := c.lesson
	for _, member := range []struct{ name, text string }{
		{"title", l.Title}, {"symptom", l.Symptom}, {"why", l.Why},
		{"predict.question", l.Predict.Question}, {"predict.because", l.Predict.Because},
		{"exercise.text", l.Exercise.Text}, {"exercise.hint", l.Exercise.Hint},
	} {
		if strings.TrimSpace(member.text) == "" {
			c.add("%s is missing or empty", member.name)
		}
	}
	if doors := []string{"proxy", "mapped", "both"}; !slices.Contains(doors, l.Door) {
		c.add("the door is %q, want one of %s", l.Door, strings.Join(doors, ", "))
	}
	c.request("request", &l.Request)
	c.variants()
	if p := l.Predict; len(p.Choices) < 2 || p.Answer < 0 || p.Answer >= len(p.Choices) {
		c.add("predict has %d choices and the answer %d: it needs two choices at least, and the answer is one of them, counted from 0", len(p.Choices), p.Answer)
	}
	c.exercise()
}

func (c *checker) variants() {
	seen := map[string]bool{}
	for i := range c.lesson.Variants {
		v := &c.lesson.Variants[i]
		place := fmt.Sprintf("variants[%d]", i)
		if !idPattern.MatchString(v.Name) {
			c.add("%s: the name is %q, want broken, fixed, or another word in small letters", place, v.Name)
		}
		if !slices.Contains(Languages(), v.Language) {
			c.add("%s: the language is %q, want one of %s", place, v.Language, strings.Join(Languages(), ", "))
		}
		if key := v.Name + " " + v.Language; seen[key] {
			c.add("%s: %s is there twice", place, key)
		} else {
			seen[key] = true
		}
		c.route(place+".route", v.Route)
		for _, file := range append([]string{v.Source}, v.Files...) {
			c.hasFile(place, file)
		}
		c.request(place+".request", v.Request)
		c.expect(place+".expect", &v.Expect)
	}
	for _, name := range []string{"broken", "fixed"} {
		if !seen[name+" go"] {
			c.add("there is no variant %s in go", name)
		}
	}
}

func (c *checker) exercise() {
	e := &c.lesson.Exercise
	c.hasFile("exercise.edit", e.Edit)
	if e.Route != "" {
		c.route("exercise.route", e.Route)
	} else if c.lesson.exercised() == nil {
		c.add("exercise: %q belongs to no variant: give the exercise a route", e.Edit)
	}
	c.request("exercise.request", e.Request)
	c.expect("exercise.expect", &e.Expect)
}

func (c *checker) route(place, route string) {
	if !strings.HasPrefix(route, "/") || strings.HasSuffix(route, "/") || strings.ContainsAny(route, "?# {}") {
		c.add("%s is %q: it is the path of a resource behind the stage, such as /%s/broken, with values in the place of {parameters}", place, route, c.folder)
	}
}

func (c *checker) hasFile(place, name string) {
	if !fs.ValidPath(name) || name == "." {
		c.add("%s: %q is not the name of a file in %s", place, name, c.folder)
		return
	}
	if info, err := fs.Stat(c.root, path.Join(c.folder, name)); err != nil || info.IsDir() {
		c.add("%s: there is no file %s/%s", place, c.folder, name)
	}
}

var methodPattern = regexp.MustCompile(`^[A-Z]+$`)

func (c *checker) request(place string, r *Request) {
	switch {
	case r == nil:
		return
	case !methodPattern.MatchString(r.Method):
		c.add("%s: the method is %q, want one such as GET", place, r.Method)
	case r.Path != "" && !strings.HasPrefix(r.Path, "/") && !strings.HasPrefix(r.Path, "?"):
		c.add("%s: the path is %q: it follows the route, and begins with / or ?", place, r.Path)
	}
	if _, err := r.bytes(); err != nil {
		c.add("%s: the body is not base64: %v", place, err)
	}
}

func (c *checker) expect(place string, e *Expect) {
	if e.Status < 200 || e.Status > 599 {
		c.add("%s: the status is %d, want one from 200 to 599", place, e.Status)
	}
	if e.Rule != nil && *e.Rule != "" {
		if _, ok := rules.Lookup(*e.Rule); !ok {
			c.add("%s: there is no rule %q", place, *e.Rule)
		}
	}
	if slices.Contains(e.Log, "") {
		c.add("%s: a line of the log is empty, which fits every line", place)
	}
}
