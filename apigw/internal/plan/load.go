package plan

import (
	"math"
	"time"

	"example.com/apigw/internal/plan/simulation"
)

// peak returns the highest rate of a question's load.
func (q Question) peak() float64 {
	switch {
	case q.Pattern == Steady:
		return q.RPS
	case q.Burst > 0:
		return q.Burst
	case q.Pattern == Daily:
		return min(simulation.MaxRate, 2.5*q.RPS)
	}
	return min(simulation.MaxRate, 10*q.RPS)
}

// load returns the load of a question, and the time before it is counted.
func (q Question) load() (segments []simulation.Segment, warmUp time.Duration) {
	switch q.Pattern {
	case Daily:
		return q.day(), time.Hour
	case Spike:
		return []simulation.Segment{
			{Length: 20 * time.Minute, Rate: q.RPS},
			{Length: time.Duration(q.BurstSeconds * float64(time.Second)), Rate: q.peak()},
			{Length: 10 * time.Minute, Rate: q.RPS},
		}, 15 * time.Minute
	}
	return q.steady()
}

// steady returns a quarter of an hour, or up to a day if there are few requests, and
// before it as long as idle environments are kept, and more.
func (q Question) steady() (segments []simulation.Segment, warmUp time.Duration) {
	const enough = 200_000
	length := time.Duration(min(24*3600, max(15*60, enough/q.RPS)) * float64(time.Second))
	warmUp = keepAlive + 5*time.Minute
	return []simulation.Segment{{Length: length + warmUp, Rate: q.RPS}}, warmUp
}

// day returns the last hour of a day, and a day.
func (q Question) day() []simulation.Segment {
	const parts = 96
	wave := func(exponent float64) (shape []float64, mean float64) {
		for i := range parts {
			// A part on either side of noon is at the peak, which is 1.
			v := math.Pow((1-math.Cos(2*math.Pi*(float64(i)+0.5)/parts))/(1+math.Cos(math.Pi/parts)), exponent)
			shape = append(shape, v)
			mean += v / parts
		}
		return shape, mean
	}
	low, high := 0.0, 1e6 // the higher the exponent, the narrower the wave
	for range 60 {
		middle := (low + high) / 2
		if _, mean := wave(middle); mean > q.RPS/q.peak() {
			low = middle
		} else {
			high = middle
		}
	}
	shape, mean := wave(low)
	segments := []simulation.Segment{{Length: time.Hour, Rate: shape[parts-1] / mean * q.RPS}}
	for _, v := range shape {
		segments = append(segments, simulation.Segment{Length: 24 * time.Hour / parts, Rate: v / mean * q.RPS})
	}
	return segments
}
