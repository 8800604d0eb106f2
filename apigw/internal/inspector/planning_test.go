package inspector

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/apigw/internal/plan"
)

func TestPlan(t *testing.T) {
	settings := []plan.Setting{{API: "shop", Stage: "prod", Door: plan.Proxy, Memory: 256, Architecture: "arm64", Timeout: 10, Throttle: &plan.Limit{Rate: 50, Burst: 100}}}
	i, err := New(source{}, new(History), Options{Settings: func() []plan.Setting { return settings }})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		rule, target string
		status       int
		want         string
	}{
		{"a question", "/_local/plan?rps=80", 200, "set the throttle of the stage to 100 requests a second"},
		{"nothing said", "/_local/plan", 200, "Nothing has to change for this load"},
		{"the free tier", "/_local/plan?free-tier=true&region=eu-west-1", 200, "Europe (Ireland)"},
		{"a rate below zero", "/_local/plan?rps=-1", 400, "--rps -1: expected a number from 0.001 up to 1,000,000"},
		{"a rate that is no number", "/_local/plan?rps=x", 400, `--rps \"x\": `},
		{"an unknown name", "/_local/plan?speed=1", 400, `there is no \"speed\": the query has the flags of the verb plan`},
		{"an unknown region", "/_local/plan?region=moon", 400, "no prices were found for the region"},
		{"a door that the app has not", "/_local/plan?door=mapped", 400, "no function of the app is behind this door"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			r := httptest.NewRequest("GET", "http://127.0.0.1"+test.target, nil)
			r.Header.Set("Accept", "application/json")
			w := httptest.NewRecorder()
			i.ServeHTTP(w, r)
			if w.Code != test.status || !strings.Contains(w.Body.String(), test.want) || !json.Valid(w.Body.Bytes()) {
				t.Errorf("got %d %.300s, want %d and JSON with %q", w.Code, w.Body.String(), test.status, test.want)
			}
		})
	}
	r := httptest.NewRequest("GET", "http://127.0.0.1/_local/plan?rps=80", nil)
	r.Header.Set("Accept", "text/html")
	w := httptest.NewRecorder()
	if i.ServeHTTP(w, r); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `id="question"`) {
		t.Errorf("got %d %.100s for a browser, want the page", w.Code, w.Body.String())
	}
	post := httptest.NewRequest("POST", "http://127.0.0.1/_local/plan", nil)
	w = httptest.NewRecorder()
	if i.ServeHTTP(w, post); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("got %d for POST, want %d", w.Code, http.StatusMethodNotAllowed)
	}
}
