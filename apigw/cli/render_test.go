package cli

import (
	"context"
	"strings"
	"testing"
)

func TestRenderPrintsTheOutputAsItIs(t *testing.T) {
	template := writeFile(t, "t.vtl", "$input.body|$input.params('id')|$input.params('q')|$input.params('H')|$context.identity.sourceIp|$context.stage|$stageVariables.v")
	code, out, errors := commandLine("", "render", "--path", "id=42", template, "--body", "b", "--query", "q=1=2", "--query", "q=", "--header", "H=x y",
		"--var", "identity.sourceIp=1.2.3.4", "--var", "identity.user=u", "--var", "stage=dev", "--stage-variable", "v=w")
	if want := "b|42||x y|1.2.3.4|dev|w"; code != 0 || out != want || errors != "" {
		t.Errorf("exit code %d, %q, %q; want %q", code, out, errors, want)
	}
}

func TestRenderReadsFilesAndStandardInput(t *testing.T) {
	body := writeFile(t, "body.json", `{"a":1}`)
	if code, out, _ := commandLine("$input.path('$.a')", "render", "-", "--body", "@"+body); code != 0 || out != "1" {
		t.Errorf("the template from standard input: exit code %d, %q; want 0, 1", code, out)
	}
	template := writeFile(t, "t.vtl", "$input.body")
	if code, out, _ := commandLine("text", "render", template, "--body", "@-"); code != 0 || out != "text" {
		t.Errorf("the body from standard input: exit code %d, %q; want 0, text", code, out)
	}
}

func TestRenderEndsTheLineOnATerminal(t *testing.T) {
	for text, want := range map[string]string{"x": "x\n", "x\n": "x\n"} {
		var out strings.Builder
		terminal := &terminal{command: "local", in: strings.NewReader(text), out: &out, err: &out, line: true}
		if code := run(context.Background(), terminal, []string{"render", "-"}); code != 0 || out.String() != want {
			t.Errorf("%q: exit code %d, %q; want 0, %q", text, code, out.String(), want)
		}
	}
}

func TestRenderShowsOverrides(t *testing.T) {
	code, out, errors := commandLine("#set($context.requestOverride.header.h = ['1','2'])#set($context.requestOverride.path.p = 'x')"+
		"#set($context.requestOverride.querystring.q = 5)#set($context.responseOverride.header.r = 'y')#set($context.responseOverride.status = 444)x",
		"render", "-")
	want := "override: request path p = x\noverride: request query q = 5\noverride: request header h = 1, 2\noverride: response header r = y\noverride: response status = 444\n"
	if code != 0 || out != "x" || errors != want {
		t.Errorf("exit code %d, %q,\n%swant 0, x,\n%s", code, out, errors, want)
	}
	_, _, errors = commandLine("#set($context.requestOverride.header.h = '1')#set($context.responseOverride.status = 99)", "render", "-", "--response")
	want = "override: request header h = 1\nignored: a response template cannot change the request any more\nignored: responseOverride.status 99 is not from 100 to 599\n"
	if errors != want {
		t.Errorf("standard error is\n%swant\n%s", errors, want)
	}
}

