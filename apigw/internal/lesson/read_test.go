package lesson

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
)

const good = `{
  "title": "T", "answers": ["Q", "3"], "door": "proxy", "symptom": "S", "why": "W",
  "request": {"method": "GET", "path": "?a=b"},
  "variants": [
    {"name": "broken", "language": "go", "route": "/lessons/one/broken", "source": "broken/main.go", "expect": {"status": 502, "rule": "missing-envelope"}},
    {"name": "fixed", "language": "go", "route": "/lessons/one/fixed", "source": "fixed/main.go", "files": ["fixed/response.vtl"], "expect": {"status": 200}}
  ],
  "predict": {"question": "Q", "choices": ["a", "b"], "answer": 1, "because": "B"},
  "exercise": {"text": "E", "edit": "broken/main.go", "expect": {"status": 200}, "hint": "H"}
}`

func catalogueFiles() map[string]string {
	return map[string]string{
		Order:                                `{"chapters": [{"title": "First", "lessons": ["one"]}]}`,
		"lessons/one/lesson.json":            good,
		"lessons/one/broken/main.go":         "package main",
		"lessons/one/broken/go.txt":          "beside",
		"lessons/one/broken/bin":             "\xff",
		"lessons/one/fixed/main.go":          "package fixed",
		"lessons/one/fixed/response.vtl":     "$input.body",
		"lessons/one/fixed/not-mentioned.vt": "x",
	}
}

