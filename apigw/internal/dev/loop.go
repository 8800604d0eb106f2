// Package dev is the loop of development: it finds or makes the cloud assembly of
// an app, builds its functions, serves it, and takes over what changes. What
// happens it reports as values; others show them.
package dev

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/dev/runner"
	"example.com/apigw/internal/dev/synth"
	"example.com/apigw/internal/dev/watch"
	"example.com/apigw/internal/lint"
)

// Loop serves an app and takes over what changes. It is safe for concurrent use.
type Loop struct {
	*runner.Runner
	app      *App
	seen     changes
	stale    chan struct{} // holds a value when the app has to be read again
	failed   atomic.Bool   // the app cannot be served as it is now
	learning sync.WaitGroup
	found    atomic.Pointer[[]lint.Finding] // in the assembly that is served
}

// changes are the files that have changed. A channel that is nil reports none.
type changes struct {
	sources  <-chan []string // of the app, relative to its folder
	assembly <-chan []string // of a cloud assembly that another program writes
}

// New returns a loop that serves nothing yet. Its runner has the options o, but
// for the root and the reports. Close ends the functions.
func New(app *App, o runner.Options) (*Loop, error) {
	o.Root = app.Root
	o.Building = func(packages []string) { app.report(Building{packages}) }
	if len(app.Debugging.Functions) > 0 {
		o.Debug = func(functions []*assembly.Function) (map[string]*runner.Debugger, error) {
			found, ready, err := app.Debugging.resolve(functions)
			for _, each := range ready {
				app.report(each)
			}
			return found, err
		}
	}
	r, err := runner.New(o)
	if err != nil {
		return nil, err
	}
	return &Loop{Runner: r, app: app, stale: make(chan struct{}, 1)}, nil
}

// Start serves the app. If changes are watched, [Loop.Follow] takes over all that
// came after the cloud assembly was read.
func (l *Loop) Start(ctx context.Context, watched bool) error {
	began := time.Now()
	a, err := l.app.Read(ctx)
	if err != nil {
		return err
	}
	if err := l.app.prepareDelve(ctx, a); err != nil {
		return err
	}
	if watched { // before functions are built, which takes a while
		if err := l.watch(ctx, a); err != nil {
			l.app.report(NotWatched{err})
		}
	}
	if err := l.load(ctx, a); err != nil {
		return err
	}
	if watched && l.seen.sources == nil && l.Builds() { // which is not seen before the code is looked for
		if l.seen.sources, err = watch.Changes(ctx, l.app.Root, skipped); err != nil {
			l.app.report(NotWatched{err})
		}
	}
	l.loaded(began, false)
	return nil
}

// load serves an assembly, and keeps what is wrong with it.
func (l *Loop) load(ctx context.Context, a *assembly.Assembly) error {
	found := l.app.check(a.Dir)
	if err := l.Load(ctx, a); err != nil {
		return withRefusals(err, found)
	}
	l.found.Store(&found)
	return nil
}

// Notices returns what AWS refuses of the app, what it asks for and is not done here,
// and what cannot work as it is written.
func (l *Loop) Notices() []assembly.Notice {
	var found []lint.Finding
	if f := l.found.Load(); f != nil {
		found = *f
	}
	return lint.Notices(found, l.Runner.Notices())
}

func (l *Loop) loaded(began time.Time, again bool) {
	l.app.report(Loaded{Again: again, Took: time.Since(began), Functions: l.Functions(), Notices: l.Notices()})
}

// watch looks for changes from now on.
func (l *Loop) watch(ctx context.Context, a *assembly.Assembly) (err error) {
	_, made := l.app.synth().Folder()
	if made {
		if l.seen.assembly, err = watch.Changes(ctx, a.Dir, func(folder string) bool { return !isAsset(folder) }); err != nil {
			return err
		}
	}
	// A folder that nothing is built from may be anything, even a whole disk.
	if !made || slices.ContainsFunc(a.Functions, func(f *assembly.Function) bool {
		return f.Package != "" || within(l.app.Root, f.AssetDir) && !within(a.Dir, f.AssetDir)
	}) {
		l.seen.sources, err = watch.Changes(ctx, l.app.Root, skipped)
	}
	return err
}

