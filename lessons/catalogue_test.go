package lessons

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func lessons(t *testing.T) []lesson {
	t.Helper()
	all, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// The catalogue began with one question and its 19 answers.
func TestTheQuestionAndEachAnswerHaveALesson(t *testing.T) {
	want := []string{"Q"}
	for number := 1; number <= 19; number++ {
		want = append(want, strconv.Itoa(number))
	}
	has := map[string]bool{}
	for _, lesson := range lessons(t) {
		for _, answer := range lesson.Answers {
			if !slices.Contains(want, answer) {
				t.Errorf("%s is for the answer %q, want Q or a number from 1 to 19", lesson.ID, answer)
			}
			has[answer] = true
		}
	}
	for _, answer := range want {
		if !has[answer] {
			t.Errorf("no lesson is for %q", answer)
		}
	}
}

func TestEveryLessonIsTakenOnce(t *testing.T) {
	folders, err := filepath.Glob("*/lesson.json")
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, folder := range folders {
		want = append(want, path.Dir(filepath.ToSlash(folder)))
	}
	for _, lesson := range lessons(t) {
		got = append(got, lesson.ID)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("lessons.json has %q\n          want %q", got, want)
	}
}

func TestLessonsAreWhole(t *testing.T) {
	for _, lesson := range lessons(t) {
		t.Run(lesson.ID, func(t *testing.T) {
			for name, text := range map[string]string{
				"title": lesson.Title, "symptom": lesson.Symptom, "why": lesson.Why, "request.method": lesson.Request.Method,
				"predict.question": lesson.Predict.Question, "predict.because": lesson.Predict.Because,
				"exercise.text": lesson.Exercise.Text, "exercise.hint": lesson.Exercise.Hint,
			} {
				if text == "" {
					t.Errorf("%s is empty", name)
				}
				if strings.Count(text, "`")%2 != 0 {
					t.Errorf("%s: a backtick is not closed in %q", name, text)
				}
			}
			if !slices.Contains([]string{"proxy", "mapped", "both"}, lesson.Door) {
				t.Errorf("the door is %q, want proxy, mapped or both", lesson.Door)
			}
			if p := lesson.Predict; len(p.Choices) < 2 || p.Answer < 0 || p.Answer >= len(p.Choices) {
				t.Errorf("predict has %d choices, and the answer %d", len(p.Choices), p.Answer)
			}

			expected := map[string]expect{}
			for _, v := range lesson.Variants {
				name := v.Name
				if v.Language != "go" {
					name += "-" + v.Language
				}
				if want := "/lessons/" + lesson.ID + "/" + name; v.Route != want {
					t.Errorf("the route is %s, want %s", v.Route, want)
				}
				expected[name] = v.Expect
				checkExpect(t, name, v.Expect)
			}
			for _, name := range []string{"broken", "fixed"} {
				if expected[name].Status == 0 {
					t.Errorf("the variant %s is missing", name)
				}
			}
			if reflect.DeepEqual(expected["broken"], expected["fixed"]) {
				t.Error("broken and fixed have the same response: nobody sees what was mended")
			}
			checkExpect(t, "exercise", lesson.Exercise.Expect)
			if e := lesson.Exercise; e.Request == nil && reflect.DeepEqual(e.Expect, expected["broken"]) {
				t.Error("the exercise expects what the broken variant does already")
			}
			if !exists(path.Join(lesson.ID, lesson.Exercise.Edit)) || !strings.HasPrefix(lesson.Exercise.Edit, "broken/") {
				t.Errorf("exercise.edit is %q, want a file of the broken variant", lesson.Exercise.Edit)
			}
		})
	}
}

func checkExpect(t *testing.T, name string, e expect) {
	t.Helper()
	if e.Status < 200 || e.Status > 599 {
		t.Errorf("%s: the status is %d", name, e.Status)
	}
	if e.Body == nil && e.BodyContains == "" {
		t.Errorf("%s: expect has neither body nor bodyContains", name)
	}
	// An owner may have put a published version of the engine in place of its folder.
	if e.Rule != "" && exists("../apigw/docs/rules") && !exists("../apigw/docs/rules/"+e.Rule+".md") {
		t.Errorf("%s: the rulebook has no rule %q", name, e.Rule)
	}
}

// A file that no variant has was forgotten when its variant was renamed.
func TestEveryFileBelongsToAVariant(t *testing.T) {
	for _, lesson := range lessons(t) {
		want := []string{path.Join(lesson.ID, "lesson.json")}
		for _, v := range lesson.Variants {
			want = append(want, path.Join(lesson.ID, v.Source))
			for _, file := range v.Files {
				want = append(want, path.Join(lesson.ID, file))
				if path.Join(lesson.ID, path.Dir(file)) != lesson.folder(v) {
					t.Errorf("%s: the variant %s has the file %s, want it in %s", lesson.ID, v.Name, file, lesson.folder(v))
				}
			}
		}
		slices.Sort(want)
		want = slices.Compact(want)
		var got []string
		err := fs.WalkDir(os.DirFS("."), lesson.ID, func(name string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				got = append(got, name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s has the files %q\n  its variants name %q", lesson.ID, got, want)
		}
	}
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
