package plan

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/plan/simulation"
	"example.com/apigw/internal/testapp"
)

// ask answers a question that differs from the defaults.
func ask(t testing.TB, settings []Setting, change func(*Question)) *Report {
	t.Helper()
	q := Defaults()
	change(&q)
	r, err := Make(q, settings)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// limited is a door with a throttle of 50 requests a second.
func limited(door string) Setting {
	return Setting{
		API: "shop", Stage: "prod", Door: door, Function: "./functions/list", Memory: 256, Architecture: "arm64",
		Timeout: 10, GatewayTimeout: 29, Throttle: &Limit{50, 100}, AccessLog: true, Tracing: true,
	}
}

func TestPresentSettings(t *testing.T) {
	tests := []struct {
		rule    string
		setting func(*Setting)
		ask     func(*Question)
		finding string // part of one
		advice  string
		carries float64
	}{
		{"a load that fits", nil, func(q *Question) {}, "nothing is refused", "Nothing has to change for this load: up to 50 ", 50},
		{"a throttle below the load", nil, func(q *Question) { q.RPS = 80 }, "the stage's throttle of 50 requests a second, 100 at once, refuses 37 % of the requests (429)",
			"To carry this load, set the throttle of the stage to 100 requests a second and a burst of ", 50},
		{"a concurrency below the load", func(s *Setting) { s.Throttle = nil; s.Reserved = 5 }, func(q *Question) { q.RPS = 80; q.Retries = 0 }, "the reserved concurrency of 5 refuses ",
			"reserve a concurrency of ", 7.6},
		{"a reserved concurrency that the throttle hides", func(s *Setting) { s.Reserved = 5 }, func(q *Question) { q.RPS = 400 }, "the stage's throttle of 50 ", "and reserve a concurrency of ", 7.6},
		{"fast functions are called at most 10 times a second by environment", func(s *Setting) { s.Throttle = nil; s.Reserved = 5 }, func(q *Question) { q.MS = 1; q.RPS = 20 }, "nothing is refused", "since an environment is called at most 10 times a second", 50},
		{"the account's throttle", func(s *Setting) { s.Throttle = nil }, func(q *Question) { q.RPS = 15_000; q.MS = 50; q.Retries = 0; q.Concurrency = 5000 }, "the account's throttle of 10,000 requests a second, 5,000 at once, refuses 33 % ",
			"ask for a throttle of 19,000 requests a second for the account in us-east-1", 10_000},
		{"the account's concurrency", func(s *Setting) { s.Throttle = nil }, func(q *Question) { q.RPS = 3000; q.MS = 500; q.Retries = 0 }, "the account's concurrency of 1,000 refuses ", "concurrent executions in us-east-1", 1800},
		{"a new account", func(s *Setting) { s.Throttle = nil }, func(q *Question) { q.Concurrency = 10; q.RPS = 90 }, "the account's concurrency of 10 refuses ", "concurrent executions in us-east-1", 31},
		{"concurrency that others reserved", func(s *Setting) { s.Throttle = nil; s.Elsewhere = 950 }, func(q *Question) { q.RPS = 400; q.MS = 200 }, "the account's concurrency of 1,000, of which others have reserved 950, refuses ", "concurrent executions", 162},
		{"more is reserved than the account may", func(s *Setting) { s.Reserved = 950 }, func(q *Question) {}, "a deployment fails that leaves fewer than 100 of the account's 1,000", "", 50},
		{"a timeout of the function", func(s *Setting) { s.Timeout = 0.2; s.Throttle = nil }, func(q *Question) { q.RPS = 40 }, "the function's timeout of 0.2 s cuts off ", "raise the function's timeout to 1 s", 0},
		{"a timeout below the mean", func(s *Setting) { s.Timeout = 3; s.Throttle = nil }, func(q *Question) { q.MS = 5000 }, "the function's timeout of 3 s cuts off ", "raise the function's timeout to 29 s", 0},
		{"the timeout of the integration", func(s *Setting) { s.Timeout = 60; s.Throttle = nil }, func(q *Question) { q.MS = 20_000 }, "the integration's timeout of 29 s cuts off ", "answer at once and work later", 0},
		{"a large response", nil, func(q *Question) { q.KB = 7 * 1024 }, "a response of 7 MB is more than the 6 MB that Lambda returns", "stream the response, or return a link to S3", 50},
		{"a burst that comes faster than environments", func(s *Setting) { s.Throttle = nil }, func(q *Question) { q.Pattern = Spike; q.Burst = 9000; q.MS = 400; q.Concurrency = 10_000 },
			"how fast Lambda makes new environments (1,000 in 10 s) refuses ", "provision a concurrency of ", 0},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			s := limited(Proxy)
			if test.setting != nil {
				test.setting(&s)
			}
			r := ask(t, []Setting{s}, test.ask)
			d := r.Doors[0]
			if !slices.ContainsFunc(d.Findings, func(f string) bool { return strings.Contains(f, test.finding) }) {
				t.Errorf("got the findings %q, want one with %q", d.Findings, test.finding)
			}
			if !strings.Contains(r.Advice, test.advice) || !strings.HasSuffix(r.Advice, ".") {
				t.Errorf("got the advice %q, want a sentence with %q", r.Advice, test.advice)
			}
			if test.carries > 0 && math.Abs(d.Carries.Rate-test.carries) > 0.05*test.carries {
				t.Errorf("got %v requests a second that are carried, want about %v", d.Carries.Rate, test.carries)
			}
		})
	}
}

