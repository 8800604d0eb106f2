package browsertest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const lessonsPath = "/_local/lessons"

// lessonView is what the tests read of a lesson.
type lessonView struct {
	ID      string
	Door    string
	Predict struct {
		Choices []string
		Answer  int
	}
	Exercise struct{ File string }
}

// lesson returns the first of the app's lessons whose exercise is a function in Go with
// proxy integration.
func lesson(t testing.TB, s *server) lessonView {
	t.Helper()
	var list struct {
		Chapters []struct {
			Lessons []struct{ ID string }
		}
	}
	read := func(path string, to any) {
		if got := s.send(t, "GET", path, "", "Accept: application/json"); json.Unmarshal([]byte(got.body), to) != nil {
			t.Fatalf("%s: got %s, want JSON", path, short(got.body))
		}
	}
	read(lessonsPath, &list)
	for _, chapter := range list.Chapters {
		for _, entry := range chapter.Lessons {
			var l lessonView
			read(lessonsPath+"/"+entry.ID, &l)
			if strings.HasSuffix(l.Exercise.File, ".go") && l.Door != "mapped" {
				l.ID = entry.ID
				return l
			}
		}
	}
	t.Fatal("got no lesson with an exercise in Go, want one")
	panic("unreachable")
}

// solution returns a function that responds as the exercise of a lesson asks for.
func solution(t testing.TB, folder string, l lessonView) string {
	t.Helper()
	var written struct {
		Exercise struct {
			Expect struct {
				Status  int
				Headers map[string]string
				Body    string
			}
		}
	}
	content, err := os.ReadFile(filepath.Join(folder, "lessons", l.ID, "lesson.json"))
	if err == nil {
		err = json.Unmarshal(content, &written)
	}
	if err != nil {
		t.Fatal(err)
	}
	want := written.Exercise.Expect
	return fmt.Sprintf(`package main

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func hello(context.Context) (events.APIGatewayProxyResponse, error) {
	return events.APIGatewayProxyResponse{StatusCode: %d, Headers: %#v, Body: %q}, nil
}

func main() { lambda.Start(hello) }
`, want.Status, want.Headers, want.Body)
}

func TestALessonIsReadPredictedAndRun(t *testing.T) {
	s := shared.get(t)
	l := lesson(t, s)
	p := show(t, s, lessonsPath, laptop)
	p.clickOn("#contents a", 0)
	p.until("a lesson is open", `document.querySelector('#title').textContent !== 'Lessons' && document.querySelectorAll('.column').length > 1`)

	p.navigate(s.url + lessonsPath + "/" + l.ID)
	p.until("the question is there", `document.querySelectorAll('.choices button').length > 1`)
	if got := p.text("#parts"); strings.Contains(got, "Right.") || strings.Contains(got, "Not so.") {
		t.Errorf("got the answer before the prediction:\n%s", got)
	}
	p.clickOn(".choices button", (l.Predict.Answer+1)%len(l.Predict.Choices))
	p.shows("#parts", "Not so.")
	p.until("both functions have run as expected", `[...document.querySelectorAll('#parts .column .badge')].filter((badge) => badge.textContent === 'as expected').length >= 2`)
	p.laidOut("a lesson that was run")
	p.accessible("a lesson that was run")
	p.screenshot("lesson-run")

	p.clickOn(`#parts a[href^="/_local/requests/"]`, 0)
	p.until("a run is shown box by box", `document.querySelectorAll('.picture [data-box]').length === 5`)
}

func TestALessonIsSolvedByEditingItsFile(t *testing.T) {
	folder, err := newKit()
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, folder, "")
	l := lesson(t, s)
	p := show(t, s, lessonsPath+"/"+l.ID, laptop)
	p.until("the exercise is open", `document.querySelector('.exercise-state')?.textContent.includes('Not tried yet')`)

	file := filepath.Join(folder, filepath.FromSlash(l.Exercise.File))
	save := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	save("package main\n\nfunc main() { this is not Go }\n")
	p.until("a file that does not compile solves nothing, and the page says where", `document.querySelector('.exercise-state .notice.bad')?.textContent.includes('main.go:3')`)
	save(solution(t, folder, l))
	p.until("the page turns green by itself", `document.querySelector('.exercise-state .notice.good')?.textContent.includes('Solved')`)
	p.shows("#progress", "1 of ")
	p.screenshot("lesson-solved")

	p.navigate(s.url + lessonsPath)
	p.shows("#progress", "1 of ") // which the browser keeps
}

// A page that nobody sees gets no events, and looks for itself when somebody comes back.
func TestALessonIsSolvedWhileNobodyLooks(t *testing.T) {
	folder, err := newKit()
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, folder, "")
	l := lesson(t, s)
	p := show(t, s, lessonsPath+"/"+l.ID, laptop)
	p.until("the exercise is open", `document.querySelector('.exercise-state')?.textContent.includes('Not tried yet')`)
	const hide = `(Object.defineProperty(document, 'hidden', { configurable: true, get: () => HIDDEN }), document.dispatchEvent(new Event('visibilitychange')), true)`
	eval[bool](p, strings.Replace(hide, "HIDDEN", "true", 1))
	file := filepath.Join(folder, filepath.FromSlash(l.Exercise.File))
	if err := os.WriteFile(file, []byte(solution(t, folder, l)), 0o644); err != nil {
		t.Fatal(err)
	}
	eval[bool](p, strings.Replace(hide, "HIDDEN", "false", 1))
	p.until("the page turns green by itself", `document.querySelector('.exercise-state .notice.good')?.textContent.includes('Solved')`)
}
