// Package policy evaluates IAM policy documents: the resource policies of APIs
// and the policies that Lambda authorizers return.
package policy

import "strings"

// Decision is what a policy says about a request. Its zero value is
// ImplicitDeny.
type Decision int

// The decisions.
const (
	ImplicitDeny Decision = iota // no statement allows it
	Allow                        // a statement allows it and none denies it
	ExplicitDeny                 // a statement denies it
)

func (d Decision) String() string {
	return [...]string{"implicit deny", "allow", "explicit deny"}[d]
}

// Request is what a policy decides on.
type Request struct {
	// Principals are the ARNs under which the caller is known; none is an
	// anonymous caller.
	Principals []string
	Action     string // such as execute-api:Invoke
	Resource   string // ARN, such as arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/hello
	// Context has the values of condition keys, such as aws:SourceIp. Their
	// spelling in upper or lower case does not matter.
	Context map[string][]string
}

// Policy is a parsed policy document.
type Policy struct {
	statements []statement
}

// statement is one statement. Patterns may have * and ?.
type statement struct {
	deny          bool
	anyPrincipal  bool     // of policies without principals
	principals    []string // "*", ARNs and account ids
	notPrincipals bool
	actions       []string
	notActions    bool
	resources     []string
	notResources  bool
	conditions    []condition
	variables     bool // ${…} stand for values of the context
}

// Decide evaluates the policy. Statements that deny win.
func (p *Policy) Decide(r Request) Decision {
	values := make(context, len(r.Context))
	for key, list := range r.Context {
		values[strings.ToLower(key)] = list
	}
	decision := ImplicitDeny
	for _, s := range p.statements {
		if !s.applies(r, values) {
			continue
		}
		if s.deny {
			return ExplicitDeny
		}
		decision = Allow
	}
	return decision
}

// Passing returns a value of a condition key with which statements let a request pass:
// one that an Allow asks for, or that a Deny spares. It is empty if no statement has
// the key.
func (p *Policy) Passing(key string) string {
	for _, s := range p.statements {
		for _, c := range s.conditions {
			if c.key == strings.ToLower(key) && !c.null && s.deny == c.operator.negated && len(c.values) > 0 {
				return strings.NewReplacer("*", "0", "?", "0").Replace(c.values[0])
			}
		}
	}
	return ""
}

func (s *statement) applies(r Request, values context) bool {
	if !s.anyPrincipal && s.namesPrincipal(r.Principals) == s.notPrincipals {
		return false
	}
	action := strings.ToLower(r.Action)
	if matchesAny(s.actions, func(pattern string) bool { return Match(strings.ToLower(pattern), action) }) == s.notActions {
		return false
	}
	named := matchesAny(s.resources, func(pattern string) bool {
		if s.variables {
			var ok bool
			if pattern, ok = values.expand(pattern); !ok {
				return false
			}
		}
		return Match(pattern, r.Resource)
	})
	if named == s.notResources {
		return false
	}
	for _, c := range s.conditions {
		if !c.holds(values, s.variables) {
			return false
		}
	}
	return true
}

// namesPrincipal reports whether a caller is among the statement's principals:
// everybody is "*"; an account is all that is in it.
func (s *statement) namesPrincipal(callers []string) bool {
	return matchesAny(s.principals, func(principal string) bool {
		if principal == "*" {
			return true
		}
		for _, caller := range callers {
			account := accountOf(caller)
			if principal == caller || account != "" && (principal == account || isRoot(principal) && accountOf(principal) == account) {
				return true
			}
		}
		return false
	})
}

// accountOf returns the fifth field of an ARN.
func accountOf(arn string) string {
	fields := strings.SplitN(arn, ":", 6)
	if len(fields) < 6 {
		return ""
	}
	return fields[4]
}

func isRoot(arn string) bool { return strings.HasSuffix(arn, ":root") }

func matchesAny(patterns []string, matches func(string) bool) bool {
	for _, p := range patterns {
		if matches(p) {
			return true
		}
	}
	return false
}
