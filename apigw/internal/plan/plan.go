package plan

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"example.com/apigw/internal/plan/simulation"
)

// What is assumed of Lambda, which does not document it.
const (
	keepAlive = 10 * time.Minute // of an idle environment; others measured 5 to 60 minutes
	lifetime  = 2 * time.Hour    // of any environment; documented is "every few hours"
	backoff   = 100 * time.Millisecond
)

// month is 730 hours, as the calculator of AWS has it.
const month = 730 * 3600.0

// Report is the answer to a question.
type Report struct {
	Question Question          `json:"question"`
	Region   string            `json:"region"`  // its name
	Regions  []string          `json:"regions"` // that have prices
	Doors    []Door            `json:"doors"`
	Read     string            `json:"read"` // when the prices were put together
	Sources  map[string]source `json:"sources"`
	Assumed  []string          `json:"assumed"`
	// Difference says which door costs more, if there is one of each.
	Difference string `json:"difference"`
	// Advice is what to do, in a sentence.
	Advice string `json:"advice"`
}

// Door is what a load makes of one door.
type Door struct {
	Setting Setting `json:"setting"`
	// Title, Behind and Facts say to people which door it is, what is behind it, and
	// what to read first.
	Title  string `json:"title"`
	Behind string `json:"behind"`
	Facts  []Fact `json:"facts"`
	// Needed is the concurrency if nothing limits it.
	Needed simulation.Concurrency `json:"needed"`
	// Present is what the present settings make of the load, with the retries of clients.
	Present simulation.Outcome `json:"present"`
	// Findings are what the present settings do to the load, in sentences.
	Findings []string `json:"findings"`
	Quotas   []Quota  `json:"quotas"`
	// Throttle is the one to set on the stage, and Reserved the concurrency to reserve.
	Throttle Limit      `json:"throttle"`
	Reserve  int        `json:"reserve"`
	Carries  Carries    `json:"carries"`
	Cold     ColdStarts `json:"cold"`
	Retries  Effect     `json:"retries"`
	// Usage, Bill and Monthly (US dollars) are of a month in which all of the load is
	// carried; MonthlyNow is what the present settings let through.
	Usage      Usage   `json:"usage"`
	Bill       []Line  `json:"bill"`
	Monthly    float64 `json:"monthly"`
	MonthlyNow float64 `json:"monthlyNow"`
	// Queue is what a queue in front of the function would do, if it refuses requests.
	Queue *Queue `json:"queue"`
	// Do are the things to do, each a part of a sentence.
	Do []string `json:"do"`
}

// Fact is something to know of a door.
type Fact struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Quota is a limit that AWS sets.
type Quota struct {
	Name  string  `json:"name"`
	Has   float64 `json:"has"`
	Needs float64 `json:"needs"`
	Unit  string  `json:"unit"`
	Short bool    `json:"short"` // it is too low
	How   string  `json:"how"`   // to get more
}

// quantity returns a number with its unit, where the name of the quota does not say it.
func (q Quota) quantity(n float64) string {
	if q.Unit == "MB" || q.Unit == "s" {
		return number(n) + " " + q.Unit
	}
	return number(n)
}

// Carries is the largest steady load that the present settings carry.
type Carries struct {
	Rate float64 `json:"rate"`
	By   string  `json:"by"` // what limits it
}

// ColdStarts is what to expect of them.
type ColdStarts struct {
	PerDay float64 `json:"perDay"`
	Share  float64 `json:"share"` // of the invocations: each is felt by one request
	OneIn  float64 `json:"oneIn"` // 0 if there are none
	Adds   float64 `json:"adds"`  // ms
}

// Effect is what retries of clients change.
type Effect struct {
	Attempts    float64 `json:"attempts"`    // of a request, on average
	Lost        float64 `json:"lost"`        // share of the requests
	LostWithout float64 `json:"lostWithout"` // share that would be lost without retries
}

// Queue is what happens to requests that wait where they are refused now.
type Queue struct {
	Mean float64 `json:"mean"` // seconds
	P99  float64 `json:"p99"`
	Keep bool    `json:"keep"` // the function keeps up with the load
}

