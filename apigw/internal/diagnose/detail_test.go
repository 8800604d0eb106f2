package diagnose_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/diagnose"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/rules"
)

func firstOf(t *testing.T, s sample) diagnose.Finding {
	t.Helper()
	found := diagnose.Of(s.run(t))
	if len(found) == 0 {
		t.Fatalf("%s: got nothing, want a finding", s.name)
	}
	return found[0]
}

func TestThePlaceOfAFailureIsALineOfTheFunction(t *testing.T) {
	for _, c := range []struct{ name, payload, want string }{
		{"Go", goPanic, "example.com/shop/functions/list/main.go:42"},
		{"JavaScript", `{"errorType":"TypeError","errorMessage":"x is not a function","trace":["TypeError: x is not a function","    at list (file:///var/task/index.mjs:12:7)","    at Runtime.handleOnce (/var/runtime/index.mjs:1173:29)"]}`, "index.mjs:12"},
		{"JavaScript without a name", `{"errorType":"Error","errorMessage":"boom","trace":["Error: boom","    at /var/task/src/list.js:3:1"]}`, "src/list.js:3"},
		{"Python, where the innermost is last", `{"errorMessage":"division by zero","errorType":"ZeroDivisionError","requestId":"x","stackTrace":["  File \"/var/task/app.py\", line 4, in handler\n    return f()\n","  File \"/var/task/lib/f.py\", line 9, in f\n    1/0\n"]}`, "lib/f.py:9"},
		{"code of others is passed over", `{"errorType":"Error","errorMessage":"boom","trace":["Error: boom","    at f (/var/task/node_modules/x/index.js:1:1)","    at handler (/var/task/index.js:7:3)"]}`, "index.js:7"},
		{"no stack", `{"errorMessage":"boom","errorType":"errorString"}`, ""},
		{"a stack of something else", `{"errorMessage":"boom","stackTrace":[1,null,{"a":1},"x"]}`, ""},
	} {
		s := proxied("")
		s.name, s.result = c.name, failed(c.payload)
		if f := firstOf(t, s); f.Place != c.want {
			t.Errorf("%s: got the place %q, want %q", c.name, f.Place, c.want)
		}
	}
}

func TestTheFixIsInTheLanguageOfTheFunction(t *testing.T) {
	python := `{"errorMessage":"boom","errorType":"Error","stackTrace":["  File \"/var/task/app.py\", line 4, in handler\n"]}`
	for _, c := range []struct {
		name, runtime, pkg string
		payload            string
		want               string
	}{
		{"a Go package", "provided.al2023", "./functions/list", `{"a":1}`, "proxyresponse.JSON("},
		{"JavaScript", "nodejs22.x", "", `{"a":1}`, "JSON.stringify(value)"},
		{"Python", "python3.13", "", `{"a":1}`, "json.dumps(value)"},
		{"another runtime", "java21", "", `{"a":1}`, "Return an object with statusCode"},
		{"a custom runtime", "provided.al2023", "", `{"a":1}`, "Return an object with statusCode"},
		{"a custom runtime that reports an error as Python does", "provided.al2023", "", python, "except Exception"},
		{"a custom runtime that reports a panic as Go does", "provided.al2023", "", goPanic, "proxyresponse.Handler("},
	} {
		s := proxied("")
		s.name, s.runtime, s.pkg, s.result = c.name, c.runtime, c.pkg, returned(c.payload)
		if strings.Contains(c.payload, "errorMessage") {
			s.result = failed(c.payload)
		}
		if f := firstOf(t, s); !strings.Contains(f.Fix, c.want) {
			t.Errorf("%s: got the fix %q, want one with %q", c.name, f.Fix, c.want)
		}
	}
}

func TestAnEventThatIsNotJSONHasAPlace(t *testing.T) {
	s := mapped(`{}`)
	s.name = "an event that is not JSON"
	s.api.Methods[0].Integration.RequestTemplates = jsonTemplate("{\n  \"lang\": \"$input.params('lang')\",\n  \"name\": x\n}")
	f := firstOf(t, s)
	if want := "line 3, column 11: invalid character 'x' looking for beginning of value\n  \"name\": x\n          ^"; f.Detail != want {
		t.Errorf("got the detail %q, want %q", f.Detail, want)
	}
	if want := "what the request template application/json makes"; f.Place != want {
		t.Errorf("got the place %q, want %q", f.Place, want)
	}
	found := diagnose.Of(s.run(t))
	if i := len(found) - 1; i == 0 || found[1].Rule != "template-client-text-unescaped" || found[1].Place != "request template application/json:2:12" {
		t.Errorf("got %s, want that the template writes what the client sent, with its place", text(found))
	}
}

