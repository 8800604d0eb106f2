package lessons

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"example.com/hello-apigw/stacks"
)

// StackName is the name of the stack in CloudFormation.
const StackName = "LessonsStack"

// Synth synthesizes the stack of the lessons and not the service, if the context of
// the app asks for it with lessons=true, and reports whether it does. It takes the
// key out of the context.
func Synth(app awscdk.App, context map[string]any) (wanted bool, err error) {
	const key = "lessons"
	value, ok := context[key]
	if !ok {
		return false, nil
	}
	switch delete(context, key); fmt.Sprint(value) {
	case "true":
	case "false":
		return false, nil
	default:
		return false, fmt.Errorf("context key %q: %q is not a value for it: use -c %s=true or -c %s=false", key, fmt.Sprint(value), key, key)
	}
	settings, err := stacks.ParseSettings(context)
	if err != nil {
		return false, err
	}
	NewLessonsStack(app, StackName, &LessonsStackProps{Settings: settings})
	app.Synth(nil)
	return true, nil
}

// LessonsStackProps describe the stack.
type LessonsStackProps struct {
	awscdk.StackProps
	Settings stacks.Settings
}

// NewLessonsStack adds the stack to scope: one REST API with a method for each
// variant of each lesson, such as /lessons/raw-json/broken. Anybody may call it,
// and half of it is broken on purpose, so that it belongs into no account that
// serves customers.
func NewLessonsStack(scope constructs.Construct, id string, props *LessonsStackProps) awscdk.Stack {
	stack := awscdk.NewStack(scope, jsii.String(id), &props.StackProps)
	all, err := catalogue()
	check(err)

	functions := newFunctions(stack, all)
	api := newApi(stack, props.Settings, map[string]*string{
		// The lesson "lost-variable" calls its function by this name.
		"greeterFunction": functions["lost-variable/fixed"].FunctionName(),
	})
	root := api.Root().AddResource(jsii.String("lessons"), nil)
	for _, lesson := range all {
		resource := root.AddResource(jsii.String(lesson.ID), nil)
		for _, variant := range lesson.Variants {
			method, err := lesson.method(variant)
			check(err)
			function := functions[lesson.source(variant)]

			var integration awsapigateway.Integration
			switch {
			case method.FunctionVariable != "" || method.Alias != "":
				integration = integrationByAddress(api, function, method)
			case method.Proxy:
				integration = proxyIntegration(function, method)
			default:
				integration = mappedIntegration(function, lesson, variant, method)
			}
			resource.AddResource(jsii.String(path.Base(variant.Route)), nil).AddMethod(
				jsii.String(method.HttpMethod), integration, methodRequest(method))
		}
	}
	return stack
}

// proxyIntegration is Lambda proxy integration: the function gets the whole
// request and returns the whole response. There is nothing else to set up.
func proxyIntegration(function awslambda.IFunction, m method) awsapigateway.Integration {
	return awsapigateway.NewLambdaIntegration(function, &awsapigateway.LambdaIntegrationOptions{
		Proxy:                   jsii.Bool(true),
		Timeout:                 timeout(m),
		ScopePermissionToMethod: jsii.Bool(false), // one permission a function, also for the console's test button
	})
}

// mappedIntegration is an integration without proxy: templates turn the request
// into the event, and the function's result or error into the response.
func mappedIntegration(function awslambda.IFunction, lesson lesson, variant variant, m method) awsapigateway.Integration {
	template := func(file string) *string {
		text, err := lesson.template(variant, file)
		check(err)
		return jsii.String(text)
	}
	options := &awsapigateway.LambdaIntegrationOptions{
		Proxy:                   jsii.Bool(false),
		PassthroughBehavior:     awsapigateway.PassthroughBehavior_WHEN_NO_MATCH,
		Timeout:                 timeout(m),
		ScopePermissionToMethod: jsii.Bool(false),
	}
	if m.PassthroughBehavior != "" {
		options.PassthroughBehavior = awsapigateway.PassthroughBehavior(m.PassthroughBehavior)
	}

	// Integration request: a template for each content type.
	if len(m.RequestTemplates) > 0 {
		templates := map[string]*string{}
		for contentType, file := range m.RequestTemplates {
			templates[contentType] = template(file)
		}
		options.RequestTemplates = &templates
	}

	// Integration response: the pattern chooses one by the text of the function's
	// error. The one without a pattern is for everything else.
	var responses []*awsapigateway.IntegrationResponse
	for _, r := range m.IntegrationResponses {
		response := &awsapigateway.IntegrationResponse{StatusCode: jsii.String(r.StatusCode)}
		if r.SelectionPattern != "" {
			response.SelectionPattern = jsii.String(r.SelectionPattern)
		}
		if r.ResponseTemplate != "" {
			response.ResponseTemplates = &map[string]*string{"application/json": template(r.ResponseTemplate)}
		}
		if len(r.Headers) > 0 {
			headers := map[string]*string{}
			for name, value := range r.Headers {
				headers["method.response.header."+name] = jsii.String(value)
			}
			response.ResponseParameters = &headers
		}
		responses = append(responses, response)
	}
	options.IntegrationResponses = &responses
	return awsapigateway.NewLambdaIntegration(function, options)
}

