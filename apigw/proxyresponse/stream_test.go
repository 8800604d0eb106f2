package proxyresponse

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

// The library and the gateway agree about what a streamed result is.
func TestStreamedResults(t *testing.T) {
	const nuls = streamDelimiter
	many := strings.Repeat("x", MaxMetadata)
	// A metadata of exactly this many bytes.
	ofSize := func(size int) string { return `{"headers":{"x":"` + many[:size-len(`{"headers":{"x":""}}`)] + `"}}` }
	for _, c := range []struct {
		rule   string
		stream string
		status int
		header string
		body   string
		found  string // violations and notes
	}{
		{"status, headers and body", `{"statusCode":201,"headers":{"Content-Type":"text/plain"}}` + nuls + "hello", 201, "Content-Type: text/plain", "hello", ""},
		{"no key is mandatory", `{}` + nuls + "hello", 200, "Content-Type: application/json", "hello", ""},
		{"a body may be empty", `{}` + nuls, 200, "Content-Type: application/json", "", ""},
		{"a body may begin with NUL", `{}` + nuls + "\x00b", 200, "Content-Type: application/json", "\x00b", ""},
		{"a body may have the delimiter", `{}` + nuls + "a" + nuls + "b", 200, "Content-Type: application/json", "a" + nuls + "b", ""},
		{"spaces around the metadata do not count", " {} \n" + nuls + "b", 200, "Content-Type: application/json", "b", ""},
		{"values of multiValueHeaders come first", `{"headers":{"a":"1"},"multiValueHeaders":{"A":["2","3"]}}` + nuls, 200, "A: 2, 3, 1, Content-Type: application/json", "", ""},
		{"cookies are values of Set-Cookie", `{"cookies":["a=1","b=2"]}` + nuls, 200, "Content-Type: application/json, Set-Cookie: a=1, b=2", "", ""},
		{"null is no cookie", `{"cookies":null}` + nuls, 200, "Content-Type: application/json", "", ""},
		{"Content-Length stays", `{"headers":{"content-length":"5"}}` + nuls + "hello", 200, "content-length: 5, Content-Type: application/json", "hello", ""},
		{"a Content-Length that is not a number is renamed", `{"headers":{"Content-Length":"five"}}` + nuls, 200, "x-amzn-Remapped-Content-Length: five, Content-Type: application/json", "", "header-remapped"},
		{"Transfer-Encoding: chunked is the default", `{"headers":{"Transfer-Encoding":"chunked"}}` + nuls, 200, "Content-Type: application/json", "", ""},
		{"other transfer encodings are dropped", `{"headers":{"Transfer-Encoding":"gzip"}}` + nuls, 200, "Content-Type: application/json", "", "header-dropped"},
		{"the delimiter may end at 16 KB", ofSize(MaxMetadata-8) + nuls + "b", 200, "x: " + many[:MaxMetadata-8-20] + ", Content-Type: application/json", "b", ""},

		{"the delimiter may not end later", ofSize(MaxMetadata-7) + nuls + "b", 500, "", "", "stream-no-delimiter"},
		{"seven NUL bytes are no delimiter", `{}` + nuls[1:] + "b", 500, "", "", "stream-no-delimiter"},
		{"an empty stream has no delimiter", "", 500, "", "", "stream-no-delimiter"},
		{"text without metadata", "data: a\n\n", 500, "", "", "stream-no-delimiter"},
		{"an envelope is no stream", `{"statusCode":200,"body":"{}"}`, 500, "", "", "stream-not-streamed"},
		{"any JSON is no stream", `"text"`, 500, "", "", "stream-not-streamed"},
		{"no metadata", nuls + "b", 500, "", "", "stream-metadata-invalid"},
		{"metadata must be JSON", `{statusCode:200}` + nuls + "b", 500, "", "", "stream-metadata-invalid"},
		{"metadata must be an object", `[200]` + nuls + "b", 500, "", "", "stream-metadata-invalid"},
		{"metadata has four keys", `{"body":"x","StatusCode":1}` + nuls, 500, "", "", "stream-key stream-key"},
		{"cookies are a list", `{"cookies":"a=1"}` + nuls, 500, "", "", "stream-cookies"},
		{"cookies are texts", `{"cookies":[["a=1"]]}` + nuls, 500, "", "", "stream-cookies"},
		{"a cookie fits on a line", `{"cookies":["a\nb"]}` + nuls, 500, "", "", "header-invalid"},
		{"a header is a text", `{"headers":{"a":["b"]}}` + nuls, 500, "", "", "header-value-not-string"},
		{"a status is a number", `{"statusCode":"OK"}` + nuls, 500, "", "", "status-not-number"},
	} {
		for way, r := range map[string]io.Reader{
			"at once": strings.NewReader(c.stream), "byte by byte": iotest.OneByteReader(strings.NewReader(c.stream)),
			"with its end": iotest.DataErrReader(strings.NewReader(c.stream)),
		} {
			v, body, err := CheckStream(r)
			var got []byte
			if body != nil && err == nil {
				got, err = io.ReadAll(body)
			}
			header := strings.ReplaceAll(headerLines(v.Header), "\n", ", ")
			if c.status == 500 {
				header = ""
			}
			if found := strings.Join(append(ruleIDs(v.Violations), ruleIDs(v.Notes)...), " "); v.Status != c.status || header != c.header || string(got) != c.body || found != c.found || err != nil {
				t.Errorf("%s, %s: got %d, %.200q, %.100q, %s, %v; want %d, %.200q, %.100q, %s", c.rule, way, v.Status, header, got, found, err, c.status, c.header, c.body, c.found)
			}
		}
	}
}

