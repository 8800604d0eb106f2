package parity

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"example.com/apigw/internal/diagnose"
	"example.com/apigw/internal/rules"
)

// Finding is one thing that explains differences.
type Finding struct {
	Rule rules.Use
	Box  rules.Box
	// Cases are those that it explains, in the order of the contract.
	Cases []*exchange
}

// judge finds what explains the differences of all cases of an API.
func (a *API) judge() {
	if failure := a.wholly(); !failure.IsZero() {
		a.give(failure)
		a.Compared, a.exchanges = 0, nil
		return
	}
	headers := map[headerDifference][]*exchange{}
	var undecided []*exchange
	for _, e := range a.exchanges {
		if len(e.differences) == 0 {
			continue
		}
		if rule, box := a.judgeCase(e); !rule.IsZero() {
			a.find(rule, box, e)
			continue
		}
		if e.resultDiffers() {
			undecided = append(undecided, e)
			continue
		}
		for _, d := range e.differences {
			if d.What == inHeader {
				key := headerDifference{d.Name, d.Missing, e.boxOfHeader(d)}
				headers[key] = append(headers[key], e)
			}
		}
	}
	a.judgeResults(undecided)
	a.judgeHeaders(headers)
	slices.SortStableFunc(a.Findings, func(x, y *Finding) int {
		return cmp.Or(
			cmp.Compare(slices.Index(rules.Boxes(), x.Box), slices.Index(rules.Boxes(), y.Box)),
			cmp.Compare(len(y.Cases), len(x.Cases)),
			cmp.Compare(x.Rule.Title(), y.Rule.Title()),
		)
	})
}

// find adds a case to a finding.
func (a *API) find(rule rules.Use, box rules.Box, e *exchange) {
	for _, f := range a.Findings {
		if f.Rule == rule && f.Box == box {
			f.Cases = append(f.Cases, e)
			return
		}
	}
	a.Findings = append(a.Findings, &Finding{rule, box, []*exchange{e}})
}

// wholly returns why the whole API cannot be compared, by what all of its responses
// have in common; no rule if it can.
func (a *API) wholly() rules.Use {
	all := func(holds func(e *exchange) bool) bool {
		return len(a.exchanges) > 0 && !slices.ContainsFunc(a.exchanges, func(e *exchange) bool { return !holds(e) })
	}
	first := &response{}
	if len(a.exchanges) > 0 {
		first = a.exchanges[0].there
	}
	here := func(e *exchange) bool { return e.refusedHere() == "" }
	switch {
	case all(func(e *exchange) bool { return isRedirect(e.there) && !isRedirect(e.here) }):
		return rules.Of("parity-redirect", "url", a.URL, "location", shown(first.header.Get("Location")))
	case all(func(e *exchange) bool { return stranger(e.there) != "" }):
		return rules.Of("parity-not-api-gateway", "url", a.URL, "problem", stranger(first))
	case all(func(e *exchange) bool { return e.there.errorType() == "ForbiddenException" }) && slices.ContainsFunc(a.exchanges, here):
		return rules.Of("parity-no-stage", "url", a.URL)
	case all(func(e *exchange) bool { return !here(e) || e.there.errorType() == missingToken }) && slices.ContainsFunc(a.exchanges, here):
		return rules.Of("parity-wrong-path", "url", a.URL, "api", a.Name)
	}
	return rules.Use{}
}

// missingToken is the type of the response to a path or method that is not deployed.
const missingToken = "MissingAuthenticationTokenException"

// isRedirect reports whether a response sends the client elsewhere.
func isRedirect(r *response) bool {
	return r.status >= 300 && r.status < 400 && r.header.Get("Location") != ""
}

// stranger returns why a response is not that of a REST API; empty if it is.
func stranger(r *response) string {
	switch {
	case r.header.Get(requestID) != "" || r.header.Get("x-amz-apigw-id") != "":
		return ""
	case r.header.Get("apigw-requestid") != "":
		return "it has the header apigw-requestid, which is that of an HTTP API"
	}
	kind, _, _ := strings.Cut(r.header.Get("Content-Type"), ";")
	what := "a response"
	if kind = strings.TrimSpace(kind); kind != "" {
		what = shown(kind)
	}
	return fmt.Sprintf("%s with the status %d, and neither of the headers x-amzn-RequestId and x-amz-apigw-id", what, r.status)
}

// refusedHere returns the type of the failure with which the gateway here responded;
// empty if it did not.
func (e *exchange) refusedHere() string {
	if e.record == nil || e.record.Failure == nil {
		return ""
	}
	return cmp.Or(e.here.errorType(), e.record.Failure.Type)
}

// resultDiffers reports whether status or body differ.
func (e *exchange) resultDiffers() bool {
	return slices.ContainsFunc(e.differences, func(d Difference) bool { return d.What != inHeader })
}

// integration returns the type of the integration, such as AWS_PROXY; empty without a
// method.
func (e *exchange) integration() string {
	if e.record == nil || e.record.Definition == nil {
		return ""
	}
	return e.record.Definition.Integration
}

