//go:build velocity

package test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"example.com/hello-apigw/stacks"
	"example.com/hello-apigw/test/contract"
)

func TestRequestTemplatesMakeTheEventsOfTheContract(t *testing.T) {
	api := synth(t).api(t, stacks.MappedApiName)
	var cases []contract.Case
	var renders []render
	for _, test := range contract.Cases(t) {
		if test.Event != nil && test.On("mapped") {
			cases = append(cases, test)
			renders = append(renders, requestTemplate(t, api, test.Request))
		}
	}
	for i, output := range velocity(t, renders) {
		wantSameJSON(t, cases[i].Rule, output, string(cases[i].Event))
	}
}

// These are the responses that a result or an error of the function causes. Java's
// regular expressions select the integration response.
func TestIntegrationResponsesMakeTheResponsesOfTheContract(t *testing.T) {
	api := synth(t).api(t, stacks.MappedApiName)
	for _, test := range contract.Cases(t) {
		if test.Event == nil || !test.On("mapped") {
			continue
		}
		route, _ := contract.Route(test.Request.Target)
		method := api.method(t, test.Request.Method, route)
		response := selectResponse(t, method, test.Error)
		if response.StatusCode != fmt.Sprint(test.Response.Status) {
			t.Errorf("%s: status %s, want %d", test.Rule, response.StatusCode, test.Response.Status)
		}
		output := velocity(t, []render{{Template: response.ResponseTemplates["application/json"], Body: resultOf(t, test)}})[0]
		if output != test.Response.Body {
			t.Errorf("%s: body %s, want %s", test.Rule, output, test.Response.Body)
		}
	}
}

func TestSelectionPatternsMatchWholeTextsOfAnyShape(t *testing.T) {
	method := synth(t).api(t, stacks.MappedApiName).method(t, "GET", "/hello")
	tests := []struct{ rule, errorMessage, status string }{
		{"no error", "", "200"},
		{"a bad request", "BadRequest: no", "400"},
		{"a bad request of several lines", "BadRequest: one\ntwo\r\nthree\u2028four", "400"},
		{"a bad request without a sentence", "BadRequest: ", "400"},
		{"a long one", "BadRequest: " + strings.Repeat("a\n", 20_000), "400"},
		{"something that is not there", "NotFound: no\nno", "404"},
		{"any other error", "InternalError: disk full", "500"},
		{"of several lines", "panic:\nstack\n", "500"},
		{"a line break alone", "\n", "500"},
		{"a long one that is not ours", strings.Repeat("a\n", 20_000), "500"},
		{"one that only mentions a bad request", "InternalError: BadRequest: no", "500"},
		{"a timeout", "2026-07-26T19:03:13.000Z c6af9ac6 Task timed out after 10.00 seconds", "500"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			if got := selectResponse(t, method, test.errorMessage).StatusCode; got != test.status {
				t.Errorf("%.40q selects %s, want %s", test.errorMessage, got, test.status)
			}
		})
	}
}

// Whatever a client sends as the name, the event has that name and nothing else.
func TestNoTextChangesTheShapeOfTheEvent(t *testing.T) {
	api := synth(t).api(t, stacks.MappedApiName)
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
			t.Fatalf("the name %q: event %s, want JSON: %v", names[i], output, err)
		}
		if !maps.Equal(event, map[string]string{"name": names[i]}) {
			t.Fatalf("the name %q: event %s, want this name and nothing else", names[i], output)
		}
	}
}

// An error's text comes from the function, and may have what a client sent.
func TestNoTextChangesTheShapeOfA400(t *testing.T) {
	method := synth(t).api(t, stacks.MappedApiName).method(t, "GET", "/hello")
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

// requestTemplate returns the request template of a request with its input. The
// gateway decodes parameters, and takes the last value of a repeated one.
func requestTemplate(t *testing.T, api api, request contract.Request) render {
	t.Helper()
	route, parameters := contract.Route(request.Target)
	method := api.method(t, request.Method, route)
	made := render{Template: method.Integration.RequestTemplates["application/json"], Body: request.Body, Params: params{Header: request.Headers}}
	_, rawQuery, _ := strings.Cut(request.Target, "?")
	query, err := url.ParseQuery(rawQuery)
	if err != nil {
		t.Fatal(err)
	}
	made.Params.Querystring = map[string]string{}
	for name, values := range query {
		made.Params.Querystring[name] = values[len(values)-1]
	}
	made.Params.Path = map[string]string{}
	for name, encoded := range parameters {
		if made.Params.Path[name], err = url.PathUnescape(encoded); err != nil {
			t.Fatal(err)
		}
	}
	return made
}

// selectResponse returns the integration response for an error's text: the one
// whose pattern matches all of it, or the one without a pattern.
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
		t.Errorf("%.40q matches %d patterns, want at most 1", errorMessage, len(selected))
	}
	for _, response := range method.Integration.IntegrationResponses {
		if len(selected) == 0 && response.SelectionPattern == "" {
			return response
		}
	}
	return selected[0]
}

// resultOf returns the result of the function in a case.
func resultOf(t *testing.T, test contract.Case) string {
	t.Helper()
	if test.Error == "" {
		return test.Response.Body
	}
	return errorObject(t, test.Error)
}

// errorObject returns the JSON that Lambda writes for the error of a Go function.
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
		t.Errorf("%s: got %s, want JSON: %v", what, got, err)
		return
	}
	if err := json.Unmarshal([]byte(want), &wantValue); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(gotValue) != fmt.Sprint(wantValue) {
		t.Errorf("%s: got %s\n  want %s", what, got, want)
	}
}
