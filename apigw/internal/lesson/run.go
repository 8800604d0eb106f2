package lesson

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"example.com/apigw/internal/diagnose"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/record"
)

// Server is a gateway that serves the routes of lessons.
type Server struct {
	// APIs are those that are served, with their URLs.
	APIs func() []gateway.Deployed
	// Record returns what happened to a request, by its id; nil if that is not known.
	Record func(id string) *record.Record
	// Found returns what is found in a method before it is deployed, by its construct
	// path. It may be nil.
	Found func(path string) []Finding
}

// Outcome is what a request came to, beside what was expected.
type Outcome struct {
	Expected    Expect       `json:"expected"`
	Seen        *Seen        `json:"seen"` // nil if there was no response
	Differences []Difference `json:"differences"`
	RequestID   string       `json:"requestId"`
	Solved      bool         `json:"solved"` // all is as expected
	// NotRun is why requests get 501 here, so that nothing was sent.
	NotRun string `json:"notRun,omitempty"`
}

// Seen is what a client and the execution log show.
type Seen struct {
	Status     int       `json:"status"`
	Headers    []Header  `json:"headers"`
	Body       string    `json:"body"`
	BodyBase64 bool      `json:"bodyBase64"`
	Log        []string  `json:"log"`
	Findings   []Finding `json:"findings"`
}

// Header is a header of a response.
type Header struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}

// Finding is what the diagnosis says, or what is found before the deployment.
type Finding struct {
	Rule    string `json:"rule"`
	Message string `json:"message"`
	Box     string `json:"box"`
	Page    string `json:"page"`
	Before  bool   `json:"before"` // the deployment; no request is needed to find it
}

// Difference is something that is not as expected.
type Difference struct {
	What string `json:"what"` // such as "status" or "header Content-Type"
	Want string `json:"want"`
	Got  string `json:"got"`
}

// limit is how long a request may take.
const limit = time.Minute

// maxBody is how much of a response is read.
const maxBody = 11 << 20

// Run sends the request of a case, and compares.
func (s *Server) Run(ctx context.Context, c Case) Outcome {
	out := Outcome{Expected: c.Expect, Differences: []Difference{}}
	differ := func(what, want, got string) { out.Differences = append(out.Differences, Difference{what, want, got}) }
	url, route, problem := s.find(c)
	if problem != "" {
		differ("route", c.Request.Method+" "+c.Route+" of the API "+c.API, problem)
		return out
	}
	if out.NotRun = route.Reason; out.NotRun != "" {
		return out
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	response, body, err := send(ctx, url+c.Request.Path, c.Request)
	if err != nil {
		differ("response", fmt.Sprintf("the status %d", c.Expect.Status), err.Error())
		return out
	}
	out.RequestID = response.Header.Get("x-amzn-RequestId")
	out.Seen = s.seen(response, body)
	out.Differences = compare(c.Expect, out.Seen, response.Header, body)
	out.Solved = len(out.Differences) == 0
	return out
}

// Function returns the ARN of the function that a case invokes; empty if there is
// none.
func (s *Server) Function(c Case) string {
	_, route, _ := s.find(c)
	return route.FunctionARN
}

// find returns where the route of a case is, and the method behind it.
func (s *Server) find(c Case) (url string, route gateway.Route, problem string) {
	var names []string
	for _, api := range s.APIs() {
		names = append(names, api.Name)
		if api.Name != c.API {
			continue
		}
		best := -1
		for i, r := range api.Routes {
			fits := (r.Method == c.Request.Method || r.Method == "ANY") && leadsTo(r.Path, c.Route)
			if fits && (best < 0 || strings.Count(r.Path, "{") < strings.Count(api.Routes[best].Path, "{")) {
				best = i
			}
		}
		if best < 0 {
			return "", route, "the API has no such route"
		}
		return api.URL + c.Route, api.Routes[best], ""
	}
	return "", route, fmt.Sprintf("there is no such API: there are %s", orElse(strings.Join(slices.Compact(names), ", "), "none"))
}

// leadsTo reports whether a resource, such as /a/{b}, has a path.
func leadsTo(resource, route string) bool {
	parts, want := strings.Split(resource, "/"), strings.Split(route, "/")
	for i, part := range parts {
		switch {
		case strings.HasPrefix(part, "{") && strings.HasSuffix(part, "+}"):
			return len(want) > i
		case i >= len(want), !strings.HasPrefix(part, "{") && part != want[i]:
			return false
		}
	}
	return len(parts) == len(want)
}

// bytes returns the body.
func (r *Request) bytes() ([]byte, error) {
	if r.BodyBase64 {
		return base64.StdEncoding.DecodeString(r.Body)
	}
	return []byte(r.Body), nil
}

// client sends requests as they are written, and does not follow redirects.
var client = &http.Client{
	Transport:     &http.Transport{DisableCompression: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func send(ctx context.Context, url string, r Request) (*http.Response, []byte, error) {
	content, err := r.bytes()
	if err != nil {
		return nil, nil, err
	}
	request, err := http.NewRequestWithContext(ctx, r.Method, url, bytes.NewReader(content))
	if err != nil {
		return nil, nil, err
	}
	for name, value := range r.Headers {
		request.Header[name] = []string{value} // in the letter case of the lesson
		if strings.EqualFold(name, "Host") {
			request.Host = value
		}
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	return response, body, err
}

// maxShown is how much of a body is handed on.
const maxShown = 64 << 10

func (s *Server) seen(response *http.Response, body []byte) *Seen {
	seen := &Seen{Status: response.StatusCode, Headers: []Header{}, Log: []string{}, Findings: []Finding{}}
	shown := body[:min(len(body), maxShown)]
	if seen.BodyBase64 = !utf8.Valid(body); seen.BodyBase64 {
		seen.Body = base64.StdEncoding.EncodeToString(shown)
	} else {
		seen.Body = strings.ToValidUTF8(string(shown), "")
	}
	for name, values := range response.Header {
		seen.Headers = append(seen.Headers, Header{name, values})
	}
	slices.SortFunc(seen.Headers, func(a, b Header) int { return strings.Compare(a.Name, b.Name) })
	if r := s.Record(response.Header.Get("x-amzn-RequestId")); r != nil {
		for i, h := range seen.Headers {
			for _, p := range r.MethodResponse.Header {
				if strings.EqualFold(p.Name, h.Name) {
					seen.Headers[i].Name = p.Name // as it was sent, and not as this client keeps it
				}
			}
		}
		seen.Log = append(seen.Log, r.ExecutionLog()...)
		for _, f := range diagnose.Of(r) {
			seen.Findings = append(seen.Findings, Finding{f.Rule, f.Message, string(f.Box), f.Page, false})
		}
		if s.Found != nil && r.Definition != nil {
			for _, f := range s.Found(r.Definition.Path) {
				if !slices.ContainsFunc(seen.Findings, func(have Finding) bool { return have.Rule == f.Rule }) {
					seen.Findings = append(seen.Findings, f)
				}
			}
		}
	}
	return seen
}
