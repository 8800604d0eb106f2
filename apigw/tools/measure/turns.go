package main

import (
	"context"
	"time"
)

// takeTurns measures one side and the other, so that both run under the same
// load. The first runs are not counted: they fill caches.
func takeTurns(ctx context.Context, warmUps, runs int, ours, theirs func() (float64, error)) (a, b []float64, err error) {
	for i := range warmUps + runs {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		our, err := ours()
		if err != nil {
			return nil, nil, err
		}
		their, err := theirs()
		if err != nil {
			return nil, nil, err
		}
		if i >= warmUps {
			a, b = append(a, our), append(b, their)
		}
	}
	return a, b, nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
