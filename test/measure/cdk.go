package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// measureSynth compares this app with the smallest one that has an API, plus
// what this app does in addition: building its two functions. Both run without
// the CDK's validation, which would take longer than all the rest.
func measureSynth(ctx context.Context, work string, runs int) ([]row, error) {
	app, err := buildApp(ctx, ".", work, "app")
	if err != nil {
		return nil, err
	}
	baseline, err := buildApp(ctx, "./test/measure/baseline", work, "baseline")
	if err != nil {
		return nil, err
	}
	environment, err := synthEnvironment(filepath.Join(work, "cdk.out"), "CDK_VALIDATION=false")
	if err != nil {
		return nil, err
	}
	baselineEnvironment, err := synthEnvironment(filepath.Join(work, "cdk.out.baseline"), "CDK_VALIDATION=false")
	if err != nil {
		return nil, err
	}
	asset := filepath.Join(work, "asset")
	if _, err := buildFunction(ctx, "test/measure/minimal", filepath.Join(asset, "bootstrap"), "linux", "arm64"); err != nil {
		return nil, err
	}

	synthApp := func() (float64, error) { return timed(ctx, environment, app) }
	synthBaseline := func() (float64, error) {
		total, err := timed(ctx, baselineEnvironment, baseline, asset)
		if err != nil {
			return 0, err
		}
		for _, name := range []string{"hello-proxy", "hello-mapped"} {
			build, err := buildFunction(ctx, "functions/"+name, filepath.Join(work, name), "linux", "arm64")
			if err != nil {
				return 0, err
			}
			total += build
		}
		return total, nil
	}

	if _, err := synthApp(); err != nil {
		return nil, err
	}
	if err := compareFlags(ctx, work); err != nil {
		return nil, err
	}
	result := row{what: "synth without validation", format: "%.0f", unit: "ms", limit: 1.25}
	result.ours, result.theirs, err = takeTurns(ctx, 1, runs, synthApp, synthBaseline)
	return []row{result}, err
}

// compareFlags fails if buildFunction gives other bytes than the app, which has
// just built its functions: then it has other flags than the app.
func compareFlags(ctx context.Context, work string) error {
	const name = "hello-proxy"
	executable := filepath.Join(work, name)
	if _, err := buildFunction(ctx, "functions/"+name, executable, "linux", "arm64"); err != nil {
		return err
	}
	built, err := os.ReadFile(executable)
	if err != nil {
		return fmt.Errorf("read what buildFunction built: %w", err)
	}
	deployed, err := os.ReadFile(filepath.Join(".build", "functions", name, "bootstrap"))
	if err != nil {
		return fmt.Errorf("read what the app built: %w", err)
	}
	if !bytes.Equal(built, deployed) {
		return errors.New("buildFunction in test/measure/command.go and CompileForLambda in stacks/go_function.go give different bytes: give them the same flags")
	}
	return nil
}

// measureTests compares the whole test run, with everything compiled, with one
// synth as a deployment does it: with the CDK's validation.
func measureTests(ctx context.Context, work string, runs int) ([]row, error) {
	app, err := buildApp(ctx, ".", work, "app")
	if err != nil {
		return nil, err
	}
	environment, err := synthEnvironment(filepath.Join(work, "cdk.out.validated"))
	if err != nil {
		return nil, err
	}
	result := row{what: "go test ./..., compared with synth with validation", format: "%.0f", unit: "ms", limit: 2}
	result.ours, result.theirs, err = takeTurns(ctx, 1, runs,
		func() (float64, error) { return timed(ctx, nil, "go", "test", "-count=1", "./...") },
		func() (float64, error) { return timed(ctx, environment, app) })
	return []row{result}, err
}

// synthEnvironment is what the CDK CLI would tell an app, the context of cdk.json
// and the folder for the result, and more.
func synthEnvironment(outputFolder string, more ...string) ([]string, error) {
	text, err := os.ReadFile("cdk.json")
	if err != nil {
		return nil, fmt.Errorf("read the context: %w", err)
	}
	var settings struct{ Context json.RawMessage }
	if err := json.Unmarshal(text, &settings); err != nil {
		return nil, fmt.Errorf("read the context in cdk.json: %w", err)
	}
	return append(more, "CDK_CONTEXT_JSON="+string(settings.Context), "CDK_OUTDIR="+outputFolder), nil
}