// isAsset reports whether a path in a cloud assembly is that of an asset, or of
// something in one that people change.
func isAsset(path string) bool {
	return strings.HasPrefix(path, "asset.") && !strings.Contains(path, "/node_modules") && !strings.Contains(path, "/.")
}

// within reports whether a path is below a folder.
func within(folder, path string) bool {
	rest, err := filepath.Rel(folder, path)
	return err == nil && filepath.IsLocal(rest)
}

// skipped reports whether nothing is made from a folder.
func skipped(folder string) bool {
	name := filepath.Base(filepath.FromSlash(folder))
	return strings.HasPrefix(name, ".") || name == "node_modules" || strings.HasPrefix(name, "cdk.out") || folder == "test"
}

// Follow takes over what changes, until ctx ends.
func (l *Loop) Follow(ctx context.Context) {
	var reloading sync.WaitGroup
	reloading.Go(func() { l.reload(ctx) })
	l.learn(ctx)
	for more := true; more; {
		select {
		case files, ok := <-l.seen.sources:
			if more = ok; ok {
				l.changed(ctx, files)
			}
		case files, ok := <-l.seen.assembly:
			if more = ok; ok {
				l.assemblyChanged(ctx, files)
			}
		case <-ctx.Done():
			more = false
		}
	}
	reloading.Wait()
	l.learning.Wait()
}

// learn finds out which files functions are made of, for the next change, and does
// not wait until it is known.
func (l *Loop) learn(ctx context.Context) {
	l.learning.Go(func() {
		if err := l.Learn(ctx); err != nil && ctx.Err() == nil {
			l.app.report(NotLearned{err})
		}
	})
}

// assemblyChanged takes over changed files of a cloud assembly that another program
// writes: all of it, or the assets that they are in.
func (l *Loop) assemblyChanged(ctx context.Context, files []string) {
	if slices.ContainsFunc(files, func(name string) bool { return strings.HasSuffix(name, ".json") && !isAsset(name) }) {
		l.readAgain()
		return
	}
	folder, _ := l.app.synth().Folder()
	paths := make([]string, len(files))
	for i, name := range files {
		paths[i] = filepath.Join(folder, filepath.FromSlash(name))
	}
	_, _ = l.rebuild(ctx, paths) // it reports what fails
}

// changed takes over changed files.
func (l *Loop) changed(ctx context.Context, files []string) {
	if l.app.Changed != nil {
		l.app.Changed(files)
	}
	concerned, err := l.rebuild(ctx, files)
	if ctx.Err() != nil {
		return
	}
	if l.stacksChanged(files, concerned) || err == nil && l.failed.Load() {
		l.readAgain()
	}
}

// rebuild builds the functions that files are part of. It reports whether there are
// any.
func (l *Loop) rebuild(ctx context.Context, files []string) (concerned bool, err error) {
	began := time.Now()
	built, failed, err := l.Rebuild(ctx, files)
	if ctx.Err() != nil {
		return false, err
	}
	if len(failed) > 0 {
		l.app.report(BuildFailed{Functions: failed, Err: err})
	}
	if len(built) > 0 {
		l.app.report(Built{built, time.Since(began)})
		l.learn(ctx)
	}
	return len(built)+len(failed) > 0, err
}

// stacksChanged reports whether the templates may be others now. What a command
// of the app reads is not known: whatever is not part of a function may be it.
func (l *Loop) stacksChanged(files []string, functions bool) bool {
	app := l.app.synth()
	if _, made := app.Folder(); made {
		return false
	}
	if !app.Own() {
		return !functions
	}
	return slices.ContainsFunc(files, func(name string) bool { return synth.MadeFrom(l.app.Root, name, l.app.Context...) })
}

// readAgain lets reload read the app, once more if it does so at the moment.
func (l *Loop) readAgain() {
	select {
	case l.stale <- struct{}{}:
	default:
	}
}

// reload reads the app whenever it has changed. Functions are built meanwhile.
func (l *Loop) reload(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.stale:
		}
		began := time.Now()
		a, err := l.app.Read(ctx)
		if err == nil {
			err = l.load(ctx, a)
		}
		l.failed.Store(err != nil)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			l.app.report(LoadFailed{err})
		default:
			l.loaded(began, true)
			l.learn(ctx)
		}
	}
}
