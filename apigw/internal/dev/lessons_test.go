package dev_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"example.com/apigw/internal/dev"
	"example.com/apigw/internal/dev/devtest"
	"example.com/apigw/internal/dev/runner"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/inspector"
	"example.com/apigw/internal/lesson"
	"example.com/apigw/internal/testwait"
)

// taught is an app that is served with its lessons while a test changes it.
type taught struct {
	*watched
	lessons   *dev.Lessons
	base      string
	exercised chan dev.Exercised
}

// teach serves an app with its lessons, and takes over its changes, until the test
// ends.
func teach(t *testing.T, root devtest.App) *taught {
	t.Helper()
	w := &watched{App: root, events: make(chan dev.Event, 100)}
	app := &dev.App{Root: string(root), Report: func(e dev.Event) { w.events <- e }}
	history := new(inspector.History)
	var err error
	if w.loop, err = dev.New(app, runner.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.loop.Close() })
	ctx, cancel := context.WithCancel(context.Background())
	s := &taught{watched: w, exercised: make(chan dev.Exercised, 10)}
	server := httptest.NewUnstartedServer(nil)
	s.base = "http://" + server.Listener.Addr().String()
	s.lessons = dev.NewLessons(ctx, app, dev.LessonsOptions{
		URL: s.base, Besides: w.loop.APIs, Record: history.Find,
		Runner:    runner.Options{Gateway: gateway.Options{Record: history.Add}},
		Exercised: func(e dev.Exercised) { s.exercised <- e },
	})
	t.Cleanup(func() { s.lessons.Close() })
	app.Changed = s.lessons.Changed
	server.Config.Handler = s.lessons.Handler(w.loop)
	server.Start()
	t.Cleanup(server.Close)
	if err := w.loop.Start(ctx, true); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{}, 2)
	go func() { w.loop.Follow(ctx); done <- struct{}{} }()
	go func() { s.lessons.Follow(ctx); done <- struct{}{} }()
	t.Cleanup(func() {
		cancel()
		<-done
		<-done
	})
	return s
}

