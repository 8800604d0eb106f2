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

// The snapshot is the synthesized stack, committed so that a review shows what
// a change deploys, and so that tools can read it without Node.js. After a
// change of the stack that you wanted: go test ./test -update
const snapshotFolder = "snapshot"

func TestSnapshotIsUpToDate(t *testing.T) {
	fresh := snapshot(t)
	if *update {
		for name, content := range fresh {
			if err := os.MkdirAll(snapshotFolder, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(snapshotFolder, name), content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, want := range fresh {
		got, err := os.ReadFile(filepath.Join(snapshotFolder, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			what := "its sources have changed"
			if changed := changedResources(got, want); len(changed) > 0 {
				what = fmt.Sprintf("these resources differ: %q", changed)
			}
			t.Errorf("%s/%s is stale, %s: if you wanted that, run: go test ./test -update", snapshotFolder, name, what)
		}
	}
}

// snapshot returns the files of a cloud assembly that hold nothing but what a
// reader of the template needs, and the digest of their sources.
func snapshot(t *testing.T) map[string][]byte {
	t.Helper()
	assembly := newStack(t, nil).app.Synth(nil)
	digest, err := apitest.Digest("..")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{apitest.DigestFile: []byte(digest + "\n")}
	for _, name := range []string{"HelloStack.template.json", "HelloStack.assets.json", "cdk.out"} {
		content, err := os.ReadFile(filepath.Join(*assembly.Directory(), name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = append(bytes.TrimSuffix(content, []byte("\n")), '\n')
	}

	manifest, err := os.ReadFile(filepath.Join(*assembly.Directory(), "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var document object
	if err := json.Unmarshal(manifest, &document); err != nil {
		t.Fatal(err)
	}
	artifacts := document["artifacts"].(object)
	for name := range artifacts {
		if name != "HelloStack" && name != "HelloStack.assets" {
			delete(artifacts, name) // reports about the CDK itself
		}
	}
	delete(artifacts["HelloStack"].(object), "additionalMetadataFile")
	pruned, err := json.MarshalIndent(document, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	files["manifest.json"] = append(pruned, '\n')
	return files
}

// changedResources names the resources in which two templates differ.
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
