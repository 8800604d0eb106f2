package gateway

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/authorizer"
	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/gateway/policy"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/gateway/route"
	"example.com/apigw/internal/gateway/schema"
	"example.com/apigw/internal/gateway/usage"
	"example.com/apigw/internal/gateway/userpool"
	"example.com/apigw/internal/mapping"
	"example.com/apigw/internal/rules"
)

// api is a REST API, ready to serve.
type api struct {
	*assembly.API
	key    string         // that URLs call it by
	arn    string         // arn:aws:execute-api:REGION:ACCOUNT:ID
	domain string         // of its default endpoint on AWS
	policy *policy.Policy // nil without a resource policy
	// vpcEndpoint and vpc are where the calls of a private API come from.
	vpcEndpoint, vpc string
	models           *schema.Set
	responses        gatewayresponse.Set
	stages           map[string]*stage
	unreadable       *gatewayresponse.Error // of every request; nil if there is none
	ordered          []*stage               // as the assembly has them
	definition       *record.API
}

// stage is a stage of an API. Everything that depends on stage variables is
// resolved in it.
type stage struct {
	*assembly.Stage
	api     *api
	routes  route.Tree[*method]
	methods []*method
	usage   *usage.Stage
	// authorizers are those that its methods use.
	authorizers map[*assembly.Authorizer]*authorizer.Authorizer
	variables   []byte // stageVariables of a function's event
	arnPrefix   string // of the methods' ARNs: arn:aws:execute-api:…/stage/
	accessLog   accessLogFormat
}

// method is a method in a stage.
type method struct {
	*assembly.Method
	stage       *stage
	timeout     time.Duration
	required    []assembly.RequestParameter // in the order of the error message
	pathNames   []string                    // parameters that the resource path has
	authorizer  *authorizer.Authorizer      // of CUSTOM authorization
	userPool    *userpool.Authorizer        // of COGNITO_USER_POOLS authorization
	integration integration                 // nil if no request gets there
	function    *assembly.Function          // that it calls; nil without one
	eventStart  []byte                      // of proxy events
	fails       alwaysFails
	unreachable rules.Use // why its backend cannot be called here
	definition  *record.Method
}

const defaultTimeout = 29 * time.Second

// untimed stands for no timeout.
const untimed = 7 * 24 * time.Hour

// deployer turns definitions into what serves requests.
type deployer struct {
	options   Options
	invoker   Invoker
	engine    *mapping.Engine
	functions map[string]*assembly.Function // by ARN without a qualifier
	ledger    *usage.Ledger
	notices   []assembly.Notice
}

func functionsByARN(list []*assembly.Function) map[string]*assembly.Function {
	functions := make(map[string]*assembly.Function, len(list))
	for _, f := range list {
		functions[f.ARN] = f
	}
	return functions
}

func (d *deployer) api(definition *assembly.API) *api {
	a := &api{API: definition, stages: map[string]*stage{}, definition: defineAPI(definition)}
	partition := definition.Partition
	if partition == "" {
		partition = "aws"
	}
	a.arn = "arn:" + partition + ":execute-api:" + definition.Region + ":" + definition.Account + ":" + definition.ID
	a.domain = definition.ID + ".execute-api." + definition.Region + ".amazonaws.com"
	if partition == "aws-cn" {
		a.domain += ".cn"
	}
	var problems []rules.Use
	a.responses, problems = gatewayresponse.Compile(definition.GatewayResponses)
	for _, problem := range problems {
		d.gatewayResponseUnreadable(a, problem)
	}
	var wrong []error
	a.models, wrong = schema.Compile(definition.Models, definition.ID)
	for _, err := range wrong {
		d.modelUnusable(a, err)
	}
	var unreadable *gatewayresponse.Error
	if len(definition.Policy) > 0 {
		var err error
		if a.policy, err = policy.ParseResource(definition.Policy, a.arn); err != nil {
			unreadable = gatewayresponse.NotImplemented(rules.Of("policy-unreadable", "problem", err))
			d.everyRequestOfAPIFails(a, unreadable)
		}
	}
	if definition.EndpointType == "PRIVATE" {
		a.vpcEndpoint, a.vpc = "vpce-0a1b2c3d4e5f60718", "vpc-0a1b2c3d4e5f60718"
		if len(definition.VPCEndpoints) > 0 {
			a.vpcEndpoint = definition.VPCEndpoints[0]
		}
		if a.policy != nil {
			a.vpcEndpoint = cmp.Or(a.policy.Passing("aws:SourceVpce"), a.vpcEndpoint)
			a.vpc = cmp.Or(a.policy.Passing("aws:SourceVpc"), a.vpc)
		}
		d.private(a)
	}
	if !definition.NotImplemented.IsZero() { // the assembly has a notice about it
		unreadable = gatewayresponse.NotImplemented(definition.NotImplemented)
	}
	a.unreadable = unreadable
	if len(definition.Stages) == 0 {
		d.noStage(a)
	}
	if definition.MinimumCompressionSize >= 0 {
		d.notCompressed(a)
	}
	if definition.DisableDefaultEndpoint {
		d.defaultEndpointDisabled(a)
	}
	for _, s := range definition.Stages {
		deployed := &stage{
			Stage: s, api: a, accessLog: parseAccessLog(s.AccessLog), usage: d.ledger.Stage(definition, d.throttled(s)),
			authorizers: map[*assembly.Authorizer]*authorizer.Authorizer{},
		}
		deployed.variables = appendStageVariables(nil, s.Variables)
		deployed.arnPrefix = a.arn + "/" + s.Name + "/"
		for _, m := range definition.Methods {
			ready := d.method(deployed, m)
			if unreadable != nil {
				ready.alwaysFails(methodRequestBox, unreadable)
			}
			if !s.NotImplemented.IsZero() { // likewise
				ready.alwaysFails(methodRequestBox, gatewayresponse.NotImplemented(s.NotImplemented))
			}
			if err := deployed.routes.Add(m.ResourcePath, m.HTTPMethod, ready); err != nil {
				d.notice(m.Path, rules.Of("route-not-added", "problem", err))
				continue
			}
			deployed.methods = append(deployed.methods, ready)
		}
		a.stages[s.Name] = deployed
		a.ordered = append(a.ordered, deployed)
	}
	return a
}

