package usage

import (
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/gatewayresponse"
)

// clock stands still until it is moved.
type clock struct{ at time.Time }

func (c *clock) now() time.Time          { return c.at }
func (c *clock) advance(d time.Duration) { c.at = c.at.Add(d) }

func newClock() *clock { return &clock{time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)} }

const secret = "0123456789bMZHBg"

var (
	keyed = &assembly.Method{ResourceID: "k0w8mc", ResourcePath: "/echo", HTTPMethod: "POST", APIKeyRequired: true}
	open  = &assembly.Method{ResourceID: "k0w8mc", ResourcePath: "/echo", HTTPMethod: "GET"}
)

// newStage returns a stage that shares its plans with no other.
func newStage(api *assembly.API, stage *assembly.Stage, now func() time.Time) *Stage {
	return NewLedger(now).Stage(api, stage)
}

func key() *assembly.APIKey {
	return &assembly.APIKey{ID: "id1", Name: "key", Value: secret, Enabled: true}
}

func stageOf(plan *assembly.UsagePlan, settings ...assembly.MethodSetting) (*assembly.API, *assembly.Stage) {
	stage := &assembly.Stage{Name: "Prod", Settings: settings}
	if plan != nil {
		stage.Plans = []*assembly.UsagePlan{plan}
	}
	return &assembly.API{ID: "uwe3g5jm54", APIKeySource: "HEADER"}, stage
}

func TestLog(t *testing.T) {
	plan := &assembly.UsagePlan{Keys: []*assembly.APIKey{key()}}
	for _, test := range []struct {
		rule    string
		request Request
		want    []string
	}{
		{"a method without a key", Request{ID: "r1", Method: open}, []string{
			"Verifying Usage Plan for request: r1. API Key:  API Stage: uwe3g5jm54/Prod",
			"API Key  authorized because method 'GET /echo' does not require API Key. Request will not contribute to throttle or quota limits",
			"Usage Plan check succeeded for API Key  and API Stage uwe3g5jm54/Prod",
		}},
		{"a method with a key (masked)", Request{ID: "r2", Method: keyed, Key: secret}, []string{
			"Verifying Usage Plan for request: r2. API Key: **********bMZHBg API Stage: uwe3g5jm54/Prod",
			"Usage Plan check succeeded for API Key **********bMZHBg and API Stage uwe3g5jm54/Prod",
		}},
		{"a method with a key that is missing", Request{ID: "r3", Method: keyed}, []string{
			"Verifying Usage Plan for request: r3. API Key:  API Stage: uwe3g5jm54/Prod",
		}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			api, stage := stageOf(plan)
			out, _ := newStage(api, stage, newClock().now).Check(test.request)
			if !reflect.DeepEqual(out.Log, test.want) {
				t.Errorf("got  %q\nwant %q", out.Log, test.want)
			}
		})
	}
}

func TestKeys(t *testing.T) {
	disabled := key()
	disabled.Enabled = false
	empty := key()
	empty.Value = ""
	for _, test := range []struct {
		rule   string
		plan   *assembly.UsagePlan
		source string
		method *assembly.Method
		key    string
		used   string // id of the key that counts
		cause  string // of the refusal
	}{
		{"a key of the stage's plan opens the method", &assembly.UsagePlan{Keys: []*assembly.APIKey{key()}}, "HEADER", keyed, secret, "id1", ""},
		{"a key is of no use for an open method", &assembly.UsagePlan{Keys: []*assembly.APIKey{key()}}, "HEADER", open, secret, "", ""},
		{"any key passes an open method", nil, "HEADER", open, "nonsense", "", ""},
		{"no key", &assembly.UsagePlan{Keys: []*assembly.APIKey{key()}}, "HEADER", keyed, "", "", "The method requires an API key, and the request has none."},
		{"no key of the authorizer", nil, "AUTHORIZER", keyed, "", "", "The method requires an API key, and the API takes it from the authorizer's usageIdentifierKey, which is missing."},
		{"a wrong key", &assembly.UsagePlan{Keys: []*assembly.APIKey{key()}}, "HEADER", keyed, "nonsense", "", "The API key is in none of the usage plans of the stage Prod."},
		{"a disabled key", &assembly.UsagePlan{Keys: []*assembly.APIKey{disabled}}, "HEADER", keyed, secret, "", "The API key is disabled."},
		{"a stage without a plan", nil, "HEADER", keyed, secret, "", "The method requires an API key, and the stage Prod belongs to no usage plan."},
		{"no key is not the key without a value", &assembly.UsagePlan{Keys: []*assembly.APIKey{empty}}, "HEADER", keyed, "", "", "The method requires an API key, and the request has none."},
	} {
		t.Run(test.rule, func(t *testing.T) {
			api, stage := stageOf(test.plan)
			api.APIKeySource = test.source
			out, err := newStage(api, stage, newClock().now).Check(Request{ID: "r", Method: test.method, Key: test.key})
			if test.cause == "" {
				if err != nil {
					t.Fatal(err, err.Why())
				}
				used := ""
				if out.Key != nil {
					used = out.Key.ID
				}
				if used != test.used {
					t.Errorf("key %q, want %q", used, test.used)
				}
				return
			}
			if err == nil || err.Type != gatewayresponse.TypeInvalidAPIKey || err.Status != 403 || err.Message != "Forbidden" || err.ErrorType != "ForbiddenException" {
				t.Fatalf("got %#v, want 403 Forbidden", err)
			}
			if err.Why() != test.cause {
				t.Errorf("cause %q, want %q", err.Why(), test.cause)
			}
		})
	}
	t.Run("the log line of a refusal", func(t *testing.T) {
		api, stage := stageOf(nil)
		_, err := newStage(api, stage, newClock().now).Check(Request{ID: "r", Method: keyed})
		want := "API Key  not authorized because method 'POST /echo' requires API Key and API Key is not associated with a Usage Plan for API Stage uwe3g5jm54/Prod: No Usage Plan found for key and API Stage"
		if err == nil || err.Log != want {
			t.Errorf("got %v, want the log %s", err, want)
		}
	})
}

