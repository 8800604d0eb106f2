// Package usage is what API Gateway checks between authorization and
// execution: API keys, the throttles of stages and usage plans, and quotas.
package usage

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/gateway/mask"
	"example.com/apigw/internal/rules"
)

// Ledger counts what the keys of usage plans have used. Stages that share a plan
// must share the ledger. It is safe for concurrent use; its memory is bounded by
// the plans, keys and methods of the templates.
type Ledger struct {
	now func() time.Time

	mu      sync.Mutex
	buckets map[any]*bucket
	counts  map[planKey]*count
}

// planKey is a key in a plan.
type planKey struct {
	plan *assembly.UsagePlan
	key  *assembly.APIKey
}

// planKeyMethod is a key in a plan that throttles a method of a stage.
type planKeyMethod struct {
	planKey
	method string // as in assembly.UsagePlan.Methods
}

// stageMethod is a method of a stage, for all clients together.
type stageMethod struct {
	stage  *assembly.Stage
	method *assembly.Method
}

// NewLedger returns an empty ledger that reads a clock.
func NewLedger(now func() time.Time) *Ledger {
	return &Ledger{now: now, buckets: map[any]*bucket{}, counts: map[planKey]*count{}}
}

// Stage checks the requests to one stage.
type Stage struct {
	ledger *Ledger
	api    *assembly.API
	stage  *assembly.Stage
	name   string // API id and stage, as the execution log has them
}

// Stage returns the checks of a stage of an API.
func (l *Ledger) Stage(api *assembly.API, stage *assembly.Stage) *Stage {
	return &Stage{l, api, stage, api.ID + "/" + stage.Name}
}

// Request is what a check needs to know.
type Request struct {
	ID     string           // the request id
	Method *assembly.Method // as routed
	// Key is the value of the API key: the header x-api-key, or the authorizer's
	// usageIdentifierKey if the API takes its keys from authorizers.
	Key string
}

// Outcome is what a check found out.
type Outcome struct {
	// Key is the API key that the method asked for and got, for
	// $context.identity.apiKeyId and apiKey; nil if it needs none.
	Key *assembly.APIKey
	Log []string // lines of the execution log, also if the check fails
}

// Check decides whether a request goes on. If it does it is counted. The error
// is 403 Forbidden without a key of one of the stage's plans, 429 Too Many
// Requests if a throttle closes, and 429 Limit Exceeded if a quota is used up.
func (s *Stage) Check(r Request) (Outcome, *gatewayresponse.Error) {
	var out Outcome
	shown := mask.Secret(r.Key)
	out.Log = append(make([]string, 0, 3), "Verifying Usage Plan for request: "+r.ID+". API Key: "+shown+" API Stage: "+s.name)
	method := r.Method.HTTPMethod + " " + r.Method.ResourcePath

	var plan *assembly.UsagePlan
	if r.Method.APIKeyRequired {
		plan, out.Key = s.find(r.Key)
		if plan == nil {
			return out, gatewayresponse.InvalidAPIKey(s.whyNot(r.Key, method))
		}
	}
	if err := s.count(r.Method, plan, out.Key); err != nil {
		return out, err
	}
	if !r.Method.APIKeyRequired {
		out.Log = append(out.Log, "API Key "+shown+" authorized because method '"+method+"' does not require API Key. Request will not contribute to throttle or quota limits")
	}
	out.Log = append(out.Log, "Usage Plan check succeeded for API Key "+shown+" and API Stage "+s.name)
	return out, nil
}

// find looks a key up in the plans of the stage.
func (s *Stage) find(value string) (*assembly.UsagePlan, *assembly.APIKey) {
	if value == "" {
		return nil, nil
	}
	for _, plan := range s.stage.Plans {
		for _, key := range plan.Keys {
			if key.Enabled && key.Value == value {
				return plan, key
			}
		}
	}
	return nil, nil
}

