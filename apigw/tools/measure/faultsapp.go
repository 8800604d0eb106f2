package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// faultyAPI is the app of measureFaults: an API with a resource for each of its
// functions, which are all of the same code.
const (
	faultyAPI   = "faulty"
	faultyStage = "prod"
	faultyAsset = "asset.faulty"
)

// faultyFunction is one of them.
type faultyFunction struct {
	name               string
	timeout            int // of the function, in seconds
	concurrency        int // reserved
	integrationTimeout int // of the gateway, in milliseconds
	variables          map[string]string
}

// faultyFunctions returns the functions. Those that are not about concurrency have
// enough of it reserved, so that none of their requests is refused.
func faultyFunctions() []faultyFunction {
	const plenty, longest = 400, 29_000
	return []faultyFunction{
		{name: "steady", timeout: 30, concurrency: plenty, integrationTimeout: longest},
		{name: "hasty", timeout: 1, concurrency: plenty, integrationTimeout: longest},
		{name: "impatient", timeout: 5, concurrency: plenty, integrationTimeout: 200},
		{name: "doomed", timeout: 30, concurrency: plenty, integrationTimeout: longest, variables: map[string]string{"INIT": "exit"}},
		{name: "scarce", timeout: 30, concurrency: 2, integrationTimeout: longest},
		{name: "closed", timeout: 30, concurrency: 0, integrationTimeout: longest},
	}
}

type object = map[string]any

// writeFaultyApp writes the cloud assembly into dir. The functions note their
// invocations in a file.
func writeFaultyApp(dir, invocations string) error {
	resources := object{
		"Api":        object{"Type": "AWS::ApiGateway::RestApi", "Properties": object{"Name": faultyAPI}},
		"Deployment": object{"Type": "AWS::ApiGateway::Deployment", "Properties": object{"RestApiId": ref("Api")}},
		"Stage": object{"Type": "AWS::ApiGateway::Stage", "Properties": object{
			"RestApiId": ref("Api"), "DeploymentId": ref("Deployment"), "StageName": faultyStage,
		}},
	}
	for _, f := range faultyFunctions() {
		variables := object{"INVOCATIONS": invocations}
		for name, value := range f.variables {
			variables[name] = value
		}
		arn := object{"Fn::GetAtt": []string{f.name, "Arn"}}
		resources[f.name] = object{
			"Type": "AWS::Lambda::Function",
			"Properties": object{
				"Runtime": "provided.al2023", "Handler": "bootstrap", "Timeout": f.timeout,
				"ReservedConcurrentExecutions": f.concurrency,
				"Environment":                  object{"Variables": variables},
				"Code":                         object{"S3Bucket": "assets", "S3Key": "faulty.zip"},
				"Role":                         "arn:aws:iam::123456789012:role/faulty",
			},
			"Metadata": object{"aws:asset:path": faultyAsset, "aws:asset:property": "Code"},
		}
		resources[f.name+"Permission"] = object{"Type": "AWS::Lambda::Permission", "Properties": object{
			"Action": "lambda:InvokeFunction", "FunctionName": arn, "Principal": "apigateway.amazonaws.com",
		}}
		resources[f.name+"Resource"] = object{"Type": "AWS::ApiGateway::Resource", "Properties": object{
			"RestApiId": ref("Api"), "ParentId": object{"Fn::GetAtt": []string{"Api", "RootResourceId"}}, "PathPart": f.name,
		}}
		resources[f.name+"Method"] = object{"Type": "AWS::ApiGateway::Method", "Properties": object{
			"RestApiId": ref("Api"), "ResourceId": ref(f.name + "Resource"), "HttpMethod": "GET", "AuthorizationType": "NONE",
			"Integration": object{
				"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "TimeoutInMillis": f.integrationTimeout,
				"Uri": object{"Fn::Join": []any{"", []any{
					"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/", arn, "/invocations",
				}}},
			},
		}}
	}
	for name, content := range map[string]any{
		"Faulty.template.json": object{"Resources": resources},
		"manifest.json": object{"version": "54.0.0", "artifacts": object{"Faulty": object{
			"type": "aws:cloudformation:stack", "environment": "aws://123456789012/us-east-1",
			"properties": object{"templateFile": "Faulty.template.json"},
		}}},
	} {
		text, err := json.MarshalIndent(content, "", "  ")
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), text, 0o644)
		}
		if err != nil {
			return fmt.Errorf("writing the app: %w", err)
		}
	}
	return nil
}

func ref(logicalID string) object { return object{"Ref": logicalID} }
