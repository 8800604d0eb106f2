package function

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"example.com/apigw/internal/testwait"
)

// pipe is the reading end of what a function streams.
type pipe struct {
	*io.PipeReader
	result chan Result
}

// stream invokes a function, and returns what it streams.
func (l *lab) stream(ctx context.Context, name, event string) pipe {
	l.t.Helper()
	r, w := io.Pipe()
	p := pipe{r, make(chan Result, 1)}
	go func() {
		result, err := l.Invoke(ctx, name, Invocation{RequestID: testID, Payload: []byte(event), Output: w})
		w.CloseWithError(err)
		p.result <- result
	}()
	return p
}

func TestAPieceOfAStreamComesBeforeTheFunctionGoesOn(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(nil)
	gate := newGate(t)
	s := l.stream(context.Background(), "fault", fmt.Sprintf(`{"Do":"stream","Size":3,"Text":%q}`, gate.path))
	piece := make([]byte, len("piece 0;"))
	for i := range 3 {
		if _, err := io.ReadFull(s, piece); err != nil || string(piece) != fmt.Sprintf("piece %d;", i) {
			t.Fatalf("got %q, %v, want the piece %d", piece, err, i)
		}
		if err := os.WriteFile(gate.path+fmt.Sprint(i), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if rest, err := io.ReadAll(s); len(rest) > 0 || err != nil {
		t.Errorf("got %q, %v, want the end", rest, err)
	}
	if result := testwait.Receive(t, "the result", s.result); result.FunctionError != "" || len(result.Payload) > 0 {
		t.Errorf("got %+v, want no error, and no payload beside the stream", result)
	}
	l.report(`{}`) // the process serves on
	if !slices.Contains(l.lines(), testID+": status 202 403") {
		t.Errorf("got the lines %q, want a result that is taken, and an error after it that is not", l.lines())
	}
}

func TestStreamsThatFail(t *testing.T) {
	for _, c := range []struct {
		rule, event, body, payload string
		change                     func(*Spec)
	}{
		{"the trailer may be an error", `{"Do":"trailer","Text":"eyJlcnJvclR5cGUiOiJUb3JuIn0="}`, "half a res", `{"errorType":"Torn"}`, nil},
		{"an error in place of a stream", `{"Do":"error","Text":"{\"errorType\":\"E\"}"}`, "", `{"errorType":"E"}`, nil},
		{"an exit in place of a stream", `{"Do":"exit","Size":3}`, "", `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ` + testID + ` Error: Runtime exited with error: exit status 3"}`, nil},
		{"a timeout half-way", `{"Do":"stream","Size":2,"Text":"/nowhere/gate"}`, "piece 0;", "Task timed out after 0.40 seconds", func(s *Spec) { s.Timeout = 400 * time.Millisecond }},
	} {
		t.Run(c.rule, func(t *testing.T) {
			l := newLab(t, Options{})
			l.fault(c.change)
			s := l.stream(context.Background(), "fault", c.event)
			body, err := io.ReadAll(s)
			result := testwait.Receive(t, "the result", s.result)
			if string(body) != c.body || err != nil || result.FunctionError != "Unhandled" || !strings.Contains(string(result.Payload), c.payload) {
				t.Errorf("got %q, %v, %q, %s; want %q, Unhandled, %s", body, err, result.FunctionError, result.Payload, c.body, c.payload)
			}
		})
	}
}

// Documented: a stream is not interrupted if nobody reads it any more.
func TestAFunctionRunsOnWhenNobodyReadsItsStream(t *testing.T) {
	l := newLab(t, Options{ReportLines: true})
	l.fault(nil)
	gate := newGate(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s := l.stream(ctx, "fault", fmt.Sprintf(`{"Do":"stream","Size":2,"Text":%q}`, gate.path))
	if _, err := io.ReadFull(s, make([]byte, 3)); err != nil {
		t.Fatal(err)
	}
	s.Close()
	cancel()
	testwait.Receive(t, "the end of Invoke", s.result)
	for i := range 2 {
		if err := os.WriteFile(gate.path+fmt.Sprint(i), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	testwait.Until(t, "the function has ended", func() bool {
		return slices.ContainsFunc(l.lines(), func(line string) bool { return strings.HasPrefix(line, testID+": REPORT") })
	})
	l.report(`{}`)
}

func TestHandlersStream(t *testing.T) {
	boom := errors.New("boom")
	gate := make(chan struct{})
	for _, c := range []struct {
		rule    string
		handler any
		body    string
		payload string // of a function that fails
	}{
		{"a reader", func(context.Context, struct{}) (*events.APIGatewayProxyStreamingResponse, error) {
			r, w := io.Pipe()
			go func() {
				io.WriteString(w, "one")
				<-gate
				io.WriteString(w, "two")
				w.Close()
			}()
			return &events.APIGatewayProxyStreamingResponse{StatusCode: 200, Body: r}, nil
		}, `{"statusCode":200}` + strings.Repeat("\x00", 8) + "one|two", ""},
		{"a reader that fails", func(context.Context, struct{}) (io.Reader, error) {
			return io.MultiReader(strings.NewReader("half"), readerOf{boom}), nil
		}, "half", `{"errorMessage":"boom","errorType":"errorString"}`},
		{"an error", func(context.Context, struct{}) (io.Reader, error) { return nil, boom }, "", `{"errorMessage":"boom","errorType":"errorString"}`},
		{"nil", func(context.Context, struct{}) (*bytes.Reader, error) { return nil, nil }, "null", ""},
		{"a value that is no reader", func(context.Context, struct{}) (map[string]int, error) { return map[string]int{"a": 1}, nil }, `{"a":1}`, ""},
		{"a panic", func(context.Context, struct{}) (io.Reader, error) { panic("boom") }, "", `{"errorMessage":"boom","errorType":"string"`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			l := newLab(t, Options{})
			s := Spec{Name: "go", Timeout: time.Minute}
			l.keyOf = map[string]string{s.Name: s.key()}
			if err := l.SetHandler(s, NewHandler(c.handler)); err != nil {
				t.Fatal(err)
			}
			stream := l.stream(context.Background(), "go", `{}`)
			want, later, gated := strings.Cut(c.body, "|")
			got := make([]byte, len(want))
			_, err := io.ReadFull(stream, got)
			if gated {
				gate <- struct{}{}
			}
			rest, endErr := io.ReadAll(stream)
			result := testwait.Receive(t, "the result", stream.result)
			if string(got) != want || string(rest) != later || err != nil || endErr != nil || (result.FunctionError != "") != (c.payload != "") || !strings.HasPrefix(string(result.Payload), c.payload) {
				t.Errorf("got %q, %v, %q, %v, %q %s; want %q, %q and %s", got, err, rest, endErr, result.FunctionError, result.Payload, want, later, c.payload)
			}
		})
	}
}

type readerOf struct{ err error }

func (r readerOf) Read([]byte) (int, error) { return 0, r.err }

// endless is a reader without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestTheLimitOfStreams(t *testing.T) {
	for _, c := range []struct {
		rule string
		from io.Reader
		size int64
		want error
	}{
		{"200 MB pass", io.LimitReader(endless{}, maxStream), maxStream, nil},
		{"no more does", endless{}, maxStream, errTooLarge},
	} {
		var passed counter
		err := pass(&passed, c.from)
		if int64(passed) != c.size || err != c.want {
			t.Errorf("%s: got %d bytes, %v, want %d, %v", c.rule, passed, err, c.size, c.want)
		}
	}
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

func TestAHandlerThatStreamsIsOneLikeOthersForCallersThatDoNot(t *testing.T) {
	l := newLab(t, Options{})
	s := Spec{Name: "go", Timeout: time.Minute}
	l.keyOf = map[string]string{s.Name: s.key()}
	if err := l.SetHandler(s, NewHandler(func(context.Context) (io.Reader, error) { return strings.NewReader("whole"), nil })); err != nil {
		t.Fatal(err)
	}
	result, err := l.Invoke(context.Background(), "go", Invocation{})
	if string(result.Payload) != "whole" || err != nil {
		t.Errorf("got %s, %v, want whole", result.Payload, err)
	}
}