// What is advised lets the load through, and what is said to be carried is.
func TestAdviceHolds(t *testing.T) {
	loads := []func(*Question){
		func(q *Question) { q.RPS = 3 },
		func(q *Question) { q.RPS = 80 },
		func(q *Question) { q.RPS = 900; q.MS = 40 },
		func(q *Question) { q.RPS = 40; q.Pattern = Daily },
		func(q *Question) { q.RPS = 20; q.Pattern = Spike; q.Burst = 600 },
	}
	for i, load := range loads {
		s := limited(Proxy)
		s.Reserved = 5
		d := ask(t, []Setting{s}, func(q *Question) { load(q); q.Retries = 0 }).Doors[0]
		s.Throttle, s.Reserved = &d.Throttle, d.Reserve
		after := ask(t, []Setting{s}, func(q *Question) { load(q); q.Retries = 0; q.Seed = 7 }).Doors[0]
		if lost := share(after.Present.Lost, after.Present.Requests); lost > 0.001 {
			t.Errorf("load %d: with a throttle of %v and a concurrency of %d got %s refused, want less than 0.1 %%", i, d.Throttle, d.Reserve, percent(lost))
		}
	}
	s := limited(Proxy)
	s.Throttle, s.Reserved = nil, 20
	rate := ask(t, []Setting{s}, func(q *Question) {}).Doors[0].Carries.Rate
	d := ask(t, []Setting{s}, func(q *Question) { q.RPS = rate; q.Retries = 0 }).Doors[0]
	if lost := share(d.Present.Lost, d.Present.Requests); lost < 0.0005 || lost > 0.002 {
		t.Errorf("at %v requests a second got %.4f %% refused, want about 0.1 %%", rate, 100*lost)
	}
}

func TestMonth(t *testing.T) {
	tests := []struct {
		rule string
		ask  func(*Question)
		want float64 // requests
	}{
		{"steady", func(q *Question) {}, 10 * month},
		{"a request in 17 minutes", func(q *Question) { q.RPS = 0.001 }, 0.001 * month},
		{"many", func(q *Question) { q.RPS = 5000; q.Concurrency = 5000 }, 5000 * month},
		{"a wave a day has the mean", func(q *Question) { q.Pattern = Daily }, 10 * month},
		{"a steep wave, too", func(q *Question) { q.Pattern = Daily; q.Burst = 200 }, 10 * month},
		{"a burst comes on top", func(q *Question) { q.Pattern = Spike; q.Burst = 1000; q.BurstSeconds = 30 }, 10*month + 990*30*month/86400},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			s := limited(Proxy)
			s.Throttle = nil
			d := ask(t, []Setting{s}, test.ask).Doors[0]
			if got := d.Usage.GatewayRequests; math.Abs(got-test.want) > 0.001*test.want {
				t.Errorf("got %v requests, want %v", got, test.want)
			}
			if d.Usage.Invocations > d.Usage.GatewayRequests || d.Usage.Traces == 0 || d.Usage.LogGB == 0 {
				t.Errorf("got the usage %+v, want no more invocations than requests, traces and logs", d.Usage)
			}
			// 0.1 s with 0.25 GB.
			if got, want := d.Usage.GBSeconds/d.Usage.Invocations, 0.1*0.25; test.want > 1e6 && (got < 0.995*want || got > 1.05*want) {
				t.Errorf("got %v GB-s of an invocation, want %v and what starts and rounding add", got, want)
			}
		})
	}
}

// What Lambda refuses is billed by the gateway, with all its retries.
func TestRefusalsAreBilled(t *testing.T) {
	s := limited(Proxy)
	s.Throttle, s.Reserved = nil, 1
	d := ask(t, []Setting{s}, func(q *Question) { q.RPS = 300; q.Retries = 5 }).Doors[0]
	if d.MonthlyNow < 2*d.Monthly {
		t.Errorf("got $%v with the present settings and $%v if all is carried, want more for six attempts of nearly each request", d.MonthlyNow, d.Monthly)
	}
}

