package runner

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/function/executable"
	"example.com/apigw/internal/function/interpreter"
)

// interpreted returns a function in a language, without code.
func interpreted(t *testing.T, name, runtime string) *assembly.Function {
	t.Helper()
	language, version, _ := interpreter.Of(runtime)
	if _, err := new(interpreter.Finder).Find(language, version); err != nil {
		t.Fatal(err)
	}
	f := hello(name)
	f.Package, f.Runtime, f.Handler = "", runtime, "index.handler"
	return f
}

// question is the function of the question that the project began with.
const question = `exports.handler = (event, context, callback) => { callback(null, {"Hello":"World"}) };`

func TestTheFunctionOfTheQuestionIsMalformed(t *testing.T) {
	f := interpreted(t, "a", "nodejs22.x")
	f.Inline = question
	a := newApp(t, Options{})
	a.load(t, f)
	if status, body := a.get("a"); status != 502 || body != `{"message": "Internal server error"}` {
		t.Errorf(`the response is %d %s, want 502 {"message": "Internal server error"}`, status, body)
	}
}

func TestCodeInATemplateRuns(t *testing.T) {
	node, python := interpreted(t, "a", "nodejs22.x"), interpreted(t, "b", "python3.12")
	node.Inline = `exports.handler = async () => ({ statusCode: 200, body: "node " + process.env.X })`
	python.Inline = "import os\ndef handler(event, context):\n    return {'statusCode': 200, 'body': 'python ' + os.environ['X']}"
	a := newApp(t, Options{})
	a.load(t, node, python)
	a.wants(t, "a", "node template")
	a.wants(t, "b", "python template")
	again := *node
	again.Inline = strings.Replace(node.Inline, "node ", "new ", 1)
	a.load(t, &again, python)
	a.wants(t, "a", "new template")
}

func TestChangesOfAnAssetAreTakenOver(t *testing.T) {
	f := interpreted(t, "a", "nodejs22.x")
	a := newApp(t, Options{})
	a.write(t, "cdk.out/asset.1/index.js", `exports.handler = async () => ({ statusCode: 200, body: require("./lib/word") })`)
	a.write(t, "cdk.out/asset.1/lib/word.js", `module.exports = "one"`)
	f.AssetDir = filepath.Join(a.root, "cdk.out", "asset.1")
	a.load(t, f)
	a.wants(t, "a", "one")
	a.write(t, "cdk.out/asset.1/lib/word.js", `module.exports = "two"`)
	built, failed, err := a.runner.Rebuild(context.Background(), []string{"cdk.out/asset.1/lib/word.js"})
	if len(built) != 1 || len(failed) != 0 || err != nil {
		t.Fatalf("built %v, failed %v, error %v, want the function built", built, failed, err)
	}
	a.wants(t, "a", "two")
}

func TestTheSourceOfAFunctionRunsInPlaceOfItsAsset(t *testing.T) {
	f := interpreted(t, "a", "nodejs22.x")
	a := newApp(t, Options{})
	a.write(t, "functions/a/index.js", `exports.handler = async () => ({ statusCode: 200, body: "one" })`)
	f.Folder = "./functions/a"
	a.load(t, f)
	a.wants(t, "a", "one")
	a.write(t, "functions/a/index.js", `exports.handler = async () => ({ statusCode: 200, body: "two" })`)
	if built, failed, err := a.runner.Rebuild(context.Background(), []string{"functions/a/index.js"}); len(built) != 1 || len(failed) != 0 || err != nil {
		t.Fatalf("built %v, failed %v, error %v, want the function built", built, failed, err)
	}
	a.wants(t, "a", "two")

	f.Folder = "./functions/elsewhere"
	a.load(t, f)
	if status, body := a.get("a"); status != 501 || !strings.Contains(body, "its code is not an asset") {
		t.Errorf("a folder that is not there: got %d %s, want 501 and that there is no code", status, body)
	}
}

