// Command measure tells what the local runner costs, and whether it stands
// trouble:
//
//	go run ./local/measure latency      a request, against the bare Runtime API
//	go run ./local/measure throughput   requests a second, against serverless-offline (needs Node.js and npm)
//	go run ./local/measure memory       after 100,000 requests, against 1,000 (needs Linux)
//	go run ./local/measure start        go run ./local in a fresh clone, against go build (needs git)
//	go run ./local/measure edit         from a saved file to the new answer, against go build (needs git)
//	go run ./local/measure faults       20,000 requests to functions that crash, hang and lie (needs Linux)
//
// It is run in the project's folder; -h behind a topic shows its flags.
//
// Time only matters as a ratio: both sides of it do their work in the same run,
// in turns, so that a machine that is busy with something else slows both of
// them down. A missed goal shows in the table and is no failure of this program;
// a wrong answer is one.
//
// All that is listened on is a loopback address. Whatever was started is ended
// at the end, and when Ctrl-C is pressed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
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
		{"start", "go run ./local in a fresh clone, against go build", measureStart},
		{"edit", "from a saved file to the new answer, against go build", measureEdit},
		{"faults", "requests to functions that crash, hang and lie", measureFaults},
	}
}

// site is where a topic does its work.
type site struct {
	root     string // the project's folder
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
		root, err := projectFolder()
		if err != nil {
			return err
		}
		work, err := os.MkdirTemp("", "apigw-"+t.name+"-")
		if err != nil {
			return fmt.Errorf("making a folder to work in: %w", err)
		}
		err = t.run(ctx, &site{root: root, work: work, out: out, progress: progress}, args[1:])
		if ctx.Err() != nil {
			err = errors.New("interrupted")
		}
		return errors.Join(err, os.RemoveAll(work))
	}
	if strings.TrimLeft(args[0], "-") == "h" || strings.TrimLeft(args[0], "-") == "help" {
		fmt.Fprint(out, help())
		return nil
	}
	return fmt.Errorf("there is no %q to measure\n%s", args[0], help())
}

func help() string {
	var text strings.Builder
	text.WriteString("go run ./local/measure WHAT [flags], with WHAT one of\n")
	for _, t := range topics() {
		fmt.Fprintf(&text, "  %-12s%s\n", t.name, t.what)
	}
	return text.String()
}

// projectFolder is the folder with go.mod, here or above.
func projectFolder() (string, error) {
	here, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("finding the project: %w", err)
	}
	for folder := here; ; folder = filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, "tools", "measure")); err == nil {
			return folder, nil
		}
		if folder == filepath.Dir(folder) {
			return "", fmt.Errorf("%s is not in the project: run go run ./local/measure in its folder", here)
		}
	}
}

// flags is the flag set of a topic.
func (s *site) flags(name string) *flag.FlagSet {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.SetOutput(s.out)
	return set
}

// parse reads flags and refuses what is left over, and numbers below 1.
func parse(set *flag.FlagSet, args []string) error {
	if err := set.Parse(args); err != nil {
		return err
	}
	if set.NArg() > 0 {
		return fmt.Errorf("%s takes no %q: flags begin with -", set.Name(), set.Arg(0))
	}
	var err error
	set.VisitAll(func(f *flag.Flag) {
		if number, ok := f.Value.(flag.Getter).Get().(int); ok && number < 1 {
			err = fmt.Errorf("%s: -%s is %d, and must be at least 1", set.Name(), f.Name, number)
		}
	})
	return err
}
