// Measure prints what this project costs, each figure as a ratio to the
// plainest thing that does the same work:
//
//	go run ./test/measure
//	go run ./test/measure -only bootstrap -runs 500
//
// A ratio's two sides take turns, so that a machine that is busy with something
// else slows both of them down. No figure makes this program fail: the table has
// the limits beside the ratios, and you are the judge.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
)

func main() {
	only := flag.String("only", "", "measure one part: bootstrap, synth or tests")
	runs := flag.Int("runs", 0, "runs of each side (default 300 for bootstrap, 11 for synth, 5 for tests)")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := measure(ctx, *only, *runs); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func measure(ctx context.Context, only string, runs int) (err error) {
	parts := []struct {
		name    string
		runs    int
		measure func(ctx context.Context, work string, runs int) ([]row, error)
	}{
		{"bootstrap", 300, measureBootstrap},
		{"synth", 11, measureSynth},
		{"tests", 5, measureTests},
	}

	work, err := os.MkdirTemp("", "hello-apigw-measure-")
	if err != nil {
		return fmt.Errorf("make a folder for the builds: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	if err := prepare(ctx, work); err != nil {
		return err
	}

	var rows []row
	for _, part := range parts {
		if only != "" && only != part.name {
			continue
		}
		if runs > 0 {
			part.runs = runs
		}
		fmt.Fprintf(os.Stderr, "measuring %s, %d runs of each side ...\n", part.name, part.runs)
		measured, err := part.measure(ctx, work, part.runs)
		if err != nil {
			return fmt.Errorf("measure %s: %w", part.name, err)
		}
		rows = append(rows, measured...)
	}
	if len(rows) == 0 {
		return fmt.Errorf("-only %s: there is no such part: the parts are bootstrap, synth and tests", only)
	}
	return printTable(os.Stdout, rows)
}

// prepare makes this process what its children inherit from: it goes to the
// module's folder, forgets settings of AWS and the CDK that would change what is
// measured, and keeps temporary files in the folder work.
func prepare(ctx context.Context, work string) error {
	module, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return fmt.Errorf("find the folder of go.mod: %w", err)
	}
	if err := os.Chdir(filepath.Dir(string(module))); err != nil {
		return fmt.Errorf("go to the folder of go.mod: %w", err)
	}
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "AWS_") || strings.HasPrefix(name, "CDK_") {
			if err := os.Unsetenv(name); err != nil {
				return fmt.Errorf("unset %s: %w", name, err)
			}
		}
	}
	if err := os.Setenv("TMPDIR", work); err != nil {
		return fmt.Errorf("set TMPDIR: %w", err)
	}
	return nil
}
