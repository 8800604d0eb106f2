package main

import (
	"context"
	"time"
)

// measureMemory compares the runner's memory after many requests with that after
// few: what grows with the number of requests is a leak.
func measureMemory(ctx context.Context, s *site, args []string) error {
	set := s.appFlags("memory")
	rounds := set.Int("rounds", 1, "rounds, with a new runner each")
	few := set.Int("few", 1_000, "requests before the first look")
	many := set.Int("many", 100_000, "requests before the second look")
	connections := set.Int("connections", 16, "requests at once")
	if err := s.parse(set, args); err != nil {
		return err
	}
	if err := needProc(); err != nil {
		return err
	}
	runnerRow := row{what: "runner", against: "after few", format: "%.1f MB", goal: goal{ratioAtMost, 1.2}}
	functions := row{what: "function processes", against: "after few", format: "%.1f MB"}
	for range *rounds {
		r, bodies, err := s.startApp(ctx)
		if err != nil {
			return err
		}
		err = func() error {
			defer r.stop()
			s.say("%d requests, then %d ...", *few, *many-*few)
			early, err := footprintAfter(ctx, r, bodies, *few, *connections)
			if err != nil {
				return err
			}
			late, err := footprintAfter(ctx, r, bodies, *many-*few, *connections)
			if err != nil {
				return err
			}
			runnerRow.ours, runnerRow.theirs = append(runnerRow.ours, late.runner), append(runnerRow.theirs, early.runner)
			functions.ours, functions.theirs = append(functions.ours, late.functions), append(functions.theirs, early.functions)
			s.say("%d function processes, then %d", early.processes, late.processes)
			return nil
		}()
		if err != nil {
			return err
		}
	}
	return printTable(s.out, []row{runnerRow, functions})
}

// footprint is the resident memory, in MB.
type footprint struct {
	runner, functions float64
	processes         int // of functions
}

// footprintAfter looks a second after so many requests to the routes.
func footprintAfter(ctx context.Context, r *runner, bodies map[*route]string, requests, connections int) (footprint, error) {
	for route, want := range bodies {
		if _, err := load(ctx, r.host, route.path, want, connections, max(1, requests/len(bodies)), 0); err != nil {
			return footprint{}, err
		}
	}
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
		return footprint{}, ctx.Err()
	}
	own, err := residentMemory(r.cmd.Process.Pid)
	if err != nil {
		return footprint{}, err
	}
	pids, err := children(r.cmd.Process.Pid)
	if err != nil {
		return footprint{}, err
	}
	f := footprint{runner: float64(own) / 1e6, processes: len(pids)}
	for _, pid := range pids {
		memory, err := residentMemory(pid)
		if err != nil {
			return footprint{}, err
		}
		f.functions += float64(memory) / 1e6
	}
	return f, nil
}
