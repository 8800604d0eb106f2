package dev

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/dev/runner"
	"example.com/apigw/internal/dev/synth"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/lesson"
	"example.com/apigw/internal/lint"
	"example.com/apigw/internal/rules"
)

// Lessons are those of an app, served beside it: their cloud assembly is loaded when
// somebody asks for the first lesson, and each of their functions is built when it is
// first invoked. It is safe for concurrent use.
type Lessons struct {
	options LessonsOptions
	app     *App // the app as it is asked for its lessons
	own     bool // it is an app whose lessons can be found
	ctx     context.Context
	server  lesson.Server
	changes chan struct{} // holds a value when files have changed

	mu      sync.Mutex
	changed map[string]bool // files that changed and are not yet taken over

	loading sync.Mutex
	runner  *runner.Runner // nil before somebody asks
	found   atomic.Pointer[[]lint.Finding]
}

// LessonsOptions say how lessons are served.
type LessonsOptions struct {
	// Runner are the options of their functions and APIs.
	Runner runner.Options
	// URL is where all of what is served is found, such as http://127.0.0.1:3000.
	URL string
	// Besides returns the APIs of the app itself, with URLs below a base: those have
	// precedence. It may be nil.
	Besides func(base string) []gateway.Deployed
	// Record returns what happened to a request, by its id; nil if that is not known.
	Record func(id string) *record.Record
	// Exercised gets what an exercise comes to after a change of its lesson. It may be
	// nil.
	Exercised func(Exercised)
}

// Exercised is what an exercise comes to.
type Exercised struct {
	ID string `json:"id"` // of the lesson
	lesson.Outcome
	// Problem is why the changed files do not count; empty if they do.
	Problem string `json:"problem,omitempty"`
}

// NewLessons returns the lessons of an app, of which nothing is loaded yet. What they
// do ends with ctx, and Close ends their functions.
func NewLessons(ctx context.Context, app *App, o LessonsOptions) *Lessons {
	o.Runner.Root = app.Root
	o.Runner.Bin = filepath.Join(app.Root, ".build", "lessons")
	o.Runner.Lazy = true
	o.Runner.Building = func(packages []string) { app.report(Building{packages}) }
	o.Runner.BuiltLater = func(f *assembly.Function, took time.Duration, err error) {
		if functions := []*assembly.Function{f}; err != nil {
			app.report(BuildFailed{Functions: functions, Err: err, First: true})
		} else {
			app.report(Built{functions, took})
		}
	}
	l := &Lessons{
		options: o, own: app.synth().Own(), ctx: ctx, changes: make(chan struct{}, 1), changed: map[string]bool{},
		app: &App{Root: app.Root, Context: []string{synth.LessonsContext}, Report: app.report},
	}
	l.server = lesson.Server{APIs: l.apis, Record: o.Record, Found: l.foundIn}
	return l
}

// Close ends the functions of lessons.
func (l *Lessons) Close() error {
	l.loading.Lock()
	defer l.loading.Unlock()
	if l.runner == nil {
		return nil
	}
	return l.runner.Close()
}

// Catalogue reads the lessons as they are now. The error is [lesson.ErrNone] if the
// app has none.
func (l *Lessons) Catalogue() (*lesson.Catalogue, error) {
	if !l.own {
		return nil, lesson.ErrNone
	}
	return lesson.Read(l.files())
}

func (l *Lessons) files() fs.FS { return os.DirFS(l.app.Root) }

// Sources returns the files of a variant of a lesson.
func (l *Lessons) Sources(one *lesson.Lesson, v *lesson.Variant) ([]lesson.Source, error) {
	return one.Sources(l.files(), v)
}

// Run runs a case against the app with its lessons.
func (l *Lessons) Run(ctx context.Context, c lesson.Case) (lesson.Outcome, error) {
	if _, err := l.load(); err != nil {
		return lesson.Outcome{}, err
	}
	return l.server.Run(ctx, c), nil
}

// Prepare builds the functions that cases invoke, side by side. One that cannot be
// built says so when it is invoked.
func (l *Lessons) Prepare(ctx context.Context, cases []lesson.Case) error {
	r, err := l.load()
	if err != nil {
		return err
	}
	functions := map[string]bool{}
	for _, c := range cases {
		functions[l.server.Function(c)] = true
	}
	var wait sync.WaitGroup
	for arn := range functions {
		wait.Go(func() { r.Prepare(ctx, arn) })
	}
	wait.Wait()
	return nil
}

// load loads the cloud assembly of the lessons the first time. An error is that of
// this time: the next one tries again.
func (l *Lessons) load() (*runner.Runner, error) {
	l.loading.Lock()
	defer l.loading.Unlock()
	if l.runner != nil {
		return l.runner, nil
	}
	r, err := runner.New(l.options.Runner)
	if err != nil {
		return nil, err
	}
	if err := l.serve(l.ctx, r); err != nil {
		r.Close()
		return nil, err
	}
	l.runner = r
	return r, nil
}

// serve lets a runner serve the lessons as they are now. The last good version goes on
// after an error.
func (l *Lessons) serve(ctx context.Context, r *runner.Runner) error {
	began := time.Now()
	a, err := l.read()
	if err == nil {
		err = r.Load(ctx, a)
	}
	switch {
	case err == nil:
		found := l.app.check(a.Dir)
		l.found.Store(&found)
		l.app.report(LessonsLoaded{time.Since(began), a.Functions})
	case ctx.Err() == nil:
		err = fmt.Errorf("the lessons cannot be served: %w", err)
		l.app.report(LessonsFailed{err})
	}
	return err
}

