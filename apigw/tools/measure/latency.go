package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"example.com/apigw/internal/function"
)

// measureLatency compares a request through the runner with the bare Runtime
// API: the same event, the same function binary, one after the other.
func measureLatency(ctx context.Context, s *site, args []string) (err error) {
	set := s.flags("latency")
	rounds := set.Int("rounds", 20, "rounds; every side has its turn in each")
	requests := set.Int("requests", 2000, "requests of a side in a round")
	if err := parse(set, args); err != nil {
		return err
	}
	r, err := s.startHello(ctx)
	if err != nil {
		return err
	}
	defer r.stop()
	doors := []door{
		{path: proxiedPath, pkg: "./internal/testapp/functions/direct", goal: 1.5, environment: []string{"ALLOWED_ORIGINS=*"}},
		{path: mappedPath, pkg: "./internal/testapp/functions/mapped", goal: 2},
	}
	for i := range doors {
		d := &doors[i]
		if err := d.open(ctx, s, r); err != nil {
			return err
		}
		defer d.close()
	}

	s.say("%d rounds of %d requests ...", *rounds, *requests)
	for i := range *rounds + 1 {
		for j := range doors {
			d := &doors[j]
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
	for _, d := range doors {
		rows = append(rows, row{
			what: "GET " + d.path, against: "Runtime API alone", format: "%.0f µs",
			ours: d.through, theirs: d.bareRound, goal: goal{ratioAtMost, d.goal},
		})
	}
	return printTable(s.out, rows)
}

// door is one of the two ways to a function, and the function without any.
type door struct {
	path, pkg   string
	environment []string
	goal        float64

	client  *connection
	message []byte
	bare    *bare
	event   []byte

	through, bareRound []float64 // microseconds, one figure a round
}

func (d *door) open(ctx context.Context, s *site, r *runner) (err error) {
	if d.client, err = dial(ctx, r.host); err != nil {
		return err
	}
	d.message = get(r.host, d.path, "Accept: */*\r\n", "User-Agent: measure\r\n")
	if d.event, err = eventOf(d.client, r.host, d.message); err != nil {
		return err
	}
	executable := filepath.Join(s.work, filepath.Base(d.pkg), "bootstrap")
	if err := function.Build(ctx, s.root, d.pkg, executable); err != nil {
		return err
	}
	d.bare, err = startBare(executable, d.environment...)
	return err
}

func (d *door) close() {
	if d.client != nil {
		d.client.close()
	}
	if d.bare != nil {
		d.bare.close()
	}
}

func (d *door) request(context.Context) error { return d.client.hello(d.message) }

func (d *door) invoke(ctx context.Context) error { return d.bare.hello(ctx, d.event) }

// eventOf is the event that the runner makes of a request.
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
