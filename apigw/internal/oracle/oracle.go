// Package oracle runs the programs that API Gateway behaves like: Apache Velocity
// 1.7 and Jayway JsonPath on a JVM. Tests and tools compare the engine with them.
// It needs a JDK and Debian's packages velocity and libjsonpath-java.
package oracle

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Case is one template to render.
type Case struct {
	Template       string                       `json:"template"`
	Mode           string                       `json:"mode,omitempty"` // aws, empty (aws with macros and #evaluate), or plain Velocity
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

//go:embed Direct.java
var direct string

//go:embed Language.java
var language string

//go:embed Mapping.java
var mapping string

//go:embed Jackson.java
var jackson string

// Jackson returns the class that reads texts with Jackson, which needs Debian's
// package libjackson2-core-java.
func Jackson() Source { return Source{"Jackson", jackson} }

// Source is the text of a Java class.
type Source struct {
	Class, Text string
}

// JVM is a folder of compiled classes.
type JVM struct {
	classes string
	path    string
}

// Compile compiles the Java side, and more classes that use it:
//   - Mapping renders mapping templates, with $input and the other references;
//   - Direct reads values with JsonPath and json-smart alone;
//   - Language renders templates without references.
//
// Close removes what it made.
func Compile(more ...Source) (*JVM, error) {
	dir, err := os.MkdirTemp("", "oracle")
	if err != nil {
		return nil, err
	}
	j := &JVM{classes: dir, path: dir}
	for _, jar := range []string{"velocity", "json-path", "json-smart", "accessors-smart", "asm", "slf4j-api", "slf4j-nop",
		"commons-collections3", "commons-lang", "commons-lang3", "jackson-core"} {
		j.path += ":/usr/share/java/" + jar + ".jar"
	}
	if err := j.compile(append([]Source{{"Direct", direct}, {"Language", language}, {"Mapping", mapping}}, more...)); err != nil {
		j.Close()
		return nil, err
	}
	return j, nil
}

func (j *JVM) compile(sources []Source) error {
	args := []string{"-nowarn", "-d", j.classes, "-cp", j.path}
	for _, source := range sources {
		file := filepath.Join(j.classes, source.Class+".java")
		if err := os.WriteFile(file, []byte(source.Text), 0o600); err != nil {
			return err
		}
		args = append(args, file)
	}
	out, err := exec.Command("javac", args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("javac: %w\n%s", err, out)
	}
	return nil
}

// Close removes the classes.
func (j *JVM) Close() { os.RemoveAll(j.classes) }

// Command returns the command that runs a class.
func (j *JVM) Command(class string, args ...string) *exec.Cmd {
	return exec.Command("java", append([]string{"-Xss4m", "-Dfile.encoding=UTF-8", "-cp", j.path, class}, args...)...)
}

// Render runs the cases in one JVM.
func (j *JVM) Render(cases []Case) ([]Result, error) { return run(j.Command("Mapping"), cases) }

// Reading is a document and a path into it; no path reads all of it.
type Reading struct {
	Body string `json:"body"`
	Path string `json:"path,omitempty"`
}

// Read reads with json-smart and JsonPath alone, which is much faster than with
// templates. An output is the value's text, its JSON and its class, joined by |,
// or nothing for null and for what is missing.
func (j *JVM) Read(cases []Reading) ([]Result, error) { return run(j.Command("Direct"), cases) }

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