func TestDayIsAWave(t *testing.T) {
	for _, peak := range []float64{10, 15, 25, 100, 240} {
		q := Defaults()
		q.Pattern, q.Burst = Daily, peak
		sum, highest, seconds := 0.0, 0.0, 0.0
		for _, s := range q.day()[1:] {
			sum += s.Rate * s.Length.Seconds()
			seconds += s.Length.Seconds()
			highest = max(highest, s.Rate)
		}
		if math.Abs(sum/seconds-10) > 0.001 || math.Abs(highest-peak) > 0.02*peak {
			t.Errorf("got a mean of %v and a peak of %v, want 10 and %v", sum/seconds, highest, peak)
		}
	}
}

func TestDoors(t *testing.T) {
	both := []Setting{limited(Proxy), limited(Mapped)}
	r := ask(t, both, func(q *Question) {})
	if len(r.Doors) != 2 || r.Doors[0].Monthly != r.Doors[1].Monthly || !strings.HasPrefix(r.Difference, "both doors cost the same: ") {
		t.Errorf("got %d doors and %q, want both at one price", len(r.Doors), r.Difference)
	}
	r = ask(t, both, func(q *Question) { q.Invalid = 20 })
	proxy, mapped := r.Doors[0].Usage, r.Doors[1].Usage
	if math.Abs(mapped.Invocations-0.8*proxy.Invocations) > 1 || mapped.GatewayRequests != proxy.GatewayRequests || !strings.HasPrefix(r.Difference, "without proxy integration a month costs $") {
		t.Errorf("got %v and %v invocations and %q, want a fifth less without proxy integration", proxy.Invocations, mapped.Invocations, r.Difference)
	}
	r = ask(t, both, func(q *Question) { q.Door = Mapped })
	if len(r.Doors) != 1 || r.Doors[0].Setting.Door != Mapped || r.Difference != "" {
		t.Errorf("got %+v, want one door", r.Doors)
	}
	r = ask(t, nil, func(q *Question) { q.Memory = 1024; q.Reserved = 7 })
	if len(r.Doors) != 2 || r.Doors[1].Setting.Memory != 1024 || r.Doors[0].Setting.Reserved != 7 || r.Region != "US East (N. Virginia)" {
		t.Errorf("got %+v in %s without an app, want both doors with what was asked for, in Virginia", r.Doors, r.Region)
	}
	q := Defaults()
	q.Door = Proxy
	if _, err := Make(q, []Setting{limited(Mapped)}); err == nil || err.Error() != "--door proxy: no function of the app is behind this door" {
		t.Errorf("got %v, want an error", err)
	}
	elsewhere := limited(Proxy)
	elsewhere.Region = "eu-south-1"
	if _, err := Make(Defaults(), []Setting{elsewhere}); err == nil || !strings.Contains(err.Error(), `no prices were found for the region "eu-south-1": choose one of eu-central-1, `) || !strings.Contains(err.Error(), "2,500") {
		t.Errorf("got %v, want an error with the regions that there are", err)
	}
	free := ask(t, both, func(q *Question) { q.FreeTier = true }).Doors[0].Monthly
	if paid := ask(t, both, func(q *Question) {}).Doors[0].Monthly; free >= paid {
		t.Errorf("got $%v with the free tier and $%v without, want less", free, paid)
	}
}

