package main

import (
	"context"
	"embed"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"time"
)

// The versions that need no account and no login.
const (
	serverlessVersion        = "serverless@3.40.0"
	serverlessOfflineVersion = "serverless-offline@13.9.0"
)

// serverlessService is a service that responds without any work of its own.
//
//go:embed serverless
var serverlessService embed.FS

// serverlessPath is its one route: serverless-offline has the stage in the path,
// too.
const serverlessPath = "/prod/greet"

// serverlessBody is what it responds with.
const serverlessBody = `{"greeting":"World"}`

// startServerless installs serverless-offline in a temporary folder and starts
// it. It returns where it listens.
func (s *site) startServerless(ctx context.Context) (p *program, host string, err error) {
	for _, tool := range []string{"node", "npm"} {
		if err := need(tool, "install Node.js 20 or newer, with npm; serverless-offline runs on it"); err != nil {
			return nil, "", err
		}
	}
	dir := filepath.Join(s.work, "serverless")
	if err := os.CopyFS(s.work, serverlessService); err != nil {
		return nil, "", fmt.Errorf("writing the service of serverless-offline: %w", err)
	}
	s.say("installing %s and %s (a minute or two) ...", serverlessVersion, serverlessOfflineVersion)
	if err := os.WriteFile(filepath.Join(dir, "package.json"), []byte(`{"private": true}`), 0o644); err != nil {
		return nil, "", fmt.Errorf("writing the service of serverless-offline: %w", err)
	}
	if _, err := do(ctx, command{dir: dir, args: []string{"npm", "install", "--no-audit", "--no-fund", "--ignore-scripts",
		serverlessVersion, serverlessOfflineVersion}}); err != nil {
		return nil, "", fmt.Errorf("%w\nnpm could not install it: is the registry reachable?", err)
	}

	http, err := freePort()
	if err != nil {
		return nil, "", err
	}
	lambda, err := freePort()
	if err != nil {
		return nil, "", err
	}
	p, err = start(command{
		dir: dir,
		env: append(os.Environ(), "HTTP_PORT="+strconv.Itoa(http), "LAMBDA_PORT="+strconv.Itoa(lambda),
			"SLS_TELEMETRY_DISABLED=1", "SLS_NOTIFICATIONS_MODE=off",
			"AWS_ACCESS_KEY_ID=none", "AWS_SECRET_ACCESS_KEY=none"),
		args:  []string{"node", filepath.Join("node_modules", "serverless", "bin", "serverless.js"), "offline"},
		ready: regexp.MustCompile(`Server ready: http://([^\s/]+)`),
	})
	if err != nil {
		return nil, "", err
	}
	waiting, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	if host, err = p.await(waiting); err != nil {
		p.stop()
		return nil, "", err
	}
	return p, host, nil
}

// freePort returns a port of the loopback interface that was free a moment ago.
func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("looking for a free port: %w", err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
