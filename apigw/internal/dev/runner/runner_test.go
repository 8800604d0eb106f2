package runner

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/function/executable"
	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/testwait"
)

// source is a function that returns a text and the variable X, and before waits for
// a file if it is told to. It speaks the Runtime API without a library, so that its
// module does not require one.
const source = `package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"m/words"
)

func main() {
	api := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/"
	for {
		next, err := http.Get(api + "next")
		if err != nil {
			os.Exit(1)
		}
		next.Body.Close()
		if words.Gate != "" {
			fmt.Println("working")
			for opened := false; !opened; time.Sleep(time.Millisecond) {
				_, err := os.Stat(words.Gate)
				opened = err == nil
			}
		}
		body := strings.NewReader(fmt.Sprintf(` + "`{\"body\":\"%s %s\"}`" + `, words.Answer, os.Getenv("X")))
		done, err := http.Post(api+next.Header.Get("Lambda-Runtime-Aws-Request-Id")+"/response", "application/json", body)
		if err != nil {
			os.Exit(1)
		}
		done.Body.Close()
	}
}
`

// app is an app in a folder of its own, with functions that tests change.
type app struct {
	root   string
	runner *Runner
}

func newApp(t *testing.T, o Options, functions ...string) *app {
	t.Helper()
	a := &app{root: t.TempDir()}
	a.write(t, "go.mod", "module m\n\ngo 1.26\n")
	a.words(t, "one", "")
	for _, name := range functions {
		a.write(t, "functions/"+name+"/main.go", source)
	}
	o.Root = a.root
	r, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	a.runner = r
	return a
}

