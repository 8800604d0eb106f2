package template

import (
	"regexp"
	"testing"
)

// The forms are those of the return values of each resource type in the AWS
// documentation.
func TestMadeUpValues(t *testing.T) {
	a := app(t, Options{}, `S={"Resources": {
		"Api": {"Type": "AWS::ApiGateway::RestApi"},
		"Res": {"Type": "AWS::ApiGateway::Resource"},
		"Stage": {"Type": "AWS::ApiGateway::Stage", "Properties": {"StageName": "prod"}},
		"Deployment": {"Type": "AWS::ApiGateway::Deployment"},
		"Key": {"Type": "AWS::ApiGateway::ApiKey"},
		"Model": {"Type": "AWS::ApiGateway::Model"},
		"Domain": {"Type": "AWS::ApiGateway::DomainName", "Properties": {"DomainName": "api.example.com"}},
		"Fn": {"Type": "AWS::Lambda::Function"},
		"Named": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "hello"}},
		"V1": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Named"}}},
		"V2": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Named"}}},
		"OfOther": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Fn"}}},
		"Nameless": {"Type": "AWS::Lambda::Version"},
		"Live": {"Type": "AWS::Lambda::Alias", "Properties": {"FunctionName": {"Fn::GetAtt": ["Named", "Arn"]}, "Name": "live"}},
		"Layer": {"Type": "AWS::Lambda::LayerVersion", "Properties": {"LayerName": "l"}},
		"Url": {"Type": "AWS::Lambda::Url", "Properties": {"TargetFunctionArn": "arn:x"}},
		"Mapping": {"Type": "AWS::Lambda::EventSourceMapping"},
		"Log": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/a/b"}},
		"Role": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "r"}},
		"User": {"Type": "AWS::IAM::User", "Properties": {"UserName": "u"}},
		"Policy": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"ManagedPolicyName": "p"}},
		"Table": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "t"}},
		"Bucket": {"Type": "AWS::S3::Bucket"},
		"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q"}},
		"KeyOfKms": {"Type": "AWS::KMS::Key"},
		"Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"StateMachineName": "m"}},
		"Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "s"}},
		"Rule": {"Type": "AWS::Events::Rule", "Properties": {"Name": "r"}},
		"Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "b"}},
		"Stream": {"Type": "AWS::Kinesis::Stream", "Properties": {"Name": "k"}},
		"Hose": {"Type": "AWS::KinesisFirehose::DeliveryStream", "Properties": {"DeliveryStreamName": "h"}},
		"Repository": {"Type": "AWS::ECR::Repository", "Properties": {"RepositoryName": "e"}},
		"Entry": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/p/q", "Value": "v"}},
		"Pool": {"Type": "AWS::Cognito::UserPool"},
		"Client": {"Type": "AWS::Cognito::UserPoolClient"},
		"Cluster": {"Type": "AWS::ECS::Cluster"},
		"Custom": {"Type": "Custom::Thing"}
	}}`)
	const here = `:us-east-1:123456789012:`
	tests := []struct{ id, attribute, want string }{
		{"Api", "", `[a-z0-9]{10}`},
		{"Api", "RootResourceId", `[a-z0-9]{10}`},
		{"Api", "RestApiId", `[a-z0-9]{10}`},
		{"Res", "", `[a-z0-9]{6}`},
		{"Res", "ResourceId", `[a-z0-9]{6}`},
		{"Stage", "", `prod`},
		{"Deployment", "", `[a-z0-9]{6}`},
		{"Deployment", "DeploymentId", `[a-z0-9]{6}`},
		{"Key", "", `[a-z0-9]{10}`},
		{"Key", "APIKeyId", `[a-z0-9]{10}`},
		{"Model", "", `Model`},
		{"Domain", "", `api\.example\.com`},
		{"Domain", "DomainNameArn", `arn:aws:apigateway:us-east-1::/domainnames/api\.example\.com`},
		{"Domain", "RegionalDomainName", `[a-z0-9]+\.apigateway\.us-east-1\.amazonaws\.com`},
		{"Fn", "", `S-Fn-[A-Z0-9]{12}`},
		{"Fn", "Arn", `arn:aws:lambda` + here + `function:S-Fn-[A-Z0-9]{12}`},
		{"Named", "", `hello`},
		{"V1", "", `arn:aws:lambda` + here + `function:hello:1`},
		{"V1", "Version", `1`},
		{"V2", "Version", `2`},
		{"V2", "FunctionArn", `arn:aws:lambda` + here + `function:hello:2`},
		{"OfOther", "Version", `1`},
		{"Live", "", `arn:aws:lambda` + here + `function:hello:live`},
		{"Live", "AliasArn", `arn:aws:lambda` + here + `function:hello:live`},
		{"Layer", "", `arn:aws:lambda` + here + `layer:l:1`},
		{"Url", "", `arn:x`},
		{"Url", "FunctionUrl", `https://[a-z0-9]{32}\.lambda-url\.us-east-1\.on\.aws/`},
		{"Mapping", "", `[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`},
		{"Log", "", `/a/b`},
		{"Log", "Arn", `arn:aws:logs` + here + `log-group:/a/b:\*`},
		{"Role", "", `r`},
		{"Role", "Arn", `arn:aws:iam::123456789012:role/r`},
		{"User", "Arn", `arn:aws:iam::123456789012:user/u`},
		{"Policy", "", `arn:aws:iam::123456789012:policy/p`},
		{"Table", "", `t`},
		{"Table", "Arn", `arn:aws:dynamodb` + here + `table/t`},
		{"Table", "StreamArn", `arn:aws:dynamodb` + here + `table/t/stream/.+`},
		{"Bucket", "", `s-bucket-[a-z0-9]{12}`},
		{"Bucket", "Arn", `arn:aws:s3:::s-bucket-[a-z0-9]{12}`},
		{"Bucket", "DomainName", `[a-z0-9]+\.s3\.us-east-1\.amazonaws\.com`},
		{"Queue", "", `https://sqs\.us-east-1\.amazonaws\.com/123456789012/q`},
		{"Queue", "QueueUrl", `https://sqs\.us-east-1\.amazonaws\.com/123456789012/q`},
		{"Queue", "Arn", `arn:aws:sqs` + here + `q`},
		{"Queue", "QueueName", `q`},
		{"KeyOfKms", "", `[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`},
		{"KeyOfKms", "Arn", `arn:aws:kms` + here + `key/[0-9a-f-]{36}`},
		{"Machine", "", `arn:aws:states` + here + `stateMachine:m`},
		{"Secret", "", `arn:aws:secretsmanager` + here + `secret:s-[a-z0-9]{6}`},
		{"Rule", "Arn", `arn:aws:events` + here + `rule/r`},
		{"Bus", "Arn", `arn:aws:events` + here + `event-bus/b`},
		{"Stream", "Arn", `arn:aws:kinesis` + here + `stream/k`},
		{"Hose", "Arn", `arn:aws:firehose` + here + `deliverystream/h`},
		{"Repository", "", `e`},
		{"Entry", "", `/p/q`},
		{"Entry", "Value", `v`},
		{"Entry", "Arn", `arn:aws:ssm` + here + `parameter/p/q`},
		{"Pool", "", `us-east-1_[a-z0-9]{9}`},
		{"Pool", "Arn", `arn:aws:cognito-idp` + here + `userpool/us-east-1_[a-z0-9]{9}`},
		{"Client", "", `[a-z0-9]{26}`},
		{"Cluster", "", `S-Cluster-[A-Z0-9]{12}`},
		{"Cluster", "Arn", `arn:aws:ecs` + here + `S-Cluster-[A-Z0-9]{12}`},
		{"V1", "SomeArn", `arn:aws:lambda` + here + `function:hello:1`},
		{"Custom", "Anything", `[a-z0-9]{20}`},
		{"Custom", "SomeArn", `arn:aws:custom` + here + `S-Custom-.*`},
		{"Custom", "SomeUrl", `https://[a-z0-9]{14}\.custom\.us-east-1\.amazonaws\.com`},
	}
	s := a.Stacks[0]
	for _, test := range tests {
		t.Run(test.id+"."+test.attribute, func(t *testing.T) {
			call := map[string]any{"Ref": test.id}
			if test.attribute != "" {
				call = map[string]any{"Fn::GetAtt": []any{test.id, test.attribute}}
			}
			got, err := s.resolve(call, place{stack: s})
			if err != nil {
				t.Fatal(err)
			}
			if text, ok := got.(string); !ok || !regexp.MustCompile(`^`+test.want+`$`).MatchString(text) {
				t.Errorf("got %v, want %s", got, test.want)
			}
		})
	}
	if _, err := s.resolve(map[string]any{"Ref": "Nameless"}, place{stack: s}); err == nil {
		t.Error("got no error for a version without a function, want one")
	}
}

