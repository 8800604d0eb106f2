package main

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// The two doors of the app, and what both answer.
const (
	proxiedPath = "/direct/prod/greet"
	mappedPath  = "/mapped/prod/greet"
	helloWorld  = `{"greeting":"World"}`
)

// snapshot is the committed cloud assembly. With it the runner needs no Node.js,
// whether the templates are up to date or not.
const snapshot = "internal/testapp/cdk.out"

// runner is the runner's process.
type runner struct {
	*program
	host string // host:port
}

var serving = regexp.MustCompile(`Serving http://(\S+)`)

// buildRunner builds the runner of the project.
func (s *site) buildRunner(ctx context.Context) (executable string, err error) {
	s.say("building the runner ...")
	executable = filepath.Join(s.work, "local.exe") // Windows wants the ending, other systems do not mind
	_, err = goBuild(ctx, s.root, nil, "-o", executable, "./cmd/apigw")
	return executable, err
}

// startRunner starts the runner in the folder dir, on a free port.
func startRunner(ctx context.Context, executable, dir string, flags ...string) (*runner, error) {
	p, err := start(command{
		dir:   dir,
		args:  append([]string{executable, "--listen", "127.0.0.1:0", "--log", "off"}, flags...),
		ready: serving,
	})
	if err != nil {
		return nil, err
	}
	waiting, cancel := context.WithTimeout(ctx, 5*time.Minute) // it may build functions
	defer cancel()
	host, err := p.await(waiting)
	if err != nil {
		p.stop()
		return nil, err
	}
	return &runner{program: p, host: host}, nil
}

// startHello starts the runner with this project's app, and makes sure that it
// answers at both doors.
func (s *site) startHello(ctx context.Context) (*runner, error) {
	executable, err := s.buildRunner(ctx)
	if err != nil {
		return nil, err
	}
	r, err := startRunner(ctx, executable, s.root, "--no-watch", "--app", snapshot)
	if err != nil {
		return nil, err
	}
	for _, path := range []string{proxiedPath, mappedPath} {
		c, err := dial(ctx, r.host)
		if err == nil {
			err = c.hello(get(r.host, path))
			c.close()
		}
		if err != nil {
			r.stop()
			return nil, fmt.Errorf("%w\n%s", err, strings.TrimSpace(r.output.text()))
		}
	}
	return r, nil
}
