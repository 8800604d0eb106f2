package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"example.com/apigw/internal/scaffold/create"
	"example.com/apigw/internal/scaffold/project"
)

// measureNew compares what somebody waits for who makes a service from a fresh copy of
// the kit: until it responds, with go build of its runner and its function in another
// place; and, once the kit's runner is built, until its tests are green, with its first
// synth by the CDK CLI. What the modules need is downloaded and compiled before.
func measureNew(ctx context.Context, s *site, args []string) error {
	set := s.appFlags("new")
	rounds := set.Int("rounds", 3, "services made and compared, of a minute each")
	door := set.String("door", string(project.Proxy), "the door of the services: proxy or mapped")
	if err := s.parse(set, args); err != nil {
		return err
	}
	kit, err := create.Open(ctx, s.app.folder)
	if err != nil {
		return err
	}
	served := row{what: "new, until the first 200", against: "go build of runner and function", format: "%.1f s", goal: goal{ratioAtMost, 3}}
	tested := row{what: "new with a built runner, until go test is green", against: "first npx aws-cdk synth", format: "%.1f s", goal: goal{ratioAtMost, 2}}
	for round := range *rounds + 1 { // the first fills caches
		s.say("round %d of %d ...", round, *rounds)
		r := newRound{site: s, kit: kit, door: project.Door(*door), dir: filepath.Join(s.work, fmt.Sprint("round-", round))}
		figures, err := r.run(ctx)
		if err != nil {
			return err
		}
		if round > 0 {
			served.ours, served.theirs = append(served.ours, figures[0]), append(served.theirs, figures[1])
			tested.ours, tested.theirs = append(tested.ours, figures[2]), append(tested.theirs, figures[3])
		}
		if err := os.RemoveAll(r.dir); err != nil {
			return fmt.Errorf("removing a round: %w", err)
		}
	}
	return printTable(s.out, []row{served, tested})
}

// newRound is one round, in a folder of its own.
type newRound struct {
	site *site
	kit  *create.Kit
	door project.Door
	dir  string
}

// run returns the seconds of all four.
func (r newRound) run(ctx context.Context) (figures [4]float64, err error) {
	for i, step := range []func(context.Context) (time.Duration, error){r.untilServed, r.build, r.untilTested, r.synth} {
		took, err := step(ctx)
		if err != nil {
			return figures, err
		}
		figures[i] = took.Seconds()
	}
	return figures, nil
}

// untilServed makes a service, and waits for its first response.
func (r newRound) untilServed(ctx context.Context) (time.Duration, error) {
	port, err := freePort()
	if err != nil {
		return 0, err
	}
	host := "127.0.0.1:" + strconv.Itoa(port)
	service, made, err := r.make(ctx, "served")
	if err != nil {
		return 0, err
	}
	began := time.Now()
	p, err := start(command{dir: service, args: []string{"go", "run", "./local", "--listen", host}})
	if err != nil {
		return 0, err
	}
	defer p.stop()
	answers, err := project.Read(service)
	if err != nil {
		return 0, err
	}
	if err := untilServed(ctx, p, host, &route{path: "/" + url.PathEscape(answers.API(r.door)) + "/prod/hello"}); err != nil {
		return 0, err
	}
	return made + time.Since(began), nil
}

// build builds the runner and the function of the same service in another place.
func (r newRound) build(ctx context.Context) (time.Duration, error) {
	service, err := r.copied(ctx, "built")
	if err != nil {
		return 0, err
	}
	answers, err := project.Read(service)
	if err != nil {
		return 0, err
	}
	return goBuild(ctx, service, nil, "-o", filepath.Join(r.dir, "bin")+string(filepath.Separator), "./local", "./"+answers.Sample(r.door))
}

// untilTested makes a service, and runs its tests.
func (r newRound) untilTested(ctx context.Context) (time.Duration, error) {
	service, made, err := r.make(ctx, "tested")
	if err != nil {
		return 0, err
	}
	tested, err := do(ctx, command{dir: service, env: r.site.cleanEnvironment(), args: []string{"go", "test", "./..."}})
	return made + tested, err
}

// cdk is the CDK CLI as the README of a service names it.
var cdk = regexp.MustCompile(`aws-cdk@[0-9.]+[0-9]`)

// synth synthesizes the same service in another place, with the CDK's validation.
func (r newRound) synth(ctx context.Context) (time.Duration, error) {
	service, err := r.copied(ctx, "synthesized")
	if err != nil {
		return 0, err
	}
	readme, err := os.ReadFile(filepath.Join(service, "README.md"))
	if err != nil {
		return 0, err
	}
	version := cdk.FindString(string(readme))
	if version == "" {
		return 0, errors.New("the README of the service names no version of the CDK CLI, such as aws-cdk@2.1148.1")
	}
	return do(ctx, command{dir: service, env: r.site.cleanEnvironment(), args: []string{"npx", "--yes", version, "synth", "--quiet", "--strict"}})
}

// make makes a service with the copy of the kit that the round has, and returns its
// folder and the time that it took.
func (r newRound) make(ctx context.Context, name string) (string, time.Duration, error) {
	kit, service := filepath.Join(r.dir, "kit"), filepath.Join(r.dir, name, "service")
	for _, file := range r.kit.Names {
		content, err := os.ReadFile(filepath.Join(r.kit.Dir, filepath.FromSlash(file)))
		if err != nil {
			return "", 0, fmt.Errorf("copying the kit: %w", err)
		}
		place := filepath.Join(kit, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
			return "", 0, fmt.Errorf("copying the kit: %w", err)
		}
		if err := os.WriteFile(place, content, 0o644); err != nil {
			return "", 0, fmt.Errorf("copying the kit: %w", err)
		}
	}
	// The path is new in each round, or else its packages would be compiled already.
	module := "bench.example/" + filepath.Base(r.dir) + "/" + name
	took, err := do(ctx, command{dir: kit, env: r.site.cleanEnvironment(), args: []string{"go", "run", "./local", "new", service, "--module", module, "--door", string(r.door)}})
	return service, took, err
}

// copied copies the service that is served into a new place, where nothing is
// compiled yet.
func (r newRound) copied(ctx context.Context, name string) (string, error) {
	place := filepath.Join(r.dir, name)
	if err := copyTree(ctx, filepath.Join(r.dir, "served", "service"), place); err != nil {
		return "", fmt.Errorf("copying the service: %w", err)
	}
	return place, nil
}
