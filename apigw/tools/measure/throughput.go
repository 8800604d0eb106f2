package main

import (
	"context"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"example.com/apigw/internal/function/executable"
)

// measureThroughput compares the requests a second of the runner with those of
// serverless-offline, under the same load, and with what as many processes of
// the function do behind the bare Runtime API: no runner can be faster.
func measureThroughput(ctx context.Context, s *site, args []string) error {
	set := s.appFlags("throughput")
	rounds := set.Int("rounds", 5, "rounds; both have their turn in each")
	seconds := set.Int("seconds", 10, "seconds of load on one of them in a round")
	connections := set.Int("connections", 16, "requests at once")
	if err := s.parse(set, args); err != nil {
		return err
	}
	if err := s.app.needProxy(); err != nil {
		return err
	}
	other, otherHost, err := s.startServerless(ctx)
	if err != nil {
		return err
	}
	defer other.stop()
	r, bodies, err := s.startApp(ctx)
	if err != nil {
		return err
	}
	defer r.stop()

	crew, err := s.startCrew(ctx, r, *connections)
	if err != nil {
		return err
	}
	defer crew.close()

	s.say("%d rounds of %d s each ...", *rounds, *seconds)
	result := row{what: "GET " + s.app.proxy.path, against: "serverless-offline", format: "%.0f /s", goal: goal{ratioAtLeast, 5}}
	ceiling := row{what: "GET " + s.app.proxy.path, against: "Runtime API alone", format: "%.0f /s"}
	for i := range *rounds + 1 {
		limit := time.Duration(*seconds) * time.Second
		if i == 0 {
			limit = time.Second // fills caches, and is not counted
		}
		ours, err := load(ctx, r.host, s.app.proxy.path, bodies[s.app.proxy], *connections, 0, limit)
		if err != nil {
			return err
		}
		theirs, err := load(ctx, otherHost, serverlessPath, serverlessBody, *connections, 0, limit)
		if err != nil {
			return err
		}
		most, err := crew.load(ctx, limit)
		if err != nil {
			return err
		}
		if i > 0 {
			result.ours, result.theirs = append(result.ours, ours), append(result.theirs, theirs)
			ceiling.ours, ceiling.theirs = append(ceiling.ours, ours), append(ceiling.theirs, most)
		}
	}
	return printTable(s.out, []row{result, ceiling})
}

// crew is processes of the function behind the bare Runtime API.
type crew struct {
	members []*bare
	event   []byte
}

func (s *site) startCrew(ctx context.Context, r *runner, size int) (c *crew, err error) {
	client, err := dial(ctx, r.host)
	if err != nil {
		return nil, err
	}
	defer client.close()
	c = new(crew)
	if c.event, err = eventOf(client, r.host, get(r.host, s.app.proxy.path)); err != nil {
		return nil, err
	}
	bootstrap := filepath.Join(s.work, "bootstrap")
	if err := executable.Build(ctx, s.app.module, s.app.proxy.function.Package, bootstrap); err != nil {
		return nil, err
	}
	for range size {
		member, err := startBare(bootstrap, s.app.proxy.environment()...)
		if err != nil {
			c.close()
			return nil, err
		}
		c.members = append(c.members, member)
	}
	return c, nil
}

// load keeps all of them busy, and returns the invocations a second.
func (c *crew) load(ctx context.Context, limit time.Duration) (float64, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var responses atomic.Int64
	var work sync.WaitGroup
	began := time.Now()
	for _, member := range c.members {
		work.Go(func() {
			for ctx.Err() == nil && time.Since(began) < limit {
				if err := member.again(ctx, c.event); err != nil {
					cancel(err)
					return
				}
				responses.Add(1)
			}
		})
	}
	work.Wait()
	return float64(responses.Load()) / time.Since(began).Seconds(), context.Cause(ctx)
}

func (c *crew) close() {
	for _, member := range c.members {
		member.close()
	}
}