func TestReportText(t *testing.T) {
	s := limited(Proxy)
	s.API = "shop\x1b[2J"
	s.Reserved = 9
	r := ask(t, []Setting{s}, func(q *Question) { q.RPS = 80; q.Region = "eu-central-1" })
	var text bytes.Buffer
	if err := r.Write(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"load      80 requests a second, steady; 100 ms and 4 KB each\n",
		"where     eu-central-1 (Europe (Frankfurt)), seed 1\n",
		"with proxy integration\n",
		"  behind it    ./functions/list, 256 MB, arm64, timeout 10 s, reserved concurrency 9, throttle 50 a second, burst 100\n",
		"  concurrency  mean ", "99 % of the time at most ",
		"  now          the stage's throttle of 50 requests a second, 100 at once, refuses 3",
		"  carried now  up to ",
		"  retries      make 2.2",
		"  a queue      in front would refuse none: requests wait for ",
		"  cold starts  ",
		"  throttle     to set: 100 requests a second, burst ",
		" if all of it is carried; $",
		"(no price was found for this region: not counted)",
		"prices    in US dollars, put together on 2026-11-26 from:\n",
		"recorded, 2026-08-12: AWS Pricing API, usage type EUC1-ApiGatewayRequest",
		"assumed   durations are lognormal",
		"\n\nTo carry this load, set the throttle of the stage to 100 requests a second and a burst of ",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("got no %q in:\n%s", want, text.String())
		}
	}
	if strings.Contains(text.String(), "\x1b") {
		t.Errorf("got a control character, want none")
	}
	content, err := json.Marshal(r)
	var back Report
	if err != nil || json.Unmarshal(content, &back) != nil || !reflect.DeepEqual(back.Doors[0].Findings, r.Doors[0].Findings) || back.Advice != r.Advice {
		t.Errorf("got %v and another report from JSON, want the same", err)
	}
	if again := ask(t, []Setting{s}, func(q *Question) { q.RPS = 80; q.Region = "eu-central-1" }); !reflect.DeepEqual(again, r) {
		t.Error("got another report with the same seed, want the same")
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[float64]string{0: "0", 7: "7", 0.0314: "0.0314", 12.34: "12.3", 999: "999", 1234: "1,234", 1234567.8: "1,234,568", -1500: "-1,500", 99.99: "100"} {
		if got := number(n); got != want {
			t.Errorf("%v: got %q, want %q", n, got, want)
		}
	}
	for n, want := range map[float64]string{0: "$0.00", 0.001: "< $0.01", 0.999: "$1.00", 1234.5: "$1,234.50", 49763.1: "$49,763.10"} {
		if got := dollars(n); got != want {
			t.Errorf("%v: got %q, want %q", n, got, want)
		}
	}
	for share, want := range map[float64]string{0: "0.0 %", 0.0001: "less than 0.1 %", 0.0123: "1.2 %", 0.375: "38 %", 0.9999: "nearly all", 1: "100 %"} {
		if got := percent(share); got != want {
			t.Errorf("%v: got %q, want %q", share, got, want)
		}
	}
	for n, want := range map[float64]float64{0.2: 1, 9.5: 10, 11: 11, 100: 100, 101: 110, 1250: 1300} {
		if got := up(n); got != want {
			t.Errorf("%v: got %v, want %v", n, got, want)
		}
	}
}