// loaded returns what serves the lessons; nil before somebody asks.
func (l *Lessons) loaded() *runner.Runner {
	l.loading.Lock()
	defer l.loading.Unlock()
	return l.runner
}

// read reads the cloud assembly of the lessons, without the APIs that the app has
// itself.
func (l *Lessons) read() (*assembly.Assembly, error) {
	a, err := l.app.Read(l.ctx)
	if err != nil {
		return nil, err
	}
	var taken []string
	for _, api := range l.besides() {
		taken = append(taken, api.Name)
	}
	a.APIs = slices.DeleteFunc(slices.Clone(a.APIs), func(api *assembly.API) bool { return slices.Contains(taken, api.Name) })
	return a, nil
}

func (l *Lessons) besides() []gateway.Deployed {
	if l.options.Besides == nil {
		return nil
	}
	return l.options.Besides(l.options.URL)
}

// apis returns all APIs, those of the app first.
func (l *Lessons) apis() []gateway.Deployed {
	apis := l.besides()
	if r := l.loaded(); r != nil {
		apis = slices.Concat(apis, r.APIs(l.options.URL))
	}
	return apis
}

// foundIn returns what is wrong with a method by its definition alone.
func (l *Lessons) foundIn(path string) (list []lesson.Finding) {
	found := l.found.Load()
	if found == nil {
		return nil
	}
	for _, f := range *found {
		if f.Path == path {
			list = append(list, lesson.Finding{
				Rule: f.Rule.ID(), Message: f.Rule.Title(), Box: string(f.Rule.Rule().Box), Page: rules.PageOf(f.Rule.ID()), Before: true,
			})
		}
	}
	return list
}

// Handler returns a handler that serves requests to the APIs of lessons, and leaves
// all others to the app.
func (l *Lessons) Handler(app http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		name := addressed(req)
		if name != lesson.DefaultAPI && !strings.HasPrefix(name, lesson.DefaultAPI+"-") ||
			slices.ContainsFunc(l.besides(), func(d gateway.Deployed) bool { return strings.EqualFold(d.Name, name) }) || !l.there() {
			app.ServeHTTP(w, req)
			return
		}
		r, err := l.load()
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		r.ServeHTTP(w, req)
	})
}

// there reports whether the app has lessons.
func (l *Lessons) there() bool {
	_, err := os.Stat(filepath.Join(l.app.Root, filepath.FromSlash(lesson.Order)))
	return l.own && err == nil
}

// addressed returns the name of the API that a request addresses, in small letters
// where the host has it.
func addressed(r *http.Request) string {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if name, rest, ok := strings.Cut(strings.ToLower(host), "."); ok && strings.HasPrefix(rest, "execute-api.") {
		return name
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	return name
}

// Changed notes files that have changed, relative to the app's root, for
// [Lessons.Follow].
func (l *Lessons) Changed(files []string) {
	l.mu.Lock()
	for _, file := range files {
		l.changed[file] = true
	}
	l.mu.Unlock()
	select {
	case l.changes <- struct{}{}:
	default:
	}
}

// Follow takes over what changes, until ctx ends. The exercises of lessons that have
// changed are run. Before somebody asks for a lesson, it does nothing.
func (l *Lessons) Follow(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.changes:
		}
		l.mu.Lock()
		files := slices.Sorted(maps.Keys(l.changed))
		clear(l.changed)
		l.mu.Unlock()
		if r := l.loaded(); r != nil {
			l.takeOver(ctx, r, files)
		}
	}
}

func (l *Lessons) takeOver(ctx context.Context, r *runner.Runner, files []string) {
	began := time.Now()
	built, failed, err := r.Rebuild(ctx, files)
	if ctx.Err() != nil {
		return
	}
	if len(failed) > 0 {
		l.app.report(BuildFailed{Functions: failed, Err: err})
	}
	if len(built) > 0 {
		l.app.report(Built{built, time.Since(began)})
	}
	problems := map[string]string{} // by lesson
	for _, f := range failed {
		problems[lesson.Of(strings.TrimPrefix(f.Package, "./"))] = err.Error()
	}
	problem := ""
	if slices.ContainsFunc(files, func(name string) bool { return synth.MadeFrom(l.app.Root, name, l.app.Context...) }) {
		if err := l.serve(ctx, r); err != nil {
			problem = err.Error()
		}
	}
	l.exercise(ctx, files, func(id string) string {
		if problem != "" {
			return problem
		}
		return problems[id]
	})
}

// exercise runs the exercises of lessons that files are part of.
func (l *Lessons) exercise(ctx context.Context, files []string, problem func(id string) string) {
	if l.options.Exercised == nil {
		return
	}
	catalogue, err := l.Catalogue()
	if err != nil {
		return // which the page says when it is asked
	}
	var done []string
	for _, file := range files {
		id := lesson.Of(file)
		one := catalogue.Lesson(id)
		if one == nil || slices.Contains(done, id) {
			continue
		}
		done = append(done, id)
		outcome := l.server.Run(ctx, one.ExerciseCase())
		why := problem(id)
		if why != "" {
			outcome.Solved = false // what responded is the last good version
		}
		if ctx.Err() == nil {
			l.options.Exercised(Exercised{id, outcome, why})
		}
	}
}