// Make answers a question about an app. Without settings it answers for functions as
// they are by default. The error says what is wrong with the question.
func Make(q Question, settings []Setting) (*Report, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	doors := []string{Proxy, Mapped}
	if q.Door != Both {
		doors = []string{q.Door}
	}
	chosen := slices.DeleteFunc(slices.Clone(settings), func(s Setting) bool { return !slices.Contains(doors, s.Door) })
	switch {
	case len(settings) == 0:
		chosen = without(doors)
	case len(chosen) == 0:
		return nil, fmt.Errorf("--door %s: no function of the app is behind this door", q.Door)
	}
	if q.Region == "" {
		q.Region = "us-east-1"
		if chosen[0].Region != "" {
			q.Region = chosen[0].Region
		}
	}
	prices, err := regionOf(q.Region)
	if err != nil {
		return nil, err
	}
	r := &Report{Question: q, Region: prices.Name, Regions: Regions(), Read: priceList.Read, Sources: map[string]source{}, Assumed: assumptions(q)}
	run := once()
	for _, s := range chosen {
		if q.Memory != FromApp {
			s.Memory = q.Memory
		}
		if q.Reserved != FromApp {
			s.Reserved = q.Reserved
		}
		door, err := run.door(q, s, prices)
		if err != nil {
			return nil, err
		}
		for _, line := range door.Bill {
			if line.Source != "" {
				r.Sources[line.Source] = priceList.Sources[line.Source]
			}
		}
		r.Doors = append(r.Doors, *door)
	}
	r.Difference = difference(r.Doors)
	r.Advice = advice(r.Doors)
	return r, nil
}

// runs simulates a model.
type runs func(simulation.Model) (simulation.Outcome, error)

// once returns what simulates each model once, since doors often have the same settings.
func once() runs {
	known := map[string]simulation.Outcome{}
	return func(m simulation.Model) (simulation.Outcome, error) {
		key := fmt.Sprintf("%+v", m)
		if o, ok := known[key]; ok {
			return o, nil
		}
		o, err := simulation.Run(m)
		known[key] = o
		return o, err
	}
}

// limits returns how many environments the function may have, and what says so.
func (s Setting) limits(q Question) (environments int, by string) {
	if s.Reserved > 0 {
		return s.Reserved, fmt.Sprintf("the reserved concurrency of %s", count(s.Reserved))
	}
	left := max(1, q.Concurrency-s.Elsewhere)
	by = fmt.Sprintf("the account's concurrency of %s", count(q.Concurrency))
	if s.Elsewhere > 0 {
		by += fmt.Sprintf(", of which others have reserved %s,", count(s.Elsewhere))
	}
	return left, by
}

// account returns the throttle of all APIs of an account in a region.
func account(name string) Limit {
	if slices.Contains(priceList.LowThrottle, name) {
		return Limit{lowAccountRate, lowAccountBurst}
	}
	return Limit{accountRate, accountBurst}
}

// throttle returns the throttle that holds for a door, and what it is.
func (s Setting) throttle(q Question) (Limit, string) {
	all := account(q.Region)
	if s.Throttle == nil {
		return all, "the account's throttle"
	}
	l := Limit{min(s.Throttle.Rate, all.Rate), min(s.Throttle.Burst, all.Burst)}
	return l, "the stage's throttle"
}

// models returns the simulation of the present settings, and that without limits.
func models(q Question, s Setting) (present, free simulation.Model) {
	load, warmUp := q.load()
	timeout := s.Timeout
	if s.GatewayTimeout > 0 {
		timeout = min(timeout, s.GatewayTimeout)
	}
	free = simulation.Model{Load: load, WarmUp: warmUp, Seed: q.Seed, Function: simulation.Function{
		Mean: milliseconds(q.MS), Shape: simulation.Lognormal, Timeout: milliseconds(1000 * timeout),
		Cold: milliseconds(q.Cold), KeepAlive: keepAlive, Lifetime: lifetime,
	}}
	present = free
	t, _ := s.throttle(q)
	present.Throttle = simulation.Bucket{Rate: t.Rate, Burst: t.Burst}
	environments, _ := s.limits(q)
	present.Function.Environments = environments
	present.Function.Scaling = simulation.Bucket{Rate: scalingRate, Burst: scalingBurst}
	called := perEnvironment * float64(environments)
	present.Function.Invocations = simulation.Bucket{Rate: called, Burst: called}
	present.Retries = simulation.Retries{Attempts: q.Retries, Backoff: backoff}
	return present, free
}