func TestBadQuestions(t *testing.T) {
	tests := []struct {
		change func(*Question)
		want   string
	}{
		{func(q *Question) { q.RPS = -1 }, "--rps -1: expected a number from 0.001 up to 1,000,000"},
		{func(q *Question) { q.RPS = 0 }, "--rps 0: "},
		{func(q *Question) { q.RPS = math.NaN() }, "--rps NaN: "},
		{func(q *Question) { q.RPS = math.Inf(1) }, "--rps +Inf: "},
		{func(q *Question) { q.RPS = 1e300 }, "--rps 1e+300: "},
		{func(q *Question) { q.MS = 0 }, "--ms 0: expected a number more than 0, and up to 900,000"},
		{func(q *Question) { q.MS = 1e6 }, "--ms 1e+06: "},
		{func(q *Question) { q.KB = -1 }, "--kb -1: expected a number from 0 up to 10,240"},
		{func(q *Question) { q.KB = 20_000 }, "--kb 20000: "},
		{func(q *Question) { q.Memory = 64 }, "--memory 64: expected a number from 128 up to 10,240"},
		{func(q *Question) { q.Reserved = 0 }, "--reserved 0: expected a number from 1 up to 1,000,000"},
		{func(q *Question) { q.Concurrency = 0 }, "--concurrency 0: "},
		{func(q *Question) { q.Retries = 11 }, "--retries 11: expected a number from 0 up to 10"},
		{func(q *Question) { q.Cold = -5 }, "--cold -5: "},
		{func(q *Question) { q.Invalid = 101 }, "--invalid 101: expected a number from 0 up to 100"},
		{func(q *Question) { q.Pattern = "weekly" }, `--pattern "weekly": expected steady, daily, spike`},
		{func(q *Question) { q.Door = "back" }, `--door "back": expected proxy, mapped, both`},
		{func(q *Question) { q.Burst = 20 }, "--burst 20: a steady load has none"},
		{func(q *Question) { q.Pattern, q.Burst = Spike, 5 }, "--burst 5: expected at least --rps, which is 10"},
		{func(q *Question) { q.Pattern, q.Burst = Daily, 1000 }, "--burst 1000: a wave a day goes up to 24 × --rps, which is 240: use --pattern spike"},
		{func(q *Question) { q.Pattern, q.BurstSeconds = Spike, 0 }, "--burst-seconds 0: "},
		{func(q *Question) { q.Region = "moon-1" }, `--region: no prices were found for the region "moon-1": choose one of eu-central-1, eu-west-1, us-east-1, us-east-2, us-west-2`},
	}
	for _, test := range tests {
		t.Run(test.want, func(t *testing.T) {
			q := Defaults()
			test.change(&q)
			if _, err := Make(q, nil); err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestSettingsOfAnApp(t *testing.T) {
	a, err := assembly.Read(testapp.Assembly(), assembly.Options{})
	if err != nil {
		t.Fatal(err)
	}
	settings := SettingsOf(a)
	if len(settings) == 0 {
		t.Fatal("got no settings of the sample app, want those of its doors")
	}
	for _, s := range settings {
		if s.API == "" || s.Stage == "" || s.Function == "" || s.Memory < 128 || s.Timeout <= 0 || s.GatewayTimeout != 29 {
			t.Errorf("got %+v, want what the app has", s)
		}
	}
}

// The settings of a made-up app, with two functions behind one door.
func TestSettings(t *testing.T) {
	three, four := 3, 4
	f := &assembly.Function{Name: "list", Package: "./functions/list", ARN: "arn:aws:lambda:eu-west-1:1:function:list", Region: "eu-west-1", MemoryMB: 512, Timeout: 7 * time.Second, Architectures: []string{"arm64"}, Concurrency: &three}
	g := &assembly.Function{Name: "other", ARN: "arn:aws:lambda:eu-west-1:1:function:list-2", Timeout: time.Second, MemoryMB: 128, Concurrency: &four}
	calls := func(kind, path string, f *assembly.Function, qualifier string) *assembly.Method {
		return &assembly.Method{ResourcePath: path, HTTPMethod: "GET", Integration: &assembly.Integration{
			Type: kind, Timeout: 12 * time.Second, URI: "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/" + f.ARN + qualifier + "/invocations"}}
	}
	app := &assembly.Assembly{Functions: []*assembly.Function{g, f}, APIs: []*assembly.API{{
		Name: "shop", Methods: []*assembly.Method{calls("AWS_PROXY", "/a", g, ""), calls("AWS_PROXY", "/b", f, ":live"), calls("AWS_PROXY", "/c", f, ""), calls("AWS", "/d", g, ""), {ResourcePath: "/e"}},
		Stages: []*assembly.Stage{{Name: "prod", Tracing: true, AccessLog: &assembly.AccessLog{}, Settings: []assembly.MethodSetting{
			{ResourcePath: "/*", HTTPMethod: "*", Throttle: &assembly.Throttle{Rate: 50, Burst: 100}},
			{ResourcePath: "/b", HTTPMethod: "GET", Throttle: &assembly.Throttle{Rate: 5, Burst: 10}},
			{ResourcePath: "/c", HTTPMethod: "GET", Throttle: &assembly.Throttle{Rate: 6, Burst: 10}},
		}}},
	}}}
	want := []Setting{
		{API: "shop", Stage: "prod", Region: "eu-west-1", Door: Proxy, Function: "./functions/list", Memory: 512, Architecture: "arm64", Timeout: 7, GatewayTimeout: 12, Reserved: 3, Elsewhere: 4, Throttle: &Limit{5, 10}, AccessLog: true, Tracing: true},
		{API: "shop", Stage: "prod", Door: Mapped, Function: "other", Memory: 128, Architecture: "x86_64", Timeout: 1, GatewayTimeout: 12, Reserved: 4, Elsewhere: 3, Throttle: &Limit{50, 100}, AccessLog: true, Tracing: true},
	}
	if got := SettingsOf(app); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// The loss of Erlang is that of a simulation.
func TestLossIsThatOfTheSimulation(t *testing.T) {
	m := simulation.Model{Load: []simulation.Segment{{Length: 2000 * time.Second, Rate: 180}}, WarmUp: 100 * time.Second, Seed: 3,
		Function: simulation.Function{Mean: 100 * time.Millisecond, Shape: simulation.Lognormal, Environments: 20}}
	o, err := simulation.Run(m)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := loss(20, 18), share(o.RefusedByLambda, o.Attempts); math.Abs(got-want) > 0.05*want {
		t.Errorf("got %v, want %v as simulated", got, want)
	}
}

func BenchmarkPlanOfAMillionRequestsASecond(b *testing.B) {
	settings := []Setting{limited(Proxy), limited(Mapped)}
	for b.Loop() {
		ask(b, settings, func(q *Question) { q.RPS, q.Pattern, q.Burst, q.BurstSeconds = 1000, Spike, 1_000_000, 10 })
	}
}
