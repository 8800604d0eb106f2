package observability

import (
	"encoding/json"
	"reflect"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
)

// parts are what there is to watch in a stack, in the order in which it was added.
type parts struct {
	apis      []*api
	functions []*function
}

// api is a REST API with its stage.
type api struct {
	name      *string
	title     string // its path in the stack
	stage     awsapigateway.Stage
	id        any         // its id, resolved
	proxy     bool        // some of its methods have Lambda proxy integration, for all that is known
	functions []*function // that its methods call
	// The names of its log groups; nil if it has none.
	accessLog, executionLog *string
}

// function is a Lambda function.
type function struct {
	awslambda.Function
	title string // its path in the stack
	log   *string
	ids   []string // of the function, its versions and its aliases
	// What calls it: methods with Lambda proxy integration, and methods without, which
	// turn its errors into responses.
	proxied, mapped bool
}

// find looks through a stack.
func find(stack awscdk.Stack) parts {
	var p parts
	groups := map[string]awslogs.CfnLogGroup{}
	var methods []awsapigateway.CfnMethod
	names := map[string]any{} // of the functions that versions and aliases belong to
	prefix := len(*stack.Node().Path()) + 1
	for _, c := range *stack.Node().FindAll(constructs.ConstructOrder_PREORDER) {
		switch c := c.(type) {
		case awsapigateway.RestApiBase:
			if stage := c.DeploymentStage(); stage != nil {
				p.apis = append(p.apis, &api{name: c.RestApiName(), title: (*c.Node().Path())[prefix:], stage: stage, id: stack.Resolve(c.RestApiId())})
			}
		case awslambda.Function:
			p.functions = append(p.functions, &function{Function: c, title: (*c.Node().Path())[prefix:], ids: refs(stack.Resolve(c.FunctionArn()))})
		case awslambda.CfnAlias:
			names[*stack.GetLogicalId(c)] = stack.Resolve(c.FunctionName())
		case awslambda.CfnVersion:
			names[*stack.GetLogicalId(c)] = stack.Resolve(c.FunctionName())
		case awsapigateway.CfnMethod:
			methods = append(methods, c)
		case awslogs.CfnLogGroup:
			groups[*stack.GetLogicalId(c)] = c
		}
	}
	for id, name := range names {
		for _, f := range p.functions {
			if overlap(f.ids[:1], refs(name)) {
				f.ids = append(f.ids, id)
			}
		}
	}
	groupOf := func(value any) *string {
		if value == nil {
			return nil
		}
		for _, id := range refs(stack.Resolve(value)) {
			if group := groups[id]; group != nil {
				return group.Ref()
			}
		}
		return nil
	}
	for _, f := range p.functions {
		if resource, ok := f.Node().DefaultChild().(awslambda.CfnFunction); ok {
			f.log = groupOf(resource.LoggingConfig())
		}
	}
	for _, a := range p.apis {
		if stage, ok := a.stage.Node().DefaultChild().(awsapigateway.CfnStage); ok && stage.StageName() != nil {
			a.accessLog = groupOf(stage.AccessLogSetting())
			executionLog := "API-Gateway-Execution-Logs_" + *a.stage.RestApi().RestApiId() + "/" + *stage.StageName()
			for _, group := range groups {
				if same(stack.Resolve(group.LogGroupName()), stack.Resolve(executionLog)) {
					a.executionLog = group.Ref()
				}
			}
		}
		p.connect(stack, a, methods)
	}
	return p
}

// connect finds the functions that the methods of an API call. What an API from an
// OpenAPI document calls is not known: it may have proxy integration.
func (p parts) connect(stack awscdk.Stack, a *api, methods []awsapigateway.CfnMethod) {
	known := false
	for _, method := range methods {
		if !same(stack.Resolve(method.RestApiId()), a.id) {
			continue
		}
		known = true
		integration, _ := plain(stack.Resolve(method.Integration())).(map[string]any)
		proxy := integration["type"] == "AWS_PROXY"
		a.proxy = a.proxy || proxy
		called := refs(integration["uri"])
		for _, f := range p.functions {
			if !overlap(f.ids, called) {
				continue
			}
			f.proxied, f.mapped = f.proxied || proxy, f.mapped || !proxy
			if !slices.Contains(a.functions, f) {
				a.functions = append(a.functions, f)
			}
		}
	}
	a.proxy = a.proxy || !known
}

// refs returns the logical ids of the resources that a resolved value refers to.
func refs(value any) (ids []string) {
	switch value := plain(value).(type) {
	case []any:
		for _, item := range value {
			ids = append(ids, refs(item)...)
		}
	case map[string]any:
		if id, ok := value["Ref"].(string); ok {
			return []string{id}
		}
		if attribute, ok := value["Fn::GetAtt"].([]any); ok && len(attribute) > 0 {
			id, _ := attribute[0].(string)
			return []string{id}
		}
		for _, member := range value {
			ids = append(ids, refs(member)...)
		}
	}
	return ids
}

// plain returns a resolved value as JSON has it: as maps, lists, texts and numbers.
func plain(value any) any {
	text, err := json.Marshal(value)
	if err != nil {
		return nil
	}
	var made any
	if json.Unmarshal(text, &made) != nil {
		return nil
	}
	return made
}

func same(a, b any) bool { return reflect.DeepEqual(plain(a), plain(b)) }

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(id string) bool { return slices.Contains(b, id) })
}
