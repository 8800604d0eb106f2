package cli

import (
	"strings"
	"testing"

	"example.com/apigw/internal/dev/devtest"
)

func TestLessons(t *testing.T) {
	app := devtest.NewWithLessons(t)
	t.Chdir(string(app))
	for _, c := range []struct {
		rule string
		args []string
		code int
		out  []string
		err  string
	}{
		{"all lessons", nil, 0, []string{
			"plain: The function returns plain JSON\n", `  ✓ broken go          502, as expected: {"message": "Internal server error"}` + "\n",
			"  ✓ fixed  go          200, as expected: one\n", "  - broken javascript  not run: The function L/FunctionScript does not run here",
			"\nlessons: 1; as expected: 2; different: 0; not run: 1\n",
		}, ""},
		{"one language", []string{"plain", "--language", "go"}, 0, []string{"not run: 0\n"}, ""},
		{"what cannot run counts if that is asked for", []string{"--strict", "--language", "javascript"}, 1, []string{"as expected: 0; different: 0; not run: 1"}, ""},
		{"a lesson that is not there", []string{"nothing"}, 2, nil, `there is no lesson "nothing": there are plain`},
		{"a language that is not there", []string{"--language", "rust"}, 2, nil, `there is no language "rust": there are go, javascript, python`},
		{"a language that no lesson has", []string{"--language", "python"}, 2, nil, "none of these lessons has a function in python"},
	} {
		code, out, errors := commandLine("", append([]string{"lessons"}, c.args...)...)
		if code != c.code || !strings.Contains(errors, c.err) {
			t.Errorf("%s: got the exit code %d and the errors %q, want %d and %q", c.rule, code, errors, c.code, c.err)
		}
		for _, want := range c.out {
			if !strings.Contains(out, want) {
				t.Errorf("%s: got\n%s\nwant %q in it", c.rule, out, want)
			}
		}
	}

	app.Return(t, `{"statusCode":200,"body":"two\u001b[1m"}`)
	code, out, _ := commandLine("", "lessons", "--language", "go")
	if want := "  ✗ broken go          200: two\\x1b[1m\n      status\n        expected 502\n        seen     200\n"; code != 1 || !strings.Contains(out, want) {
		t.Errorf("a function that does something else: got the exit code %d and\n%s\nwant 1 and\n%s", code, out, want)
	}
	app.Write(t, devtest.BrokenFile, "package main\n\nfunc main() { three }\n")
	if code, out, _ := commandLine("", "lessons", "--language", "go"); code != 1 || !strings.Contains(out, "undefined: three") {
		t.Errorf("a function that cannot be built: got the exit code %d and\n%s\nwant 1 and what the compiler says", code, out)
	}
	app.Write(t, devtest.LessonFile, "{")
	if code, _, errors := commandLine("", "lessons"); code != 1 || !strings.Contains(errors, devtest.LessonFile+":1: the JSON object has no end") {
		t.Errorf("a lesson that is not JSON: got the exit code %d and the errors %q, want 1 and its place", code, errors)
	}
}

func TestAnAppWithoutLessons(t *testing.T) {
	t.Chdir(string(devtest.New(t)))
	if code, _, errors := commandLine("", "lessons"); code != 1 || errors != "local: this app has no lessons: there is no lessons/lessons.json\n" {
		t.Errorf("got the exit code %d and the errors %q, want 1 and one sentence", code, errors)
	}
}
