package stacks

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// minimumNode is the oldest major version of Node.js that aws-cdk-lib runs on.
const minimumNode = 20

// CheckNode reports in one sentence what is wrong with the Node.js of this
// machine. The CDK runs in it, and would fail with a stack trace.
func CheckNode() error {
	node := "node"
	if path := os.Getenv("JSII_NODE"); path != "" { // the CDK runs in this one then
		node = path
	}
	output, err := exec.Command(node, "--version").Output()
	if err != nil {
		return fmt.Errorf("the CDK needs Node.js, and running %q failed (%w): install Node.js %d or newer from https://nodejs.org", node, err, minimumNode)
	}
	version := strings.TrimSpace(string(output))
	major, _, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	if number, err := strconv.Atoi(major); err != nil || number < minimumNode {
		return fmt.Errorf("the CDK needs Node.js %d or newer, and %q is %s: install a newer one from https://nodejs.org", minimumNode, node, version)
	}
	return nil
}
