package test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"

	"example.com/apigw/apitest"
)

// variants are choices of settings. Most tests of this file check every one.
var variants = map[string][]string{
	"default":         nil,
	"one origin":      {"allowedOrigins", oneOrigin},
	"several origins": {"allowedOrigins", severalOrigins},
	"credentials":     {"allowedOrigins", severalOrigins, "allowCredentials", "true"},
	"another stage":   {"stage", "test"},
	"logging off":     {"logging", "off"},
	"alarms by email": {"alarmEmail", "team@a.example"},
	"all settings":    {"stage", "test", "allowedOrigins", oneOrigin, "allowCredentials", "true", "logging", "off"},
}

// eachAPI runs a test on every API of every variant.
func eachAPI(t *testing.T, test func(t *testing.T, api api)) {
	for name, context := range variants {
		t.Run(name, func(t *testing.T) {
			for _, api := range synth(t, context...).apis(t) {
				test(t, api)
			}
		})
	}
}

// What AWS would refuse fails here, before anybody deploys it.
func TestAWSTakesTheApp(t *testing.T) {
	for name, context := range variants {
		t.Run(name, func(t *testing.T) { apitest.Lint(t, *synth(t, context...).app.Synth(nil).Directory()) })
	}
}

func TestApisAreRegionalOrPrivate(t *testing.T) {
	want(t, func() {
		synth(t).template.AllResourcesProperties(jsii.String("AWS::ApiGateway::RestApi"), object{
			"EndpointConfiguration": object{"Types": assertions.Match_ArrayEquals(&[]any{assertions.Match_StringLikeRegexp(jsii.String("^(REGIONAL|PRIVATE)$"))})},
		})
	})
}

// The first request, and not the deployment, finds a template that does not
// parse. Mapping templates run in test/endtoend. These are JSON.
func TestTemplatesOfGatewayResponsesAndLogsAreJSON(t *testing.T) {
	eachAPI(t, func(t *testing.T, api api) {
		for kind, response := range api.Responses {
			for mediaType, template := range response.ResponseTemplates {
				wantJSON(t, api.Name+" "+kind+" "+mediaType, template)
			}
		}
		if logs := api.Stage.AccessLogSetting; logs != nil {
			wantJSON(t, api.Name+" access log", logs.Format)
		}
	})
}

