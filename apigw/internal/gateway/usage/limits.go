package usage

import (
	"time"

	"example.com/apigw/internal/assembly"
)

// bucket is a token bucket. Whoever uses it holds the ledger's lock.
type bucket struct {
	limit  assembly.Throttle
	tokens float64
	filled time.Time // when tokens was right
}

// ready refills the bucket and reports whether it has a token.
func (b *bucket) ready(now time.Time) bool {
	if passed := now.Sub(b.filled); passed > 0 {
		b.tokens = min(b.tokens+passed.Seconds()*b.limit.Rate, float64(b.limit.Burst))
		b.filled = now
	}
	return b.tokens >= 1
}

// count is what a key has used of its quota in the period at hand.
type count struct {
	quota  *assembly.Quota
	period time.Time // when it began
	left   int
}

func newCount(quota *assembly.Quota, now time.Time) *count {
	return &count{quota, periodStart(quota.Period, now), quota.Limit - quota.Offset}
}

// take uses one request of the quota, if there is one.
func (c *count) take(now time.Time) bool {
	if start := periodStart(c.quota.Period, now); start.After(c.period) {
		c.period, c.left = start, c.quota.Limit
	}
	if c.left <= 0 {
		return false
	}
	c.left--
	return true
}

// periodStart returns when the period of a quota began, in UTC. Weeks begin on
// Sunday.
func periodStart(period string, now time.Time) time.Time {
	year, month, day := now.UTC().Date()
	switch period {
	case "MONTH":
		day = 1
	case "WEEK":
		day -= int(now.UTC().Weekday())
	}
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}