// methodRequest returns who may call a method, and the responses that it
// declares. With proxy integration it needs to declare none.
func methodRequest(m method) *awsapigateway.MethodOptions {
	options := &awsapigateway.MethodOptions{}
	if m.AuthorizationType == "AWS_IAM" {
		options.AuthorizationType = awsapigateway.AuthorizationType_IAM
	}
	declared := m.MethodResponses
	if len(declared) == 0 {
		for _, r := range m.IntegrationResponses {
			declared = append(declared, methodResponse{r.StatusCode, slices.Sorted(maps.Keys(r.Headers))})
		}
	}
	var responses []*awsapigateway.MethodResponse
	for _, r := range declared {
		headers := map[string]*bool{}
		for _, name := range r.Headers {
			headers["method.response.header."+name] = jsii.Bool(true)
		}
		responses = append(responses, &awsapigateway.MethodResponse{StatusCode: jsii.String(r.StatusCode), ResponseParameters: &headers})
	}
	if len(responses) > 0 {
		options.MethodResponses = &responses
	}
	return options
}

// integrationByAddress is proxy integration with a function that the method calls
// by the name in a stage variable, or by an alias. The CDK would set up
// the address and the permission so that they fit together. Here they are written
// by hand, as in a template, so that they can fail to.
func integrationByAddress(api awsapigateway.RestApi, function awslambda.Function, m method) awsapigateway.Integration {
	stack := awscdk.Stack_Of(api)
	name := function.FunctionName()
	if m.FunctionVariable != "" {
		name = jsii.String("${stageVariables." + m.FunctionVariable + "}")
	}
	arn := *stack.FormatArn(&awscdk.ArnComponents{
		Service:      jsii.String("lambda"),
		Resource:     jsii.String("function"),
		ArnFormat:    awscdk.ArnFormat_COLON_RESOURCE_NAME,
		ResourceName: name,
	})

	var callee awslambda.IFunction = function
	if m.Alias != "" {
		arn += ":" + m.Alias
		alias := awslambda.NewAlias(function, jsii.String("Alias-"+m.PermissionFor), &awslambda.AliasProps{
			AliasName: jsii.String(m.Alias),
			Version:   function.LatestVersion(),
		})
		if m.PermissionFor == "alias" {
			callee = alias
		}
	}
	callee.AddPermission(jsii.String("ApiGateway"), &awslambda.Permission{
		Principal: awsiam.NewServicePrincipal(jsii.String("apigateway.amazonaws.com"), nil),
		SourceArn: api.ArnForExecuteApi(nil, nil, nil),
	})

	return awsapigateway.NewIntegration(&awsapigateway.IntegrationProps{
		Type:                  awsapigateway.IntegrationType_AWS_PROXY,
		IntegrationHttpMethod: jsii.String("POST"),
		Uri: stack.FormatArn(&awscdk.ArnComponents{
			Service:      jsii.String("apigateway"),
			Account:      jsii.String("lambda"),
			Resource:     jsii.String("path"),
			ResourceName: jsii.String("2015-03-31/functions/" + arn + "/invocations"),
		}),
	})
}

