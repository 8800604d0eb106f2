// Package runner keeps an app running: it builds the functions of a cloud
// assembly, serves its APIs, and takes over what has changed without losing a
// request.
package runner

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/dev/scratch"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/function/interpreter"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/rules"
)

// Options say how an app is run. The zero value of each field is fine.
type Options struct {
	// Root is the folder of the app. Packages of functions are looked for in its
	// module, then in that of the cloud assembly.
	Root string
	// Bin is where functions are built; empty is .build/local below Root.
	Bin string
	// Environment returns variables that win over a function's own.
	Environment func(f *assembly.Function) map[string]string
	// Handler returns a Go handler that takes the place of a function's code. It may
	// be nil, and return nil.
	Handler func(f *assembly.Function) lambda.Handler
	// NotRunnable returns why the code of a function must not run, and no rule if it
	// may. It may be nil, and is not asked for functions with a Handler.
	NotRunnable func(f *assembly.Function) rules.Use
	// Lazy builds a function when it is invoked for the first time, not when the app is
	// loaded. A function that cannot be built is then an answer of 501, not an error.
	Lazy bool
	// Debug returns which of an app's functions run under a debugger, by ARN. It may be
	// nil.
	Debug func(functions []*assembly.Function) (map[string]*Debugger, error)
	// BuiltLater gets what came of such a build. It may be nil.
	BuiltLater func(f *assembly.Function, took time.Duration, err error)
	// Building gets the packages that are about to be built, which takes time. It
	// may be nil.
	Building func(packages []string)
	// Interpreters are programs that a person has named, by the languages that they
	// run. Others are looked for in PATH.
	Interpreters map[interpreter.Language]string
	// Functions are the options of the functions' host.
	Functions function.Options
	// Gateway are the options of the gateway; its NotRunnable and Prepare are set here.
	Gateway gateway.Options
}

// Runner serves an app. It is safe for concurrent use.
type Runner struct {
	options Options
	host    *function.Host
	links   string // folder of the programs that this runner runs
	slots   chan struct{}
	ctx     context.Context // of builds that requests wait for; ends with Close
	cancel  context.CancelFunc
	builds  sync.RWMutex // held for reading during such a build
	found   *interpreter.Finder

	change sync.Mutex       // held while the app changes
	code   map[string]*code // by ARN

	mu      sync.RWMutex
	serving *deployment // nil before the first Load
}

// deployment is a gateway with the requests that it is serving.
type deployment struct {
	gateway     *gateway.Gateway
	assembly    *assembly.Assembly
	notRunnable map[string]rules.Use // why functions do not run, by ARN
	notices     []assembly.Notice
	waiting     map[string]*code // that is built when it is needed, by ARN
	requests    sync.WaitGroup
}

// New starts the host of the functions. Close ends it.
func New(o Options) (*Runner, error) {
	if o.Bin == "" {
		o.Bin = filepath.Join(o.Root, ".build", "local")
	}
	bin, err := filepath.Abs(o.Bin) // which the go command wants
	if err != nil {
		return nil, fmt.Errorf("making room for functions: %w", err)
	}
	o.Bin = bin
	host, err := function.NewHost(o.Functions)
	if err != nil {
		return nil, err
	}
	if err := ignored(o.Bin); err != nil {
		host.Close()
		return nil, fmt.Errorf("making room for functions: %w", err)
	}
	links, err := scratch.New(o.Bin, "running") // several may run the same app
	if err != nil {
		host.Close()
		return nil, fmt.Errorf("making room for functions: %w", err)
	}
	if err := interpreter.Write(links); err != nil {
		host.Close()
		return nil, errors.Join(fmt.Errorf("making room for functions: %w", err), os.RemoveAll(links))
	}
	r := &Runner{
		options: o, host: host, links: links, found: &interpreter.Finder{Programs: o.Interpreters},
		slots: make(chan struct{}, max(2, runtime.NumCPU())), code: map[string]*code{},
	}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	return r, nil
}

// ignored makes a folder that git ignores, in the folder of whatever app.
func ignored(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	file := filepath.Join(folder, ".gitignore")
	if _, err := os.Stat(file); err == nil {
		return nil
	}
	return os.WriteFile(file, []byte("*\n"), 0o644)
}

