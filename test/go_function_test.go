package test

import (
	"crypto/sha256"
	"debug/elf"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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

// Otherwise the gateway's 504 comes first, and the function's log has no reason.
func TestFunctionsTimeOutBeforeTheGateway(t *testing.T) {
	const gatewayDefault = 29_000
	stack := synth(t)
	for id, function := range stack.resources(t, "AWS::Lambda::Function") {
		var properties struct{ Timeout int }
		decode(t, function, &properties)
		for _, api := range stack.apis(t) {
			for _, method := range api.Methods {
				limit := method.Integration.TimeoutInMillis
				if limit == 0 {
					limit = gatewayDefault
				}
				if properties.Timeout == 0 || properties.Timeout*1000 >= limit {
					t.Errorf("%s times out after %d s, want less than the %d ms of %s %s", id, properties.Timeout, limit, api.Name, method)
				}
			}
		}
	}
}

// Every program in functions/ is deployed, and the template says where its
// source is.
func TestFunctionsSayWhereTheirSourceIs(t *testing.T) {
	var got []string
	for _, function := range synth(t).resources(t, "AWS::Lambda::Function") {
		got = append(got, fmt.Sprint(function.Metadata["go:package"]))
	}
	files, err := filepath.Glob("../functions/*/main.go")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, file := range files {
		want = append(want, "./functions/"+filepath.Base(filepath.Dir(file)))
	}
	slices.Sort(got)
	if got := slices.Compact(got); !slices.Equal(got, want) {
		t.Errorf("the metadata go:package of the functions: %q, want %q", got, want)
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
			t.Errorf("%s: alias %s of %v, want live, of a version", id, properties.Name, properties.FunctionVersion)
		}
	}
}

func TestReservedConcurrencyIsOptional(t *testing.T) {
	tests := []struct {
		rule        string
		concurrency *float64
		want        any
	}{
		{"without a number it is what the account has left", nil, assertions.Match_Absent()},
		{"a number is a limit", jsii.Number(5), 5},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Stack"), nil)
			stacks.NewGoFunction(stack, "Shop", &stacks.GoFunctionProps{Source: "functions/shop", ReservedConcurrency: test.concurrency})
			want(t, func() {
				assertions.Template_FromStack(stack, nil).HasResourceProperties(jsii.String("AWS::Lambda::Function"), object{"ReservedConcurrentExecutions": test.want})
			})
		})
	}
}

// A deployment changes a function only if its source changed.
func TestCompileForLambdaMakesTheSameBytesInAnyFolder(t *testing.T) {
	var sums [2][sha256.Size]byte
	for i, checkout := range []string{newModule(t), newModule(t)} {
		t.Chdir(checkout)
		folder, err := stacks.CompileForLambda("functions/shop")
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
			t.Errorf("bootstrap: %v %v, want an executable", info, err)
		}
	}
	if sums[0] != sums[1] {
		t.Errorf("two checkouts make %x and %x, want the same bytes", sums[0], sums[1])
	}
}

func TestCompileForLambdaSaysWhatIsWrong(t *testing.T) {
	t.Chdir(newModule(t))
	tests := []struct{ rule, source, want string }{
		{"a missing folder is named", "functions/missing", "function functions/missing: there is no such folder"},
		{"a file is not a folder", "functions/broken/main.go", "there is no such folder"},
		{"a package that is not main is not a program", "functions/library", "function functions/library is not a program: write package main in its files"},
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

// newModule returns the folder of a new module with a function, a function that
// does not compile, and a package that is not a program.
func newModule(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range map[string]string{
		"go.mod":                       "module example.com/service\n\ngo 1.26\n",
		"functions/shop/main.go":       "package main\n\nimport (\n\t\"fmt\"\n\n\t\"example.com/service/functions/library\"\n)\n\nfunc main() { fmt.Println(library.Name) }\n",
		"functions/library/library.go": "package library\n\nconst Name = \"World\"\n",
		"functions/broken/main.go":     "package main\n\nfunc main() { undefinedName() }\n",
	} {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}
