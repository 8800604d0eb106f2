package gateway

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/hello-apigw/local/assembly"
	"example.com/hello-apigw/local/gateway/gatewayresponse"
	"example.com/hello-apigw/local/gateway/route"
)

// api is a REST API, ready to serve.
type api struct {
	*assembly.API
	key       string // that URLs call it by
	domain    string // of its default endpoint on AWS
	responses gatewayresponse.Set
	stages    map[string]*stage
	ordered   []*stage // as the assembly has them
}

// stage is a stage of an API. Everything that depends on stage variables is
// resolved in it.
type stage struct {
	*assembly.Stage
	api       *api
	routes    route.Tree[*method]
	methods   []*method
	variables []byte // stageVariables of a function's event
	arnPrefix string // of the methods' ARNs: arn:aws:execute-api:…/stage/
	accessLog accessLogFormat
}

// method is a method in a stage.
type method struct {
	*assembly.Method
	stage       *stage
	timeout     time.Duration
	required    []assembly.RequestParameter // in the order of the error message
	pathNames   []string                    // parameters that the resource path has
	integration integration
	event       eventParts
}

const defaultTimeout = 29 * time.Second

// deployer turns definitions into what serves requests.
type deployer struct {
	functions map[string]*assembly.Function // by ARN without a qualifier
	notices   []assembly.Notice
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
	a.domain = definition.ID + ".execute-api." + definition.Region + ".amazonaws.com"
	if partition == "aws-cn" {
		a.domain += ".cn"
	}
	var problems []string
	a.responses, problems = gatewayresponse.Compile(definition.GatewayResponses)
	for _, problem := range problems {
		d.notice(definition.Path, "%s; the header is not set", problem)
	}
	for _, s := range definition.Stages {
		deployed := &stage{Stage: s, api: a, accessLog: parseAccessLog(s.AccessLog)}
		deployed.variables = appendStageVariables(nil, s.Variables)
		deployed.arnPrefix = "arn:" + partition + ":execute-api:" + definition.Region + ":" + definition.Account + ":" + definition.ID + "/" + s.Name + "/"
		for _, m := range definition.Methods {
			ready := d.method(deployed, m)
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
	m.integration = d.integration(m)
	return m
}

// where names a method in notices and in errors of templates.
func (m *method) where() string {
	return m.stage.api.Name + " " + m.HTTPMethod + " " + m.ResourcePath
}
