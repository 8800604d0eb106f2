package observability

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"

	"example.com/apigw/apitest"
)

type object = map[string]any

// template is a synthesized stack.
type template struct {
	dir       string
	Resources map[string]resource
}

type resource struct {
	Type       string
	Properties object
}

// of returns the properties of the resources of a type, in the order of their logical
// ids.
func (t template) of(kind string) (list []object) {
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		if r := t.Resources[id]; r.Type == kind {
			list = append(list, r.Properties)
		}
	}
	return list
}

// app is a stack with two doors, as services have them: an API with proxy integration
// and one without, each with a function of its own, and an authorizer.
func app(logging bool) (awscdk.App, awscdk.Stack) {
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("Orders"), nil)
	if logging {
		role := awsiam.NewRole(stack, jsii.String("LogRole"), &awsiam.RoleProps{AssumedBy: awsiam.NewServicePrincipal(jsii.String("apigateway.amazonaws.com"), nil)})
		awsapigateway.NewCfnAccount(stack, jsii.String("Account"), &awsapigateway.CfnAccountProps{CloudWatchRoleArn: role.RoleArn()})
	}
	addAPI(stack, "direct", true, logging)
	addAPI(stack, "mapped", false, logging)
	return app, stack
}

func addAPI(stack awscdk.Stack, name string, proxy, logging bool) awsapigateway.RestApi {
	this := constructs.NewConstruct(stack, jsii.String(name))
	function := newFunction(this, "Function")
	alias := awslambda.NewAlias(this, jsii.String("Live"), &awslambda.AliasProps{
		AliasName: jsii.String("live"), Version: function.CurrentVersion(),
	})
	options := &awsapigateway.StageOptions{StageName: jsii.String("prod"), TracingEnabled: jsii.Bool(true)}
	if logging {
		options.AccessLogDestination = awsapigateway.NewLogGroupLogDestination(newGroup(this, "AccessLog", nil))
		options.AccessLogFormat = AccessLogFormat()
		options.LoggingLevel = awsapigateway.MethodLoggingLevel_ERROR
	}
	api := awsapigateway.NewRestApi(this, jsii.String("Api"), &awsapigateway.RestApiProps{
		RestApiName: jsii.String(name), DeployOptions: options, CloudWatchRole: jsii.Bool(false),
		EndpointTypes: &[]awsapigateway.EndpointType{awsapigateway.EndpointType_REGIONAL},
	})
	if logging {
		newGroup(this, "ExecutionLog", jsii.String("API-Gateway-Execution-Logs_"+*api.RestApiId()+"/prod"))
	}
	integration := &awsapigateway.LambdaIntegrationOptions{Proxy: jsii.Bool(proxy)}
	method := &awsapigateway.MethodOptions{}
	if !proxy {
		integration.IntegrationResponses = &[]*awsapigateway.IntegrationResponse{{StatusCode: jsii.String("200")}}
		method.MethodResponses = &[]*awsapigateway.MethodResponse{{StatusCode: jsii.String("200")}}
	}
	api.Root().AddMethod(jsii.String("GET"), awsapigateway.NewLambdaIntegration(alias, integration), method)
	return api
}

func newFunction(scope constructs.Construct, id string) awslambda.Function {
	return awslambda.NewFunction(scope, jsii.String(id), &awslambda.FunctionProps{
		Runtime: awslambda.Runtime_NODEJS_24_X(), Handler: jsii.String("index.handler"),
		Code:     awslambda.Code_FromInline(jsii.String("exports.handler = async () => ({ statusCode: 200, body: '' });")),
		LogGroup: newGroup(scope, id+"Log", nil),
	})
}

func newGroup(scope constructs.Construct, id string, name *string) awslogs.LogGroup {
	return awslogs.NewLogGroup(scope, jsii.String(id), &awslogs.LogGroupProps{LogGroupName: name})
}

// synth synthesizes an app with a stack Orders.
func synth(t *testing.T, app awscdk.App) template {
	t.Helper()
	made := template{dir: *app.Synth(nil).Directory()}
	text, err := os.ReadFile(filepath.Join(made.dir, "Orders.template.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &made); err != nil {
		t.Fatal(err)
	}
	return made
}

// withMonitoring synthesizes the two doors with monitoring.
func withMonitoring(t *testing.T, logging bool, props MonitoringProps) template {
	t.Helper()
	app, stack := app(logging)
	NewMonitoring(stack, "Monitoring", &props)
	return synth(t, app)
}

// try returns what f panics with.
func try(f func()) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%v", cause)
		}
	}()
	f()
	return nil
}

