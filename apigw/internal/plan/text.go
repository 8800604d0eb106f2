package plan

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"example.com/apigw/internal/rules"
)

// number writes a number as people do: 1,234,567, and small ones with up to three digits.
func number(n float64) string {
	if math.Abs(n) < 100 && n != math.Trunc(n) {
		return strconv.FormatFloat(n, 'g', 3, 64)
	}
	digits := strconv.FormatFloat(math.Abs(math.Round(n)), 'f', 0, 64)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	if n < 0 {
		return "-" + digits
	}
	return digits
}

func count(n int) string { return number(float64(n)) }

// percent writes a share, of which there is some.
func percent(share float64) string {
	switch p := 100 * share; {
	case p > 0 && p < 0.1:
		return "less than 0.1 %"
	case p > 99.5 && p < 100:
		return "nearly all"
	case p < 10:
		return strconv.FormatFloat(p, 'f', 1, 64) + " %"
	default:
		return strconv.FormatFloat(p, 'f', 0, 64) + " %"
	}
}

// dollars writes an amount of money.
func dollars(n float64) string {
	if n > 0 && n < 0.01 {
		return "< $0.01"
	}
	cents := math.Round(100 * n)
	return "$" + number(math.Trunc(cents/100)) + fmt.Sprintf(".%02.0f", math.Mod(cents, 100))
}

// assumptions says what an answer rests on that AWS does not document, or that nobody
// said.
func assumptions(q Question) []string {
	list := []string{
		"durations are lognormal: half are shorter than 0.9 × the mean, and 1 % longer than 2.8 ×",
		"requests arrive independently of each other (Poisson)",
		"Lambda keeps an idle environment for 10 minutes, ends each after 2 hours on average, and uses the one that was busy last first",
		fmt.Sprintf("a cold start adds %s ms, and is billed", number(q.Cold)),
		fmt.Sprintf("an invocation logs %d bytes, and the access log has %s for each request", logOfInvocation, count(logOfRequest)),
		"all of the load goes through each of the doors, one at a time",
	}
	switch q.Pattern {
	case Daily:
		list = append(list, fmt.Sprintf("every day has the same wave, with %s requests a second at noon", number(q.peak())))
	case Spike:
		list = append(list, fmt.Sprintf("once a day %s requests a second come for %s s", number(q.peak()), number(q.BurstSeconds)))
	}
	if q.Retries > 0 {
		list = append(list, fmt.Sprintf("clients try up to %d more times, after up to 100 ms, 200 ms and so on", q.Retries))
	}
	return list
}

// advice returns what to do, in a sentence.
func advice(doors []Door) string {
	var parts []string
	for i, d := range doors {
		same := func(other Door) bool { return slices.Equal(other.Do, d.Do) }
		if len(d.Do) == 0 || slices.ContainsFunc(doors[:i], same) {
			continue
		}
		part := strings.Join(d.Do, ", and ")
		var names []string
		for _, other := range doors {
			if same(other) {
				names = append(names, other.Setting.name())
			}
		}
		if len(names) < len(doors) {
			part = "for " + strings.Join(names, " and ") + " " + part
		}
		parts = append(parts, part)
	}
	if len(parts) > 0 {
		return "To carry this load, " + strings.Join(parts, "; ") + "."
	}
	least := slices.MinFunc(doors, func(a, b Door) int { return cmp.Compare(a.Carries.Rate, b.Carries.Rate) }).Carries
	return fmt.Sprintf("Nothing has to change for this load: up to %s steady requests a second are carried, limited by %s.", down(least.Rate), least.By)
}

// difference says which door costs more a month, if there is one of each.
func difference(doors []Door) string {
	if len(doors) != 2 || doors[0].Setting.Door == doors[1].Setting.Door {
		return ""
	}
	proxy, mapped := doors[0], doors[1]
	if proxy.Setting.Door == Mapped {
		proxy, mapped = mapped, proxy
	}
	why := "API Gateway takes the same for either, and nothing for mapping templates and models"
	switch less := proxy.Monthly - mapped.Monthly; {
	case math.Abs(less) <= 0.001*proxy.Monthly:
		return "both doors cost the same: " + why + "; a request that a model refuses costs no invocation without proxy integration (--invalid)"
	case less > 0:
		return fmt.Sprintf("without proxy integration a month costs %s less: %s, but the functions differ in what they are or how often they are called", dollars(less), why)
	default:
		return fmt.Sprintf("with proxy integration a month costs %s less: %s, but the functions differ in what they are", dollars(-less), why)
	}
}

// name returns what people call a door.
func (s Setting) name() string {
	kind := "the door with proxy integration"
	if s.Door == Mapped {
		kind = "the door without proxy integration"
	}
	if s.API != "" {
		return fmt.Sprintf("%s/%s", s.API, s.Stage)
	}
	return kind
}