func (s *taught) get(t *testing.T, path string) (status int, body string) {
	t.Helper()
	response, err := http.Get(s.base + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(content)
}

func (s *taught) lesson(t *testing.T) *lesson.Lesson {
	t.Helper()
	catalogue, err := s.lessons.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	return catalogue.Lesson("plain")
}

// started takes the events of the start, and fails the test if more was done than the
// app needs.
func (s *taught) started(t *testing.T) {
	t.Helper()
	_, before := wait[dev.Loaded](t, s.watched)
	for _, e := range before {
		if b, ok := e.(dev.Building); ok && (len(b.Packages) != 1 || b.Packages[0] != "./functions/a") {
			t.Errorf("at the start: built %q, want the functions of the app alone", b.Packages)
		}
	}
}

func TestLessonsAreServedBesideTheApp(t *testing.T) {
	s := teach(t, devtest.NewWithLessons(t))
	s.started(t)
	if _, body := s.get(t, "/api/first"); body != "one" {
		t.Errorf("the app: got %q, want one", body)
	}
	if status, body := s.get(t, "/lessons/prod/lessons/plain/fixed"); status != 200 || body != "one" {
		t.Errorf("a lesson: got %d %q, want 200 and one", status, body)
	}
	built, before := wait[dev.Building](t, s.watched)
	synthesized := slices.ContainsFunc(before, func(e dev.Event) bool { _, is := e.(dev.Synthesizing); return is })
	if len(built.Packages) != 1 || built.Packages[0] != "./lessons/plain/fixed" || synthesized {
		t.Errorf("got %q built after %v, want one function, from the snapshot", built.Packages, before)
	}
	for _, name := range []string{"/lesson/prod", "/lessonsx/prod", "/lessons-other/prod"} {
		if status, body := s.get(t, name); status != http.StatusForbidden && status != http.StatusNotFound {
			t.Errorf("%s: got %d %q, want that there is no such API", name, status, body)
		}
	}

	one := s.lesson(t)
	for _, v := range one.Variants {
		out, err := s.lessons.Run(context.Background(), one.Case(&v))
		if err != nil || out.Solved != (v.Language == "go") || (out.NotRun != "") != (v.Language != "go") {
			t.Errorf("%s %s: got %+v, error %v; want that it is as expected in Go, and not run else", v.Name, v.Language, out, err)
		}
	}
}

func TestAnExerciseIsRunWhenItsLessonChanges(t *testing.T) {
	s := teach(t, devtest.NewWithLessons(t))
	s.started(t)
	one := s.lesson(t)
	if out, err := s.lessons.Run(context.Background(), one.ExerciseCase()); err != nil || out.Solved || out.Seen.Status != 502 {
		t.Fatalf("before: got %+v, error %v; want 502, which is not the solution", out, err)
	}

	for _, c := range []struct {
		rule, source string
		holds        func(e dev.Exercised) bool
	}{
		{"the solution", devtest.Returning(`{"statusCode":200,"headers":{"Content-Type":"text/plain"},"body":"two"}`),
			func(e dev.Exercised) bool { return e.Solved && e.Problem == "" && e.Seen.Body == "two" }},
		{"code that cannot be built", "package main\n\nfunc main() { three }\n",
			func(e dev.Exercised) bool { return !e.Solved && strings.Contains(e.Problem, "undefined: three") }},
		{"another body", devtest.Returning(`{"statusCode":200,"body":"three"}`),
			func(e dev.Exercised) bool {
				return !e.Solved && e.Problem == "" && len(e.Differences) == 1 && e.Differences[0].What == "body"
			}},
	} {
		s.Write(t, devtest.BrokenFile, c.source)
		const most = 3 // a file can be seen while it is half written
		var got []dev.Exercised
		for len(got) < most && (len(got) == 0 || !c.holds(got[len(got)-1])) {
			got = append(got, testwait.Receive(t, "the exercise is run: "+c.rule, s.exercised))
		}
		if last := got[len(got)-1]; last.ID != "plain" || !c.holds(last) {
			t.Errorf("%s: got %+v", c.rule, got)
		}
	}
}

func TestAChangedStackOfLessonsIsReadAgain(t *testing.T) {
	root := devtest.NewWithLessons(t)
	s := teach(t, root)
	s.started(t)
	if _, body := s.get(t, "/lessons/prod/lessons/plain/fixed"); body != "one" {
		t.Fatalf("got %q, want one", body)
	}
	template := root.Read(t, devtest.LessonsTemplateFile)
	root.Write(t, devtest.LessonsTemplateFile, strings.ReplaceAll(template, `"PathPart": "fixed"`, `"PathPart": "mended"`))
	if e, _ := wait[dev.Synthesizing](t, s.watched); len(e.Context) != 1 || e.Context[0] != "lessons=true" {
		t.Errorf("got %+v, want that the lessons are synthesized", e)
	}
	testwait.Until(t, "the new route is there", func() bool {
		_, body := s.get(t, "/lessons/prod/lessons/plain/mended")
		return body == "one"
	})

	root.Write(t, "lessons/stack/manifest.json", "{")
	wait[dev.LessonsFailed](t, s.watched)
	if _, body := s.get(t, "/lessons/prod/lessons/plain/mended"); body != "one" {
		t.Errorf("after a stack that cannot be read: got %q, want that the last good version goes on", body)
	}
}

func TestLessonsOfOtherApps(t *testing.T) {
	plain := teach(t, devtest.New(t))
	if _, err := plain.lessons.Catalogue(); err != lesson.ErrNone {
		t.Errorf("an app without lessons: got the error %v, want %v", err, lesson.ErrNone)
	}
	if status, body := plain.get(t, "/lessons/prod"); status != http.StatusForbidden && status != http.StatusNotFound {
		t.Errorf("an app without lessons: got %d %q, want that there is no such API", status, body)
	}
	app := &dev.App{Root: string(devtest.NewWithLessons(t)), Command: "true"}
	other := dev.NewLessons(context.Background(), app, dev.LessonsOptions{})
	if _, err := other.Catalogue(); err != lesson.ErrNone {
		t.Errorf("a cloud assembly that somebody else makes: got the error %v, want %v", err, lesson.ErrNone)
	}
}

func TestAnAPIOfTheAppHasPrecedence(t *testing.T) {
	root := devtest.NewWithLessons(t)
	app := &dev.App{Root: string(root)}
	besides := func(base string) []gateway.Deployed {
		return []gateway.Deployed{{Name: "lessons", URL: base + "/lessons/own", Routes: []gateway.Route{{Method: "GET", Path: "/lessons/plain/fixed"}}}}
	}
	lessons := dev.NewLessons(context.Background(), app, dev.LessonsOptions{Besides: besides})
	t.Cleanup(func() { lessons.Close() })
	w := httptest.NewRecorder()
	own := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "own") })
	lessons.Handler(own).ServeHTTP(w, httptest.NewRequest("GET", "/lessons/prod/lessons/plain/fixed", nil))
	if w.Body.String() != "own" {
		t.Errorf("got %q, want the response of the app", w.Body)
	}
}
