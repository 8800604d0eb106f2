package gateway_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/testwait"
)

const delimiter = "\x00\x00\x00\x00\x00\x00\x00\x00"

// streamMethod returns a method that streams what a function sends.
func streamMethod(httpMethod, path, name string) *assembly.Method {
	m := proxyMethod(httpMethod, path, name)
	m.Integration.Stream = true
	m.Integration.URI = "arn:aws:apigateway:" + region + ":lambda:path/2021-11-15/functions/" + functionARN(name) + "/response-streaming-invocations"
	return m
}

// streams is a function that sends pieces, and then ends as it is told.
func streams(end func(context.Context) (function.Result, error), pieces ...string) handler {
	return func(ctx context.Context, in function.Invocation) (function.Result, error) {
		for _, piece := range pieces {
			if _, err := io.WriteString(in.Output, piece); err != nil {
				break // the rest is dropped
			}
		}
		return end(ctx)
	}
}

func done(context.Context) (function.Result, error) {
	return function.Result{ExecutedVersion: "$LATEST"}, nil
}

func boom(context.Context) (function.Result, error) {
	return function.Result{Payload: []byte(`{"errorMessage":"boom"}`), FunctionError: "Unhandled"}, nil
}

// hangs is the end of a function that takes longer than anybody waits.
func hangs(ctx context.Context) (function.Result, error) {
	<-ctx.Done()
	return function.Result{}, ctx.Err()
}

// last returns the record of the last request.
func (d *served) last() *record.Record {
	d.t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.records) == 0 {
		d.t.Fatal("got no record, want one")
	}
	return d.records[len(d.records)-1]
}

// rulesOf returns the ids of the rules that a record names.
func rulesOf(r *record.Record) string {
	var ids []string
	for _, f := range r.Findings {
		ids = append(ids, f.Rule)
	}
	if r.Failure != nil && r.Failure.Rule != "" {
		ids = append(ids, r.Failure.Rule)
	}
	return strings.Join(ids, " ")
}