func mapFS(files map[string]string) fstest.MapFS {
	root := fstest.MapFS{}
	for name, text := range files {
		root[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return root
}

func TestRead(t *testing.T) {
	root := mapFS(catalogueFiles())
	c, err := Read(root)
	if err != nil {
		t.Fatal(err)
	}
	one := c.Lesson("one")
	if got := c.IDs(); !reflect.DeepEqual(got, []string{"one"}) || one == nil || one.Title != "T" || one.ID != "one" || c.Lesson("two") != nil {
		t.Fatalf("got the lessons %q and %+v, want one with its title", got, one)
	}
	for _, want := range []struct {
		rule, variant string
		sources       []Source
	}{
		{"without files: what is beside the function, if it is text", "broken",
			[]Source{{"lessons/one/broken/main.go", "package main"}, {"lessons/one/broken/go.txt", "beside"}}},
		{"with files: those", "fixed",
			[]Source{{"lessons/one/fixed/main.go", "package fixed"}, {"lessons/one/fixed/response.vtl", "$input.body"}}},
	} {
		if got, err := one.Sources(root, one.Variant(want.variant, "go")); err != nil || !reflect.DeepEqual(got, want.sources) {
			t.Errorf("%s: got %q, error %v; want %q", want.rule, got, err, want.sources)
		}
	}
	if v := one.Variant("broken", "python"); v != nil {
		t.Errorf("got the variant %+v, want none", v)
	}
}

func TestReadSaysWhatIsWrongAndWhere(t *testing.T) {
	const file = "lessons/one/lesson.json"
	edit := func(old, replacement string) func(map[string]string) {
		return func(files map[string]string) {
			if !strings.Contains(files[file], old) {
				panic("the lesson has no " + old)
			}
			files[file] = strings.Replace(files[file], old, replacement, 1)
		}
	}
	set := func(name, text string) func(map[string]string) {
		return func(files map[string]string) { files[name] = text }
	}
	for _, c := range []struct {
		rule   string
		change func(map[string]string)
		want   string
	}{
		{"a missing file", func(files map[string]string) { delete(files, file) }, `lessons/one/lesson.json is missing: lessons/lessons.json has the lesson "one"`},
		{"a lesson twice", set(Order, `{"chapters": [{"title": "A", "lessons": ["one", "one"]}]}`), `lessons/lessons.json: the lesson "one" is there twice`},
		{"a lesson of no chapter", set("lessons/two/lesson.json", good), `lessons/two/lesson.json: no chapter of lessons/lessons.json has the lesson "two"`},
		{"an id that is a way out", set(Order, `{"chapters": [{"title": "A", "lessons": ["../one"]}]}`), `the id "../one" must be small letters`},
		{"no chapters", set(Order, `{}`), "lessons/lessons.json: it has no chapters"},
		{"a chapter without a title", set(Order, `{"chapters": [{"lessons": ["one"]}]}`), "chapter 1 needs a title and lessons"},
		{"an unknown field of the order", set(Order, "{\n\"chapter\": []}"), `lessons/lessons.json:2: unknown field "chapter"`},
		{"an unknown field", edit(`"predict"`, `"predikt"`), `lessons/one/lesson.json:8: unknown field "predikt"`},
		{"an id in the file", edit(`"title"`, `"id": "one", "title"`), `lessons/one/lesson.json:2: unknown field "id"`},
		{"a value of another type", edit(`"status": 502`, `"status": "502"`), `lessons/one/lesson.json:5: cannot unmarshal string`},
		{"what is not JSON", edit(`"predict":`, `"predict"`), "lessons/one/lesson.json:8: invalid character"},
		{"more than one value", set(file, good+"\n{}"), "lessons/one/lesson.json:11: there is more behind the JSON object"},
		{"no title", edit(`"T"`, `" "`), "lessons/one/lesson.json: title is missing or empty"},
		{"no hint", edit(`"hint": "H"`, `"hint": ""`), "exercise.hint is missing or empty"},
		{"an unknown door", edit(`"door": "proxy"`, `"door": "back"`), `the door is "back", want one of proxy, mapped, both`},
		{"a method in small letters", edit(`"GET"`, `"get"`), `request: the method is "get"`},
		{"a path that continues the route", edit(`"?a=b"`, `"a"`), `request: the path is "a": it follows the route`},
		{"a body that is not base64", edit(`"path": "?a=b"`, `"path": "", "body": "?", "bodyBase64": true`), "request: the body is not base64"},
		{"a name that is not a word", edit(`"broken"`, `"a b"`), `variants[0]: the name is "a b", want broken, fixed, or another word`},
		{"an unknown language", edit(`"language": "go"`, `"language": "rust"`), `variants[0]: the language is "rust"`},
		{"no mended function", edit(`"fixed"`, `"broken"`), "there is no variant fixed in go"},
		{"a variant twice", edit(`"fixed"`, `"broken"`), "variants[1]: broken go is there twice"},
		{"a route without a slash", edit(`"/lessons/one/broken"`, `"lessons"`), `variants[0].route is "lessons"`},
		{"a route with a query", edit(`"/lessons/one/broken"`, `"/a?b"`), `variants[0].route is "/a?b"`},
		{"a source that is missing", edit(`"source": "broken/main.go"`, `"source": "broken/index.js"`), "variants[0]: there is no file lessons/one/broken/index.js"},
		{"a source elsewhere", edit(`"source": "broken/main.go"`, `"source": "../two/main.go"`), `variants[0]: "../two/main.go" is not the name of a file in lessons/one`},
		{"a source that is a folder", edit(`"source": "broken/main.go"`, `"source": "broken"`), "variants[0]: there is no file lessons/one/broken"},
		{"another file that is missing", edit(`"fixed/response.vtl"`, `"fixed/request.vtl"`), "variants[1]: there is no file lessons/one/fixed/request.vtl"},
		{"no status", edit(`{"status": 502,`, `{`), "variants[0].expect: the status is 0"},
		{"an unknown rule", edit(`"missing-envelope"`, `"no-such-rule"`), `variants[0].expect: there is no rule "no-such-rule"`},
		{"an empty line of the log", edit(`"rule": "missing-envelope"`, `"log": [""]`), "variants[0].expect: a line of the log is empty"},
		{"one choice", edit(`["a", "b"]`, `["a"]`), "predict has 1 choices and the answer 1"},
		{"an answer that is no choice", edit(`"answer": 1`, `"answer": 2`), "predict has 2 choices and the answer 2"},
		{"an exercise without its file", edit(`"edit": "broken/main.go"`, `"edit": "broken/a.go"`), "exercise.edit: there is no file lessons/one/broken/a.go"},
		{"an exercise that belongs to no route", edit(`"edit": "broken/main.go"`, `"edit": "lesson.json"`), `exercise: "lesson.json" belongs to no variant`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			files := catalogueFiles()
			c.change(files)
			if _, err := Read(mapFS(files)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got the error %v, want %s", err, c.want)
			}
		})
	}
	if _, err := Read(mapFS(nil)); !errors.Is(err, ErrNone) {
		t.Errorf("no lessons: got the error %v, want %v", err, ErrNone)
	}
}

func TestTheCaseOfAnExercise(t *testing.T) {
	variants := []Variant{
		{Name: "broken", Language: "go", Route: "/a/broken", Source: "function/main.go", Files: []string{"broken/request.vtl"}},
		{Name: "fixed", Language: "go", Route: "/a/fixed", Source: "function/main.go", API: "lessons-other", Request: &Request{Method: "PUT"}},
	}
	for _, c := range []struct {
		rule     string
		exercise Exercise
		want     Case
	}{
		{"the source of a variant", Exercise{Edit: "function/main.go"}, Case{API: "lessons", Route: "/a/broken", Request: Request{Method: "GET"}}},
		{"a file that a variant names", Exercise{Edit: "broken/request.vtl"}, Case{API: "lessons", Route: "/a/broken", Request: Request{Method: "GET"}}},
		{"a file in the folder of a route", Exercise{Edit: "fixed/method.json"}, Case{API: "lessons-other", Route: "/a/fixed", Request: Request{Method: "PUT"}}},
		{"a file beside a source", Exercise{Edit: "function/other.go"}, Case{API: "lessons", Route: "/a/broken", Request: Request{Method: "GET"}}},
		{"a route", Exercise{Edit: "function/main.go", Route: "/b", API: "lessons-b"}, Case{API: "lessons-b", Route: "/b", Request: Request{Method: "GET"}}},
		{"a request", Exercise{Edit: "function/main.go", Request: &Request{Method: "POST"}}, Case{API: "lessons", Route: "/a/broken", Request: Request{Method: "POST"}}},
	} {
		l := &Lesson{Request: Request{Method: "GET"}, Variants: variants, Exercise: c.exercise}
		if got := l.ExerciseCase(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %+v, want %+v", c.rule, got, c.want)
		}
	}
}

func TestOf(t *testing.T) {
	for file, want := range map[string]string{
		"lessons/one/broken/main.go": "one", "lessons/lessons.json": "", "lessons/stack.go": "", "stacks/one/a.vtl": "",
	} {
		if got := Of(file); got != want {
			t.Errorf("%s: got the lesson %q, want %q", file, got, want)
		}
	}
}
