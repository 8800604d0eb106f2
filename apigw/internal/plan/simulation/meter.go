package simulation

import "math"

// meter collects the outcome of a run. It takes the same little memory for every run.
type meter struct {
	Outcome
	warm, end  float64
	last       float64 // when busy was set
	busy       int64
	area       float64 // busy × time
	levels     histogram
	waits      histogram
	waitSum    float64
	second     float64 // of rate
	rate       int64   // attempts in it
	period     float64 // of ten seconds, of starts
	starts     int64   // cold starts in it
	pointWidth float64
	pointArea  []float64
}

func newMeter(m Model) *meter {
	c := &meter{warm: m.WarmUp.Seconds(), end: m.Length().Seconds()}
	c.Seconds = c.end - c.warm
	c.pointWidth = c.Seconds / points
	c.Timeline = make([]Point, points)
	c.pointArea = make([]float64, points)
	for i := range c.Timeline {
		c.Timeline[i].Second = float64(i) * c.pointWidth
	}
	return c
}

// counts reports whether a time is after the warm-up.
func (c *meter) counts(now float64) bool { return now >= c.warm && now < c.end }

// point returns the part of the timeline that a time is in.
func (c *meter) point(now float64) *Point {
	i := int((now - c.warm) / c.pointWidth)
	return &c.Timeline[max(0, min(i, points-1))]
}

// attempts counts attempts at a time, of which some are the first of a request.
func (c *meter) attempts(now float64, first, all int64) {
	if !c.counts(now) {
		return
	}
	c.Requests += first
	c.Attempts += all
	c.point(now).Offered += float64(first)
	if second := math.Floor(now); second != c.second {
		c.second, c.rate = second, 0
	}
	c.rate += all
	c.PeakRate = max(c.PeakRate, float64(c.rate))
}

// refused counts attempts that were refused.
func (c *meter) refused(now float64, byThrottle, byLambda int64) {
	if !c.counts(now) {
		return
	}
	c.RefusedByThrottle += byThrottle
	c.RefusedByLambda += byLambda
	c.point(now).Refused += float64(byThrottle + byLambda)
}

// cold counts cold starts.
func (c *meter) cold(now float64, n int64) {
	if c.counts(now) {
		c.ColdStarts += n
		if period := math.Floor(now / 10); period != c.period {
			c.period, c.starts = period, 0
		}
		c.starts += n
		c.PeakStarts = max(c.PeakStarts, int(c.starts))
		c.point(now).Cold += float64(n)
	}
}

// set says how many environments are busy from now on.
func (c *meter) set(now float64, busy int64) {
	from, to := max(c.last, c.warm), min(now, c.end)
	if to > from {
		c.area += float64(c.busy) * (to - from)
		c.levels.add(float64(c.busy), to-from)
		c.spread(from, to)
	}
	c.last, c.busy = now, busy
	if c.counts(now) {
		c.Concurrency.Peak = max(c.Concurrency.Peak, int(busy))
	}
}

// spread adds a time at one level to the parts of the timeline that it is in.
func (c *meter) spread(from, to float64) {
	for i := max(0, min(int((from-c.warm)/c.pointWidth), points-1)); i < points; i++ {
		end := c.warm + float64(i+1)*c.pointWidth
		if i == points-1 {
			end = to
		}
		c.pointArea[i] += float64(c.busy) * (min(to, end) - from)
		if to <= end {
			return
		}
		from = end
	}
}

// waited counts the wait of a request for an environment, in seconds.
func (c *meter) waited(arrived, wait float64) {
	if !c.counts(arrived) {
		return
	}
	if wait > 0 {
		c.Waited++
		c.waitSum += wait
	}
	c.waits.add(math.Round(wait*1e6), 1)
}

// outcome returns what was collected.
func (c *meter) outcome() Outcome {
	c.set(c.end, c.busy)
	c.Concurrency.Mean = c.area / c.Seconds
	c.Concurrency.P99 = int(c.levels.quantile(0.99))
	if c.waits.total > 0 {
		c.WaitMean = c.waitSum / c.waits.total
		c.WaitP99 = c.waits.quantile(0.99) / 1e6
	}
	for i := range c.Timeline {
		p := &c.Timeline[i]
		p.Offered /= c.pointWidth
		p.Refused /= c.pointWidth
		p.Cold /= c.pointWidth
		p.Busy = c.pointArea[i] / c.pointWidth
	}
	return c.Outcome
}

// histogram counts values of 0 and more by weight: each up to 1,024 exactly, and larger
// ones to within 0.2 %.
type histogram struct {
	weights []float64
	total   float64
}

const (
	exact     = 1024
	perDouble = 512
)

// slot returns where a value is counted.
func slot(value float64) int {
	if value < exact {
		return int(value)
	}
	return exact + int(math.Log2(value/exact)*perDouble)
}

// add counts a value.
func (h *histogram) add(value, weight float64) {
	i := slot(value)
	for i >= len(h.weights) {
		h.weights = append(h.weights, 0)
	}
	h.weights[i] += weight
	h.total += weight
}

// quantile returns the least value that a share of the weight does not exceed.
func (h *histogram) quantile(share float64) float64 {
	sum := 0.0
	for i, w := range h.weights {
		if sum += w; w > 0 && sum >= share*h.total {
			if i < exact {
				return float64(i)
			}
			return math.Floor(exact * math.Exp2((float64(i-exact)+0.5)/perDouble))
		}
	}
	return 0
}
