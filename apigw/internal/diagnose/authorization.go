package diagnose

import (
	"example.com/apigw/internal/rules"
)

// authorizationDetectors are about who may call.
func authorizationDetectors() []func(*request) []Finding {
	return []func(*request) []Finding{cachedPolicy}
}

// cachedPolicy finds that a policy refused a request which was made for another one.
func cachedPolicy(q *request) []Finding {
	if !q.Details.PolicyCached || q.Failure == nil || q.Failure.Type != "ACCESS_DENIED" || q.method.Authorizer == nil {
		return nil
	}
	return q.covering(rules.Of("policy-cached", "authorizer", q.method.Authorizer.Name, "ttl", q.method.Authorizer.TTL,
		"method", q.Method+" "+q.ResourcePath), "authorizer-denies", "authorizer-does-not-allow")
}
