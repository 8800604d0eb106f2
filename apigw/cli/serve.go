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
	"net/url"
	"os"
	"strings"
	"sync"
	"syscall"

	"example.com/apigw/internal/dev"
	"example.com/apigw/internal/dev/runner"
	"example.com/apigw/internal/dev/synth"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/inspector"
	"example.com/apigw/internal/plan"
	"example.com/apigw/internal/rules"
)

// defaultAddress is where apps are served.
const defaultAddress = "127.0.0.1:3000"

func serveVerb() verb {
	return verb{name: "serve", synopsis: "[serve] [flags]", define: defineServe, help: `  serves the app's REST APIs and runs its functions, as they would on AWS; what changes
  is built again and served from then on. Ctrl-C ends it.

  --listen HOST:PORT      where to listen (` + defaultAddress + `); port 0 picks a free one
` + appHelp + functionHelp + `  --log full|errors|off   show the execution log of all requests, of those that failed
                          (the default), or of none
  --access-log FILE       append the access log of the stages to a file, in their format;
                          --log full shows it too
  --throttle              respond with 429 where the throttles of stages do; those of
                          usage plans hold in any case
  --endpoint SERVICE=URL  where an AWS service is that methods call without a function:
                          dynamodb=http://127.0.0.1:8000; can be given several times
  --debug FUNCTION[=PORT] run a function in Go or Node.js under a debugger, which an
                          editor reaches at the port (2345); can be given several times
  --jwks FILE             the public keys of a user pool on AWS, as it has them at
                          /.well-known/jwks.json: its tokens are accepted too
  --no-watch              do not look for changes
`}
}

// serveFlags are the flags of serve.
type serveFlags struct {
	appFlags
	functionFlags
	listen, accessLog, jwks string
	endpoints               map[string]*url.URL // of AWS services
	debugged                []dev.Debugged
	level                   logLevel
	throttle, noWatch       bool
}

func defineServe(set *flag.FlagSet) action {
	f := &serveFlags{level: logErrors}
	f.appFlags.add(set)
	set.StringVar(&f.listen, "listen", defaultAddress, "")
	f.functionFlags.add(set)
	set.Func("log", "", f.level.set)
	set.StringVar(&f.accessLog, "access-log", "", "")
	set.BoolVar(&f.throttle, "throttle", false, "")
	f.endpoints = map[string]*url.URL{}
	pairVar(set, "endpoint", func(service, address string) error {
		name, endpoint, err := gateway.ParseEndpoint(service, address)
		f.endpoints[name] = endpoint
		return err
	})
	set.Func("debug", "", func(text string) error {
		function, err := dev.ParseDebugged(text)
		f.debugged = append(f.debugged, function)
		return err
	})
	set.StringVar(&f.jwks, "jwks", "", "")
	set.BoolVar(&f.noWatch, "no-watch", false, "")
	return f.serve
}

