package gateway

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/authorizer"
	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/gateway/policy"
	"example.com/apigw/internal/gateway/route"
	"example.com/apigw/internal/gateway/schema"
	"example.com/apigw/internal/gateway/usage"
)

// api is a REST API, ready to serve.
type api struct {
	*assembly.API
	key       string         // that URLs call it by
	arn       string         // arn:aws:execute-api:REGION:ACCOUNT:ID
	domain    string         // of its default endpoint on AWS
	policy    *policy.Policy // nil without a resource policy
	models    *schema.Set
	responses gatewayresponse.Set
	stages    map[string]*stage
	ordered   []*stage // as the assembly has them
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
	integration integration
	event       eventParts
	// notImplemented is why every call answers 501; empty if the method works.
	notImplemented string
}

const defaultTimeout = 29 * time.Second

// deployer turns definitions into what serves requests.
type deployer struct {
	functions   map[string]*assembly.Function // by ARN without a qualifier
	invoker     Invoker
	notRunnable map[string]string // why functions do not run, by name
	now         func() time.Time
	ledger      *usage.Ledger
	throttles   bool // those of stages are enforced
	notices     []assembly.Notice
}

func functionsByARN(list []*assembly.Function) map[string]*assembly.Function {
	functions := make(map[string]*assembly.Function, len(list))
	for _, f := range list {
		functions[f.ARN] = f
	}
	return functions
}

// notice reports what cannot work, once.
func (d *deployer) notice(path, format string, args ...any) {
	n := assembly.Notice{Path: path, Message: fmt.Sprintf(format, args...)}
	if !slices.Contains(d.notices, n) {
		d.notices = append(d.notices, n)
	}
}

func (d *deployer) api(definition *assembly.API) (*api, error) {
	a := &api{API: definition, stages: map[string]*stage{}}
	partition := definition.Partition
	if partition == "" {
		partition = "aws"
	}
	a.arn = "arn:" + partition + ":execute-api:" + definition.Region + ":" + definition.Account + ":" + definition.ID
	a.domain = definition.ID + ".execute-api." + definition.Region + ".amazonaws.com"
	if partition == "aws-cn" {
		a.domain += ".cn"
	}
	var problems []string
	a.responses, problems = gatewayresponse.Compile(definition.GatewayResponses)
	for _, problem := range problems {
		d.notice(definition.Path, "%s; the header is not set", problem)
	}
	var wrong []error
	a.models, wrong = schema.Compile(definition.Models, definition.ID)
	for _, err := range wrong {
		d.notice(definition.Path, "%v; requests that it validates answer 500", err)
	}
	unreadable := ""
	if len(definition.Policy) > 0 {
		var err error
		if a.policy, err = policy.ParseResource(definition.Policy, a.arn); err != nil {
			unreadable = fmt.Sprintf("the resource policy cannot be read: %v", err)
			d.notice(definition.Path, "%s; every call answers 501", unreadable)
		}
	}
	if len(definition.Stages) == 0 {
		d.notice(definition.Path, "the API has no stage, so that no URL leads to it; add a deployment and a stage")
	}
	if definition.MinimumCompressionSize >= 0 {
		d.notice(definition.Path, "MinimumCompressionSize is %d, but answers are not compressed here", definition.MinimumCompressionSize)
	}
	if definition.DisableDefaultEndpoint {
		d.notice(definition.Path, "the default endpoint is disabled, but it is what is served here")
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
			if unreadable != "" {
				ready.notImplemented = unreadable
			}
			if err := deployed.routes.Add(m.ResourcePath, m.HTTPMethod, ready); err != nil {
				return nil, fmt.Errorf("stage %s: %w", s.Name, err)
			}
			deployed.methods = append(deployed.methods, ready)
		}
		if a.stages[s.Name] != nil {
			return nil, fmt.Errorf("two stages have the name %s", s.Name)
		}
		a.stages[s.Name] = deployed
		a.ordered = append(a.ordered, deployed)
	}
	return a, nil
}

// throttled is the stage with the throttles that are enforced here.
func (d *deployer) throttled(s *assembly.Stage) *assembly.Stage {
	if d.throttles {
		return s
	}
	free := *s
	free.Settings = slices.Clone(s.Settings)
	for i := range free.Settings {
		if t := free.Settings[i].Throttle; t != nil {
			d.notice(s.Path, "AWS lets %g requests a second through to %s %s; here all get through, unless --throttle is given",
				t.Rate, free.Settings[i].HTTPMethod, free.Settings[i].ResourcePath)
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
	m.event = newEventParts(m)
	if definition.Integration != nil && definition.Integration.Timeout > 0 {
		m.timeout = definition.Integration.Timeout
	}
	m.notImplemented = definition.NotImplemented
	if m.notImplemented == "" {
		m.notImplemented = d.authorization(m)
	}
	if m.notImplemented == "" {
		m.integration, m.notImplemented = d.integration(m)
	}
	return m
}

// authorization prepares what decides about a method, or says why nothing can.
func (d *deployer) authorization(m *method) (notImplemented string) {
	switch m.AuthorizationType {
	case "", "NONE", "AWS_IAM":
		return ""
	case "CUSTOM":
		if m.Method.Authorizer != nil {
			m.authorizer = d.authorizer(m.stage, m.Method.Authorizer)
			return ""
		}
		notImplemented = "the method has authorization of the type CUSTOM and no authorizer"
	default:
		notImplemented = "authorization of the type " + m.AuthorizationType + " is not checked here"
	}
	d.notice(m.Path, "%s; every call answers 501", notImplemented)
	return notImplemented
}

// where names a method in notices and in errors of templates.
func (m *method) where() string {
	return m.stage.api.Name + " " + m.HTTPMethod + " " + m.ResourcePath
}
