package lint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"example.com/apigw/internal/rules"
)

// lambdaChecks are what AddPermission and CreateFunction refuse.
func lambdaChecks() []*Check {
	return []*Check{
		{Name: "permissions", Rules: []string{"permission-principal-invalid", "permission-action-invalid", "permission-account-invalid", "permission-source-invalid"}, Run: checkPermissions},
		{Name: "policies", Rules: []string{"function-policy-too-large"}, Run: checkPolicies},
		{Name: "function", Rules: []string{"function-size-invalid", "function-runtime-retired"}, Run: checkFunction},
		{Name: "function variables", Rules: []string{"function-variable-reserved", "function-variable-name"}, Run: checkVariables},
	}
}

var (
	// principal is a service, an account, anybody, or an ARN.
	principal = regexp.MustCompile(`^([a-z0-9\-]+(\.[a-z0-9\-]+)*\.(amazonaws|amazon)\.com(\.cn)?|\d{12}|\*|arn:.+)$`)
	action    = regexp.MustCompile(`^(lambda:\*|lambda:[a-zA-Z]+|\*)$`)
	account   = regexp.MustCompile(`^\d{12}$`)
)

func checkPermissions(p *Pass) {
	for _, r := range p.byType["AWS::Lambda::Permission"] {
		for _, v := range []struct {
			property string
			fits     func(string) bool
			use      func(string) rules.Use
		}{
			{"Principal", principal.MatchString, func(v string) rules.Use { return rules.Of("permission-principal-invalid", "principal", quoted(v)) }},
			{"Action", action.MatchString, func(v string) rules.Use { return rules.Of("permission-action-invalid", "action", quoted(v)) }},
			{"SourceAccount", account.MatchString, func(v string) rules.Use { return rules.Of("permission-account-invalid", "account", quoted(v)) }},
			{"SourceArn", func(v string) bool { return strings.HasPrefix(v, "arn:") }, func(v string) rules.Use { return rules.Of("permission-source-invalid", "arn", quoted(v)) }},
		} {
			value, there := r.get(v.property)
			if text, known := textOf(value); there && known && !v.fits(text) {
				p.report(r, v.property, v.use(text))
			}
		}
	}
}

// maxPolicy is how large the policy of a function, or of one of its aliases, may be,
// in bytes.
const maxPolicy = 20480

// The parts of a policy that are the same for all functions.
const (
	emptyPolicy = `{"Version":"2012-10-17","Id":"default","Statement":[]}`
	statement   = `{"Sid":"%s-%s-ABCDEFGHIJKL","Effect":"Allow","Principal":{"Service":"%s"},"Action":"%s","Resource":"%s","Condition":{"ArnLike":{"AWS:SourceArn":"%s"}}},`
)

func checkPolicies(p *Pass) {
	type policy struct {
		last        *Resource
		size, count int
	}
	policies := map[string]*policy{}
	var order []string
	for _, r := range p.byType["AWS::Lambda::Permission"] {
		name, known := textOf(r.props["FunctionName"])
		if !known {
			continue
		}
		arn, qualifier := r.Stack.FunctionARN(name)
		key := arn + ":" + qualifier
		if policies[key] == nil {
			policies[key] = &policy{size: len(emptyPolicy)}
			order = append(order, key)
		}
		each := policies[key]
		each.last = r
		each.count++
		each.size += len(fmt.Sprintf(statement, r.Stack.Name, r.LogicalID, r.text("Principal"), r.text("Action"), arn, r.text("SourceArn")))
	}
	for _, key := range order {
		if each := policies[key]; each.size > maxPolicy {
			f := each.last
			arn, _, _ := strings.Cut(key, "::")
			if function := p.functions[strings.TrimSuffix(arn, ":")]; function != nil {
				f = function
			}
			p.report(f, "", rules.Of("function-policy-too-large", "count", each.count, "size", each.size))
		}
	}
}

// retired are the runtimes that Lambda lets nobody update functions with.
var retired = []string{
	"nodejs", "nodejs4.3", "nodejs4.3-edge", "nodejs6.10", "nodejs8.10", "nodejs10.x", "nodejs12.x", "nodejs14.x",
	"python2.7", "python3.6", "python3.7", "ruby2.5", "ruby2.7", "dotnetcore1.0", "dotnetcore2.0", "dotnetcore2.1",
	"dotnetcore3.1", "go1.x", "java8", "provided",
}

func checkFunction(p *Pass) {
	for _, r := range p.byType["AWS::Lambda::Function"] {
		for _, v := range []struct {
			property    string
			least, most int
		}{{"MemorySize", 128, 10240}, {"Timeout", 1, 900}} {
			if n, ok := r.number(v.property); ok && (n < v.least || n > v.most) {
				p.report(r, v.property, rules.Of("function-size-invalid", "property", v.property, "value", n, "values", fmt.Sprintf("%d to %d", v.least, v.most)))
			}
		}
		if runtime := r.text("Runtime"); slices.Contains(retired, runtime) {
			p.report(r, "Runtime", rules.Of("function-runtime-retired", "runtime", runtime))
		}
	}
}

// reserved are the environment variables that Lambda sets itself.
var reserved = []string{
	"_HANDLER", "_X_AMZN_TRACE_ID", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV",
	"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION",
	"AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API",
	"AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY", "AWS_SESSION_TOKEN", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT",
}

var environmentName = regexp.MustCompile(`^[a-zA-Z]([a-zA-Z0-9_])+$`)

func checkVariables(p *Pass) {
	for _, r := range p.byType["AWS::Lambda::Function"] {
		v, _ := r.get("Environment", "Variables")
		for _, variable := range pairs(v) {
			switch {
			case slices.Contains(reserved, variable.key):
				p.report(r, "Environment.Variables", rules.Of("function-variable-reserved", "variable", variable.key))
			case !environmentName.MatchString(variable.key):
				p.report(r, "Environment.Variables", rules.Of("function-variable-name", "variable", quoted(variable.key)))
			}
		}
	}
}
