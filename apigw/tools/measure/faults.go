package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"example.com/apigw/internal/function/executable"
)

// fault is one way to fail, and what the client must see.
type fault struct {
	function, do string
	share        int // of a hundred requests
	want         []response
	invoked      invoked
	leaves       bool // the client hangs up after a few milliseconds
}

// invoked is how often a request may have reached the function's code.
type invoked int

const (
	once         invoked = iota
	never                // the function does not get that far, or is refused
	onceIfServed         // once if the response is 200, else never
	atMostOnce
)

// The responses of API Gateway. Whatever a function does wrong, the
// client sees the same.
var (
	served      = response{status: 200} // with the nonce as the body
	badGateway  = response{status: 502, body: `{"message": "Internal server error"}`}
	refused     = response{status: 500, body: `{"message": "Internal server error"}`}
	gatewayLate = response{status: 504, body: `{"message": "Endpoint request timed out"}`}
)

func faults() []fault {
	return []fault{
		{function: "steady", do: "answer", share: 50, want: []response{served}},
		{function: "steady", do: "work", share: 7, want: []response{served}},
		{function: "steady", do: "error", share: 5, want: []response{badGateway}},
		{function: "steady", do: "malformed", share: 5, want: []response{badGateway}},
		{function: "steady", do: "garbage", share: 5, want: []response{badGateway}},
		{function: "steady", do: "exit", share: 4, want: []response{badGateway}},
		{function: "steady", do: "kill", share: 2, want: []response{badGateway}},
		{function: "steady", do: "leave", share: 1, want: []response{badGateway}},
		{function: "steady", do: "large", share: 1, want: []response{badGateway}},
		{function: "steady", do: "work", share: 5, leaves: true, invoked: atMostOnce},
		{function: "hasty", do: "hang", share: 1, want: []response{badGateway}},
		{function: "impatient", do: "dawdle", share: 2, want: []response{gatewayLate}, invoked: atMostOnce},
		{function: "doomed", do: "answer", share: 2, want: []response{badGateway}, invoked: never},
		{function: "scarce", do: "work", share: 7, want: []response{served, refused}, invoked: onceIfServed},
		{function: "closed", do: "answer", share: 3, want: []response{refused}, invoked: never},
	}
}

func (f fault) String() string {
	if f.leaves {
		return f.function + ", " + f.do + ", the client leaves"
	}
	return f.function + ", " + f.do
}

// measureFaults sends requests to functions that fail in every way, and checks
// that each gets the response that AWS sends, that it gets one, and that nothing is
// left behind.
func measureFaults(ctx context.Context, s *site, args []string) (err error) {
	set := s.flags("faults")
	count := set.Int("requests", 20_000, "requests in all")
	parallel := set.Int("connections", 64, "requests at once")
	limit := set.Duration("limit", 10*time.Minute, "the time after which the measurement fails")
	if err := s.parse(set, args); err != nil {
		return err
	}
	if err := needProc(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, *limit)
	defer cancel()
	trial, err := s.startFaulty(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, trial.end()) }()

	s.say("%d requests, %d at once ...", *count, *parallel)
	began := time.Now()
	if err := trial.send(ctx, *count, *parallel); err != nil {
		return err
	}
	took := time.Since(began)
	if err := trial.checkInvocations(); err != nil {
		return err
	}
	left, err := trial.settle(ctx)
	if err != nil {
		return err
	}
	if err := trial.print(s, took); err != nil {
		return err
	}
	fmt.Fprintln(s.out, left)
	return trial.verdict()
}

// trial is a runner with the faulty app, and the responses to the requests.
type trial struct {
	app, invocations string
	runner           *runner
	openFiles        int // before the first process of a function

	mu       sync.Mutex
	tallies  []*tally            // one for each fault
	requests map[string]*request // by nonce
	ids      map[string]string   // x-amzn-RequestId to nonce
	problems []string            // at most maxProblems
	wrong    int                 // all of them
}

// tally counts the responses to a fault.
type tally struct {
	fault
	sent     int
	statuses map[int]int
	hungUp   int
}

type request struct {
	tally   *tally
	status  int // 0 if the client left
	invoked int
}

// maxProblems is how many wrong responses are shown; there may be thousands alike.
const maxProblems = 20

func (s *site) startFaulty(ctx context.Context) (*trial, error) {
	t := &trial{
		app: filepath.Join(s.work, "app"), invocations: filepath.Join(s.work, "invocations"),
		requests: map[string]*request{}, ids: map[string]string{},
	}
	for _, f := range faults() {
		t.tallies = append(t.tallies, &tally{fault: f, statuses: map[int]int{}})
	}
	bootstrap := filepath.Join(t.app, faultyAsset, "bootstrap")
	if err := executable.Build(ctx, engine(), "./tools/measure/testdata/faulty", bootstrap); err != nil {
		return nil, err
	}
	if err := writeFaultyApp(t.app, t.invocations); err != nil {
		return nil, err
	}
	executable, err := s.buildRunner(ctx, filepath.Join(engine(), "cmd", "apigw"))
	if err != nil {
		return nil, err
	}
	if t.runner, err = startRunner(ctx, executable, t.app, "--app", t.app); err != nil {
		return nil, err
	}
	t.openFiles, err = openFiles(t.runner.cmd.Process.Pid)
	if err != nil {
		return nil, errors.Join(err, t.end())
	}
	return t, nil
}

