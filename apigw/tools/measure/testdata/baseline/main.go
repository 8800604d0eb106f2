// The smallest CDK app with one REST API and one function. CDK apps are measured
// against it. Its argument is the folder of the built function.
package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: baseline FOLDER: the folder that holds the function's bootstrap")
		os.Exit(2)
	}
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("Baseline"), nil)
	function := awslambda.NewFunction(stack, jsii.String("Function"), &awslambda.FunctionProps{
		Code:         awslambda.Code_FromAsset(jsii.String(os.Args[1]), nil),
		Runtime:      awslambda.Runtime_PROVIDED_AL2023(),
		Handler:      jsii.String("bootstrap"),
		Architecture: awslambda.Architecture_ARM_64(),
	})
	api := awsapigateway.NewRestApi(stack, jsii.String("RestApi"), nil)
	api.Root().AddMethod(jsii.String("GET"), awsapigateway.NewLambdaIntegration(function, nil), nil)
	app.Synth(nil)
}