func TestRenderSaysWhereTheOutputBreaks(t *testing.T) {
	for _, c := range []struct{ rule, template, body, want string }{
		{"an escape that is JavaScript's alone", "{\n  \"a\": \"$util.escapeJavaScript($input.body)\"\n}", "it's", "Unrecognized character escape ''' (code 39).|line 2, column 12\n  \"a\": \"it\\'s\"\n           ^\n"},
		{"a value that is missing", `{"a":$input.params('q')}`, "", "Unexpected character ('}' (code 125)): expected a value.|line 1, column 6\n{\"a\":}\n     ^\n"},
		{"an array that ends too early", `[1`, "", "Unexpected end-of-input: expected close marker for Array|line 1, column 2\n[1\n ^\n"},
		{"JSON", ` {"a":"$input.body"}`, "x", ""},
		{"nothing", ` `, "", ""},
		{"XML", `<a/>`, "", ""},
		{"a text", `a=1`, "", ""},
	} {
		code, _, errors := commandLine(c.template, "render", "-", "--body", c.body)
		problem, excerpt, _ := strings.Cut(c.want, "|")
		if code != 0 || c.want == "" && errors != "" || !strings.Contains(errors, problem) || !strings.HasSuffix(errors, excerpt) {
			t.Errorf("%s: exit code %d, %q; want 0, %q", c.rule, code, errors, c.want)
		}
	}
	code, _, errors := commandLine("$input.json('$')", "render", "-", "--body", "{a")
	if code != 1 || !strings.Contains(errors, "net.minidev.json.parser.ParseException: Unexpected End Of File position 1: null") || !strings.Contains(errors, "^") {
		t.Errorf("a broken body: exit code %d, %q; want 1, what API Gateway says and the place in the template", code, errors)
	}
}

func TestRenderNotesWhatIsEmpty(t *testing.T) {
	code, out, errors := commandLine("[$util.toJson('x')]", "render", "-")
	if code != 0 || out != "[]" || !strings.HasPrefix(errors, "note: $util.toJson is empty: $util.toJson belongs to AWS AppSync") {
		t.Errorf("exit code %d, %q, %q; want 0, [] and a note about $util.toJson", code, out, errors)
	}
}

func TestRenderOfAResponse(t *testing.T) {
	code, out, _ := commandLine("$input.path('$.m') $input.params('id')", "render", "-", "--response", "--body", `{"m":"x"}`, "--path", "id=1")
	if code != 0 || out != "x 1" {
		t.Errorf("exit code %d, %q; want 0, x 1", code, out)
	}
}

func TestRenderExplains(t *testing.T) {
	for _, args := range [][]string{{}, {"--response"}} {
		code, out, _ := commandLine("a $input.params('id')\n$input.path('$.l')[1].x "+strings.Repeat("é", 70),
			append([]string{"render", "-", "--explain", "--path", "id=42", "--body", `{"l":[1,{"x":"y"}]}`}, args...)...)
		want := `  1:1   "a "
  1:3   "42"  ← "$input.params('id')"  from $input.params('id')
  1:22  "\n"
  2:1   "y"  ← "$input.path('$.l')[1].x"  from $.l[1].x
  2:24  " ` + strings.Repeat("é", 59) + `" and 11 characters
`
		if code != 0 || out != want {
			t.Errorf("exit code %d, got\n%swant\n%s", code, out, want)
		}
	}
}

func TestRenderFails(t *testing.T) {
	for _, c := range []struct {
		rule, template string
		args           []string
		want           []string
	}{
		{"a template that does not parse", "a\n#if($a ==)x#end", nil, []string{"local: standard input:2:", "#if($a ==)x#end\n", "^"}},
		{"a template that fails", "$input.path('$.a[')", nil, []string{"local: standard input:1:", "cannot read [", "^"}},
		{"no such file for the body", "x", []string{"--body", "@/nonexistent"}, []string{"local: open /nonexistent: no such file"}},
	} {
		code, out, errors := commandLine(c.template, append([]string{"render", "-"}, c.args...)...)
		if code != 1 || out != "" || strings.Contains(errors, "goroutine") {
			t.Errorf("%s: exit code %d, %q, %s; want 1, nothing, and no stack trace", c.rule, code, out, errors)
		}
		for _, want := range c.want {
			if !strings.Contains(errors, want) {
				t.Errorf("%s: %s; want %s", c.rule, errors, want)
			}
		}
	}
	if code, _, errors := commandLine("", "render", "/nonexistent"); code != 1 || !strings.Contains(errors, "local: open /nonexistent: no such file") {
		t.Errorf("no such template: exit code %d, %s; want 1 and that there is no such file", code, errors)
	}
}