func (a *app) write(t *testing.T, name, content string) {
	t.Helper()
	file := filepath.Join(a.root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// words writes the package that all functions share: what they return, and the file
// that they wait for.
func (a *app) words(t *testing.T, answer, gate string) {
	t.Helper()
	a.write(t, "words/words.go", fmt.Sprintf("package words\n\nconst (\n\tAnswer = %q\n\tGate = %q\n)\n", answer, gate))
}

func (a *app) load(t *testing.T, functions ...*assembly.Function) {
	t.Helper()
	if err := a.runner.Load(context.Background(), a.assembly(functions...)); err != nil {
		t.Fatal(err)
	}
}

// assembly has an API with a path for each function.
func (a *app) assembly(functions ...*assembly.Function) *assembly.Assembly {
	api := &assembly.API{
		Name: "api", LogicalID: "Api", Path: "S/Api", ID: "a1b2c3d4e5", Account: "123456789012", Region: "us-east-1", Partition: "aws",
		MinimumCompressionSize: -1, Stages: []*assembly.Stage{{Name: "prod"}},
	}
	for _, f := range functions {
		api.Methods = append(api.Methods, &assembly.Method{
			ResourcePath: "/" + f.Name, HTTPMethod: "GET", AuthorizationType: "NONE", Path: "S/Api/" + f.Name,
			Integration: &assembly.Integration{
				Type: "AWS_PROXY", HTTPMethod: "POST", Timeout: 29 * time.Second,
				URI: "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/" + f.ARN + "/invocations",
			},
		})
	}
	return &assembly.Assembly{Dir: a.root, APIs: []*assembly.API{api}, Functions: functions}
}

func hello(name string) *assembly.Function {
	return &assembly.Function{
		Name: name, ARN: "arn:aws:lambda:us-east-1:123456789012:function:" + name, Path: "S/" + name, LogicalID: name,
		Package: "./functions/" + name, Runtime: "provided.al2023", Handler: "bootstrap", Timeout: 10 * time.Second,
		Environment: map[string]string{"X": "template"},
		Permissions: []assembly.Permission{{Action: "lambda:InvokeFunction", Principal: "apigateway.amazonaws.com"}},
	}
}

func (a *app) get(path string) (status int, body string) {
	w := httptest.NewRecorder()
	a.runner.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/prod/"+path, nil))
	return w.Code, w.Body.String()
}

func (a *app) wants(t *testing.T, path, want string) {
	t.Helper()
	if status, body := a.get(path); status != 200 || body != want {
		t.Errorf("the response of %s is %d %q, want 200 %q", path, status, body, want)
	}
}

func TestWhatIsBuiltIgnoresItself(t *testing.T) {
	a := newApp(t, Options{}, "a")
	if got, err := os.ReadFile(filepath.Join(a.root, ".build", "local", ".gitignore")); err != nil || string(got) != "*\n" {
		t.Errorf("got %q, %v; want a file that ignores all", got, err)
	}
}

// Two of one name are in different accounts or regions.
func TestFunctionsOfOneNameAreApart(t *testing.T) {
	a := newApp(t, Options{}, "a", "b")
	one, other := hello("a"), hello("a")
	other.ARN, other.Region, other.Path, other.Package = "arn:aws:lambda:us-west-2:123456789012:function:a", "us-west-2", "T/a", "./functions/b"
	other.Environment = map[string]string{"X": "other"}
	in := a.assembly(one, other)
	in.APIs[0].Methods[1].ResourcePath = "/other"
	if err := a.runner.Load(context.Background(), in); err != nil {
		t.Fatal(err)
	}
	a.wants(t, "a", "one template")
	a.wants(t, "other", "one other")
	a.write(t, "functions/b/main.go", strings.Replace(source, "words.Answer", `"two"`, 1))
	if built, failed, err := a.runner.Rebuild(context.Background(), []string{"functions/b/main.go"}); err != nil || len(failed) > 0 || len(built) != 2 {
		t.Fatalf("got %d built, %d failed, error %v; want both built, since it is not known yet what they are made of", len(built), len(failed), err)
	}
	a.wants(t, "a", "one template")
	a.wants(t, "other", "two other")
}

func TestFunctionsAreBuiltFromTheirPackages(t *testing.T) {
	a := newApp(t, Options{Environment: func(f *assembly.Function) map[string]string {
		if f.Name == "b" {
			return map[string]string{"X": "mine"}
		}
		return nil
	}}, "a", "b")
	a.load(t, hello("a"), hello("b"))
	a.wants(t, "a", "one template")
	a.wants(t, "b", "one mine")
	if apis := a.runner.APIs("http://x"); len(apis) != 1 || len(apis[0].Routes) != 2 || apis[0].Routes[1].Function != "b" {
		t.Errorf("APIs %+v, want one with two routes, the second of the function b", apis)
	}
	if functions := a.runner.Functions(); len(functions) != 2 {
		t.Errorf("%d functions, want 2", len(functions))
	}
}

func TestAChangeBuildsWhatItIsPartOf(t *testing.T) {
	a := newApp(t, Options{}, "a", "b")
	a.load(t, hello("a"), hello("b"))
	changes := func(file string) []string {
		var names []string
		for _, name := range []string{"a", "b"} {
			if a.runner.code[hello(name).ARN].madeOf([]string{filepath.Join(a.root, filepath.FromSlash(file))}) {
				names = append(names, name)
			}
		}
		return names
	}
	for _, c := range []struct {
		name, file string
		want       []string
	}{
		{"any Go file, before what they are made of is known", "other/other.go", []string{"a", "b"}},
		{"a file of another kind, before that", "README.md", nil},
	} {
		if got := changes(c.file); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if err := a.runner.Learn(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, file string
		want       []string
	}{
		{"a function's own file", "functions/a/main.go", []string{"a"}},
		{"a file that a function may embed", "functions/a/page.html", []string{"a"}},
		{"a package that all share", "words/words.go", []string{"a", "b"}},
		{"a file of another package", "other/other.go", nil},
		{"a test", "functions/a/main_test.go", nil},
		{"an editor's backup", "functions/a/main.go~", nil},
		{"the module", "go.mod", []string{"a", "b"}},
	} {
		if got := changes(c.file); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}

	a.words(t, "two", "")
	if built, failed, err := a.runner.Rebuild(context.Background(), []string{"functions/a/main.go"}); err != nil || len(built) != 1 || built[0].Name != "a" || failed != nil {
		t.Errorf("built %+v, failed %+v, error %v; want a, none and none", built, failed, err)
	}
	a.wants(t, "a", "two template")
	a.wants(t, "b", "one template")
	if built, failed, err := a.runner.Rebuild(context.Background(), []string{"other/other.go"}); err != nil || built != nil || failed != nil {
		t.Errorf("a file of another package: built %+v, failed %+v, error %v; want nothing", built, failed, err)
	}

	a.write(t, "functions/a/main.go", "package main\n\nfunc main() { three }\n")
	built, failed, err := a.runner.Rebuild(context.Background(), []string{"words/words.go"})
	if len(built) != 1 || built[0].Name != "b" || len(failed) != 1 || failed[0].Name != "a" || err == nil || !strings.Contains(err.Error(), "undefined: three") {
		t.Errorf("one that does not compile: built %+v, failed %+v, error %v; want b, a and undefined: three", built, failed, err)
	}
	a.wants(t, "a", "two template")
	a.wants(t, "b", "two template")
}

func TestTheLastGoodVersionGoesOn(t *testing.T) {
	a := newApp(t, Options{}, "a")
	a.load(t, hello("a"))
	a.write(t, "words/words.go", "package words\n\nconst Answer = two\n")

	var failed *executable.BuildError
	if _, _, err := a.runner.Rebuild(context.Background(), []string{"words/words.go"}); !errors.As(err, &failed) || !strings.Contains(err.Error(), "words/words.go:3:16: undefined: two") {
		t.Errorf("a function that is built again: error %v, want words/words.go:3:16: undefined: two", err)
	}
	a.wants(t, "a", "one template")
	if err := a.runner.Load(context.Background(), a.assembly(hello("a"))); !errors.As(err, &failed) {
		t.Errorf("an app that is loaded again: error %v, want a BuildError", err)
	}
	a.wants(t, "a", "one template")

	a.words(t, "three", "")
	if _, _, err := a.runner.Rebuild(context.Background(), []string{"words/words.go"}); err != nil {
		t.Error(err)
	}
	a.wants(t, "a", "three template")
}

func TestAPackageThatWasBrokenWhenItWasAddedIsSeenWhenMended(t *testing.T) {
	a := newApp(t, Options{}, "a")
	a.load(t, hello("a"))
	if err := a.runner.Learn(context.Background()); err != nil {
		t.Fatal(err)
	}
	a.write(t, "extra/extra.go", "package extra\n\nconst Word = two\n")
	a.write(t, "words/words.go", "package words\n\nimport \"m/extra\"\n\nconst (\n\tAnswer = extra.Word\n\tGate = \"\"\n)\n")
	if _, _, err := a.runner.Rebuild(context.Background(), []string{"words/words.go"}); err == nil {
		t.Error("error nil, want that it does not compile")
	}
	a.write(t, "extra/extra.go", "package extra\n\nconst Word = \"two\"\n")
	if _, _, err := a.runner.Rebuild(context.Background(), []string{"extra/extra.go"}); err != nil {
		t.Error(err)
	}
	a.wants(t, "a", "two template")
}

func TestAFolderWithABlankInItsName(t *testing.T) {
	a := newApp(t, Options{}, "a")
	moved := filepath.Join(t.TempDir(), "my project")
	if err := os.CopyFS(moved, os.DirFS(a.root)); err != nil {
		t.Fatal(err)
	}
	if got, err := folders(context.Background(), moved, "./functions/a"); err != nil || len(got) != 2 || !strings.HasSuffix(got[1], "a") {
		t.Errorf("folders %q, error %v; want that of words and that of a", got, err)
	}
}

func TestRequestsUnderWayAreFinishedByTheLastVersion(t *testing.T) {
	working := make(chan struct{}, 10)
	a := newApp(t, Options{Functions: function.Options{Log: func(l function.LogLine) {
		if l.Text == "working" {
			working <- struct{}{}
		}
	}}}, "a", "b")
	gate := filepath.Join(a.root, "gate")
	a.words(t, "gated", gate)
	a.load(t, hello("a"), hello("b"))

	answered := make(chan struct{})
	go func() {
		defer close(answered)
		a.wants(t, "a", "gated template")
	}()
	testwait.Receive(t, "the function has the request", working)
	a.words(t, "free", "")
	a.load(t, hello("b")) // a is not in the app any more
	if status, _ := a.get("a"); status != http.StatusForbidden {
		t.Errorf("a route of the past app: status %d, want %d", status, http.StatusForbidden)
	}
	a.wants(t, "b", "free template")
	a.write(t, "gate", "")
	<-answered
	testwait.Until(t, "the function of the past app is removed", func() bool {
		_, err := a.runner.Invoke(context.Background(), hello("a").ARN, function.Invocation{})
		_, refused := errors.AsType[*function.InvokeError](err)
		return refused
	})
}

func TestNoRequestIsLostWhileAppsAreSwapped(t *testing.T) {
	a := newApp(t, Options{}, "a")
	a.load(t, hello("a"))
	stop := make(chan struct{})
	var wait sync.WaitGroup
	var asked int
	wait.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				asked++
				a.wants(t, "a", "one template")
			}
		}
	})
	for range 10 {
		a.load(t, hello("a"))
	}
	close(stop)
	wait.Wait()
	if asked == 0 {
		t.Error("0 requests, want some")
	}
}

