package simulation

import (
	"math"
	"math/rand/v2"
	"slices"
)

const (
	maxSteps = 150_000
	bins     = 12 // of durations
)

// cohort is how many environments became idle in one step.
type cohort struct {
	at    float64
	count int64
}

// stepper runs a model in steps, with counts in the place of requests.
type stepper struct {
	Model
	*meter
	random                         *rand.Rand
	width                          float64
	throttle, scaling, invocations bucket
	durations                      []duration
	done                           []int64              // environments that are done, by step, in a ring
	again                          [][maxAttempts]int64 // attempts after the first, by step and number, in a ring
	idle                           []cohort             // the one that was busy last at the end
	expired                        int
	idling, running                int64
	finished                       int64 // in this step
}

// duration is a part of all invocations, of equal size, that take about equally long.
type duration struct {
	seconds float64
	cut     float64 // the share that is cut off by the timeout
}

// step runs a model in steps.
func step(m Model) Outcome {
	s := &stepper{
		Model: m, meter: newMeter(m), random: m.random(),
		throttle: newBucket(m.Throttle), scaling: newBucket(m.Function.Scaling), invocations: newBucket(m.Function.Invocations),
		durations: m.Function.bins(),
	}
	s.width = max(s.end/maxSteps, min(s.Function.Mean.Seconds()/8, 0.05))
	longest := s.Function.Cold.Seconds() + s.durations[len(s.durations)-1].seconds
	s.done = make([]int64, int(min(longest, s.end)/s.width)+3)
	s.again = make([][maxAttempts]int64, int(s.Retries.longest(s.Retries.Attempts)/s.width)+3)
	part, ends := 0, s.Load[0].Length.Seconds()
	for i := 0; ; i++ {
		now := float64(i) * s.width
		if now >= s.end {
			return s.outcome()
		}
		for now >= ends && part+1 < len(s.Load) {
			part++
			ends += s.Load[part].Length.Seconds()
		}
		s.step(i, now, s.Load[part].Rate)
	}
}

// bins returns the durations, shortest first, in parts of equal size, whose mean is that
// of the function.
func (f *Function) bins() []duration {
	if f.Shape == Fixed {
		seconds, cut := f.limit(f.Mean.Seconds())
		d := duration{seconds: seconds}
		if cut {
			d.cut = 1
		}
		return []duration{d}
	}
	const each = 200 // quantiles in a part
	parts := make([]duration, bins)
	sum := 0.0
	values := make([]float64, bins*each)
	for i := range values {
		p := (float64(i) + 0.5) / float64(len(values))
		values[i] = -math.Log1p(-p)
		if f.Shape == Lognormal {
			values[i] = math.Exp(spread*math.Sqrt2*math.Erfinv(2*p-1) - spread*spread/2)
		}
		sum += values[i]
	}
	for i, v := range values { // what the quantiles miss of the tail is spread over all
		seconds, cut := f.limit(v / sum * float64(len(values)) * f.Mean.Seconds())
		d := &parts[i/each]
		d.seconds += seconds / each
		if cut {
			d.cut += 1.0 / each
		}
	}
	return parts
}

// step does what happens in a step.
func (s *stepper) step(i int, now, rate float64) {
	end := now + s.width
	finished := s.done[i%len(s.done)]
	s.done[i%len(s.done)] = 0
	s.running -= finished
	s.finished = finished
	if life := s.Function.Lifetime.Seconds(); life > 0 {
		finished -= s.some(finished, min(1, (s.Function.Mean.Seconds()+s.width)/life))
		s.remove(s.some(s.idling, min(1, s.width/life)))
	}
	if finished > 0 {
		s.idle = append(s.idle, cohort{now, finished})
		s.idling += finished
	}
	s.expire(now)

	var waiting [maxAttempts + 1]int64 // attempts by number
	waiting[0] = s.poisson(rate * s.width)
	slot := &s.again[i%len(s.again)]
	copy(waiting[1:], slot[:])
	*slot = [maxAttempts]int64{}
	all := int64(0)
	for _, n := range waiting {
		all += n
	}
	s.attempts(now, waiting[0], all)
	passed := s.throttle.takeSome(end, all)
	called := s.invocations.takeSome(end, passed)
	started := s.start(i, now, end, called)
	s.refused(now, all-passed, passed-started)
	s.retry(i, now, waiting, all, all-started)
	s.Environments = max(s.Environments, int(s.running+s.idling))
	s.set(now, s.running)
}

// start runs up to n requests, and returns how many.
func (s *stepper) start(i int, now, end float64, n int64) int64 {
	if limit := int64(s.Function.Environments); limit > 0 {
		n = max(0, s.room(limit, n))
	}
	warm := min(n, s.available())
	cold := s.scaling.takeSome(end, n-warm)
	s.cold(now, cold)
	s.run(i, now, warm, 0)
	s.run(i, now, cold, s.Function.Cold.Seconds())
	return warm + cold
}

// room returns how many of n requests get an environment in a step below a limit.
//
// Requests that are longer than a step come and go in it in any order, and one is refused
// that comes while none is free. The number of free ones is a random walk from one number
// to another, and as many are refused as it would go below zero. How far it goes down is
// known for Brownian motion between two values, which is close for every number of steps.
// Shorter requests use an environment one after the other.
func (s *stepper) room(limit, n int64) int64 {
	if s.width > s.Function.Mean.Seconds() {
		return min(n, int64(float64(max(0, limit-s.running))*s.turns()))
	}
	before := float64(limit - s.running - s.finished)
	after := before + float64(s.finished-n)
	variance := 0.0
	if s.finished > 0 && n > 0 {
		variance = 4 * float64(n) * float64(s.finished) / float64(n+s.finished)
	}
	least := (before + after - math.Sqrt((before-after)*(before-after)-2*variance*math.Log(1-s.random.Float64()))) / 2
	return min(n-max(0, int64(-least)), limit-s.running)
}

