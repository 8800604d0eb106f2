package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"example.com/apigw/internal/function/executable"
)

// measureLatency compares a request through the runner with the bare Runtime
// API: the same event, the same function binary, one after the other.
func measureLatency(ctx context.Context, s *site, args []string) (err error) {
	set := s.appFlags("latency")
	rounds := set.Int("rounds", 20, "rounds; every side has its turn in each")
	requests := set.Int("requests", 2000, "requests of a side in a round")
	if err := s.parse(set, args); err != nil {
		return err
	}
	r, bodies, err := s.startApp(ctx)
	if err != nil {
		return err
	}
	defer r.stop()
	var sides []*pair
	for _, route := range s.app.routes() {
		p := &pair{route: route, want: bodies[route], goal: 2}
		if route == s.app.proxy {
			p.goal = 1.5
		}
		if err := p.open(ctx, s, r); err != nil {
			return err
		}
		defer p.close()
		sides = append(sides, p)
	}

	s.say("%d rounds of %d requests ...", *rounds, *requests)
	for i := range *rounds + 1 {
		for _, d := range sides {
			through, err := medianTime(ctx, *requests, d.request)
			if err != nil {
				return err
			}
			bare, err := medianTime(ctx, *requests, d.invoke)
			if err != nil {
				return err
			}
			if i > 0 { // the first round fills caches
				d.through, d.bareRound = append(d.through, through), append(d.bareRound, bare)
			}
		}
	}
	var rows []row
	for _, d := range sides {
		rows = append(rows, row{
			what: "GET " + d.route.path, against: "Runtime API alone", format: "%.0f µs",
			ours: d.through, theirs: d.bareRound, goal: goal{ratioAtMost, d.goal},
		})
	}
	return printTable(s.out, rows)
}

// pair is a route of the app, and its function without a gateway.
type pair struct {
	route *route
	want  string
	goal  float64

	client  *connection
	message []byte
	bare    *bare
	event   []byte

	through, bareRound []float64 // microseconds, one figure a round
}

func (d *pair) open(ctx context.Context, s *site, r *runner) (err error) {
	if d.client, err = dial(ctx, r.host); err != nil {
		return err
	}
	d.message = get(r.host, d.route.path, "Accept: */*\r\n", "User-Agent: measure\r\n")
	if d.event, err = eventOf(d.client, r.host, d.message); err != nil {
		return err
	}
	bootstrap := filepath.Join(s.work, d.route.function.Name, "bootstrap")
	if err := executable.Build(ctx, s.app.module, d.route.function.Package, bootstrap); err != nil {
		return err
	}
	d.bare, err = startBare(bootstrap, d.route.environment()...)
	return err
}

func (d *pair) close() {
	if d.client != nil {
		d.client.close()
	}
	if d.bare != nil {
		d.bare.close()
	}
}

func (d *pair) request(context.Context) error { return d.client.ask(d.message, d.want) }

func (d *pair) invoke(ctx context.Context) error { return d.bare.again(ctx, d.event) }

// eventOf sends a request, and returns the event that the runner made of it.
func eventOf(c *connection, host string, request []byte) ([]byte, error) {
	got, err := c.do(request)
	if err != nil {
		return nil, err
	}
	id := got.header.Get("x-amzn-RequestId")
	if got, err = c.do(get(host, "/_local/requests/"+id)); err != nil {
		return nil, err
	}
	var record struct {
		IntegrationRequest struct{ Body string }
	}
	if err := json.Unmarshal([]byte(got.body), &record); err != nil {
		return nil, fmt.Errorf("reading what the runner recorded: %w", err)
	}
	if record.IntegrationRequest.Body == "" {
		return nil, errors.New("the runner's record of a request has no event")
	}
	return []byte(record.IntegrationRequest.Body), nil
}

// medianTime calls do n times, one after the other, and returns the median time
// in microseconds.
func medianTime(ctx context.Context, n int, do func(context.Context) error) (float64, error) {
	times := make([]float64, n)
	for i := range times {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		began := time.Now()
		if err := do(ctx); err != nil {
			return 0, err
		}
		times[i] = float64(time.Since(began).Nanoseconds()) / 1000
	}
	median, _, _ := quartiles(times)
	return median, nil
}