func milliseconds(ms float64) time.Duration {
	return max(1, time.Duration(ms*float64(time.Millisecond)))
}

func (run runs) door(q Question, s Setting, prices region) (*Door, error) {
	present, free := models(q, s)
	d := &Door{Setting: s, Findings: []string{}, Do: []string{}}
	needed, err := run(free)
	if err != nil {
		return nil, err
	}
	if d.Present, err = run(present); err != nil {
		return nil, err
	}
	d.Needed = needed.Concurrency
	once := d.Present // without retries
	if q.Retries > 0 && d.Present.RefusedByThrottle+d.Present.RefusedByLambda > 0 {
		one := present
		one.Retries.Attempts = 0
		if once, err = run(one); err != nil {
			return nil, err
		}
	}
	d.Retries = Effect{
		Attempts:    share(d.Present.Attempts, d.Present.Requests),
		Lost:        share(d.Present.Lost, d.Present.Requests),
		LostWithout: share(once.Lost, once.Requests),
	}
	if d.Retries.Attempts == 0 {
		d.Retries.Attempts = 1
	}
	now, err := run.day(q, present, d.Present)
	if err != nil {
		return nil, err
	}
	day, err := run.day(q, free, needed)
	if err != nil {
		return nil, err
	}
	_, d.MonthlyNow = bill(prices, now.usage(q, s), s.Architecture, q.FreeTier)
	d.Cold = ColdStarts{PerDay: day.cold, Share: ratio(day.cold, day.invocations), Adds: q.Cold}
	if day.cold > 0 {
		d.Cold.OneIn = day.invocations / day.cold
	}
	d.Usage = day.usage(q, s)
	d.Bill, d.Monthly = bill(prices, d.Usage, s.Architecture, q.FreeTier)
	d.Throttle, d.Reserve = advised(q, needed)
	d.Carries = carries(q, s)
	d.Quotas = quotas(q, needed)
	d.judge(q, once)
	err = run.queued(d, present)
	d.Title, d.Behind, d.Facts = s.title(), s.behind(), d.facts()
	return d, err
}

// queued finds out what a queue would do, if Lambda refuses requests and they are not too
// many to be followed one by one.
func (run runs) queued(d *Door, m simulation.Model) error {
	if d.Present.RefusedByLambda == 0 || !d.Present.Followed {
		return nil
	}
	m.Throttle, m.Function.Invocations, m.Retries = simulation.Bucket{}, simulation.Bucket{}, simulation.Retries{}
	m.Function.Queue = true
	o, err := run(m)
	d.Queue = &Queue{o.WaitMean, o.WaitP99, float64(o.Invocations) > 0.99*float64(o.Requests)}
	return err
}

// amounts are what happens on a day.
type amounts struct{ attempts, throttled, invocations, served, cold, busy float64 }

// add adds what happens in a number of seconds, by the outcome of a model. By chance there
// were more requests in the simulation than the model has, or fewer: they are counted as
// the model has them.
func (a *amounts) add(m simulation.Model, o simulation.Outcome, seconds float64) {
	times := seconds / o.Seconds
	if o.Requests > 0 {
		times *= m.Requests() / float64(o.Requests)
	}
	a.attempts += float64(o.Attempts) * times
	a.throttled += float64(o.RefusedByThrottle) * times
	a.invocations += float64(o.Invocations) * times
	a.served += float64(o.Invocations-o.TimedOut) * times
	a.cold += float64(o.ColdStarts) * times
	a.busy += o.BusySeconds * times
}

// day returns what happens on a day, by the outcome of a model. A day with a burst is
// steady otherwise.
func (run runs) day(q Question, m simulation.Model, o simulation.Outcome) (amounts, error) {
	const seconds = 24 * 3600.0
	var a amounts
	if q.Pattern != Spike {
		a.add(m, o, seconds)
		return a, nil
	}
	a.add(m, o, o.Seconds)
	m.Load, m.WarmUp = q.steady()
	rest, err := run(m)
	if err == nil {
		a.add(m, rest, seconds-o.Seconds)
	}
	return a, err
}

