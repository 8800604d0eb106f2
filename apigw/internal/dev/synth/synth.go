// Package synth finds the cloud assembly of an app, or synthesizes it.
//
// Synthesizing needs Node.js and, the first time, a minute to compile the app. So
// the app's own templates are committed as a snapshot, with the digest of their
// sources, and newer ones are kept under the digest of theirs.
package synth

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"example.com/apigw/internal/dev/scratch"
)

// App is an app whose cloud assembly is wanted.
type App struct {
	// Root is the folder of the app, with its cdk.json.
	Root string
	// Command is what the CDK CLI's --app takes: a folder that holds a cloud
	// assembly, or a command that makes one. Empty stands for the app in Root.
	Command string
	// Context are "key=value", as the CDK CLI's --context takes them.
	Context []string
	// Synthesizing is called before the assembly is made, which takes time. It may
	// be nil.
	Synthesizing func()
}

// cache is where newer assemblies are kept, below the root. Git ignores it.
const cache = ".build/assembly"

// keptAssemblies is how many are kept.
const keptAssemblies = 5

// Own reports whether the assembly is that of the app in Root, which changes
// with the sources there.
func (a *App) Own() bool { return a.Command == "" }

// Assembly returns the folder of the cloud assembly: the one that Command names,
// the snapshot if it is up to date, one that was kept, or a new one.
func (a *App) Assembly(ctx context.Context) (dir string, err error) {
	if !a.Own() {
		if dir, ok := a.Folder(); ok {
			if info, err := os.Stat(dir); err != nil || !info.IsDir() {
				return "", fmt.Errorf("--app %s: there is no such folder, and no such command: name a folder that holds a cloud assembly, or a command that makes one", a.Command)
			}
			if len(a.Context) > 0 {
				return "", fmt.Errorf("--app %s is a cloud assembly that exists already: --context has no effect on it", a.Command)
			}
			return dir, nil
		}
		return a.commanded(ctx)
	}
	if err := checkContext(a.Context); err != nil {
		return "", err
	}
	digest, err := Digest(a.Root, a.Context...)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("%s is not the folder of this app: %w; run the command in the app's folder, or name a cloud assembly with --app", a.Root, err)
		}
		return "", err
	}
	if folder := snapshotOf(a.Context); folder != "" {
		snapshot := filepath.Join(a.Root, filepath.FromSlash(folder))
		recorded, err := os.ReadFile(filepath.Join(snapshot, DigestFile))
		if err == nil && strings.TrimSpace(string(recorded)) == digest {
			return snapshot, nil
		}
	}
	dir = filepath.Join(a.Root, filepath.FromSlash(cache), key(digest, a.Context))
	if _, err := os.Stat(filepath.Join(dir, "manifest.json")); err == nil {
		return dir, nil
	}
	command, err := ownCommand(a.Root)
	if err != nil {
		return "", err
	}
	if err := a.run(ctx, command, dir); err != nil {
		return "", err
	}
	prune(filepath.Dir(dir))
	return dir, nil
}

// Folder returns the folder of the cloud assembly that Command names, and reports
// whether it names one. A single word that is not a command of this machine is a
// folder too, if one that is missing: a shell would only say that there is no such
// command.
func (a *App) Folder() (string, bool) {
	if a.Own() {
		return "", false
	}
	dir, err := filepath.Abs(a.Command)
	if err != nil {
		return "", false
	}
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return dir, true
	}
	if strings.ContainsAny(a.Command, " \t\n;&|<>()$`\"'*?~=") {
		return "", false
	}
	if _, err := exec.LookPath(a.Command); err == nil || errors.Is(err, exec.ErrDot) {
		return "", false
	}
	return dir, true
}

// commanded runs the command of --app. Its sources are unknown, so its assembly is
// not used again.
func (a *App) commanded(ctx context.Context) (string, error) {
	if err := checkContext(a.Context); err != nil {
		return "", err
	}
	dir := filepath.Join(a.Root, filepath.FromSlash(cache), key(a.Command, a.Context))
	return dir, a.run(ctx, a.Command, dir)
}

