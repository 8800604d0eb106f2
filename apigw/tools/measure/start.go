package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// measureStart compares go run of the runner in a fresh copy of the app, until its
// routes respond, with go build of the same programs in another: first with
// nothing built, then with everything built. There is no Node.js on either side.
func measureStart(ctx context.Context, s *site, args []string) error {
	set := s.appFlags("start")
	rounds := set.Int("rounds", 1, "rounds with nothing built, of some minutes each")
	again := set.Int("again", 5, "starts with everything built, in each round")
	if err := s.parse(set, args); err != nil {
		return err
	}
	first := row{what: "first start", against: "go build", format: "%.2f s", goal: goal{ratioAtMost, 2}}
	later := row{what: "with everything built", against: "go build, up to date", format: "%.2f s", goal: goal{figureBelow, 1}}
	for round := range *rounds {
		started, built, err := s.freshCopies(ctx, round)
		if err != nil {
			return err
		}
		s.say("round %d: building, starting ...", round+1)
		for i := range *again + 1 {
			r := &first
			if i > 0 {
				r = &later
			}
			ours, err := started.start(ctx)
			if err != nil {
				return err
			}
			theirs, err := built.build(ctx)
			if err != nil {
				return err
			}
			r.ours, r.theirs = append(r.ours, ours.Seconds()), append(r.theirs, theirs.Seconds())
		}
		for _, c := range []checkout{started, built} {
			if err := os.RemoveAll(c.app.module); err != nil {
				return fmt.Errorf("removing a copy: %w", err)
			}
		}
	}
	return printTable(s.out, []row{first, later})
}

// checkout is a copy of the app with a build cache of its own, and the environment
// for it.
type checkout struct {
	app *app
	env []string
}

func (s *site) freshCopies(ctx context.Context, round int) (a, b checkout, err error) {
	tools, err := s.toolsWithoutNode()
	if err != nil {
		return a, b, err
	}
	for i, c := range []*checkout{&a, &b} {
		name := fmt.Sprintf("copy-%d-%d", round, i)
		if c.app, err = s.copyApp(ctx, name); err != nil {
			return a, b, err
		}
		c.env = environment("PATH="+tools, "GOCACHE="+filepath.Join(s.work, name, ".build", "go"), "GOFLAGS=")
		// Downloads are not what is compared.
		for _, p := range c.app.programs() {
			if _, err := do(ctx, command{dir: p.dir, args: append([]string{"go", "list", "-deps"}, p.packages...)}); err != nil {
				return a, b, err
			}
		}
	}
	return a, b, nil
}

// programs are packages that are built together.
type programs struct {
	dir      string
	packages []string
}

// programs returns the command and the functions of the routes.
func (a *app) programs() []programs {
	all := programs{dir: a.module}
	for _, r := range a.routes() {
		all.packages = append(all.packages, r.function.Package)
	}
	if inside, err := filepath.Rel(a.module, a.command); err == nil && filepath.IsLocal(inside) {
		all.packages = append(all.packages, "./"+filepath.ToSlash(inside))
		return []programs{all}
	}
	return []programs{{dir: a.command, packages: []string{"."}}, all}
}

// build builds all that the start of the runner builds.
func (c checkout) build(ctx context.Context) (time.Duration, error) {
	var total time.Duration
	for _, p := range c.app.programs() {
		took, err := goBuild(ctx, p.dir, c.env, append([]string{"-o", filepath.Join(c.app.module, ".build", "bin") + string(filepath.Separator)}, p.packages...)...)
		if err != nil {
			return 0, err
		}
		total += took
	}
	return total, nil
}

// start starts the runner as a newcomer does, and returns the time until the
// routes have responded.
func (c checkout) start(ctx context.Context) (time.Duration, error) {
	port, err := freePort()
	if err != nil {
		return 0, err
	}
	host := "127.0.0.1:" + strconv.Itoa(port)
	dir, pkg := c.app.command, "."
	if inside, err := filepath.Rel(c.app.folder, c.app.command); err == nil && filepath.IsLocal(inside) {
		dir, pkg = c.app.folder, "./"+filepath.ToSlash(inside)
	}
	began := time.Now()
	p, err := start(command{dir: dir, env: c.env, args: []string{"go", "run", pkg, "--listen", host, "--app", c.app.assembly}})
	if err != nil {
		return 0, err
	}
	defer p.stop()
	for _, route := range c.app.routes() {
		if err := untilServed(ctx, p, host, route); err != nil {
			return 0, err
		}
	}
	return time.Since(began), nil
}

// untilServed asks again and again until there is a response, as somebody with
// curl would, only faster.
func untilServed(ctx context.Context, p *program, host string, route *route) error {
	late, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	for {
		_, err := firstBody(late, host, route)
		if err == nil {
			return nil
		}
		select {
		case <-p.gone:
			return p.ended()
		case <-late.Done():
			return fmt.Errorf("%s does not serve: %w\n%s", p.name, err, p.output.text())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// toolsWithoutNode makes a folder for PATH. It has the go command, git and a C
// compiler, those that are on this machine, and nothing else.
func (s *site) toolsWithoutNode() (string, error) {
	dir := filepath.Join(s.work, "tools")
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "", fmt.Errorf("making a PATH without Node.js: %w", err)
	}
	for _, tool := range []string{"go", "git", "gcc", "clang", "as", "ld"} {
		path, err := exec.LookPath(tool)
		if err == nil {
			path, err = filepath.Abs(path)
		}
		if err != nil && tool != "go" {
			continue
		}
		if err == nil {
			err = os.Symlink(path, filepath.Join(dir, tool))
		}
		if err != nil {
			return "", fmt.Errorf("making a PATH without Node.js: %w", err)
		}
	}
	return dir, nil
}

// environment returns the environment of this process with some variables set
// otherwise.
func environment(variables ...string) []string {
	return append(slices.DeleteFunc(os.Environ(), func(old string) bool {
		name, _, _ := strings.Cut(old, "=")
		return slices.ContainsFunc(variables, func(v string) bool { return strings.HasPrefix(v, name+"=") })
	}), variables...)
}
