package lessons

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3assets"
	"github.com/aws/jsii-runtime-go"

	"example.com/hello-apigw/stacks"
)

var update = flag.Bool("update", false, "renew the snapshot of the stack")

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	folder, err := os.MkdirTemp("", "cdk-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	os.Setenv("TMPDIR", folder) // Node.js and the CDK leave files behind, which go with this folder

	if err := stacks.CheckNode(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		jsii.Close() // removes what jsii unpacked before this function
		return 1
	}
	os.Setenv("CDK_VALIDATION", "false") // three of four seconds; the CDK CLI validates when it deploys
	os.Setenv("JSII_DEPRECATED", "fail") // a deprecated construct fails the test that uses it
	jsii.Close()                         // the next call starts a Node.js that sees these variables

	// What the functions do does not matter here, and compiling them takes minutes.
	stacks.Compile = func(source string) (string, error) { return source, nil }
	asset = func(folder string) awslambda.Code {
		return awslambda.Code_FromAsset(jsii.String(filepath.Join("testdata", "function")), &awss3assets.AssetOptions{
			AssetHashType: awscdk.AssetHashType_CUSTOM,
			AssetHash:     jsii.String(folder),
		})
	}
	return m.Run() // without a Close after it: the folder is removed, and Node.js ends with us
}
