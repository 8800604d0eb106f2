package runner

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function/interpreter"
	"example.com/apigw/internal/rules"
)

// interpreted returns the code of a function in a language that an interpreter runs:
// its source, its asset, or the text that the template has of it. Without any of them, or without the
// interpreter, why is the rule about it.
func (l *locator) interpreted(f *assembly.Function, language interpreter.Language, version string) (c *code, why rules.Use) {
	i, err := l.interpreters.Find(language, version)
	if err != nil {
		return nil, rules.Of("function-interpreter-missing", "function", f.Path, "runtime", f.Runtime, "problem", err, "flag", language.Flag())
	}
	folder := l.source(f)
	switch {
	case folder != "":
	case f.AssetDir != "":
		folder, why = l.unpacked(f)
	case f.Inline != "":
		folder, err = writeInline(f, filepath.Join(l.bin, folderOf(f)), language.InlineFile())
		if err != nil {
			why = rules.Of("function-asset-unusable", "function", f.Path, "problem", err)
		}
	default:
		why = rules.Of("function-without-asset", "function", f.Path)
	}
	if !why.IsZero() {
		return nil, why
	}
	c = &code{function: f, folder: folder, environment: map[string]string{"AWS_EXECUTION_ENV": "AWS_Lambda_" + f.Runtime}}
	if why := l.addLayers(c); !why.IsZero() {
		return nil, why
	}
	needs := interpreter.Function{
		Runtime: f.Runtime, NodeOptions: f.Environment["NODE_OPTIONS"], Layers: c.layers, Folders: l.moduleFolders(language, i),
		Source: f.Folder != "" && folder == l.source(f), Wrapper: c.wrapper(),
	}
	c.launch, c.program = i.Command(l.links, needs), i.Program
	maps.Copy(c.environment, i.Environment(needs))
	if !i.Runs(version) {
		c.said = append(c.said, rules.Of("function-runtime-version", "runtime", f.Runtime, "version", string(language)+" "+i.Version, "program", i.Program, "flag", language.Flag()))
	}
	return c, rules.Use{}
}

// wrapper returns the program that the function is started by, if it is in one of its
// layers or in its own folder (documented: "Modifying the runtime environment").
func (c *code) wrapper() string {
	wanted := c.function.Environment["AWS_LAMBDA_EXEC_WRAPPER"]
	if wanted == "" {
		return ""
	}
	program := inLayers(c.function, c.layers)["AWS_LAMBDA_EXEC_WRAPPER"]
	if rest, ok := strings.CutPrefix(wanted, "/var/task/"); ok {
		program = filepath.Join(c.folder, filepath.FromSlash(rest))
	}
	if info, err := os.Stat(program); err != nil || info.IsDir() {
		c.said = append(c.said, rules.Of("function-wrapper-missing", "wrapper", wanted))
		return ""
	}
	return program
}

// source returns the folder of a function's source in one of the folders, or in the
// Go module that one is in; empty if it is not there.
func (l *locator) source(f *assembly.Function) string {
	if f.Folder == "" {
		return ""
	}
	for _, folder := range l.folders {
		for _, root := range []string{folder, moduleOf(folder)} {
			source := filepath.Join(root, filepath.FromSlash(f.Folder))
			if info, err := os.Stat(source); root != "" && err == nil && info.IsDir() {
				return source
			}
		}
	}
	return ""
}

// writeInline writes code that is in a template to a file below parent, and returns
// the folder that the file is in. Other code gets another folder.
func writeInline(f *assembly.Function, parent, name string) (folder string, err error) {
	sum := sha256.Sum256([]byte(f.Inline))
	folder = filepath.Join(parent, "inline-"+hex.EncodeToString(sum[:6]))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	if err := interpreter.WriteResponder(folder, f.Inline); err != nil {
		return "", err
	}
	return folder, os.WriteFile(filepath.Join(folder, name), []byte(f.Inline), 0o644)
}

// moduleFolders returns the folders on this machine that have what Lambda's runtimes
// bring along, above all the AWS SDK: those of the app, then those of the
// interpreter.
func (l *locator) moduleFolders(language interpreter.Language, i interpreter.Interpreter) []string {
	var found []string
	for _, folder := range l.folders {
		for {
			for _, each := range i.ModuleFolders(folder) {
				if !slices.Contains(found, each) {
					found = append(found, each)
				}
			}
			parent := filepath.Dir(folder)
			if parent == folder {
				break
			}
			folder = parent
		}
	}
	for _, each := range i.OwnModules() {
		if !slices.Contains(found, each) {
			found = append(found, each)
		}
	}
	return found
}

// below reports whether a path is that of a folder or of something in it.
func below(folder, path string) bool {
	return path == folder || strings.HasPrefix(path, folder+string(filepath.Separator))
}
