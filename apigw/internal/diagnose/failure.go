package diagnose

import (
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/rules"
)

// failure returns why the gateway itself made the response, and what it refused in
// the function's result.
func failure(q *request) (found []Finding) {
	if q.Failure == nil {
		return nil
	}
	for _, f := range q.Findings {
		if f.Rule != "" && !isOfGatewayResponse(f) {
			found = append(found, q.noted(f))
		}
	}
	if q.Failure.Cause == "" {
		return found
	}
	return append(found, q.noted(record.Finding{Message: q.Failure.Cause, Rule: q.Failure.Rule, Fix: q.Failure.Fix, Detail: q.Failure.Detail}))
}

// isOfGatewayResponse reports whether a finding is about how the client was told of a
// failure, which is said after the failure itself.
func isOfGatewayResponse(f record.Finding) bool {
	rule, _ := rules.Lookup(f.Rule)
	return rule.Box == rules.GatewayResponse
}
