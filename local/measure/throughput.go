package main

import (
	"context"
	"time"
)

// measureThroughput compares the requests a second of the runner with those of
// serverless-offline, under the same load.
func measureThroughput(ctx context.Context, s *site, args []string) error {
	set := s.flags("throughput")
	rounds := set.Int("rounds", 5, "rounds; both have their turn in each")
	seconds := set.Int("seconds", 10, "seconds of load on one of them in a round")
	connections := set.Int("connections", 16, "requests at once")
	if err := parse(set, args); err != nil {
		return err
	}
	other, otherHost, err := s.startServerless(ctx)
	if err != nil {
		return err
	}
	defer other.stop()
	r, err := s.startHello(ctx)
	if err != nil {
		return err
	}
	defer r.stop()

	s.say("%d rounds of %d s each ...", *rounds, *seconds)
	result := row{what: "GET hello, proxy", against: "serverless-offline", format: "%.0f /s", goal: goal{ratioAtLeast, 5}}
	for i := range *rounds + 1 {
		limit := time.Duration(*seconds) * time.Second
		if i == 0 {
			limit = time.Second // fills caches, and is not counted
		}
		ours, err := load(ctx, r.host, proxiedPath, *connections, 0, limit)
		if err != nil {
			return err
		}
		theirs, err := load(ctx, otherHost, serverlessPath, *connections, 0, limit)
		if err != nil {
			return err
		}
		if i > 0 {
			result.ours, result.theirs = append(result.ours, ours), append(result.theirs, theirs)
		}
	}
	return printTable(s.out, []row{result})
}
