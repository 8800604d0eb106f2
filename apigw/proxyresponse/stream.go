package proxyresponse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
)

// MaxMetadata is how many bytes the metadata of a streamed result may have, with the
// delimiter behind it (documented as 16 KB; that it is 16,384 bytes is assumed).
const MaxMetadata = 16 << 10

// streamDelimiter is between the metadata of a streamed result and its body.
const streamDelimiter = "\x00\x00\x00\x00\x00\x00\x00\x00"

// streamMediaType is the Content-Type with which a function sends a streamed result
// to Lambda.
const streamMediaType = "application/vnd.awslambda.http-integration-response"

// Streaming is an HTTP response whose body reaches the client while the function
// still writes it. A function returns a *Streaming as its result, and lambda.Start
// reads it: first the metadata (status and headers as JSON, and eight NUL bytes), then
// the body.
//
// The integration must be one that streams: its type is AWS_PROXY, its response
// transfer mode STREAM, and its URI ends in /response-streaming-invocations. With any
// other the client gets no body. The function needs the build tag lambda.norpc, or a
// runtime named provided.
//
// Mistakes in building one are kept until it is read, as those of [Response] are. It
// is then a 500 without detail; [StreamHandler] logs the cause, and [Streaming.Err]
// returns it. An error of the body comes too late for a status: the client's
// connection is cut.
type Streaming struct {
	head    Response // without its body
	body    io.Reader
	rest    []byte // what is left of the metadata, once reading has begun
	started bool
	late    error       // that came with the last bytes
	broken  func(error) // gets an error of the body; may be nil
	end     func()      // may be nil
}

// Stream returns a response whose body is read from body until its end. Body is
// closed if it is an io.Closer. The status and mediaType are as those of [Binary];
// streams of events have the media type "text/event-stream". API Gateway passes any
// bytes on: binaryMediaTypes does not matter.
func Stream(status int, mediaType string, body io.Reader) *Streaming {
	head := Binary(status, mediaType, nil)
	return &Streaming{head: head, body: body}
}

// StreamFunc returns a response whose body is what write writes. Each Write is sent
// on at once. It returns an error when nobody reads any more, and write should return
// then. An error of write, or a panic, cuts the response off.
//
// Write runs in a goroutine of its own, which begins when the response is read.
func StreamFunc(status int, mediaType string, write func(w io.Writer) error) *Streaming {
	return Stream(status, mediaType, &written{write: write})
}

// WithHeader returns a copy of s with a header, as [Response.WithHeader] does it. A
// Content-Length tells the client how long the body will be; other responses are
// sent in chunks.
func (s *Streaming) WithHeader(name string, values ...string) *Streaming {
	return s.with(s.head.WithHeader(name, values...))
}

// WithCookie returns a copy of s that sets one more cookie, as [Response.WithCookie]
// does it.
func (s *Streaming) WithCookie(c *http.Cookie) *Streaming {
	return s.with(s.head.WithCookie(c))
}

func (s *Streaming) with(head Response) *Streaming {
	copied := *s
	copied.head = head
	return &copied
}

// Status returns the status that is sent, as [Response.Status] does.
func (s *Streaming) Status() int { return s.head.Status() }

// Header returns a copy of the headers that are sent.
func (s *Streaming) Header() Header { return s.head.Header() }

// Err returns why s cannot be sent as it was built, or nil if it can.
func (s *Streaming) Err() error {
	_, err := s.metadata()
	return err
}

// metadata returns what comes before the body, or why there is none.
func (s *Streaming) metadata() ([]byte, error) {
	if s.head.err != nil {
		return nil, s.head.err
	}
	m := metadata{StatusCode: s.head.Status()}
	m.Headers, m.MultiValueHeaders = s.head.header.maps()
	encoded, err := encodeJSON(m)
	if err != nil {
		return nil, err
	}
	text := []byte(encoded + streamDelimiter)
	if len(text) > MaxMetadata {
		return nil, fmt.Errorf("the metadata has %d bytes with its delimiter; API Gateway's limit is %d", len(text), MaxMetadata)
	}
	return text, nil
}

// metadata is what API Gateway expects before the body of a streamed result. There is
// a member cookies, too; Set-Cookie among the headers says the same.
type metadata struct {
	StatusCode        int                 `json:"statusCode"`
	Headers           map[string]string   `json:"headers,omitempty"`
	MultiValueHeaders map[string][]string `json:"multiValueHeaders,omitempty"`
}

// Read reads the metadata, then the body.
func (s *Streaming) Read(p []byte) (int, error) {
	if !s.started {
		s.start()
	}
	if len(s.rest) > 0 {
		n := copy(p, s.rest)
		s.rest = s.rest[n:]
		return n, nil
	}
	if s.late != nil || s.body == nil {
		return 0, s.atEnd()
	}
	n, err := readBody(s.body, p)
	if err != nil && err != io.EOF && s.broken != nil {
		s.broken(err)
	}
	if n > 0 && err != nil {
		// aws-lambda-go drops bytes that come with an error.
		s.late, err = err, nil
	}
	return n, err
}

