package record_test

import (
	"encoding/json"
	"strings"
	"testing"

	"example.com/apigw/internal/gateway/record"
)

func TestJSONOfARecord(t *testing.T) {
	full := called()
	full.IntegrationResponse.SelectionPattern = new("")
	full.IntegrationResponse.Template = "application/json"
	full.MethodResponse.SetBody([]byte("\xff"))
	full.Findings = []record.Finding{{Message: "note"}}
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
			`"functionResult":{"function":"f","requestId":"l1","executedVersion":"3","functionError":"Unhandled","durationMs":0,"cold":false,`, `"diagnosis":[{"message":"note"}]`,
		}},
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
