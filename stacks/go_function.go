package stacks

import (
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"example.com/apigw/rollout"
	"example.com/apigw/security"
)

// GoFunctionProps describe a Lambda function written in Go.
type GoFunctionProps struct {
	// Source is the folder of its main package, with slashes and relative to
	// the folder of go.mod: "functions/invoice".
	Source string

	// Description is shown in the AWS console.
	Description string

	// Environment holds the environment variables of the function.
	Environment map[string]string

	// ReservedConcurrency is how many copies of the function may run at once.
	// Nil takes what the account has left.
	ReservedConcurrency *float64

	// Rollout moves requests to a new version bit by bit, and back if it fails,
	// such as rollout.Canary10Percent5Minutes. Empty moves all at once.
	Rollout rollout.Shift
}

// Compile builds the function in the folder source, and returns the folder to
// deploy, which holds an executable named bootstrap. It is a variable so that
// tests, for which the code of a function does not matter, can save the time.
var Compile = CompileForLambda

// GoFunction is a Lambda function with its log group, its role, and an alias
// named live that points to the version deployed last.
type GoFunction struct {
	constructs.Construct
	Function awslambda.Function
	Live     awslambda.Alias
}

// functionTimeoutSeconds is less than the 29 seconds that API Gateway waits. So
// it is the function that fails, and its log says what took so long.
const functionTimeoutSeconds = 10

// NewGoFunction adds a Go function to scope. If the function does not compile,
// NewGoFunction panics with the compiler's message: constructs have no other way
// to report an error.
func NewGoFunction(scope constructs.Construct, id string, props *GoFunctionProps) GoFunction {
	folder, err := Compile(props.Source)
	if err != nil {
		panic(err)
	}
	if err := security.CheckEnvironment(props.Environment); err != nil {
		panic(fmt.Errorf("function %s: %w", props.Source, err))
	}

	this := constructs.NewConstruct(scope, jsii.String(id))

	logs := awslogs.NewLogGroup(this, jsii.String("Logs"), &awslogs.LogGroupProps{
		Retention:     sizesOf(scope).LogRetention,
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})

	// The usual managed policy lets a function write to every log group of the
	// account. This role lets it write only to its own.
	role := awsiam.NewRole(this, jsii.String("Role"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
	})
	logs.GrantWrite(role)

	function := awslambda.NewFunction(this, jsii.String("Function"), &awslambda.FunctionProps{
		Description:                  jsii.String(props.Description),
		Code:                         awslambda.Code_FromAsset(jsii.String(folder), nil),
		Runtime:                      awslambda.Runtime_PROVIDED_AL2023(),
		Handler:                      jsii.String("bootstrap"),
		Architecture:                 awslambda.Architecture_ARM_64(),
		MemorySize:                   jsii.Number(sizesOf(scope).MemoryMB),
		Timeout:                      awscdk.Duration_Seconds(jsii.Number(functionTimeoutSeconds)),
		Environment:                  jsiiMap(props.Environment),
		ReservedConcurrentExecutions: props.ReservedConcurrency,
		LogGroup:                     logs,
		Role:                         role,
	})

	// Tools that read the template, such as the local gateway, find the source here.
	resource := function.Node().DefaultChild().(awscdk.CfnResource)
	resource.AddMetadata(jsii.String("go:package"), "./"+path.Clean(props.Source))

	live := awslambda.NewAlias(this, jsii.String("Live"), &awslambda.AliasProps{
		AliasName: jsii.String("live"),
		Version:   function.CurrentVersion(),
	})
	rollout.Gradually(live, props.Rollout)
	return GoFunction{Construct: this, Function: function, Live: live}
}

// CompileForLambda builds the main package in the folder source for AWS Lambda
// on arm64, and returns the folder that holds the executable. The same sources
// and Go version make the same bytes in any checkout, so that a deployment
// without a change changes nothing. The error has the compiler's message.
func CompileForLambda(source string) (string, error) {
	if info, err := os.Stat(source); err != nil || !info.IsDir() {
		return "", fmt.Errorf("function %s: there is no such folder: write the path as seen from the folder of go.mod, and run the app there", source)
	}
	// The CDK CLI does not watch folders that start with a dot: building must
	// not trigger the next build.
	folder := filepath.Join(".build", filepath.FromSlash(path.Clean(source)))
	bootstrap := filepath.Join(folder, "bootstrap")
	build := exec.Command("go", "build",
		"-o", bootstrap,
		"-trimpath", "-buildvcs=false", "-mod=readonly", // no trace of this checkout
		"-ldflags=-s -w -buildid=", // no debug information: half the size
		"-tags=lambda.norpc",       // without the protocol of the old go1.x runtime
		"./"+source)
	build.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0",
		"GOFLAGS=", "GOEXPERIMENT=", "GOARM64=") // settings of this machine would change the bytes
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("function %s does not compile: %w\n%s", source, err, output)
	}
	// If the package is not main, go build writes a library and no error.
	if file, err := elf.Open(bootstrap); err != nil {
		return "", fmt.Errorf("function %s is not a program: write package main in its files, and a func main", source)
	} else {
		file.Close()
	}
	return folder, nil
}
