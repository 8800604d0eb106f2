// Package simulation says what becomes of requests on their way through a throttle to a
// Lambda function: how many are refused, how many environments are busy, and how many
// requests wait for a new one. A run is repeatable: the same seed has the same outcome.
//
// A run with up to a million requests follows each request. A larger one moves
// counts of requests from step to step, so that a million requests a second for an hour
// takes the time and memory of a few hundred.
package simulation

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// Segment is a time in which requests arrive at one rate, each independent of the
// others (Poisson).
type Segment struct {
	Length time.Duration
	Rate   float64 // requests per second
}

// Shape says how the durations of a function are spread around their mean.
type Shape int

// The shapes of durations.
const (
	Fixed       Shape = iota // each takes the mean
	Exponential              // as the formulas of telephone traffic have it
	Lognormal                // most near the mean, few far above it: 1 % over 2.8 × the mean
)

// spread is the standard deviation of the logarithm of lognormal durations.
const spread = 0.5

// Bucket is a token bucket. The zero value lets everything through.
type Bucket struct {
	Rate  float64 // tokens per second
	Burst float64 // tokens at most
}

// Function is what runs the requests.
type Function struct {
	Mean    time.Duration // of one invocation, without a cold start
	Shape   Shape
	Timeout time.Duration // ends an invocation; 0 is none
	Cold    time.Duration // what a cold start adds
	// Environments is how many can run at once; 0 is no limit.
	Environments int
	// KeepAlive is how long an idle environment is kept; 0 is for ever.
	KeepAlive time.Duration
	// Lifetime is how long an environment lives on average, busy or not; 0 is for ever.
	Lifetime time.Duration
	// Scaling limits how fast new environments are made.
	Scaling Bucket
	// Invocations limits how often the function is called.
	Invocations Bucket
	// Queue makes requests wait for an environment, first come, first served, where
	// they would be refused.
	Queue bool
}

// Retries is what clients do with a request that was refused.
type Retries struct {
	Attempts int           // further ones, after the first
	Backoff  time.Duration // the first wait is up to this long, the next up to twice, to 20 s
}

// Model is everything that a run needs.
type Model struct {
	Load     []Segment
	WarmUp   time.Duration // what happens before is not counted
	Throttle Bucket
	Function Function
	Retries  Retries
	Seed     uint64
}

// Limits of what can be simulated.
const (
	MaxRate     = 1_000_000        // requests per second
	MaxLength   = 48 * time.Hour   // of the whole load
	MaxDuration = 15 * time.Minute // of an invocation
	maxAttempts = 10
	maxBackoff  = 20        // seconds, as the SDKs of AWS have it
	maxFollowed = 1_000_000 // requests that are followed one by one
	points      = 120       // of the timeline
)

// Point is what happened in a part of the run.
type Point struct {
	Second  float64 `json:"second"`  // its begin
	Offered float64 `json:"offered"` // requests per second, without retries
	Refused float64 `json:"refused"` // attempts per second, by the throttle or by Lambda
	Busy    float64 `json:"busy"`    // environments, on average
	Cold    float64 `json:"cold"`    // starts per second
}

// Concurrency is how many environments were busy at once, over time.
type Concurrency struct {
	Mean float64 `json:"mean"`
	P99  int     `json:"p99"` // not more in 99 % of the time
	Peak int     `json:"peak"`
}

// Outcome is what became of the requests after the warm-up.
type Outcome struct {
	Seconds  float64 `json:"seconds"`
	Followed bool    `json:"followed"` // request by request, not in steps
	Requests int64   `json:"requests"`
	Attempts int64   `json:"attempts"` // requests and their retries
	// RefusedByThrottle and RefusedByLambda are attempts.
	RefusedByThrottle int64       `json:"refusedByThrottle"`
	RefusedByLambda   int64       `json:"refusedByLambda"`
	Lost              int64       `json:"lost"` // requests that were refused to the last attempt
	Invocations       int64       `json:"invocations"`
	TimedOut          int64       `json:"timedOut"` // invocations
	ColdStarts        int64       `json:"coldStarts"`
	BusySeconds       float64     `json:"busySeconds"` // of all invocations, with cold starts
	Concurrency       Concurrency `json:"concurrency"`
	// Environments is how many there were at most, busy or idle.
	Environments int     `json:"environments"`
	PeakRate     float64 `json:"peakRate"`   // attempts in the busiest second
	PeakStarts   int     `json:"peakStarts"` // cold starts in the busiest ten seconds
	// Waited are the requests that waited for an environment; WaitMean and WaitP99 are
	// of all requests, in seconds.
	Waited   int64   `json:"waited"`
	WaitMean float64 `json:"waitMean"`
	WaitP99  float64 `json:"waitP99"`
	Timeline []Point `json:"timeline"`
}

// Length returns how long the load lasts.
func (m Model) Length() time.Duration {
	var length time.Duration
	for _, s := range m.Load {
		length += s.Length
	}
	return length
}

// requests returns how many requests are expected.
func (m Model) requests() float64 {
	n := 0.0
	for _, s := range m.Load {
		n += s.Rate * s.Length.Seconds()
	}
	return n
}