func TestAssetsThatRunHereNeedNoSource(t *testing.T) {
	a := newApp(t, Options{}, "a")
	asset := t.TempDir()
	if err := executable.Build(context.Background(), a.root, "./functions/a", filepath.Join(asset, "bootstrap")); err != nil {
		t.Fatal(err)
	}
	f := hello("a")
	f.Package, f.AssetDir = "", asset
	a.load(t, f)
	a.wants(t, "a", "one template")
}

func TestAnAssetCanBeAZipFile(t *testing.T) {
	a := newApp(t, Options{}, "a")
	program := filepath.Join(t.TempDir(), "bootstrap")
	if err := executable.Build(context.Background(), a.root, "./functions/a", program); err != nil {
		t.Fatal(err)
	}
	asset, err := os.Create(filepath.Join(t.TempDir(), "asset.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer asset.Close()
	w := zip.NewWriter(asset)
	if err := w.AddFS(os.DirFS(filepath.Dir(program))); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f := hello("a")
	f.Package, f.AssetDir = "", asset.Name()
	a.load(t, f)
	a.wants(t, "a", "one template")
}

func TestWhatCannotRunSaysWhy(t *testing.T) {
	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, "bootstrap"), []byte("not a program"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func(f *assembly.Function)
		want   string
	}{
		{"another runtime", func(f *assembly.Function) {
			f.Package, f.NotRunnable = "", rules.Of("function-runtime", "function", "F", "runtime", "java21")
		}, "its runtime is java21"},
		{"a package that is not here", func(f *assembly.Function) { f.Package = "./functions/none" }, "its package ./functions/none is missing, since there is no such folder in "},
		{"nothing at all", func(f *assembly.Function) { f.Package = "" }, "its code is not an asset of this assembly"},
		{"an asset without a bootstrap", func(f *assembly.Function) { f.Package, f.AssetDir = "", t.TempDir() }, "bootstrap"},
		{"an asset that is not for this host", func(f *assembly.Function) { f.Package, f.AssetDir = "", foreign }, "bootstrap"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := newApp(t, Options{})
			f := hello("a")
			c.change(f)
			before := *f
			a.load(t, f)
			if !reflect.DeepEqual(*f, before) {
				t.Errorf("the function in the assembly is now %+v, want it unchanged: %+v", *f, before)
			}
			notices := a.runner.Notices()
			if len(notices) == 0 || !strings.Contains(notices[0].Message, c.want) {
				t.Errorf("notices %q, want %q in the first", notices, c.want)
			}
			if why := a.runner.NotRunnable(f); !strings.Contains(why.Text(), c.want) {
				t.Errorf("the reason is %q, want %q in it", why, c.want)
			}
			if status, body := a.get("a"); status != http.StatusNotImplemented || !strings.Contains(body, c.want) {
				t.Errorf("the response is %d %q, want 501 and %q", status, body, c.want)
			}
		})
	}
}

