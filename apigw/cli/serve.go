package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/dev/runner"
	"example.com/apigw/internal/dev/synth"
	"example.com/apigw/internal/dev/watch"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/rawheader"
	"example.com/apigw/internal/gateway/sigv4"
	"example.com/apigw/internal/inspector"
)

func serveVerb() verb {
	return verb{name: "serve", run: serve, usage: `go run ./local [serve] [flags]

  serves the app's REST APIs and runs its functions, as they would on AWS; what changes
  is built again and served from then on. Ctrl-C ends it.

  --listen HOST:PORT      where to listen (127.0.0.1:3000); port 0 picks a free one
` + appUsage + `  --env-vars FILE         environment variables of functions, in the format of SAM's
  --log full|errors|off   show the execution log of all requests, of those that failed
                          (the default), or of none
  --access-log FILE       append the access log of the stages to a file, in their format;
                          --log full shows it too
  --throttle              answer 429 where the throttles of stages do; those of usage
                          plans hold in any case
  --no-watch              do not look for changes
`}
}

// server is the app while it is served.
type server struct {
	flags   *appFlags
	app     *synth.App
	runner  *runner.Runner
	console *console
	stale   chan struct{} // the app has to be read again
	failed  atomic.Bool   // the app was read, and cannot be served yet
}