// outcomes makes a request every so often and writes down what becomes of it: a
// dot, T for throttled, Q for quota.
func outcomes(s *Stage, c *clock, n int, every time.Duration, r Request) string {
	text := ""
	for range n {
		_, err := s.Check(r)
		switch {
		case err == nil:
			text += "."
		case err.Type == gatewayresponse.TypeThrottled && err.Message == "Too Many Requests" && err.ErrorType == "TooManyRequestsException" && err.Status == 429:
			text += "T"
		case err.Type == gatewayresponse.TypeQuotaExceeded && err.Message == "Limit Exceeded" && err.ErrorType == "LimitExceededException" && err.Status == 429:
			text += "Q"
		default:
			text += fmt.Sprintf("%#v", err)
		}
		c.advance(every)
	}
	return text
}

func TestThrottles(t *testing.T) {
	one := &assembly.Throttle{Rate: 1, Burst: 1}
	two := &assembly.Throttle{Rate: 1, Burst: 2}
	none := &assembly.Throttle{}
	off := &assembly.Throttle{Rate: -1, Burst: -1}
	all := func(t *assembly.Throttle) assembly.MethodSetting {
		return assembly.MethodSetting{ResourcePath: "/*", HTTPMethod: "*", Throttle: t}
	}
	plan := func(p assembly.UsagePlan) *assembly.UsagePlan {
		p.Keys = []*assembly.APIKey{key()}
		return &p
	}
	for _, test := range []struct {
		rule     string
		plan     *assembly.UsagePlan
		settings []assembly.MethodSetting
		method   *assembly.Method
		every    time.Duration
		want     string
	}{
		{"no throttle", plan(assembly.UsagePlan{}), nil, keyed, 0, "......"},
		{"the burst first", nil, []assembly.MethodSetting{all(two)}, open, 0, "..TTTT"},
		{"then the rate", nil, []assembly.MethodSetting{all(one)}, open, 500 * time.Millisecond, ".T.T.T"},
		{"zero lets nothing through", nil, []assembly.MethodSetting{all(none)}, open, time.Second, "TTTTTT"},
		{"-1 is not a throttle", nil, []assembly.MethodSetting{all(off)}, open, 0, "......"},
		{"path and method win over all", nil, []assembly.MethodSetting{all(one), {ResourcePath: "/echo", HTTPMethod: "GET", Throttle: two}}, open, 0, "..TTTT"},
		{"a path wins over all", nil, []assembly.MethodSetting{all(one), {ResourcePath: "/echo", HTTPMethod: "*", Throttle: two}}, open, 0, "..TTTT"},
		{"a method wins over all", nil, []assembly.MethodSetting{all(one), {ResourcePath: "/*", HTTPMethod: "GET", Throttle: two}}, open, 0, "..TTTT"},
		{"path and method without a throttle leave it to all", nil, []assembly.MethodSetting{all(two), {ResourcePath: "/echo", HTTPMethod: "GET"}}, open, 0, "..TTTT"},
		{"another path does not count", nil, []assembly.MethodSetting{{ResourcePath: "/other", HTTPMethod: "GET", Throttle: one}}, open, 0, "......"},
		{"a plan throttles its keys", plan(assembly.UsagePlan{Throttle: two}), nil, keyed, 0, "..TTTT"},
		{"a plan does not throttle open methods", plan(assembly.UsagePlan{Throttle: two}), nil, open, 0, "......"},
		{"a plan's throttle for the method replaces its own", plan(assembly.UsagePlan{Throttle: one, Methods: map[string]assembly.Throttle{"uwe3g5jm54/Prod//echo/POST": *two}}), nil, keyed, 0, "..TTTT"},
		{"plan and stage both count", plan(assembly.UsagePlan{Throttle: two}), []assembly.MethodSetting{all(one)}, keyed, 0, ".TTTTT"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			c := newClock()
			api, stage := stageOf(test.plan, test.settings...)
			got := outcomes(newStage(api, stage, c.now), c, 6, test.every, Request{ID: "r", Method: test.method, Key: secret})
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
	t.Run("each method of a stage has its own tokens", func(t *testing.T) {
		c := newClock()
		api, stage := stageOf(nil, all(one))
		s := newStage(api, stage, c.now)
		other := *open
		if got := outcomes(s, c, 2, 0, Request{Method: open}) + outcomes(s, c, 2, 0, Request{Method: &other}); got != ".T.T" {
			t.Errorf("got %q, want %q", got, ".T.T")
		}
	})
	t.Run("each key of a plan has its own tokens", func(t *testing.T) {
		c := newClock()
		p := plan(assembly.UsagePlan{Throttle: one})
		p.Keys = append(p.Keys, &assembly.APIKey{ID: "id2", Value: "other", Enabled: true})
		api, stage := stageOf(p)
		s := newStage(api, stage, c.now)
		if got := outcomes(s, c, 2, 0, Request{Method: keyed, Key: secret}) + outcomes(s, c, 2, 0, Request{Method: keyed, Key: "other"}); got != ".T.T" {
			t.Errorf("got %q, want %q", got, ".T.T")
		}
	})
	t.Run("the log line", func(t *testing.T) {
		c := newClock()
		api, stage := stageOf(nil, all(one))
		s := newStage(api, stage, c.now)
		r := Request{ID: "r", Method: open}
		_, _ = s.Check(r)
		out, err := s.Check(r)
		if err == nil || err.Log != "Key throttle limit exceeded for RestApi uwe3g5jm54, Stage Prod, Resource k0w8mc, HttpMethod GET. Limit: 1.00 Burst: 1" || len(out.Log) != 1 {
			t.Errorf("got %v and the log %q, want a full throttle of 1.00 and 1, and one line", err, out.Log)
		}
	})
}

func TestQuotas(t *testing.T) {
	day := 24 * time.Hour
	for _, test := range []struct {
		rule  string
		quota assembly.Quota
		every time.Duration
		want  string
	}{
		{"the limit counts", assembly.Quota{Limit: 2, Period: "DAY"}, 0, "..QQQQ"},
		{"a day ends at midnight in UTC", assembly.Quota{Limit: 1, Period: "DAY"}, 6 * time.Hour, ".Q.QQQ"},
		{"a week begins on Sunday", assembly.Quota{Limit: 1, Period: "WEEK"}, day, ".QQQ.Q"},           // from a Wednesday
		{"a month begins on the first", assembly.Quota{Limit: 1, Period: "MONTH"}, 14 * day, ".Q.QQ."}, // from the 4th of March
		{"the offset is taken off the first period only", assembly.Quota{Limit: 2, Offset: 1, Period: "DAY"}, 6 * time.Hour, ".Q..QQ"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			c := newClock()
			api, stage := stageOf(&assembly.UsagePlan{Name: "Basic", Quota: &test.quota, Keys: []*assembly.APIKey{key()}})
			if got := outcomes(newStage(api, stage, c.now), c, 6, test.every, Request{Method: keyed, Key: secret}); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
	t.Run("throttled calls do not count", func(t *testing.T) {
		c := newClock()
		api, stage := stageOf(&assembly.UsagePlan{Quota: &assembly.Quota{Limit: 2, Period: "DAY"}, Throttle: &assembly.Throttle{Rate: 1, Burst: 1}, Keys: []*assembly.APIKey{key()}})
		s := newStage(api, stage, c.now)
		got := outcomes(s, c, 3, 0, Request{Method: keyed, Key: secret})
		c.advance(time.Second)
		got += outcomes(s, c, 1, time.Second, Request{Method: keyed, Key: secret})
		got += outcomes(s, c, 1, time.Second, Request{Method: keyed, Key: secret})
		if got != ".TT.Q" {
			t.Errorf("got %q, want %q", got, ".TT.Q")
		}
	})
	t.Run("stages of one plan share its quota", func(t *testing.T) {
		c := newClock()
		plan := &assembly.UsagePlan{Quota: &assembly.Quota{Limit: 1, Period: "DAY"}, Keys: []*assembly.APIKey{key()}}
		api, first := stageOf(plan)
		_, second := stageOf(plan)
		ledger := NewLedger(c.now)
		r := Request{Method: keyed, Key: secret}
		if got := outcomes(ledger.Stage(api, first), c, 1, 0, r) + outcomes(ledger.Stage(api, second), c, 1, 0, r); got != ".Q" {
			t.Errorf("got %q, want %q", got, ".Q")
		}
	})
}

func TestConcurrentCallsCountOnce(t *testing.T) {
	c := newClock()
	api, stage := stageOf(&assembly.UsagePlan{Quota: &assembly.Quota{Limit: 50, Period: "DAY"}, Keys: []*assembly.APIKey{key()}})
	s := newStage(api, stage, c.now)
	var wg sync.WaitGroup
	var mu sync.Mutex
	passed := 0
	for range 100 {
		wg.Go(func() {
			if _, err := s.Check(Request{Method: keyed, Key: secret}); err == nil {
				mu.Lock()
				passed++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if passed != 50 {
		t.Errorf("got %d of 100 calls through a quota of 50, want 50", passed)
	}
}
