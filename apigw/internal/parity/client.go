package parity

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"example.com/apigw/contract"
	"example.com/apigw/internal/rules"
)

// requestID is the header with the id of a request.
const requestID = "x-amzn-RequestId"

// maxBody is how much of a response is read, in bytes: API Gateway sends 10 MB at
// most, and streams more.
const maxBody = 10 << 20

// response is what came back.
type response struct {
	status  int
	header  http.Header
	body    []byte
	cut     bool // there was more of the body
	failure rules.Use
}

// errorType returns why the gateway itself made the response; empty if it did not.
func (r *response) errorType() string {
	kind, _, _ := strings.Cut(r.header.Get("x-amzn-ErrorType"), ":")
	return strings.TrimSpace(kind)
}

// client sends requests to one of the two sides.
type client struct {
	http    *http.Client
	o       Options
	local   bool
	sign    *Signer
	pace    *pace
	timeout time.Duration
}

func newClient(o Options, local bool) (*client, error) {
	c := &client{o: o, local: local, timeout: cmp.Or(o.Timeout, DefaultTimeout)}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableCompression = true // so that a body is what the API made
	transport.MaxIdleConnsPerHost = concurrency
	transport.MaxResponseHeaderBytes = 256 << 10
	c.http = &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	if local {
		transport.Proxy = nil
		if o.Sign != nil {
			c.sign = localSigner()
		}
		return c, nil
	}
	if o.Transport != nil {
		c.http.Transport = o.Transport
	}
	rate := cmp.Or(o.Rate, DefaultRate)
	if rate < 0 {
		return nil, fmt.Errorf("a rate of %v requests a second: use a positive number", rate)
	}
	c.sign, c.pace = o.Sign, &pace{every: time.Duration(float64(time.Second) / rate)}
	return c, nil
}

func (c *client) close() { c.http.CloseIdleConnections() }

// maxTries is how often a request is sent that is throttled, or gets no connection.
const maxTries = 6

// send sends a request, and once more where that helps. A response with a failure is
// none.
func (c *client) send(ctx context.Context, base string, r contract.Request, key, api string) *response {
	for try := 0; ; try++ {
		got, err := c.once(ctx, base, r, key)
		again := try+1 < maxTries && ctx.Err() == nil && !c.local
		switch {
		case err != nil && again && transient(err, r.Method, try):
		case err != nil:
			return &response{failure: c.unreachable(base, err), header: http.Header{}}
		case got.status != http.StatusTooManyRequests || c.local:
			return got
		case !again:
			got.failure = rules.Of("parity-throttled", "api", api, "tries", maxTries)
			return got
		}
		wait := 250 * time.Millisecond << try
		if got != nil {
			wait = max(wait, retryAfter(got.header))
		}
		wait += rand.N(wait / 2)
		if err := c.wait(ctx, wait); err != nil {
			return &response{failure: c.unreachable(base, err), header: http.Header{}}
		}
	}
}

// retryAfter returns for how long a response asks to wait, within reason.
func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(min(seconds, 10)) * time.Second
}

func (c *client) wait(ctx context.Context, d time.Duration) error {
	if c.o.Wait != nil {
		return c.o.Wait(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// pace lets requests pass at a steady rate.
type pace struct {
	every time.Duration
	mu    sync.Mutex
	next  time.Time
}

// delay returns how long the next request has to wait.
func (p *pace) delay(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.next.Before(now) {
		p.next = now
	}
	delay := p.next.Sub(now)
	p.next = p.next.Add(p.every)
	return delay
}

// once sends a request once.
func (c *client) once(ctx context.Context, base string, r contract.Request, key string) (*response, error) {
	if c.pace != nil {
		if delay := c.pace.delay(time.Now()); delay > 0 {
			if err := c.wait(ctx, delay); err != nil {
				return nil, err
			}
		}
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, r.Method, base+r.Target, strings.NewReader(r.Body))
	if err != nil {
		return nil, err
	}
	if r.Body == "" {
		request.Body, request.ContentLength = http.NoBody, 0
	}
	c.setHeader(request, r, key)
	if c.sign != nil && request.Header.Get("Authorization") == "" {
		if err := c.sign.sign(ctx, request, []byte(r.Body)); err != nil {
			return nil, err
		}
	}
	resp, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if err != nil {
		return nil, err
	}
	got := &response{status: resp.StatusCode, header: resp.Header, body: body}
	if len(body) > maxBody {
		got.body, got.cut = body[:maxBody], true
	}
	return got, nil
}

// setHeader sets the headers of the case, and those of the flags besides.
func (c *client) setHeader(request *http.Request, r contract.Request, key string) {
	for name, value := range r.Headers {
		request.Header.Set(name, value)
	}
	for name, values := range c.o.Header {
		if request.Header.Values(name) == nil {
			request.Header[name] = values
		}
	}
	if c.o.APIKey != "" && request.Header.Get("x-api-key") == "" {
		if !c.local || key == "" {
			key = c.o.APIKey
		}
		request.Header.Set("x-api-key", key)
	}
	if request.Header.Get("User-Agent") == "" {
		request.Header.Set("User-Agent", "apigw-parity")
	}
	if request.Header.Get("Accept") == "" {
		request.Header.Set("Accept", "*/*")
	}
}

// transient reports whether an error may be gone the next time. A request that may
// have reached the API is not sent again unless that does no harm.
func transient(err error, method string, try int) bool {
	if name, ok := errors.AsType[*net.DNSError](err); ok {
		return name.IsTemporary && !name.IsNotFound
	}
	if isCertificate(err) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return false
	}
	dial, ok := errors.AsType[*net.OpError](err)
	if ok && dial.Op == "dial" {
		return try < 1 // what listens nowhere will not do so soon
	}
	return idempotent(method) && try < 2
}

func isCertificate(err error) bool {
	_, verification := errors.AsType[*tls.CertificateVerificationError](err)
	_, hostname := errors.AsType[x509.HostnameError](err)
	_, authority := errors.AsType[x509.UnknownAuthorityError](err)
	_, header := errors.AsType[tls.RecordHeaderError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	return verification || hostname || authority || header || alert
}

// unreachable returns the rule for a request that got no response.
func (c *client) unreachable(base string, err error) rules.Use {
	host := base
	if u, parseErr := url.Parse(base); parseErr == nil {
		host = hostOf(u)
	}
	problem := err
	if u, ok := errors.AsType[*url.Error](err); ok {
		problem = u.Err // without the URL
	}
	text := rules.Printable(strings.TrimSuffix(problem.Error(), "."))
	if name, ok := errors.AsType[*net.DNSError](err); ok {
		why := name.Err
		return rules.Of("parity-unknown-host", "host", cmp.Or(name.Name, host), "problem", rules.Printable(why))
	}
	if isCertificate(err) {
		return rules.Of("parity-certificate", "host", host, "problem", text)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		text = fmt.Sprintf("no response within %v", c.timeout)
	}
	return rules.Of("parity-no-answer", "host", host, "problem", text)
}

// decoded returns the body without its Content-Encoding, as far as that is known and
// within bounds.
func (r *response) decoded() []byte {
	if !strings.EqualFold(r.header.Get("Content-Encoding"), "gzip") {
		return r.body
	}
	reader, err := gzip.NewReader(bytes.NewReader(r.body))
	if err != nil {
		return r.body
	}
	text, err := io.ReadAll(io.LimitReader(reader, maxBody))
	if err != nil {
		return r.body
	}
	return text
}
