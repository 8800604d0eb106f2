package lesson

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/mapping"
)

func text(s string) *string { return &s }

// newServer serves a route /a/{b} and a route /a/c of the API "lessons".
func newServer(t *testing.T, h http.HandlerFunc) *Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return &Server{
		APIs: func() []gateway.Deployed {
			return []gateway.Deployed{
				{Name: "other", URL: s.URL + "/other/prod"},
				{Name: "lessons", URL: s.URL + "/lessons/prod", Routes: []gateway.Route{
					{Method: "GET", Path: "/a/{b}", FunctionARN: "one"}, {Method: "ANY", Path: "/a/c", FunctionARN: "two"},
					{Method: "POST", Path: "/d/{e+}", FunctionARN: "three", Reason: "no runtime"},
				}},
			}
		},
		Record: func(id string) *record.Record {
			if id != "r-1" {
				return nil
			}
			return &record.Record{
				ID: id, ResourcePath: "/a", ExtendedID: "e", Status: 200,
				MethodResponse: record.Message{Header: mapping.Params{{Name: "x-lower", Values: []string{"v"}}}},
			}
		},
	}
}

func TestRunSendsTheRequestOfACase(t *testing.T) {
	var got string
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = r.Method + " " + r.URL.String() + " " + r.Header.Get("X-Key") + " " + r.Host + " " + string(body)
		w.Header().Set("X-Amzn-Requestid", "r-1")
		w.Header().Set("X-Lower", "v")
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(302)
		io.WriteString(w, "\xff")
	})
	out := s.Run(context.Background(), Case{
		API: "lessons", Route: "/a/x",
		Request: Request{Method: "GET", Path: "/y%2Fz?q=1", Headers: map[string]string{"x-key": "k", "Host": "h"}, Body: "aGk=", BodyBase64: true},
		Expect:  Expect{Status: 302, BodyBase64: text("/w==")},
	})
	if want := "GET /lessons/prod/a/x/y%2Fz?q=1 k h hi"; got != want {
		t.Errorf("got the request %q, want %q", got, want)
	}
	if !out.Solved || out.RequestID != "r-1" || !out.Seen.BodyBase64 || out.Seen.Body != "/w==" || len(out.Seen.Log) == 0 {
		t.Errorf("got %+v and %+v, want that all is as expected, with the log", out, out.Seen)
	}
	if !slices.ContainsFunc(out.Seen.Headers, func(h Header) bool { return h.Name == "x-lower" }) {
		t.Errorf("got the headers %v, want x-lower as it was sent", out.Seen.Headers)
	}
}

func TestRunFindsTheRoute(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.URL.Path) })
	for _, c := range []struct {
		rule, api, method, route string
		function                 string
		difference, notRun       string
	}{
		{"a parameter", "lessons", "GET", "/a/x", "one", "", ""},
		{"a fixed part before a parameter", "lessons", "GET", "/a/c", "two", "", ""},
		{"any method", "lessons", "DELETE", "/a/c", "two", "", ""},
		{"a greedy parameter of a function that does not run", "lessons", "POST", "/d/x/y", "three", "", "no runtime"},
		{"another method", "lessons", "PUT", "/a/x", "", "the API has no such route", ""},
		{"a longer path", "lessons", "GET", "/a/x/y", "", "the API has no such route", ""},
		{"a shorter path", "lessons", "GET", "/a", "", "the API has no such route", ""},
		{"an unknown API", "lessons-2", "GET", "/a/x", "", "there is no such API: there are other, lessons", ""},
	} {
		kase := Case{API: c.api, Route: c.route, Request: Request{Method: c.method}, Expect: Expect{Status: 200}}
		if got := s.Function(kase); got != c.function {
			t.Errorf("%s: got the function %q, want %q", c.rule, got, c.function)
		}
		out := s.Run(context.Background(), kase)
		difference := ""
		for _, d := range out.Differences {
			difference += d.Got
		}
		if difference != c.difference || out.NotRun != c.notRun || out.Solved != (c.difference+c.notRun == "") {
			t.Errorf("%s: got the difference %q, not run %q, solved %v; want %q and %q", c.rule, difference, out.NotRun, out.Solved, c.difference, c.notRun)
		}
	}
}

func TestRunSaysWhenThereIsNoResponse(t *testing.T) {
	s := newServer(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	out := s.Run(context.Background(), Case{API: "lessons", Route: "/a/x", Request: Request{Method: "GET"}, Expect: Expect{Status: 200}})
	if out.Solved || out.Seen != nil || len(out.Differences) != 1 || out.Differences[0].What != "response" || !strings.Contains(out.Differences[0].Got, "EOF") {
		t.Errorf("got %+v, want that there is no response", out)
	}
}

func TestCompare(t *testing.T) {
	seen := &Seen{Status: 200, Body: "hello", Log: []string{"one", "two", "three", "four"}, Findings: []Finding{{Rule: "a"}, {Message: "b"}, {Rule: "d", Before: true}}}
	header := http.Header{"X-A": {"1", "2"}}
	for _, c := range []struct {
		rule        string
		want        Expect
		differences []Difference
	}{
		{"all as expected", Expect{Status: 200, Headers: map[string]*string{"x-a": text("1\n2"), "x-b": nil}, Body: text("hello"), BodyContains: "ell", Log: []string{"wo"}, Rule: text("a")}, nil},
		{"nothing but the status is asked for", Expect{Status: 200}, nil},
		{"the status", Expect{Status: 502}, []Difference{{"status", "502", "200"}}},
		{"a header", Expect{Status: 200, Headers: map[string]*string{"X-A": text("1")}}, []Difference{{"header X-A", "1", "1\n2"}}},
		{"a header that is there", Expect{Status: 200, Headers: map[string]*string{"X-A": nil}}, []Difference{{"header X-A", "none", "1\n2"}}},
		{"a header that is missing", Expect{Status: 200, Headers: map[string]*string{"X-B": text("1")}}, []Difference{{"header X-B", "1", "none"}}},
		{"the body", Expect{Status: 200, Body: text("hell")}, []Difference{{"body", "hell", "hello"}}},
		{"an empty body", Expect{Status: 200, Body: text("")}, []Difference{{"body", "", "hello"}}},
		{"the bytes of the body", Expect{Status: 200, BodyBase64: text("aGVsbA==")}, []Difference{{"body", "aGVsbA==", "aGVsbG8="}}},
		{"a part of the body", Expect{Status: 200, BodyContains: "x"}, []Difference{{"body", "… x …", "hello"}}},
		{"a line of the log", Expect{Status: 200, Log: []string{"one", "five"}}, []Difference{{"log", "five", "4 lines, the last of which are\ntwo\nthree\nfour"}}},
		{"another rule", Expect{Status: 200, Rule: text("c")}, []Difference{{"rule", "c", "a, b, d"}}},
		{"a rule that is found before", Expect{Status: 200, Rule: text("d")}, nil},
		{"no rule", Expect{Status: 200, Rule: text("")}, []Difference{{"rule", "none", "a, b"}}},
	} {
		got := compare(c.want, seen, header, []byte("hello"))
		if len(got) != len(c.differences) || len(got) > 0 && !reflect.DeepEqual(got, c.differences) {
			t.Errorf("%s: got %q, want %q", c.rule, got, c.differences)
		}
	}
	if got := compare(Expect{Status: 200, Log: []string{"x"}, Rule: text("a")}, &Seen{Status: 200}, nil, nil); !reflect.DeepEqual(got, []Difference{{"log", "x", "no log"}, {"rule", "a", "none"}}) {
		t.Errorf("without a record: got %q, want that there is neither log nor rule", got)
	}
}
