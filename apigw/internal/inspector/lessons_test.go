package inspector

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/apigw/internal/lesson"
	"example.com/apigw/internal/testwait"
)

// taught are two lessons.
type taught struct {
	catalogue *lesson.Catalogue
	err       error // of the catalogue
	runErr    error
	ran       []lesson.Case
	prepared  chan []lesson.Case
}

func newTaught(t *testing.T) *taught {
	t.Helper()
	one := &lesson.Lesson{
		ID: "one", Title: "First <b>", Door: "proxy", Symptom: "S",
		Variants: []lesson.Variant{
			{Name: "broken", Language: "go", Route: "/one/broken", Source: "broken/main.go"},
			{Name: "broken", Language: "python", Route: "/one/python", Source: "python/main.py"},
		},
		Exercise: lesson.Exercise{Edit: "broken/main.go", Expect: lesson.Expect{Status: 201}},
	}
	two := &lesson.Lesson{ID: "two", Title: "Second"}
	return &taught{
		catalogue: lesson.NewCatalogue([]lesson.Chapter{{Title: "A", Lessons: []string{"one"}}, {Title: "B", Lessons: []string{"two"}}}, one, two),
		prepared:  make(chan []lesson.Case, 10),
	}
}

func (l *taught) Catalogue() (*lesson.Catalogue, error) { return l.catalogue, l.err }

func (*taught) Sources(_ *lesson.Lesson, v *lesson.Variant) ([]lesson.Source, error) {
	return []lesson.Source{{Path: "lessons/one/" + v.Source, Text: "package main"}}, nil
}

func (l *taught) Prepare(_ context.Context, cases []lesson.Case) error {
	l.prepared <- cases
	return nil
}

func (l *taught) Run(_ context.Context, c lesson.Case) (lesson.Outcome, error) {
	l.ran = append(l.ran, c)
	return lesson.Outcome{RequestID: c.Route, Solved: c.Expect.Status == 201}, l.runErr
}

func (l *taught) inspector(t *testing.T) *Inspector {
	t.Helper()
	i, err := New(source{}, new(History), Options{Lessons: l})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func ask(i *Inspector, method, path, accept, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host = "127.0.0.1:3000"
	r.Header.Set("Accept", accept)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	i.ServeHTTP(w, r)
	return w
}

func TestLessonsForPagesAndPrograms(t *testing.T) {
	for _, c := range []struct {
		rule, method, path, accept, body string
		change                           func(l *taught)
		status                           int
		want                             string
	}{
		{"the list", "GET", "/_local/lessons", "application/json", "", nil, 200, `"languages": [
            "go",
            "python"
          ]`},
		{"titles are text", "GET", "/_local/lessons", "", "", nil, 200, `"title": "First <b>"`},
		{"the page of the list", "GET", "/_local/lessons", "text/html", "", nil, 200, "<title>Lessons"},
		{"the page of a lesson", "GET", "/_local/lessons/one", "text/html", "", nil, 200, "<title>Lessons"},
		{"an app without lessons", "GET", "/_local/lessons", "", "", func(l *taught) { l.err = lesson.ErrNone }, 200, `"message": "this app has no lessons`},
		{"a lesson of an app without lessons", "GET", "/_local/lessons/one", "", "", func(l *taught) { l.err = lesson.ErrNone }, 404, "this app has no lessons"},
		{"lessons that cannot be read", "GET", "/_local/lessons", "", "", func(l *taught) { l.err = errors.New("lessons/x/lesson.json:1: bad") }, 500, "lessons/x/lesson.json:1: bad"},
		{"a lesson", "GET", "/_local/lessons/one", "", "", nil, 200, `"chapter": "A"`},
		{"the sources of a lesson", "GET", "/_local/lessons/one", "", "", nil, 200, `"path": "lessons/one/python/main.py"`},
		{"the file to edit", "GET", "/_local/lessons/one", "", "", nil, 200, `"file": "lessons/one/broken/main.go"`},
		{"the lesson after it", "GET", "/_local/lessons/one", "", "", nil, 200, `"next": "two"`},
		{"the lesson before it", "GET", "/_local/lessons/two", "", "", nil, 200, `"previous": "one"`},
		{"a lesson that is not there", "GET", "/_local/lessons/three", "", "", nil, 404, "there is no such lesson"},
		{"a run", "POST", "/_local/lessons/one/run", "", `{"variant": "broken"}`, nil, 200, `"requestId": "/one/broken"`},
		{"a run in another language", "POST", "/_local/lessons/one/run", "", `{"variant": "broken", "language": "python"}`, nil, 200, `"requestId": "/one/python"`},
		{"the exercise", "POST", "/_local/lessons/one/run", "", `{"exercise": true}`, nil, 200, `"solved": true`},
		{"a variant that is not there", "POST", "/_local/lessons/one/run", "", `{"variant": "fixed"}`, nil, 400, `no variant \"fixed\" in \"go\"`},
		{"an unknown member", "POST", "/_local/lessons/one/run", "", `{"varient": "fixed"}`, nil, 400, "varient"},
		{"a run of a lesson that is not there", "POST", "/_local/lessons/three/run", "", `{"exercise": true}`, nil, 404, "there is no such lesson"},
		{"lessons that cannot be served", "POST", "/_local/lessons/one/run", "", `{"exercise": true}`, func(l *taught) { l.runErr = errors.New("no Node.js") }, 503, "no Node.js"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			l := newTaught(t)
			if c.change != nil {
				c.change(l)
			}
			w := ask(l.inspector(t), c.method, c.path, c.accept, c.body)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
				t.Errorf("got %d %s, want %d and %s", w.Code, w.Body, c.status, c.want)
			}
			if c.accept != "text/html" && !json.Valid(w.Body.Bytes()) {
				t.Errorf("got %s, want JSON", w.Body)
			}
		})
	}
}

func TestWhoReadsALessonRunsItNext(t *testing.T) {
	l := newTaught(t)
	ask(l.inspector(t), "GET", "/_local/lessons/one", "application/json", "")
	var routes []string
	for _, c := range testwait.Receive(t, "the lesson is prepared", l.prepared) {
		routes = append(routes, c.Route)
	}
	if got := strings.Join(routes, " "); got != "/one/broken /one/broken" {
		t.Errorf("got %q prepared, want the exercise and what is in Go", got)
	}
}

func TestAnInspectorWithoutLessons(t *testing.T) {
	i := newInspector(t, source{}, new(History))
	if w := get(i, "GET", "/_local/lessons", "localhost", ""); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "this app has no lessons") {
		t.Errorf("got %d %s, want that there are none", w.Code, w.Body)
	}
	if w := get(i, "POST", "/_local/lessons/one/run", "localhost", "https://evil.example"); w.Code != http.StatusForbidden {
		t.Errorf("another site runs a lesson: got %d, want 403", w.Code)
	}
}