func TestStreams(t *testing.T) {
	const (
		badGateway = `{"message": "Internal server error"}`
		malformed  = "Execution failed due to configuration error: Malformed Lambda proxy response"
	)
	for _, c := range []struct {
		rule   string
		fn     handler
		status int
		header string // of the response
		body   string
		cut    bool // the connection breaks before the end of the body
		rules  string
		log    string // a line of the execution log
	}{
		{"status, headers, cookies and body", streams(done, `{"statusCode":201,"headers":{"Content-Type":"text/plain"},"cookies":["a=1"]}`+delimiter, "hel", "lo"),
			201, "Content-Type: text/plain|Set-Cookie: a=1|Transfer-Encoding: chunked", "hello", false, "", "Successfully completed execution"},
		{"pieces end where they like", streams(done, `{"statusC`, `ode":202}`+delimiter[:3], delimiter[3:]+"hello"), 202, "", "hello", false, "", ""},
		{"a stream without a body", streams(done, `{}`+delimiter), 200, "Content-Type: application/json|Transfer-Encoding: chunked", "", false, "", ""},
		{"a promised length", streams(done, `{"headers":{"content-length":"5"}}`+delimiter, "hel", "lo"), 200, "Content-Length: 5|Transfer-Encoding: ", "hello", false, "", ""},
		{"a length of nothing", streams(done, `{"headers":{"Content-Length":"0"}}`+delimiter), 200, "Content-Length: 0", "", false, "", ""},
		{"more than was promised", streams(done, `{"headers":{"Content-Length":"3"}}`+delimiter, "hello"), 200, "Content-Length: 3", "hel", false, "stream-length-wrong", ""},
		{"less than was promised", streams(done, `{"headers":{"Content-Length":"9"}}`+delimiter, "hello"), 200, "Content-Length: 9", "hello", true, "stream-length-wrong", ""},
		{"a status that has no body", streams(done, `{"statusCode":204}`+delimiter, "hello"), 204, "", "", false, "", ""},

		{"an invoker that does not stream", returns(`{"statusCode":201}` + delimiter + "hello"), 201, "", "hello", false, "", ""},
		{"a function that returns an envelope", returns(`{"statusCode":200,"body":"hello"}`), 500, "", badGateway, false, "stream-not-streamed", malformed},
		{"no delimiter", streams(done, "data: 1\n\n"), 500, "", badGateway, false, "stream-no-delimiter", malformed},
		{"nothing at all", streams(done), 500, "", badGateway, false, "stream-no-delimiter", malformed},
		{"metadata that is not JSON", streams(done, `{`+delimiter+"hello"), 500, "", badGateway, false, "stream-metadata-invalid", malformed},
		{"no delimiter in 16 KB of a function that goes on", streams(hangs, strings.Repeat("x", 20_000)), 500, "", badGateway, false, "stream-no-delimiter", malformed},
		{"an informational status", streams(done, `{"statusCode":100}`+delimiter), 500, "", badGateway, false, "result-status-informational", ""},
		{"an error before anything", streams(boom), 500, "", badGateway, false, "stream-failed-before", "Lambda execution failed with status 200 due to customer function error: boom. Lambda request id: "},
		{"an error in the metadata", streams(boom, `{"status`), 500, "", badGateway, false, "stream-failed-before", "Lambda execution failed with status 200 due to customer function error: boom. Lambda request id: "},
		{"Lambda refuses", refuses(&function.InvokeError{Status: 429, Reason: "ReservedFunctionConcurrentInvocationLimitExceeded"}), 500, "", badGateway, false, "lambda-throttled", ""},

		{"an error half-way", streams(boom, `{}`+delimiter, "half"), 200, "", "half", true, "stream-cut", ""},
		{"a timeout half-way", streams(hangs, `{}`+delimiter, "half"), 200, "", "half", true, "stream-cut", ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			m := streamMethod("GET", "/", "f")
			if strings.Contains(c.rule, "timeout") {
				m.Integration.Timeout = 200 * time.Millisecond
			}
			d := deploy(t, newAPI(m), functions{"f": c.fn})
			response, err := http.Get(d.url + "/")
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			if response.StatusCode != c.status || string(body) != c.body || (err != nil) != c.cut {
				t.Errorf("got %d, %q, %v, want %d, %q, broken off %v", response.StatusCode, body, err, c.status, c.body, c.cut)
			}
			for _, line := range strings.Split(c.header, "|") {
				name, want, _ := strings.Cut(line, ": ")
				got := response.Header.Get(name)
				if name == "Transfer-Encoding" {
					got = strings.Join(response.TransferEncoding, ",")
				}
				if got != want {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
			}
			r := d.last()
			if got := rulesOf(r); got != c.rules {
				t.Errorf("got the rules %q, want %q", got, c.rules)
			}
			if !slices.ContainsFunc(r.ExecutionLog(), func(line string) bool { return strings.HasPrefix(line, c.log) }) {
				t.Errorf("got the log\n%s\nwant the line %q", strings.Join(r.ExecutionLog(), "\n"), c.log)
			}
			if r.Status != c.status || r.Failure == nil && string(r.MethodResponse.Body) != c.body && c.status != 204 {
				t.Errorf("record: got %d, %q, want %d, %q", r.Status, r.MethodResponse.Body, c.status, c.body)
			}
			if c.rules == "stream-cut" && strings.Contains(c.rule, "error") && (r.FunctionResult.FunctionError == "" || !strings.Contains(r.Findings[0].Message, "when 4 bytes of the body were sent: boom")) {
				t.Errorf("record: got %+v, %+v, want the function's error and what it said", r.FunctionResult, r.Findings)
			}
		})
	}
}

func TestTheURIAndTheModeOfAStreamMustFit(t *testing.T) {
	buffered, streaming := proxyMethod("GET", "/buffered", "f"), streamMethod("GET", "/stream", "f")
	buffered.Integration.Stream, streaming.Integration.Stream = true, false
	d := deploy(t, newAPI(buffered, streaming), functions{"f": returns(`{}`)})
	for path, want := range map[string]string{"/buffered": "stream-uri-buffered", "/stream": "stream-mode-missing"} {
		response, err := http.Get(d.url + path)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if got := rulesOf(d.last()); response.StatusCode != 500 || got != want {
			t.Errorf("%s: got %d and the rule %q, want 500 and %q", path, response.StatusCode, got, want)
		}
		if !slices.ContainsFunc(d.gateway.Notices(), func(n assembly.Notice) bool { return n.Rule.ID() == want }) {
			t.Errorf("%s: got the notices %v, want one by the rule %s", path, d.gateway.Notices(), want)
		}
	}
}

