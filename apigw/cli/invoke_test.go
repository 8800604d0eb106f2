package cli

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/testapp"
)

// invokeSample invokes a function of the sample app.
func invokeSample(t *testing.T, in string, args ...string) (code int, out, errors string) {
	t.Helper()
	return commandLine(in, append([]string{"invoke", "--app", testapp.Assembly()}, args...)...)
}

func TestInvokeByARequest(t *testing.T) {
	t.Chdir(t.TempDir())
	body := writeFile(t, "body.json", `{"name": "Ada"}`)
	for _, c := range []struct {
		rule, in  string
		args      []string
		code      int
		out, errs string
	}{
		{"with proxy integration", "", []string{"direct", "--http", "GET /greet?name=Ada"}, 0, `"body":"{\"greeting\":\"Ada\"}"`, "greeted"},
		{"without it", "", []string{"mapped", "--http", "GET /greet?name=Ada"}, 0, `{"greeting":"Ada"}`, "greeted"},
		{"a path parameter, and the method that is usual", "", []string{"mapped", "--http", "/greet/Ada"}, 0, `{"greeting":"Ada"}`, ""},
		{"a body in a file", "", []string{"mapped", "--http", "POST /greet", "--body", "@" + body}, 0, `{"greeting":"Ada"}`, ""},
		{"a body from standard input", `{"name":"Eve"}`, []string{"direct", "--http", "post /greet HTTP/1.1", "--body", "@-"}, 0, `{\"greeting\":\"Eve\"}`, ""},
		{"a status of the client's is not a failure", "", []string{"direct", "--http", "GET /greet?name="}, 0, `"statusCode":400`, ""},
		{"an error of the function", "", []string{"mapped", "--http", "GET /greet?name="}, 1, "BadRequest", "X-Amz-Function-Error is Unhandled"},
		{"a header", "", []string{"direct", "--http", "POST /greet", "--header", "Content-Type: text/plain", "--body", "x"}, 0, `"statusCode":415`, ""},
		{"a body that the model refuses", "", []string{"mapped", "--http", "POST /greet", "--body", `{"name":1}`}, 1, "", "POST /greet of the API mapped, stage prod responds with 400"},
		{"what the model refuses", "", []string{"mapped", "--http", "POST /greet", "--body", `{"name":1}`}, 1, "", "instance type (integer) does not match any allowed primitive type"},
		{"a type without a template", "", []string{"mapped", "--http", "GET /greet", "--header", "Content-Type: text/plain"}, 1, "", "No request template is for text/plain"},
		{"no route", "", []string{"mapped", "--http", "GET /greeting"}, 1, "", "the request does not reach the function: GET /greeting"},
		{"the rule about a body", "", []string{"mapped", "--http", "POST /greet", "--body", `{"name":1}`}, 1, "", "    rule: body-invalid ("},
		{"the rule about a type", "", []string{"mapped", "--http", "GET /greet", "--header", "Content-Type: text/plain"}, 1, "", "    rule: media-type-unsupported ("},
		{"the rule about a method", "", []string{"direct", "--http", "DELETE /greet"}, 1, "", "    rule: route-other-method ("},
		{"a route without a function", "", []string{"mapped", "--http", "OPTIONS /greet"}, 1, "", "leads to an integration of the type MOCK, and not to this function"},
		{"the API", "", []string{"mapped", "--http", "GET /greet", "--api", "mapped"}, 0, `{"greeting":"World"}`, ""},
		{"another API", "", []string{"mapped", "--http", "GET /greet", "--api", "direct"}, 1, "", "no method of the API direct calls this function"},
		{"an unknown API", "", []string{"mapped", "--http", "GET /greet", "--api", "x"}, 2, "", `there is no API "x": the app has direct, mapped`},
	} {
		code, out, errs := invokeSample(t, c.in, c.args...)
		if code != c.code || !strings.Contains(out, c.out) || c.out == "" && out != "" || !strings.Contains(errs, c.errs) {
			t.Errorf("%s: exit code %d, %s, %s; want %d, %s, %s", c.rule, code, out, errs, c.code, c.out, c.errs)
		}
	}
}