func serve(ctx context.Context, t *terminal, args []string) error {
	set := flag.NewFlagSet("serve", flag.ContinueOnError)
	var flags appFlags
	flags.add(set)
	listen := set.String("listen", "127.0.0.1:3000", "")
	envVars := set.String("env-vars", "", "")
	logFlag := set.String("log", string(logErrors), "")
	accessLog := set.String("access-log", "", "")
	throttle := set.Bool("throttle", false, "")
	noWatch := set.Bool("no-watch", false, "")
	rest, err := parseFlags(set, args)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return usageError(fmt.Sprintf("serve takes no %q: flags begin with --", rest[0]))
	}
	level, err := parseLogLevel(*logFlag)
	if err != nil {
		return err
	}
	variables, err := environment(*envVars)
	if err != nil {
		return err
	}
	c := newConsole(t.out, level)
	defer c.close()
	app, err := flags.find(t, c.say)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *listen)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("%w: end what listens there, or choose another place with --listen 127.0.0.1:0", err)
	case err != nil:
		return fmt.Errorf("--listen %s: %w; expected HOST:PORT, such as 127.0.0.1:3000", *listen, err)
	}
	defer listener.Close()

	history := new(inspector.History)
	options := runner.Options{
		Root: app.Root, Environment: variables, Progress: c.say,
		Functions: function.Options{Log: c.function},
		Gateway: gateway.Options{
			Record:         func(r *gateway.Record) { history.Add(r); c.request(r) },
			Credentials:    credentials(),
			StageThrottles: *throttle,
			ErrorLog:       log.New(t.err, "local: ", 0),
		},
	}
	if level == logFull {
		options.Gateway.AccessLog = c.access
	}
	if *accessLog != "" {
		file, err := os.OpenFile(*accessLog, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			return fmt.Errorf("--access-log: %w", err)
		}
		defer file.Close()
		shown := options.Gateway.AccessLog
		options.Gateway.AccessLog = func(line string) {
			fmt.Fprintln(file, line) // appended whole; a full disk stops no request
			if shown != nil {
				shown(line)
			}
		}
	}
	r, err := runner.New(options)
	if err != nil {
		return err
	}
	defer r.Close()
	s := &server{flags: &flags, app: app, runner: r, console: c, stale: make(chan struct{}, 1)}
	a, err := flags.read(ctx, app)
	if err != nil {
		return err
	}
	var seen changes // from now on, so that none is missed while functions are built
	if !*noWatch {
		if seen, err = s.watch(ctx, a); err != nil {
			c.say("changes are not seen: " + err.Error())
		}
	}
	if err := r.Load(ctx, a); err != nil {
		return err
	}
	c.name(r.Functions())

	done := make(chan error, 1)
	inspect := inspector.New(r, history)
	h := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if inspector.Owns(req) {
				inspect.ServeHTTP(w, req)
			} else {
				r.ServeHTTP(w, req)
			}
		}),
		ReadHeaderTimeout: 10 * time.Second, // of clients that never finish
		ReadTimeout:       time.Minute,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    64 << 10, // the gateway has a lower limit, and a better answer
		ErrorLog:          log.New(io.Discard, "", 0),
	}
	go func() { done <- h.Serve(rawheader.Prepare(h, listener)) }()
	s.welcome(listener)
	if !*noWatch {
		go s.learn(ctx)
		go s.reload(ctx)
		go s.follow(ctx, seen)
	}
	select {
	case err := <-done:
		return fmt.Errorf("serving %s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	h.Shutdown(last) // what takes longer is cut off
	h.Close()
	return nil
}

// credentials are those that clients sign with, for methods with IAM
// authorization: a pair of this runner, and the ones in the environment.
func credentials() []sigv4.Credential {
	const account = "123456789012"
	local := sigv4.Credential{
		AccessKeyID: "AKIALOCALLOCALLOCALX", SecretAccessKey: "local-secret-access-key",
		AccountID: account, UserARN: "arn:aws:iam::" + account + ":user/local", UserID: "AIDALOCALLOCALLOCALX",
	}
	own := local
	own.AccessKeyID, own.SecretAccessKey = os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY")
	own.SessionToken = os.Getenv("AWS_SESSION_TOKEN")
	if own.AccessKeyID == "" || own.SecretAccessKey == "" {
		return []sigv4.Credential{local}
	}
	return []sigv4.Credential{own, local}
}

// welcome tells what is served, and where.
func (s *server) welcome(l net.Listener) {
	var text strings.Builder
	base := "http://" + l.Addr().String()
	inspector.WriteRoutes(&text, withPackages(s.runner.APIs(base), s.runner.Functions()))
	s.console.say(strings.TrimRight(text.String(), "\n"))
	s.notices()
	s.console.say("\nServing " + base + " - what happened to a request: " + base + "/_local/requests - end with Ctrl-C")
}

func (s *server) notices() {
	var text strings.Builder
	writeNotices(&text, s.runner.Notices())
	if text.Len() > 0 {
		s.console.say(strings.TrimRight(text.String(), "\n"))
	}
}

// learn is for the next change; nobody waits for it.
func (s *server) learn(ctx context.Context) {
	if err := s.runner.Learn(ctx); err != nil && ctx.Err() == nil {
		s.console.say("what functions are made of is not known, so that every change builds all of them: " + err.Error())
	}
}

// changes are the files that have changed. A channel that is nil tells of none.
type changes struct {
	sources  <-chan []string // of the app, relative to its folder
	assembly <-chan []string // of a cloud assembly that somebody else makes
}

// watch looks for changes from now on.
func (s *server) watch(ctx context.Context, a *assembly.Assembly) (seen changes, err error) {
	_, made := s.app.Folder()
	if made {
		if seen.assembly, err = watch.Changes(ctx, a.Dir, func(string) bool { return true }); err != nil {
			return seen, err
		}
	}
	// A folder that nothing is built from may be anything, even all of a disk.
	if !made || slices.ContainsFunc(a.Functions, func(f *assembly.Function) bool { return f.Package != "" }) {
		seen.sources, err = watch.Changes(ctx, s.app.Root, skipped)
	}
	return seen, err
}

// follow takes over what changes.
func (s *server) follow(ctx context.Context, seen changes) {
	for {
		select {
		case files, ok := <-seen.sources:
			if !ok {
				return
			}
			s.changed(ctx, files)
		case files, ok := <-seen.assembly:
			if !ok {
				return
			}
			if slices.ContainsFunc(files, func(name string) bool { return strings.HasSuffix(name, ".json") }) {
				s.readAgain()
			}
		case <-ctx.Done():
			return
		}
	}
}

// skipped are the folders that nothing is made from.
func skipped(folder string) bool {
	name := filepath.Base(filepath.FromSlash(folder))
	return strings.HasPrefix(name, ".") || name == "node_modules" || strings.HasPrefix(name, "cdk.out") || folder == "test"
}

// changed takes over changed files.
func (s *server) changed(ctx context.Context, files []string) {
	began := time.Now()
	rebuilt, err := s.runner.Rebuild(ctx, files)
	switch {
	case ctx.Err() != nil:
		return
	case err != nil:
		s.console.say("\n" + err.Error() + "\nThe last good version goes on.")
	case len(rebuilt) > 0:
		s.console.say(fmt.Sprintf("built %s in %.2f s", strings.Join(rebuilt, ", "), time.Since(began).Seconds()))
		go s.learn(ctx)
	}
	if s.stacksChanged(files, len(rebuilt) > 0) || err == nil && s.failed.Load() {
		s.readAgain()
	}
}

// stacksChanged tells whether the templates may be others now. What a command of
// --app reads is not known: whatever is no function may be it.
func (s *server) stacksChanged(files []string, functions bool) bool {
	if _, made := s.app.Folder(); made {
		return false
	}
	if !s.app.Own() {
		return !functions
	}
	return slices.ContainsFunc(files, synth.IsSource)
}

// readAgain lets reload read the app, once more if it is at it.
func (s *server) readAgain() {
	select {
	case s.stale <- struct{}{}:
	default:
	}
}

// reload reads the app whenever it has changed. Functions are built meanwhile.
func (s *server) reload(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.stale:
		}
		began := time.Now()
		a, err := s.flags.read(ctx, s.app)
		if err == nil {
			err = s.runner.Load(ctx, a)
		}
		s.failed.Store(err != nil)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			s.console.say("\n" + err.Error() + "\nThe last good version goes on.")
		default:
			s.console.name(s.runner.Functions())
			s.console.say(fmt.Sprintf("the app was read again in %.2f s", time.Since(began).Seconds()))
			s.notices()
			s.learn(ctx)
		}
	}
}
