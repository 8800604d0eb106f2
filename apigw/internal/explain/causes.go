package explain

import (
	"cmp"
	"slices"

	"example.com/apigw/internal/rules"
)

// likely are rules that people meet often, the most frequent one first. The order
// is that of how often the questions and answers that people published name them.
var likely = []string{
	"body-not-string", "missing-envelope", "function-error", "unknown-key", "result-null", "result-is-string",
	"header-value-not-string", "function-timeout", "response-and-error", "status-not-number", "key-case",
	"lambda-throttled", "invoke-permission-missing", "function-not-found", "gateway-timeout", "endpoint-variable-missing",
	"request-template-failed", "selection-pattern-none-matches", "mock-status-missing", "response-template-failed",
	"route-unknown", "request-not-signed", "api-key-missing", "stage-unknown", "policy-denies",
	"authorizer-denies", "authorizer-does-not-allow", "identity-missing", "authorizer-failed", "authorizer-not-called",
	"cors-missing-on-gateway-errors", "mapped-error-is-200", "proxy-off-for-envelope",
	"parameters-missing", "body-invalid", "throttled", "backend-unreachable",
}

// byLikelihood sorts rules that show alike: those that are met often first, then
// those that somebody has seen before those that nobody has.
func byLikelihood(matches []rules.Match) {
	rank := func(m rules.Match) int {
		if i := slices.Index(likely, m.Rule.ID); i >= 0 {
			return i
		}
		if m.Rule.Evidence != rules.Assumed {
			return len(likely)
		}
		return len(likely) + 1
	}
	slices.SortStableFunc(matches, func(a, b rules.Match) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(rank(a), rank(b)))
	})
}

// isCause reports whether a rule can be why a request to AWS ended as it did.
func isCause(rule rules.Rule) bool {
	switch rule.Kind {
	case rules.Failure, rules.Result, rules.Situation, rules.Finding, rules.Notice:
		return true
	}
	return false
}

// responses returns the rules that let a client see a response.
func responses(status int, body, errorType string) []rules.Match {
	var found []rules.Match
	for _, rule := range rules.All() {
		if response, ok := rule.Response(); ok && isCause(rule) && response.Allows(status, body, errorType) {
			found = append(found, rules.Match{Rule: rule})
		}
	}
	byLikelihood(found)
	return found
}

// statuses returns the rules that let a client see a status.
func statuses(status int) []rules.Match {
	var found []rules.Match
	for _, rule := range rules.All() {
		if response, ok := rule.Response(); ok && isCause(rule) && response.Status == status {
			found = append(found, rules.Match{Rule: rule})
		}
	}
	byLikelihood(found)
	return found
}

func causes(matches []rules.Match) []Cause {
	var list []Cause
	for _, m := range matches {
		list = append(list, causeOf(m))
	}
	return list
}

// first returns matches with those of more before them, each rule once.
func first(more, matches []rules.Match) []rules.Match {
	var list []rules.Match
	for _, m := range slices.Concat(more, matches) {
		if !slices.ContainsFunc(list, func(have rules.Match) bool { return have.Rule.ID == m.Rule.ID }) {
			list = append(list, m)
		}
	}
	return list
}