// turns returns how many requests an environment runs in one step.
func (s *stepper) turns() float64 { return max(1, s.width/s.Function.Mean.Seconds()) }

// available returns how many requests the idle environments can run in this step.
func (s *stepper) available() int64 { return int64(float64(s.idling) * s.turns()) }

// run starts requests, each of which takes a bit longer.
func (s *stepper) run(i int, now float64, n int64, longer float64) {
	if n == 0 {
		return
	}
	left, parts := n, len(s.durations)
	for b, d := range s.durations {
		share := s.some(left, 1/float64(parts-b))
		left -= share
		if share == 0 {
			continue
		}
		seconds := d.seconds + longer
		if s.counts(now) {
			s.Invocations += share
			s.BusySeconds += float64(share) * seconds
			s.TimedOut += s.some(share, d.cut)
		}
		// A duration between two steps is rounded to either, so that the mean stays.
		steps := seconds / s.width
		whole := int(steps)
		s.occupy(i, whole+1, s.some(share, steps-float64(whole)), &share)
		s.occupy(i, whole, share, &share)
	}
}

// occupy makes environments busy for some steps, and takes them off a count.
func (s *stepper) occupy(i, steps int, n int64, of *int64) {
	*of -= n
	if n == 0 || steps == 0 {
		return
	}
	s.running += n
	s.remove(min(n, s.idling))
	s.done[(i+min(steps, len(s.done)-1))%len(s.done)] += n // or after the end of the run
}

// retry sends refused attempts again, those of each number in proportion.
func (s *stepper) retry(i int, now float64, waiting [maxAttempts + 1]int64, all, refused int64) {
	for attempt, n := range waiting {
		if n == 0 || refused == 0 {
			continue
		}
		share := s.among(n, all, refused)
		all -= n
		refused -= share
		if attempt >= s.Retries.Attempts {
			if s.counts(now) {
				s.Lost += share
			}
			continue
		}
		// Any of the steps up to the backoff, in a few parts.
		slots := max(1, int(s.Retries.longest(attempt)/s.width))
		parts := min(slots, 16)
		for k := range parts {
			part := s.some(share, 1/float64(parts-k))
			share -= part
			from, to := k*slots/parts, (k+1)*slots/parts
			s.again[(i+1+from+s.random.IntN(to-from))%len(s.again)][attempt] += part
		}
	}
}

// expire takes the environments away that were idle for too long.
func (s *stepper) expire(now float64) {
	keep := s.Function.KeepAlive.Seconds()
	for keep > 0 && s.expired < len(s.idle) && now-s.idle[s.expired].at > keep {
		s.idling -= s.idle[s.expired].count
		s.expired++
	}
	if s.expired > 1024 && s.expired*2 > len(s.idle) {
		s.idle = slices.Delete(s.idle, 0, s.expired)
		s.expired = 0
	}
}

// remove takes idle environments, those that were busy last before others.
func (s *stepper) remove(n int64) {
	s.idling -= n
	for n > 0 && len(s.idle) > s.expired {
		last := &s.idle[len(s.idle)-1]
		took := min(n, last.count)
		last.count -= took
		n -= took
		if last.count == 0 {
			s.idle = s.idle[:len(s.idle)-1]
		}
	}
}

// poisson returns a number of arrivals.
func (s *stepper) poisson(mean float64) int64 {
	if mean > 50 {
		return max(0, int64(math.Round(mean+math.Sqrt(mean)*s.random.NormFloat64())))
	}
	n, product, limit := int64(0), s.random.Float64(), math.Exp(-mean)
	for product > limit {
		n++
		product *= s.random.Float64()
	}
	return n
}

// among returns how many of n things, out of all, are among those that are drawn.
func (s *stepper) among(n, all, drawn int64) int64 {
	if n == all || drawn == all {
		return min(n, drawn)
	}
	if drawn <= 64 {
		k := int64(0)
		for i := range drawn {
			if s.random.Float64()*float64(all-i) < float64(n-k) {
				k++
			}
		}
		return k
	}
	share, rest := float64(n)/float64(all), float64(all-drawn)/float64(all-1)
	mean := float64(drawn) * share
	k := int64(math.Round(mean + math.Sqrt(mean*(1-share)*rest)*s.random.NormFloat64()))
	return min(n, drawn, max(0, drawn-(all-n), k))
}

// some returns how many of n things are of a kind that has a share of them all.
func (s *stepper) some(n int64, share float64) int64 {
	switch {
	case share <= 0 || n == 0:
		return 0
	case share >= 1:
		return n
	}
	mean := float64(n) * share
	if variance := mean * (1 - share); variance > 25 {
		return min(n, max(0, int64(math.Round(mean+math.Sqrt(variance)*s.random.NormFloat64()))))
	}
	if n > 64 { // few of many, or nearly all of many
		if share > 0.5 {
			return n - min(n, s.poisson(float64(n)-mean))
		}
		return min(n, s.poisson(mean))
	}
	k := int64(0)
	for range n {
		if s.random.Float64() < share {
			k++
		}
	}
	return k
}
