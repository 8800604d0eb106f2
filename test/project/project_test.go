//go:build project

// Package project makes services with go run ./local new, one for each choice of
// doors, and checks that they are whole: what their README and AGENTS.md say works, and
// no tool finds anything. It needs Node.js, npx, curl, git, and in PATH staticcheck,
// deadcode and cfn-lint, as .ci/run installs them. It takes minutes, hence the tag:
//
//	go test -tags project ./test/project
package project

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

const kit = "../.."

// service is a project that was made.
type service struct {
	dir string
}

func TestProjects(t *testing.T) {
	for _, c := range []struct {
		rule string
		args []string // of new, behind its folder
		dir  string
	}{
		{"with proxy integration", []string{"--module", "github.com/you/orders"}, "orders"},
		{"without, with dots, digits and dashes in the names, in a path with blanks",
			[]string{"--module", "git.example-2.org/~team/my-shop.v2", "--door", "mapped"}, "a folder/my shop"},
		{"both, with a keyword of Go for a name, and the lessons",
			[]string{"--module", "example.org/func", "--door", "both", "--lessons"}, "func"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			s := service{filepath.Join(t.TempDir(), c.dir)}
			service{kit}.run(t, "go", append([]string{"run", "./local", "new", s.dir}, c.args...)...)
			t.Run("its files", s.testFiles)
			if slices.Contains(c.args, "both") {
				// Nothing is taken out of it but what no door is about, and the kit's
				// own checks are about the rest.
				s.run(t, "sh", "-c", "go vet ./... && go test ./...")
				return
			}
			t.Run("its pages", s.testPages)
			t.Run("tools", s.testTools)
		})
	}
}

// command is a line of a page for a terminal, and the output that stands below it.
type command struct{ line, output string }

// fence is a part of a page for a terminal.
var fence = regexp.MustCompile("(?s)```console\n(.*?)```")

// commandsIn returns the commands of a page.
func (s service) commandsIn(t *testing.T, page string) []command {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, page))
	if err != nil {
		t.Fatal(err)
	}
	var commands []command
	for _, block := range fence.FindAllStringSubmatch(string(text), -1) {
		for line := range strings.Lines(block[1]) {
			if line, ok := strings.CutPrefix(line, "$ "); ok {
				commands = append(commands, command{line: strings.TrimSpace(line)})
			} else if len(commands) > 0 {
				commands[len(commands)-1].output += line
			}
		}
	}
	if len(commands) == 0 {
		t.Fatalf("%s has no commands, want some", page)
	}
	return commands
}

// withAccount is a command that needs an account of AWS.
var withAccount = regexp.MustCompile(`^npx --yes (aws-cdk@\S+) (bootstrap|deploy)\b`)

// testPages runs the commands of the pages, word for word.
func (s service) testPages(t *testing.T) {
	server, deployed, added := false, false, false
	for _, page := range []string{"README.md", "AGENTS.md"} {
		for _, c := range s.commandsIn(t, page) {
			switch account := withAccount.FindStringSubmatch(c.line); {
			case c.line == "go run ./local":
				s.serve(t)
				server = true
			case account != nil && account[2] == "deploy":
				deployed = true
				s.synth(t, account[1])
			case account != nil, strings.Contains(c.line, "cdk-outputs.json"): // which a deployment writes
			default:
				if strings.HasPrefix(c.line, "go run ./local add ") && !added {
					added = true
					if changed := s.run(t, "git", "status", "--porcelain"); changed != "" {
						t.Errorf("what the pages say changed files before anything was added: got %s, want none", changed)
					}
				}
				out := s.run(t, "sh", "-c", c.line)
				if c.output != "" && strings.TrimSpace(out) != strings.TrimSpace(c.output) {
					t.Errorf("%s: %s: got %s, want %s", page, c.line, out, c.output)
				}
				if strings.HasPrefix(c.line, "gofmt -l") && out != "" {
					t.Errorf("%s: %s: got %s, want nothing", page, c.line, out)
				}
			}
		}
	}
	if !server || !deployed || !added {
		t.Errorf("the pages serve: %t, add: %t, deploy: %t; want all of it", server, added, deployed)
	}
	s.testAdded(t)
}

// testAdded sends requests for what the README adds to what was started before it.
func (s service) testAdded(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(s.dir, "kit.json"))
	if err != nil {
		t.Fatal(err)
	}
	var answers struct{ Name string }
	if err := json.Unmarshal(text, &answers); err != nil {
		t.Fatal(err)
	}
	url := "http://127.0.0.1:3000/" + answers.Name + "/prod/orders"
	for _, c := range []struct{ rule, arguments, want string }{
		{"a route", url + "/5", `{"id":"5"}`},
		{"a route that an authorizer guards", `--header "Content-Type: application/json" --data '{"item":"book","amount":2}' ` + url, `{"message":"Unauthorized"}`},
	} {
		// Until the runner has taken over what changed, it serves what was there before.
		line := fmt.Sprintf(`for i in $(seq 60); do got=$(curl --silent --max-time 60 %s); [ "$got" != '%s' ] || break; sleep 1; done; echo "$got"`, c.arguments, c.want)
		if got := strings.TrimSpace(s.run(t, "sh", "-c", line)); got != c.want {
			t.Errorf("%s: got %s, want %s", c.rule, got, c.want)
		}
	}
}

