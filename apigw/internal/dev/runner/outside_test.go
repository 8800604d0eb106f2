package runner

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/function/interpreter"
)

func TestModulesThatLambdaDoesNotHaveAreTold(t *testing.T) {
	i, err := new(interpreter.Finder).Find(interpreter.Python, "3.12")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(i.Version, ".")
	packages := ".venv/lib/python" + parts[0] + "." + parts[1] + "/site-packages/"
	const (
		node   = `exports.handler = async () => ({ statusCode: 200, body: require("NAME").text })`
		python = "import NAME\ndef handler(event, context):\n    return {'statusCode': 200, 'body': getattr(NAME, 'text', 'x')}" // the machine may have one of its own
	)
	for _, c := range []struct {
		rule, runtime, module, file string
		source                      bool
		want                        string // the module that is told of
	}{
		{"a module of the app", "nodejs22.x", "word", "node_modules/word/index.js", false, "word"},
		{"a part of one", "nodejs22.x", "@org/word/part", "node_modules/@org/word/part.js", false, "@org/word"},
		{"the SDK is on Lambda", "nodejs22.x", "@aws-sdk/client-x", "node_modules/@aws-sdk/client-x/index.js", false, ""},
		{"the older SDK has gone", "nodejs22.x", "aws-sdk", "node_modules/aws-sdk/index.js", false, "aws-sdk"},
		{"the older SDK was there", "nodejs16.x", "aws-sdk", "node_modules/aws-sdk/index.js", false, ""},
		{"a module of the asset", "nodejs22.x", "word", "asset/node_modules/word/index.js", false, ""},
		{"a file of the asset", "nodejs22.x", "./word", "asset/word.js", false, ""},
		{"a module of a layer", "nodejs22.x", "word", "layer/nodejs/node_modules/word/index.js", false, ""},
		{"a source is bundled later", "nodejs22.x", "word", "node_modules/word/index.js", true, ""},
		{"a package of the app", "python3.12", "word", packages + "word.py", false, "word"},
		{"the SDK for Python is on Lambda", "python3.12", "boto3", packages + "boto3.py", false, ""},
		{"a package of the asset", "python3.12", "word", "asset/word.py", false, ""},
		{"a package of a layer", "python3.12", "word", "layer/python/word.py", false, ""},
		{"a source in Python is bundled later", "python3.12", "word", packages + "word.py", true, ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			f := interpreted(t, "a", c.runtime)
			lines := make(chan string, 100)
			a := newApp(t, Options{Functions: function.Options{Log: func(l function.LogLine) { lines <- l.Text }}})
			text, code, file := `exports.text = "x"`, node, "index.js"
			if strings.HasPrefix(c.runtime, "python") {
				text, code, file = `text = "x"`, python, "index.py"
			}
			a.write(t, c.file, text)
			a.write(t, "asset/"+file, strings.ReplaceAll(code, "NAME", c.module))
			f.AssetDir = filepath.Join(a.root, "asset")
			f.Layers = []string{filepath.Join(a.root, "layer")}
			if c.source {
				f.Folder = "./asset"
			}
			a.load(t, f)
			a.wants(t, "a", "x")
			a.runner.Close()
			close(lines)
			told := ""
			for line := range lines {
				if _, rest, ok := strings.Cut(line, "The module "); ok {
					told, _, _ = strings.Cut(rest, " is not in the function's code")
				}
			}
			if told != c.want {
				t.Errorf("told of %q, want %q", told, c.want)
			}
		})
	}
}

func TestWrappersOfLayersStartTheRuntime(t *testing.T) {
	a := newApp(t, Options{})
	a.write(t, "layer/wrap", "#!/bin/sh\nexport WRAPPED=\"${1##*/}\"\nexec \"$@\"")
	if err := os.Chmod(filepath.Join(a.root, "layer", "wrap"), 0o755); err != nil {
		t.Fatal(err)
	}
	a.write(t, "layer/extensions/agent", "")
	node, python, none := interpreted(t, "a", "nodejs22.x"), interpreted(t, "b", "python3.12"), interpreted(t, "c", "nodejs22.x")
	node.Inline = `exports.handler = async () => ({ statusCode: 200, body: String(/^node/.test(process.env.WRAPPED)) })`
	python.Inline = "import os\ndef handler(event, context):\n    return {'statusCode': 200, 'body': str(os.environ['WRAPPED'].startswith('python')).lower()}"
	none.Inline = `exports.handler = async () => ({ statusCode: 200, body: "without" })`
	for _, f := range []*assembly.Function{node, python} {
		f.Layers, f.Environment = []string{filepath.Join(a.root, "layer")}, map[string]string{"AWS_LAMBDA_EXEC_WRAPPER": "/opt/wrap"}
	}
	none.Environment = map[string]string{"AWS_LAMBDA_EXEC_WRAPPER": "/opt/otel-handler"}
	a.load(t, node, python, none)
	a.wants(t, "a", "true")
	a.wants(t, "b", "true")
	a.wants(t, "c", "without")
	count := map[string]int{}
	for _, n := range a.runner.Notices() {
		count[n.Rule.ID()]++
	}
	if count["function-wrapper-missing"] != 1 || count["function-extensions-not-run"] != 2 {
		t.Errorf("got the notices %v, want one wrapper that is missing and two functions with extensions", count)
	}
}

func TestCodeInATemplateHasTheModuleForCustomResources(t *testing.T) {
	node, python := interpreted(t, "a", "nodejs22.x"), interpreted(t, "b", "python3.12")
	node.Inline = `const r = require("cfn-response"); exports.handler = async () => ({ statusCode: 200, body: [typeof r.send, r.SUCCESS, r.FAILED].join() })`
	python.Inline = "import cfnresponse as r\ndef handler(event, context):\n    return {'statusCode': 200, 'body': ','.join(['function' if callable(r.send) else '', r.SUCCESS, r.FAILED])}"
	a := newApp(t, Options{})
	a.load(t, node, python)
	a.wants(t, "a", "function,SUCCESS,FAILED")
	a.wants(t, "b", "function,SUCCESS,FAILED")
}
