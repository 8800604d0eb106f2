package simulation

import (
	"fmt"
	"math"
	"testing"
	"time"
)

// The formulas that the parts of a simulation are checked against.

// erlangB returns the share of requests that find all servers busy, and are lost, at an
// offered load in erlangs.
func erlangB(servers int, load float64) float64 {
	b := 1.0
	for n := 1; n <= servers; n++ {
		b = load * b / (float64(n) + load*b)
	}
	return b
}

// erlangC returns the share of requests that have to wait for a server.
func erlangC(servers int, load float64) float64 {
	b := erlangB(servers, load)
	return b / (1 - load/float64(servers)*(1-b))
}

// steady returns a steady load after a warm-up of a tenth.
func steady(rate float64, length time.Duration) Model {
	return Model{Load: []Segment{{length, rate}}, WarmUp: length / 10, Seed: 1}
}

// estimate is a mean and the half width of its confidence interval of 99.9 %.
type estimate struct{ mean, half float64 }

// estimates runs a model with several seeds, and returns what is measured.
func estimates(t *testing.T, run func(Model) Outcome, m Model, measures ...func(Outcome) float64) []estimate {
	t.Helper()
	const runs = 8
	const quantile = 5.41 // of Student's distribution with 7 degrees of freedom
	if err := m.Check(); err != nil {
		t.Fatal(err)
	}
	sums, squares := make([]float64, len(measures)), make([]float64, len(measures))
	for seed := range runs {
		m.Seed = uint64(seed + 1)
		o := run(m)
		for i, measure := range measures {
			v := measure(o)
			sums[i] += v
			squares[i] += v * v
		}
	}
	list := make([]estimate, len(measures))
	for i := range list {
		mean := sums[i] / runs
		list[i] = estimate{mean, quantile * math.Sqrt(max(0, squares[i]/runs-mean*mean)/(runs-1))}
	}
	return list
}

// expect checks that a closed form is within the confidence interval, and that the
// interval is narrow enough to say something. slack is what steps round.
func expect(t *testing.T, what string, want float64, e estimate, slack float64) {
	t.Helper()
	mean, half := e.mean, e.half
	t.Logf("%s: closed form %.6g, simulated %.6g ± %.2g", what, want, mean, half)
	if math.Abs(mean-want) > half+slack*want {
		t.Errorf("%s: got %.6g ± %.2g, want %.6g", what, mean, half, want)
	}
	if half > 0.16*want {
		t.Errorf("%s: got an interval of ± %.2g around %.6g, want one that is narrower than 16 %%", what, half, mean)
	}
}

var engines = []struct {
	name  string
	run   func(Model) Outcome
	slack float64
}{{"request by request", follow, 0}, {"in steps", step, 0.005}}

func TestLittlesLaw(t *testing.T) {
	for _, engine := range engines {
		for _, shape := range []Shape{Fixed, Exponential, Lognormal} {
			t.Run(fmt.Sprintf("%s, shape %d", engine.name, shape), func(t *testing.T) {
				m := steady(200, 200*time.Second)
				m.Function = Function{Mean: 250 * time.Millisecond, Shape: shape}
				got := estimates(t, engine.run, m, func(o Outcome) float64 { return o.Concurrency.Mean })
				expect(t, "busy environments: rate × duration", 200*0.25, got[0], engine.slack)
			})
		}
	}
}

// Without a limit the number of busy environments is Poisson's, whatever the durations.
func TestBusyEnvironmentsWithoutALimitArePoissons(t *testing.T) {
	load := 20.0
	quantile, sum, term := 0, 0.0, math.Exp(-load)
	for sum += term; sum < 0.99; sum += term {
		quantile++
		term *= load / float64(quantile)
	}
	for _, engine := range engines {
		for _, shape := range []Shape{Fixed, Exponential, Lognormal} {
			t.Run(fmt.Sprintf("%s, shape %d", engine.name, shape), func(t *testing.T) {
				m := steady(200, 600*time.Second)
				m.Function = Function{Mean: 100 * time.Millisecond, Shape: shape}
				if got := estimates(t, engine.run, m, func(o Outcome) float64 { return float64(o.Concurrency.P99) })[0]; math.Abs(got.mean-float64(quantile)) > 0.6 {
					t.Errorf("got a mean of %.2f for the 99th percentile, want %d", got.mean, quantile)
				}
			})
		}
	}
}

func TestErlangB(t *testing.T) {
	tests := []struct {
		servers int
		load    float64
	}{{1, 1}, {10, 12}, {50, 45}}
	for _, engine := range engines {
		for _, shape := range []Shape{Fixed, Exponential} { // the loss does not depend on it
			for _, test := range tests {
				if engine.name != "request by request" && test.servers < 10 {
					continue // steps are for many
				}
				t.Run(fmt.Sprintf("%s, %d environments, shape %d", engine.name, test.servers, shape), func(t *testing.T) {
					m := steady(test.load/0.1, 400*time.Second)
					m.Function = Function{Mean: 100 * time.Millisecond, Shape: shape, Environments: test.servers}
					got := estimates(t, engine.run, m, func(o Outcome) float64 { return float64(o.RefusedByLambda) / float64(o.Attempts) })
					slack := engine.slack
					if slack > 0 {
						slack = 0.03 // a request that ends in a step makes room only in the next
					}
					expect(t, "share that is refused", erlangB(test.servers, test.load), got[0], slack)
				})
			}
		}
	}
}