// function returns how people call the function of a case.
func (e *exchange) function() string {
	if e.record == nil || e.record.Definition == nil || e.record.Definition.Function == nil {
		return "the function"
	}
	return cmp.Or(e.record.Definition.Function.Source, e.record.Definition.Function.Name)
}

// judgeCase returns what explains a case by itself; no rule if both sides got through to
// the integration.
func (a *API) judgeCase(e *exchange) (rules.Use, rules.Box) {
	if problem := stranger(e.there); problem != "" {
		return own(rules.Of("parity-not-api-gateway", "url", a.URL, "problem", problem))
	}
	if isRedirect(e.there) && !isRedirect(e.here) {
		return own(rules.Of("parity-redirect", "url", a.URL, "location", shown(e.there.header.Get("Location"))))
	}
	here, there := e.refusedHere(), e.there.errorType()
	switch {
	case there == "" && here == "":
		return rules.Use{}, ""
	case there == "":
		return a.onlyHere(e)
	case here == there && (e.here.status == e.there.status || refusesCallers(here)):
		return own(rules.Of("parity-gateway-response", "api", a.Name, "type", here))
	}
	return a.refusedThere(e, there)
}

// own returns a rule with its own box.
func own(rule rules.Use) (rules.Use, rules.Box) { return rule, rule.Rule().Box }

// refusesCallers reports whether a type of failure is about who calls, or what.
func refusesCallers(kind string) bool {
	switch kind {
	case missingToken, "UnauthorizedException", "AccessDeniedException", "ForbiddenException", "InvalidSignatureException",
		"IncompleteSignatureException", "ExpiredTokenException", "UnrecognizedClientException", "InvalidClientTokenIdException":
		return true
	}
	return false
}

// refusedThere returns why the gateway of the stage refuses a request.
func (a *API) refusedThere(e *exchange, kind string) (rules.Use, rules.Box) {
	says := said(e.there)
	switch status := e.there.status; {
	case kind == missingToken:
		return own(rules.Of("parity-route-missing", "api", a.Name, "route", e.route()))
	case refusesCallers(kind):
		return own(rules.Of("parity-caller-refused", "api", a.Name, "route", e.route(), "problem", says))
	case status == http.StatusUnsupportedMediaType || e.refusedHere() != "" && e.here.status == http.StatusUnsupportedMediaType:
		return own(rules.Of("parity-media-type", "api", a.Name, "route", e.route(), "problem", says))
	case status < http.StatusInternalServerError:
		return own(rules.Of("parity-refuses", "api", a.Name, "route", e.route(), "problem", says))
	case status == http.StatusGatewayTimeout:
		return own(rules.Of("parity-function-slow", "api", a.Name, "route", e.route(), "function", e.function()))
	case status == http.StatusBadGateway && e.integration() == "AWS_PROXY":
		return own(rules.Of("parity-malformed", "api", a.Name, "route", e.route(), "function", e.function(), "status", status))
	default:
		return own(rules.Of("parity-gateway-fails", "api", a.Name, "route", e.route(), "status", status))
	}
}

// onlyHere returns why the gateway here refuses a request that the stage does not.
func (a *API) onlyHere(e *exchange) (rules.Use, rules.Box) {
	says := "here it is " + said(e.here)
	switch status := e.here.status; {
	case status >= http.StatusInternalServerError:
		box := e.record.Failure.Box
		if found := diagnose.Of(e.record); len(found) > 0 {
			says, box = strings.TrimSuffix(found[0].Message, "."), cmp.Or(found[0].Box, box)
		}
		return rules.Of("parity-fails-here", "api", a.Name, "route", e.route(), "problem", says), cmp.Or(box, rules.Function)
	case e.refusedHere() == missingToken && e.record.ResourcePath == "":
		return own(rules.Of("parity-route-more", "api", a.Name, "route", e.route()))
	case refusesCallers(e.refusedHere()):
		return own(rules.Of("parity-caller-let-in", "api", a.Name, "route", e.route(), "problem", says))
	case status == http.StatusUnsupportedMediaType:
		return own(rules.Of("parity-media-type", "api", a.Name, "route", e.route(), "problem", says))
	default:
		return own(rules.Of("parity-accepts", "api", a.Name, "route", e.route(), "problem", says))
	}
}

// said returns the status and the message of a refusal.
func said(r *response) string {
	text := fmt.Sprint(r.status)
	var body struct{ Message string }
	if json.Unmarshal(r.body, &body) == nil && body.Message != "" {
		text += ", " + strings.TrimSuffix(shown(body.Message), ".")
	}
	return text
}

// headerDifference is one header that differs in one way.
type headerDifference struct {
	name, missing string
	box           rules.Box
}

