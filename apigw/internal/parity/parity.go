// Package parity compares a deployed stage with the service on this machine: it sends
// the requests of the contract to both, and says how the responses differ, which of
// the boxes that a request passes explains it, and what to do.
package parity

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/apigw/contract"
	"example.com/apigw/internal/dev"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/rules"
)

// Service is the service on this machine.
type Service struct {
	Handler http.Handler
	// APIs lists what Handler serves, with URLs below a base.
	APIs func(base string) []gateway.Deployed
	// Record returns what happened to a request, by its id; nil if that is not known.
	Record func(id string) *record.Record
}

// Options say what is compared. The zero value of each field but Targets is fine.
type Options struct {
	Targets []Target
	Cases   []contract.Case
	// Reads leaves out all cases but those that only read: GET, HEAD and OPTIONS.
	Reads bool
	// File is where the cases come from, as people name it.
	File string
	// Header is sent with every request whose case does not have the header itself. If
	// some cases are authorized, Authorization is for those alone.
	Header http.Header
	// APIKey is sent to the stages as x-api-key. The service here gets its own.
	APIKey string
	// Sign signs requests to the stages; nil leaves them unsigned.
	Sign *Signer
	// Rate is how many requests a second go to all stages together; 0 is DefaultRate.
	Rate float64
	// Timeout is how long a response may take; 0 is DefaultTimeout.
	Timeout time.Duration
	// Transport sends the requests to the stages; nil is one that follows the proxy
	// settings of the environment.
	Transport http.RoundTripper
	// Wait waits between two tries; nil does so by the clock.
	Wait func(ctx context.Context, d time.Duration) error
}

// Defaults of Options.
const (
	DefaultRate    = 20               // below what small stages allow
	DefaultTimeout = 35 * time.Second // an integration takes 29 at most, and a cold start is part of them
)

// concurrency is how many cases are under way at a time.
const concurrency = 4

// Run sends the requests to the stages and to the service, and compares the responses.
// An error is that nothing could be started; what happens to a stage is in the report.
func Run(ctx context.Context, s Service, o Options) (*Report, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serving the service on this machine: %w", err)
	}
	serving, stop := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- dev.Serve(serving, listener, s.Handler) }()
	defer func() { stop(); <-served }()

	header := http.Header{}
	for name, values := range o.Header { // in whatever letters they were written
		for _, value := range values {
			header.Add(name, value)
		}
	}
	o.Header = header
	token := header.Get("Authorization")
	if slices.ContainsFunc(o.Cases, func(c contract.Case) bool { return c.Authorized }) {
		header.Del("Authorization")
	}
	r := &run{Service: s, o: o, token: token, base: "http://" + listener.Addr().String()}
	if r.here, err = newClient(o, true); err != nil {
		return nil, err
	}
	if r.there, err = newClient(o, false); err != nil {
		return nil, err
	}
	defer r.here.close()
	defer r.there.close()
	report := &Report{}
	for _, target := range o.Targets {
		api, err := r.api(ctx, target)
		if err != nil {
			return nil, err
		}
		report.APIs = append(report.APIs, api)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	report.conclude()
	return report, nil
}

// run is one comparison that is under way.
type run struct {
	Service
	o           Options
	token       string // of authorized cases; empty if there is none
	base        string // where the service is served
	here, there *client
}

// exchange is a case with both of its responses.
type exchange struct {
	contract.Case
	here, there *response
	record      *record.Record // of the request here; nil if that is not known
	differences []Difference
	// kept is false for a case that was left out, since the stage was given up.
	kept bool
}

