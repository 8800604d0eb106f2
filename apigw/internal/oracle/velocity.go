// Package velocity runs the engine that API Gateway behaves like: Apache
// Velocity 1.7 and Jayway JsonPath on a JVM. Tests and benchmarks compare with
// it. It needs a JDK and Debian's packages velocity and libjsonpath-java.
package oracle

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Case is one template to render.
type Case struct {
	Template       string                       `json:"template"`
	Mode           string                       `json:"mode,omitempty"` // aws, or plain Velocity
	Body           string                       `json:"body"`
	Params         map[string]map[string]string `json:"params,omitempty"`
	Context        map[string]any               `json:"context,omitempty"`
	StageVariables map[string]string            `json:"stageVariables,omitempty"`
	Vars           map[string]any               `json:"vars,omitempty"` // further references
}

// Result is what became of it: an output, or an error.
type Result struct {
	Out   string `json:"out"`
	Error string `json:"error"`
}

// JVM is a folder of compiled classes.
type JVM struct {
	classes string
	path    string
}

// Compile compiles the Java side, and sources beside it. Close removes what it
// made.
func Compile(sources ...string) (*JVM, error) {
	root, err := Root()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "velocity")
	if err != nil {
		return nil, err
	}
	j := &JVM{classes: dir, path: dir}
	for _, jar := range []string{"velocity", "json-path", "json-smart", "accessors-smart", "asm", "slf4j-api", "slf4j-nop",
		"commons-collections3", "commons-lang", "commons-lang3"} {
		j.path += ":/usr/share/java/" + jar + ".jar"
	}
	args := append([]string{"-nowarn", "-d", dir, "-cp", j.path, filepath.Join(root, "test/velocity/Oracle.java"),
		filepath.Join(root, "local/mapping/internal/velocity/Direct.java")}, sources...)
	if out, err := exec.Command("javac", args...).CombinedOutput(); err != nil {
		j.Close()
		return nil, fmt.Errorf("javac: %w\n%s", err, out)
	}
	return j, nil
}

// Close removes the classes.
func (j *JVM) Close() { os.RemoveAll(j.classes) }

// Command is a run of a main class, with -D properties as key=value.
func (j *JVM) Command(main string, properties []string, args ...string) *exec.Cmd {
	line := []string{"-Xss4m", "-Dfile.encoding=UTF-8"}
	for _, p := range properties {
		line = append(line, "-D"+p)
	}
	line = append(line, "-cp", j.path, main)
	return exec.Command("java", append(line, args...)...)
}

// Render runs the cases in one JVM.
func (j *JVM) Render(cases []Case) ([]Result, error) { return run(j.Command("Oracle", nil), cases) }

// Reading is a document and a path into it; no path reads all of it.
type Reading struct {
	Body string `json:"body"`
	Path string `json:"path,omitempty"`
}

// Read reads with json-smart and JsonPath alone, which is much faster than with
// templates. An output is the value's text, its JSON and its class, joined by |,
// or nothing for null and for what is missing.
func (j *JVM) Read(cases []Reading) ([]Result, error) { return run(j.Command("Direct", nil), cases) }

func run[T any](cmd *exec.Cmd, cases []T) ([]Result, error) {
	var in bytes.Buffer
	for _, c := range cases {
		line, err := json.Marshal(c)
		if err != nil {
			return nil, err
		}
		// json-smart drops a bare DEL
		in.Write(append(bytes.ReplaceAll(line, []byte("\x7f"), []byte(`\u007f`)), '\n'))
	}
	cmd.Stdin = &in
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("java: %w\n%s", err, stderr.String())
	}
	var results []Result
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 1<<30)
	for lines.Scan() {
		var r Result
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return nil, err
		}
		results = append(results, r)
	}
	if len(results) != len(cases) {
		return nil, fmt.Errorf("%d cases gave %d results", len(cases), len(results))
	}
	return results, lines.Err()
}

// Root is the folder of the module that holds the working directory.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("run this within the module")
		}
		dir = filepath.Dir(dir)
	}
}
