package gateway

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/rules"
	"example.com/apigw/proxyresponse"
)

// stream is a backend's response that is sent on while it comes: the bytes that the
// backend sends, of which only the beginning is kept.
type stream struct {
	backend string       // what it comes from, for people
	source  io.Reader    // of the backend's bytes
	finish  func() error // ends the backend's call, and returns its error if it has one
	result  *function.Result
	now     func() time.Time
	limits  streamLimits

	received beginning // what the backend sent
	body     io.Reader // what is left for the client; set by the integration response
	passed   beginning // what of it the client was sent

	began        time.Time // when the backend was called
	headersAfter time.Duration
	contentAfter time.Duration // until the first byte of the body; 0 without one
	took         time.Duration // until the end
	notes        []rules.Use   // what went wrong on the way
	broken       bool          // the client has not got all of it

	once sync.Once  // of stop
	mu   sync.Mutex // guards why it was ended early
	idle bool       // nothing came for too long
	gone bool       // the client hung up
}

// beginning keeps the first bytes of what is written to it, and counts them all.
type beginning struct {
	kept []byte
	size int
}

// Write implements [io.Writer].
func (b *beginning) Write(p []byte) (int, error) {
	b.kept = append(b.kept, p[:min(len(p), record.MaxBody-len(b.kept))]...)
	b.size += len(p)
	return len(p), nil
}

// Read implements [io.Reader]: it reads what the backend sends.
func (s *stream) Read(p []byte) (int, error) {
	n, err := s.source.Read(p)
	s.received.Write(p[:n])
	return n, err
}

// stop ends the backend's call if it has not ended, and notes how long it took. A
// function goes on, as it does on AWS (documented), but what it sends is dropped.
func (s *stream) stop() (err error) {
	s.once.Do(func() {
		err = s.finish()
		s.took = s.now().Sub(s.began)
	})
	return err
}

// response returns the client's response with what is left of the backend's as its
// body.
func (s *stream) response(status int, header proxyresponse.Header, body io.Reader) clientResponse {
	s.headersAfter = s.now().Sub(s.began)
	s.body = body
	return clientResponse{status: status, header: header, stream: s}
}

// streamLimits are those that AWS sets for streams. The zero value is none.
type streamLimits struct {
	idle time.Duration // between two pieces
	slow bool          // what is beyond the free bytes is slowed down
}

// Limits of streams (documented: "Stream the integration response for your proxy
// integrations").
const (
	streamIdle     = 5 * time.Minute
	streamIdleEdge = 30 * time.Second
	streamFree     = 10 << 20 // bytes that are sent as fast as they come
	streamRate     = 2 << 20  // bytes a second after that
)

// streamLimits returns the limits that are enforced for a method, or says that none
// are.
func (d *deployer) streamLimits(m *method) streamLimits {
	idle := streamIdle
	if m.stage.api.EndpointType == "EDGE" {
		idle = streamIdleEdge
	}
	if !d.options.StageThrottles {
		d.streamNotLimited(m, idle)
		return streamLimits{}
	}
	return streamLimits{idle: idle, slow: true}
}

// pause returns how long the next piece has to wait, of a stream that had sent all its
// free bytes some time ago.
func (l streamLimits) pause(size int, since time.Duration) time.Duration {
	if !l.slow || size <= streamFree {
		return 0
	}
	due := time.Duration(float64(size-streamFree) / streamRate * float64(time.Second))
	return max(due-since, 0)
}

// lambdaStream is AWS_PROXY with the response transfer mode STREAM: the function's
// result is metadata, and a body that is sent on as it comes.
type lambdaStream struct {
	lambdaProxy
	limits streamLimits
}