func TestAStreamNeedsThePermissionOfOtherInvocations(t *testing.T) {
	d := deploy(t, newAPI(streamMethod("GET", "/", "f")), functions{"f": streams(done, `{}`+delimiter)}, func(a *assembly.Assembly, _ *gateway.Options) {
		a.Functions[0].Permissions = nil
	})
	response, err := http.Get(d.url + "/")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if got := rulesOf(d.last()); response.StatusCode != 500 || got != "invoke-permission-missing" {
		t.Errorf("got %d and the rule %q, want 500 and invoke-permission-missing", response.StatusCode, got)
	}
}

// The client has each piece before the function goes on.
func TestAPieceArrivesBeforeTheNextIsSent(t *testing.T) {
	next := make(chan struct{})
	d := deploy(t, newAPI(streamMethod("GET", "/", "f")), functions{"f": func(_ context.Context, in function.Invocation) (function.Result, error) {
		io.WriteString(in.Output, `{"statusCode":203}`+delimiter)
		for _, piece := range []string{"one", "two"} {
			<-next
			io.WriteString(in.Output, piece)
		}
		<-next
		return function.Result{}, nil
	}})
	response, err := http.Get(d.url + "/") // returns with the headers
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != 203 {
		t.Errorf("got %d before the body, want 203", response.StatusCode)
	}
	piece := make([]byte, 3)
	for _, want := range []string{"one", "two"} {
		next <- struct{}{}
		if _, err := io.ReadFull(response.Body, piece); err != nil || string(piece) != want {
			t.Fatalf("got %q, %v, want %q", piece, err, want)
		}
	}
	next <- struct{}{}
	if rest, err := io.ReadAll(response.Body); len(rest) > 0 || err != nil {
		t.Errorf("got %q, %v, want the end", rest, err)
	}
}

// A client that hangs up ends the copy, even if nothing comes; the invocation is left
// to the function.
func TestAClientThatHangsUp(t *testing.T) {
	for _, c := range []struct {
		rule string
		fn   func(in function.Invocation, wrote chan<- error)
	}{
		{"while the function sends nothing", func(function.Invocation, chan<- error) {}},
		{"while the function sends without end", func(in function.Invocation, wrote chan<- error) {
			piece := make([]byte, 1<<16)
			for {
				if _, err := in.Output.Write(piece); err != nil {
					wrote <- err
					return
				}
			}
		}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			published, left, wrote := make(chan *record.Record, 1), make(chan struct{}), make(chan error, 1)
			fn := func(ctx context.Context, in function.Invocation) (function.Result, error) {
				io.WriteString(in.Output, `{}`+delimiter+"first")
				go c.fn(in, wrote)
				<-ctx.Done()
				close(left)
				return function.Result{}, ctx.Err()
			}
			d := deploy(t, newAPI(streamMethod("GET", "/", "f")), functions{"f": fn}, func(_ *assembly.Assembly, o *gateway.Options) {
				o.Record = func(r *record.Record) { published <- r }
			})
			connection, err := net.Dial("tcp", d.address)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(connection, "GET /hello/prod/ HTTP/1.1\r\nHost: x\r\n\r\n")
			response, err := http.ReadResponse(bufio.NewReader(connection), nil)
			if err != nil {
				t.Fatal(err)
			}
			io.ReadFull(response.Body, make([]byte, 5))
			connection.Close()
			testwait.Receive(t, "the end of the invocation", left)
			r := testwait.Receive(t, "the record", published)
			if got := rulesOf(r); got != "stream-client-gone" || r.Status != 200 || r.MethodResponse.BodySize < 5 {
				t.Errorf("got the rules %q, %d, %d bytes, want stream-client-gone, 200 and what was sent", got, r.Status, r.MethodResponse.BodySize)
			}
			if strings.Contains(c.rule, "without end") {
				if err := testwait.Receive(t, "an error of Write", wrote); err == nil {
					t.Error("got no error of Write, want one")
				}
			}
		})
	}
}