func TestAnErrorBeforeTheDelimiterIsThatOfTheCheck(t *testing.T) {
	want := errors.New("boom")
	_, body, err := CheckStream(io.MultiReader(strings.NewReader(`{}`), iotest.ErrReader(want)))
	if body != nil || err != want {
		t.Errorf("got %v, %v, want no body and %v", body, err, want)
	}
}

func TestAnErrorAfterTheDelimiterIsThatOfTheBody(t *testing.T) {
	want := errors.New("boom")
	_, body, err := CheckStream(io.MultiReader(strings.NewReader(`{}`+streamDelimiter+"half"), iotest.ErrReader(want)))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(body); string(got) != "half" || err != want {
		t.Errorf("got %q, %v, want half and %v", got, err, want)
	}
}

// closes is a body that says whether it was closed.
type closes struct {
	io.Reader
	closed bool
}

func (c *closes) Close() error {
	c.closed = true
	return nil
}

func TestWhatIsBuiltPassesTheCheck(t *testing.T) {
	body := func() io.Reader { return strings.NewReader("hello") }
	const failed = `{"message":"Internal server error"}`
	for _, c := range []struct {
		rule   string
		build  *Streaming
		status int
		header string
		body   string
		err    string
	}{
		{"status, media type, headers and cookies",
			Stream(201, "text/event-stream", body()).WithHeader("A", "1", "2").WithCookie(&http.Cookie{Name: "a", Value: "1"}),
			201, "A: 1, 2, Content-Type: text/event-stream, Set-Cookie: a=1", "hello", ""},
		{"without a media type it is bytes", Stream(200, "", body()), 200, "Content-Type: application/octet-stream", "hello", ""},
		{"nil is an empty body", Stream(200, "text/plain", nil), 200, "Content-Type: text/plain", "", ""},
		{"204 has no body", Stream(204, "text/plain", body()), 204, "Content-Type: application/json", "", ""},
		{"a length", Stream(200, "text/plain", body()).WithHeader("Content-Length", "5"), 200, "Content-Length: 5, Content-Type: text/plain", "hello", ""},
		{"a function that writes", StreamFunc(200, "text/plain", func(w io.Writer) error {
			_, err := io.WriteString(w, "hello")
			return err
		}), 200, "Content-Type: text/plain", "hello", ""},
		{"a status that is none", Stream(99, "text/plain", body()), 500, "Content-Type: application/json", failed, "status 99"},
		{"a media type that is none", Stream(200, "text", body()), 500, "Content-Type: application/json", failed, "media type"},
		{"a header that cannot be sent", Stream(200, "text/plain", body()).WithHeader("A", "1\n2"), 500, "Content-Type: application/json", failed, "header A"},
		{"too much metadata", Stream(200, "text/plain", body()).WithHeader("A", strings.Repeat("x", MaxMetadata)), 500, "Content-Type: application/json", failed, "16384"},
	} {
		err := c.build.Err()
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: got the error %v, want one with %q", c.rule, err, c.err)
		}
		v, rest, err := CheckStream(c.build)
		if err != nil || rest == nil {
			t.Fatalf("%s: got %+v, %v, want a stream that is taken", c.rule, v, err)
		}
		got, err := io.ReadAll(rest)
		if header := strings.ReplaceAll(headerLines(v.Header), "\n", ", "); v.Status != c.status || header != c.header || string(got) != c.body || err != nil {
			t.Errorf("%s: got %d, %q, %q, %v; want %d, %q, %q", c.rule, v.Status, header, got, err, c.status, c.header, c.body)
		}
	}
}

