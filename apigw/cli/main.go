// Package cli is the command line of the engine: a file for each verb.
//
//	go run ./local                      serve the app, and take over what changes
//	go run ./local routes               every route with its integration type and function
//	go run ./local invoke FUNCTION …    one invocation of one function
//	go run ./local render TEMPLATE …    what a mapping template makes of a request
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

// Exit codes.
const (
	exitOK      = 0
	exitFailure = 1 // what was asked for did not work
	exitUsage   = 2 // what was asked for is not clear
)

// terminal is what a verb reads from and writes to.
type terminal struct {
	in       io.Reader
	out, err io.Writer
	// line: out shows lines to a person, so that it should end in a newline.
	line bool
}

// verb is one thing that the command does.
type verb struct {
	name  string
	usage string // its arguments and what it does, for the help
	run   func(ctx context.Context, t *terminal, args []string) error
}

func verbs() []verb {
	return []verb{serveVerb(), routesVerb(), invokeVerb(), renderVerb()}
}

// Main carries out the command line of this process, and ends it.
func Main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends what does not heed the first
	info, err := os.Stdout.Stat()
	t := &terminal{in: os.Stdin, out: os.Stdout, err: os.Stderr, line: err == nil && info.Mode()&os.ModeCharDevice != 0}
	code := run(ctx, t, os.Args[1:])
	stop()
	os.Exit(code)
}

// run carries out the command line and returns the exit code.
func run(ctx context.Context, t *terminal, args []string) int {
	if len(args) > 0 && slices.Contains([]string{"-h", "-help", "--help", "help"}, args[0]) {
		fmt.Fprint(t.out, help())
		return exitOK
	}
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		args = append([]string{"serve"}, args...)
	}
	for _, v := range verbs() {
		if v.name == args[0] {
			err := v.run(ctx, t, args[1:])
			if errors.Is(err, flag.ErrHelp) {
				fmt.Fprint(t.out, v.usage)
				return exitOK
			}
			return report(t, err)
		}
	}
	return report(t, usageError(fmt.Sprintf("there is no verb %q: %s; or -h for help", args[0], verbNames())))
}

// usageError is a command line that cannot be carried out.
type usageError string

func (e usageError) Error() string { return string(e) }

func report(t *terminal, err error) int {
	if err == nil {
		return exitOK
	}
	if errors.Is(err, context.Canceled) {
		err = errors.New("interrupted")
	}
	fmt.Fprintln(t.err, "local:", err)
	if usage := usageError(""); errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailure
}

func verbNames() string {
	var names []string
	for _, v := range verbs() {
		names = append(names, v.name)
	}
	return strings.Join(names, ", ")
}

func help() string {
	var b strings.Builder
	for _, v := range verbs() {
		b.WriteString(v.usage)
	}
	return b.String()
}
