package main

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// runner is the process that serves an app.
type runner struct {
	*program
	host string // host:port
}

var serving = regexp.MustCompile(`Serving http://(\S+)`)

// buildRunner builds the command in a folder.
func (s *site) buildRunner(ctx context.Context, folder string) (file string, err error) {
	s.say("building the runner ...")
	file = executablePath(s.work, "runner")
	_, err = goBuild(ctx, folder, nil, "-o", file, ".")
	return file, err
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

// startApp starts the runner with the app, and makes sure that its routes respond.
// It returns the body of the response of each route.
func (s *site) startApp(ctx context.Context) (r *runner, bodies map[*route]string, err error) {
	file, err := s.buildRunner(ctx, s.app.command)
	if err != nil {
		return nil, nil, err
	}
	r, err = startRunner(ctx, file, s.app.folder, "--no-watch", "--app", s.app.assembly)
	if err != nil {
		return nil, nil, err
	}
	bodies = map[*route]string{}
	for _, route := range s.app.routes() {
		if bodies[route], err = firstBody(ctx, r.host, route); err != nil {
			r.stop()
			return nil, nil, fmt.Errorf("%w\n%s", err, strings.TrimSpace(r.output.text()))
		}
	}
	return r, bodies, nil
}

// firstBody returns the body of a route's response, which must be 200.
func firstBody(ctx context.Context, host string, route *route) (string, error) {
	c, err := dial(ctx, host)
	if err != nil {
		return "", err
	}
	defer c.close()
	got, err := c.do(get(host, route.path))
	if err == nil && got.status != http.StatusOK {
		err = fmt.Errorf("GET %s: got %d %.200s, want 200: measure an app with a route that a GET without parameters may call", route.path, got.status, got.body)
	}
	return got.body, err
}
