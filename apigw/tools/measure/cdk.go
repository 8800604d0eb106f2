package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/apigw/internal/assembly"
)

// baselineApp is the smallest CDK app with one REST API and one function.
//
//go:embed testdata/baseline/main.go
var baselineApp []byte

// measureSynth compares the CDK app with the smallest one that has an API, plus
// what the app does in addition: building its functions. Both run without the
// CDK's validation, which would take longer than all the rest.
func measureSynth(ctx context.Context, s *site, args []string) error {
	set := s.appFlags("synth")
	runs := set.Int("runs", 11, "synths of each app")
	if err := s.parse(set, args); err != nil {
		return err
	}
	ours, err := s.buildCDKApp(ctx, nil)
	if err != nil {
		return err
	}
	baseline, err := s.buildCDKApp(ctx, baselineApp)
	if err != nil {
		return err
	}
	written := filepath.Join(s.work, "cdk.out")
	synthApp := func() (float64, error) { return s.synth(ctx, written, []string{"CDK_VALIDATION=false"}, ours) }
	if _, err := synthApp(); err != nil {
		return err
	}
	functions, err := s.compareFlags(ctx, written)
	if err != nil {
		return err
	}
	asset := filepath.Join(s.work, "asset")
	if err := os.Mkdir(asset, 0o755); err != nil {
		return fmt.Errorf("making an asset: %w", err)
	}
	if _, err := s.app.buildFor(ctx, "", minimalFunction, filepath.Join(asset, "bootstrap"), "linux", "arm64"); err != nil {
		return err
	}
	synthBaseline := func() (float64, error) {
		total, err := s.synth(ctx, filepath.Join(s.work, "cdk.out.baseline"), []string{"CDK_VALIDATION=false"}, baseline, asset)
		if err != nil {
			return 0, err
		}
		for _, f := range functions {
			took, err := s.app.buildFor(ctx, f.Package, nil, filepath.Join(s.work, f.Name), "linux", "arm64")
			if err != nil {
				return 0, err
			}
			total += milliseconds(took)
		}
		return total, nil
	}
	s.say("%d synths of each app ...", *runs)
	result := row{what: "synth without validation", against: "plainest app", format: "%.0f ms", goal: goal{ratioAtMost, 1.25}}
	if result.ours, result.theirs, err = takeTurns(ctx, 1, *runs, synthApp, synthBaseline); err != nil {
		return err
	}
	return printTable(s.out, []row{result})
}

// compareFlags returns the functions of a new cloud assembly. It fails if buildFor
// builds other bytes than the app has built: then it has other flags than the app,
// and its times say nothing.
func (s *site) compareFlags(ctx context.Context, written string) ([]*assembly.Function, error) {
	model, err := assembly.Read(written, assembly.Options{})
	if err != nil {
		return nil, err
	}
	var functions []*assembly.Function
	for _, f := range model.Functions {
		if f.Package != "" && f.AssetDir != "" {
			functions = append(functions, f)
		}
	}
	if len(functions) == 0 {
		return nil, errors.New("the app has no function with the metadata go:package and an asset")
	}
	f := functions[0]
	file := filepath.Join(s.work, "compared")
	if _, err := s.app.buildFor(ctx, f.Package, nil, file, "linux", "arm64"); err != nil {
		return nil, err
	}
	built, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading a function: %w", err)
	}
	deployed, err := os.ReadFile(filepath.Join(f.AssetDir, "bootstrap"))
	if err != nil {
		return nil, fmt.Errorf("reading what the app built: %w", err)
	}
	if !bytes.Equal(built, deployed) {
		return nil, fmt.Errorf("the app builds other bytes of %s than this program: give both the same flags of go build", f.Package)
	}
	return functions, nil
}

// measureTests compares the whole test run, with everything compiled, with one
// synth as a deployment does it: with the CDK's validation.
func measureTests(ctx context.Context, s *site, args []string) error {
	set := s.appFlags("tests")
	runs := set.Int("runs", 5, "runs of the tests, and synths")
	if err := s.parse(set, args); err != nil {
		return err
	}
	ours, err := s.buildCDKApp(ctx, nil)
	if err != nil {
		return err
	}
	s.say("%d test runs and synths ...", *runs)
	result := row{what: "go test ./...", against: "synth with validation", format: "%.0f ms", goal: goal{ratioAtMost, 2}}
	result.ours, result.theirs, err = takeTurns(ctx, 1, *runs,
		func() (float64, error) {
			took, err := do(ctx, command{dir: s.app.folder, env: s.cleanEnvironment(), args: []string{"go", "test", "-count=1", "./..."}})
			return milliseconds(took), err
		},
		func() (float64, error) { return s.synth(ctx, filepath.Join(s.work, "cdk.out"), nil, ours) })
	if err != nil {
		return err
	}
	return printTable(s.out, []row{result})
}

// buildCDKApp builds the CDK app for this machine, or a source in its place, and
// returns its executable. It may take a minute: the CDK is large.
func (s *site) buildCDKApp(ctx context.Context, source []byte) (string, error) {
	if !exists(filepath.Join(s.app.folder, "cdk.json")) {
		return "", fmt.Errorf("%s is not the folder of a CDK app: it has no cdk.json; name another with -app", s.app.folder)
	}
	s.say("building a CDK app ...")
	file := executablePath(s.work, fmt.Sprint("app-", len(source)))
	args := []string{"-buildvcs=false", "-o", file}
	if source == nil {
		_, err := goBuild(ctx, s.app.folder, nil, append(args, ".")...)
		return file, err
	}
	overlay, err := s.app.overlay(s.work, source)
	if err != nil {
		return "", err
	}
	_, err = goBuild(ctx, s.app.module, nil, append(args, "-overlay", overlay, "./"+overlaid)...)
	return file, err
}

// synth runs a CDK app as the CDK CLI does, and returns the milliseconds that it
// took.
func (s *site) synth(ctx context.Context, written string, variables []string, args ...string) (float64, error) {
	text, err := os.ReadFile(filepath.Join(s.app.folder, "cdk.json"))
	if err != nil {
		return 0, fmt.Errorf("reading the context: %w", err)
	}
	var settings struct{ Context json.RawMessage }
	if err := json.Unmarshal(text, &settings); err != nil {
		return 0, fmt.Errorf("reading the context in cdk.json: %w", err)
	}
	took, err := do(ctx, command{
		dir:  s.app.folder,
		env:  append(append(s.cleanEnvironment(), variables...), "CDK_CONTEXT_JSON="+string(settings.Context), "CDK_OUTDIR="+written),
		args: args,
	})
	return milliseconds(took), err
}

// cleanEnvironment returns the environment of this process without settings of AWS
// and the CDK, which would change what is measured. Temporary files are in the
// folder of the measurement.
func (s *site) cleanEnvironment() []string {
	return slices.DeleteFunc(environment("TMPDIR="+s.work), func(variable string) bool {
		return strings.HasPrefix(variable, "AWS_") || strings.HasPrefix(variable, "CDK_")
	})
}
