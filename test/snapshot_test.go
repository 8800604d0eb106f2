package test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"example.com/apigw/apitest"
)

// The snapshot is the synthesized stack. It is committed so that a review shows
// what a change deploys, and so that tools can read it without Node.js. If you
// changed the stack on purpose: go test ./test -update
const snapshotFolder = "snapshot"

func TestSnapshotIsUpToDate(t *testing.T) {
	fresh := snapshot(t)
	if *update {
		renewSnapshot(t, fresh)
	}
	committed := readSnapshot(t)
	for name, want := range fresh {
		if got := committed[name]; !bytes.Equal(got, want) {
			what := "its sources changed"
			if changed := changedResources(got, want); len(changed) > 0 {
				what = fmt.Sprintf("these resources differ: %q", changed)
			}
			t.Errorf("%s/%s is stale, %s: if you wanted that, run go test ./test -update", snapshotFolder, name, what)
		}
	}
	for name := range committed {
		if fresh[name] == nil {
			t.Errorf("%s/%s does not belong to the stack any more: run go test ./test -update", snapshotFolder, name)
		}
	}
}

// renewSnapshot replaces the whole folder, so that nothing stays of a stack that
// has another name now.
func renewSnapshot(t *testing.T, files map[string][]byte) {
	t.Helper()
	if err := os.RemoveAll(snapshotFolder); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(snapshotFolder, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(snapshotFolder, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// readSnapshot returns the committed files.
func readSnapshot(t *testing.T) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(snapshotFolder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(snapshotFolder, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[entry.Name()] = content
	}
	return files
}

// snapshot returns the files of the cloud assembly, without what a reader of the
// template does not need, and the digest of their sources.
func snapshot(t *testing.T) map[string][]byte {
	t.Helper()
	made := newStack(t, nil)
	folder := *made.app.Synth(nil).Directory()
	read := func(name string) []byte {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	digest, err := apitest.Digest("..")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{apitest.DigestFile: []byte(digest + "\n")}

	stack := *made.stack.ArtifactId()
	for _, name := range []string{stack + ".template.json", stack + ".assets.json", "cdk.out"} {
		files[name] = append(bytes.TrimSuffix(read(name), []byte("\n")), '\n')
	}

	var manifest object
	if err := json.Unmarshal(read("manifest.json"), &manifest); err != nil {
		t.Fatal(err)
	}
	artifacts := manifest["artifacts"].(object)
	for name := range artifacts {
		if name != stack && name != stack+".assets" {
			delete(artifacts, name) // reports about the CDK itself
		}
	}
	delete(artifacts[stack].(object), "additionalMetadataFile")
	pruned, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	files["manifest.json"] = append(pruned, '\n')
	return files
}

// changedResources returns the logical ids of the resources in which two
// templates differ.
func changedResources(got, want []byte) []string {
	var before, after struct{ Resources map[string]any }
	if json.Unmarshal(got, &before) != nil || json.Unmarshal(want, &after) != nil {
		return nil
	}
	var changed []string
	for id := range after.Resources {
		if !reflect.DeepEqual(before.Resources[id], after.Resources[id]) {
			changed = append(changed, id)
		}
	}
	for id := range before.Resources {
		if _, ok := after.Resources[id]; !ok {
			changed = append(changed, id)
		}
	}
	slices.Sort(changed)
	return changed
}