// newFunctions adds the functions of all lessons, which share a role and a log
// group. The keys are the folders of the functions, below this one.
func newFunctions(stack awscdk.Stack, all []lesson) map[string]awslambda.Function {
	logs := awslogs.NewLogGroup(stack, jsii.String("FunctionLogs"), &awslogs.LogGroupProps{
		Retention:     awslogs.RetentionDays_ONE_WEEK,
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
	role := awsiam.NewRole(stack, jsii.String("FunctionRole"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
	})
	logs.GrantWrite(role)

	functions := map[string]awslambda.Function{}
	for _, lesson := range all {
		for _, variant := range lesson.Variants {
			source := lesson.source(variant)
			if functions[source] != nil {
				continue // one function behind two methods
			}
			method, err := lesson.method(variant)
			check(err)
			props := &awslambda.FunctionProps{
				Description:                  jsii.String("Lesson " + lesson.ID + ": the " + variant.Name + " function"),
				MemorySize:                   jsii.Number(128),
				Timeout:                      awscdk.Duration_Seconds(jsii.Number(3)),
				ReservedConcurrentExecutions: method.Function.ReservedConcurrency,
				LogGroup:                     logs,
				Role:                         role,
			}
			if method.Function.TimeoutSeconds > 0 {
				props.Timeout = awscdk.Duration_Seconds(jsii.Number(method.Function.TimeoutSeconds))
			}
			setCode(props, variant.Language, "lessons/"+source, *stack.BundlingRequired())

			function := awslambda.NewFunction(stack, jsii.String(strings.ReplaceAll(source, "/", "-")), props)
			// Tools that read the template find the source here.
			resource := function.Node().DefaultChild().(awscdk.CfnResource)
			resource.AddMetadata(jsii.String(sourceMetadata[variant.Language]), "./lessons/"+source)
			functions[source] = function
		}
	}
	return functions
}

// sourceMetadata are the keys of a function's metadata that say where its source
// is.
var sourceMetadata = map[string]string{"go": "go:package", "javascript": "code:folder", "python": "code:folder"}

// setCode sets what runs the source in a folder. It is a program in Go, which is
// compiled, or a folder with a file in JavaScript or Python. Tools that want the
// template alone say so to the CDK, as "cdk ls" does, and then nothing is compiled.
func setCode(props *awslambda.FunctionProps, language, folder string, compile bool) {
	switch language {
	case "javascript":
		props.Runtime = awslambda.Runtime_NODEJS_22_X()
		props.Handler = jsii.String("index.handler")
		props.Code = asset(folder)
	case "python":
		props.Runtime = awslambda.Runtime_PYTHON_3_13()
		props.Handler = jsii.String("lambda_function.lambda_handler")
		props.Code = asset(folder)
	default:
		program := folder
		if compile {
			var err error
			program, err = stacks.Compile(folder)
			check(err)
		}
		props.Runtime = awslambda.Runtime_PROVIDED_AL2023()
		props.Architecture = awslambda.Architecture_ARM_64()
		props.Handler = jsii.String("bootstrap")
		props.Code = asset(program)
	}
}

// asset is the code of a function in a folder. It is a variable so that the
// templates that are committed do not depend on what the functions do.
var asset = func(folder string) awslambda.Code { return awslambda.Code_FromAsset(jsii.String(folder), nil) }

// newApi adds the REST API of all lessons. Its log has the whole way of each
// request, bodies too: that is right for lessons, and for nothing else.
func newApi(stack awscdk.Stack, settings stacks.Settings, variables map[string]*string) awsapigateway.RestApi {
	stage := &awsapigateway.StageOptions{
		StageName:            jsii.String(settings.Stage),
		ThrottlingRateLimit:  jsii.Number(20), // the API is open to everybody
		ThrottlingBurstLimit: jsii.Number(40),
		Variables:            &variables,
	}
	if settings.Logging {
		stage.LoggingLevel = awsapigateway.MethodLoggingLevel_INFO
		stage.DataTraceEnabled = jsii.Bool(true)
	}
	api := awsapigateway.NewRestApi(stack, jsii.String("Api"), &awsapigateway.RestApiProps{
		RestApiName:    jsii.String("lessons"),
		Description:    jsii.String("Mistakes with API Gateway and Lambda, and what mends them"),
		EndpointTypes:  &[]awsapigateway.EndpointType{awsapigateway.EndpointType_REGIONAL},
		DeployOptions:  stage,
		CloudWatchRole: jsii.Bool(false), // it belongs to the account, see below
	})
	if settings.Logging {
		logs := awslogs.NewLogGroup(stack, jsii.String("ExecutionLogs"), &awslogs.LogGroupProps{
			LogGroupName:  jsii.String("API-Gateway-Execution-Logs_" + *api.RestApiId() + "/" + settings.Stage),
			Retention:     awslogs.RetentionDays_ONE_WEEK,
			RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
		})
		account := stacks.NewLoggingAccount(stack, "LoggingAccount")
		api.DeploymentStage().Node().AddDependency(logs, account)
	}
	return api
}

func timeout(m method) awscdk.Duration {
	if m.TimeoutInMillis == 0 {
		return nil // 29 seconds
	}
	return awscdk.Duration_Millis(jsii.Number(m.TimeoutInMillis))
}

// check panics with err, which is how constructs report an error.
func check(err error) {
	if err != nil {
		panic(err)
	}
}
