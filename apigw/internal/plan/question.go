// Package plan says what a load needs and costs: how much concurrency, which quotas to
// raise, which throttles to set, how many cold starts to expect, and what a month costs
// with either door.
package plan

import (
	"flag"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"example.com/apigw/internal/plan/simulation"
)

// Patterns of load.
const (
	Steady = "steady" // the same rate all the time
	Daily  = "daily"  // a wave a day, from its peak at noon to its trough at midnight
	Spike  = "spike"  // the same rate all the time, and once a day a burst
)

// Doors of an API.
const (
	Proxy  = "proxy"
	Mapped = "mapped"
	Both   = "both"
)

// FromApp as a number stands for what the app has.
const FromApp = -1

// Question is a load, and what is known of the functions behind it.
type Question struct {
	// RPS is the rate of requests a second: the mean for steady and daily, and what is
	// outside of the burst for spike.
	RPS float64 `json:"rps"`
	MS  float64 `json:"ms"` // of an invocation, on average, without a cold start
	KB  float64 `json:"kb"` // of a response
	// Burst is the rate at the peak; 0 is 2.5 × the mean for daily, and 10 × for spike.
	Burst        float64 `json:"burst"`
	BurstSeconds float64 `json:"burstSeconds"`
	Pattern      string  `json:"pattern"`
	Memory       int     `json:"memory"`   // MB, or FromApp
	Reserved     int     `json:"reserved"` // concurrency, or FromApp
	// Concurrency is the account's quota.
	Concurrency int     `json:"concurrency"`
	Region      string  `json:"region"` // empty: that of the app, or us-east-1
	Door        string  `json:"door"`
	Retries     int     `json:"retries"` // of clients
	Cold        float64 `json:"cold"`    // ms that a cold start adds
	Invalid     float64 `json:"invalid"` // percent of the requests that a request model refuses
	FreeTier    bool    `json:"freeTier"`
	Seed        uint64  `json:"seed"`
}

// Defaults returns the question of somebody who has not said anything yet.
func Defaults() Question {
	return Question{
		RPS: 10, MS: 100, KB: 4, BurstSeconds: 60, Pattern: Steady, Memory: FromApp, Reserved: FromApp,
		Concurrency: 1000, Door: Both, Retries: 2, Cold: 150, Seed: 1,
	}
}

// maxKB is what API Gateway returns at most.
const maxKB = 10 * 1024

// Check returns what is wrong with a question, by the name of the flag.
func (q Question) Check() error {
	type limits struct {
		flag        string
		value       float64
		least, most float64
		over        bool // least itself is too little
	}
	numbers := []limits{
		{"rps", q.RPS, 0.001, simulation.MaxRate, false},
		{"ms", q.MS, 0, float64(simulation.MaxDuration.Milliseconds()), true},
		{"kb", q.KB, 0, maxKB, false},
		{"burst", q.Burst, 0, simulation.MaxRate, false},
		{"burst-seconds", q.BurstSeconds, 0, 3600, true},
		{"retries", float64(q.Retries), 0, 10, false},
		{"cold", q.Cold, 0, 60_000, false},
		{"invalid", q.Invalid, 0, 100, false},
		{"concurrency", float64(q.Concurrency), 1, 1_000_000, false},
	}
	if q.Memory != FromApp {
		numbers = append(numbers, limits{"memory", float64(q.Memory), 128, 10_240, false})
	}
	if q.Reserved != FromApp {
		numbers = append(numbers, limits{"reserved", float64(q.Reserved), 1, 1_000_000, false})
	}
	for _, n := range numbers {
		if math.IsNaN(n.value) || n.value < n.least || n.value > n.most || n.over && n.value == n.least {
			from := "from " + number(n.least)
			if n.over {
				from = "more than " + number(n.least) + ", and"
			}
			return fmt.Errorf("--%s %v: expected a number %s up to %s", n.flag, n.value, from, number(n.most))
		}
	}
	if q.Burst > 0 && q.Burst < q.RPS {
		return fmt.Errorf("--burst %v: expected at least --rps, which is %v", q.Burst, q.RPS)
	}
	if q.Burst > 0 && q.Pattern == Steady {
		return fmt.Errorf("--burst %v: a steady load has none: add --pattern spike or --pattern daily", q.Burst)
	}
	if q.Pattern == Daily && q.Burst > 24*q.RPS {
		return fmt.Errorf("--burst %v: a wave a day goes up to 24 × --rps, which is %v: use --pattern spike", q.Burst, 24*q.RPS)
	}
	words := []struct {
		flag, value string
		of          []string
	}{{"pattern", q.Pattern, []string{Steady, Daily, Spike}}, {"door", q.Door, []string{Proxy, Mapped, Both}}}
	for _, w := range words {
		if !slices.Contains(w.of, w.value) {
			return fmt.Errorf("--%s %q: expected %s", w.flag, w.value, strings.Join(w.of, ", "))
		}
	}
	if q.Region != "" {
		if _, err := regionOf(q.Region); err != nil {
			return fmt.Errorf("--region: %w", err)
		}
	}
	return nil
}

// Flags adds a flag for each part of a question to a set, with what the question has as
// its default.
func (q *Question) Flags(set *flag.FlagSet) {
	numbers := map[string]*float64{
		"rps": &q.RPS, "ms": &q.MS, "kb": &q.KB, "burst": &q.Burst, "burst-seconds": &q.BurstSeconds, "cold": &q.Cold, "invalid": &q.Invalid,
	}
	for name, into := range numbers {
		set.Float64Var(into, name, *into, "")
	}
	for name, into := range map[string]*int{"memory": &q.Memory, "reserved": &q.Reserved, "concurrency": &q.Concurrency, "retries": &q.Retries} {
		set.Func(name, "", func(text string) error {
			n, err := strconv.ParseInt(text, 10, 32)
			if err != nil || n < 0 {
				return fmt.Errorf("expected a whole number of 0 or more")
			}
			*into = int(n)
			return nil
		})
	}
	for name, into := range map[string]*string{"pattern": &q.Pattern, "region": &q.Region, "door": &q.Door} {
		set.StringVar(into, name, *into, "")
	}
	set.BoolVar(&q.FreeTier, "free-tier", q.FreeTier, "")
	set.Uint64Var(&q.Seed, "seed", q.Seed, "")
}
