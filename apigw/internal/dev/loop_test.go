package dev_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/dev"
	"example.com/apigw/internal/dev/devtest"
	"example.com/apigw/internal/dev/runner"
	"example.com/apigw/internal/dev/synth"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/function/executable"
	"example.com/apigw/internal/testwait"
)

// limit is how long a test waits for what must happen.
const limit = 2 * time.Minute

// watched is an app that is served while a test changes it.
type watched struct {
	devtest.App
	loop   *dev.Loop
	events chan dev.Event
}

// follow serves an app and takes over its changes until the test ends.
func follow(t *testing.T, root devtest.App, command string) *watched {
	t.Helper()
	w := &watched{App: root, events: make(chan dev.Event, 100)}
	app := &dev.App{Root: string(root), Command: command, Report: func(e dev.Event) { w.events <- e }}
	var err error
	if w.loop, err = dev.New(app, runner.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.loop.Close() })
	ctx, cancel := context.WithCancel(context.Background())
	if err := w.loop.Start(ctx, true); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.loop.Follow(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	return w
}

// wait returns the next event of a type, and those before it.
func wait[E dev.Event](t *testing.T, w *watched) (event E, before []dev.Event) {
	t.Helper()
	timeout := time.After(limit)
	for {
		select {
		case e := <-w.events:
			if found, ok := e.(E); ok {
				return found, before
			}
			before = append(before, e)
		case <-timeout:
			t.Fatalf("no event %T in %v, after %+v", event, limit, before)
		}
	}
}

func (w *watched) wants(t *testing.T, path, want string) {
	t.Helper()
	r := httptest.NewRecorder()
	w.loop.ServeHTTP(r, httptest.NewRequest(http.MethodGet, path, nil))
	if got := r.Body.String(); got != want {
		t.Errorf("the response of %s is %d %q, want %q", path, r.Code, got, want)
	}
}

func names(functions []*assembly.Function) (list []string) {
	for _, f := range functions {
		list = append(list, f.Name)
	}
	return list
}

func TestTheLoopReportsWhatHappens(t *testing.T) {
	w := follow(t, devtest.New(t), "")
	loaded, before := wait[dev.Loaded](t, w)
	if want := []dev.Event{dev.Synthesizing{}, dev.Building{Packages: []string{"./functions/a"}}}; !reflect.DeepEqual(before, want) {
		t.Errorf("before the app is served: %+v, want %+v", before, want)
	}
	if loaded.Again || !reflect.DeepEqual(names(loaded.Functions), []string{"a"}) {
		t.Errorf("the first time: %+v, want the function a", loaded)
	}
	w.wants(t, "/api/first", "one")

	w.Respond(t, `"two"`)
	if built, _ := wait[dev.Built](t, w); !reflect.DeepEqual(names(built.Functions), []string{"a"}) {
		t.Errorf("built %q, want a", names(built.Functions))
	}
	w.wants(t, "/api/first", "two")

	w.Respond(t, "three")
	failed, _ := wait[dev.BuildFailed](t, w)
	if problem, ok := errors.AsType[*executable.BuildError](failed.Err); !ok || !strings.Contains(problem.Error(), "undefined: three") || !reflect.DeepEqual(names(failed.Functions), []string{"a"}) {
		t.Errorf("failed to build %q: %v, want a and undefined: three", names(failed.Functions), failed.Err)
	}
	w.wants(t, "/api/first", "two")

	w.Stage(t, `"second"`)
	if failed, _ := wait[dev.LoadFailed](t, w); !strings.Contains(failed.Err.Error(), "undefined: three") {
		t.Errorf("failed to load: %v, want undefined: three", failed.Err)
	}
	w.Respond(t, `"four"`)
	if loaded, _ := wait[dev.Loaded](t, w); !loaded.Again {
		t.Errorf("a later time: %+v, want Again", loaded)
	}
	w.wants(t, "/api/second", "four")

	w.Write(t, "cdk.json", `{"app": "echo no such stack; exit 1"}`)
	failedLoad, _ := wait[dev.LoadFailed](t, w)
	if problem, ok := errors.AsType[*synth.Error](failedLoad.Err); !ok || problem.Output != "no such stack" {
		t.Errorf("failed to load: %v, want no such stack", failedLoad.Err)
	}
	w.wants(t, "/api/second", "four")
}

