package simulation

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

// million is a burst of a million requests a second for ten seconds.
func million() Model {
	return Model{
		Load:     []Segment{{2 * time.Minute, 2000}, {10 * time.Second, MaxRate}, {2 * time.Minute, 2000}},
		WarmUp:   time.Minute,
		Throttle: Bucket{Rate: 10_000, Burst: 5_000},
		Function: Function{
			Mean: 50 * time.Millisecond, Shape: Lognormal, Timeout: 3 * time.Second, Cold: 150 * time.Millisecond, Environments: 1000,
			KeepAlive: 10 * time.Minute, Lifetime: 2 * time.Hour, Scaling: Bucket{100, 1000}, Invocations: Bucket{10_000, 10_000},
		},
		Retries: Retries{Attempts: 2, Backoff: 100 * time.Millisecond},
		Seed:    1,
	}
}

// What goes in comes out: each attempt is refused or an invocation, and each request that
// is not lost has one invocation.
func TestNothingGetsLost(t *testing.T) {
	small := million()
	small.Load = []Segment{{time.Minute, 1000}, {10 * time.Second, 30_000}, {time.Minute, 1000}}
	small.WarmUp = 0
	for _, m := range []Model{small, million()} {
		o, err := Run(m)
		if err != nil {
			t.Fatal(err)
		}
		if got := o.RefusedByThrottle + o.RefusedByLambda + o.Invocations; got != o.Attempts {
			t.Errorf("followed %t: got %d attempts that were refused or run, want all of %d", o.Followed, got, o.Attempts)
		}
		// Some retries may still be to come at the end, and some of the warm-up come later.
		if got := float64(o.Invocations + o.Lost); math.Abs(got-float64(o.Requests)) > 0.001*float64(o.Requests) {
			t.Errorf("followed %t: got %v requests that were run or lost, want all of %d", o.Followed, got, o.Requests)
		}
		if o.PeakRate < 30_000 || o.RefusedByThrottle == 0 || o.Concurrency.Peak > 1000 {
			t.Errorf("followed %t: got a peak of %v a second, %d refused and %d busy, want the burst, some refused, and at most 1,000", o.Followed, o.PeakRate, o.RefusedByThrottle, o.Concurrency.Peak)
		}
		if len(o.Timeline) != points {
			t.Errorf("got %d points, want %d", len(o.Timeline), points)
		}
		offered := 0.0
		for _, p := range o.Timeline {
			offered += p.Offered * o.Seconds / points
		}
		if math.Abs(offered-float64(o.Requests)) > 1 {
			t.Errorf("got %v requests in the timeline, want all of %d", offered, o.Requests)
		}
	}
}

func TestARunIsRepeatable(t *testing.T) {
	for _, rate := range []float64{100, 50_000} {
		m := million()
		m.Load = []Segment{{2 * time.Minute, rate}}
		one, err := Run(m)
		if err != nil {
			t.Fatal(err)
		}
		if two, _ := Run(m); !reflect.DeepEqual(one, two) {
			t.Errorf("rate %v: got another outcome with the same seed", rate)
		}
		m.Seed++
		if three, _ := Run(m); reflect.DeepEqual(one, three) {
			t.Errorf("rate %v: got the same outcome with another seed", rate)
		}
	}
}

func TestBadModels(t *testing.T) {
	tests := []struct {
		rule   string
		change func(*Model)
		want   string
	}{
		{"a rate below zero", func(m *Model) { m.Load[0].Rate = -1 }, "the rate -1"},
		{"a rate that is no number", func(m *Model) { m.Load[0].Rate = math.NaN() }, "the rate NaN"},
		{"too high a rate", func(m *Model) { m.Load[0].Rate = 2e6 }, "expected 0 to 1000000"},
		{"an infinite rate", func(m *Model) { m.Load[0].Rate = math.Inf(1) }, "the rate +Inf"},
		{"no load", func(m *Model) { m.Load = nil }, "a load of 0s"},
		{"a part of the load that is shorter than none", func(m *Model) { m.Load[0].Length = -1 }, "the length -1ns"},
		{"too long a load", func(m *Model) { m.Load[0].Length = 100 * time.Hour }, "expected up to 48h0m0s"},
		{"a warm-up as long as the load", func(m *Model) { m.WarmUp = m.Length() }, "a warm-up"},
		{"no duration", func(m *Model) { m.Function.Mean = 0 }, "a duration of 0s"},
		{"too long a duration", func(m *Model) { m.Function.Mean = time.Hour }, "a duration of 1h0m0s"},
		{"a cold start below zero", func(m *Model) { m.Function.Cold = -1 }, "a cold start"},
		{"a timeout below zero", func(m *Model) { m.Function.Timeout = -1 }, "below zero"},
		{"too many retries", func(m *Model) { m.Retries.Attempts = 11 }, "11 retries"},
		{"too long a backoff", func(m *Model) { m.Retries.Backoff = time.Minute }, "a backoff of 1m0s"},
		{"a limit that is no number", func(m *Model) { m.Throttle.Rate = math.NaN() }, "a limit of NaN"},
		{"a limit below zero", func(m *Model) { m.Function.Scaling.Burst = -1 }, "and -1 at once"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			m := million()
			test.change(&m)
			if _, err := Run(m); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
}

func TestOddModelsRun(t *testing.T) {
	tests := []struct {
		rule   string
		change func(*Model)
	}{
		{"no requests", func(m *Model) { m.Load = []Segment{{time.Minute, 0}}; m.WarmUp = 0 }},
		{"a load of a nanosecond", func(m *Model) { m.Load = []Segment{{1, MaxRate}}; m.WarmUp = 0 }},
		{"invocations that outlast the load", func(m *Model) { m.Function.Mean, m.Function.Timeout = MaxDuration, 0 }},
		{"invocations of a microsecond", func(m *Model) { m.Function.Mean = time.Microsecond }},
		{"every invocation is cut off", func(m *Model) { m.Function.Timeout = 1; m.Function.Shape = Fixed }},
		{"a throttle that lets nothing through", func(m *Model) { m.Throttle = Bucket{Rate: 1} }},
		{"many retries at once", func(m *Model) { m.Retries = Retries{Attempts: 10} }},
		{"many retries, far apart", func(m *Model) { m.Retries = Retries{Attempts: 10, Backoff: 20 * time.Second} }},
		{"one environment", func(m *Model) { m.Function.Environments = 1 }},
		{"a queue", func(m *Model) { m.Function.Queue = true; m.Load[1].Rate = 5000 }},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			m := million()
			test.change(&m)
			o, err := Run(m)
			if err != nil {
				t.Fatal(err)
			}
			v := reflect.ValueOf(o)
			for i := range v.NumField() {
				if v.Field(i).CanFloat() && (math.IsNaN(v.Field(i).Float()) || v.Field(i).Float() < 0) || v.Field(i).CanInt() && v.Field(i).Int() < 0 {
					t.Errorf("got %v for %s, want a number of 0 or more", v.Field(i), v.Type().Field(i).Name)
				}
			}
		})
	}
}

func BenchmarkFollow(b *testing.B) {
	m := million()
	m.Load = []Segment{{20 * time.Minute, 1000}}
	for b.Loop() {
		follow(m)
	}
	b.ReportMetric(m.requests()*float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}

func BenchmarkMillionRequestsASecond(b *testing.B) {
	m := million()
	b.ReportAllocs()
	for b.Loop() {
		step(m)
	}
	b.ReportMetric(m.requests()*float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}