// Close ends all functions.
func (r *Runner) Close() error {
	r.cancel()
	r.builds.Lock()
	defer r.builds.Unlock()
	r.change.Lock()
	defer r.change.Unlock()
	return errors.Join(r.host.Close(), os.RemoveAll(r.links))
}

// Load builds the functions of an assembly and serves its APIs instead of the
// last ones. Requests under way are finished by those. After an error the last
// app is still served. A function that cannot run here is a notice.
func (r *Runner) Load(ctx context.Context, a *assembly.Assembly) error {
	r.change.Lock()
	defer r.change.Unlock()

	next, now, waiting := map[string]*code{}, map[string]*code{}, map[string]*code{}
	handlers := map[*assembly.Function]lambda.Handler{}
	notRunnable := map[string]rules.Use{}
	var notices []assembly.Notice
	debugged, err := r.debugged(a)
	if err != nil {
		return err
	}
	locator := &locator{folders: []string{r.options.Root, a.Dir}, bin: r.options.Bin, links: r.links, interpreters: r.found}
	told := map[string]bool{} // what is about an interpreter, and not about a function
	for _, f := range a.Functions {
		if r.options.Handler != nil {
			if handler := r.options.Handler(f); handler != nil {
				handlers[f] = handler
				continue
			}
		}
		c, why := r.codeOf(f, locator)
		if !why.IsZero() {
			notRunnable[f.ARN] = why
			notices = append(notices, assembly.NewNotice(f.Path, why))
			continue
		}
		next[f.ARN] = c
		if c.debugger = debugged[f.ARN]; c.debugger != nil {
			if err := c.canBeDebugged(); err != nil {
				return err
			}
		}
		for _, use := range c.said {
			if use.ID() == "function-runtime-version" && told[use.Text()] {
				continue
			}
			told[use.Text()] = true
			notices = append(notices, assembly.NewNotice(f.Path, use))
		}
		if (r.options.Lazy || c.foreign) && c.built() {
			c.later = new(later)
			waiting[f.ARN] = c
		} else {
			now[f.ARN] = c
		}
	}
	programs := r.build(ctx, now)
	if ctx.Err() != nil || r.serves(programs) { // with their last good version
		if err := failures(programs); err != nil {
			return err
		}
	}
	r.start(programs)
	for _, p := range programs {
		if p.err == nil {
			continue
		}
		// The rest is served, and a change of its files builds it again.
		c := p.code
		c.later = &later{tried: true, err: p.err}
		waiting[c.function.ARN] = c
		notices = append(notices, assembly.NewNotice(c.function.Path, c.notBuilt()))
	}
	for f, handler := range handlers {
		if err := r.host.SetHandler(r.spec(f, new(code)), handler); err != nil {
			return fmt.Errorf("function %s: %w", f.Path, err)
		}
	}
	options := r.options.Gateway
	options.NotRunnable = notRunnable
	options.Untimed = func(f *assembly.Function) bool { return debugged[f.ARN] != nil }
	var invoker gateway.Invoker = r.host
	if len(waiting) > 0 {
		invoker, options.Prepare = r, r.Prepare
	}
	g, err := gateway.New(a, invoker, options)
	if err != nil {
		return err
	}
	d := &deployment{gateway: g, assembly: a, notRunnable: notRunnable, waiting: waiting, notices: once(slices.Concat(a.Notices, notices, g.Notices()))}
	r.mu.Lock()
	last := r.serving
	r.serving = d
	r.mu.Unlock()

	r.code = next
	if last != nil {
		go r.forget(last)
	}
	return nil
}