func TestModulesOfTheAppAreFound(t *testing.T) {
	script, module, python := interpreted(t, "a", "nodejs22.x"), interpreted(t, "b", "nodejs22.x"), interpreted(t, "c", "python3.12")
	a := newApp(t, Options{Bin: t.TempDir()}) // the unpacked code is not below the app
	a.write(t, "node_modules/@aws-sdk/client-x/package.json", `{"name":"@aws-sdk/client-x","main":"index.js"}`)
	a.write(t, "node_modules/@aws-sdk/client-x/index.js", `exports.name = "sdk"`)
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "index.mjs"), []byte(`import { name } from "@aws-sdk/client-x"; export const handler = async () => ({ statusCode: 200, body: name })`), 0o600); err != nil {
		t.Fatal(err)
	}
	script.Inline = `const { name } = require("@aws-sdk/client-x"); exports.handler = async () => ({ statusCode: 200, body: name })`
	module.AssetDir = outside
	i, err := new(interpreter.Finder).Find(interpreter.Python, "3.12")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(i.Version, ".")
	a.write(t, ".venv/lib/python"+parts[0]+"."+parts[1]+"/site-packages/sdk_of_the_app.py", "name = 'sdk'")
	python.Inline = "import sdk_of_the_app\ndef handler(event, context):\n    return {'statusCode': 200, 'body': sdk_of_the_app.name}"
	a.load(t, script, module, python)
	for _, path := range []string{"a", "b", "c"} {
		a.wants(t, path, "sdk")
	}
}

func TestLayersAreFound(t *testing.T) {
	node, python, program := interpreted(t, "a", "nodejs22.x"), interpreted(t, "b", "python3.12"), hello("c")
	a := newApp(t, Options{})
	a.write(t, "layer1/nodejs/node_modules/word/index.js", `module.exports = "one"`)
	a.write(t, "layer1/python/word.py", "text = 'one'")
	a.write(t, "layer1/etc/fonts.conf", "")
	a.write(t, "layer2/nodejs/node_modules/word/index.js", `module.exports = "two"`)
	a.write(t, "layer2/python/word.py", "text = 'two'")
	a.write(t, "layer2/bin/word", "#!/bin/sh\necho program")
	a.write(t, "layer2/lib/libword.so", "")
	if err := os.Chmod(filepath.Join(a.root, "layer2", "bin", "word"), 0o755); err != nil {
		t.Fatal(err)
	}
	node.Inline = `const { execSync } = require("child_process"); exports.handler = async () => ({ statusCode: 200, body: [require("word"), String(execSync("word")).trim(), process.env.LD_LIBRARY_PATH, process.env.FONTS].join() })`
	node.Environment = map[string]string{"FONTS": "/opt/etc/fonts.conf:/opt/none"}
	python.Inline = "import word\ndef handler(event, context):\n    return {'statusCode': 200, 'body': word.text}"
	program.Package, program.AssetDir = "", filepath.Join(a.root, "asset")
	a.write(t, "asset/bootstrap", "#!/bin/sh\nexec word")
	if err := os.Chmod(filepath.Join(a.root, "asset", "bootstrap"), 0o755); err != nil {
		t.Fatal(err)
	}
	layers := []string{filepath.Join(a.root, "layer1"), filepath.Join(a.root, "layer2")}
	node.Layers, python.Layers, program.Layers = layers, layers, layers
	var log sync.Map
	a.runner.Close()
	a.runner, _ = New(Options{Root: a.root, Functions: function.Options{Log: func(line function.LogLine) { log.Store(line.Text, true) }}})
	t.Cleanup(func() { a.runner.Close() })
	a.load(t, node, python, program)
	a.wants(t, "a", "two,program,"+filepath.Join(a.root, "layer2", "lib")+","+filepath.Join(a.root, "layer1", "etc", "fonts.conf")+":/opt/none")
	a.wants(t, "b", "two")
	a.get("c")
	if _, ran := log.Load("program"); !ran {
		t.Error("got no line of the layer's program, want one: it is in PATH")
	}
	a.write(t, "layer2/python/word.py", "text = 'three'")
	if built, _, err := a.runner.Rebuild(context.Background(), []string{"layer2/python/word.py"}); len(built) != 3 || err != nil {
		t.Errorf("built %v, error %v, want all three functions", built, err)
	}
	a.wants(t, "b", "three")
}

func TestInterpretersOfOtherVersionsAreSaidOnce(t *testing.T) {
	one, two := interpreted(t, "a", "nodejs4.3"), interpreted(t, "b", "nodejs4.3")
	one.Inline, two.Inline = question, question
	a := newApp(t, Options{})
	a.load(t, one, two)
	notices := a.runner.Notices()
	if len(notices) != 1 || !strings.HasPrefix(notices[0].Message, "Functions with the runtime nodejs4.3 run in Node.js ") {
		t.Errorf("notices %+v, want one about the version", notices)
	}
}

