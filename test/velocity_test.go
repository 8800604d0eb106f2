//go:build velocity

package test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.com/hello-apigw/test/contract"
)

// These tests run the mapping templates with Apache Velocity 1.7, the engine
// that API Gateway behaves like. They need Java and Debian's packages velocity
// and libjsonpath-java: go test -tags velocity ./test

func TestRequestTemplatesMakeTheEventsOfTheContract(t *testing.T) {
	api := synth(t).api(t, "hello-mapped")
	var cases []contract.Case
	var renders []render
	for _, test := range contract.Cases(t) {
		if test.Event != nil {
			cases = append(cases, test)
			renders = append(renders, requestTemplate(t, api, test.Request))
		}
	}
	for i, output := range velocity(t, renders) {
		wantSameJSON(t, cases[i].Rule, output, string(cases[i].Event))
	}
}

// Of the answers that a function causes: status, body, and the choice between
// them, as Java's regular expressions make it.
func TestIntegrationResponsesMakeTheAnswersOfTheContract(t *testing.T) {
	api := synth(t).api(t, "hello-mapped")
	for _, test := range contract.Cases(t) {
		if test.Event == nil {
			continue
		}
		method := api.method(t, test.Request.Method, routeOf(test.Request))
		response := selectResponse(t, method, test.Error)
		if response.StatusCode != fmt.Sprint(test.Answer.Status) {
			t.Errorf("%s: status %s, want %d", test.Rule, response.StatusCode, test.Answer.Status)
		}
		output := velocity(t, []render{{Template: response.ResponseTemplates["application/json"], Body: resultOf(t, test)}})[0]
		if output != test.Answer.Body {
			t.Errorf("%s: body %s, want %s", test.Rule, output, test.Answer.Body)
		}
	}
}

func TestSelectionPatternsMatchWholeTextsOfAnyShape(t *testing.T) {
	method := synth(t).api(t, "hello-mapped").method(t, "GET", "/hello")
	tests := []struct{ rule, errorMessage, status string }{
		{"no error", "", "200"},
		{"a bad request", "BadRequest: no", "400"},
		{"a bad request of several lines", "BadRequest: one\ntwo\r\nthree\u2028four", "400"},
		{"a bad request without a sentence", "BadRequest: ", "400"},
		{"a long one", "BadRequest: " + strings.Repeat("a\n", 20_000), "400"},
		{"any other error", "InternalError: disk full", "500"},
		{"of several lines", "panic:\nstack\n", "500"},
		{"a line break alone", "\n", "500"},
		{"a long one that is none of ours", strings.Repeat("a\n", 20_000), "500"},
		{"one that only mentions a bad request", "InternalError: BadRequest: no", "500"},
		{"a timeout", "2026-07-26T19:03:13.000Z c6af9ac6 Task timed out after 10.00 seconds", "500"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			if got := selectResponse(t, method, test.errorMessage).StatusCode; got != test.status {
				t.Errorf("%.40q is answered with %s, want %s", test.errorMessage, got, test.status)
			}
		})
	}
}

// Nothing that a client sends changes the shape of the event: it is the name,
// whatever the name holds.
func TestNoTextChangesTheShapeOfTheEvent(t *testing.T) {
	api := synth(t).api(t, "hello-mapped")
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{`"`, `'`, `\`, `\\`, `\'`, `\"`, "$", "#", "##", "#end", "#set($x=1)", "$x", "${x}", "$!x", "#[[", "]]#", "#*", "*#",
		"{", "}", "[", "]", ":", ",", "/", "</script>", "\n", "\r", "\t", "\x00", "\x1f", "\x7f", "\u0085", "\u2028", "\ufeff", "é", "中", "😀", "\ufffd",
		"a", " ", "&", "%", "+", "`", "null", "true", `","admin":"true`, `\u0041`, "$input.body", "$util.urlEncode('x')", "#if(true)", "#stop"}
	var names []string
	var renders []render
	for range 500 {
		var name strings.Builder
		for range random.IntN(8) {
			name.WriteString(pieces[random.IntN(len(pieces))])
		}
		body, err := json.Marshal(object{"name": name.String()})
		if err != nil {
			t.Fatal(err)
		}
		// The gateway's JSON reader drops a bare DEL that stands beside an escape.
		body = bytes.ReplaceAll(body, []byte{0x7f}, []byte(`\u007f`))
		for _, request := range []contract.Request{
			{Method: "GET", Target: "/hello?name=" + url.QueryEscape(name.String())},
			{Method: "GET", Target: "/hello/" + url.PathEscape("x"+name.String())}, // a path part is never empty
			{Method: "POST", Target: "/hello", Body: string(body)},
		} {
			names = append(names, map[bool]string{true: "x"}[strings.HasPrefix(request.Target, "/hello/")]+name.String())
			renders = append(renders, requestTemplate(t, api, request))
		}
	}
	for i, output := range velocity(t, renders) {
		var event map[string]string
		if err := json.Unmarshal([]byte(output), &event); err != nil {
			t.Fatalf("%q makes the event %s: %v", names[i], output, err)
		}
		if !maps.Equal(event, map[string]string{"name": names[i]}) {
			t.Fatalf("%q makes the event %s", names[i], output)
		}
	}
}