// 200 MB pass, and only their beginning is kept.
func TestMemoryStaysFlat(t *testing.T) {
	const size, piece = 200 << 20, 64 << 10
	d := deploy(t, newAPI(streamMethod("GET", "/", "f")), functions{"f": func(_ context.Context, in function.Invocation) (function.Result, error) {
		io.WriteString(in.Output, `{}`+delimiter)
		text := make([]byte, piece)
		for range size / piece {
			in.Output.Write(text)
		}
		return function.Result{}, nil
	}})
	get := func() int64 {
		response, err := http.Get(d.url + "/")
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		n, err := io.Copy(io.Discard, response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got := get()
	runtime.ReadMemStats(&after)
	if got != size {
		t.Errorf("got %d bytes, want %d", got, size)
	}
	if allocated, limit := after.TotalAlloc-before.TotalAlloc, uint64(4<<20); allocated > limit {
		t.Errorf("got %d bytes allocated, want at most %d for a stream of %d", allocated, limit, size)
	}
	r := d.last()
	for name, m := range map[string]*record.Message{"backend": r.IntegrationResponse, "client": &r.MethodResponse} {
		if len(m.Body) != record.MaxBody || m.BodySize < size {
			t.Errorf("%s: got %d bytes kept of %d, want %d of at least %d", name, len(m.Body), m.BodySize, record.MaxBody, size)
		}
	}
}

func TestManyStreamsLeaveNothing(t *testing.T) {
	d := deploy(t, newAPI(streamMethod("GET", "/good", "good"), streamMethod("GET", "/bad", "bad"), streamMethod("GET", "/half", "half")), functions{
		"good": streams(done, `{}`+delimiter, "hello"), "bad": streams(done, "no"), "half": streams(boom, `{}`+delimiter, "half"),
	})
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	round := func() {
		for _, path := range []string{"/good", "/bad", "/half"} {
			if response, err := client.Get(d.url + path); err == nil {
				io.Copy(io.Discard, response.Body)
				response.Body.Close()
			}
		}
	}
	round()
	before := runtime.NumGoroutine()
	for range 50 {
		round()
	}
	testwait.Until(t, "the goroutines are those of before", func() bool { return runtime.NumGoroutine() <= before+2 })
}

func TestHTTPProxyStreams(t *testing.T) {
	next := make(chan struct{})
	gone := make(chan struct{}, 1)
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/pieces":
			w.Header().Set("Content-Type", "text/event-stream")
			w.WriteHeader(203)
			http.NewResponseController(w).Flush()
			for _, piece := range []string{"one", "two"} {
				<-next
				io.WriteString(w, piece)
				http.NewResponseController(w).Flush()
			}
		case "/length":
			w.Header().Set("Content-Length", "5")
			io.WriteString(w, "hello")
		case "/large":
			w.Write(make([]byte, 11<<20))
		case "/broken":
			io.WriteString(w, "half")
			http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		case "/endless":
			for r.Context().Err() == nil {
				w.Write(make([]byte, 1<<16))
			}
			gone <- struct{}{}
		}
	}))
	defer backend.Close()
	method := &assembly.Method{ResourceID: "r", ResourcePath: "/{p}", HTTPMethod: "GET", Path: "Test/GET", AuthorizationType: "NONE",
		RequestParameters: []assembly.RequestParameter{{Location: "path", Name: "p"}},
		Integration: &assembly.Integration{Type: "HTTP_PROXY", HTTPMethod: "GET", URI: backend.URL + "/{p}", Timeout: 10 * time.Second, Stream: true,
			RequestParameters: []assembly.Mapping{{Target: "integration.request.path.p", Source: "method.request.path.p"}}},
	}
	d := deploy(t, newAPI(method), nil)

	response, err := http.Get(d.url + "/pieces")
	if err != nil {
		t.Fatal(err)
	}
	if got := response.Header.Get("Content-Type"); response.StatusCode != 203 || got != "text/event-stream" {
		t.Errorf("got %d, %q, want 203, text/event-stream", response.StatusCode, got)
	}
	for _, want := range []string{"one", "two"} {
		next <- struct{}{}
		piece := make([]byte, 3)
		if _, err := io.ReadFull(response.Body, piece); err != nil || string(piece) != want {
			t.Fatalf("got %q, %v, want %q", piece, err, want)
		}
	}
	if _, err := io.ReadAll(response.Body); err != nil {
		t.Error(err)
	}
	response.Body.Close()

	for _, c := range []struct {
		path   string
		size   int
		length int64
		cut    bool
		rules  string
	}{
		{"/length", 5, 5, false, ""}, {"/large", 11 << 20, -1, false, ""}, {"/broken", 4, -1, true, "stream-cut"},
	} {
		response, err := http.Get(d.url + c.path)
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, response.Body)
		response.Body.Close()
		if int(n) != c.size || response.ContentLength != c.length || (err != nil) != c.cut || rulesOf(d.last()) != c.rules {
			t.Errorf("%s: got %d bytes, the length %d, %v, the rules %q; want %d, %d, broken off %v, %q", c.path, n, response.ContentLength, err, rulesOf(d.last()), c.size, c.length, c.cut, c.rules)
		}
	}

	response, err = http.Get(d.url + "/endless")
	if err != nil {
		t.Fatal(err)
	}
	io.ReadFull(response.Body, make([]byte, 10))
	response.Body.Close()
	testwait.Receive(t, "the end of the backend's request", gone)
}