// whyNot returns why a key does not open a method that needs one.
func (s *Stage) whyNot(value, method string) rules.Use {
	shown := mask.Secret(value)
	switch {
	case value == "" && s.api.APIKeySource == "AUTHORIZER":
		return rules.Of("api-key-not-from-authorizer", "key", shown, "method", method, "place", s.name)
	case value == "":
		return rules.Of("api-key-missing", "key", shown, "method", method, "place", s.name)
	case len(s.stage.Plans) == 0:
		return rules.Of("stage-without-plan", "stage", s.stage.Name, "key", shown, "method", method, "place", s.name)
	}
	for _, plan := range s.stage.Plans {
		if slices.ContainsFunc(plan.Keys, func(k *assembly.APIKey) bool { return k.Value == value }) {
			return rules.Of("api-key-disabled", "key", shown, "method", method, "place", s.name)
		}
	}
	return rules.Of("api-key-without-plan", "stage", s.stage.Name, "key", shown, "method", method, "place", s.name)
}

// count takes a token from every throttle and one request off the quota, or
// nothing at all if one of them refuses.
func (s *Stage) count(method *assembly.Method, plan *assembly.UsagePlan, key *assembly.APIKey) *gatewayresponse.Error {
	limit := stageThrottle(s.stage.Settings, method)
	if plan == nil && limit == nil {
		return nil
	}
	l := s.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()

	var taken []*bucket
	throttle := func(id any, limit *assembly.Throttle) *gatewayresponse.Error {
		if limit == nil || limit.Rate < 0 || limit.Burst < 0 {
			return nil
		}
		b := l.buckets[id]
		if b == nil {
			b = &bucket{limit: *limit, tokens: float64(limit.Burst), filled: now}
			l.buckets[id] = b
		}
		if !b.ready(now) {
			return s.throttled(method, limit)
		}
		taken = append(taken, b)
		return nil
	}
	if plan != nil {
		id, limit := any(planKey{plan, key}), plan.Throttle
		name := s.api.ID + "/" + s.stage.Name + "/" + method.ResourcePath + "/" + method.HTTPMethod
		if own, ok := plan.Methods[name]; ok {
			id, limit = planKeyMethod{planKey{plan, key}, name}, &own
		}
		if err := throttle(id, limit); err != nil {
			return err
		}
	}
	if err := throttle(stageMethod{s.stage, method}, limit); err != nil {
		return err
	}
	if plan != nil && plan.Quota != nil {
		id := planKey{plan, key}
		c := l.counts[id]
		if c == nil {
			c = newCount(plan.Quota, now)
			l.counts[id] = c
		}
		if !c.take(now) {
			return quotaExceeded(plan)
		}
	}
	for _, b := range taken {
		b.tokens--
	}
	return nil
}

// stageThrottle returns the throttle of a method in the settings of its stage. The
// most specific setting that has one counts: path and method, path, method, all.
func stageThrottle(settings []assembly.MethodSetting, method *assembly.Method) *assembly.Throttle {
	for _, want := range []struct{ path, method string }{
		{method.ResourcePath, method.HTTPMethod},
		{method.ResourcePath, "*"},
		{"/*", method.HTTPMethod},
		{"/*", "*"},
	} {
		for _, s := range settings {
			if s.ResourcePath == want.path && s.HTTPMethod == want.method && s.Throttle != nil {
				return s.Throttle
			}
		}
	}
	return nil
}

func (s *Stage) throttled(method *assembly.Method, limit *assembly.Throttle) *gatewayresponse.Error {
	return gatewayresponse.Throttled(rules.Of("throttled", "method", method.HTTPMethod+" "+method.ResourcePath, "rate", fmt.Sprintf("%.2f", limit.Rate), "burst", limit.Burst,
		"place", fmt.Sprintf("RestApi %s, Stage %s, Resource %s, HttpMethod %s", s.api.ID, s.stage.Name, method.ResourceID, method.HTTPMethod)))
}

func quotaExceeded(plan *assembly.UsagePlan) *gatewayresponse.Error {
	return gatewayresponse.QuotaExceeded(rules.Of("quota-exceeded", "plan", plan.Name, "limit", plan.Quota.Limit, "period", plan.Quota.Period))
}
