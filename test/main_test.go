// Package test checks the synthesized template: what will be deployed.
//
// To test something of your own, copy the test that is nearest to it. They all
// read the same templates, which are synthesized once. Tests of what every API
// must have loop over them. Tests of one API are in a file of their own.
package test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

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

	// The template does not depend on what the functions do, and compiling them
	// takes time.
	stacks.Compile = func(string) (string, error) { return filepath.Join("testdata", "function"), nil }

	return m.Run() // without a Close after it: the folder is removed, and Node.js ends with us
}