// api compares one API.
func (r *run) api(ctx context.Context, t Target) (*API, error) {
	local, ok := r.localStage(t)
	if !ok {
		return nil, fmt.Errorf("the service here has no API %q", t.API)
	}
	doors := doorsOf(local)
	a := &API{Name: t.API, File: r.o.File, Stage: local.Stage}
	var exchanges []*exchange
	for _, c := range r.o.Cases {
		switch {
		case !slices.ContainsFunc(doors, c.On) && len(doors) > 0:
		case c.FunctionFails:
			a.LeftOut++
		case r.o.Reads && mayWrite(c):
			a.NotSent++
		case c.Authorized && r.token == "" && c.Request.Headers["Authorization"] == "":
			a.NoToken++
		case c.Authorized && c.Request.Headers["Authorization"] == "":
			c.Request.Headers = maps.Clone(c.Request.Headers)
			if c.Request.Headers == nil {
				c.Request.Headers = map[string]string{}
			}
			c.Request.Headers["Authorization"] = r.token
			exchanges = append(exchanges, &exchange{Case: c})
		default:
			exchanges = append(exchanges, &exchange{Case: c})
		}
	}
	a.Cases = len(exchanges)
	for _, e := range exchanges {
		if mayWrite(e.Case) {
			a.Writes++
		}
	}
	base, failure := r.findBase(ctx, t, local, exchanges)
	a.URL = base
	if !failure.IsZero() {
		a.give(failure)
		return a, nil
	}
	r.exchangeAll(ctx, a, local, base, exchanges)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	r.compareAll(ctx, a, local, base, exchanges)
	return a, nil
}

// mayWrite reports whether the request of a case may create, change or delete data.
func mayWrite(c contract.Case) bool {
	return !slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodOptions}, c.Request.Method)
}

// localStage returns the stage of the service here that a target is compared with: the
// one of the same name, else the first.
func (r *run) localStage(t Target) (stage gateway.Deployed, ok bool) {
	for _, d := range r.APIs(r.base) {
		if d.Name == t.API && (!ok || d.Stage == t.Stage()) {
			stage, ok = d, true
		}
	}
	return stage, ok
}

// doorsOf returns the doors of an API; none if no method says it.
func doorsOf(d gateway.Deployed) (doors []string) {
	for _, route := range d.Routes {
		door := ""
		switch route.Integration {
		case "AWS_PROXY", "HTTP_PROXY":
			door = "proxy"
		case "AWS", "HTTP":
			door = "mapped"
		}
		if door != "" && !slices.Contains(doors, door) {
			doors = append(doors, door)
		}
	}
	return doors
}

// probes is how many cases tell at most where the base path of a URL ends.
const probes = 3

// findBase returns the URL that paths are appended to. A URL of outputs and of
// documents often ends with a path of the API, and with a custom domain nothing tells
// where the base path ends: of several, the one that responds as the contract says.
func (r *run) findBase(ctx context.Context, t Target, local gateway.Deployed, exchanges []*exchange) (string, rules.Use) {
	bases := t.bases(local)
	var asked []*exchange
	for _, e := range exchanges {
		if !e.Gateway && e.Request.Method == http.MethodGet && len(asked) < probes {
			asked = append(asked, e)
		}
	}
	if len(bases) == 1 {
		return bases[0], rules.Use{}
	}
	best, most := bases[0], -1
	for _, base := range bases {
		points := 0
		for _, e := range asked {
			got := r.there.send(ctx, base, e.Request, "", t.API)
			switch {
			case !got.failure.IsZero():
				return base, got.failure
			case e.keeps(got):
				points += probes + 1
			case got.status != http.StatusForbidden && got.status != http.StatusNotFound:
				points++
			}
		}
		if points > most {
			best, most = base, points
		}
	}
	return best, rules.Use{}
}

