package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// measureBootstrap compares functions/hello-proxy with a function that has the
// public types of aws-lambda-go and nothing else.
func measureBootstrap(ctx context.Context, work string, runs int) ([]row, error) {
	const ours, theirs = "functions/hello-proxy", "test/measure/minimal"

	size, err := compareSizes(ctx, work, ours, theirs)
	if err != nil {
		return nil, err
	}
	start, err := compareStarts(ctx, work, ours, theirs, runs)
	if err != nil {
		return nil, err
	}
	return []row{size, start}, nil
}

// compareSizes compares what is deployed: the executables for Lambda.
func compareSizes(ctx context.Context, work, ours, theirs string) (row, error) {
	var sizes []float64
	for _, source := range []string{ours, theirs} {
		executable := filepath.Join(work, filepath.Base(source))
		if _, err := buildFunction(ctx, source, executable, "linux", "arm64"); err != nil {
			return row{}, err
		}
		info, err := os.Stat(executable)
		if err != nil {
			return row{}, fmt.Errorf("size of %s: %w", source, err)
		}
		sizes = append(sizes, float64(info.Size()))
	}
	return row{what: "size of bootstrap, linux/arm64", format: "%.0f", unit: "B", ours: sizes[:1], theirs: sizes[1:], limit: 1.05}, nil
}

// compareStarts compares the part of a cold start that belongs to the function:
// from its start until it asks for its first event.
func compareStarts(ctx context.Context, work, ours, theirs string, runs int) (row, error) {
	api, err := startRuntimeAPI()
	if err != nil {
		return row{}, err
	}
	defer api.server.Close()

	// Built for this machine, which could run arm64 in an emulator at best.
	var starts []func() (float64, error)
	for _, source := range []string{ours, theirs} {
		executable := filepath.Join(work, filepath.Base(source)+".exe") // Windows wants the ending, other systems do not mind
		if _, err := buildFunction(ctx, source, executable, runtime.GOOS, runtime.GOARCH); err != nil {
			return row{}, err
		}
		starts = append(starts, func() (float64, error) { return api.timeToFirstRequest(ctx, executable) })
	}
	result := row{what: "start of bootstrap until its first request", format: "%.2f", unit: "ms", limit: 1.10}
	result.ours, result.theirs, err = takeTurns(ctx, 20, runs, starts[0], starts[1])
	return result, err
}

// runtimeAPI stands in for Lambda's Runtime API. It has no events: it only
// notes when a function asks for one.
type runtimeAPI struct {
	server  *http.Server
	address string
	asked   chan time.Time
}

func startRuntimeAPI() (*runtimeAPI, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start the stand-in for the Runtime API: %w", err)
	}
	api := &runtimeAPI{address: listener.Addr().String(), asked: make(chan time.Time)}
	next := func(_ http.ResponseWriter, request *http.Request) {
		now := time.Now()
		select {
		case api.asked <- now:
			<-request.Context().Done() // until the function is killed
		case <-request.Context().Done():
		}
	}
	routes := http.NewServeMux()
	routes.HandleFunc("GET /2018-06-01/runtime/invocation/next", next)
	api.server = &http.Server{Handler: routes}
	go api.server.Serve(listener) // until it is closed
	return api, nil
}

// timeToFirstRequest starts a function, returns the milliseconds until it asks
// for its first event, and kills it.
func (api *runtimeAPI) timeToFirstRequest(ctx context.Context, bootstrap string) (float64, error) {
	ctx, kill := context.WithTimeout(ctx, 30*time.Second) // a function that asks for something else would never end
	defer kill()

	var output bytes.Buffer
	command := exec.CommandContext(ctx, bootstrap)
	command.Env = []string{
		"AWS_LAMBDA_RUNTIME_API=" + api.address,
		"ALLOWED_ORIGINS=*", "ALLOW_CREDENTIALS=false", // as the stack sets them
	}
	command.Stdout, command.Stderr = &output, &output
	start := time.Now()
	if err := command.Start(); err != nil {
		return 0, fmt.Errorf("start %s: %w", bootstrap, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()

	select {
	case asked := <-api.asked:
		kill()
		<-ended
		return milliseconds(asked.Sub(start)), nil
	case err := <-ended:
		return 0, fmt.Errorf("%s ended before it asked for an event: %w\n%s", bootstrap, err, &output)
	}
}