func TestErlangC(t *testing.T) {
	tests := []struct {
		servers int
		load    float64
	}{{1, 0.5}, {2, 1.5}, {10, 8}, {20, 16}}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%d environments", test.servers), func(t *testing.T) {
			rate := test.load / 0.05
			m := steady(rate, time.Duration(200000/rate)*time.Second)
			m.Function = Function{Mean: 50 * time.Millisecond, Shape: Exponential, Environments: test.servers, Queue: true}
			c := erlangC(test.servers, test.load)
			got := estimates(t, follow, m,
				func(o Outcome) float64 { return float64(o.Waited) / float64(o.Invocations) },
				func(o Outcome) float64 { return o.WaitMean })
			expect(t, "share that waits", c, got[0], 0)
			expect(t, "mean wait", c*0.05/(float64(test.servers)-test.load), got[1], 0)
		})
	}
}

// The wait of M/D/1, by Pollaczek and Khinchine: half of that of M/M/1.
func TestWaitForOneEnvironmentWithAFixedDuration(t *testing.T) {
	m := steady(14, 20000*time.Second)
	m.Function = Function{Mean: 50 * time.Millisecond, Environments: 1, Queue: true}
	got := estimates(t, follow, m, func(o Outcome) float64 { return o.WaitMean })
	expect(t, "mean wait", 0.7*0.05/(2*(1-0.7)), got[0], 0)
}

// A bucket of one token is a counter with a dead time: after each request that passes,
// none does for 1/rate.
func TestThrottleWithABurstOfOne(t *testing.T) {
	m := steady(300, 500*time.Second)
	m.Throttle = Bucket{Rate: 200, Burst: 1}
	m.Function = Function{Mean: time.Millisecond}
	got := estimates(t, follow, m, func(o Outcome) float64 { return float64(o.Invocations) / o.Seconds })
	expect(t, "rate that passes", 300/(1+300.0/200), got[0], 0)
}

func TestThrottleUnderOverload(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			m := Model{Load: []Segment{{100 * time.Second, 5000}}, Throttle: Bucket{Rate: 1000, Burst: 2000}, Function: Function{Mean: 10 * time.Millisecond}, Seed: 1}
			o := engine.run(m)
			if want := 1000*100 + 2000.0; math.Abs(float64(o.Invocations)-want) > 2 {
				t.Errorf("got %d, want the burst and what the rate lets through in 100 s, %v", o.Invocations, want)
			}
			m.Load[0].Rate = 500
			if o := engine.run(m); o.RefusedByThrottle != 0 || o.Invocations != o.Requests {
				t.Errorf("got %d of %d refused at half of the rate, want none", o.RefusedByThrottle, o.Requests)
			}
		})
	}
}

// With one environment, the time from its last request to the next is exponential, so
// that it is gone with the probability exp(-rate × the time that it is kept).
func TestColdStartsAfterIdleTime(t *testing.T) {
	for _, keep := range []float64{15, 30, 60} {
		t.Run(fmt.Sprint(keep), func(t *testing.T) {
			const rate, mean, cold = 1 / 60.0, 2.0, 3.0
			m := steady(rate, 47*time.Hour)
			m.Function = Function{Mean: 2 * time.Second, Cold: 3 * time.Second, Environments: 1, KeepAlive: time.Duration(keep) * time.Second}
			share := math.Exp(-rate * keep)
			got := estimates(t, follow, m,
				func(o Outcome) float64 { return float64(o.ColdStarts) / float64(o.Invocations) },
				func(o Outcome) float64 { return float64(o.RefusedByLambda) / float64(o.Attempts) })
			expect(t, "share of cold starts", share, got[0], 0)
			// A loss system of one server, whose service has the cold starts in it.
			expect(t, "share that is refused", erlangB(1, rate*(mean+share*cold)), got[1], 0)
		})
	}
}

// An environment that is always used is replaced when its life is over.
func TestColdStartsByTheEndOfAnEnvironment(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			m := steady(500, 400*time.Second)
			m.Function = Function{Mean: 400 * time.Millisecond, Lifetime: 100 * time.Second, KeepAlive: time.Hour}
			got := estimates(t, engine.run, m, func(o Outcome) float64 { return float64(o.ColdStarts) / o.Seconds })[0]
			// Busy ones end at the rate of 1 in 100 s; idle ones that end are not
			// replaced before they are needed.
			low, high := 200/100.0, 260/100.0
			t.Logf("cold starts a second: between %.3g and %.3g, simulated %.4g ± %.2g", low, high, got.mean, got.half)
			if got.mean+got.half < low || got.mean-got.half > high {
				t.Errorf("got %.4g cold starts a second, want %.3g to %.3g", got.mean, low, high)
			}
		})
	}
}