// An error's text comes from the function, and may hold what a client sent.
func TestNoTextChangesTheShapeOfA400(t *testing.T) {
	method := synth(t).api(t, "hello-mapped").method(t, "GET", "/hello")
	for _, sentence := range []string{`a "name"`, `it's \ BadRequest: again`, "two\nlines", "$1 \\$ #end", "é😀\u2028"} {
		response := selectResponse(t, method, "BadRequest: "+sentence)
		want, err := json.Marshal(object{"message": sentence})
		if err != nil {
			t.Fatal(err)
		}
		output := velocity(t, []render{{Template: response.ResponseTemplates["application/json"], Body: errorObject(t, "BadRequest: "+sentence)}})[0]
		wantSameJSON(t, sentence, output, string(want))
	}
}

func TestAllowedOriginIsSentBack(t *testing.T) {
	tests := []struct {
		rule    string
		headers map[string]string
		want    string
	}{
		{"an allowed origin", map[string]string{"Origin": "https://b.example"}, "https://b.example"},
		{"as an HTTP/2 client spells it", map[string]string{"origin": "https://a.example"}, "https://a.example"},
		{"another origin", map[string]string{"Origin": "https://c.example"}, ""},
		{"one that only starts alike", map[string]string{"Origin": "https://a.example.evil.example"}, ""},
		{"no origin", nil, ""},
	}
	for _, door := range []string{"hello-proxy", "hello-mapped"} {
		for _, method := range synth(t, "allowedOrigins", severalOrigins).api(t, door).Methods {
			for _, response := range method.Integration.IntegrationResponses {
				for _, test := range tests {
					// What the template sets is printed behind its own output.
					const separator = "---\n"
					template := response.ResponseTemplates["application/json"] + "\n" + separator + "$context.responseOverride.header.Access-Control-Allow-Origin"
					output := velocity(t, []render{{
						Template: template, Body: `{"errorMessage":"BadRequest: x"}`,
						Params:  params{Header: test.headers},
						Context: object{"responseOverride": object{"header": object{}}},
					}})[0]
					body, got, _ := strings.Cut(output, separator)
					if got != test.want {
						t.Errorf("%s %s %s, %s: %q is sent back, want %q", door, method, response.StatusCode, test.rule, got, test.want)
					}
					if body = strings.TrimSuffix(body, "\n"); strings.TrimSpace(body) != body {
						t.Errorf("%s %s %s: the template leaves blanks in the body %q", door, method, response.StatusCode, body)
					}
				}
			}
		}
	}
}

func TestPreflightTemplates(t *testing.T) {
	for _, door := range []string{"hello-proxy", "hello-mapped"} {
		method := synth(t).api(t, door).method(t, "OPTIONS", "/hello")
		outputs := velocity(t, []render{
			{Template: method.Integration.RequestTemplates["application/json"]},
			{Template: method.Integration.IntegrationResponses[0].ResponseTemplates["application/json"]},
		})
		var mock struct{ StatusCode int }
		if err := json.Unmarshal([]byte(outputs[0]), &mock); err != nil || mock.StatusCode != 204 {
			t.Errorf("%s: the MOCK integration reads %q (%v), want statusCode 204", door, outputs[0], err)
		}
		if outputs[1] != "" {
			t.Errorf("%s: the preflight has the body %q", door, outputs[1])
		}
	}
}

// render is one line for velocity/Oracle.java.
type render struct {
	Mode     string `json:"mode"`
	Template string `json:"template"`
	Body     string `json:"body"`
	Params   params `json:"params"`
	Context  object `json:"context"`
	Vars     object `json:"vars"`
}

type params struct {
	Path        map[string]string `json:"path"`
	Querystring map[string]string `json:"querystring"`
	Header      map[string]string `json:"header"`
}