func (s *Streaming) atEnd() error {
	if s.late != nil {
		return s.late
	}
	return io.EOF
}

// start makes the metadata. After a mistake it is that of a 500, and the body is
// that of the 500.
func (s *Streaming) start() {
	s.started = true
	text, err := s.metadata()
	if err != nil {
		s.close()
		sorry := Error(http.StatusInternalServerError, "")
		text, _ = (&Streaming{head: sorry}).metadata() // a sound response has metadata
		text = append(text, sorry.body...)
	} else if s.Status() == http.StatusNoContent || s.Status() == http.StatusNotModified {
		s.close() // HTTP forbids a body with these (RFC 9110, section 6.4.1)
	} else if s.body == nil {
		text = append(text, s.head.body...)
	}
	s.rest = text
}

// readBody reads from a body. One that panics fails.
func readBody(body io.Reader, p []byte) (n int, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			n, err = 0, panicError(cause)
		}
	}()
	return body.Read(p)
}

func panicError(cause any) error {
	if err, ok := cause.(error); ok {
		return fmt.Errorf("panic: %w", err)
	}
	return fmt.Errorf("panic: %v", cause)
}

// Close closes the body. The Lambda runtime calls it when it has read the response,
// or cannot send it.
func (s *Streaming) Close() error {
	err := s.close()
	if s.end != nil {
		s.end()
	}
	return err
}

func (s *Streaming) close() error {
	closer, ok := s.body.(io.Closer)
	s.body = nil
	if !ok {
		return nil
	}
	return closer.Close()
}

// MarshalJSON returns an error: a streamed response is not JSON, and the Lambda
// runtime reads one that says so. Behind [Handler] it is a mistake: [StreamHandler]
// takes functions that stream.
func (s *Streaming) MarshalJSON() ([]byte, error) {
	return nil, errors.New("a streamed response has no JSON form; use StreamHandler, or return it to the Lambda runtime as it is")
}

// ContentType returns the media type with which the Lambda runtime sends s to Lambda.
func (s *Streaming) ContentType() string { return streamMediaType }

// written is a body that a function writes.
type written struct {
	write func(io.Writer) error
	pipe  *io.PipeReader
}

// Read implements [io.Reader].
func (b *written) Read(p []byte) (int, error) {
	if b.pipe == nil {
		var w *io.PipeWriter
		b.pipe, w = io.Pipe()
		go func() {
			err := errors.New("the function that writes the body ended its goroutine with runtime.Goexit")
			defer func() { w.CloseWithError(err) }()
			err = writeBody(b.write, w)
		}()
	}
	return b.pipe.Read(p)
}

// writeBody calls write. One that panics fails.
func writeBody(write func(io.Writer) error, w io.Writer) (err error) {
	finished := false
	defer func() {
		if !finished {
			if cause := recover(); cause != nil {
				err = panicError(cause)
			}
		}
	}()
	err = write(w)
	finished = true
	return err
}

// Close lets Write fail from now on.
func (b *written) Close() error {
	if b.pipe == nil {
		return nil
	}
	return b.pipe.Close()
}

// StreamHandler turns fn into a Lambda function that streams its responses, for a
// REST API with a proxy integration that streams. It does for fn what [Handler] does:
// In is as there, and so are errors, panics, deadlines, options and the log, as long
// as fn has not returned. The context of fn ends when its body has been read, and
// shortly before the deadline of the invocation.
//
// What goes wrong while the body is read is logged, and reported to Lambda; the
// response is cut off.
func StreamHandler[In any](fn func(context.Context, In) (*Streaming, error), options ...Option) func(context.Context, json.RawMessage) (*Streaming, error) {
	h, call := newHandler(fn, options)
	return func(ctx context.Context, payload json.RawMessage) (*Streaming, error) {
		return h.serveStream(ctx, payload, call), nil
	}
}

// serveStream returns the response for one invocation.
func (h *handler) serveStream(ctx context.Context, payload []byte, call callFunc) *Streaming {
	ctx, cancel := endEarlier(ctx)
	o, origin, requestID := h.outcome(ctx, payload, call)
	s := o.stream
	if s == nil {
		s = &Streaming{head: o.response}
	} else {
		s = s.with(s.head)
	}
	s.head = h.cors.apply(s.head, origin)
	s.end = cancel
	s.broken = func(err error) {
		h.log(ctx, report{level: slog.LevelError, text: "the body broke off", rule: ruleStreamBroken, err: err},
			slog.Int("status", s.Status()), slog.String("apiRequestId", requestID))
	}
	if err := s.Err(); err != nil {
		o.reports = append(o.reports, unsendable(err))
		s.close()
		s.head, s.body = h.cors.apply(Error(http.StatusInternalServerError, ""), origin), nil
	}
	for _, r := range o.reports {
		h.log(ctx, r, slog.Int("status", s.Status()), slog.String("apiRequestId", requestID))
	}
	return s
}