func (f *serveFlags) serve(ctx context.Context, t *terminal, args []string) error {
	if err := noArguments("serve", args); err != nil {
		return err
	}
	variables, err := f.environment()
	if err != nil {
		return err
	}
	listener, err := f.listener()
	if err != nil {
		return err
	}
	defer listener.Close()
	base := "http://" + listener.Addr().String()
	c := newConsole(t.out, f.level, base, t.command)
	defer c.close()
	history := new(inspector.History)
	events := inspector.NewEvents(history)
	defer context.AfterFunc(ctx, events.Close)() // pages that listen must not keep the server
	app, err := f.app(func(e dev.Event) { c.event(e); tell(events, e) })
	if err != nil {
		return err
	}
	app.Debugging.Functions = f.debugged
	userPools, err := dev.UserPools(app.Root, f.jwks)
	if err != nil {
		return err
	}
	accessLog, err := f.openAccessLog(c)
	if err != nil {
		return err
	}
	defer accessLog.close()

	options := runner.Options{
		Environment:  variables.Of,
		Interpreters: f.interpreters,
		Functions:    function.Options{Log: c.function},
		Gateway: gateway.Options{
			Record:         func(r *record.Record) { history.Add(r); events.Request(r); c.request(r) },
			AccessLog:      accessLog.write,
			Credentials:    dev.Credentials(),
			UserPools:      userPools,
			Endpoints:      f.endpoints,
			StageThrottles: f.throttle,
			ErrorLog:       log.New(t.err, t.name()+": ", 0),
		},
	}
	loop, err := dev.New(app, options)
	if err != nil {
		return err
	}
	defer loop.Close()
	c.follow(func() []gateway.Deployed { return loop.APIs(base) })
	lessons := dev.NewLessons(ctx, app, dev.LessonsOptions{
		Runner: options, URL: base, Besides: loop.APIs, Record: history.Find,
		Exercised: func(e dev.Exercised) { events.Publish("lesson", e) },
	})
	defer lessons.Close()
	app.Changed = lessons.Changed
	shown := inspector.Options{Events: events, Address: listener.Addr().String(), Root: app.Root, Lessons: lessons,
		Settings: func() []plan.Setting { return plan.SettingsOf(loop.Assembly()) }}
	if app.Command == "" {
		shown.Snapshot = synth.Snapshot
	}
	pages, err := inspector.New(loop, history, shown)
	if err != nil {
		return err
	}
	if err := loop.Start(ctx, !f.noWatch); err != nil {
		return err
	}
	for _, name := range variables.Unknown(loop.Functions()) {
		c.say(rules.Printable(fmt.Sprintf("--env-vars: there is no function %q, so its variables are not set", name)))
	}
	c.welcome(base, loop)

	var following sync.WaitGroup // ends when nothing is taken over any more
	if !f.noWatch {
		following.Go(func() { loop.Follow(ctx) })
		following.Go(func() { lessons.Follow(ctx) })
	}
	err = dev.Serve(ctx, listener, withInspector(pages, lessons.Handler(loop)))
	if ctx.Err() != nil {
		following.Wait()
	}
	return err
}

// withInspector returns a handler that leaves the requests that the inspector owns
// to it, and all others to the app.
func withInspector(i *inspector.Inspector, app http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if i.Owns(r) {
			i.ServeHTTP(w, r)
		} else {
			app.ServeHTTP(w, r)
		}
	})
}

func (f *serveFlags) listener() (net.Listener, error) {
	listener, err := net.Listen("tcp", f.listen)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%w: end what listens there, or choose another place with --listen 127.0.0.1:0", err)
	case err != nil:
		return nil, fmt.Errorf("--listen %s: %w; expected HOST:PORT, such as %s", f.listen, err, defaultAddress)
	}
	return listener, nil
}

// accessLog is where the lines of the stages' access logs go.
type accessLog struct {
	write func(line string) // nil if they go nowhere
	close func() error
}

func (f *serveFlags) openAccessLog(c *console) (accessLog, error) {
	l := accessLog{close: func() error { return nil }}
	var outputs []func(line string)
	if f.accessLog != "" {
		file, err := os.OpenFile(f.accessLog, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			return l, fmt.Errorf("--access-log: %w", err)
		}
		l.close = file.Close
		// A line is appended whole. A full disk stops no request.
		outputs = append(outputs, func(line string) { _, _ = io.WriteString(file, line+"\n") })
	}
	if f.level == logFull {
		outputs = append(outputs, c.access)
	}
	if len(outputs) > 0 {
		l.write = func(line string) {
			for _, write := range outputs {
				write(line)
			}
		}
	}
	return l, nil
}

// welcome shows what is served, and where.
func (c *console) welcome(base string, loop *dev.Loop) {
	var text strings.Builder
	inspector.WriteRoutes(&text, c.serves())
	writeNotices(&text, loop.Notices())
	fmt.Fprintf(&text, "\nServing %s - what happened to a request: %s/ - end with Ctrl-C", base, base)
	c.say(text.String())
}
