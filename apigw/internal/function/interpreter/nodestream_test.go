package interpreter_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/apigw/internal/function"
	"example.com/apigw/internal/testwait"
)

// stream invokes the function, and returns what it streams.
func (l *lab) stream() (*io.PipeReader, <-chan function.Result) {
	r, w := io.Pipe()
	results := make(chan function.Result, 1)
	go func() {
		result, err := l.host.Invoke(context.Background(), "f", function.Invocation{RequestID: requestID, Payload: []byte(`{"a":1}`), Output: w})
		w.CloseWithError(err)
		results <- result
	}()
	return r, results
}

func TestNodeStreams(t *testing.T) {
	t.Parallel()
	const begin = `exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {
	const http = () => awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { a: "b" } });
	`
	const head = `{"statusCode":201,"headers":{"a":"b"}}` + "\x00\x00\x00\x00\x00\x00\x00\x00"
	for _, c := range []struct {
		rule, runtime, code, body, failed string
	}{
		{"metadata and a body", "nodejs22.x", `stream = http(); stream.write("one"); stream.end("two")`, head + "onetwo", ""},
		{"a pipeline", "nodejs22.x", `await require("stream/promises").pipeline(require("stream").Readable.from(["é", "", Buffer.from("b")]), http())`, head + "éb", ""},
		{"no body", "nodejs22.x", `http().end()`, head, ""},
		{"no metadata", "nodejs22.x", `stream.end(String(event.a) + context.awsRequestId)`, "1" + requestID, ""},
		{"Node.js 24, where callbacks are gone", "nodejs24.x", `http().end("x")`, head + "x", ""},
		{"more than a pipe holds", "nodejs22.x", `stream = http(); for (let i = 0; i < 100; i++) if (!stream.write("x".repeat(65536))) await new Promise((go) => stream.once("drain", go)); stream.end()`,
			head + strings.Repeat("x", 6553600), ""},
		{"an error before the body", "nodejs22.x", `http(); throw new TypeError("boom")`, "", `{"errorType":"TypeError","errorMessage":"boom"`},
		{"an error half-way", "nodejs22.x", `stream = http(); stream.write("half"); await new Promise(setImmediate); throw new TypeError("boom")`, head + "half", `{"errorType":"TypeError","errorMessage":"boom"`},
		{"an error that nobody catches half-way", "nodejs22.x", `stream = http(); stream.write("half"); setTimeout(() => { throw new TypeError("boom") }, 1)`, head + "half", `{"errorType":"TypeError","errorMessage":"boom"`},
		{"an error that nobody catches before the body", "nodejs22.x", `setTimeout(() => { throw new TypeError("boom") }, 1)`, "", `{"errorType":"TypeError","errorMessage":"boom"`},
		{"an exit half-way", "nodejs22.x", `stream = http(); stream.write("half", () => process.exit(3))`, head + "half", `{"errorType":"Runtime.ExitError"`},
		{"a stream that nobody begins", "nodejs22.x", ``, "", `{"errorType":"Runtime.NodeJsExit"`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, c.runtime, "index.handler", map[string]string{"index.js": begin + c.code + "\n})"}, nil)
			for range 2 { // a function serves on, or its next process does
				r, results := l.stream()
				body, err := io.ReadAll(r)
				result := testwait.Receive(t, "the result", results)
				if string(body) != c.body || err != nil || (result.FunctionError != "") != (c.failed != "") || !strings.HasPrefix(string(result.Payload), c.failed) {
					t.Fatalf("got %.200q, %v, %q %s; want %.200q and %s\n%s", body, err, result.FunctionError, result.Payload, c.body, c.failed, strings.Join(l.lines(), ""))
				}
			}
		})
	}
}

func TestANodePieceComesBeforeTheFunctionGoesOn(t *testing.T) {
	t.Parallel()
	gate := filepath.Join(t.TempDir(), "gate")
	l := newLab(t, "nodejs22.x", "index.handler", map[string]string{"index.js": `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
	stream.write("one");
	while (!require("fs").existsSync(process.env.GATE)) await new Promise((go) => setTimeout(go, 5));
	stream.end("two");
})`}, func(s *function.Spec) { s.Environment["GATE"] = gate })
	r, results := l.stream()
	piece := make([]byte, 3)
	if _, err := io.ReadFull(r, piece); err != nil || string(piece) != "one" {
		t.Fatalf("got %q, %v, want one", piece, err)
	}
	if err := os.WriteFile(gate, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(r); string(rest) != "two" || err != nil {
		t.Errorf("got %q, %v, want two", rest, err)
	}
	testwait.Receive(t, "the result", results)
}