func TestWhatACommandReadsIsNotKnown(t *testing.T) {
	const command = `cp stacks/* "$CDK_OUTDIR"`
	w := follow(t, devtest.New(t), command)
	if _, before := wait[dev.Loaded](t, w); len(before) == 0 || !reflect.DeepEqual(before[0], dev.Synthesizing{Command: command}) {
		t.Errorf("the first events are %+v, want Synthesizing with the command", before)
	}
	w.Write(t, "anything.txt", "new")
	if loaded, _ := wait[dev.Loaded](t, w); !loaded.Again {
		t.Errorf("after a change of any file: %+v, want that the app is read again", loaded)
	}
}

func TestACloudAssemblyThatSomebodyMakesAgainIsReadAgain(t *testing.T) {
	root := devtest.New(t)
	w := follow(t, root, filepath.Join(string(root), "stacks"))
	wait[dev.Loaded](t, w)
	w.Stage(t, `"second"`)
	wait[dev.Loaded](t, w)
	w.wants(t, "/api/second", "one")
}

func TestAChangeOfAnAssetInACloudAssemblyIsTakenOver(t *testing.T) {
	dir := assemblyWith(t, stageNamed("prod")+`, "Fn": {"Type": "AWS::Lambda::Function", "Metadata": {"aws:asset:path": "asset.fn"},
		"Properties": {"FunctionName": "fn", "Runtime": "provided.al2023", "Handler": "bootstrap", "Code": {"S3Key": "fn.zip"}}}`)
	program := filepath.Join(dir, "asset.fn", "bootstrap")
	write := func(text string) {
		if err := os.MkdirAll(filepath.Dir(program), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(program, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	write("#!/bin/sh\nexit 3\n")
	w := follow(t, devtest.App(t.TempDir()), dir)
	wait[dev.Loaded](t, w)
	write("#!/bin/sh\nexit 4\n")
	if built, _ := wait[dev.Built](t, w); len(built.Functions) != 1 || built.Functions[0].Name != "fn" {
		t.Errorf("got %v taken over, want fn", names(built.Functions))
	}
	result, err := w.loop.Runner.Invoke(t.Context(), w.loop.Functions()[0].ARN, function.Invocation{})
	if err != nil || !strings.Contains(string(result.Payload), "exit status 4") {
		t.Errorf("got %s and the error %v, want the new program: exit status 4", result.Payload, err)
	}
}

// The rest of the app is served, and a change of the code builds it again.
func TestAFunctionThatDoesNotCompileResponds501(t *testing.T) {
	root := devtest.New(t)
	root.Respond(t, "three")
	w := follow(t, root, "")
	wait[dev.Loaded](t, w)
	status := func() (int, string) {
		r := httptest.NewRecorder()
		w.loop.ServeHTTP(r, httptest.NewRequest(http.MethodGet, "/api/first/", nil))
		return r.Code, r.Body.String()
	}
	if got, body := status(); got != http.StatusNotImplemented || !strings.Contains(body, "undefined: three") {
		t.Errorf("got %d %s, want 501 with what the compiler says", got, body)
	}
	if notices := w.loop.Notices(); len(notices) != 1 || !strings.Contains(notices[0].Message, "undefined: three") {
		t.Errorf("got the notices %v, want one with what the compiler says", notices)
	}
	root.Respond(t, `"mended"`)
	wait[dev.Built](t, w)
	if got, body := status(); got != http.StatusOK || body != "mended" {
		t.Errorf("mended: got %d %s, want 200 mended", got, body)
	}
}

// rm -rf cdk.out && cdk synth
func TestAnAssemblyThatIsRemovedAndMadeAgainIsTakenOver(t *testing.T) {
	app := devtest.New(t)
	dir := filepath.Join(t.TempDir(), "cdk.out")
	synthesize := func(stage string) {
		t.Helper()
		app.Stage(t, stage)
		if err := os.CopyFS(dir, os.DirFS(filepath.Join(string(app), "stacks"))); err != nil {
			t.Fatal(err)
		}
	}
	synthesize(`"first"`)
	w := follow(t, app, dir)
	wait[dev.Loaded](t, w)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	wait[dev.LoadFailed](t, w)
	synthesize(`"second"`)
	testwait.Until(t, "the new assembly is served", func() bool { return w.loop.APIs("")[0].Stage == "second" })
}

func TestNamesOfVariablesThatNoFunctionHas(t *testing.T) {
	functions := []*assembly.Function{{Name: "shop-list", LogicalID: "List", Path: "Shop/List", ARN: "arn:list", Package: "./functions/list"}}
	e := dev.Environment{"Parameters": nil, "shop-list": nil, "List": nil, "Shop/List": nil, "arn:list": nil, "./functions/list": nil, "list": nil, "lst": nil, "Order": nil}
	if got, want := e.Unknown(functions), []string{"Order", "lst"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAnAppThatCannotBeServedIsAnError(t *testing.T) {
	for _, c := range []struct {
		rule   string
		change func(a devtest.App)
		want   string
	}{
		{"an app that cannot be synthesized", func(a devtest.App) { a.Write(t, "cdk.json", "{}") }, `has no "app"`},
		{"a template that is not JSON", func(a devtest.App) { a.Stage(t, "{") }, "S.template.json"},
	} {
		root := devtest.New(t)
		c.change(root)
		loop, err := dev.New(&dev.App{Root: string(root)}, runner.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := loop.Start(t.Context(), false); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q in it", c.rule, err, c.want)
		}
		if err := loop.Close(); err != nil {
			t.Error(err)
		}
	}
}

// While its function is built, an app is interrupted.
func TestAnInterruptedBuildLeavesNothing(t *testing.T) {
	root := devtest.New(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	loop, err := dev.New(&dev.App{Root: string(root), Report: func(e dev.Event) {
		if _, ok := e.(dev.Building); ok {
			go func() {
				for ctx.Err() == nil {
					if found, _ := filepath.Glob(filepath.Join(string(root), ".build/local/running-*/go-build*")); len(found) > 0 {
						cancel()
					}
				}
			}()
		}
	}}, runner.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := loop.Start(ctx, false); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	if err := loop.Close(); err != nil {
		t.Errorf("error %v, want none", err)
	}
	left, err := filepath.Glob(filepath.Join(string(root), ".build/local/*/*"))
	if err != nil || len(left) > 0 {
		t.Errorf("%q is left, error %v; want nothing", left, err)
	}
}

func TestServeEndsWithItsContext(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- dev.Serve(ctx, listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	}()
	response, err := http.Get("http://" + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusTeapot {
		t.Errorf("status %d, want %d", response.StatusCode, http.StatusTeapot)
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("error %v, want none", err)
	}
	if err := dev.Serve(context.Background(), listener, nil); !errors.Is(err, net.ErrClosed) {
		t.Errorf("a listener that is closed: error %v, want %v", err, net.ErrClosed)
	}
}

func TestFunctionNamed(t *testing.T) {
	greet := &assembly.Function{Name: "Shop-Greet1", LogicalID: "Greet1", Path: "Shop/Greet/Function", Package: "./functions/greet"}
	direct := &assembly.Function{Name: "Shop-Direct2", LogicalID: "Direct2", Path: "Shop/Direct/Function", Package: "./functions/direct"}
	plain := &assembly.Function{Name: "Shop-Plain3", LogicalID: "Plain3", Path: "Shop/Plain/Function"}
	twin := &assembly.Function{Name: "Shop-Twin4", LogicalID: "Twin4", Path: "Shop/Twin/Function", Package: "./other/greet"}
	for _, c := range []struct {
		rule, name string
		functions  []*assembly.Function
		want       *assembly.Function
		err        string
	}{
		{"its name", "Shop-Plain3", []*assembly.Function{greet, plain}, plain, ""},
		{"its logical id", "Direct2", []*assembly.Function{greet, direct}, direct, ""},
		{"its construct path", "Shop/Greet/Function", []*assembly.Function{greet, direct}, greet, ""},
		{"a part of its construct path", "Shop/Direct", []*assembly.Function{greet, direct}, direct, ""},
		{"its package", "./functions/direct", []*assembly.Function{greet, direct}, direct, ""},
		{"the last part of its package", "greet", []*assembly.Function{greet, direct}, greet, ""},
		{"a part of a word", "lain", []*assembly.Function{greet, direct, plain}, plain, ""},
		{"an unknown name", "greeter", []*assembly.Function{greet, direct, plain}, nil, `there is no function "greeter": the app has greet, direct, Shop/Plain/Function`},
		{"the name of several", "Function", []*assembly.Function{greet, direct}, nil, `"Function" could be several functions: greet, direct`},
		{"the package name of several", "greet", []*assembly.Function{greet, direct, twin}, nil, `"greet" could be several functions: Shop/Greet/Function, Shop/Twin/Function`},
	} {
		got, err := dev.FunctionNamed(c.functions, c.name)
		if got != c.want || c.err != "" && (err == nil || err.Error() != c.err) {
			t.Errorf("%s: %+v, error %v; want %+v, error %q", c.rule, got, err, c.want, c.err)
		}
	}
}

func TestOneFunctionIsInvoked(t *testing.T) {
	root := devtest.New(t)
	var events []dev.Event
	app := &dev.App{Root: string(root), Report: func(e dev.Event) { events = append(events, e) }}
	a, err := app.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	result, err := app.Invoke(t.Context(), a, a.Functions[0], function.Invocation{Payload: []byte("{}")}, runner.Options{})
	if err != nil || string(result.Payload) != `{"body":"one"}` {
		t.Errorf("the result is %s, error %v; want the body one", result.Payload, err)
	}
	if want := []dev.Event{dev.Synthesizing{}, dev.Building{Packages: []string{"./functions/a"}}}; !reflect.DeepEqual(events, want) {
		t.Errorf("the events are %+v, want %+v", events, want)
	}
	root.Respond(t, "three")
	if _, err := app.Invoke(t.Context(), a, a.Functions[0], function.Invocation{Payload: []byte("{}")}, runner.Options{}); err == nil || !strings.Contains(err.Error(), "undefined: three") {
		t.Errorf("one that does not compile: error %v, want undefined: three", err)
	}
	a.Functions[0].Package = "./functions/b"
	if _, err := app.Invoke(t.Context(), a, a.Functions[0], function.Invocation{Payload: []byte("{}")}, runner.Options{}); err == nil || !strings.Contains(err.Error(), "The function "+a.Functions[0].Path+" does not run here: its package ./functions/b is missing") {
		t.Errorf("one that is not there: error %v, want that its package is missing", err)
	}
}

func TestRoutes(t *testing.T) {
	app := &dev.App{Root: string(devtest.New(t))}
	a, err := app.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	deployed, _, err := dev.Routes(a, "http://host")
	if err != nil || len(deployed) != 1 || deployed[0].URL != "http://host/api/first" || len(deployed[0].Routes) != 1 || deployed[0].Routes[0].Function != "a" {
		t.Errorf("deployed %+v, error %v; want one stage at http://host/api/first with one route to the function a", deployed, err)
	}
	a.APIs[0].Methods = append(a.APIs[0].Methods, a.APIs[0].Methods[0])
	if _, notices, err := dev.Routes(a, ""); err != nil || len(notices) != 1 || !strings.Contains(notices[0].Message, "is there twice") {
		t.Errorf("two methods in one place: notices %v, error %v, want one notice", notices, err)
	}
}

func TestABrokenModuleIsReportedAndCanBeMended(t *testing.T) {
	w := follow(t, devtest.New(t), "")
	wait[dev.Loaded](t, w)
	w.Write(t, "go.mod", "modul m\n")
	wait[dev.BuildFailed](t, w)
	w.Write(t, "go.mod", "module m\n\ngo 1.26\n")
	wait[dev.Loaded](t, w)
	w.Write(t, "functions/a/more.go", "package other\n")
	wait[dev.BuildFailed](t, w)
}

func TestReadEnvironmentSaysWhatIsWrong(t *testing.T) {
	folder := t.TempDir()
	for _, c := range []struct{ rule, content, want string }{
		{"a list", "[]", `expected {"FunctionName": {"NAME": "value"}`},
		{"a value that is a list", `{"F": {"X": []}}`, "X of F must be a text, a number or a boolean"},
	} {
		file := filepath.Join(folder, "env.json")
		if err := os.WriteFile(file, []byte(c.content), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := dev.ReadEnvironment(file); err == nil || !strings.HasPrefix(err.Error(), file+": ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want the file and %s", c.rule, err, c.want)
		}
	}
	if _, err := dev.ReadEnvironment(filepath.Join(folder, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: error %v, want %v", err, os.ErrNotExist)
	}
}

func TestReadEnvironment(t *testing.T) {
	file := filepath.Join(t.TempDir(), "env.json")
	if err := os.WriteFile(file, []byte(`{"Parameters": {"A": "all", "B": "all"}, "greet": {"B": 1.50, "C": true}, "Shop/Greet": {"C": "path"}}`), 0o644); err != nil {
		t.Fatal(err)
	}
	environment, err := dev.ReadEnvironment(file)
	if err != nil {
		t.Fatal(err)
	}
	got := environment.Of(&assembly.Function{Name: "n", Path: "Shop/Greet", Package: "./functions/greet"})
	if want := map[string]string{"A": "all", "B": "1.50", "C": "path"}; !reflect.DeepEqual(got, want) {
		t.Errorf("the variables are %v, want %v", got, want)
	}
}