func TestAnInterpreterThatIsMissingIsSaid(t *testing.T) {
	f := hello("a")
	f.Package, f.Runtime, f.Inline = "", "python3.12", "x"
	a := newApp(t, Options{Interpreters: map[interpreter.Language]string{interpreter.Python: "no-such-python"}})
	a.load(t, f)
	want := "The function S/a does not run here: its runtime is python3.12, and there is no program no-such-python in PATH."
	if why := a.runner.NotRunnable(f); !strings.HasPrefix(why.Text(), want) {
		t.Errorf("the reason is %q, want %q", why.Text(), want)
	}
}

// The former runtime of Go starts the program that the handler names.
func TestTheFormerRuntimeOfGo(t *testing.T) {
	a := newApp(t, Options{}, "a")
	build := exec.Command("go", "build", "-o", filepath.Join(a.root, "asset", "main"), "./functions/a")
	build.Dir = a.root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	f := hello("a")
	f.Package, f.Runtime, f.Handler, f.AssetDir = "", "go1.x", "main", filepath.Join(a.root, "asset")
	a.load(t, f)
	a.wants(t, "a", "one template")
}

func TestAProgramForAnotherHostIsBuiltFromItsModule(t *testing.T) {
	a := newApp(t, Options{}, "a")
	a.write(t, "backend/go.mod", "module shop.example/backend\n\ngo 1.26\n")
	a.write(t, "backend/words/words.go", "package words\n\nconst (\n\tAnswer = \"built\"\n\tGate = \"\"\n)\n")
	a.write(t, "backend/cmd/list/main.go", strings.Replace(source, `"m/words"`, `"shop.example/backend/words"`, 1))
	program := filepath.Join(a.root, "cdk.out", "asset.2", "bootstrap")
	build := exec.Command("go", "build", "-ldflags=-s -w", "-trimpath", "-o", program, "./cmd/list")
	build.Dir = filepath.Join(a.root, "backend")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	forAnotherHost(t, program)
	f := hello("a")
	f.Package, f.AssetDir = "", filepath.Join(a.root, "cdk.out", "asset.2")
	a.load(t, f)
	a.wants(t, "a", "built template")
	a.write(t, "backend/words/words.go", "package words\n\nconst (\n\tAnswer = \"again\"\n\tGate = \"\"\n)\n")
	if built, _, err := a.runner.Rebuild(context.Background(), []string{"backend/words/words.go"}); len(built) != 1 || err != nil {
		t.Errorf("built %v, error %v, want the function", built, err)
	}
	a.wants(t, "a", "again template")

	// Without the module, or if it does not compile, the app is served all the same.
	a.write(t, "backend/words/words.go", "package words\n")
	a.load(t, f, hello("a2"))
	if status, body := a.get("a"); status != 501 || !strings.Contains(body, "words.Answer") {
		t.Errorf("the response is %d %s, want 501 and what the compiler says", status, body)
	}
}

// forAnotherHost makes a program one that cannot be executed here. In one for Linux
// it changes the architecture, which is faster than to compile for another. Others
// are no longer executable; where they come from they still say.
func forAnotherHost(t *testing.T, program string) {
	t.Helper()
	content, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "linux" {
		if err := os.Chmod(program, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	const machine, s390 = 18, 22 // the place in the head of an ELF file, and its value
	content[machine] = s390
	if err := os.WriteFile(program, content, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := executable.Runnable(program); err == nil || !strings.Contains(err.Error(), "s390x") {
		t.Fatalf("got %v, want a program for s390x", err)
	}
}

func TestInvokedByName(t *testing.T) {
	f := interpreted(t, "a", "python3.12")
	f.Inline = "def handler(event, context):\n    return context.function_name"
	a := newApp(t, Options{})
	a.load(t, f)
	result, err := a.runner.Invoke(context.Background(), f.ARN, function.Invocation{})
	if err != nil || string(result.Payload) != `"a"` {
		t.Errorf("got %s and the error %v, want \"a\"", result.Payload, err)
	}
}