func TestABodyThatIsNotJSONHasAPlace(t *testing.T) {
	for _, c := range []struct{ rule, template, want, place string }{
		{"quotes around JSON", `{"a": "$input.json('$.a')"}`, "template-json-quoted", "response template 200 application/json:1:8"},
		{"nothing in the template itself", `{"a": $input.path('$.a')}`, "template-output-not-json", "what the response template application/json makes"},
		{"JSON", `{"a": $input.json('$.a')}`, "", ""},
		{"no JSON at all", `a=$input.path('$.a')`, "mapped-body-not-json", ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			s := mapped(`{"a":"b"}`)
			s.name = c.rule
			s.api.Methods[0].Integration.Responses[0].Templates = jsonTemplate(c.template)
			found := diagnose.Of(s.run(t))
			if c.want == "" {
				if len(found) > 0 {
					t.Errorf("got %s, want nothing", text(found))
				}
				return
			}
			if len(found) != 1 || found[0].Rule != c.want || found[0].Place != c.place || found[0].Box != rules.IntegrationResponse {
				t.Errorf("got %s, want %s at %s", text(found), c.want, c.place)
			}
		})
	}
}

// The pattern of the 400 fits: it is the method response that is missing.
func TestAPatternThatMatchesIsNotToBlame(t *testing.T) {
	s := mapped("")
	s.name, s.result = "a matching pattern and no method response", failedWith("BadRequest: no name")
	m := s.api.Methods[0]
	m.Integration.Responses = []assembly.IntegrationResponse{response("200", ""), response("400", "BadRequest: .*")}
	declare(m)
	m.Responses = m.Responses[:1]
	if f := firstOf(t, s); f.Rule != "method-response-missing" {
		t.Errorf("got %s, want method-response-missing", f.Rule)
	}
}

func TestAMisspeltNameHasAPlace(t *testing.T) {
	s := mapped(`{}`)
	s.name = "a misspelt name"
	s.api.Methods[0].Integration.RequestTemplates = jsonTemplate("#set($query = 1)\n{\"a\": \"$qeury\"}")
	f := firstOf(t, s)
	if f.Place != "request template application/json:2:8" || f.Fix != "Correct the name: $query has a similar name." || f.Box != rules.IntegrationRequest {
		t.Errorf("got %+v, want the place, the box and the right name", f)
	}
}

func TestTheFileOfATemplateIsFound(t *testing.T) {
	const text = "#set($query = 1)\n{\"a\": \"$qeury\"}\n"
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "greet.vtl"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s := mapped(`{}`)
	s.api.Methods[0].Integration.RequestTemplates = jsonTemplate("## written at synthesis\n" + text)
	found := diagnose.Of(s.run(t))
	diagnose.Locate(found, folder)
	if len(found) != 1 || found[0].Place != "greet.vtl:2" {
		t.Errorf("got %+v, want the place greet.vtl:2", found)
	}
	diagnose.Locate(found, t.TempDir())
	if found[0].Place != "greet.vtl:2" {
		t.Errorf("got the place %q after a search without result, want the one before", found[0].Place)
	}
}

func TestWhatIsWrongWithAMethodHasItsConstructPath(t *testing.T) {
	s := mapped(`{"a":1}`)
	s.api.Methods[0].Integration.Responses[1].SelectionPattern = ".*"
	if f := firstOf(t, s); f.Place != "Test/POST/greet" {
		t.Errorf("got the place %q, want the construct path Test/POST/greet", f.Place)
	}
}

func TestATemplateThatDoesNotParseIsShownOnce(t *testing.T) {
	s := mapped(`{}`)
	s.api.Methods[0].Integration.RequestTemplates = jsonTemplate("{\"a\": 1,\n#if($input.body)\n}")
	found := diagnose.Of(s.run(t))
	if len(found) != 1 || found[0].Rule != "template-does-not-parse" || strings.Count(found[0].Message+found[0].Detail, "#if") != 1 || !strings.Contains(found[0].Detail, "^") {
		t.Errorf("got %+v, want one finding with the line and a caret", found)
	}
}

// A pattern that tries without end ends here, and so does the search for what is wrong
// with it.
func TestSlowPatternsEnd(t *testing.T) {
	s := mapped("")
	s.result = failedWith(strings.Repeat("a", 50_000) + "!")
	s.api.Methods[0].Integration.Responses[1].SelectionPattern = "(a+)+b"
	s.api.Methods[0].Integration.Responses[2].SelectionPattern = "(.*a){20}[xyz]"
	if f := firstOf(t, s); f.Rule != "error-matches-no-pattern" {
		t.Errorf("got %+v, want that no pattern matches", f)
	}
}