// Every option on and off, alone and with the others: AWS takes the stack, and cdk-nag
// finds nothing that the stack did not have before.
func TestEveryOptionCanBeDeployed(t *testing.T) {
	for _, c := range []struct {
		rule    string
		logging bool
		props   *MonitoringProps
		has     map[string]int // how many resources of some types
	}{
		{"nothing", true, nil, map[string]int{"AWS::CloudWatch::Alarm": 0, "AWS::CloudWatch::Dashboard": 0, "AWS::Logs::MetricFilter": 0}},
		{"a dashboard", true, &MonitoringProps{Dashboard: true}, map[string]int{"AWS::CloudWatch::Alarm": 0, "AWS::CloudWatch::Dashboard": 1, "AWS::Logs::MetricFilter": 2}},
		{"alarms", true, &MonitoringProps{Alarms: true}, map[string]int{"AWS::CloudWatch::Alarm": 9, "AWS::CloudWatch::Dashboard": 0, "AWS::Logs::MetricFilter": 2, "AWS::SNS::Topic": 0}},
		{"alarms by email", true, &MonitoringProps{Alarms: true, Email: "team@example.com"}, map[string]int{"AWS::CloudWatch::Alarm": 9, "AWS::SNS::Topic": 1, "AWS::SNS::Subscription": 1}},
		{"queries", true, &MonitoringProps{Queries: true}, map[string]int{"AWS::CloudWatch::Alarm": 0, "AWS::Logs::MetricFilter": 0}},
		{"everything", true, &MonitoringProps{Dashboard: true, Alarms: true, Queries: true, Email: "team@example.com",
			ErrorShare: jsii.Number(0.05), SlowMilliseconds: jsii.Number(500), Namespace: "Orders"}, map[string]int{"AWS::CloudWatch::Alarm": 9, "AWS::CloudWatch::Dashboard": 1}},
		{"everything without logs", false, &MonitoringProps{Dashboard: true, Alarms: true, Queries: true}, map[string]int{"AWS::CloudWatch::Alarm": 7, "AWS::Logs::MetricFilter": 0}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			build := func(props *MonitoringProps) (awscdk.App, awscdk.Stack) {
				app, stack := app(c.logging)
				if props != nil {
					NewMonitoring(stack, "Monitoring", props)
				}
				return app, stack
			}
			app, _ := build(c.props)
			made := synth(t, app)
			for kind, want := range c.has {
				if got := len(made.of(kind)); got != want {
					t.Errorf("%d of %s, want %d", got, kind, want)
				}
			}
			apitest.Lint(t, made.dir)
			_, without := build(nil)
			before := nagFindings(t, without)
			_, with := build(c.props)
			for _, finding := range nagFindings(t, with) {
				if !slices.Contains(before, finding) {
					t.Errorf("cdk-nag: %s", finding)
				}
			}
		})
	}
}

// nagFindings returns what breaks a rule of cdk-nag's AwsSolutions pack.
func nagFindings(t *testing.T, stack awscdk.Stack) (findings []string) {
	t.Helper()
	awscdk.Aspects_Of(stack).Add(cdknag.NewAwsSolutionsChecks(&cdknag.NagPackProps{Reports: jsii.Bool(false)}), nil)
	var errors, warnings []struct {
		Id    string
		Entry struct{ Data any }
	}
	annotations := assertions.Annotations_FromStack(stack)
	convert(t, annotations.FindError(jsii.String("*"), assertions.Match_AnyValue()), &errors)
	convert(t, annotations.FindWarning(jsii.String("*"), assertions.Match_AnyValue()), &warnings)
	for _, found := range append(errors, warnings...) {
		findings = append(findings, fmt.Sprintf("%s: %v", found.Id, found.Entry.Data))
	}
	return findings
}

func convert(t *testing.T, from, to any) {
	t.Helper()
	text, err := json.Marshal(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, to); err != nil {
		t.Fatal(err)
	}
}

func TestBadPropsAreRefusedInOneSentence(t *testing.T) {
	for _, c := range []struct {
		rule  string
		props *MonitoringProps
		want  string
	}{
		{"none", nil, "say what to add, such as Dashboard: true"},
		{"nothing to add", &MonitoringProps{}, "set one, or leave out the construct"},
		{"a name beside an address", &MonitoringProps{Alarms: true, Email: "Team <team@example.com>"}, `the Email is "Team <team@example.com>": use an address alone`},
		{"no address", &MonitoringProps{Alarms: true, Email: "team"}, `the Email is "team"`},
		{"an email without alarms", &MonitoringProps{Dashboard: true, Email: "team@example.com"}, "set Alarms, or leave them out"},
		{"a limit without alarms", &MonitoringProps{Dashboard: true, ErrorShare: jsii.Number(0.1)}, "set Alarms, or leave them out"},
		{"percent", &MonitoringProps{Alarms: true, ErrorShare: jsii.Number(5)}, "ErrorShare is 5: use a share between 0 and 1"},
		{"a share of nothing", &MonitoringProps{Alarms: true, ErrorShare: jsii.Number(0)}, "ErrorShare is 0"},
		{"no time", &MonitoringProps{Alarms: true, SlowMilliseconds: jsii.Number(0)}, "SlowMilliseconds is 0: use 1 to 900000"},
		{"a namespace of AWS", &MonitoringProps{Alarms: true, Namespace: "AWS/Lambda"}, `the Namespace is "AWS/Lambda"`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			_, stack := app(true)
			err := try(func() { NewMonitoring(stack, "Monitoring", c.props) })
			if err == nil || !strings.HasPrefix(err.Error(), "observability.MonitoringProps of Orders/Monitoring: ") || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want one sentence with %q", err, c.want)
			}
		})
	}
	t.Run("both an email and a topic", func(t *testing.T) {
		_, stack := app(true)
		topic := awssns.NewTopic(stack, jsii.String("Topic"), nil)
		err := try(func() {
			NewMonitoring(stack, "Monitoring", &MonitoringProps{Alarms: true, Email: "team@example.com", Topic: topic})
		})
		if err == nil || !strings.Contains(err.Error(), "there are both Email and Topic") {
			t.Errorf("got %v, want that there are both", err)
		}
	})
	t.Run("before the APIs", func(t *testing.T) {
		stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Empty"), nil)
		err := try(func() { NewMonitoring(stack, "Monitoring", &MonitoringProps{Dashboard: true}) })
		if err == nil || !strings.Contains(err.Error(), "the stack Empty has no REST API yet: call it after all APIs are added") {
			t.Errorf("got %v, want that there is no API yet", err)
		}
	})
}