func TestInvokeBySample(t *testing.T) {
	t.Chdir(t.TempDir())
	code, out, errs := invokeSample(t, "", "direct")
	_, after, _ := strings.Cut(errs, "The event is that of GET /greet of the API direct, stage prod; another goes behind --event or --http:\n")
	event, _, _ := strings.Cut(after, "\n")
	if code != 0 || !strings.Contains(out, `{\"greeting\":\"World\"}`) || !strings.HasPrefix(event, `{"resource":"/greet",`) || !json.Valid([]byte(event)) {
		t.Fatalf("exit code %d, %s, %s; want 0, World and the event", code, out, errs)
	}
	if code, out, errs := invokeSample(t, "", "direct", "--event", event); code != 0 || !strings.Contains(out, `{\"greeting\":\"World\"}`) || strings.Contains(errs, "The event is") {
		t.Errorf("the event that was shown: exit code %d, %s, %s; want 0 and World", code, out, errs)
	}
	if code, out, errs := invokeSample(t, "", "mapped"); code != 0 || out != `{"greeting":"World"}`+"\n" || !strings.Contains(errs, "stage prod; another goes behind --event or --http:\n{}\n") {
		t.Errorf("without proxy integration: exit code %d, %s, %s; want 0, World and the event {}", code, out, errs)
	}
}

func TestInvokeSaysWhatIsWrongWithAResult(t *testing.T) {
	t.Chdir(filepath.Join(testapp.Dir(), "..", "..")) // where the functions' packages are
	template, err := os.ReadFile(testapp.Assembly() + "/Sample.template.json")
	if err != nil {
		t.Fatal(err)
	}
	// The function that is written for mappings gets a route with proxy integration.
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(testapp.Assembly())); err != nil {
		t.Fatal(err)
	}
	changed := strings.ReplaceAll(string(template), `"Ref": "DirectGreetLiveDA949C71"`, `"Ref": "MappedGreetLive26316748"`)
	changed = strings.ReplaceAll(changed, `"Type": "AWS"`, `"Type": "AWS_PROXY"`)
	if changed == string(template) {
		t.Fatal("got the same template, want one with another integration")
	}
	if err := os.WriteFile(dir+"/Sample.template.json", []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"--event", "{}"}, {"--http", "GET /greet", "--api", "mapped"}} {
		code, out, errs := commandLine("", append([]string{"invoke", "mapped", "--app", dir}, args...)...)
		if code != 1 || !strings.Contains(out, `"greeting"`) {
			t.Errorf("%q: exit code %d, %s; want 1 and the result", args, code, out)
		}
		for _, want := range []string{"    fix: ", "proxyresponse.JSON", "    rule: missing-envelope (", "refuses its result, and responds with 502"} {
			if !strings.Contains(errs, want) {
				t.Errorf("%q: got\n%s\nwant in it %s", args, errs, want)
			}
		}
	}
}

func TestInvokePrintsTheEvent(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct {
		rule string
		args []string
		want string
	}{
		{"of a request", []string{"mapped", "--http", "GET /greet?name=Ada"}, `{"name":"Ada"}` + "\n"},
		{"of the first route", []string{"mapped"}, "{}\n"},
		{"that was given", []string{"direct", "-e", `{ "a": "\u001b[2J` + "\u009b" + `" }`}, `{"a":"\u001b[2J\u009b"}` + "\n"},
	} {
		code, out, errs := invokeSample(t, "", append(c.args, "--print-event")...)
		if code != 0 || out != c.want || errs != "" {
			t.Errorf("%s: exit code %d, %q, %q; want 0, %q and nothing else", c.rule, code, out, errs, c.want)
		}
	}
}