// A template that nothing names was forgotten when its API was deleted.
func TestEveryTemplateIsUsed(t *testing.T) {
	files, err := filepath.Glob("../stacks/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		code.Write(content)
	}
	templates := os.DirFS("../stacks/templates")
	err = fs.WalkDir(templates, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && !strings.Contains(code.String(), `"`+name+`"`) {
			t.Errorf("no Go file in stacks/ names the template %q: delete it", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// variable is $context.a.b. In these templates it always stands inside quotes.
var variable = regexp.MustCompile(`\$[a-zA-Z.]+`)

func wantJSON(t *testing.T, where, template string) {
	t.Helper()
	if text := variable.ReplaceAllString(template, "x"); !json.Valid([]byte(text)) {
		t.Errorf("%s: template %s, want JSON", where, template)
	}
}

// A fresh account has no role for logging, and refuses a stage that logs.
func TestStagesThatLogHaveTheAccountRole(t *testing.T) {
	for name, context := range variants {
		t.Run(name, func(t *testing.T) {
			stack := synth(t, context...)
			off := slices.Contains(context, "off")
			accounts := stack.resources(t, "AWS::ApiGateway::Account")
			if want := map[bool]int{true: 0, false: 1}[off]; len(accounts) != want {
				t.Fatalf("%d accounts, want %d: the setting belongs to the whole account and region", len(accounts), want)
			}
			for _, api := range stack.apis(t) {
				if logs := api.Stage.AccessLogSetting != nil || api.Stage.MethodSettings[0].LoggingLevel != ""; logs == off {
					t.Errorf("%s: logs %t, want %t", api.Name, logs, !off)
				}
				for id := range accounts {
					if !slices.Contains(api.Stage.DependsOn, id) {
						t.Errorf("%s: the stage waits for %q, want also %s", api.Name, api.Stage.DependsOn, id)
					}
				}
			}
			for id, account := range accounts {
				var properties struct{ CloudWatchRoleArn any }
				decode(t, account, &properties)
				role := refersTo(properties.CloudWatchRoleArn)
				for id, resource := range map[string]resource{id: account, role: stack.resources(t, "AWS::IAM::Role")[role]} {
					if resource.DeletionPolicy != "Retain" || resource.UpdateReplacePolicy != "Retain" {
						t.Errorf("%s: deletion policy %q and replace policy %q, want Retain: otherwise the logs of every other API end with the stack",
							id, resource.DeletionPolicy, resource.UpdateReplacePolicy)
					}
				}
			}
		})
	}
}

// pathParameter is {name} in a path; a permission has a star there.
var pathParameter = regexp.MustCompile(`\{[^}]+\}`)

func TestPermissionsAreForExactlyTheMethods(t *testing.T) {
	for name, context := range variants {
		t.Run(name, func(t *testing.T) {
			stack := synth(t, context...)
			aliases := stack.resources(t, "AWS::Lambda::Alias")
			want := map[string]string{} // source ARN → alias
			for _, api := range stack.apis(t) {
				for _, method := range api.Methods {
					if method.Integration.Type == "MOCK" {
						continue
					}
					path := pathParameter.ReplaceAllString(method.Path, "*")
					arn := "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${" + api.ID + "}/${" + api.Stage.ID + "}/" + method.HttpMethod + path
					uri := joined(method.Integration.Uri)
					for alias := range aliases {
						if strings.HasSuffix(uri, "/functions/${"+alias+"}/invocations") {
							want[arn] = alias
						}
					}
					if want[arn] == "" {
						t.Errorf("%s %s calls %s, want an alias", api.Name, method, uri)
					}
				}
			}
			for id, authorizer := range stack.resources(t, "AWS::ApiGateway::Authorizer") {
				var properties struct {
					RestApiId     any
					AuthorizerUri any
				}
				decode(t, authorizer, &properties)
				arn := "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${" + refersTo(properties.RestApiId) + "}/authorizers/${" + id + "}"
				for alias := range aliases {
					if strings.Contains(joined(properties.AuthorizerUri), alias) {
						want[arn] = alias
					}
				}
			}
			got := map[string]string{}
			for id, resource := range stack.resources(t, "AWS::Lambda::Permission") {
				var permission struct {
					Action, Principal       string
					FunctionName, SourceArn any
				}
				decode(t, resource, &permission)
				if permission.Action != "lambda:InvokeFunction" || permission.Principal != "apigateway.amazonaws.com" {
					t.Errorf("%s lets %s do %s, want apigateway.amazonaws.com and lambda:InvokeFunction", id, permission.Principal, permission.Action)
				}
				got[joined(permission.SourceArn)] = refersTo(permission.FunctionName)
			}
			if !maps.Equal(got, want) {
				t.Errorf("permissions %v\n  want %v", got, want)
			}
		})
	}
}

func TestPoliciesHaveNoWildcard(t *testing.T) {
	for name, context := range variants {
		t.Run(name, func(t *testing.T) {
			stack := synth(t, context...)
			for _, kind := range []string{"AWS::IAM::Policy", "AWS::IAM::Role", "AWS::IAM::ManagedPolicy"} {
				for id, resource := range stack.resources(t, kind) {
					if strings.Contains(string(resource.Properties), "*") {
						t.Errorf("%s has %s, want no wildcard", id, resource.Properties)
					}
				}
			}
		})
	}
}

func TestLogsAreKeptForAMonth(t *testing.T) {
	for name, context := range variants {
		t.Run(name, func(t *testing.T) {
			stack := synth(t, context...)
			groups := stack.resources(t, "AWS::Logs::LogGroup")
			for id, group := range groups {
				var properties struct{ RetentionInDays int }
				decode(t, group, &properties)
				if properties.RetentionInDays != 30 || group.DeletionPolicy != "Delete" {
					t.Errorf("%s: kept for %d days, deletion policy %s, want 30 days and Delete", id, properties.RetentionInDays, group.DeletionPolicy)
				}
			}
			for id, function := range stack.resources(t, "AWS::Lambda::Function") {
				var properties struct{ LoggingConfig struct{ LogGroup any } }
				decode(t, function, &properties)
				if _, ok := groups[refersTo(properties.LoggingConfig.LogGroup)]; !ok {
					t.Errorf("%s logs to %v, want a log group of the stack: Lambda makes one that is kept for ever", id, properties.LoggingConfig.LogGroup)
				}
			}
		})
	}
}

// If this log group does not exist before the stage, API Gateway makes one that
// is kept for ever.
func TestExecutionLogsGoToALogGroupOfTheStack(t *testing.T) {
	stack := synth(t)
	groups := stack.resources(t, "AWS::Logs::LogGroup")
	for _, api := range stack.apis(t) {
		found := ""
		for id, group := range groups {
			var properties struct{ LogGroupName any }
			decode(t, group, &properties)
			if joined(properties.LogGroupName) == "API-Gateway-Execution-Logs_${"+api.ID+"}/prod" {
				found = id
			}
		}
		if found == "" || !slices.Contains(api.Stage.DependsOn, found) {
			t.Errorf("%s: the stage waits for %q, want also a log group for its execution log", api.Name, api.Stage.DependsOn)
		}
	}
}

func TestStages(t *testing.T) {
	eachAPI(t, func(t *testing.T, api api) {
		settings := api.Stage.MethodSettings[0]
		if settings.ThrottlingRateLimit != 50 || settings.ThrottlingBurstLimit != 100 {
			t.Errorf("%s: throttled at %v requests a second, burst %v, want 50 and 100", api.Name, settings.ThrottlingRateLimit, settings.ThrottlingBurstLimit)
		}
		if settings.DataTraceEnabled {
			t.Errorf("%s: data trace is on, want it off: bodies and headers of requests would be in the log", api.Name)
		}
	})
}
