package assembly

import (
	"example.com/apigw/internal/assembly/property"
	"example.com/apigw/internal/assembly/template"
	"example.com/apigw/internal/rules"
)

// addUsagePlans adds usage plans to their stages, with their keys.
func (b *builder) addUsagePlans(found *resources) {
	keys := map[string]*APIKey{}
	for _, r := range found.apiKeys {
		id := r.ID(10, "")
		if isDynamic(r.Props.Value) {
			b.notice(r.Path, rules.Of("key-dynamic"))
		}
		keys[id] = &APIKey{
			ID: id, Name: orElse(r.Props.Name, r.LogicalID), Enabled: r.Props.Enabled,
			// API Gateway makes up 40 characters.
			Value: orElse(r.Props.Value, r.ID(40, "value")),
		}
	}
	plans := map[string]*UsagePlan{}
	for _, r := range found.usagePlans {
		plan := b.addUsagePlan(r)
		plans[plan.ID] = plan
	}
	for _, r := range found.usagePlanKeys {
		plan, key := plans[r.Props.UsagePlanId], keys[r.Props.KeyId]
		if plan == nil || key == nil {
			b.notice(r.Path, rules.Of("plan-key-elsewhere"))
			continue
		}
		plan.Keys = append(plan.Keys, key)
	}
}

func (b *builder) addUsagePlan(r item[property.UsagePlan]) *UsagePlan {
	p := r.Props
	plan := &UsagePlan{ID: r.ID(6, ""), Name: orElse(p.UsagePlanName, r.LogicalID), Methods: map[string]Throttle{}}
	if p.Throttle != nil {
		plan.Throttle = throttle(p.Throttle.RateLimit, p.Throttle.BurstLimit)
	}
	if q := p.Quota; q != nil {
		switch q.Period {
		case "DAY", "WEEK", "MONTH":
			plan.Quota = &Quota{Limit: q.Limit, Offset: q.Offset, Period: q.Period}
		default:
			b.notice(r.Path, rules.Of("part-unreadable", "part", "the quota", "problem",
				r.Errorf("Quota.Period", "%q is not a period: it is DAY, WEEK or MONTH", q.Period)))
		}
	}
	for _, of := range p.ApiStages {
		b.addPlanStage(plan, r.Resource, of)
	}
	return plan
}

// addPlanStage adds a plan to one of its stages.
func (b *builder) addPlanStage(plan *UsagePlan, r *template.Resource, of property.ApiStage) {
	api, ok := b.apis[of.ApiId]
	if !ok {
		b.notice(r.Path, rules.Of("plan-api-elsewhere", "api", of.ApiId))
		return
	}
	for _, s := range api.Stages {
		if s.Name != of.Stage {
			continue
		}
		s.Plans = append(s.Plans, plan)
		for method, limits := range of.Throttle {
			if t := throttle(limits.RateLimit, limits.BurstLimit); t != nil {
				plan.Methods[api.ID+"/"+s.Name+"/"+method] = *t
			}
		}
		return
	}
	b.notice(r.Path, rules.Of("part-unreadable", "part", "one of its stages", "problem",
		r.Errorf("ApiStages", "API %s has no stage %q: name one that it has", api.Name, of.Stage)))
}
