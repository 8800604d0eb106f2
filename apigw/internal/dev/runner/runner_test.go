package runner

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/function/executable"
)

// source is a function that answers with a text, and with the variable X. It
// speaks the Runtime API without a library, so that its module needs none.
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
		time.Sleep(words.Pause)
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
	a.words(t, "one", 0)
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

// words writes the package that all functions share.
func (a *app) words(t *testing.T, answer string, pause time.Duration) {
	t.Helper()
	a.write(t, "words/words.go", fmt.Sprintf("package words\n\nconst (\n\tAnswer = %q\n\tPause = %d\n)\n", answer, pause))
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
		t.Errorf("%s answers %d %q, want %q", path, status, body, want)
	}
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
		t.Errorf("APIs %+v", apis)
	}
	if functions := a.runner.Functions(); len(functions) != 2 {
		t.Errorf("%d functions", len(functions))
	}
}

func TestAChangeBuildsWhatItIsPartOf(t *testing.T) {
	a := newApp(t, Options{}, "a", "b")
	a.load(t, hello("a"), hello("b"))
	changes := func(file string) []string {
		var names []string
		for _, name := range []string{"a", "b"} {
			if a.runner.code[name].madeOf(a.root, []string{file}) {
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
		{"no Go file, before that", "README.md", nil},
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
		{"a file of nobody's", "other/other.go", nil},
		{"a test", "functions/a/main_test.go", nil},
		{"an editor's backup", "functions/a/main.go~", nil},
		{"the module", "go.mod", []string{"a", "b"}},
	} {
		if got := changes(c.file); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}

	a.words(t, "two", 0)
	if built, failed, err := a.runner.Rebuild(context.Background(), []string{"functions/a/main.go"}); err != nil || len(built) != 1 || built[0].Name != "a" || failed != nil {
		t.Errorf("built %+v, failed %+v, error %v; want a, none and none", built, failed, err)
	}
	a.wants(t, "a", "two template")
	a.wants(t, "b", "one template")
	if built, failed, err := a.runner.Rebuild(context.Background(), []string{"other/other.go"}); err != nil || built != nil || failed != nil {
		t.Errorf("a file of nobody's: built %+v, failed %+v, error %v; want nothing", built, failed, err)
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
		t.Errorf("error %v", err)
	}
	a.wants(t, "a", "one template")
	if err := a.runner.Load(context.Background(), a.assembly(hello("a"))); !errors.As(err, &failed) {
		t.Errorf("error %v", err)
	}
	a.wants(t, "a", "one template")

	a.words(t, "three", 0)
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
	a.write(t, "words/words.go", "package words\n\nimport \"m/extra\"\n\nconst (\n\tAnswer = extra.Word\n\tPause = 0\n)\n")
	if _, _, err := a.runner.Rebuild(context.Background(), []string{"words/words.go"}); err == nil {
		t.Error("it compiles")
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
		t.Errorf("%q, error %v", got, err)
	}
}

func TestRequestsUnderWayAreFinishedByTheLastVersion(t *testing.T) {
	a := newApp(t, Options{}, "a", "b")
	a.words(t, "slow", 500*time.Millisecond)
	a.load(t, hello("a"), hello("b"))
	a.wants(t, "a", "slow template") // its process waits for the next request

	var wait sync.WaitGroup
	started := make(chan struct{})
	wait.Go(func() {
		close(started)
		a.wants(t, "a", "slow template")
	})
	<-started
	time.Sleep(50 * time.Millisecond) // most likely the function has the request now
	a.words(t, "fast", 0)
	a.load(t, hello("b")) // a has gone
	if status, _ := a.get("a"); status != http.StatusForbidden {
		t.Errorf("a route that has gone answers %d", status)
	}
	a.wants(t, "b", "fast template")
	wait.Wait()
	for limit := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		var refused *function.InvokeError
		if _, err := a.runner.Invoke(context.Background(), "a", function.Invocation{}); errors.As(err, &refused) {
			break // the function has gone too
		}
		if time.Now().After(limit) {
			t.Fatal("the function of a past app is still there")
		}
	}
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
		t.Error("nothing was asked")
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
		{"another runtime", func(f *assembly.Function) { f.Package, f.NotRunnable = "", "its runtime is nodejs22.x" }, "its runtime is nodejs22.x"},
		{"a package that is not here", func(f *assembly.Function) { f.Package = "./functions/none" }, "its package ./functions/none is missing: there is no such folder in "},
		{"nothing at all", func(f *assembly.Function) { f.Package = "" }, "it has no asset"},
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
			if status, body := a.get("a"); status != http.StatusNotImplemented || !strings.Contains(body, c.want) {
				t.Errorf("answers %d %q, want 501 and %q", status, body, c.want)
			}
		})
	}
}

func TestGoHandlersTakeThePlaceOfCode(t *testing.T) {
	a := newApp(t, Options{Handler: func(f *assembly.Function) lambda.Handler {
		return lambda.NewHandler(func(context.Context) (map[string]string, error) {
			return map[string]string{"body": "from " + f.Name}, nil
		})
	}})
	f := hello("a")
	f.NotRunnable = "whatever"
	a.load(t, f)
	a.wants(t, "a", "from a")
}

func TestNothingIsServedBeforeTheFirstLoad(t *testing.T) {
	a := newApp(t, Options{})
	if status, _ := a.get("a"); status != http.StatusServiceUnavailable {
		t.Errorf("status %d", status)
	}
	if a.runner.APIs("http://x") != nil || a.runner.Notices() != nil || a.runner.Functions() != nil {
		t.Error("there is something")
	}
}

func TestEachBuildIsAFileOfItsOwn(t *testing.T) {
	bin := t.TempDir()
	file := filepath.Join(bin, "bootstrap")
	links, err := newLinks(bin)
	if err != nil {
		t.Fatal(err)
	}
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
			t.Errorf("content %q, error %v", got, err)
		}
	}
	if names[0] != names[1] || names[1] == names[2] {
		t.Errorf("names %q", names)
	}
	if _, err := link(file+".none", links); err == nil {
		t.Error("no program, no error")
	}
}

func TestRunnersOfOneAppLeaveEachOtherAlone(t *testing.T) {
	a := newApp(t, Options{}, "a")
	a.load(t, hello("a"))
	other, err := New(Options{Root: a.root})
	if err != nil {
		t.Fatal(err)
	}
	a.words(t, "two", 0)
	if err := other.Load(context.Background(), a.assembly(hello("a"))); err != nil {
		t.Fatal(err)
	}
	if err := other.Close(); err != nil {
		t.Error(err)
	}
	a.wants(t, "a", "one template")
}

func TestWhatKilledRunnersLeftIsRemoved(t *testing.T) {
	ended := exec.Command("go", "version")
	if err := ended.Run(); err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	folder := func(process string) string { return filepath.Join(bin, "running-"+process+"-x") }
	for _, c := range []struct {
		rule, process string
		want          bool // it stays
	}{
		{"of a process that has ended", strconv.Itoa(ended.Process.Pid), false},
		{"of a process that runs", strconv.Itoa(os.Getpid()), true},
		{"of no process", "old", false},
	} {
		if err := os.MkdirAll(filepath.Join(folder(c.process), "a"), 0o755); err != nil {
			t.Fatal(err)
		}
		if _, err := newLinks(bin); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(folder(c.process)); (err == nil) != c.want {
			t.Errorf("a folder %s: %v, want that it stays: %v", c.rule, err, c.want)
		}
	}
}