// run runs a command that synthesizes, as the CDK CLI does, into a folder
// beside dir that then takes the place of dir.
func (a *App) run(ctx context.Context, command, dir string) error {
	settings, err := a.context()
	if err != nil {
		return err
	}
	if a.Synthesizing != nil {
		a.Synthesizing()
	}
	fresh, err := scratch.New(filepath.Dir(dir), "new")
	if err != nil {
		return fmt.Errorf("making room for the cloud assembly: %w", err)
	}
	defer os.RemoveAll(fresh)
	// An app that is interrupted leaves the CDK's own files in its temporary folder.
	temporary, err := scratch.New(filepath.Dir(dir), "tmp")
	if err != nil {
		return fmt.Errorf("making room for the cloud assembly: %w", err)
	}
	defer os.RemoveAll(temporary)

	var said bytes.Buffer
	shell := []string{"sh", "-c", command}
	if runtime.GOOS == "windows" {
		shell = []string{"cmd", "/c", command}
	}
	c := exec.CommandContext(ctx, shell[0], shell[1:]...)
	c.Dir = a.Root
	c.Env = append(os.Environ(), "CDK_OUTDIR="+fresh, "CDK_CONTEXT_JSON="+settings, "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20",
		"TMPDIR="+temporary, "TMP="+temporary, "TEMP="+temporary)
	c.Stdout, c.Stderr = &said, &said
	endWithParent(c)
	c.WaitDelay = 5 * time.Second
	if err := c.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &Error{Command: command, Output: strings.TrimSpace(said.String()), Err: err}
	}
	if _, err := os.Stat(filepath.Join(fresh, "manifest.json")); err != nil {
		return &Error{Command: command, Output: strings.TrimSpace(said.String()),
			Err: errors.New("it wrote no cloud assembly to the folder that CDK_OUTDIR names: does it end with app.Synth?")}
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("replacing a cloud assembly: %w", err)
	}
	if err := os.Rename(fresh, dir); err != nil {
		return fmt.Errorf("replacing a cloud assembly: %w", err)
	}
	return nil
}

// Error says that an app could not be synthesized.
type Error struct {
	Command string
	Output  string // what it printed
	Err     error
}

func (e *Error) Error() string {
	text := fmt.Sprintf("synthesizing with %q failed: %v", e.Command, e.Err)
	if e.Output != "" {
		text += "\n" + e.Output
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// CommandOf returns "app" of the cdk.json in root if the app there is not one whose
// sources have a digest, such as one in another language. It is empty if it is, and
// if there is no app.
func CommandOf(root string) string {
	if _, err := sources(os.DirFS(root)); err == nil {
		return ""
	}
	command, err := ownCommand(root)
	if err != nil {
		return ""
	}
	return command
}

// ownCommand returns "app" of cdk.json.
func ownCommand(root string) (string, error) {
	var settings struct{ App string }
	if err := readJSON(filepath.Join(root, "cdk.json"), &settings); err != nil {
		return "", err
	}
	if settings.App == "" {
		return "", fmt.Errorf(`%s has no "app": it says how the app is run, such as "go run ."`, filepath.Join(root, "cdk.json"))
	}
	return settings.App, nil
}

// context returns what the CDK CLI hands to an app: the context of cdk.json, of
// cdk.context.json and of the command line, and that metadata are wanted.
func (a *App) context() (string, error) {
	all := map[string]any{
		"aws:cdk:enable-path-metadata":  true,
		"aws:cdk:enable-asset-metadata": true,
		"aws:cdk:bundling-stacks":       []string{"**"},
	}
	if a.Own() && asksForLessons(a.Context) {
		// Their functions are built here when they are called. Compiling all of them
		// for AWS would take a minute, each time that a lesson changes.
		all["aws:cdk:bundling-stacks"] = []string{}
	}
	var settings struct{ Context map[string]any }
	if err := readJSON(filepath.Join(a.Root, "cdk.json"), &settings); err != nil && !(errors.Is(err, fs.ErrNotExist) && !a.Own()) {
		return "", err
	}
	for key, value := range settings.Context {
		all[key] = value
	}
	lookedUp := map[string]any{}
	if err := readJSON(filepath.Join(a.Root, "cdk.context.json"), &lookedUp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	for key, value := range lookedUp {
		all[key] = value
	}
	for _, pair := range a.Context {
		key, value, _ := strings.Cut(pair, "=")
		all[key] = value
	}
	text, err := json.Marshal(all)
	return string(text), err
}

func readJSON(file string, into any) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(content, into); err != nil {
		return fmt.Errorf("%s is not the JSON that it should be: %w", file, err)
	}
	return nil
}

func checkContext(context []string) error {
	for _, pair := range context {
		if key, _, ok := strings.Cut(pair, "="); !ok || key == "" {
			return fmt.Errorf("--context %q: expected key=value, such as -c stage=test", pair)
		}
	}
	return nil
}

// key returns the name of an assembly's folder, by the sources of the assembly.
func key(source string, context []string) string {
	sum := sha256.Sum256([]byte(source + "\x00" + strings.Join(slices.Sorted(slices.Values(context)), "\x00")))
	return hex.EncodeToString(sum[:16])
}

// prune removes all but the newest assemblies. What it cannot remove stays.
func prune(folder string) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return
	}
	made := func(e os.DirEntry) time.Time {
		info, err := e.Info()
		if err != nil {
			return time.Time{}
		}
		return info.ModTime()
	}
	slices.SortFunc(entries, func(a, b os.DirEntry) int { return made(b).Compare(made(a)) })
	for _, old := range entries[min(len(entries), keptAssemblies):] {
		os.RemoveAll(filepath.Join(folder, old.Name()))
	}
}