// target returns the target of the request for a fault.
func target(f fault, nonce string) string {
	return "/" + faultyAPI + "/" + faultyStage + "/" + f.function + "?do=" + f.do + "&nonce=" + nonce
}

// send sends the faults in a random order, in proportion to their shares.
func (t *trial) send(ctx context.Context, count, parallel int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	work := make(chan *tally)
	var clients sync.WaitGroup
	for client := range parallel {
		clients.Go(func() {
			var c *connection
			for i := 0; ; i++ {
				next, ok := <-work
				if !ok {
					break
				}
				var err error
				if c, err = t.one(ctx, c, next, fmt.Sprintf("%d-%d", client, i)); err != nil {
					cancel(err)
				}
			}
			if c != nil {
				c.close()
			}
		})
	}
	var hundred []*tally
	for sent := range count {
		if sent%100 == 0 {
			hundred = t.hundred()
		}
		if ctx.Err() != nil {
			break
		}
		work <- hundred[sent%100]
	}
	close(work)
	clients.Wait()
	return context.Cause(ctx)
}

func (t *trial) hundred() []*tally {
	var all []*tally
	for _, tally := range t.tallies {
		for range tally.share {
			all = append(all, tally)
		}
	}
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// one sends one request over the connection, or over a new one if c is nil. It
// returns the connection if it can be used again.
func (t *trial) one(ctx context.Context, c *connection, tally *tally, nonce string) (*connection, error) {
	if c == nil {
		var err error
		if c, err = dial(ctx, t.runner.host); err != nil {
			return nil, errors.Join(err, t.runner.alive())
		}
	}
	message := get(t.runner.host, target(tally.fault, nonce))
	if tally.leaves {
		defer c.close()
		if _, err := c.conn.Write(message); err != nil {
			return nil, fmt.Errorf("asking: %w", err)
		}
		time.Sleep(rand.N(10 * time.Millisecond))
		t.note(tally, nonce, response{})
		return nil, nil
	}
	got, err := c.do(message)
	if err != nil {
		c.close()
		t.problem("%s, request %s: %v", tally, nonce, err)
		return nil, t.runner.alive()
	}
	t.note(tally, nonce, got)
	return c, nil
}

// note records a response and checks it.
func (t *trial) note(tally *tally, nonce string, got response) {
	t.mu.Lock()
	tally.sent++
	t.requests[nonce] = &request{tally: tally, status: got.status}
	if tally.leaves {
		tally.hungUp++
		t.mu.Unlock()
		return
	}
	tally.statuses[got.status]++
	id := got.header.Get("x-amzn-RequestId")
	earlier, seen := t.ids[id]
	t.ids[id] = nonce
	t.mu.Unlock()
	if seen {
		t.problem("%s, request %s: its x-amzn-RequestId %q is also that of request %s", tally, nonce, id, earlier)
	}
	for _, want := range tally.want {
		if want.status == served.status {
			want.body = nonce
		}
		if got.status == want.status && got.body == want.body {
			return
		}
	}
	t.problem("%s, request %s: got %d %.200q", tally, nonce, got.status, got.body)
}

func (t *trial) problem(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.wrong++
	if len(t.problems) < maxProblems {
		t.problems = append(t.problems, fmt.Sprintf(format, args...))
	}
}

// checkInvocations compares what the functions have recorded with the responses:
// API Gateway does not try again.
func (t *trial) checkInvocations() error {
	list, err := os.Open(t.invocations)
	if err != nil {
		return fmt.Errorf("reading the list of invocations: %w", err)
	}
	defer list.Close()
	lines := bufio.NewScanner(list)
	for lines.Scan() {
		if r := t.requests[lines.Text()]; r != nil {
			r.invoked++
		} else {
			t.problem("the function was invoked with the nonce %q, which was never sent, or had no response", lines.Text())
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("reading the list of invocations: %w", err)
	}
	for nonce, r := range t.requests {
		low, high := 1, 1
		switch r.tally.invoked {
		case never:
			low, high = 0, 0
		case atMostOnce:
			low = 0
		case onceIfServed:
			if r.status != served.status {
				low, high = 0, 0
			}
		}
		if r.invoked < low || r.invoked > high {
			t.problem("%s, request %s: got %d, and the function ran %d times", r.tally, nonce, r.status, r.invoked)
		}
	}
	return nil
}

// print shows what came back.
func (t *trial) print(s *site, took time.Duration) error {
	table := tabwriter.NewWriter(s.out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "FUNCTION, WHAT IT DOES\tREQUESTS\tRESPONSES")
	total := 0
	for _, tally := range t.tallies {
		total += tally.sent
		var counts []string
		for _, status := range []int{200, 500, 502, 504} {
			if n := tally.statuses[status]; n > 0 {
				counts = append(counts, fmt.Sprintf("%d x %d", n, status))
			}
		}
		if tally.hungUp > 0 {
			counts = append(counts, fmt.Sprintf("%d hung up", tally.hungUp))
		}
		fmt.Fprintf(table, "%s\t%d\t%s\n", tally, tally.sent, strings.Join(counts, ", "))
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("printing the table: %w", err)
	}
	_, err := fmt.Fprintf(s.out, "\n%d requests in %.1f s, %.0f a second, %d wrong\n", total, took.Seconds(), float64(total)/took.Seconds(), t.wrong)
	return err
}

func (t *trial) verdict() error {
	if t.wrong == 0 {
		return nil
	}
	return fmt.Errorf("%d wrong, such as\n%s", t.wrong, strings.Join(t.problems, "\n"))
}
