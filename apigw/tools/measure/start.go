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

// measureStart compares go run ./local in a fresh clone, until both doors
// answer, with go build of the same programs in another: first with nothing
// built, then with everything built. There is no Node.js on either side.
func measureStart(ctx context.Context, s *site, args []string) error {
	set := s.flags("start")
	rounds := set.Int("rounds", 1, "rounds with nothing built, of some minutes each")
	again := set.Int("again", 5, "starts with everything built, in each round")
	if err := parse(set, args); err != nil {
		return err
	}
	first := row{what: "first start", against: "go build", format: "%.2f s", goal: goal{ratioAtMost, 2}}
	later := row{what: "with everything built", against: "go build, up to date", format: "%.2f s", goal: goal{figureBelow, 1}}
	for round := range *rounds {
		started, built, err := s.freshClones(ctx, round)
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
			theirs, err := goBuild(ctx, built.dir, built.env, "-o", "bin"+string(filepath.Separator),
				"./cmd/apigw", "./internal/testapp/functions/direct", "./internal/testapp/functions/mapped")
			if err != nil {
				return err
			}
			r.ours, r.theirs = append(r.ours, ours.Seconds()), append(r.theirs, theirs.Seconds())
		}
		for _, c := range []checkout{started, built} {
			if err := os.RemoveAll(c.dir); err != nil {
				return fmt.Errorf("removing a clone: %w", err)
			}
		}
	}
	return printTable(s.out, []row{first, later})
}

// checkout is a clone with a build cache of its own, and the environment for it.
type checkout struct {
	dir string
	env []string
}

func (s *site) freshClones(ctx context.Context, round int) (a, b checkout, err error) {
	tools, err := s.toolsWithoutNode()
	if err != nil {
		return a, b, err
	}
	for i, c := range []*checkout{&a, &b} {
		name := fmt.Sprintf("clone-%d-%d", round, i)
		if c.dir, err = s.clone(ctx, name); err != nil {
			return a, b, err
		}
		c.env = environment("PATH="+tools, "GOCACHE="+filepath.Join(c.dir, ".build", "go"), "GOFLAGS=")
		// Downloads are not what is compared.
		if _, err := do(ctx, command{dir: c.dir, args: []string{"go", "list", "-deps", "./cmd/apigw", "./internal/testapp/functions/..."}}); err != nil {
			return a, b, err
		}
	}
	return a, b, nil
}

// start starts the runner as a newcomer does, and returns the time until both
// doors have answered.
func (c checkout) start(ctx context.Context) (time.Duration, error) {
	port, err := freePort()
	if err != nil {
		return 0, err
	}
	host := "127.0.0.1:" + strconv.Itoa(port)
	began := time.Now()
	p, err := start(command{dir: c.dir, env: c.env, args: []string{"go", "run", "./cmd/apigw", "--listen", host, "--app", snapshot}})
	if err != nil {
		return 0, err
	}
	defer p.stop()
	for _, path := range []string{proxiedPath, mappedPath} {
		if err := untilHello(ctx, p, host, path); err != nil {
			return 0, err
		}
	}
	return time.Since(began), nil
}

// untilHello asks again and again until there is an answer, as somebody with
// curl would, only faster.
func untilHello(ctx context.Context, p *program, host, path string) error {
	late, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	for {
		c, err := dial(late, host)
		if err == nil {
			err = c.hello(get(host, path))
			c.close()
		}
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

// toolsWithoutNode makes a folder for PATH that has the go command, git and a C
// compiler, as far as they are here, and nothing else.
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

// environment is that of this process with some variables set otherwise.
func environment(variables ...string) []string {
	return append(slices.DeleteFunc(os.Environ(), func(old string) bool {
		name, _, _ := strings.Cut(old, "=")
		return slices.ContainsFunc(variables, func(v string) bool { return strings.HasPrefix(v, name+"=") })
	}), variables...)
}