// throttled returns the stage with the throttles that are enforced here.
func (d *deployer) throttled(s *assembly.Stage) *assembly.Stage {
	if d.options.StageThrottles {
		return s
	}
	free := *s
	free.Settings = slices.Clone(s.Settings)
	for i := range free.Settings {
		if t := free.Settings[i].Throttle; t != nil {
			d.notThrottled(s, free.Settings[i])
			free.Settings[i].Throttle = nil
		}
	}
	return &free
}

func (d *deployer) method(s *stage, definition *assembly.Method) *method {
	m := &method{Method: definition, stage: s, timeout: defaultTimeout}
	for part := range strings.SplitSeq(definition.ResourcePath, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			m.pathNames = append(m.pathNames, strings.TrimRight(name, "+}"))
		}
	}
	m.required = requiredParameters(definition)
	m.function = d.target(m)
	m.eventStart = newEventStart(m)
	if definition.Integration != nil && definition.Integration.Timeout > 0 {
		m.timeout = definition.Integration.Timeout
	}
	if m.function != nil && d.options.Untimed != nil && d.options.Untimed(m.function) {
		m.timeout = untimed
	}
	switch {
	case !definition.NotImplemented.IsZero(): // the assembly has a notice about it
		m.alwaysFails(methodRequestBox, gatewayresponse.NotImplemented(definition.NotImplemented))
	case d.authorization(m):
		d.integration(m)
	}
	m.definition = d.define(m)
	return m
}

// authorization prepares what decides about a method. It reports false if nothing
// can, so that all requests fail.
func (d *deployer) authorization(m *method) bool {
	switch m.AuthorizationType {
	case "", "NONE", "AWS_IAM":
		return true
	case "CUSTOM":
		if m.Method.Authorizer != nil {
			if why := d.authorizerNotRunnable(m); !why.IsZero() { // whoever runs functions says so at start
				m.alwaysFails(methodRequestBox, gatewayresponse.NotImplemented(rules.Of("authorizer-not-run", "authorizer", m.Method.Authorizer.Name, "problem", why.Title())))
				return false
			}
			m.authorizer = d.authorizer(m.stage, m.Method.Authorizer)
			return true
		}
		d.everyRequestFails(m, methodRequestBox, gatewayresponse.NotImplemented(rules.Of("authorizer-missing", "type", m.AuthorizationType)))
	case "COGNITO_USER_POOLS":
		if m.Method.Authorizer == nil {
			d.everyRequestFails(m, methodRequestBox, gatewayresponse.NotImplemented(rules.Of("authorizer-missing", "type", m.AuthorizationType)))
			return false
		}
		pool, err := userpool.New(m.Method.Authorizer, d.options.UserPools, d.options.Now)
		if err == nil {
			m.userPool = pool
			return true
		}
		d.everyRequestFails(m, methodRequestBox, gatewayresponse.NotImplemented(rules.Of("user-pool-unreadable", "problem", err)))
	default:
		d.everyRequestFails(m, methodRequestBox, gatewayresponse.NotImplemented(rules.Of("authorization-not-done", "type", m.AuthorizationType)))
	}
	return false
}

// where names a method in notices and in errors of templates.
func (m *method) where() string {
	return m.stage.api.Name + " " + m.HTTPMethod + " " + m.ResourcePath
}