// call implements [integration]. It returns once the function sends something, or is
// done.
func (l *lambdaStream) call(ctx context.Context, out *integrationRequest) (backendResponse, *gatewayresponse.Error) {
	back, failure := l.accept(out)
	if failure != nil {
		return back, failure
	}
	ctx, cancel := context.WithCancel(ctx)
	reader, writer := io.Pipe()
	done := make(chan struct{})
	s := &stream{backend: "The function " + l.target.Name, now: l.now, limits: l.limits, result: new(function.Result), began: l.now()}
	var refused error
	go func() {
		defer close(done)
		in := l.invocation(out)
		in.Output = writer
		*s.result, refused = l.invoker.Invoke(ctx, l.target.ARN, in)
		s.result.RequestID = orElse(s.result.RequestID, out.lambda.requestID)
		switch {
		case refused != nil:
			writer.CloseWithError(refused)
		case s.result.FunctionError != "":
			writer.CloseWithError(errFunctionFailed)
		default:
			_, _ = writer.Write(s.result.Payload) // of an invoker that does not stream
			writer.Close()
		}
	}()
	s.finish = func() error {
		reader.Close()
		cancel()
		<-done
		return refused
	}
	ahead := bufio.NewReader(reader)
	s.source = ahead
	_, err := ahead.Peek(1)
	if err != nil && err != io.EOF && err != errFunctionFailed {
		_ = s.stop()
		back.took = s.took
		return back, l.refused(ctx, out.lambda.requestID, refused)
	}
	back.status, back.contentType, back.result, back.stream = http.StatusOK, "application/json", s.result, s
	return back, nil
}

// errFunctionFailed is the error of a stream whose function failed.
var errFunctionFailed = errors.New("the function failed")

// response implements [integration]. It returns once the metadata has come.
func (l *lambdaStream) response(ctx context.Context, in *methodRequest, out *integrationRequest, back *backendResponse) (integrationResponse, *gatewayresponse.Error) {
	s := back.stream
	verdict, body, err := proxyresponse.CheckStream(s)
	if err == nil && verdict.OK() && verdict.Status >= http.StatusOK {
		return integrationResponse{client: s.response(verdict.Status, verdict.Header, body), violations: verdict.Notes, trace: true}, nil
	}
	refused := s.stop()
	switch {
	case err == errFunctionFailed:
		verdict = proxyresponse.Invocation{
			Payload: s.result.Payload, FunctionError: s.result.FunctionError, RequestID: s.result.RequestID, Streams: true,
		}.Check()
	case err != nil:
		return integrationResponse{}, l.refused(ctx, out.lambda.requestID, orError(refused, err))
	case verdict.OK():
		return integrationResponse{}, gatewayresponse.MalformedProxyResponse(http.StatusInternalServerError, "").
			By(rules.Of("result-status-informational", "status", verdict.Status))
	}
	return integrationResponse{violations: verdict.Violations, trace: true}, gatewayresponse.MalformedProxyResponse(verdict.Status, verdict.Log)
}

