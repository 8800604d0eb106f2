// Command measure measures this engine and the apps that it serves:
//
//	go -C apigw run ./tools/measure WHAT [-app DIR] [flags]
//
// Of the engine:
//
//	latency      a request, against the bare Runtime API
//	throughput   requests a second, against serverless-offline (needs Node.js and npm)
//	memory       after 100,000 requests, against 1,000 (needs Linux)
//	start        go run of the runner in a fresh copy, against go build
//	edit         from a saved file to the new response, against go build
//	assemblies   cloud assemblies below folders: which start, which routes work
//	faults       20,000 requests to functions that crash, hang and lie (needs Linux)
//
// Of the app:
//
//	bootstrap    size and start of a function, against the plainest one
//	synth        a synth, against that of the plainest app (needs Node.js)
//	tests        go test ./..., against a synth with validation (needs Node.js)
//	new          new, until its service responds and is tested (needs Node.js)
//
// The app is the one in the folder around the engine. If there is not one, it is the
// engine's own. -app names another. WHAT -h shows the flags.
//
// Only ratios of times count: both sides of one do their work in the same run, in
// turns, so that a machine that is busy with something else slows both of them
// down. A missed goal shows in the table and does not make this program fail; a
// wrong response does.
//
// The program listens on loopback addresses only. It ends whatever it started, at
// its end and when Ctrl-C is pressed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// topic is one thing that is measured.
type topic struct {
	name string
	what string // in a few words, for the help
	run  func(ctx context.Context, site *site, args []string) error
}

func topics() []topic {
	return []topic{
		{"latency", "a request, against the bare Runtime API", measureLatency},
		{"throughput", "requests a second, against serverless-offline", measureThroughput},
		{"memory", "after many requests, against few", measureMemory},
		{"start", "go run of the runner in a fresh copy, against go build", measureStart},
		{"edit", "from a saved file to the new response, against go build", measureEdit},
		{"assemblies", "cloud assemblies below folders: which start, and which routes reach their backends", measureAssemblies},
		{"faults", "requests to functions that crash, hang and lie", measureFaults},
		{"bootstrap", "size and start of a function, against the plainest one", measureBootstrap},
		{"synth", "a synth, against that of the plainest app", measureSynth},
		{"tests", "go test ./..., against a synth with validation", measureTests},
		{"new", "a service that is made, against go build and a synth of it", measureNew},
	}
}

// site is where a topic does its work.
type site struct {
	app      *app   // set by parse, for topics that have the flag
	folder   string // of the app
	work     string // a temporary folder
	out      io.Writer
	progress io.Writer
}

func (s *site) say(format string, args ...any) { fmt.Fprintf(s.progress, format+"\n", args...) }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

// run carries out the command line.
func run(ctx context.Context, args []string, out, progress io.Writer) (err error) {
	if len(args) == 0 {
		return errors.New("say what to measure\n" + help())
	}
	for _, t := range topics() {
		if t.name != args[0] {
			continue
		}
		work, err := os.MkdirTemp("", "measure-"+t.name+"-")
		if err != nil {
			return fmt.Errorf("making a folder to work in: %w", err)
		}
		err = t.run(ctx, &site{work: work, out: out, progress: progress}, args[1:])
		if ctx.Err() != nil {
			err = errors.New("interrupted")
		}
		return errors.Join(err, os.RemoveAll(work))
	}
	if strings.TrimLeft(args[0], "-") == "h" || strings.TrimLeft(args[0], "-") == "help" {
		fmt.Fprint(out, help())
		return nil
	}
	return fmt.Errorf("there is no topic %q\n%s", args[0], help())
}

func help() string {
	var text strings.Builder
	text.WriteString("go -C apigw run ./tools/measure WHAT [flags], with WHAT one of\n")
	for _, t := range topics() {
		fmt.Fprintf(&text, "  %-12s%s\n", t.name, t.what)
	}
	return text.String()
}

// flags returns the flag set of a topic.
func (s *site) flags(name string) *flag.FlagSet {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.SetOutput(s.out)
	return set
}

// appFlags returns the flag set of a topic that needs an app.
func (s *site) appFlags(name string) *flag.FlagSet {
	set := s.flags(name)
	set.StringVar(&s.folder, "app", defaultApp(), "the `folder` of the app")
	return set
}

// parse reads flags, and then the app. It refuses arguments, and numbers below 1.
func (s *site) parse(set *flag.FlagSet, args []string) (err error) {
	if err := set.Parse(args); err != nil {
		return err
	}
	if set.NArg() > 0 {
		return fmt.Errorf("%s takes no argument %q: flags begin with -", set.Name(), set.Arg(0))
	}
	set.VisitAll(func(f *flag.Flag) {
		if number, ok := f.Value.(flag.Getter).Get().(int); ok && number < 1 {
			err = fmt.Errorf("%s: -%s is %d, and must be at least 1", set.Name(), f.Name, number)
		}
	})
	if err == nil && set.Lookup("app") != nil {
		s.app, err = openApp(s.folder)
	}
	return err
}