// usage returns what a month is billed for.
func (a amounts) usage(q Question, s Setting) Usage {
	const days = month / (24 * 3600)
	billed := 1.0 // share of invocations that the gateway does not refuse before
	if s.Door == Mapped {
		billed -= q.Invalid / 100
	}
	u := Usage{
		// The gateway does not charge for what its throttle refuses, but for what Lambda does.
		GatewayRequests: (a.attempts - a.throttled) * days,
		Invocations:     a.invocations * billed * days,
		TransferOutGB:   a.served * q.KB / (1024 * 1024) * days,
	}
	// A cold start is billed, and each duration is rounded up to a millisecond.
	u.GBSeconds = (a.busy + 0.0005*a.invocations) * billed * days * float64(s.Memory) / 1024
	u.LogGB = u.Invocations * logOfInvocation / (1 << 30)
	if s.AccessLog {
		u.LogGB += u.GatewayRequests * logOfRequest / (1 << 30)
	}
	if s.Tracing { // one a second, and 5 % of the rest
		first := min(u.GatewayRequests, month)
		u.Traces = first + 0.05*(u.GatewayRequests-first)
	}
	return u
}

func share(part, of int64) float64 { return ratio(float64(part), float64(of)) }

func ratio(part, of float64) float64 {
	if of == 0 {
		return 0
	}
	return part / of
}

// highest returns the highest rate of a question, as the busiest second had it or as it
// is meant.
func highest(q Question, o simulation.Outcome) float64 { return max(q.peak(), o.PeakRate) }

// advised returns the throttle and the concurrency that let a load through, with a
// margin, and not much more.
func advised(q Question, needed simulation.Outcome) (Limit, int) {
	return Limit{Rate: up(1.25 * q.peak()), Burst: up(max(q.peak(), 1.2*needed.PeakRate))},
		int(up(max(1.2*float64(needed.Concurrency.Peak), highest(q, needed)/perEnvironment, 1)))
}

// up rounds a number up to two digits.
func up(n float64) float64 {
	if n <= 10 {
		return math.Ceil(n)
	}
	unit := math.Pow(10, math.Floor(math.Log10(n))-1)
	return math.Ceil(n/unit-1e-9) * unit
}

// refused is how much of a load may be refused that is carried.
const refused = 0.001

// carries returns the largest steady rate of which hardly anything is refused.
func carries(q Question, s Setting) Carries {
	limit, by := s.throttle(q)
	environments, concurrency := s.limits(q)
	c := Carries{limit.Rate, fmt.Sprintf("%s of %s requests a second", by, number(limit.Rate))}
	if rate := perEnvironment * float64(environments); rate < c.Rate {
		c = Carries{rate, concurrency + ", since an environment is called at most 10 times a second"}
	}
	low, high := 0.0, c.Rate
	for range 50 {
		if middle := (low + high) / 2; loss(environments, middle*q.MS/1000) > refused {
			high = middle
		} else {
			low = middle
		}
	}
	if low < 0.999*c.Rate {
		c = Carries{low, concurrency}
	}
	return c
}

// loss returns the share of requests that find all environments busy (Erlang's formula B).
func loss(environments int, busy float64) float64 {
	b := 1.0
	for n := 1; n <= environments; n++ {
		b = busy * b / (float64(n) + busy*b)
	}
	return b
}

// quotas compares what a load needs with what an account has.
func quotas(q Question, needed simulation.Outcome) []Quota {
	all, rate := account(q.Region), highest(q, needed)
	environments := max(float64(needed.Concurrency.Peak), math.Ceil(rate/perEnvironment))
	list := []Quota{
		{Name: "API Gateway: requests a second of the account", Has: all.Rate, Needs: rate, Unit: "a second", How: "ask for more in Service Quotas (L-8A5B8E43); the burst goes with it"},
		{Name: "Lambda: concurrent executions of the account", Has: float64(q.Concurrency), Needs: environments + unreserved, Unit: "at once", How: "ask for more in Service Quotas (L-B99A9384); a new account has less than 1,000"},
		{Name: "Lambda: new environments of a function in 10 s", Has: scalingBurst, Needs: float64(needed.PeakStarts), Unit: "at once", How: "it cannot be raised: provision concurrency before the burst, put a queue in front, or spread the load over several functions"},
		{Name: "Lambda: size of a response", Has: payloadMB, Needs: q.KB / 1024, Unit: "MB", How: "it cannot be raised: stream the response, or return a link to S3"},
		{Name: "API Gateway: seconds that it waits", Has: gatewaySeconds, Needs: q.MS / 1000, Unit: "s", How: "a regional API can have more by Service Quotas, for a lower throttle; or answer at once and work later"},
	}
	for i := range list {
		list[i].Short = list[i].Needs > list[i].Has
	}
	return list
}

