package lessons

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"example.com/apigw/apitest"
	"example.com/hello-apigw/stacks"
)

// The snapshot is the synthesized stack. It is committed so that the lessons can
// be taken without Node.js. If you changed a lesson: go test ./lessons -update
const snapshotFolder = "snapshot"

func TestSnapshotIsUpToDate(t *testing.T) {
	fresh := snapshot(t)
	if *update {
		if err := os.RemoveAll(snapshotFolder); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(snapshotFolder, 0o755); err != nil {
			t.Fatal(err)
		}
		for name, content := range fresh {
			if err := os.WriteFile(filepath.Join(snapshotFolder, name), content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, want := range fresh {
		if got, err := os.ReadFile(filepath.Join(snapshotFolder, name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s/%s is stale: run go test ./lessons -update", snapshotFolder, name)
		}
	}
	entries, err := os.ReadDir(snapshotFolder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if fresh[entry.Name()] == nil {
			t.Errorf("%s/%s does not belong to the stack: run go test ./lessons -update", snapshotFolder, entry.Name())
		}
	}
}

// assembly is what snapshot made. It takes a second, and tests share it.
var assembly map[string][]byte

// snapshot returns the files of the cloud assembly, without what a reader of the
// template does not need, and the digest of their sources.
func snapshot(t *testing.T) map[string][]byte {
	t.Helper()
	if assembly != nil {
		return assembly
	}
	text, err := os.ReadFile("../cdk.json")
	if err != nil {
		t.Fatal(err)
	}
	var config struct{ Context map[string]any } // logical ids depend on its feature flags
	if err := json.Unmarshal(text, &config); err != nil {
		t.Fatalf("cdk.json: %v", err)
	}
	config.Context["aws:cdk:enable-path-metadata"] = true
	config.Context["aws:cdk:enable-asset-metadata"] = true
	settings, err := stacks.ParseSettings(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { // constructs panic on bad input
		if cause := recover(); cause != nil {
			t.Fatal(cause)
		}
	}()
	app := awscdk.NewApp(&awscdk.AppProps{Context: &config.Context})
	NewLessonsStack(app, StackName, &LessonsStackProps{Settings: settings})
	folder := *app.Synth(nil).Directory()
	read := func(name string) []byte {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		return append(bytes.TrimSuffix(content, []byte("\n")), '\n')
	}

	digest, err := apitest.Digest("..", "lessons=true")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{apitest.DigestFile: []byte(digest + "\n")}
	for _, name := range []string{StackName + ".template.json", StackName + ".assets.json", "cdk.out"} {
		files[name] = read(name)
	}
	var manifest map[string]any
	if err := json.Unmarshal(read("manifest.json"), &manifest); err != nil {
		t.Fatal(err)
	}
	artifacts := manifest["artifacts"].(map[string]any)
	for name := range artifacts {
		if name != StackName && name != StackName+".assets" {
			delete(artifacts, name) // reports about the CDK itself
		}
	}
	delete(artifacts[StackName].(map[string]any), "additionalMetadataFile")
	pruned, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	files["manifest.json"] = append(pruned, '\n')
	files[StackName+".assets.json"] = withSources(t, files[StackName+".assets.json"], files[StackName+".template.json"])
	assembly = files
	return files
}

// withSources returns the manifest of the assets, in which the code of functions in
// JavaScript and Python is their source itself, as seen from the snapshot.
func withSources(t *testing.T, manifest, template []byte) []byte {
	t.Helper()
	var made struct {
		Resources map[string]struct {
			Properties struct {
				Code struct{ S3Key string }
			}
			Metadata map[string]any
		}
	}
	var assets struct {
		Version      string                    `json:"version"`
		Files        map[string]map[string]any `json:"files"`
		DockerImages map[string]any            `json:"dockerImages"`
	}
	if err := json.Unmarshal(template, &made); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(manifest, &assets); err != nil {
		t.Fatal(err)
	}
	for _, resource := range made.Resources {
		if folder, ok := resource.Metadata[sourceMetadata["python"]].(string); ok {
			source := assets.Files[strings.TrimSuffix(resource.Properties.Code.S3Key, ".zip")]["source"].(map[string]any)
			source["path"] = strings.Replace(folder, "./lessons/", "../", 1)
		}
	}
	text, err := json.MarshalIndent(assets, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}
