package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// timed runs a program to its end and returns the milliseconds that it took.
// What it printed is in the error, and shown only there: Node.js may warn at
// every start that it is old.
func timed(ctx context.Context, environment []string, program string, arguments ...string) (float64, error) {
	var output bytes.Buffer
	command := exec.CommandContext(ctx, program, arguments...)
	command.Env = append(os.Environ(), environment...)
	command.Stdout, command.Stderr = &output, &output
	command.WaitDelay = 5 * time.Second // children of a killed program may keep its output open
	start := time.Now()
	err := command.Run()
	elapsed := time.Since(start)
	if err != nil {
		return 0, fmt.Errorf("%s %s: %w\n%s", program, strings.Join(arguments, " "), err, &output)
	}
	return milliseconds(elapsed), nil
}

// buildFunction builds the function in the folder source for a system and an
// architecture, and returns the milliseconds that it took.
//
// The flags are those of stacks.CompileForLambda, repeated: importing that
// package means compiling the CDK, which takes a minute, and it builds for
// linux/arm64 only. measureSynth fails if they ever differ.
func buildFunction(ctx context.Context, source, executable, system, architecture string) (float64, error) {
	return timed(ctx,
		[]string{"GOOS=" + system, "GOARCH=" + architecture, "CGO_ENABLED=0", "GOFLAGS=", "GOEXPERIMENT=", "GOARM64="},
		"go", "build",
		"-o", executable,
		"-trimpath", "-buildvcs=false", "-mod=readonly",
		"-ldflags=-s -w -buildid=",
		"-tags=lambda.norpc",
		"./"+source)
}

// buildApp builds a CDK app for this machine and returns its executable. It may
// take a minute: the CDK is large.
func buildApp(ctx context.Context, source, work, name string) (string, error) {
	fmt.Fprintf(os.Stderr, "building %s ...\n", name)
	executable := filepath.Join(work, name+".exe") // Windows wants the ending, other systems do not mind
	_, err := timed(ctx, nil, "go", "build", "-buildvcs=false", "-o", executable, source)
	return executable, err
}

func milliseconds(duration time.Duration) float64 {
	return float64(duration) / float64(time.Millisecond)
}
