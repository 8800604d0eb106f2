// Command benchmark measures, in one run and in interleaved rounds, how many
// times a second this engine, Velocity 1.7 on a JVM and npm's velocityjs render
// the same template with the same body, each from the body's text to the output
// and on one thread.
//
//	go -C apigw run ./tools/benchmark [-rounds 7] [-seconds 1.5] [-warmup 6]
//
// The JVM and Node.js take as much memory as they like before they collect
// garbage. Go would collect at 4 MB; here it may take 64 MB.
//
// It needs a JDK, Debian's packages velocity and libjsonpath-java, and npm.
package main

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/apigw/internal/mapping"
	"example.com/apigw/internal/oracle"
	"example.com/apigw/internal/vtl"
)

//go:embed Bench.java
var benchJava string

//go:embed bench.js
var benchJS string

const velocityjs = "velocityjs@2.1.7"

func main() {
	rounds := flag.Int("rounds", 7, "rounds, in each of which every engine runs once")
	seconds := flag.Float64("seconds", 1.5, "length of a run")
	warmup := flag.Float64("warmup", 6, "seconds that every engine runs before the first round")
	flag.Parse()
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(64 << 20)
	if err := measure(*rounds, *seconds, *warmup); err != nil {
		fmt.Fprintln(os.Stderr, "benchmark:", err)
		os.Exit(1)
	}
}

// engine renders the template for some seconds, with the template parsed once
// or each time, and returns the renders a second.
type engine interface {
	name() string
	output() string
	run(what string, seconds float64) (float64, error)
}

func measure(rounds int, seconds, warmup float64) error {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	template := filepath.Join(root, "internal/mapping/testdata/bench.vtl")
	body := filepath.Join(root, "internal/mapping/testdata/bench-body.json")
	ours, err := newHere(template, body)
	if err != nil {
		return err
	}
	jvm, err := oracle.Compile(oracle.Source{Class: "Bench", Text: benchJava})
	if err != nil {
		return err
	}
	defer jvm.Close()
	java, err := start("Velocity 1.7", jvm.Command("Bench", template, body))
	if err != nil {
		return err
	}
	defer java.stop()
	dir, err := install()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	script := exec.Command("node", "-e", benchJS, "--", template, body)
	script.Env = append(os.Environ(), "NODE_PATH="+filepath.Join(dir, "node_modules"))
	node, err := start(velocityjs, script)
	if err != nil {
		return err
	}
	defer node.stop()

	engines := []engine{ours, java, node}
	for _, e := range engines[1:] {
		if e.output() != ours.output() {
			return fmt.Errorf("%s gives another output:\n%s\ninstead of\n%s", e.name(), e.output(), ours.output())
		}
	}
	for _, what := range []string{"cached", "parse"} {
		if err := compare(engines, what, rounds, seconds, warmup); err != nil {
			return err
		}
	}
	return nil
}

func compare(engines []engine, what string, rounds int, seconds, warmup float64) error {
	results := make([][]float64, len(engines))
	for _, e := range engines {
		if _, err := e.run(what, warmup); err != nil {
			return err
		}
	}
	for range rounds {
		for i, e := range engines {
			n, err := e.run(what, seconds)
			if err != nil {
				return err
			}
			results[i] = append(results[i], n)
		}
	}
	fmt.Println(map[string]string{"cached": "template parsed once", "parse": "template parsed for each render"}[what])
	ours := median(results[0])
	for i, e := range engines {
		m := median(results[i])
		fmt.Printf("  %-18s %8.0f renders/s (from %.0f to %.0f)", e.name(), m, slices.Min(results[i]), slices.Max(results[i]))
		if i > 0 {
			fmt.Printf("   this engine: %.1f ×", ours/m)
		}
		fmt.Println()
	}
	return nil
}

func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}

// here is this engine.
type here struct {
	text, out string
	template  *vtl.Template
	engine    mapping.Engine
	request   mapping.Request
}

func newHere(template, body string) (*here, error) {
	text, err := os.ReadFile(template)
	if err != nil {
		return nil, err
	}
	payload, err := os.ReadFile(body)
	if err != nil {
		return nil, err
	}
	h := &here{text: string(text), request: mapping.Request{
		Body:           string(payload),
		Path:           mapping.Params{{Name: "tenant", Values: []string{"t-1"}}},
		Context:        map[string]any{"httpMethod": "POST", "stage": "dev", "identity": map[string]any{"sourceIp": "1.2.3.4"}},
		StageVariables: map[string]string{"table": "T"},
	}}
	if h.template, err = vtl.Parse("bench.vtl", h.text); err != nil {
		return nil, err
	}
	h.out, err = h.render(false)
	return h, err
}

func (h *here) name() string { return "this engine" }

func (h *here) output() string { return h.out }

func (h *here) render(parse bool) (string, error) {
	t := h.template
	if parse {
		var err error
		if t, err = vtl.Parse("bench.vtl", h.text); err != nil {
			return "", err
		}
	}
	out, err := h.engine.NewExchange(&h.request).RenderRequest(context.Background(), t)
	return out.Text, err
}

func (h *here) run(what string, seconds float64) (float64, error) {
	start := time.Now()
	n := 0
	for time.Since(start).Seconds() < seconds {
		for range 20 {
			if _, err := h.render(what == "parse"); err != nil {
				return 0, err
			}
		}
		n += 20
	}
	return float64(n) / time.Since(start).Seconds(), nil
}

// process is an engine in another process.
type process struct {
	title, out string
	cmd        *exec.Cmd
	in         io.WriteCloser
	lines      *bufio.Scanner
}

func start(title string, cmd *exec.Cmd) (*process, error) {
	p := &process{title: title, cmd: cmd}
	var err error
	if p.in, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p.lines = bufio.NewScanner(out)
	p.lines.Buffer(nil, 1<<20)
	line, err := p.line()
	if err == nil {
		err = json.Unmarshal([]byte(line), &p.out)
	}
	if err != nil {
		p.stop()
		return nil, fmt.Errorf("%s: %w", title, err)
	}
	return p, nil
}

func (p *process) line() (string, error) {
	if !p.lines.Scan() {
		return "", errors.Join(errors.New("it ended"), p.lines.Err())
	}
	return p.lines.Text(), nil
}

func (p *process) name() string { return p.title }

func (p *process) output() string { return p.out }

func (p *process) run(what string, seconds float64) (float64, error) {
	fmt.Fprintln(p.in, what, seconds)
	line, err := p.line()
	if err != nil {
		return 0, fmt.Errorf("%s: %w", p.title, err)
	}
	return strconv.ParseFloat(strings.TrimSpace(line), 64)
}

func (p *process) stop() {
	p.in.Close()
	p.cmd.Wait()
}

// install installs velocityjs into a temporary folder.
func install() (string, error) {
	dir, err := os.MkdirTemp("", "velocityjs")
	if err != nil {
		return "", err
	}
	out, err := exec.Command("npm", "install", "--prefix", dir, "--no-audit", "--no-fund", "--silent", velocityjs).CombinedOutput()
	if err != nil {
		os.RemoveAll(dir)
		return "", fmt.Errorf("npm: %w\n%s", err, out)
	}
	return dir, nil
}

// moduleRoot returns the folder of the module that holds the working directory.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("run this within the module, as go -C apigw run ./tools/benchmark does")
		}
		dir = filepath.Dir(dir)
	}
}