// once drops notices that say the same of the same.
func once(notices []assembly.Notice) (list []assembly.Notice) {
	for _, n := range notices {
		if !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	return list
}

// serves reports whether one of the programs whose build failed is served as it was
// before.
func (r *Runner) serves(programs []program) bool {
	return slices.ContainsFunc(programs, func(p program) bool {
		c := r.code[p.code.function.ARN]
		return p.err != nil && c != nil && (c.later == nil || c.later.err == nil)
	})
}

// codeOf finds the code of a function, or why it does not run.
func (r *Runner) codeOf(f *assembly.Function, l *locator) (c *code, why rules.Use) {
	if r.options.NotRunnable != nil {
		if why := r.options.NotRunnable(f); !why.IsZero() {
			return nil, why
		}
	}
	return l.codeOf(f)
}

// forget removes the functions that only a past deployment has, once its requests
// are over.
func (r *Runner) forget(past *deployment) {
	past.requests.Wait()
	r.change.Lock()
	defer r.change.Unlock()
	r.mu.RLock()
	functions := r.serving.assembly.Functions
	r.mu.RUnlock()
	for _, f := range past.assembly.Functions {
		if !slices.ContainsFunc(functions, func(now *assembly.Function) bool { return now.ARN == f.ARN }) {
			r.host.Remove(f.ARN)
		}
	}
}

// program is the outcome of a build of a function's code.
type program struct {
	code    *code
	command []string
	dir     string
	err     error
}

// build builds functions side by side.
func (r *Runner) build(ctx context.Context, codes map[string]*code) []program {
	programs := make([]program, 0, len(codes))
	for _, c := range codes {
		programs = append(programs, program{code: c})
	}
	slices.SortFunc(programs, func(a, b program) int {
		return strings.Compare(a.code.function.ARN, b.code.function.ARN)
	})
	r.report(programs)
	var wait sync.WaitGroup
	for i := range programs {
		p := &programs[i]
		wait.Go(func() {
			r.slots <- struct{}{}
			defer func() { <-r.slots }()
			if p.command, p.dir, p.err = p.code.command(ctx, r.links); p.err != nil {
				p.err = fmt.Errorf("function %s: %w", p.code.function.Path, p.err)
			}
		})
	}
	wait.Wait()
	return programs
}

// report reports what is about to be built.
func (r *Runner) report(programs []program) {
	var packages []string
	for _, p := range programs {
		if p.code.built() {
			packages = append(packages, p.code.pkg)
		}
	}
	if len(packages) > 0 && r.options.Building != nil {
		r.options.Building(packages)
	}
}

// start hands those programs to the host that were built, and notes which of them
// it refuses.
func (r *Runner) start(programs []program) {
	for i := range programs {
		p := &programs[i]
		if p.err == nil {
			spec := r.spec(p.code.function, p.code)
			spec.Command, spec.Dir, spec.Debugged = p.command, p.dir, p.code.debugger != nil
			p.err = r.host.Set(spec)
			if p.err == nil && spec.Debugged { // or no editor could connect yet
				p.err = r.host.Warm(p.code.function.ARN)
			}
		}
	}
}

// failures joins the errors of programs.
func failures(programs []program) error {
	var problems []error
	for _, p := range programs {
		problems = append(problems, p.err)
	}
	return errors.Join(problems...)
}

// spec returns what the host needs to know of a function, apart from the command of
// its code. The function's own variables win over those that its code needs.
func (r *Runner) spec(f *assembly.Function, c *code) function.Spec {
	s := function.Spec{
		Name: f.Name, ARN: f.ARN, Handler: f.Handler,
		Environment: map[string]string{},
		Timeout:     f.Timeout, MemoryMB: f.MemoryMB, Concurrency: f.Concurrency,
		LogGroup: f.LogGroup, Region: f.Region,
	}
	if f.LogFormat != "" {
		s.Environment["AWS_LAMBDA_LOG_FORMAT"] = f.LogFormat
	}
	if f.LogLevel != "" {
		s.Environment["AWS_LAMBDA_LOG_LEVEL"] = f.LogLevel
	}
	maps.Copy(s.Environment, c.environment)
	maps.Copy(s.Environment, inLayers(f, c.layers))
	if r.options.Environment != nil {
		maps.Copy(s.Environment, r.options.Environment(f))
	}
	return s
}

// Rebuild builds the functions that files are part of, whose paths are absolute or
// relative to Root. It returns those that run with their new code, and those whose new
// code cannot run: the error says why, and their last good version goes on.
func (r *Runner) Rebuild(ctx context.Context, files []string) (built, failed []*assembly.Function, err error) {
	r.change.Lock()
	defer r.change.Unlock()
	changed := map[string]*code{}
	paths := make([]string, 0, len(files))
	for _, file := range files {
		if file = filepath.FromSlash(file); !filepath.IsAbs(file) {
			file = filepath.Join(r.options.Root, file)
		}
		paths = append(paths, file)
	}
	for arn, c := range r.code {
		if !c.madeOf(paths) {
			continue
		}
		if c.later != nil {
			c.later.mu.Lock() // a build of what was there before ends first
			defer c.later.mu.Unlock()
			if !c.later.tried {
				continue
			}
		}
		changed[arn] = c
	}
	if len(changed) == 0 {
		return nil, nil, nil
	}
	programs := r.build(ctx, changed)
	r.start(programs)
	for _, p := range programs {
		p.code.rebuilt(p.err)
		if p.err == nil {
			built = append(built, p.code.function)
		} else {
			failed = append(failed, p.code.function)
		}
	}
	return built, failed, failures(programs)
}

// Builds reports whether functions are built from packages here.
func (r *Runner) Builds() bool {
	r.change.Lock()
	defer r.change.Unlock()
	for _, c := range r.code {
		if c.built() {
			return true
		}
	}
	return false
}

// Learn finds out which folders the functions are made of, so that Rebuild builds
// only the functions that a change concerns. Nobody has to wait for it.
func (r *Runner) Learn(ctx context.Context) error {
	r.change.Lock()
	codes := r.code
	r.change.Unlock()
	var problems []error
	for _, c := range codes {
		if c.built() && c.later == nil { // the others are learned when they are built
			problems = append(problems, r.learn(ctx, c))
		}
	}
	return errors.Join(problems...)
}

// learn finds out which folders the code of a function is made of.
func (r *Runner) learn(ctx context.Context, c *code) error {
	found, err := folders(ctx, c.module, c.pkg)
	if err != nil {
		return err
	}
	r.change.Lock()
	c.folders = found
	r.change.Unlock()
	return nil
}

// ServeHTTP responds to a request as the API that it addresses would.
func (r *Runner) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	d := r.take()
	if d == nil {
		http.Error(w, "the app is not loaded yet", http.StatusServiceUnavailable)
		return
	}
	defer d.requests.Done()
	d.gateway.ServeHTTP(w, req)
}