// boxOfHeader returns the box that sets a header, or should.
func (e *exchange) boxOfHeader(d Difference) rules.Box {
	switch integration := e.integration(); {
	case e.refusedHere() != "":
		return rules.GatewayResponse
	case integration == "AWS_PROXY":
		return rules.Function
	case integration == "HTTP_PROXY":
		return rules.Backend
	case d.Missing != "":
		return rules.MethodResponse
	}
	return rules.IntegrationResponse
}

// judgeHeaders finds what explains headers.
func (a *API) judgeHeaders(headers map[headerDifference][]*exchange) {
	for key, cases := range headers {
		route := routesOf(cases)
		var rule rules.Use
		switch {
		case strings.HasPrefix(key.name, "Access-Control-"):
			rule = rules.Of("parity-cors", "api", a.Name, "header", key.name)
		case key.name == "Content-Encoding":
			problem := "here there is none"
			for _, d := range cases[0].differences {
				if d.Name == key.name && d.Missing != "here" {
					problem = fmt.Sprintf("here it is %s", d.Here)
				}
			}
			rule = rules.Of("parity-encoding", "api", a.Name, "problem", problem)
		case key.missing == "there":
			rule = rules.Of("parity-header-missing", "api", a.Name, "route", route, "header", key.name)
		case key.missing == "here":
			rule = rules.Of("parity-header-more", "api", a.Name, "route", route, "header", key.name)
		default:
			rule = rules.Of("parity-header", "api", a.Name, "route", route, "header", key.name)
		}
		for _, e := range cases {
			a.find(rule, key.box, e)
		}
	}
}

// routesOf returns the route of cases, or how many there are.
func routesOf(cases []*exchange) string {
	var routes []string
	for _, e := range cases {
		if route := e.route(); !slices.Contains(routes, route) {
			routes = append(routes, route)
		}
	}
	if len(routes) == 1 {
		return routes[0]
	}
	return fmt.Sprintf("%d routes", len(routes))
}

// judgeResults finds what explains other results, where both sides got through. From
// outside a function looks like the templates around it. What tells them apart is which
// cases agree: a request template spoils one method, a response template one status,
// and a function everything. A response template cannot turn a result into an error.
func (a *API) judgeResults(undecided []*exchange) {
	for _, e := range undecided {
		group := e.group()
		agree := func(holds func(other *exchange) bool) bool {
			return slices.ContainsFunc(a.exchanges, func(other *exchange) bool {
				return other.group() == group && other.through() && !other.resultDiffers() && holds(other)
			})
		}
		route := e.route()
		sameRoute := func(other *exchange) bool { return other.route() == route }
		sameStatus := func(other *exchange) bool { return other.here.status == e.here.status }
		// The others of the group that differ in the same status.
		others := slices.ContainsFunc(undecided, func(other *exchange) bool {
			return other.group() == group && sameStatus(other) && !sameRoute(other)
		})
		status := e.here.status
		switch {
		case e.integration() == "MOCK":
			a.find(rules.Of("parity-response-template", "api", a.Name, "route", route, "status", status), rules.IntegrationResponse, e)
		case e.integration() == "HTTP_PROXY":
			a.find(rules.Of("parity-backend-differs", "api", a.Name, "route", route), rules.Backend, e)
		case e.integration() != "AWS" && e.integration() != "HTTP" || !agree(func(*exchange) bool { return true }):
			a.find(rules.Of("parity-function-differs", "api", a.Name, "function", e.function()), rules.Function, e)
		case e.succeededHere() && e.here.status != e.there.status &&
			(!agree(sameRoute) || agree(func(other *exchange) bool { return !sameRoute(other) && sameStatus(other) })):
			a.find(rules.Of("parity-request-template", "api", a.Name, "route", route), rules.IntegrationRequest, e)
		case !agree(sameStatus) && others:
			a.find(rules.Of("parity-response-template", "api", a.Name, "route", "all routes", "status", status), rules.IntegrationResponse, e)
		case !agree(sameRoute):
			a.find(rules.Of("parity-request-template", "api", a.Name, "route", route), rules.IntegrationRequest, e)
		case !agree(func(other *exchange) bool { return sameRoute(other) && sameStatus(other) }):
			a.find(rules.Of("parity-response-template", "api", a.Name, "route", route, "status", status), rules.IntegrationResponse, e)
		default:
			a.find(rules.Of("parity-function-differs", "api", a.Name, "function", e.function()), rules.Function, e)
		}
	}
}

// succeededHere reports whether the default integration response took the result here.
func (e *exchange) succeededHere() bool {
	return e.record != nil && e.record.IntegrationResponse != nil && e.record.IntegrationResponse.SelectionPattern != nil &&
		*e.record.IntegrationResponse.SelectionPattern == ""
}

// group returns what a case shares with others that reach the same backend.
func (e *exchange) group() string {
	if e.record != nil && e.record.Definition != nil && e.record.Definition.Function != nil {
		return e.record.Definition.Function.ARN
	}
	return e.route()
}

// through reports whether both sides got through to the integration.
func (e *exchange) through() bool {
	return e.refusedHere() == "" && e.there.errorType() == "" && stranger(e.there) == ""
}
