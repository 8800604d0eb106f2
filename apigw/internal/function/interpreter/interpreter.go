// Package interpreter runs the code of functions in Node.js and Python: it finds
// the interpreter on this machine, and has a client of the Lambda Runtime API in
// each of the two languages, which loads the function's handler.
package interpreter

import (
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Language is one whose code needs an interpreter.
type Language string

// The languages that run here.
const (
	Node   Language = "Node.js"
	Python Language = "Python"
)

// Languages returns those that run here.
func Languages() []Language { return []Language{Node, Python} }

//go:embed node.cjs python.py
var clients embed.FS

// Of returns the language of a Lambda runtime such as nodejs22.x or python3.12, and
// the version that it names: 22 or 3.12. It reports false for other runtimes.
func Of(runtime string) (l Language, version string, ok bool) {
	if version, ok := strings.CutPrefix(runtime, "nodejs"); ok {
		return Node, strings.TrimSuffix(version, ".x"), true
	}
	if version, ok := strings.CutPrefix(runtime, "python"); ok {
		return Python, version, true
	}
	return "", "", false
}

// client returns the name of the file with the client of the Runtime API.
func (l Language) client() string {
	if l == Node {
		return "node.cjs"
	}
	return "python.py"
}

// Flag returns the flag of the command line that names the interpreter.
func (l Language) Flag() string {
	if l == Node {
		return "--node"
	}
	return "--python"
}

// InlineFile returns the name of the file that CloudFormation writes code to that is
// in a template.
func (l Language) InlineFile() string {
	if l == Node {
		return "index.js"
	}
	return "index.py"
}

// candidates returns the names of programs that may run a version of the language,
// the best first.
func (l Language) candidates(version string) []string {
	if l == Node {
		return []string{"node"}
	}
	return []string{"python" + version, "python3", "python"}
}

// question is a program that prints what its interpreter is: its own path, which a
// version manager may have hidden behind a script, and its version.
func (l Language) question() []string {
	if l == Node {
		return []string{"-p", "process.execPath + '\\n' + process.versions.node"}
	}
	return []string{"-c", "import sys; print(sys.executable); print('.'.join(map(str, sys.version_info[:3])))"}
}

// Interpreter is a program of this machine.
type Interpreter struct {
	Language Language
	Program  string // absolute path
	Version  string // such as 22.11.0
}

// Runs reports whether the interpreter is of the version that a runtime names: the
// same major version for Node.js, the same minor version for Python.
func (i Interpreter) Runs(version string) bool {
	parts := 1
	if i.Language == Python {
		parts = 2
	}
	return head(i.Version, parts) == head(version, parts)
}

// head returns the first parts of a version.
func head(version string, parts int) string {
	split := strings.Split(version, ".")
	return strings.Join(split[:min(parts, len(split))], ".")
}

// atLeast reports whether the version of an interpreter is a version or a later one.
func (i Interpreter) atLeast(major, minor int) bool {
	var got [2]int
	for n, part := range strings.SplitN(head(i.Version, 2), ".", 2) {
		got[n], _ = strconv.Atoi(part)
	}
	return got[0] > major || got[0] == major && got[1] >= minor
}

// Finder finds interpreters, each of them once. The zero value looks for them in
// PATH. It is safe for concurrent use.
type Finder struct {
	// Programs are those that a person has named, as paths or as names in PATH.
	Programs map[Language]string

	mu    sync.Mutex
	found map[string]answer
}

type answer struct {
	interpreter Interpreter
	err         error
}

// Find returns the interpreter for a version of a language. The error says what is
// missing.
func (f *Finder) Find(l Language, version string) (Interpreter, error) {
	names := l.candidates(version)
	if program := f.Programs[l]; program != "" {
		names = []string{program}
	}
	var first error
	for _, name := range names {
		interpreter, err := f.ask(l, name)
		if err == nil {
			return interpreter, nil
		}
		if first == nil || name == "python3" {
			first = err
		}
	}
	return Interpreter{}, first
}

// ask returns the interpreter with a name.
func (f *Finder) ask(l Language, name string) (Interpreter, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := string(l) + " " + name
	if known, ok := f.found[key]; ok {
		return known.interpreter, known.err
	}
	interpreter, err := ask(l, name)
	if f.found == nil {
		f.found = map[string]answer{}
	}
	f.found[key] = answer{interpreter, err}
	return interpreter, err
}

func ask(l Language, name string) (Interpreter, error) {
	program, err := exec.LookPath(name)
	if err != nil {
		return Interpreter{}, fmt.Errorf("there is no program %s in PATH", name)
	}
	out, err := exec.Command(program, l.question()...).Output()
	if err != nil {
		return Interpreter{}, fmt.Errorf("%s does not run: %w", program, err)
	}
	lines := strings.Split(strings.ReplaceAll(strings.TrimSpace(string(out)), "\r", ""), "\n")
	if len(lines) != 2 || !filepath.IsAbs(lines[0]) {
		return Interpreter{}, fmt.Errorf("%s does not say that it is %s", program, l)
	}
	return Interpreter{Language: l, Program: lines[0], Version: lines[1]}, nil
}

// Write writes the clients of the Runtime API to a folder.
func Write(folder string) error {
	for _, l := range Languages() {
		text, err := clients.ReadFile(l.client())
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, l.client()), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Function is what an interpreter needs to know of a function.
type Function struct {
	Runtime string // such as nodejs22.x
	// NodeOptions are those of the function's variable NODE_OPTIONS.
	NodeOptions string
	// Layers are the folders of its layers; what is in a later one wins.
	Layers []string
	// Folders are where modules are looked for that are neither in the function's
	// folder nor in its layers.
	Folders []string
	// Source says that the function's folder is its source and not what is deployed:
	// what it imports from elsewhere may be bundled with it.
	Source bool
	// Wrapper is the program that starts the interpreter (AWS_LAMBDA_EXEC_WRAPPER);
	// empty without one.
	Wrapper string
}

// Command returns the command that serves a function, with the client in a folder
// that [Write] has written to.
func (i Interpreter) Command(clients string, f Function) []string {
	var command []string
	if f.Wrapper != "" {
		command = append(command, f.Wrapper)
	}
	command = append(command, i.Program)
	if i.Language == Node {
		command = append(command, i.nodeFlags(f)...)
	} else {
		command = append(command, "-B", "-u", "-X", "utf8") // Lambda writes no bytecode beside the function, and speaks UTF-8
	}
	whence := "asset"
	if f.Source {
		whence = "source"
	}
	command = append(command, filepath.Join(clients, i.Language.client()), whence, strings.Join(f.Layers, string(filepath.ListSeparator)))
	if i.Language == Python {
		command = append(command, f.Folders...)
	}
	return command
}

// nodeFlags returns the flags by which Lambda turns features of Node.js off
// (documented: "Building Lambda functions with Node.js").
func (i Interpreter) nodeFlags(f Function) []string {
	_, version, _ := Of(f.Runtime)
	major, err := strconv.Atoi(head(version, 1))
	if err != nil {
		return nil
	}
	var flags []string
	if i.atLeast(20, 17) && !strings.Contains(f.NodeOptions, "--experimental-require-module") {
		flags = append(flags, "--no-experimental-require-module")
	}
	if major >= 22 && i.atLeast(20, 10) && !strings.Contains(f.NodeOptions, "--experimental-detect-module") {
		flags = append(flags, "--no-experimental-detect-module")
	}
	return flags
}

// Environment returns the variables by which modules are found that are not in the
// function's folder. Lambda looks below /opt for those of layers.
func (i Interpreter) Environment(f Function) map[string]string {
	variable, found := "NODE_PATH", []string(nil)
	for _, layer := range slices.Backward(f.Layers) {
		if i.Language == Node {
			found = append(found, folders(filepath.Join(layer, "nodejs", "node"+head(i.Version, 1), "node_modules"), filepath.Join(layer, "nodejs", "node_modules"))...)
		} else {
			found = append(found, folders(filepath.Join(layer, "python", "lib", "python"+head(i.Version, 2), "site-packages"), filepath.Join(layer, "python"))...)
		}
	}
	if i.Language == Node {
		found = append(found, f.Folders...)
	} else {
		variable = "PYTHONPATH"
	}
	if len(found) == 0 {
		return nil
	}
	return map[string]string{variable: strings.Join(found, string(filepath.ListSeparator))}
}

// ModuleFolders returns those in a folder of an app that have modules: node_modules,
// or the packages of a virtual environment of the same version of Python.
func (i Interpreter) ModuleFolders(folder string) []string {
	if i.Language == Node {
		return folders(filepath.Join(folder, "node_modules"))
	}
	packages := filepath.Join("lib", "python"+head(i.Version, 2), "site-packages")
	return folders(filepath.Join(folder, ".venv", packages), filepath.Join(folder, "venv", packages),
		filepath.Join(folder, ".venv", "Lib", "site-packages"), filepath.Join(folder, "venv", "Lib", "site-packages"))
}

// OwnModules returns the folders with the modules that are installed for all
// programs of the interpreter, as far as it does not look there by itself.
func (i Interpreter) OwnModules() []string {
	if i.Language != Node {
		return nil
	}
	return folders(filepath.Join(filepath.Dir(i.Program), "..", "lib", "node_modules"), filepath.Join(filepath.Dir(i.Program), "node_modules"))
}

// folders returns the paths that are folders.
func folders(paths ...string) []string {
	var found []string
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			found = append(found, path)
		}
	}
	return found
}
