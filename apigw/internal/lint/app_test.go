package lint

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
)

type object = map[string]any
type list = []any

func ref(id string) object          { return object{"Ref": id} }
func attribute(id, a string) object { return object{"Fn::GetAtt": list{id, a}} }

// invoke is the URI of a function.
func invoke(id string) object {
	return object{"Fn::Join": list{"", list{"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/", attribute(id, "Arn"), "/invocations"}}}
}

const allowOrigin = "method.response.header.Access-Control-Allow-Origin"

// good returns the resources of an app with nothing wrong: a proxy method, a mapped
// one with a model, mappings and errors, a preflight, and all that is around them.
func good() map[string]object {
	resource := func(kind string, properties object) object { return object{"Type": kind, "Properties": properties} }
	function := object{
		"Code": object{"S3Bucket": "b", "S3Key": "k.zip"}, "Role": "arn:aws:iam::123456789012:role/r", "Runtime": "provided.al2023",
		"Handler": "bootstrap", "Timeout": 10, "MemorySize": 128, "Environment": object{"Variables": object{"TABLE": "t"}},
	}
	cors := object{"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"}
	deployment := resource("AWS::ApiGateway::Deployment", object{"RestApiId": ref("Api")})
	deployment["DependsOn"] = list{"Direct", "Mapped", "Preflight"}
	return map[string]object{
		"Function": resource("AWS::Lambda::Function", function),
		"Logs":     resource("AWS::Logs::LogGroup", object{"LogGroupName": "/aws/lambda/f"}),
		"Allowed": resource("AWS::Lambda::Permission", object{
			"Action": "lambda:InvokeFunction", "FunctionName": attribute("Function", "Arn"), "Principal": "apigateway.amazonaws.com",
			"SourceArn": object{"Fn::Sub": "arn:aws:execute-api:us-east-1:123456789012:${Api}/*/*/*"},
		}),
		"Role":      resource("AWS::ApiGateway::Account", object{"CloudWatchRoleArn": "arn:aws:iam::123456789012:role/logs"}),
		"Api":       resource("AWS::ApiGateway::RestApi", object{"Name": "shop", "EndpointConfiguration": object{"Types": list{"REGIONAL"}}}),
		"Orders":    resource("AWS::ApiGateway::Resource", object{"RestApiId": ref("Api"), "ParentId": attribute("Api", "RootResourceId"), "PathPart": "orders"}),
		"Order":     resource("AWS::ApiGateway::Resource", object{"RestApiId": ref("Api"), "ParentId": ref("Orders"), "PathPart": "{id}"}),
		"Rest":      resource("AWS::ApiGateway::Resource", object{"RestApiId": ref("Api"), "ParentId": attribute("Api", "RootResourceId"), "PathPart": "{proxy+}"}),
		"Model":     resource("AWS::ApiGateway::Model", object{"RestApiId": ref("Api"), "Name": "Order", "ContentType": "application/json", "Schema": object{"$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "required": list{"name"}, "properties": object{"name": object{"type": "string", "minLength": 1}}}}),
		"Validator": resource("AWS::ApiGateway::RequestValidator", object{"RestApiId": ref("Api"), "ValidateRequestBody": true}),
		"Tokens": resource("AWS::ApiGateway::Authorizer", object{
			"RestApiId": ref("Api"), "Name": "tokens", "Type": "TOKEN", "AuthorizerUri": invoke("Function"),
			"IdentitySource": "method.request.header.Authorization", "AuthorizerResultTtlInSeconds": 300,
		}),
		"Requests": resource("AWS::ApiGateway::Authorizer", object{
			"RestApiId": ref("Api"), "Name": "requests", "Type": "REQUEST", "AuthorizerUri": invoke("Function"),
			"IdentitySource": "method.request.header.Key, method.request.querystring.key, context.stage, stageVariables.key",
		}),
		"Errors4": resource("AWS::ApiGateway::GatewayResponse", object{"RestApiId": ref("Api"), "ResponseType": "DEFAULT_4XX", "ResponseParameters": cors}),
		"Errors5": resource("AWS::ApiGateway::GatewayResponse", object{"RestApiId": ref("Api"), "ResponseType": "DEFAULT_5XX", "ResponseParameters": maps.Clone(cors)}),
		"Direct": resource("AWS::ApiGateway::Method", object{
			"RestApiId": ref("Api"), "ResourceId": ref("Rest"), "HttpMethod": "ANY", "AuthorizationType": "CUSTOM", "AuthorizerId": ref("Tokens"),
			"Integration": object{"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": invoke("Function")},
		}),
		"Mapped": resource("AWS::ApiGateway::Method", object{
			"RestApiId": ref("Api"), "ResourceId": ref("Order"), "HttpMethod": "POST", "AuthorizationType": "NONE",
			"RequestValidatorId": ref("Validator"), "RequestModels": object{"application/json": ref("Model")},
			"RequestParameters": object{"method.request.path.id": true, "method.request.header.Trace": false, "method.request.querystring.page": false},
			"MethodResponses": list{
				object{"StatusCode": "200", "ResponseParameters": object{allowOrigin: true, "method.response.header.Version": true}},
				object{"StatusCode": "404", "ResponseParameters": object{allowOrigin: true}},
			},
			"Integration": object{
				"Type": "AWS", "IntegrationHttpMethod": "POST", "Uri": invoke("Function"), "PassthroughBehavior": "NEVER",
				"RequestParameters": object{
					"integration.request.header.Trace": "method.request.header.Trace", "integration.request.path.id": "method.request.path.id",
					"integration.request.querystring.stage": "context.stage", "integration.request.header.Static": "'text'",
				},
				"RequestTemplates": object{"application/json": goodTemplate},
				"IntegrationResponses": list{
					object{"StatusCode": "200", "ResponseParameters": object{allowOrigin: "'*'", "method.response.header.Version": "integration.response.body.version"}, "ResponseTemplates": object{"application/json": "$input.json('$')"}},
					object{"StatusCode": "404", "SelectionPattern": `\[NotFound\](.|\n)*`, "ResponseParameters": object{allowOrigin: "'*'"}},
				},
			},
		}),
		"Preflight": resource("AWS::ApiGateway::Method", object{
			"RestApiId": ref("Api"), "ResourceId": ref("Order"), "HttpMethod": "OPTIONS", "AuthorizationType": "NONE",
			"MethodResponses": list{object{"StatusCode": "204", "ResponseParameters": object{allowOrigin: true}}},
			"Integration": object{
				"Type": "MOCK", "RequestTemplates": object{"application/json": "{ statusCode: 200 }"},
				"IntegrationResponses": list{object{"StatusCode": "204", "ResponseParameters": object{allowOrigin: "'*'"}}},
			},
		}),
		"Deployment": deployment,
		"Stage": resource("AWS::ApiGateway::Stage", object{
			"RestApiId": ref("Api"), "DeploymentId": ref("Deployment"), "StageName": "prod", "Variables": object{"table": "orders-1"},
			"MethodSettings":   list{object{"ResourcePath": "/*", "HttpMethod": "*", "LoggingLevel": "INFO"}},
			"AccessLogSetting": object{"DestinationArn": attribute("Logs", "Arn"), "Format": `{"id":"$context.requestId"}`},
		}),
		"Key":     resource("AWS::ApiGateway::ApiKey", object{"Name": "k", "Enabled": true, "Value": "01234567890123456789"}),
		"Plan":    resource("AWS::ApiGateway::UsagePlan", object{"ApiStages": list{object{"ApiId": ref("Api"), "Stage": ref("Stage")}}}),
		"PlanKey": resource("AWS::ApiGateway::UsagePlanKey", object{"KeyId": ref("Key"), "KeyType": "API_KEY", "UsagePlanId": ref("Plan")}),
	}
}

// goodTemplate does all that templates do, as it should be done.
const goodTemplate = `#set($body = $input.path('$'))
#set($safe = $util.escapeJavaScript($body.name).replaceAll("\\'", "'"))
#foreach($line in $body.lines)#set($last = $line)#end
{
  "id": "$util.escapeJavaScript($input.params('id')).replaceAll("\\'", "'")",
  "page": "$util.escapeJavaScript($input.params().querystring.get('page')).replaceAll("\\'", "'")",
  "name": "$safe",
  "lines": $input.json('$.lines'),
  "count": $body.lines.size(),
  #if($last == $null)"empty": true,#else"empty": false,#end
  "stage": "$context.stage", "table": "$stageVariables.table"
}`

// writeApp writes a cloud assembly and returns its folder.
func writeApp(t testing.TB, resources map[string]object) string {
	t.Helper()
	dir := t.TempDir()
	metadata := object{}
	for id := range resources {
		metadata["/Shop/"+id] = list{object{"type": "aws:cdk:logicalId", "data": id}}
	}
	for name, v := range map[string]any{
		"manifest.json": object{"version": "36.0.0", "artifacts": object{"Shop": object{
			"type": "aws:cloudformation:stack", "environment": "aws://123456789012/us-east-1", "metadata": metadata,
			"properties": object{"templateFile": "Shop.template.json"},
		}}},
		"Shop.template.json": object{"Resources": resources, "Conditions": object{"Never": object{"Fn::Equals": list{"a", "b"}}}},
	} {
		text, err := json.MarshalIndent(v, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// find returns what is wrong with resources.
func find(t testing.TB, resources map[string]object) []Finding {
	t.Helper()
	report, err := Run(writeApp(t, resources), assembly.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return report.Found
}

// change is a change to an app: the value at a path becomes another. A path is a
// logical id and keys, with bars between them; a number is an index.
type change struct {
	path string
	to   any // nil: take it away
}

func (c change) apply(t testing.TB, resources map[string]object) {
	t.Helper()
	keys := strings.Split(c.path, "|")
	if len(keys) == 1 {
		if c.to == nil {
			delete(resources, c.path)
		} else {
			resources[c.path] = c.to.(object)
		}
		return
	}
	var v any = resources[keys[0]]
	if of, ok := strings.CutPrefix(keys[1], "!"); ok { // of the resource itself
		keys[1] = of
	} else {
		keys = slices.Insert(keys, 1, "Properties")
	}
	for _, key := range keys[1 : len(keys)-1] {
		switch at := v.(type) {
		case object:
			if at[key] == nil {
				at[key] = object{}
			}
			v = at[key]
		case list:
			v = at[int(key[0]-'0')]
		default:
			t.Fatalf("got %T at %s of %s, want an object or a list", v, key, c.path)
		}
	}
	last := keys[len(keys)-1]
	switch at := v.(type) {
	case object:
		if c.to == nil {
			if _, there := at[last]; !there {
				t.Fatalf("got nothing at %s, want something to take away", c.path)
			}
			delete(at, last)
		} else {
			at[last] = c.to
		}
	case list:
		at[int(last[0]-'0')] = c.to
	default:
		t.Fatalf("got %T at %s, want an object or a list", v, c.path)
	}
}