// exchangeAll sends all requests. A stage that cannot be reached is given up.
func (r *run) exchangeAll(ctx context.Context, a *API, local gateway.Deployed, base string, exchanges []*exchange) {
	ctx, giveUp := context.WithCancel(ctx)
	defer giveUp()
	key := firstKey(local)
	next := make(chan *exchange)
	var workers sync.WaitGroup
	var mu sync.Mutex // guards a
	unreachable := 0
	for range concurrency {
		workers.Go(func() {
			for e := range next {
				e.here = r.here.send(ctx, local.URL, e.Request, key, a.Name)
				e.record = r.Record(e.here.header.Get(requestID))
				e.there = r.there.send(ctx, base, e.Request, "", a.Name)
				if e.there.status >= http.StatusInternalServerError && e.here.status != e.there.status && idempotent(e.Request.Method) {
					// A cold start can be what failed. The second answer counts.
					if again := r.there.send(ctx, base, e.Request, "", a.Name); again.failure.IsZero() && again.status < http.StatusInternalServerError {
						e.there = again
						mu.Lock()
						a.Again++
						mu.Unlock()
					}
				}
				e.kept = ctx.Err() == nil
				mu.Lock()
				if failure := e.there.failure; e.kept && !failure.IsZero() {
					a.give(failure)
					if unreachable++; unreachable == maxUnreachable {
						giveUp()
					}
				}
				mu.Unlock()
			}
		})
	}
	for _, e := range exchanges {
		select {
		case next <- e:
		case <-ctx.Done():
		}
	}
	close(next)
	workers.Wait()
}

// firstKey returns the first API key of a stage of the service here; empty if it has none.
func firstKey(local gateway.Deployed) string {
	if len(local.APIKeys) == 0 {
		return ""
	}
	return local.APIKeys[0].Value
}

// maxUnreachable is how many requests may get no response before a stage is given up.
const maxUnreachable = 3

// compareAll compares the responses, and finds what explains the differences.
func (r *run) compareAll(ctx context.Context, a *API, local gateway.Deployed, base string, exchanges []*exchange) {
	here, there := newPlace(local.URL), newPlace(base)
	a.here, a.there = here, there
	var compared []*exchange
	for _, e := range exchanges {
		if !e.kept || !e.there.failure.IsZero() {
			continue
		}
		if !e.here.failure.IsZero() {
			a.give(e.here.failure)
			continue
		}
		if reason := notRunHere(e); reason != "" {
			a.give(rules.Of("parity-not-run-here", "route", e.route(), "problem", reason))
			continue
		}
		e.differences = compare(e.Request.Method, here.of(e.here), there.of(e.there))
		compared = append(compared, e)
	}
	for _, e := range compared {
		if len(e.differences) > 0 && e.here.status == e.there.status && ctx.Err() == nil {
			r.steady(ctx, a, local, e, here)
		}
	}
	a.Compared, a.exchanges = len(compared), compared
	a.judge()
}

// steady leaves out what differs from one response of the service here to the next,
// such as times and ids.
func (r *run) steady(ctx context.Context, a *API, local gateway.Deployed, e *exchange, here place) {
	key := firstKey(local)
	again := r.here.send(ctx, local.URL, e.Request, key, a.Name)
	if !again.failure.IsZero() {
		return
	}
	unsteady := compare(e.Request.Method, here.of(e.here), here.of(again))
	e.differences = slices.DeleteFunc(e.differences, func(d Difference) bool {
		return slices.ContainsFunc(unsteady, func(u Difference) bool {
			return d.What == u.What && d.Name == u.Name && d.Path == u.Path && d.both() && u.both()
		})
	})
}

// notRunHere returns why nothing ran here; empty if something did.
func notRunHere(e *exchange) string {
	if e.here.status != http.StatusNotImplemented || e.record == nil || e.record.Failure == nil {
		return ""
	}
	return strings.TrimSuffix(e.record.Failure.Cause, ".")
}

// route returns the method and resource of a case, such as GET /hello/{name}. Where no
// resource is known it is what the client asks for.
func (e *exchange) route() string {
	if e.record != nil && e.record.ResourcePath != "" {
		return e.Request.Method + " " + e.record.ResourcePath
	}
	path, _, _ := strings.Cut(e.Request.Target, "?")
	return e.Request.Method + " " + path
}

// idempotent reports whether a request may be sent a second time.
func idempotent(method string) bool {
	return slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete}, method)
}
