package test

import (
	"crypto/sha256"
	"debug/elf"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"

	"example.com/hello-apigw/stacks"
)

func TestGoFunctionsRunOnArm64(t *testing.T) {
	want(t, func() {
		synth(t).template.AllResourcesProperties(jsii.String("AWS::Lambda::Function"), object{
			"Runtime":       "provided.al2023",
			"Handler":       "bootstrap",
			"Architectures": []string{"arm64"},
		})
	})
}

// Otherwise the gateway's 504 comes first, and the function's log says nothing.
func TestFunctionsTimeOutBeforeTheGateway(t *testing.T) {
	const gatewayDefault = 29_000
	stack := synth(t)
	for id, function := range stack.resources(t, "AWS::Lambda::Function") {
		var properties struct{ Timeout int }
		decode(t, function, &properties)
		for _, door := range []string{"hello-proxy", "hello-mapped"} {
			for _, method := range stack.api(t, door).Methods {
				limit := method.Integration.TimeoutInMillis
				if limit == 0 {
					limit = gatewayDefault
				}
				if properties.Timeout == 0 || properties.Timeout*1000 >= limit {
					t.Errorf("%s times out after %d s, %s %s after %d ms", id, properties.Timeout, door, method, limit)
				}
			}
		}
	}
}

func TestFunctionsTellWhereTheirSourceIs(t *testing.T) {
	found := map[any]bool{}
	for _, function := range synth(t).resources(t, "AWS::Lambda::Function") {
		found[function.Metadata["go:package"]] = true
	}
	for _, source := range []string{"./functions/hello-proxy", "./functions/hello-mapped"} {
		if !found[source] {
			t.Errorf("no function has the metadata go:package %s, only %v", source, found)
		}
	}
}

func TestAliasLivePointsToAPublishedVersion(t *testing.T) {
	stack := synth(t)
	versions := stack.resources(t, "AWS::Lambda::Version")
	for id, alias := range stack.resources(t, "AWS::Lambda::Alias") {
		var properties struct {
			Name            string
			FunctionVersion any
		}
		decode(t, alias, &properties)
		if _, ok := versions[refersTo(properties.FunctionVersion)]; !ok || properties.Name != "live" {
			t.Errorf("%s: %s points to %v", id, properties.Name, properties.FunctionVersion)
		}
	}
}

func TestReservedConcurrencyIsOptional(t *testing.T) {
	tests := []struct {
		rule        string
		concurrency *float64
		want        any
	}{
		{"none takes what the account has left", nil, assertions.Match_Absent()},
		{"a number is a limit", jsii.Number(5), 5},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Stack"), nil)
			stacks.NewGoFunction(stack, "Hello", &stacks.GoFunctionProps{Source: "functions/hello-proxy", Compile: standIn, ReservedConcurrency: test.concurrency})
			want(t, func() {
				assertions.Template_FromStack(stack, nil).HasResourceProperties(jsii.String("AWS::Lambda::Function"), object{"ReservedConcurrentExecutions": test.want})
			})
		})
	}
}

// A redeployment changes a function only if its source changed.
func TestCompileForLambdaGivesTheSameBytesInAnyFolder(t *testing.T) {
	var sums [2][sha256.Size]byte
	for i, checkout := range []string{copyOfFunctions(t), copyOfFunctions(t)} {
		t.Chdir(checkout)
		folder, err := stacks.CompileForLambda("functions/hello-mapped")
		if err != nil {
			t.Fatal(err)
		}
		bootstrap := filepath.Join(checkout, folder, "bootstrap")
		content, err := os.ReadFile(bootstrap)
		if err != nil {
			t.Fatal(err)
		}
		sums[i] = sha256.Sum256(content)
		executable, err := elf.Open(bootstrap)
		if err != nil {
			t.Fatal(err)
		}
		if executable.Machine != elf.EM_AARCH64 {
			t.Errorf("compiled for %s, want arm64", executable.Machine)
		}
		executable.Close()
		if info, err := os.Stat(bootstrap); err != nil || info.Mode()&0o111 == 0 {
			t.Errorf("bootstrap is not executable: %v %v", info, err)
		}
	}
	if sums[0] != sums[1] {
		t.Errorf("two checkouts give %x and %x", sums[0], sums[1])
	}
}

func TestCompileForLambdaSaysWhatIsWrong(t *testing.T) {
	checkout := copyOfFunctions(t)
	t.Chdir(checkout)
	if err := os.MkdirAll("functions/broken", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("functions/broken/main.go", []byte("package main\n\nfunc main() { undefinedName() }\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ rule, source, want string }{
		{"a missing folder is named", "functions/missing", "function functions/missing: there is no such folder"},
		{"a file is no folder", "functions/broken/main.go", "there is no such folder"},
		{"a package that is not main is no program", "functions/greeting", "function functions/greeting is no program: its files must say package main"},
		{"a compile error is shown as Go shows it", "functions/broken", "functions/broken/main.go:3:15: undefined: undefinedName"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			_, err := stacks.CompileForLambda(test.source)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
}

// copyOfFunctions is a new folder with what the functions are built from.
func copyOfFunctions(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum"} {
		content, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"functions", "proxyresponse"} {
		if err := os.CopyFS(filepath.Join(folder, name), os.DirFS(filepath.Join("..", name))); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}
