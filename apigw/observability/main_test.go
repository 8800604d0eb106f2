package observability

import (
	"fmt"
	"os"
	"testing"

	"github.com/aws/jsii-runtime-go"
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	folder, err := os.MkdirTemp("", "cdk-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	os.Setenv("TMPDIR", folder) // Node.js and the CDK leave files behind, which go with this folder
	os.Setenv("CDK_VALIDATION", "false")
	os.Setenv("JSII_DEPRECATED", "fail")
	os.Setenv("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
	jsii.Close() // the next call starts a Node.js that sees these variables
	return m.Run()
}