// requestTemplate is what the door without proxy integration renders for a
// request. The gateway decodes parameters, and of a repeated one it takes the
// last.
func requestTemplate(t *testing.T, api api, request contract.Request) render {
	t.Helper()
	method := api.method(t, request.Method, routeOf(request))
	made := render{Template: method.Integration.RequestTemplates["application/json"], Body: request.Body, Params: params{Header: request.Headers}}
	path, rawQuery, _ := strings.Cut(request.Target, "?")
	query, err := url.ParseQuery(rawQuery)
	if err != nil {
		t.Fatal(err)
	}
	made.Params.Querystring = map[string]string{}
	for name, values := range query {
		made.Params.Querystring[name] = values[len(values)-1]
	}
	if encoded, ok := strings.CutPrefix(strings.TrimSuffix(path, "/"), "/hello/"); ok {
		name, err := url.PathUnescape(encoded)
		if err != nil {
			t.Fatal(err)
		}
		made.Params.Path = map[string]string{"name": name}
	}
	return made
}

func routeOf(request contract.Request) string {
	path, _, _ := strings.Cut(request.Target, "?")
	if strings.HasPrefix(strings.TrimSuffix(path, "/"), "/hello/") {
		return "/hello/{name}"
	}
	return "/hello"
}

// selectResponse is the integration response for an error's text: the one whose
// pattern matches all of it, or else the one without a pattern.
func selectResponse(t *testing.T, method method, errorMessage string) integrationResponse {
	t.Helper()
	var selected []integrationResponse
	for _, response := range method.Integration.IntegrationResponses {
		if response.SelectionPattern == "" {
			continue
		}
		matches := velocity(t, []render{{Template: "$text.matches($pattern)", Vars: object{"text": errorMessage, "pattern": response.SelectionPattern}}})[0]
		if matches == "true" {
			selected = append(selected, response)
		}
	}
	if len(selected) > 1 {
		t.Errorf("%.40q matches %d patterns", errorMessage, len(selected))
	}
	for _, response := range method.Integration.IntegrationResponses {
		if len(selected) == 0 && response.SelectionPattern == "" {
			return response
		}
	}
	return selected[0]
}

// resultOf is what the function of a case returns.
func resultOf(t *testing.T, test contract.Case) string {
	t.Helper()
	if test.Error == "" {
		return test.Answer.Body
	}
	return errorObject(t, test.Error)
}

// errorObject is what Lambda makes of an error that a Go function returns.
func errorObject(t *testing.T, message string) string {
	t.Helper()
	text, err := json.Marshal(object{"errorMessage": message, "errorType": "wrapError"})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func wantSameJSON(t *testing.T, what, got, want string) {
	t.Helper()
	var gotValue, wantValue any
	if err := json.Unmarshal([]byte(got), &gotValue); err != nil {
		t.Errorf("%s: %s is not JSON: %v", what, got, err)
		return
	}
	if err := json.Unmarshal([]byte(want), &wantValue); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(gotValue) != fmt.Sprint(wantValue) {
		t.Errorf("%s: got %s\n  want %s", what, got, want)
	}
}

var java *velocityProcess

type velocityProcess struct {
	in  io.Writer
	out *bufio.Scanner
}

// velocity renders templates. The Java program is started once.
func velocity(t *testing.T, renders []render) []string {
	t.Helper()
	if java == nil {
		java = startVelocity(t)
	}
	go func() {
		for _, render := range renders {
			render.Mode = "aws"
			line, err := json.Marshal(render)
			if err != nil {
				return // the missing line of output tells
			}
			// The program's own JSON reader would drop this character.
			line = bytes.ReplaceAll(line, []byte{0x7f}, []byte(`\u007f`))
			if _, err := java.in.Write(append(line, '\n')); err != nil {
				return
			}
		}
	}()
	var outputs []string
	for _, render := range renders {
		if !java.out.Scan() {
			t.Fatalf("Velocity ended: %v (are Java, velocity and libjsonpath-java installed?)", java.out.Err())
		}
		var answer struct {
			Out   *string
			Error string
		}
		if err := json.Unmarshal(java.out.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
		if answer.Out == nil {
			t.Fatalf("%s: %s", render.Template, answer.Error)
		}
		outputs = append(outputs, *answer.Out)
	}
	return outputs
}

func startVelocity(t *testing.T) *velocityProcess {
	t.Helper()
	var jars []string
	for _, jar := range []string{"velocity", "json-path", "json-smart", "accessors-smart", "asm", "slf4j-api", "slf4j-nop", "commons-collections3", "commons-lang", "commons-lang3"} {
		jars = append(jars, "/usr/share/java/"+jar+".jar")
	}
	// It ends when its standard input does: with the tests.
	command := exec.Command("java", "-Xss4m", "-Dfile.encoding=UTF-8", "-cp", strings.Join(jars, string(filepath.ListSeparator)), "velocity/Oracle.java")
	var stderr bytes.Buffer
	command.Stderr = &stderr
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	scanner := bufio.NewScanner(out)
	scanner.Buffer(nil, 16<<20)
	return &velocityProcess{in: in, out: scanner}
}
