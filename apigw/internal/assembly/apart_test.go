package assembly_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
)

// namedFunction is a template of an API whose method calls a function named hello.
const namedFunction = `{"Resources": {
	"F": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "hello", "Runtime": "provided.al2023", "Environment": {"Variables": {"STACK": "%s"}}},
		"Metadata": {"go:package": "./functions/hello"}},
	"Allow": {"Type": "AWS::Lambda::Permission", "Properties": {"Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com", "FunctionName": {"Fn::GetAtt": ["F", "Arn"]},
		"SourceArn": {"Fn::Sub": "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*"}}},
	"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "api"}},
	"M": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Api"}, "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "HttpMethod": "GET",
		"Integration": {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"}}}},
	"D": {"Type": "AWS::ApiGateway::Deployment", "Properties": {"RestApiId": {"Ref": "Api"}, "StageName": "prod"}}}}`

// stack is one of several in an assembly.
type stack struct{ id, name, environment, depends, template string }

// stacks writes a cloud assembly of several stacks.
func stacks(t *testing.T, list ...stack) string {
	t.Helper()
	dir := t.TempDir()
	var artifacts []string
	for _, s := range list {
		artifacts = append(artifacts, fmt.Sprintf(`%q: {"type": "aws:cloudformation:stack", "environment": %q, "dependencies": [%s], "properties": {"templateFile": %q, "stackName": %q}}`,
			s.id, s.environment, s.depends, s.id+".json", s.name))
		write(t, dir, s.id+".json", s.template)
	}
	write(t, dir, "manifest.json", `{"version": "54.0.0", "artifacts": {`+strings.Join(artifacts, ",")+`}}`)
	return dir
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestStacksWithFunctionsOfOneNameAreApart(t *testing.T) {
	template := func(name string) string { return fmt.Sprintf(namedFunction, name) }
	const anywhere, east, west = "aws://unknown-account/unknown-region", "aws://111111111111/us-east-1", "aws://111111111111/us-west-2"
	for _, c := range []struct {
		rule   string
		stacks []stack
		arns   []string // account and region of each API's function
		notice string
	}{
		{"two regions", []stack{{"East", "east", east, "", template("East")}, {"West", "west", west, "", template("West")}}, []string{"us-east-1:111111111111", "us-west-2:111111111111"}, ""},
		{"two regions, and one name for both stacks", []stack{{"East", "hello", east, "", template("East")}, {"West", "hello", west, "", template("West")}}, []string{"us-east-1:111111111111", "us-west-2:111111111111"}, ""},
		{"no environment", []stack{{"Dev", "dev", anywhere, "", template("Dev")}, {"Prod", "prod", anywhere, "", template("Prod")}}, []string{"us-east-1:123456789012", "us-east-1:123456789013"}, "prod: as if it were in the account 123456789013"},
		{"one of them bound", []stack{{"Dev", "dev", anywhere, "", template("Dev")}, {"Prod", "prod", "aws://123456789012/us-east-1", "", template("Prod")}}, []string{"us-east-1:123456789013", "us-east-1:123456789012"}, "dev: as if it were in the account 123456789013"},
	} {
		a, err := assembly.Read(stacks(t, c.stacks...), assembly.Options{})
		if err != nil {
			t.Errorf("%s: got the error %v, want none", c.rule, err)
			continue
		}
		if len(a.APIs) != 2 || len(a.Functions) != 2 || a.APIs[0].ID == a.APIs[1].ID {
			t.Errorf("%s: got the APIs %+v and %d functions, want two of each with their own ids", c.rule, a.APIs, len(a.Functions))
			continue
		}
		for i, api := range a.APIs {
			want := "arn:aws:lambda:" + c.arns[i] + ":function:hello"
			if uri := api.Methods[0].Integration.URI; !strings.Contains(uri, "/"+want+"/") {
				t.Errorf("%s: %s calls %s, want %s", c.rule, api.Path, uri, want)
			}
			f := a.Functions[slices.IndexFunc(a.Functions, func(f *assembly.Function) bool { return f.ARN == want })]
			if got := f.Environment["STACK"]; got != c.stacks[i].id {
				t.Errorf("%s: %s is the function of the stack %s, want %s", c.rule, want, got, c.stacks[i].id)
			}
			if got, want := f.Permissions[0].SourceARN, "arn:aws:execute-api:"+c.arns[i]+":"+api.ID+"/*"; got != want {
				t.Errorf("%s: got the permission for %s, want %s", c.rule, got, want)
			}
		}
		if c.notice == "" {
			expectNotices(t, a)
		} else {
			expectNotices(t, a, c.notice)
		}
	}
}

func TestStacksThatDependOnEachOtherStayTogether(t *testing.T) {
	const anywhere = "aws://unknown-account/unknown-region"
	functions := `{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "hello"}, "Metadata": {"go:package": "./f"}}},
		"Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["F", "Arn"]}, "Export": {"Name": "hello-arn"}}}}`
	apis := `{"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Description": "", "Name": {"Fn::ImportValue": "hello-arn"}}}}}`
	a, err := assembly.Read(stacks(t,
		stack{"DevF", "dev-f", anywhere, "", functions}, stack{"DevA", "dev-a", anywhere, `"DevF"`, apis},
		stack{"ProdF", "prod-f", anywhere, "", functions}, stack{"ProdA", "prod-a", anywhere, `"ProdF"`, apis},
	), assembly.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i, account := range []string{"123456789012", "123456789013"} {
		same(t, "account of "+a.APIs[i].Path, a.APIs[i].Account, account)
		same(t, "what "+a.APIs[i].Path+" imports", a.APIs[i].Name, "arn:aws:lambda:us-east-1:"+account+":function:hello")
	}
}

func TestASecondFunctionOfANameIsLeftOut(t *testing.T) {
	const env = "aws://111111111111/us-east-1"
	a, err := assembly.Read(stacks(t, stack{"A", "a", env, "", fmt.Sprintf(namedFunction, "A")}, stack{"B", "b", env, "", fmt.Sprintf(namedFunction, "B")}), assembly.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Functions) != 1 || a.Functions[0].Environment["STACK"] != "A" {
		functions, _ := json.Marshal(a.Functions)
		t.Errorf("got the functions %s, want that of A alone", functions)
	}
	expectNotices(t, a, "b/F: a/F has the same name, hello, in the same account and region")
}