func TestInvokeOfBadInput(t *testing.T) {
	large := strings.Repeat(" ", 11<<20)
	folder := t.TempDir()
	for _, c := range []struct {
		rule, in string
		args     []string
		want     string
	}{
		{"an event and a request", "", []string{"--event", "{}", "--http", "GET /"}, "local: invoke takes an --event or an --http request that makes one, and not both"},
		{"a header without a request", "", []string{"--header", "a: b"}, "local: --header and --body are for an --http request, which is missing"},
		{"a body without a request", "", []string{"-e", "{}", "--body", "b"}, "local: --header and --body are for an --http request, which is missing"},
		{"an API and an event", "", []string{"-e", "{}", "--api", "b"}, "local: --api is for an --http request, and an --event is given"},
		{"a header without a value", "", []string{"--http", "/", "--header", "a"}, `local: invoke: invalid value "a" for flag --header: expected 'NAME: VALUE'`},
		{"a header of two lines", "", []string{"--http", "/", "--header", "a: b\r\nc: d"}, "local: invoke: invalid value"},
		{"the host", "", []string{"--http", "/", "--header", "host: b"}, `local: invoke: invalid value "host: b" for flag --header: the header Host is that of the API`},
		{"no path", "", []string{"--http", "GET"}, "local: --http is a method and a path behind the stage, such as 'GET /hello?name=Ada', and not \"GET\""},
		{"a URL", "", []string{"--http", "GET http://host/hello"}, "local: --http is a method and a path"},
		{"nothing at all", "", []string{"--http", ""}, "local: --http is a method and a path"},
		{"a method that is none", "", []string{"--http", "G\x1bT /greet"}, `local: --http is a method and a path behind the stage, such as 'GET /hello?name=Ada', and not "G\x1bT /greet"`},
		{"control characters", "", []string{"--http", "GET /\x1b[2J"}, `local: --http is a method and a path behind the stage, such as 'GET /hello?name=Ada', and not "GET /\x1b[2J"`},
		{"an empty event", "", []string{"--event", "@-"}, "local: --event is not JSON"},
		{"a binary event", "\x00\xff\x1b", []string{"--event", "@-"}, `local: --event is not JSON: "\x00\xff\x1b"`},
		{"an event that is cut off", `{"a":`, []string{"--event", "@-"}, "local: --event is not JSON"},
		{"an event that is too large", large, []string{"--event", "@-"}, "local: --event: @- has more than 6 MB, which AWS does not take"},
		{"an event that is not there", "", []string{"--event", "@/nonexistent"}, "local: --event: open /nonexistent: no such file"},
		{"a body that is too large", large, []string{"--http", "POST /greet", "--body", "@-"}, "local: --body: @- has more than 10 MB, which AWS does not take"},
		{"a body that is a folder", "", []string{"--http", "POST /greet", "--body", "@" + folder}, "local: --body: read " + folder + ": is a directory"},
	} {
		code, out, errors := invokeSample(t, c.in, append([]string{"direct"}, c.args...)...)
		if code != 2 || out != "" || !strings.HasPrefix(errors, c.want) || strings.Count(errors, "\n") != 1 || rules.Printable(errors) != errors {
			t.Errorf("%s: exit code %d, %q, %q; want 2 and one sentence: %s", c.rule, code, out, errors, c.want)
		}
	}
}

func TestInvokeWritesNoControlCharactersToATerminal(t *testing.T) {
	t.Chdir(t.TempDir())
	var out, errs strings.Builder
	terminal := &terminal{command: "local", in: strings.NewReader(""), out: &out, err: &errs, line: true}
	code := run(context.Background(), terminal, []string{"invoke", "mapped", "--app", testapp.Assembly(), "--event", "{\"name\":\"\u202ea\"}"})
	if want := `{"greeting":"\u202ea"}` + "\n"; code != 0 || out.String() != want {
		t.Errorf("exit code %d, %q, %s; want 0, %q", code, out.String(), errs.String(), want)
	}
}

func TestAnEventThatIsNotJSONIsPrintable(t *testing.T) {
	var out strings.Builder
	if err := writeOneLine(&out, []byte("{\"a\":\x1b}")); err != nil || out.String() != `{"a":\x1b}`+"\n" {
		t.Errorf("got %q, error %v; want the escape as text", out.String(), err)
	}
}
