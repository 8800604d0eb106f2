package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// minimalFunction is the plainest function: the one that others are measured
// against.
//
//go:embed testdata/minimal/main.go
var minimalFunction []byte

// measureBootstrap compares a function of the app with one that has the public
// types of aws-lambda-go and nothing else.
func measureBootstrap(ctx context.Context, s *site, args []string) error {
	set := s.appFlags("bootstrap")
	runs := set.Int("runs", 300, "starts of each function")
	if err := s.parse(set, args); err != nil {
		return err
	}
	if err := s.app.needProxy(); err != nil {
		return err
	}
	size, err := s.compareSizes(ctx)
	if err != nil {
		return err
	}
	s.say("%d starts of each function ...", *runs)
	start, err := s.compareStarts(ctx, *runs)
	if err != nil {
		return err
	}
	return printTable(s.out, []row{size, start})
}

// compareSizes compares what is deployed: the executables for Lambda.
func (s *site) compareSizes(ctx context.Context) (row, error) {
	var sizes []float64
	for i, source := range [][]byte{nil, minimalFunction} {
		file := filepath.Join(s.work, fmt.Sprint("deployed-", i))
		if _, err := s.buildForLambda(ctx, source, file, "linux", "arm64"); err != nil {
			return row{}, err
		}
		info, err := os.Stat(file)
		if err != nil {
			return row{}, fmt.Errorf("the size of a function: %w", err)
		}
		sizes = append(sizes, float64(info.Size()))
	}
	return row{what: "size of the bootstrap, linux/arm64", against: "plainest function", format: "%.0f B",
		ours: sizes[:1], theirs: sizes[1:], goal: goal{ratioAtMost, 1.05}}, nil
}

// compareStarts compares the part of a cold start that belongs to the function:
// from its start until it asks for its first event.
func (s *site) compareStarts(ctx context.Context, runs int) (row, error) {
	api, err := startRuntimeAPI(s.app.proxy.environment())
	if err != nil {
		return row{}, err
	}
	defer api.server.Close()

	// Built for this machine, which could run arm64 in an emulator at best.
	var starts []func() (float64, error)
	for i, source := range [][]byte{nil, minimalFunction} {
		file := executablePath(s.work, fmt.Sprint("here-", i))
		if _, err := s.buildForLambda(ctx, source, file, runtime.GOOS, runtime.GOARCH); err != nil {
			return row{}, err
		}
		starts = append(starts, func() (float64, error) { return api.timeToFirstRequest(ctx, file) })
	}
	result := row{what: "start of the bootstrap until its first request", against: "plainest function", format: "%.2f ms", goal: goal{ratioAtMost, 1.1}}
	result.ours, result.theirs, err = takeTurns(ctx, 20, runs, starts[0], starts[1])
	return result, err
}

// buildForLambda builds a function as it is deployed, and returns the time that it
// took: the function of the app behind the route with proxy integration, or a
// source in its place.
func (s *site) buildForLambda(ctx context.Context, source []byte, file, system, architecture string) (time.Duration, error) {
	return s.app.buildFor(ctx, s.app.proxy.function.Package, source, file, system, architecture)
}

// buildFor builds a package of the app with the flags of a deployment. A source
// that is not nil takes the place of the package.
func (a *app) buildFor(ctx context.Context, pkg string, source []byte, file, system, architecture string) (time.Duration, error) {
	args := []string{"-o", file,
		"-trimpath", "-buildvcs=false", "-mod=readonly",
		"-ldflags=-s -w -buildid=",
		"-tags=lambda.norpc"}
	if source != nil {
		overlay, err := a.overlay(filepath.Dir(file), source)
		if err != nil {
			return 0, err
		}
		args, pkg = append(args, "-overlay", overlay), "./"+overlaid
	}
	return goBuild(ctx, a.module,
		environment("GOOS="+system, "GOARCH="+architecture, "CGO_ENABLED=0", "GOFLAGS=", "GOEXPERIMENT=", "GOARM64="),
		append(args, pkg)...)
}

// overlaid is the folder, below the app's module, of a package that is there for
// the go command only.
const overlaid = "measured"

// overlay writes what go build needs to see a source in the app's module, so that
// it is built with the versions of the app. It returns the file for -overlay.
func (a *app) overlay(work string, source []byte) (string, error) {
	dir, err := os.MkdirTemp(work, "overlay-")
	if err != nil {
		return "", fmt.Errorf("writing a source: %w", err)
	}
	file := filepath.Join(dir, "main.go")
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(a.module, overlaid, "main.go"): file}})
	if err != nil {
		return "", fmt.Errorf("writing a source: %w", err)
	}
	for name, content := range map[string][]byte{"main.go": source, "overlay.json": overlay} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return "", fmt.Errorf("writing a source: %w", err)
		}
	}
	return filepath.Join(dir, "overlay.json"), nil
}

// runtimeAPI is Lambda's Runtime API without events: it only notes when a function
// asks for one.
type runtimeAPI struct {
	server      *http.Server
	environment []string // of the functions
	asked       chan time.Time
}

func startRuntimeAPI(environment []string) (*runtimeAPI, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening a Runtime API: %w", err)
	}
	api := &runtimeAPI{environment: append(environment, "AWS_LAMBDA_RUNTIME_API="+listener.Addr().String()), asked: make(chan time.Time)}
	next := func(_ http.ResponseWriter, request *http.Request) {
		now := time.Now()
		select {
		case api.asked <- now:
			<-request.Context().Done() // until the function is killed
		case <-request.Context().Done():
		}
	}
	routes := http.NewServeMux()
	routes.HandleFunc("GET "+runtimeAPIPath+"invocation/next", next)
	api.server = &http.Server{Handler: routes}
	go api.server.Serve(listener) // until it is closed
	return api, nil
}

// timeToFirstRequest starts a function, returns the milliseconds until it asks
// for its first event, and kills it.
func (api *runtimeAPI) timeToFirstRequest(ctx context.Context, bootstrap string) (float64, error) {
	ctx, kill := context.WithTimeout(ctx, 30*time.Second) // a function that asks for something else would never end
	defer kill()

	var printed bytes.Buffer
	command := exec.CommandContext(ctx, bootstrap)
	command.Env = api.environment
	command.Stdout, command.Stderr = &printed, &printed
	start := time.Now()
	if err := command.Start(); err != nil {
		return 0, fmt.Errorf("starting %s: %w", bootstrap, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()

	select {
	case asked := <-api.asked:
		kill()
		<-ended
		return milliseconds(asked.Sub(start)), nil
	case err := <-ended:
		return 0, fmt.Errorf("%s ended before it asked for an event: %w\n%s", bootstrap, err, &printed)
	}
}