func (r *Runner) take() *deployment {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.serving != nil {
		r.serving.requests.Add(1)
	}
	return r.serving
}

// APIs returns what is served, with URLs below base.
func (r *Runner) APIs(base string) []gateway.Deployed {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.serving == nil {
		return nil
	}
	return r.serving.gateway.APIs(base)
}

// Examples returns requests to a method; false if it is not served.
func (r *Runner) Examples(at gateway.Place) ([]gateway.Example, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.serving == nil {
		return nil, false
	}
	return r.serving.gateway.Examples(at)
}

// RouteOf returns the method that serves a request to a path behind a stage.
func (r *Runner) RouteOf(api, stage, method, path string) (gateway.Place, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.serving == nil {
		return gateway.Place{}, false
	}
	return r.serving.gateway.RouteOf(api, stage, method, path)
}

// EntryOf returns what a request that is about to be sent needs to be let in.
func (r *Runner) EntryOf(req *http.Request) gateway.Entry {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.serving == nil {
		return gateway.Entry{}
	}
	return r.serving.gateway.EntryOf(req)
}

// IsDomain reports whether a host, with or without a port, is a custom domain name that
// is served.
func (r *Runner) IsDomain(host string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.serving != nil && r.serving.gateway.IsDomain(host)
}

// AssemblyDir returns the folder of the assembly that is served; empty before the first
// Load.
func (r *Runner) AssemblyDir() string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.serving == nil {
		return ""
	}
	return r.serving.assembly.Dir
}

// Assembly returns the one that is served; nil if none is.
func (r *Runner) Assembly() *assembly.Assembly {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.serving == nil {
		return nil
	}
	return r.serving.assembly
}

// Functions returns those of the assembly that is served.
func (r *Runner) Functions() []*assembly.Function {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.serving == nil {
		return nil
	}
	return r.serving.assembly.Functions
}

// NotRunnable returns why a function of the assembly that is served does not run
// here, and no rule if it does.
func (r *Runner) NotRunnable(f *assembly.Function) rules.Use {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.serving == nil {
		return rules.Use{}
	}
	return r.serving.notRunnable[f.ARN]
}

// Notices returns what the app asks for and is not done here.
func (r *Runner) Notices() []assembly.Notice {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.serving == nil {
		return nil
	}
	return r.serving.notices
}

// Invoke invokes the function with an ARN.
func (r *Runner) Invoke(ctx context.Context, arn string, in function.Invocation) (function.Result, error) {
	if why := r.Prepare(ctx, arn); !why.IsZero() {
		return function.Result{}, errors.New(why.Text())
	}
	return r.host.Invoke(ctx, arn, in)
}