func TestAHeadOfAStream(t *testing.T) {
	d := deploy(t, newAPI(streamMethod("HEAD", "/", "f")), functions{"f": streams(done, `{"headers":{"Content-Length":"5"}}`+delimiter, "hello")})
	got := d.raw("HEAD /hello/prod/ HTTP/1.1\nHost: x\n\n")
	if got.status != 200 || got.body != "" || got.header("Content-Length") != "5" {
		t.Errorf("got %d, %q, the length %q, want 200, no body, 5", got.status, got.body, got.header("Content-Length"))
	}
}

func TestTheAccessLogOfAStream(t *testing.T) {
	api := newAPI(streamMethod("GET", "/stream", "f"), proxyMethod("GET", "/buffered", "g"), streamMethod("GET", "/bad", "bad"))
	api.Stages[0].AccessLog = &assembly.AccessLog{Format: "$context.integration.responseTransferMode $context.responseLength $context.integration.timeToAllHeaders $context.integration.timeToFirstContent $context.integrationLatency"}
	var ticks atomic.Int64
	d := deploy(t, api, functions{"f": streams(done, `{}`+delimiter, "hello"), "g": returns(`{"body":"hello"}`), "bad": streams(done, "no")}, func(_ *assembly.Assembly, o *gateway.Options) {
		o.Now = func() time.Time { return time.UnixMilli(ticks.Add(1)) }
	})
	for path, want := range map[string]string{
		"/stream": "STREAMED 5 ", "/buffered": "BUFFERED 5 - - ", "/bad": "STREAMED 36 - - ",
	} {
		d.mu.Lock()
		d.access = nil
		d.mu.Unlock()
		response, err := http.Get(d.url + path)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, response.Body)
		response.Body.Close()
		d.mu.Lock()
		line := strings.Join(d.access, "|")
		d.mu.Unlock()
		if !strings.HasPrefix(line, want) || path == "/stream" && strings.Contains(line, "-") {
			t.Errorf("%s: got the line %q, want one that begins with %q", path, line, want)
		}
	}
}

func TestLimitsOfStreamsAreSaidUnlessTheyAreEnforced(t *testing.T) {
	for _, enforced := range []bool{false, true} {
		for _, endpoint := range []string{"REGIONAL", "EDGE"} {
			api := newAPI(streamMethod("GET", "/", "f"))
			api.EndpointType = endpoint
			d := deploy(t, api, functions{"f": streams(done)}, func(_ *assembly.Assembly, o *gateway.Options) { o.StageThrottles = enforced })
			i := slices.IndexFunc(d.gateway.Notices(), func(n assembly.Notice) bool { return n.Rule.ID() == "stream-limits-not-done" })
			if (i < 0) != enforced {
				t.Errorf("%s, enforced %v: got the notices %v", endpoint, enforced, d.gateway.Notices())
			}
			if want := map[string]string{"REGIONAL": "5m0s", "EDGE": "30s"}[endpoint]; i >= 0 && !strings.Contains(d.gateway.Notices()[i].Message, want) {
				t.Errorf("%s: got %q, want the limit %s", endpoint, d.gateway.Notices()[i].Message, want)
			}
		}
	}
}