// Write writes a report for people.
func (r *Report) Write(w io.Writer) error {
	p := &printer{w: w}
	q := r.Question
	p.line("load      %s requests a second, %s%s; %s ms and %s KB each", number(q.RPS), q.Pattern, peakOf(q), number(q.MS), number(q.KB))
	p.line("where     %s (%s), seed %d", q.Region, r.Region, q.Seed)
	for _, d := range r.Doors {
		d.write(p)
	}
	p.line("")
	if r.Difference != "" {
		p.line("doors     %s", r.Difference)
	}
	p.line("prices    in US dollars, put together on %s from:", r.Read)
	for _, id := range slices.Sorted(maps.Keys(r.Sources)) {
		s := r.Sources[id]
		p.line("          %s, %s: %s (%s)", s.Kind, s.Date, s.Title, s.URL)
	}
	p.line("assumed   %s", strings.Join(r.Assumed, ";\n          "))
	p.line("")
	p.line("%s", r.Advice)
	return p.err
}

func peakOf(q Question) string {
	switch q.Pattern {
	case Daily:
		return fmt.Sprintf(", %s at noon", number(q.peak()))
	case Spike:
		return fmt.Sprintf(", %s for %s s once a day", number(q.peak()), number(q.BurstSeconds))
	}
	return ""
}

// printer writes lines until one cannot be written.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, values ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", values...)
	}
}

// title returns which door it is.
func (s Setting) title() string {
	kind := "with proxy integration"
	if s.Door == Mapped {
		kind = "without proxy integration"
	}
	if s.API == "" {
		return kind + ", as functions are by default"
	}
	return fmt.Sprintf("%s/%s, %s", s.API, s.Stage, kind)
}

// behind returns what is behind a door.
func (s Setting) behind() string {
	parts := []string{fmt.Sprintf("%s MB", count(s.Memory)), s.Architecture, fmt.Sprintf("timeout %s s", number(s.Timeout))}
	if s.Function != "" {
		parts = slices.Insert(parts, 0, s.Function)
	}
	if s.Reserved > 0 {
		parts = append(parts, "reserved concurrency "+count(s.Reserved))
	}
	if s.Throttle != nil {
		parts = append(parts, fmt.Sprintf("throttle %s a second, burst %s", number(s.Throttle.Rate), number(s.Throttle.Burst)))
	}
	return strings.Join(parts, ", ")
}

// facts returns what to read first of a door.
func (d *Door) facts() []Fact {
	cold := "none to speak of"
	if d.Cold.OneIn > 0 {
		cold = fmt.Sprintf("%s a day: one request in %s is %s ms slower", number(math.Ceil(d.Cold.PerDay)), number(math.Round(d.Cold.OneIn)), number(d.Cold.Adds))
	}
	list := []Fact{
		{"concurrency", fmt.Sprintf("mean %s, 99 %% of the time at most %s, peak %s", number(round(d.Needed.Mean)), count(d.Needed.P99), count(d.Needed.Peak))},
		{"carried now", fmt.Sprintf("up to %s steady requests a second, limited by %s", down(d.Carries.Rate), d.Carries.By)},
		{"throttle", fmt.Sprintf("to set: %s requests a second, burst %s", number(d.Throttle.Rate), number(d.Throttle.Burst))},
		{"cold starts", cold},
	}
	if d.Retries.LostWithout > 0 {
		list = append(list, Fact{"retries", fmt.Sprintf("make %.2f attempts of a request; %s are lost, and %s without retries", d.Retries.Attempts, percent(d.Retries.Lost), percent(d.Retries.LostWithout))})
	}
	if d.Queue != nil && d.Queue.Keep {
		list = append(list, Fact{"a queue", fmt.Sprintf("in front would refuse none: requests wait for %s s on average, and 99 %% of them for at most %s s", number(round(d.Queue.Mean)), number(round(d.Queue.P99)))})
	}
	return list
}

func (d Door) write(p *printer) {
	p.line("")
	p.line("%s", rules.Printable(d.Title))
	p.line("  %-12s %s", "behind it", rules.Printable(d.Behind))
	for _, f := range d.Findings {
		p.line("  %-12s %s", "now", f)
	}
	for _, f := range d.Facts {
		p.line("  %-12s %s", f.Name, f.Text)
	}
	for _, q := range d.Quotas {
		if q.Short {
			p.line("  %-12s %s: %s are there, %s needed; %s", "quota", q.Name, q.quantity(q.Has), q.quantity(q.Needs), q.How)
		}
	}
	now := ""
	if math.Abs(d.MonthlyNow-d.Monthly) > 0.01*d.Monthly {
		now = fmt.Sprintf(" if all of it is carried; %s with the present settings", dollars(d.MonthlyNow))
	}
	p.line("  %-12s %s%s", "a month", dollars(d.Monthly), now)
	for _, l := range d.Bill {
		if l.Quantity == 0 {
			continue
		}
		note := ""
		if l.Note != "" {
			note = "  (" + l.Note + ")"
		}
		p.line("    %-24s %18s %-12s %14s%s", l.Name, number(round(l.Quantity)), l.Unit, dollars(l.Cost), note)
	}
}

// down writes a number that is not above another.
func down(n float64) string {
	if n < 1 {
		return number(math.Floor(n*1000) / 1000)
	}
	return number(math.Floor(n*10) / 10)
}

// round takes off what nobody reads.
func round(n float64) float64 {
	if n >= 100 {
		return math.Round(n)
	}
	return math.Round(n*1000) / 1000
}
