package function

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/apigw/internal/testwait"
)

func TestWhatTheRuntimeAPIRefuses(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(nil)
	l.report(`{}`)
	api := l.api()

	tests := []struct {
		rule   string
		method string
		path   string
		host   string
		header string
		status int
	}{
		{rule: "a web page", method: "GET", path: "invocation/next", header: "Sec-Fetch-Mode", status: 403},
		{rule: "a page of another site", method: "POST", path: "invocation/1/response", header: "Origin", status: 403},
		{rule: "another host's name", method: "GET", path: "invocation/next", host: "evil.example", status: 403},
		{rule: "an unknown path", method: "GET", path: "invocation/1/other", status: 404},
		{rule: "an unknown version", method: "GET", path: "../../2015-03-31/functions", status: 404},
		{rule: "a GET of a response", method: "GET", path: "invocation/1/response", status: 405},
		{rule: "a POST of next", method: "POST", path: "invocation/next", status: 405},
		{rule: "a result without an invocation", method: "POST", path: "invocation/1/response", status: 400},
		{rule: "an error without an invocation", method: "POST", path: "invocation/1/error", status: 400},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			request, err := http.NewRequest(test.method, "http://"+api+apiPath+test.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			request.Host = test.host
			if test.header != "" {
				request.Header.Set(test.header, "cors")
			}
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			if response.StatusCode != test.status || !strings.HasPrefix(string(body), `{"errorMessage":"`) {
				t.Errorf("got %d %s, want %d with an errorMessage", response.StatusCode, body, test.status)
			}
		})
	}
	l.report(`{}`) // the process serves as before
}

// api returns the address of the Runtime API of the only process.
func (l *lab) api() (address string) {
	l.processesMu.Lock()
	defer l.processesMu.Unlock()
	for p := range l.processes {
		address = p.api
	}
	return address
}

func TestAProcessThatAsksAnewGetsItsInvocationThere(t *testing.T) {
	p := &process{pool: &pool{}, work: make(chan *job), gone: make(chan struct{})}
	former := httptest.NewRecorder()
	left := make(chan struct{})
	go func() {
		p.serveNext(former)
		close(left)
	}()
	testwait.Until(t, "the former request waits", func() bool {
		p.pool.mu.Lock()
		defer p.pool.mu.Unlock()
		return p.asking == 1
	})
	newer, ok := p.ask()
	if !ok {
		t.Fatal("got a refusal for a process that asks anew, want none")
	}
	testwait.Receive(t, "the end of the former request", left)
	if len(former.Header()) > 0 || former.Body.Len() > 0 {
		t.Errorf("the former request: got %v %s, want no response", former.Header(), former.Body)
	}
	select {
	case <-newer:
		t.Error("the newer request: got its end, want it to wait")
	default:
	}
}