func TestAFunctionCanBeKeptFromRunning(t *testing.T) {
	a := newApp(t, Options{NotRunnable: func(f *assembly.Function) rules.Use {
		if f.Name == "a" {
			return rules.Of("function-without-handler", "function", f.Path)
		}
		return rules.Use{}
	}}, "a", "b")
	a.load(t, hello("a"), hello("b"))
	if status, body := a.get("a"); status != http.StatusNotImplemented || !strings.Contains(body, "does not run in this test, since it has no apitest.Handler") {
		t.Errorf("the response is %d %q, want 501 and the reason", status, body)
	}
	a.wants(t, "b", "one template")
}

func TestTheLoggingOfTheTemplateIsInTheEnvironment(t *testing.T) {
	a := newApp(t, Options{})
	f := hello("a")
	f.LogFormat, f.LogLevel = "JSON", "DEBUG"
	want := map[string]string{"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": "DEBUG", "X": "template"}
	if got := a.runner.spec(f, new(code)).Environment; !reflect.DeepEqual(got, want) {
		t.Errorf("the environment is %v, want %v", got, want)
	}
}

func TestAnAssetThatIsNotAZipFileSaysSo(t *testing.T) {
	a := newApp(t, Options{})
	a.write(t, "asset.zip", "not a zip file")
	f := hello("a")
	f.Package, f.AssetDir = "", filepath.Join(a.root, "asset.zip")
	a.load(t, f)
	if why := a.runner.NotRunnable(f); !strings.Contains(why.Text(), "zip") {
		t.Errorf("the reason is %q, want zip in it", why)
	}
}

