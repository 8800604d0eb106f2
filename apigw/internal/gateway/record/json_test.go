package record_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/rules"
)

func TestJSONOfARecord(t *testing.T) {
	full := called()
	full.IntegrationResponse.SelectionPattern = new("")
	full.IntegrationResponse.Template = "application/json"
	full.MethodResponse.SetBody([]byte("\xff"))
	full.Findings = []record.Finding{{Message: "note"}}
	full.Failure = &record.Failure{Type: "DEFAULT_5XX", Box: rules.Function, Rule: "some-rule", Log: "line", Cause: "why", Fix: "do", Detail: "at"}
	full.Context = []byte(`{"requestTimeEpoch":1700000000000,"identity":{"apiKey":"0123456789","user":null},"stage":"prod"}`)
	full.Sent = record.Sent{Method: "POST", Target: "/hello/prod?q=%20", Lines: []record.Line{{Name: "X-API-KEY", Value: "0123456789"}}}
	full.Definition = &record.Method{
		Path: "S/Api/GET", Integration: "AWS", StageVariables: map[string]string{"v": "1"},
		RequestTemplates: []record.Template{{Name: "request template application/json", MediaType: "application/json", Text: "{}"}},
		Responses:        []record.Response{{Status: "200", Pattern: "a.*", Headers: []record.HeaderMapping{{Name: "X-A", Source: "'b'"}}}},
		Declared:         []record.Declared{{Status: "200"}}, Function: &record.Function{Name: "f", Source: "./f", Runtime: "provided.al2023"},
		Authorizer: &record.Authorizer{Name: "a", TTL: time.Minute},
	}
	large := admitted()
	large.MethodRequest.SetBody([]byte(strings.Repeat("x", 70000)))
	for _, c := range []struct {
		rule string
		r    *record.Record
		want []string
	}{
		{"lists are there where there is nothing", new(record.Record),
			[]string{`"log":[]`, `"diagnosis":[]`, `"integrationRequest":null`, `"functionResult":null`, `"headers":[]`}},
		{"boxes", full, []string{
			`"id":"` + id + `"`, `"resourcePath":"/a/{p}"`, `"integrationMs":1.5`, `"path":[{"name":"p","values":["b"]}]`, `"template":"application/json","selectionPattern":"","body":"result","bodyBytes":6`,
			`"functionResult":{"function":"f","functionArn":"","requestId":"l1","executedVersion":"3","functionError":"Unhandled","durationMs":0,"cold":false,`, `"diagnosis":[{"message":"note"},{"message":"why",`,
		}},
		{"a log without boxes is empty", new(record.Record), []string{`"logBoxes":[]`, `"failure":null`, `"definition":null`, `"context":{}`, `"stageVariables":{}`}},
		{"a failure", full, []string{`"failure":{"type":"DEFAULT_5XX","box":"function","rule":"some-rule","log":"line","cause":"why","fix":"do","detail":"at"}`}},
		{"how the method is set up", full, []string{
			`"definition":{"path":"S/Api/GET",`, `"requestTemplates":[{"name":"request template application/json","mediaType":"application/json","text":"{}"}]`,
			`"responses":[{"status":"200","pattern":"a.*","headers":[{"name":"X-A","source":"'b'"}],"templates":[]}]`, `"declared":[{"status":"200","headers":[]}]`,
			`"function":{"name":"f","source":"./f","runtime":"provided.al2023"},"authorizer":{"name":"a","ttlSeconds":60}`,
		}},
		{"$context, with the API key masked", full, []string{`"context":{"identity":{"apiKey":"****456789","user":null},"requestTimeEpoch":1700000000000,"stage":"prod"},"stageVariables":{"v":"1"}`}},
		{"what the client wrote, with the API key masked", full, []string{`"sent":{"method":"POST","target":"/hello/prod?q=%20","headers":[{"name":"X-API-KEY","value":"****456789"}]}`}},
		{"what is not text is in base64", full, []string{`"body":"/w==","bodyBytes":1,"bodyBase64":true`}},
		{"secrets are masked", full, []string{`{"name":"authorization","values":["****456789"]}`}},
		{"a large body is cut", large, []string{`"bodyBytes":70000,"bodyCut":true`}},
	} {
		got, err := json.Marshal(c.r)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range c.want {
			if !strings.Contains(string(got), want) {
				t.Errorf("%s: got %s, want %s in it", c.rule, got, want)
			}
		}
	}
}
