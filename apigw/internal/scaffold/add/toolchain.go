package add

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"example.com/apigw/internal/dev/synth"
	"example.com/apigw/internal/processgroup"
)

// compile reports what the Go compiler says of the project as it will be. Nothing is
// written for that: go takes the planned files in the place of those on the disk.
func (p *Plan) compile(ctx context.Context) error {
	folder, err := os.MkdirTemp("", "add-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	absolute, err := filepath.Abs(p.root)
	if err != nil {
		return err
	}
	var overlay struct{ Replace map[string]string }
	overlay.Replace = map[string]string{}
	var shown []string // the name of each file, behind the one that go shows
	for i, name := range slices.Sorted(maps.Keys(p.files)) {
		planned := filepath.Join(folder, fmt.Sprintf("%d%s", i, path.Ext(name)))
		if err := os.WriteFile(planned, p.files[name], 0o644); err != nil {
			return err
		}
		overlay.Replace[filepath.Join(absolute, filepath.FromSlash(name))] = planned
		if relative, err := filepath.Rel(absolute, planned); err == nil {
			shown = append(shown, relative, name)
		}
		shown = append(shown, planned, name)
	}
	list, err := json.Marshal(overlay)
	if err != nil {
		return err
	}
	overlayFile := filepath.Join(folder, "overlay.json")
	if err := os.WriteFile(overlayFile, list, 0o644); err != nil {
		return err
	}
	arguments := []string{"build", "-overlay", overlayFile}
	if p.hasProgram() { // it is linked, into a folder that goes again
		arguments = append(arguments, "-o", filepath.Join(folder, "built")+string(filepath.Separator))
	}
	arguments = append(arguments, p.packages()...)
	if output, err := p.run(ctx, "go", arguments...); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("nothing was written, since what would be written does not compile with what is there:\n%s", strings.NewReplacer(shown...).Replace(output))
	}
	return nil
}

// hasProgram reports whether a file of the plan belongs to a program.
func (p *Plan) hasProgram() bool {
	for name := range p.files {
		if path.Ext(name) != ".go" {
			continue
		}
		if s, err := p.source(name); err == nil && s.file.Name.Name == "main" {
			return true
		}
	}
	return false
}

// vet reports what go vet says of what was written, tests among it.
func (p *Plan) vet(ctx context.Context) error {
	if output, err := p.run(ctx, "go", append([]string{"vet"}, p.packages()...)...); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("nothing was changed, since go vet found something in what would be there:\n%s", output)
	}
	return nil
}

// packages lists the packages that have files of the plan.
func (p *Plan) packages() []string {
	list := map[string]bool{}
	for name := range p.files {
		if path.Ext(name) == ".go" {
			list["./"+path.Dir(name)] = true
		} else if strings.HasPrefix(name, stacks+"/") {
			list["./"+stacks] = true
		}
	}
	return slices.Sorted(maps.Keys(list))
}

// run runs a program in the folder of the project, and returns what it said.
func (p *Plan) run(ctx context.Context, program string, arguments ...string) (string, error) {
	temporary, err := os.MkdirTemp("", "add-") // for what a program leaves that is ended
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(temporary)
	command := exec.CommandContext(ctx, program, arguments...)
	command.Dir = p.root
	command.Env = append(os.Environ(), "TMPDIR="+temporary, "TMP="+temporary, "TEMP="+temporary)
	processgroup.Own(command) // go starts others, which end with it
	command.Cancel = func() error { processgroup.Kill(command.Process.Pid); return nil }
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	err = command.Run()
	return strings.TrimSpace(output.String()), err
}

// snapshots lists the folders of the project's committed assemblies.
func (p *Plan) snapshots() []string {
	if p.project.Lessons {
		return []string{synth.Snapshot, synth.LessonsSnapshot}
	}
	return []string{synth.Snapshot}
}

// renewSnapshot synthesizes the stack, if there is a Node.js to do it.
func (p *Plan) renewSnapshot(ctx context.Context, step func(what string)) error {
	node := "node"
	if named := os.Getenv("JSII_NODE"); named != "" {
		node = named
	}
	var packages []string
	for _, folder := range p.snapshots() {
		packages = append(packages, "./"+path.Dir(folder))
	}
	renew := append([]string{"test", "-run", "^TestSnapshotIsUpToDate$"}, packages...)
	renew = append(renew, "-update")
	if _, err := exec.LookPath(node); err != nil {
		p.Notes = append(p.Notes, fmt.Sprintf("the snapshot is stale, since there is no Node.js here to renew it (%v): install Node.js, and run go test %s -update", err, strings.Join(packages, " ")))
		return nil
	}
	step("renewing the snapshot")
	if output, err := p.run(ctx, "go", renew...); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("nothing was changed, since the stack could not be synthesized with it:\n%s", output)
	}
	return nil
}