func TestAFolderOutsideOfModulesSaysSo(t *testing.T) {
	outside := t.TempDir()
	_, why := (&locator{folders: []string{outside}, bin: outside}).codeOf(hello("a"))
	if want := "Run the command in the folder of the app"; !strings.Contains(why.Text(), want) {
		t.Errorf("the reason is %q, want %q in it", why, want)
	}
}

func TestANewAssetIsAChange(t *testing.T) {
	c := &code{function: hello("a"), folder: filepath.Join("root", "asset")}
	for file, want := range map[string]bool{"asset/bootstrap": true, "asset/lib/other": true, "assets": false, "functions/a/main.go": false} {
		if got := c.madeOf([]string{filepath.Join("root", filepath.FromSlash(file))}); got != want {
			t.Errorf("made of %s: %v, want %v", file, got, want)
		}
	}
}

func TestLearnReportsAPackageThatCannotBeListed(t *testing.T) {
	a := newApp(t, Options{}, "a")
	a.load(t, hello("a"))
	a.write(t, "go.mod", "modul m\n")
	if err := a.runner.Learn(context.Background()); err == nil || !strings.Contains(err.Error(), "go list -deps ./functions/a") {
		t.Errorf("error %v, want go list -deps ./functions/a in it", err)
	}
}

func TestGoHandlersTakeThePlaceOfCode(t *testing.T) {
	a := newApp(t, Options{Handler: func(f *assembly.Function) lambda.Handler {
		return lambda.NewHandler(func(context.Context) (map[string]string, error) {
			return map[string]string{"body": "from " + f.Name}, nil
		})
	}})
	f := hello("a")
	f.NotRunnable = rules.Of("function-is-image", "function", f.Path)
	a.load(t, f)
	a.wants(t, "a", "from a")
}

func TestNothingIsServedBeforeTheFirstLoad(t *testing.T) {
	a := newApp(t, Options{})
	if status, _ := a.get("a"); status != http.StatusServiceUnavailable {
		t.Errorf("status %d, want %d", status, http.StatusServiceUnavailable)
	}
	apis, notices, functions, why := a.runner.APIs("http://x"), a.runner.Notices(), a.runner.Functions(), a.runner.NotRunnable(hello("a"))
	if apis != nil || notices != nil || functions != nil || !why.IsZero() {
		t.Errorf("APIs %v, notices %v, functions %v, reason %q; want nothing", apis, notices, functions, why)
	}
}

func TestEachBuildIsAFileOfItsOwn(t *testing.T) {
	bin := t.TempDir()
	file := filepath.Join(bin, "bootstrap")
	links := t.TempDir()
	var names []string
	for _, content := range []string{"1", "2"} {
		if err := os.WriteFile(file+".new", []byte(content), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(file+".new", file); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			name, err := link(file, links)
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, name)
		}
		if got, err := os.ReadFile(names[len(names)-1]); err != nil || string(got) != content {
			t.Errorf("content %q, error %v; want %q", got, err, content)
		}
	}
	if names[0] != names[1] || names[1] == names[2] {
		t.Errorf("names %q, want the same for the same program, and another for another", names)
	}
	if _, err := link(file+".none", links); err == nil {
		t.Error("a program that is not there: error nil, want one")
	}
}

func TestRunnersOfOneAppLeaveEachOtherAlone(t *testing.T) {
	a := newApp(t, Options{}, "a")
	a.load(t, hello("a"))
	other, err := New(Options{Root: a.root})
	if err != nil {
		t.Fatal(err)
	}
	a.words(t, "two", "")
	if err := other.Load(context.Background(), a.assembly(hello("a"))); err != nil {
		t.Fatal(err)
	}
	if err := other.Close(); err != nil {
		t.Error(err)
	}
	a.wants(t, "a", "one template")
}