// short reports whether a quota, whose name begins like this, is too low.
func (d *Door) short(name string) bool {
	return slices.ContainsFunc(d.Quotas, func(q Quota) bool { return q.Short && strings.HasPrefix(q.Name, name) })
}

// judge says what the present settings do to a load, and what to do. once is the outcome
// without retries.
func (d *Door) judge(q Question, once simulation.Outcome) {
	s := d.Setting
	limit, by := s.throttle(q)
	if once.RefusedByThrottle > 0 {
		d.Findings = append(d.Findings, fmt.Sprintf("%s of %s requests a second, %s at once, refuses %s of the requests (429)",
			by, number(limit.Rate), number(limit.Burst), percent(share(once.RefusedByThrottle, once.Attempts))))
	}
	all := account(q.Region)
	if s.Throttle != nil && (s.Throttle.Rate < d.Throttle.Rate || s.Throttle.Burst < d.Throttle.Burst) && once.RefusedByThrottle > 0 {
		d.Do = append(d.Do, fmt.Sprintf("set the throttle of the stage to %s requests a second and a burst of %s", number(d.Throttle.Rate), number(d.Throttle.Burst)))
	}
	if q.peak() > all.Rate || s.Throttle == nil && once.RefusedByThrottle > 0 {
		d.Do = append(d.Do, fmt.Sprintf("ask for a throttle of %s requests a second for the account in %s", number(d.Throttle.Rate), q.Region))
	}
	environments, concurrency := s.limits(q)
	if once.RefusedByLambda > 0 {
		by := concurrency
		if environments >= d.Reserve {
			by = "how fast Lambda makes new environments (1,000 in 10 s)"
		}
		d.Findings = append(d.Findings, fmt.Sprintf("%s refuses %s of the requests (500)", by, percent(share(once.RefusedByLambda, once.Attempts))))
	}
	if s.Reserved > 0 && s.Reserved < max(d.Needed.Peak, int(q.peak()/perEnvironment)) {
		d.Do = append(d.Do, fmt.Sprintf("reserve a concurrency of %s", count(d.Reserve)))
	}
	if d.short("Lambda: new environments") || once.RefusedByLambda > 0 && environments >= d.Reserve {
		d.Do = append(d.Do, fmt.Sprintf("provision a concurrency of %s before the load comes, or put a queue in front", count(d.Needed.Peak)))
	}
	if need := d.Reserve + s.Elsewhere + unreserved; need > q.Concurrency && d.Reserve > s.Reserved {
		d.Do = append(d.Do, fmt.Sprintf("ask for %s concurrent executions in %s", number(up(float64(need))), q.Region))
	}
	if s.Elsewhere+s.Reserved > q.Concurrency-unreserved {
		d.Findings = append(d.Findings, fmt.Sprintf("functions reserve a concurrency of %s, and a deployment fails that leaves fewer than %d of the account's %s", count(s.Elsewhere+s.Reserved), unreserved, count(q.Concurrency)))
	}
	if once.TimedOut > 0 {
		timeout, whose := s.Timeout, "the function's timeout"
		if s.GatewayTimeout > 0 && s.GatewayTimeout < timeout {
			timeout, whose = s.GatewayTimeout, "the integration's timeout"
		}
		d.Findings = append(d.Findings, fmt.Sprintf("%s of %s s cuts off %s of the invocations (504)", whose, number(timeout), percent(share(once.TimedOut, once.Invocations))))
		if q.MS/1000*3 < gatewaySeconds {
			d.Do = append(d.Do, fmt.Sprintf("raise %s to %s s", whose, number(min(gatewaySeconds, math.Ceil(q.MS/1000*6)))))
		} else {
			d.Do = append(d.Do, "answer at once and work later, since the gateway waits for 29 s")
		}
	}
	if q.KB/1024 > payloadMB {
		d.Findings = append(d.Findings, fmt.Sprintf("a response of %s MB is more than the 6 MB that Lambda returns", number(math.Round(q.KB/102.4)/10)))
		d.Do = append(d.Do, "stream the response, or return a link to S3")
	}
	if len(d.Findings) == 0 {
		d.Findings = append(d.Findings, "nothing is refused, and nothing is cut off")
	}
}