// serve starts what the README starts in a terminal of its own, until the test ends.
func (s service) serve(t *testing.T) {
	t.Helper()
	server := exec.Command("go", "run", "./local")
	server.Dir = s.dir
	server.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // go run passes no signals on
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	server.Stderr = &said
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Kill(-server.Process.Pid, syscall.SIGINT); err != nil {
			t.Errorf("ending go run ./local: %v", err)
		}
		_ = server.Wait() // it was interrupted
	})
	late := time.AfterFunc(3*time.Minute, func() { _ = syscall.Kill(-server.Process.Pid, syscall.SIGTERM) })
	defer late.Stop()
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "Serving ") {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return
		}
	}
	t.Fatalf("go run ./local: got no line that begins with Serving, want one; it said %s", said.String())
}

// synth synthesizes as a deployment does, with the CDK's validation, and checks the
// templates.
func (s service) synth(t *testing.T, cdk string) {
	t.Helper()
	s.run(t, "npx", "--yes", cdk, "synth", "--quiet", "--strict")
	templates, err := filepath.Glob(filepath.Join(s.dir, "cdk.out", "*.template.json"))
	if err != nil || len(templates) != 1 {
		t.Fatalf("templates %q (%v), want one", templates, err)
	}
	s.run(t, "cfn-lint", filepath.Join("cdk.out", filepath.Base(templates[0])))
}

// testTools lets tools look for what is wrong or not needed.
func (s service) testTools(t *testing.T) {
	for _, c := range [][]string{
		{"staticcheck", "./..."},
		{"deadcode", "-test", "./..."},
		{"go", "mod", "tidy", "-diff"},
	} {
		if out := s.run(t, c[0], c[1:]...); out != "" {
			t.Errorf("%q: got %s, want nothing", c, out)
		}
	}
	// Each package of the engine that came along is of use.
	listed := strings.Fields(s.run(t, "go", "list", "./...", "example.com/apigw/..."))
	used := strings.Fields(s.run(t, "go", append([]string{"list", "-deps", "-test", "./..."}, publicPackages(listed)...)...))
	for _, pkg := range listed {
		if !slices.Contains(used, pkg) {
			t.Errorf("%s is used by nothing: name its folder among the kit's own in kit.json", pkg)
		}
	}
}

// publicPackages returns the packages of the engine that a service may use, now or
// later.
func publicPackages(packages []string) []string {
	return slices.DeleteFunc(slices.Clone(packages), func(pkg string) bool {
		return !strings.HasPrefix(pkg, "example.com/apigw/") || strings.Contains(pkg, "/internal/")
	})
}

// maxLines is how many lines of Go an owner has, without the lessons.
const maxLines = 4000

var (
	kitsNames = regexp.MustCompile(`HelloStack|hello-apigw|onedoor|\bthe kit's\b`)
	hello     = regexp.MustCompile(`(?i)hello`)
	// greets are the files that are about what greets, and those that show how it is called.
	greets = regexp.MustCompile(`^(functions/(greeting|hello[^/]*)/.*|stacks/(proxy|mapped)_api\.go|stacks/templates/mapped/hello_.*` +
		`|test/contract/contract\.json|test/contract/proxy_event\.go|test/(proxy|mapped)_api_test\.go|test/snapshot/.*|README\.md|lessons/.*)$`)
)

// testFiles looks into the files that the owner has.
func (s service) testFiles(t *testing.T) {
	lines := 0
	for name := range strings.Lines(s.run(t, "git", "ls-files")) {
		name = strings.TrimSpace(name)
		if strings.HasPrefix(name, "apigw/") {
			if base := filepath.Base(name); strings.HasSuffix(base, "_test.go") || strings.Contains(name, "/testdata/") {
				t.Errorf("%s is a test of the engine, want none", name)
			}
			continue
		}
		text, err := fs.ReadFile(os.DirFS(s.dir), name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, ".go") && !strings.HasPrefix(name, "lessons/") {
			lines += bytes.Count(text, []byte("\n"))
		}
		if found := kitsNames.Find(text); found != nil {
			t.Errorf("%s says %q, want a project without the kit's names", name, found)
		}
		if hello.Match(text) && !greets.MatchString(name) {
			t.Errorf("%s says hello, and is not what greets", name)
		}
	}
	if lines > maxLines {
		t.Errorf("%d lines of Go, want at most %d", lines, maxLines)
	}
	t.Logf("%d lines of Go", lines)
}

// run runs a program in the folder of the service, and returns its standard output.
func (s service) run(t *testing.T, name string, args ...string) string {
	t.Helper()
	begun := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, name, args...)
	command.Dir = s.dir
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, out, stderr.String())
	}
	t.Logf("%s %s (%.1f s)", name, strings.Join(args, " "), time.Since(begun).Seconds())
	return string(out)
}
