package simulation

import "math/rand/v2"

// environment is an execution environment.
type environment struct {
	ends float64 // no request is run after this
	idle float64 // since when
}

// request is one that was refused, and is sent again, or one that waits.
type request struct {
	arrived float64
	attempt int
}

// event is what happens at a time: an environment is done, or a request comes again.
type event struct {
	at      float64
	done    bool
	ends    float64 // of the environment that is done
	request request
}

// agenda is a heap of events, the earliest first.
type agenda []event

func (a *agenda) add(e event) {
	*a = append(*a, e)
	h := *a
	i := len(h) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if h[parent].at <= h[i].at {
			break
		}
		h[parent], h[i] = h[i], h[parent]
		i = parent
	}
}

func (a *agenda) next() event {
	h := *a
	first, last := h[0], len(h)-1
	h[0] = h[last]
	h = h[:last]
	*a = h
	for i := 0; ; {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < last; child++ {
			if h[child].at < h[least].at {
				least = child
			}
		}
		if least == i {
			return first
		}
		h[i], h[least] = h[least], h[i]
		i = least
	}
}

// follower runs a model request by request.
type follower struct {
	Model
	*meter
	random                         *rand.Rand
	throttle, scaling, invocations bucket
	agenda                         agenda
	idle                           []environment // the one that was busy last at the end
	expired                        int           // how many of the first in idle are gone
	queue                          []request
	served                         int // of the queue
	running                        int64
}

// follow runs a model request by request.
func follow(m Model) Outcome {
	f := &follower{
		Model: m, meter: newMeter(m), random: m.random(),
		throttle: newBucket(m.Throttle), scaling: newBucket(m.Function.Scaling), invocations: newBucket(m.Function.Invocations),
	}
	f.Followed = true
	begin := 0.0
	for _, s := range m.Load {
		end := begin + s.Length.Seconds()
		for now := begin; s.Rate > 0; {
			if now += f.random.ExpFloat64() / s.Rate; now >= end {
				break
			}
			f.until(now)
			f.arrive(now, request{arrived: now})
		}
		f.until(end)
		begin = end
	}
	return f.outcome()
}

// until does what is due.
func (f *follower) until(now float64) {
	for len(f.agenda) > 0 && f.agenda[0].at <= now {
		e := f.agenda.next()
		if e.done {
			f.finish(e)
		} else {
			f.arrive(e.at, e.request)
		}
	}
}

// arrive handles an attempt.
func (f *follower) arrive(now float64, r request) {
	first := int64(0)
	if r.attempt == 0 {
		first = 1
	}
	f.attempts(now, first, 1)
	if !f.throttle.take(now) {
		f.refused(now, 1, 0)
		f.again(now, r)
		return
	}
	if f.Function.Queue {
		f.queue = append(f.queue, request{arrived: now})
		f.serve(now)
	} else if !f.invocations.take(now) || !f.start(now, r) {
		f.refused(now, 0, 1)
		f.again(now, r)
	}
}

// serve runs requests that wait, in their order.
func (f *follower) serve(now float64) {
	for f.served < len(f.queue) && f.start(now, f.queue[f.served]) {
		f.served++
	}
	if f.served > 1024 && f.served*2 > len(f.queue) {
		f.queue = f.queue[:copy(f.queue, f.queue[f.served:])]
		f.served = 0
	}
}

// again sends a refused request once more, or gives it up.
func (f *follower) again(now float64, r request) {
	if r.attempt >= f.Retries.Attempts {
		if f.counts(now) {
			f.Lost++
		}
		return
	}
	f.agenda.add(event{at: now + f.random.Float64()*f.Retries.longest(r.attempt), request: request{arrived: r.arrived, attempt: r.attempt + 1}})
}

// start runs a request, and reports whether there is an environment for it.
func (f *follower) start(now float64, r request) bool {
	env, cold, ok := f.environment(now)
	if !ok {
		return false
	}
	duration, cut := f.Function.limit(f.Function.duration(f.random))
	if cold {
		duration += f.Function.Cold.Seconds()
		f.cold(now, 1)
	}
	if f.counts(now) {
		f.Invocations++
		f.BusySeconds += duration
		if cut {
			f.TimedOut++
		}
	}
	if f.Function.Queue {
		f.waited(r.arrived, now-r.arrived)
	}
	f.running++
	f.set(now, f.running)
	f.agenda.add(event{at: now + duration, done: true, ends: env.ends})
	return true
}

// environment returns an idle one, the one that was busy last before others, or else a
// new one, which starts cold.
func (f *follower) environment(now float64) (env environment, cold, ok bool) {
	f.expire(now)
	for len(f.idle) > f.expired {
		env = f.idle[len(f.idle)-1]
		f.idle = f.idle[:len(f.idle)-1]
		if env.ends > now {
			return env, false, true
		}
	}
	f.idle, f.expired = f.idle[:0], 0
	if limit := f.Function.Environments; limit > 0 && f.running >= int64(limit) || !f.scaling.take(now) {
		return environment{}, false, false
	}
	f.Environments = max(f.Environments, int(f.running)+1) // none is idle
	env.ends = maxTime
	if life := f.Function.Lifetime.Seconds(); life > 0 {
		env.ends = now + life*f.random.ExpFloat64()
	}
	return env, true, true
}

// maxTime is after every run.
const maxTime = 1e18

// expire takes the environments away that were idle for too long. The first were idle
// longest.
func (f *follower) expire(now float64) {
	keep := f.Function.KeepAlive.Seconds()
	if keep == 0 {
		return
	}
	for f.expired < len(f.idle) && now-f.idle[f.expired].idle > keep {
		f.expired++
	}
	if f.expired > 1024 && f.expired*2 > len(f.idle) { // the memory is used again
		f.idle = f.idle[:copy(f.idle, f.idle[f.expired:])]
		f.expired = 0
	}
}

// finish makes the environment of a request idle, or gives it to one that waits.
func (f *follower) finish(e event) {
	f.running--
	f.set(e.at, f.running)
	if e.ends > e.at {
		f.idle = append(f.idle, environment{ends: e.ends, idle: e.at})
	}
	f.serve(e.at)
}