// Requests returns how many requests are expected after the warm-up.
func (m Model) Requests() float64 {
	n, begin := 0.0, 0.0
	for _, s := range m.Load {
		end := begin + s.Length.Seconds()
		n += s.Rate * max(0, end-max(begin, m.WarmUp.Seconds()))
		begin = end
	}
	return n
}

// Check returns what is wrong with a model.
func (m Model) Check() error {
	f := m.Function
	for _, s := range m.Load {
		switch {
		case math.IsNaN(s.Rate) || s.Rate < 0 || s.Rate > MaxRate:
			return fmt.Errorf("the rate %v: expected 0 to %d requests a second", s.Rate, MaxRate)
		case s.Length < 0:
			return fmt.Errorf("the length %v of a part of the load: expected more than none", s.Length)
		}
	}
	switch length := m.Length(); {
	case length <= 0 || length > MaxLength:
		return fmt.Errorf("a load of %v: expected up to %v", length, MaxLength)
	case m.WarmUp < 0 || m.WarmUp >= length:
		return fmt.Errorf("a warm-up of %v: expected less than the load's %v", m.WarmUp, length)
	case f.Mean <= 0 || f.Mean > MaxDuration:
		return fmt.Errorf("a duration of %v: expected more than 0 and up to %v", f.Mean, MaxDuration)
	case f.Cold < 0 || f.Cold > MaxDuration:
		return fmt.Errorf("a cold start of %v: expected 0 to %v", f.Cold, MaxDuration)
	case f.Timeout < 0 || f.KeepAlive < 0 || f.Lifetime < 0 || f.Environments < 0:
		return fmt.Errorf("a timeout, a time to keep environments, or their number is below zero")
	case m.Retries.Attempts < 0 || m.Retries.Attempts > maxAttempts:
		return fmt.Errorf("%d retries: expected 0 to %d", m.Retries.Attempts, maxAttempts)
	case m.Retries.Backoff < 0 || m.Retries.Backoff > maxBackoff*time.Second:
		return fmt.Errorf("a backoff of %v: expected 0 to %d s", m.Retries.Backoff, maxBackoff)
	}
	for _, b := range []Bucket{m.Throttle, f.Scaling, f.Invocations} {
		if math.IsNaN(b.Rate+b.Burst) || math.IsInf(b.Rate+b.Burst, 0) || b.Rate < 0 || b.Burst < 0 {
			return fmt.Errorf("a limit of %v a second and %v at once: expected numbers of 0 or more", b.Rate, b.Burst)
		}
	}
	return nil
}

// Run simulates a model. The error says what is wrong with the model.
func Run(m Model) (Outcome, error) {
	if err := m.Check(); err != nil {
		return Outcome{}, err
	}
	if m.requests() <= maxFollowed {
		return follow(m), nil
	}
	return step(m), nil
}

// random returns the source of chance for a run.
func (m Model) random() *rand.Rand { return rand.New(rand.NewPCG(m.Seed, 0x9e3779b97f4a7c15)) }

// bucket is the state of a Bucket.
type bucket struct {
	limit        Bucket
	tokens, last float64
}

func newBucket(b Bucket) bucket { return bucket{limit: b, tokens: b.Burst} }

// unlimited reports whether everything passes.
func (b *bucket) unlimited() bool { return b.limit == Bucket{} }

// fill adds the tokens of the time since the last call.
func (b *bucket) fill(now float64) {
	b.tokens = min(b.limit.Burst, b.tokens+(now-b.last)*b.limit.Rate)
	b.last = now
}

// take takes a token at a time, and reports whether there was one.
func (b *bucket) take(now float64) bool {
	if b.unlimited() {
		return true
	}
	b.fill(now)
	if b.tokens < 1-1e-9 { // what rounding takes off is not a request
		return false
	}
	b.tokens--
	return true
}

// takeSome takes up to n tokens at the end of a step, in which tokens came all along.
func (b *bucket) takeSome(now float64, n int64) int64 {
	switch {
	case b.unlimited():
		return n
	case b.limit.Burst < 1:
		return 0
	}
	available := b.tokens + (now-b.last)*b.limit.Rate
	taken := min(n, int64(available+1e-9))
	b.tokens = min(b.limit.Burst, available-float64(taken))
	b.last = now
	return taken
}

// duration returns how long an invocation takes, in seconds, before its timeout.
func (f *Function) duration(random *rand.Rand) float64 {
	mean := f.Mean.Seconds()
	switch f.Shape {
	case Exponential:
		return mean * random.ExpFloat64()
	case Lognormal:
		return mean * math.Exp(spread*random.NormFloat64()-spread*spread/2)
	}
	return mean
}

// limit returns a duration that ends at the timeout, and whether it was cut off.
func (f *Function) limit(duration float64) (float64, bool) {
	if t := f.Timeout.Seconds(); f.Timeout > 0 && duration > t {
		return t, true
	}
	return duration, false
}

// longest returns the most that a client waits before a retry, in seconds. It waits any
// time up to that ("full jitter").
func (r Retries) longest(attempt int) float64 {
	return min(maxBackoff, r.Backoff.Seconds()*float64(int(1)<<attempt))
}
