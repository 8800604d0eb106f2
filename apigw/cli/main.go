// Package cli is the command line of the engine: a file for each verb, and the
// console that shows what happens while an app is served.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path"
	"path/filepath"
	"runtime/debug"
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
	command  string // how a person starts this command, such as "go run ./local"
	in       io.Reader
	out, err io.Writer
	// line: out shows lines to a person, so that it should end in a newline.
	line bool
}

// name is the last part of the command, which begins its messages.
func (t *terminal) name() string { return path.Base(t.command) }

// action carries out a verb whose flags are set. The arguments are the rest of
// the command line.
type action func(ctx context.Context, t *terminal, args []string) error

// verb is one thing that the command does.
type verb struct {
	name     string
	synopsis string // its arguments, for the help
	help     string // what it does, and its flags
	// define adds the flags of the verb to a set, and returns what the verb does
	// once they are set.
	define func(set *flag.FlagSet) action
}

func verbs() []verb {
	return []verb{
		serveVerb(), routesVerb(), invokeVerb(), tokenVerb(), renderVerb(), lintVerb(), lessonsVerb(), checkVerb(), explainVerb(), rulesVerb(),
		newVerb(),
		addVerb(),
		updateVerb(),
		planVerb(),
		parityVerb(),
	}
}

// usage returns the help for a verb of a command.
func (v verb) usage(command string) string {
	return command + " " + v.synopsis + "\n\n" + v.help
}

// Main carries out the command line of this process, and ends it.
func Main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends what does not heed the first
	info, err := os.Stdout.Stat()
	build, _ := debug.ReadBuildInfo()
	t := &terminal{
		command: started(build, os.Args[0]),
		in:      os.Stdin, out: os.Stdout, err: os.Stderr,
		line: err == nil && info.Mode()&os.ModeCharDevice != 0,
	}
	code := run(ctx, t, os.Args[1:])
	stop()
	os.Exit(code)
}

// started returns how a person starts a program: by its name if its package is in
// a folder cmd, from where programs are installed, and by go run if it is in
// another folder of its module.
func started(build *debug.BuildInfo, program string) string {
	name := strings.TrimSuffix(filepath.Base(program), ".exe")
	if build == nil {
		return name
	}
	folder, ok := strings.CutPrefix(build.Path, build.Main.Path+"/")
	if !ok || path.Base(path.Dir(folder)) == "cmd" {
		return name
	}
	return "go run ./" + folder
}

// run carries out the command line and returns the exit code.
func run(ctx context.Context, t *terminal, args []string) int {
	if len(args) > 0 && slices.Contains([]string{"-h", "-help", "--help", "help"}, args[0]) {
		var help []string
		for _, v := range verbs() {
			help = append(help, v.usage(t.command))
		}
		fmt.Fprint(t.out, strings.Join(help, "\n"))
		return exitOK
	}
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		args = append([]string{"serve"}, args...)
	}
	var names []string
	for _, v := range verbs() {
		if v.name == args[0] {
			return report(t, v.run(ctx, t, args[1:]))
		}
		names = append(names, v.name)
	}
	return report(t, usageError(fmt.Sprintf("there is no verb %q: %s; or -h for help", args[0], strings.Join(names, ", "))))
}

// run parses the flags of a verb and carries it out.
func (v verb) run(ctx context.Context, t *terminal, args []string) error {
	set := flag.NewFlagSet(v.name, flag.ContinueOnError)
	do := v.define(set)
	rest, err := parseFlags(set, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		_, err := io.WriteString(t.out, v.usage(t.command))
		return err
	case err != nil:
		return err
	}
	return do(ctx, t, rest)
}

// usageError is a command line that cannot be carried out.
type usageError string

func (e usageError) Error() string { return string(e) }

// report shows an error and returns the exit code.
func report(t *terminal, err error) int {
	if err == nil {
		return exitOK
	}
	if errors.Is(err, errFindings) {
		return exitFailure // they are shown
	}
	if errors.Is(err, errNotCompared) {
		return exitUsage
	}
	if errors.Is(err, context.Canceled) {
		err = errors.New("interrupted")
	}
	fmt.Fprintln(t.err, t.name()+":", err)
	if _, ok := errors.AsType[usageError](err); ok {
		return exitUsage
	}
	return exitFailure
}