func TestAFindingHasTheLineOfTheExecutionLog(t *testing.T) {
	s := proxied(`{"Hello":"World"}`)
	s.name = "no envelope"
	f := firstOf(t, s)
	if want := "Execution failed due to configuration error: Malformed Lambda proxy response"; f.Log != want {
		t.Errorf("got the log %q, want %q", f.Log, want)
	}
	if f.Path != "$" || f.Got != `{"Hello":"World"}` || f.Page != "apigw/docs/rules/missing-envelope.md" || f.Box != rules.IntegrationResponse {
		t.Errorf("got %+v, want JSON path, what is there, page and box", f)
	}
}

// What others wrote cannot steer a terminal, or be long without end.
func TestHostileTextsAreHarmless(t *testing.T) {
	evil := "\x1b[2J\x07\u202e\xff" + strings.Repeat("A", 100_000)
	quotedEvil := strings.Trim(quote(evil), `"`)
	var samples []sample
	for _, payload := range []string{
		`{"` + quotedEvil + `":1,"statusCode":200}`, `{"statusCode":200,"headers":{"X-A":"` + quotedEvil + `"},"body":7}`,
		`{"statusCode":200,"headers":{"` + quotedEvil + `":"a"},"body":"x"}`, `"` + quotedEvil + `"`, evil,
	} {
		samples = append(samples, proxied(payload), mapped(payload))
	}
	for _, s := range []sample{proxied(""), mapped("")} {
		s.result = failedWith(evil)
		samples = append(samples, s)
		s.result = failed(`{"errorMessage":"x","stackTrace":[{"path":"` + quotedEvil + `","line":-1}]}`)
		samples = append(samples, s)
	}
	origin := withCORS()
	origin.header[0] = "Origin: " + evil
	path := proxied("{}")
	path.path = "/Hello/" + strings.Repeat("%1b", 1000)
	path.api.Methods = path.api.Methods[:1]
	template := mapped("{}")
	template.api.Methods[0].Integration.RequestTemplates = jsonTemplate(`{"a": "$qeury` + evil + `"`)
	pattern := mapped("")
	pattern.result = failedWith("boom")
	pattern.api.Methods[0].Integration.Responses = []assembly.IntegrationResponse{response("200", ""), response("400", "BOOM\x1b?")}
	declare(pattern.api.Methods[0])
	for i, s := range append(samples, origin, path, template, pattern) {
		for _, f := range diagnose.Of(s.run(t)) {
			data, err := json.Marshal(f)
			if err != nil {
				t.Errorf("sample %d: %v", i, err)
			}
			if len(data) > 20_000 {
				t.Errorf("sample %d, %s: got %d bytes, want a finding of some lines", i, f.Rule, len(data))
			}
			for _, text := range []string{f.Message, f.Place, f.Path, f.Got, f.Gateway, f.Log, f.Fix, f.Detail, f.Page} {
				if rules.Printable(text) != text {
					t.Errorf("sample %d, %s: got %q, want no control characters", i, f.Rule, text)
				}
			}
		}
	}
}

func TestARecordOfNothing(t *testing.T) {
	if found := diagnose.Of(&record.Record{}); len(found) != 0 {
		t.Errorf("got %s of an empty record, want nothing", text(found))
	}
}

func TestADeclaredHeaderThatNothingSets(t *testing.T) {
	for _, c := range []struct {
		rule, template string
		mappings       []assembly.Mapping
		want           string
	}{
		{"nothing sets it", `{}`, nil, "declared-header-unset"},
		{"a mapping sets it", `{}`, []assembly.Mapping{{Target: "method.response.header.X-A", Source: "'b'"}}, ""},
		{"a template sets it", `#set($context.responseOverride.header.X-A = "b"){}`, nil, ""},
	} {
		s := mapped(`{"a":"b"}`)
		s.name = c.rule
		method := s.api.Methods[0]
		method.Responses[0].Headers = []string{"X-A"}
		method.Integration.Responses[0].Templates, method.Integration.Responses[0].Parameters = jsonTemplate(c.template), c.mappings
		found := diagnose.Of(s.run(t))
		got := ""
		if len(found) > 0 {
			got = found[0].Rule
		}
		if len(found) > 1 || got != c.want {
			t.Errorf("%s: got %s, want %q", c.rule, text(found), c.want)
		}
	}
}
