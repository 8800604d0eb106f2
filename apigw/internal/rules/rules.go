// Package rules is the rulebook: everything that the engine says to people about
// an app and its requests, as data. An entry says what is wrong, what API Gateway
// does, in which words its execution log says so, how to mend it, and how sure
// all that is. Code that meets a case names the entry and the particulars with
// [Of]; sentences are written here alone.
//
// The rules about what a function returns are those of package proxyresponse,
// which functions import. This package takes them in.
//
// There is a file for each box that a request passes, and one for each thing
// around the boxes: who may call, the deployment, the development loop.
package rules

import (
	"slices"
	"sync"

	"example.com/apigw/proxyresponse"
)

// Rule is one entry of the rulebook. Title, Log and Fix may have placeholders
// such as {function}, which a [Use] fills.
type Rule struct {
	ID       string   `json:"id"` // stable, in kebab-case
	Kind     Kind     `json:"kind"`
	Box      Box      `json:"box"`
	Title    string   `json:"title"`           // what is wrong, as a sentence
	Gateway  string   `json:"gateway"`         // what AWS does
	Log      string   `json:"log,omitempty"`   // what the execution log says, or the deployment of a refusal; empty if nothing, or nobody knows
	Fix      string   `json:"fix"`             // what to do, in sentences or as code
	Evidence Evidence `json:"evidence"`        // how sure that is
	Source   string   `json:"source"`          // addresses, and names of suites of docs/evidence.md, with what they show
	Signs    []Sign   `json:"signs,omitempty"` // where else it shows, and in which words
	// Fixes is what to do for functions in languages that Fix is not written in; the
	// empty language has words.
	Fixes map[Language]string `json:"fixes,omitempty"`
}

// Kind says what a rule is about.
type Kind string

const (
	// Failure is a request that does not get through: the gateway makes the
	// response itself. Where a method is bound to fail, it is said at start too.
	Failure Kind = "failure"
	// Notice is something in the app that cannot work as it is written. It is said
	// at start.
	Notice Kind = "notice"
	// Difference is something that AWS does and the engine does not. It is said at
	// start.
	Difference Kind = "difference"
	// Finding is something that a person should know about a request that got
	// through.
	Finding Kind = "finding"
	// Result is a shape of a function's result.
	Result Kind = "result"
	// Situation is another way in which a function and its API do not fit.
	Situation Kind = "situation"
	// Refusal is something in the app that AWS refuses when it is deployed. It is
	// said at start.
	Refusal Kind = "refusal"
	// Trap is something in the app that can be deployed, and then does not do what
	// it was written for.
	Trap Kind = "trap"
	// Parity is a way in which a deployed stage differs from the service on this
	// machine, or why the two cannot be compared.
	Parity Kind = "parity"
)

// Box is where in the picture a rule belongs.
type Box string

const (
	MethodRequest       Box = "method request"
	Authorization       Box = "authorization"
	IntegrationRequest  Box = "integration request"
	Backend             Box = "backend"
	Function            Box = "function"
	IntegrationResponse Box = "integration response"
	MethodResponse      Box = "method response"
	GatewayResponse     Box = "gateway response"
	Deployment          Box = "deployment"
)

// Boxes returns all boxes, in the order in which a request meets them.
func Boxes() []Box {
	return []Box{
		MethodRequest, Authorization, IntegrationRequest, Backend, Function, IntegrationResponse, MethodResponse,
		GatewayResponse, Deployment,
	}
}

// Evidence says how sure a rule is.
type Evidence = proxyresponse.Evidence

// The values of Evidence; the page docs/evidence.md says what they mean.
const (
	Recorded   = proxyresponse.Recorded
	Documented = proxyresponse.Documented
	Assumed    = proxyresponse.Assumed
)

// All returns the whole rulebook, in the order in which a request meets it. Every
// call returns a new slice.
func All() []Rule { return slices.Clone(book().all) }

// Lookup returns the rule with this id; ok is false if there is none.
func Lookup(id string) (rule Rule, ok bool) {
	rule, ok = book().byID[id]
	return rule, ok
}

type rulebook struct {
	all  []Rule
	byID map[string]Rule
}

var book = sync.OnceValue(func() *rulebook {
	b, signs, fixes := &rulebook{byID: map[string]Rule{}}, signs(), fixes()
	for _, chapter := range []struct {
		box   Box
		rules []Rule
	}{
		{MethodRequest, methodRequestRules()},
		{Authorization, authorizationRules()},
		{IntegrationRequest, integrationRequestRules()},
		{Backend, backendRules()},
		{Function, functionRules()},
		{Function, functionFailureRules()},
		{IntegrationResponse, integrationResponseRules()},
		{GatewayResponse, gatewayResponseRules()},
		{Deployment, deploymentRules()},
		{Deployment, refusalRules()},
		{"", trapRules()},    // they say their box themselves
		{"", resultRules()},  // they say their box themselves
		{"", outcomeRules()}, // they say their box themselves
		{"", parityRules()},  // they say their box themselves
	} {
		for _, rule := range chapter.rules {
			if rule.Box == "" {
				rule.Box = chapter.box
			}
			rule.Fixes = fixes[rule.ID]
			rule.Signs = append(rule.Signs, signs[rule.ID]...)
			b.all = append(b.all, rule)
			b.byID[rule.ID] = rule
		}
	}
	return b
})
