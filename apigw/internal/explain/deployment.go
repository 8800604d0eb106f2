package explain

import (
	"regexp"
	"slices"
	"strings"

	"example.com/apigw/internal/rules"
)

var (
	deployFailed = regexp.MustCompile(`\b(CREATE|UPDATE|DELETE|IMPORT)_FAILED\b|\bROLLBACK_(COMPLETE|IN_PROGRESS|FAILED)\b|failed creation|Deployment failed`)
	resourceType = regexp.MustCompile(`\bAWS::(ApiGateway|Lambda|Logs|IAM)::\w+`)
	serviceName  = regexp.MustCompile(`\s*\((?:Service: (?:Amazon)?(?:ApiGateway|API ?Gateway|AWSLambda(?:Internal)?|Lambda)\b|RequestToken: |SDK Attempt Count)`)
	handler      = regexp.MustCompile(`Resource handler returned message: "`)
)

// leastReason is how many characters a line about a failed deployment has at least.
const leastReason = 16

// deploymentLine reads a line of what CloudFormation or the CDK CLI prints.
func (r *reader) deploymentLine(line string) bool {
	if len(line) < leastReason {
		return false
	}
	failed := deployFailed.MatchString(line)
	service := serviceName.FindStringIndex(line)
	kind := resourceType.FindString(line)
	switch {
	case strings.Contains(line, "cancelled") && failed:
		return kind != "" // another failure is why
	case failed && kind != "" && service == nil && !handler.MatchString(line):
		r.knows()
		if r.reason(kind, tail(line, kind)) {
			return true
		}
		r.resource = strings.TrimSpace(kind + " " + quoted(name(tail(line, kind))))
		return true
	case service != nil || handler.MatchString(line):
		resource := strings.TrimSpace(r.resource)
		if kind != "" {
			resource = kind + " " + quoted(name(tail(line, kind)))
		}
		r.resource = ""
		return r.reason(resource, line)
	case r.resource != "" && strings.TrimSpace(line) != "":
		resource := r.resource
		r.resource = ""
		return r.reason(resource, line)
	case failed && len(rules.FindRefusal(line)) > 0:
		return r.reason("", line)
	}
	return false
}

// leastRefusal is the least weight of a rule that the words of a refusal show by
// themselves, without a resource and a service.
const leastRefusal = 24

// refusalLine reads a line that has the reason of a failed deployment alone, or as
// another tool prints it.
func (r *reader) refusalLine(line string) bool {
	if r.inside() || len(line) < leastRefusal {
		return false
	}
	found := rules.FindRefusal(line)
	return len(found) > 0 && found[0].Weight >= leastRefusal && r.reason("", line)
}

// tail returns what a line has behind a resource's type, without the signs that
// tables are drawn with.
func tail(line, kind string) string {
	_, rest, _ := strings.Cut(line, kind)
	return strings.Trim(strings.TrimPrefix(rest, ")"), " \t|│,")
}

// name returns the first word of what is behind the type, which is the resource's.
func name(rest string) string {
	if path, _, ok := strings.Cut(rest, ")"); ok && strings.Contains(path, "(") && !strings.Contains(path, "Service:") {
		return path + ")"
	}
	first, _, _ := strings.Cut(rest, " ")
	return first
}

// reason explains why a resource could not be deployed. It reports whether there
// is something to explain; a reason that came before is said once.
func (r *reader) reason(resource, text string) bool {
	words := refusalWords(text)
	found := rules.FindRefusal(words)
	if len(found) == 0 && serviceName.FindString(text) == "" && !handler.MatchString(text) {
		return false
	}
	r.knows()
	r.last = nil
	if r.refused[words] || len(r.refused) >= maxOpen {
		return true
	}
	r.refused[words] = true
	e := Explanation{Input: "failed deployment", Title: "the deployment failed"}
	if resource != "" {
		e.Title += ": " + resource
	}
	e.Steps = []Step{{rules.Deployment, "AWS refused it: " + quoted(words)}}
	byLikelihood(found)
	if fitting := slices.DeleteFunc(slices.Clone(found), onTheWrongSide); len(fitting) > 0 {
		found = fitting
	}
	e.Causes = causes(found)
	for i := range e.Causes {
		e.Causes[i].Shown = ""
	}
	e.Certain = len(found) == 1
	if len(found) == 0 {
		e.Unknown = []string{"why: the rulebook has no rule with these words. They are the service's own; the resource is the one to look at"}
	}
	r.show(e)
	return true
}

// onTheWrongSide reports whether a rule takes a parameter for the source of a
// mapping that is the target of one, or the other way round.
func onTheWrongSide(m rules.Match) bool {
	isSource := func(name string) bool {
		return strings.HasPrefix(name, "method.request.") || strings.HasPrefix(name, "integration.response.")
	}
	isTarget := func(name string) bool {
		return strings.HasPrefix(name, "method.response.") || strings.HasPrefix(name, "integration.request.")
	}
	return isTarget(m.Values["source"]) || isSource(m.Values["target"])
}

// refusalWords returns what the service said, without what CloudFormation and the
// command line wrote around it.
func refusalWords(text string) string {
	if place := handler.FindStringIndex(text); place != nil {
		text = text[place[1]:]
	}
	if place := serviceName.FindStringIndex(text); place != nil {
		text = text[:place[0]]
	}
	return strings.Trim(strings.TrimSpace(text), `"`)
}
