package diagnose

import (
	"example.com/apigw/internal/gateway/record"
)

// failure returns why the gateway itself made the response, and what it refused in
// the function's result.
func failure(q *request) (found []Finding) {
	if q.Failure == nil {
		return nil
	}
	for _, f := range q.Findings {
		if f.Rule != "" {
			found = append(found, q.noted(f))
		}
	}
	if q.Failure.Cause == "" {
		return found
	}
	return append(found, q.noted(record.Finding{Message: q.Failure.Cause, Rule: q.Failure.Rule, Fix: q.Failure.Fix, Detail: q.Failure.Detail}))
}