// The metadata must not wait for the body, and what is written must not wait for more.
func TestEachPieceIsReadAsItIsWritten(t *testing.T) {
	release := make(chan struct{}, 1)
	s := StreamFunc(http.StatusOK, "text/plain", func(w io.Writer) error {
		<-release
		io.WriteString(w, "one")
		<-release
		io.WriteString(w, "two")
		return nil
	})
	piece := make([]byte, 1000)
	next := func() string {
		t.Helper()
		n, err := s.Read(piece)
		if err != nil {
			t.Fatal(err)
		}
		return string(piece[:n])
	}
	if got := next(); !strings.HasSuffix(got, streamDelimiter) {
		t.Errorf("got %q first, want the metadata with its delimiter", got)
	}
	for _, want := range []string{"one", "two"} {
		release <- struct{}{}
		if got := next(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if _, err := s.Read(piece); err != io.EOF {
		t.Errorf("got the error %v, want the end", err)
	}
}

// aws-lambda-go drops the bytes of a Read that returns an error with them.
func TestTheLastBytesBeforeAnErrorAreNotLost(t *testing.T) {
	want := errors.New("boom")
	s := Stream(http.StatusOK, "text/plain", iotest.DataErrReader(io.MultiReader(strings.NewReader("half"), iotest.ErrReader(want))))
	got, err := io.ReadAll(readerThatDropsBytesWithErrors{s})
	if !strings.HasSuffix(string(got), "half") || err != want {
		t.Errorf("got %q, %v, want half at the end and %v", got, err, want)
	}
}

type readerThatDropsBytesWithErrors struct{ from io.Reader }

func (r readerThatDropsBytesWithErrors) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	if err != nil {
		return 0, err
	}
	return n, nil
}

func TestABodyThatFails(t *testing.T) {
	boom := errors.New("boom")
	for _, c := range []struct {
		rule  string
		write func(io.Writer) error
		want  string
	}{
		{"an error", func(io.Writer) error { return boom }, "boom"},
		{"a panic", func(io.Writer) error { panic("boom") }, "panic: boom"},
		{"a panic with an error", func(io.Writer) error { panic(boom) }, "panic: boom"},
	} {
		_, err := io.ReadAll(StreamFunc(200, "text/plain", c.write))
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got the error %v, want %s", c.rule, err, c.want)
		}
	}
	if _, err := io.ReadAll(Stream(200, "text/plain", readerThatPanics{})); err == nil || err.Error() != "panic: boom" {
		t.Errorf("a reader that panics: got the error %v, want panic: boom", err)
	}
}

type readerThatPanics struct{}

func (readerThatPanics) Read([]byte) (int, error) { panic("boom") }

// Who reads no further ends the function that writes.
func TestCloseEndsTheBody(t *testing.T) {
	result := make(chan error, 1)
	s := StreamFunc(200, "text/plain", func(w io.Writer) error {
		for {
			if _, err := w.Write([]byte("x")); err != nil {
				result <- err
				return err
			}
		}
	})
	if _, err := io.ReadFull(s, make([]byte, 200)); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if err := <-result; err != io.ErrClosedPipe {
		t.Errorf("got the error %v of Write, want %v", err, io.ErrClosedPipe)
	}

	body := &closes{Reader: strings.NewReader("x")}
	Stream(200, "text/plain", body).Close()
	broken := &closes{Reader: strings.NewReader("x")}
	io.ReadAll(Stream(99, "text/plain", broken))
	if !body.closed || !broken.closed {
		t.Errorf("got closed %v, and %v after a mistake, want both", body.closed, broken.closed)
	}
}

