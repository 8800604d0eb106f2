package playground_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/apigw/internal/playground"
)

func post(t *testing.T, path, contentType, body string) (int, map[string]any) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	w := httptest.NewRecorder()
	playground.Handler().ServeHTTP(w, r)
	var out map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatalf("got %d %q, want JSON: %v", w.Code, w.Body, err)
	}
	return w.Code, out
}

func TestWhatTheHandlerTakes(t *testing.T) {
	const check, render, isJSON = "/_local/playground/check", "/_local/playground/render", "application/json"
	for _, c := range []struct {
		rule, path, contentType, body string
		status                        int
		message                       string
	}{
		{"a result", check, isJSON, `{"result":{"text":"null"}}`, 200, ""},
		{"with a charset", check, "application/json; charset=utf-8", `{}`, 200, ""},
		{"a template", render, isJSON, `{"direction":"request","template":"{}"}`, 200, ""},
		{"6 MB, which Lambda takes", check, isJSON, `{"result":{"text":"` + strings.Repeat("a", 6<<20) + `"}}`, 200, ""},
		{"a form of another page", check, "text/plain", `{}`, 415, "application/json"},
		{"what is too large", check, isJSON, `{"result":{"text":"` + strings.Repeat("a", 9<<20) + `"}}`, 413, "Lambda itself takes 6"},
		{"no JSON", check, isJSON, `{`, 400, "not the JSON"},
		{"two values", check, isJSON, `{}{}`, 400, "more behind it"},
		{"an unknown member", check, isJSON, `{"reslut":{}}`, 400, "reslut"},
		{"a wrong type", check, isJSON, `{"result":"x"}`, 400, "the member result"},
		{"an input that cannot be tried", render, isJSON, `{"direction":"up"}`, 400, "use request or response"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			status, out := post(t, c.path, c.contentType, c.body)
			message, _ := out["message"].(string)
			if status != c.status || !strings.Contains(message, c.message) {
				t.Errorf("got %d %q, want %d with %q", status, message, c.status, c.message)
			}
		})
	}
}

func TestWhatIsTooLargeToShowIsCut(t *testing.T) {
	_, out := post(t, "/_local/playground/check", "application/json", `{"result":{"text":"`+strings.Repeat("ä", 1<<20)+`"}}`)
	mapped := out["mapped"].(map[string]any)
	if body := mapped["body"].(string); len(body) > 256<<10 || mapped["cut"] != true || mapped["bytes"] != float64(2<<20) {
		t.Errorf("got %d bytes of %v, cut %v; want at most 256 KB of 2 MB, cut", len(body), mapped["bytes"], mapped["cut"])
	}
}

func TestListsAreNeverNull(t *testing.T) {
	for path, body := range map[string]string{
		"/_local/playground/check":  `{"result":{"text":"{\"statusCode\":200,\"body\":\"\"}"}}`,
		"/_local/playground/render": `{"direction":"request","template":"x$input.body"}`,
	} {
		_, out := post(t, path, "application/json", body)
		var walk func(at string, v any)
		walk = func(at string, v any) {
			switch v := v.(type) {
			case map[string]any:
				for name, member := range v {
					walk(at+"."+name, member)
				}
			case nil:
				if !strings.HasSuffix(at, ".trace") && !strings.HasSuffix(at, ".event") && !strings.HasSuffix(at, ".broken") {
					t.Errorf("%s: got null at %s, want a list or nothing", path, at)
				}
			}
		}
		walk("", out)
	}
}
