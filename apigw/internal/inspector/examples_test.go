package inspector

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// contractWith writes a contract into the folder of an app, and returns the folder.
func contractWith(t *testing.T, text string) string {
	t.Helper()
	root := t.TempDir()
	file := filepath.Join(root, contractFile)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return root
}

func contractCaseOf(rule, method, target, more string) string {
	return fmt.Sprintf(`{"rule":%q,"request":{"method":%q,"target":%q%s}}`, rule, method, target, more)
}

func TestExamplesOfARoute(t *testing.T) {
	var many []string
	for n := range 40 {
		many = append(many, contractCaseOf(fmt.Sprint("rule ", n), "GET", "/x/a", ""))
	}
	const made = "plain GET /hello/prod/x/sample [{X-A b}] ; model POST /hello/prod/x/sample [] {}"
	for _, c := range []struct{ rule, contract, want string }{
		{"without a contract", "", made},
		{"cases of the route", `[` + contractCaseOf("one", "GET", "/x/a?q=1", `,"headers":{"X-B":"2","X-A":"1"},"body":"text"`) + `]`,
			"contract GET /hello/prod/x/a?q=1 [{X-A 1} {X-B 2}] text; " + made},
		{"other routes and methods", `[` + contractCaseOf("one", "GET", "/y", "") + `,` + contractCaseOf("two", "POST", "/x/a", "") + `]`, made},
		{"a rule once", `[` + contractCaseOf("one", "GET", "/x/a", "") + `,` + contractCaseOf("one", "GET", "/x/b", "") + `]`, "contract GET /hello/prod/x/a [] ; " + made},
		{"a function that fails here", `[{"functionFails":true,` + contractCaseOf("one", "GET", "/x/a", "")[1:] + `]`, made},
		{"another kind of contract", `{"interactions":[]}`, made},
		{"no JSON", `[`, made},
		{"a large one", `[` + strings.Repeat(" ", maxContract) + `]`, made},
		{"thirty at most", `[` + strings.Join(many, ",") + `]`, strings.Repeat("contract GET /hello/prod/x/a [] ; ", maxExamples) + made},
	} {
		root := ""
		if c.contract != "" {
			root = contractWith(t, c.contract)
		}
		i, err := New(source{}, new(History), Options{Root: root})
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		i.ServeHTTP(w, httptest.NewRequest("GET", "http://127.0.0.1/_local/examples?api=hello&stage=prod&method=GET&path=/x/%7Bname%7D", nil))
		var list []example
		if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil || w.Code != 200 {
			t.Fatalf("%s: got %d %s, error %v; want 200", c.rule, w.Code, w.Body, err)
		}
		var got []string
		for _, e := range list {
			got = append(got, fmt.Sprintf("%s %s %s %v %s", e.Source, e.Method, e.Path, e.Headers, e.Body))
		}
		if text := strings.Join(got, "; "); text != c.want {
			t.Errorf("%s: got %s, want %s", c.rule, text, c.want)
		}
	}
}

func TestExamplesOfARouteThatIsNotThere(t *testing.T) {
	w := get(newInspector(t, source{}, new(History)), "GET", "/_local/examples?path=/y", "127.0.0.1", "")
	if w.Code != 404 || !strings.Contains(w.Body.String(), "no such route") {
		t.Errorf("got %d %s, want 404", w.Code, w.Body)
	}
}