func orError(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

func orElse(text, other string) string {
	if text != "" {
		return text
	}
	return other
}

// httpStream is HTTP_PROXY with the response transfer mode STREAM.
type httpStream struct {
	httpProxy
	limits streamLimits
}

// call implements [integration]. It returns once the headers of the response have come.
func (h *httpStream) call(ctx context.Context, out *integrationRequest) (backendResponse, *gatewayresponse.Error) {
	return h.backend.stream(ctx, out, h.limits)
}

// response implements [integration].
func (h *httpStream) response(_ context.Context, _ *methodRequest, _ *integrationRequest, back *backendResponse) (integrationResponse, *gatewayresponse.Error) {
	header := clientHeaders(back.header, func(name string) string {
		if isHeader(name, "Content-Length") {
			return name // it says how long the stream is (assumed: as for functions)
		}
		return remappedFromBackend(name)
	}, "application/json")
	return integrationResponse{client: back.stream.response(back.status, header, back.stream)}, nil
}

// stream sends the request, and leaves the body of the response to be read.
func (b *httpBackend) stream(ctx context.Context, out *integrationRequest, limits streamLimits) (backendResponse, *gatewayresponse.Error) {
	ctx, cancel := context.WithCancel(ctx)
	s := &stream{backend: out.http.URL.Host, now: b.now, limits: limits, began: b.now()}
	response, err := b.roundTrip(ctx, out)
	back := backendResponse{sent: true, took: b.now().Sub(s.began)}
	if err != nil {
		cancel()
		return back, b.failed(ctx, out, response, err)
	}
	s.source = response.Body
	s.finish = func() error {
		cancel()
		return response.Body.Close()
	}
	back.status, back.header, back.contentType = response.StatusCode, backendHeaders(response.Header), response.Header.Get("Content-Type")
	back.stream = s
	return back, nil
}

// pieces holds the memory through which streams pass.
var pieces = sync.Pool{New: func() any { return new([32 << 10]byte) }}

// pass sends the body to the client, piece by piece, until it is over or the client is
// gone. Length is what the headers promise, -1 without a promise; bodiless says that
// HTTP forbids a body. Published is called when all has come, before the client has
// the last byte of a promised length, or the end of another.
func (s *stream) pass(w http.ResponseWriter, r *http.Request, length int, bodiless bool, published func()) {
	buffer := pieces.Get().(*[32 << 10]byte)
	defer pieces.Put(buffer)
	flush := http.NewResponseController(w).Flush
	defer context.AfterFunc(r.Context(), func() { s.endEarly(&s.gone) })()
	idle := s.limits.watch(func() { s.endEarly(&s.idle) })
	defer idle.Stop()

	if !bodiless && length != 0 { // the headers do not wait for the body, if there is one
		_ = flush()
	}
	var last []byte
	var slow time.Time
	for {
		n, err := s.body.Read(buffer[:])
		idle.Reset()
		if n > 0 && s.contentAfter == 0 {
			s.contentAfter = max(s.now().Sub(s.began), 1)
		}
		piece := buffer[:n]
		if left := length - s.passed.size; length >= 0 && n > left {
			s.note(rules.Of("stream-length-wrong", "backend", s.backend, "length", length, "size", "more"))
			piece, err = piece[:left], io.EOF
		}
		s.passed.Write(piece)
		if len(piece) > 0 && s.passed.size == length {
			last = append(last, piece[len(piece)-1])
			piece = piece[:len(piece)-1]
		}
		if len(piece) > 0 && !bodiless {
			if slow.IsZero() && s.passed.size > streamFree {
				slow = s.now()
			}
			if !slow.IsZero() {
				wait(r.Context(), s.limits.pause(s.passed.size, s.now().Sub(slow)))
			}
			if _, gone := w.Write(piece); gone != nil || flush() != nil {
				s.endEarly(&s.gone)
				err = errClientGone
			}
		}
		if err != nil {
			s.over(r, err, length)
			published()
			if len(last) > 0 && !bodiless {
				_, _ = w.Write(last)
			}
			return
		}
	}
}

// errClientGone is why a stream ends whose client has hung up.
var errClientGone = errors.New("the client is gone")

// over notes how a stream ended.
func (s *stream) over(r *http.Request, err error, length int) {
	_ = s.stop()
	s.mu.Lock()
	idle, gone := s.idle, s.gone || r.Context().Err() != nil
	s.mu.Unlock()
	problem := ""
	switch {
	case err == io.EOF && (length < 0 || s.passed.size >= length):
		return
	case err == io.EOF:
		s.note(rules.Of("stream-length-wrong", "backend", s.backend, "length", length, "size", strconv.Itoa(s.passed.size)))
		s.broken = true
		return
	case gone:
		s.note(rules.Of("stream-client-gone", "size", s.passed.size, "backend", s.backend))
		s.broken = true
		return
	case idle:
		problem = "nothing came for " + s.limits.idle.String()
	case errors.Is(err, context.DeadlineExceeded):
		problem = "the integration's timeout was over"
	case err == errFunctionFailed:
		problem = orElse(s.result.ErrorMessage(), s.result.FunctionError)
	default:
		problem = err.Error()
	}
	s.note(rules.Of("stream-cut", "backend", s.backend, "size", s.passed.size, "problem", problem))
	s.broken = true
}

func (s *stream) note(use rules.Use) { s.notes = append(s.notes, use) }

// endEarly ends the backend's call for a reason.
func (s *stream) endEarly(why *bool) {
	s.mu.Lock()
	*why = true
	s.mu.Unlock()
	_ = s.stop()
}

// watchdog calls a function if it is not reset in time. The zero value never does.
type watchdog struct {
	timer *time.Timer
	limit time.Duration
}

func (l streamLimits) watch(bark func()) watchdog {
	if l.idle == 0 {
		return watchdog{}
	}
	return watchdog{time.AfterFunc(l.idle, bark), l.idle}
}

// Reset begins the time anew.
func (d watchdog) Reset() {
	if d.timer != nil {
		d.timer.Reset(d.limit)
	}
}

// Stop ends the watch.
func (d watchdog) Stop() {
	if d.timer != nil {
		d.timer.Stop()
	}
}

// wait waits for a time, or until the client is gone.
func wait(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