// Lambda makes 1,000 environments at once, and 100 more a second.
func TestScaling(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			m := Model{Load: []Segment{{10 * time.Second, 5000}}, Seed: 1}
			m.Function = Function{Mean: 30 * time.Second, Scaling: Bucket{Rate: 100, Burst: 1000}}
			o := engine.run(m)
			if want := 1000 + 100*10; math.Abs(float64(o.ColdStarts-int64(want))) > 2 || o.Invocations != o.ColdStarts {
				t.Errorf("got %d environments and %d invocations in 10 s, want %d of each", o.ColdStarts, o.Invocations, want)
			}
		})
	}
}

// With retries, the attempts are a geometric series of the share that is refused. A
// throttle far below the load refuses the same share of all attempts.
func TestRetries(t *testing.T) {
	for _, engine := range engines {
		for _, retries := range []int{1, 2, 4} {
			t.Run(fmt.Sprintf("%s, %d", engine.name, retries), func(t *testing.T) {
				m := steady(2000, 15*time.Second)
				m.Throttle = Bucket{Rate: 500, Burst: 500}
				m.Function = Function{Mean: 10 * time.Millisecond}
				m.Retries = Retries{Attempts: retries, Backoff: 100 * time.Millisecond}
				// 2000 (1 + p + … + p^n) attempts a second, of which 500 pass.
				p := 0.75
				for range 200 {
					series := 0.0
					for k := range retries + 1 {
						series += math.Pow(p, float64(k))
					}
					p = 1 - 500/(2000*series)
				}
				got := estimates(t, engine.run, m,
					func(o Outcome) float64 { return float64(o.Attempts) / float64(o.Requests) },
					func(o Outcome) float64 { return float64(o.Lost) / float64(o.Requests) })
				expect(t, "attempts of a request", (1-math.Pow(p, float64(retries+1)))/(1-p), got[0], 0.005)
				expect(t, "share that is lost", math.Pow(p, float64(retries+1)), got[1], 0.01)
			})
		}
	}
}

// Both ways of running say the same of a load that has everything in it.
func TestBothEnginesAgree(t *testing.T) {
	m := Model{
		Load:     []Segment{{2 * time.Minute, 300}, {20 * time.Second, 3000}, {4 * time.Minute, 300}},
		WarmUp:   time.Minute,
		Throttle: Bucket{Rate: 2000, Burst: 4000},
		Function: Function{
			Mean: 200 * time.Millisecond, Shape: Lognormal, Timeout: 700 * time.Millisecond, Cold: 300 * time.Millisecond, Environments: 450,
			KeepAlive: 90 * time.Second, Lifetime: 10 * time.Minute, Scaling: Bucket{Rate: 10, Burst: 300}, Invocations: Bucket{Rate: 4500, Burst: 4500},
		},
		Retries: Retries{Attempts: 2, Backoff: 200 * time.Millisecond},
	}
	measures := []struct {
		name    string
		measure func(Outcome) float64
		within  float64
	}{
		{"requests", func(o Outcome) float64 { return float64(o.Requests) }, 0.01},
		{"attempts", func(o Outcome) float64 { return float64(o.Attempts) }, 0.02},
		{"invocations", func(o Outcome) float64 { return float64(o.Invocations) }, 0.02},
		{"refused by the throttle", func(o Outcome) float64 { return float64(o.RefusedByThrottle) }, 0.05},
		{"refused by Lambda", func(o Outcome) float64 { return float64(o.RefusedByLambda) }, 0.05},
		{"lost", func(o Outcome) float64 { return float64(o.Lost) }, 0.06},
		{"timed out", func(o Outcome) float64 { return float64(o.TimedOut) }, 0.05},
		{"cold starts", func(o Outcome) float64 { return float64(o.ColdStarts) }, 0.05},
		{"busy seconds", func(o Outcome) float64 { return o.BusySeconds }, 0.02},
		{"mean concurrency", func(o Outcome) float64 { return o.Concurrency.Mean }, 0.02},
		{"99th percentile", func(o Outcome) float64 { return float64(o.Concurrency.P99) }, 0.02},
		{"peak", func(o Outcome) float64 { return float64(o.Concurrency.Peak) }, 0.02},
		{"environments", func(o Outcome) float64 { return float64(o.Environments) }, 0.02},
		{"rate in the busiest second", func(o Outcome) float64 { return o.PeakRate }, 0.03},
	}
	outcomes := func(run func(Model) Outcome) (list []Outcome) {
		for seed := range uint64(8) {
			m.Seed = seed + 1
			list = append(list, run(m))
		}
		return list
	}
	followed, stepped := outcomes(follow), outcomes(step)
	for _, test := range measures {
		t.Run(test.name, func(t *testing.T) {
			one, other := 0.0, 0.0
			for i := range followed {
				one += test.measure(followed[i]) / float64(len(followed))
				other += test.measure(stepped[i]) / float64(len(followed))
			}
			t.Logf("request by request %.6g, in steps %.6g", one, other)
			if one == 0 || math.Abs(one-other) > test.within*one {
				t.Errorf("got %.6g in steps, want %.6g as request by request, within %v %%", other, one, 100*test.within)
			}
		})
	}
}