func TestStreamHandler(t *testing.T) {
	const get = `{"httpMethod":"GET","headers":{"Origin":"https://a.example"},"requestContext":{"requestId":"id"}}`
	cors := WithCORS(CORS{AllowedOrigins: []string{"https://a.example"}})
	stream := func(context.Context, struct{}) (*Streaming, error) {
		return Stream(200, "text/plain", strings.NewReader("hello")), nil
	}
	for _, c := range []struct {
		rule   string
		fn     func(context.Context, struct{}) (*Streaming, error)
		event  string
		status int
		body   string
		logged string
	}{
		{"a stream", stream, get, 200, "hello", ""},
		{"no response is a 204", func(context.Context, struct{}) (*Streaming, error) { return nil, nil }, get, 204, "", ""},
		{"an error is a 500", func(context.Context, struct{}) (*Streaming, error) { return nil, errors.New("secret") }, get, 500, `{"message":"Internal server error"}`, "secret"},
		{"an HTTPError has its status", func(context.Context, struct{}) (*Streaming, error) {
			return nil, &HTTPError{Status: 409, Message: "taken"}
		}, get, 409, `{"message":"taken"}`, "refused"},
		{"a panic is a 500", func(context.Context, struct{}) (*Streaming, error) { panic("secret") }, get, 500, `{"message":"Internal server error"}`, "secret"},
		{"a mistake is a 500", func(context.Context, struct{}) (*Streaming, error) {
			return Stream(99, "text/plain", strings.NewReader("hello")), nil
		}, get, 500, `{"message":"Internal server error"}`, "status 99"},
		{"an event of another integration is a 500", stream, `{"name":"Ada"}`, 500, `{"message":"Internal server error"}`, "not an event"},
	} {
		var log bytes.Buffer
		handler := StreamHandler(c.fn, cors, WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
		result, err := handler(context.Background(), json.RawMessage(c.event))
		if err != nil {
			t.Fatal(err)
		}
		v, rest, err := CheckStream(result)
		if err != nil || rest == nil {
			t.Fatalf("%s: got %+v, %v, want a stream that is taken", c.rule, v, err)
		}
		body, err := io.ReadAll(rest)
		result.Close()
		allowed := c.event != get || v.Header.Get("Access-Control-Allow-Origin") == "https://a.example"
		if v.Status != c.status || string(body) != c.body || err != nil || !strings.Contains(log.String(), c.logged) || (c.logged == "") != (log.Len() == 0) || !allowed {
			t.Errorf("%s: got %d, %q, %v, %v, the log %q; want %d, %q, CORS headers and a log with %q", c.rule, v.Status, body, err, v.Header, log.String(), c.status, c.body, c.logged)
		}
	}
}

// The function's context lives as long as its body.
func TestTheContextOfAStreamEndsWithIt(t *testing.T) {
	var ctx context.Context
	handler := StreamHandler(func(c context.Context, _ struct{}) (*Streaming, error) {
		ctx = c
		return Stream(200, "text/plain", strings.NewReader("hello")), nil
	})
	result, _ := handler(context.Background(), json.RawMessage(`{"httpMethod":"GET","requestContext":{}}`))
	io.ReadAll(result)
	if err := ctx.Err(); err != nil {
		t.Errorf("got %v before the stream is closed, want a context that lives", err)
	}
	result.Close()
	if ctx.Err() == nil {
		t.Error("got a context that lives after the stream is closed, want its end")
	}
}

func TestABodyThatBreaksOffIsLogged(t *testing.T) {
	var log bytes.Buffer
	handler := StreamHandler(func(context.Context, struct{}) (*Streaming, error) {
		return StreamFunc(200, "text/plain", func(io.Writer) error { return errors.New("no more") }), nil
	}, WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	result, _ := handler(context.Background(), json.RawMessage(`{"httpMethod":"GET","requestContext":{"requestId":"id"}}`))
	io.ReadAll(result)
	if got := log.String(); !strings.Contains(got, "no more") || !strings.Contains(got, "apiRequestId=id") || !strings.Contains(got, "rule=stream-broken") {
		t.Errorf("got the log %q, want the error, the request and the rule", got)
	}
}

func TestAStreamBehindHandlerIsA500(t *testing.T) {
	var log bytes.Buffer
	body := &closes{Reader: strings.NewReader("hello")}
	handler := Handler(func(context.Context, struct{}) (*Streaming, error) { return Stream(200, "text/plain", body), nil },
		WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	result, _ := handler(context.Background(), []byte(`{"httpMethod":"GET","requestContext":{}}`))
	if v := Check(result); v.Status != 500 || !v.OK() || !body.closed || !strings.Contains(log.String(), "StreamHandler") {
		t.Errorf("got %+v, closed %v, the log %q; want a sound 500, a closed body and the way out", v, body.closed, log.String())
	}
}

// The Lambda runtime takes the type as a reader, like the one of its own library.
func TestTheLambdaRuntimeReadsAStream(t *testing.T) {
	for name, handler := range map[string]any{
		"ours": StreamHandler(func(context.Context, struct{}) (*Streaming, error) {
			return Stream(200, "text/plain", strings.NewReader("hello")).WithHeader("A", "1", "2"), nil
		}),
		"the library's": func(context.Context, json.RawMessage) (*events.APIGatewayProxyStreamingResponse, error) {
			return &events.APIGatewayProxyStreamingResponse{
				StatusCode: 200, Headers: map[string]string{"Content-Type": "text/plain"}, MultiValueHeaders: map[string][]string{"A": {"1", "2"}}, Body: strings.NewReader("hello"),
			}, nil
		},
	} {
		result, err := lambda.NewHandler(handler).Invoke(context.Background(), []byte(`{"httpMethod":"GET","requestContext":{}}`))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := string(result), `{"statusCode":200,"headers":{"Content-Type":"text/plain"},"multiValueHeaders":{"A":["1","2"]}}`+streamDelimiter+"hello"; got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