func TestMadeUpValuesStayTheSame(t *testing.T) {
	if got, want := ID(10, "Stack", "Api"), ID(10, "Stack", "Api"); got != want || ID(10, "Stack", "Api2") == got || ID(10, "StackA", "pi") == got {
		t.Errorf("got %s, want another id", got)
	}
	if got := ID(40, "x"); len(got) != 40 {
		t.Errorf("%q has %d characters, want 40", got, len(got))
	}
}

func TestMadeUpNamesFitLambda(t *testing.T) {
	r := &Resource{Stack: &Stack{Name: "AStackWithANameThatIsMuchTooLongForAnybody"}, LogicalID: "AFunctionWithALogicalIdThatIsLongToo0123456789"}
	if name := r.madeUpName(); len(name) != 64 {
		t.Errorf("%s has %d characters, want the 64 that Lambda takes", name, len(name))
	}
}

func TestFunctionARN(t *testing.T) {
	s := &Stack{Partition: "aws", Region: "us-east-1", Account: "123456789012"}
	const arn = "arn:aws:lambda:us-east-1:123456789012:function:hello"
	tests := []struct{ name, arn, qualifier string }{
		{"hello", arn, ""},
		{"hello:live", arn, "live"},
		{arn, arn, ""},
		{arn + ":1", arn, "1"},
		{"123456789012:function:hello", arn, ""},
		{"123456789012:function:hello:live", arn, "live"},
	}
	for _, test := range tests {
		if got, qualifier := s.FunctionARN(test.name); got != test.arn || qualifier != test.qualifier {
			t.Errorf("%s: got %s and %q", test.name, got, qualifier)
		}
	}
}
