package cloudassembly

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// write writes files, by name, into a new directory.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRead(t *testing.T) {
	dir := write(t, map[string]string{
		"manifest.json": "\ufeff" + `{"version": "54.0.0", "artifacts": {
			"Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}},
			"Second": {"type": "aws:cloudformation:stack", "environment": "aws://111122223333/eu-west-1",
				"properties": {"templateFile": "Second.template.json", "stackName": "second-stack", "parameters": {"A": "b"}},
				"displayName": "App/Second", "metadata": {"/App/Second/Fn/Resource": [{"type": "aws:cdk:logicalId", "data": "FnABC"}]},
				"additionalMetadataFile": "Second.metadata.json"},
			"First.assets": {"type": "cdk:asset-manifest", "properties": {"file": "First.assets.json"}},
			"First": {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/unknown-region",
				"properties": {"templateFile": "First.template.json"}, "additionalMetadataFile": "gone.json"},
			"assembly-Prod": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}}
		}}`,
		"Second.metadata.json": `{"/App/Second/Api/Resource": [{"type": "aws:cdk:warning", "data": 1}, {"type": "aws:cdk:logicalId", "data": "ApiABC"}]}`,
		"First.assets.json": `{"files": {
			"a1": {"source": {"path": "asset.a1", "packaging": "zip"}, "destinations": {"current": {"objectKey": "${AWS::AccountId}-${AWS::Region}/a1.zip"}}},
			"b2": {"source": {"executable": ["make"]}, "destinations": {"current": {"objectKey": "b2.zip"}}},
			"c3": {"source": {"path": "/absolute/../c3.json", "packaging": "file"}, "destinations": {"current": {"objectKey": "c3.json"}}}}}`,
		"assembly-Prod/manifest.json": `{"version": "54.0.0", "artifacts": {
			"ProdApi": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "ProdApi.template.json"}, "displayName": "Prod/Api"}}}`,
	})
	stacks, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(stacks) != 3 {
		t.Fatalf("got %d stacks, want 3", len(stacks))
	}
	second, first, prod := stacks[0], stacks[1], stacks[2]
	if second.Name != "second-stack" || second.DisplayName != "App/Second" || second.Account != "111122223333" || second.Region != "eu-west-1" || second.Parameters["A"] != "b" {
		t.Errorf("got %+v, want the stack that is first in the manifest", second)
	}
	if second.ConstructPaths["FnABC"] != "App/Second/Fn/Resource" || second.ConstructPaths["ApiABC"] != "App/Second/Api/Resource" {
		t.Errorf("got the construct paths %v, want those of the metadata", second.ConstructPaths)
	}
	if first.Name != "First" || first.DisplayName != "First" || first.Account != "" || first.Region != "" {
		t.Errorf("got %+v, want a stack without account and region", first)
	}
	if prod.TemplateFile != filepath.Join(dir, "assembly-Prod", "ProdApi.template.json") {
		t.Errorf("got the template %s, want the one of the nested assembly", prod.TemplateFile)
	}

	asset, ok := first.Assets.ByKey("1-r/a1.zip", "1", "r", "aws")
	if !ok || asset.Path != filepath.Join(dir, "asset.a1") || !asset.Zip {
		t.Errorf("got the asset %+v, %v, want the one with this key", asset, ok)
	}
	if asset, ok := first.Assets.ByURL("https://s3.r.amazonaws.com/bucket/1-r/a1.zip", "1", "r", "aws"); !ok || asset.Path != filepath.Join(dir, "asset.a1") {
		t.Errorf("got the asset %+v, %v, want the one of this URL", asset, ok)
	}
	if asset, ok := first.Assets.ByKey("c3.json", "", "", ""); !ok || asset.Zip || asset.Path != filepath.FromSlash("/c3.json") {
		t.Errorf("got the asset %+v, %v, want the file with an absolute path", asset, ok)
	}
	if _, ok := first.Assets.ByKey("b2.zip", "", "", ""); ok {
		t.Error("got an asset that a command makes at deployment, want none")
	}
	if _, ok := first.Assets.ByURL("s3://bucket/gone.zip", "", "", ""); ok {
		t.Error("got an asset for a URL of none, want none")
	}
	if got := first.Assets.Path("asset.a1"); got != filepath.Join(dir, "asset.a1") {
		t.Errorf("got the path %s, want an absolute one", got)
	}
}

func TestReadAssetsOfTheLegacySynthesizer(t *testing.T) {
	dir := write(t, map[string]string{"manifest.json": `{"version": "54.0.0", "artifacts": {"S": {"type": "aws:cloudformation:stack",
		"properties": {"templateFile": "S.template.json"}, "metadata": {"/S": [
			{"type": "aws:cdk:asset", "data": {"path": "asset.a1", "packaging": "zip", "sourceHash": "a1", "s3BucketParameter": "Bucket", "s3KeyParameter": "Key", "artifactHashParameter": "Hash"}},
			{"type": "aws:cdk:asset", "data": {"path": "an image"}}]}}}}`})
	stacks, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	s := stacks[0]
	if s.Parameters["Bucket"] == "" || s.Parameters["Key"] != "||a1" || s.Parameters["Hash"] != "a1" {
		t.Errorf("got the parameters %v, want those of the legacy assets", s.Parameters)
	}
	// The template joins the two parts of the key.
	if asset, ok := s.Assets.ByKey("a1", "", "", ""); !ok || asset.Path != filepath.Join(dir, "asset.a1") || !asset.Zip {
		t.Errorf("got the asset %+v, %v, want the legacy one", asset, ok)
	}
}

func TestReadErrors(t *testing.T) {
	manifest := func(artifacts string) map[string]string {
		return map[string]string{"manifest.json": `{"version": "54.0.0", "artifacts": ` + artifacts + `}`}
	}
	tests := []struct {
		name  string
		files map[string]string
		says  string
	}{
		{"no manifest", map[string]string{"x": ""}, "has no manifest.json: make a cloud assembly with `npx aws-cdk synth`"},
		{"manifest that is not JSON", map[string]string{"manifest.json": "{\n  \"version\": 1,\n  oops}"}, "manifest.json:3: this is not JSON"},
		{"manifest that ends too early", map[string]string{"manifest.json": "{\n\n"}, "manifest.json:3: this is not JSON"},
		{"empty manifest", map[string]string{"manifest.json": ""}, "it ends too early"},
		{"more after the manifest", map[string]string{"manifest.json": "{\"version\":\"1\"}\n{}"}, "manifest.json:2: there is more after the end"},
		{"manifest of another kind", map[string]string{"manifest.json": `{"name": "app", "version": "one"}`}, `"one" is not a version of a cloud assembly's manifest`},
		{"wrong type", map[string]string{"manifest.json": "{\"version\":\n7}"}, "version must not be a JSON number"},
		{"wrong type of the whole", map[string]string{"manifest.json": `[]`}, "the whole must not be a JSON array"},
		{"wrong artifacts", manifest(`[]`), "must not be a JSON array"},
		{"stack without a template", manifest(`{"S": {"type": "aws:cloudformation:stack"}}`), "artifact S of"},
		{"nested assembly without a directory", manifest(`{"N": {"type": "cdk:cloud-assembly"}}`), "artifact N of"},
		{"nested assembly that is not there", manifest(`{"N": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "gone"}}}`), "gone: there is no such directory"},
		{"assembly that contains itself", manifest(`{"N": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}}}`), "assemblies are nested in each other"},
		{"assets that are not there", manifest(`{"A": {"type": "cdk:asset-manifest", "properties": {"file": "gone.json"}}}`), "gone.json"},
		{"asset without a key", map[string]string{
			"manifest.json": manifest(`{"A": {"type": "cdk:asset-manifest", "properties": {"file": "a.json"}}}`)["manifest.json"],
			"a.json":        `{"files": {"f": {"source": {"path": "x"}, "destinations": {"d": {}}}}}`,
		}, "asset f has a destination without an objectKey"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := Read(write(t, test.files)); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got the error %v, want one with %s", err, test.says)
			}
		})
	}
}

func TestReadOfNoDirectory(t *testing.T) {
	dir := write(t, map[string]string{"file": ""})
	if _, err := Read(filepath.Join(dir, "gone")); err == nil || !strings.Contains(err.Error(), "there is no such directory: make a cloud assembly") {
		t.Errorf("a directory that is not there: got the error %v, want one that says how to make it", err)
	}
	if _, err := Read(filepath.Join(dir, "file")); err == nil || !strings.Contains(err.Error(), "this is a file; give the directory") {
		t.Errorf("a file: got the error %v, want one that asks for the directory", err)
	}
	if _, err := Read(filepath.Join(dir, "file", "x")); err == nil {
		t.Error("a path through a file: got no error, want one")
	}
}

func TestArtifactThatIsThereTwiceCountsOnce(t *testing.T) {
	dir := write(t, map[string]string{"manifest.json": `{"version": "1", "artifacts": {
		"S": null, "T": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "a"}},
		"T": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "b"}}}}`})
	stacks, err := Read(dir)
	if err != nil || len(stacks) != 1 || filepath.Base(stacks[0].TemplateFile) != "b" {
		t.Errorf("got the stacks %v and the error %v, want none of both", stacks, err)
	}
}

func TestAFileThatIsTooLargeIsNotRead(t *testing.T) {
	file := filepath.Join(write(t, map[string]string{"large.json": ""}), "large.json")
	if err := os.Truncate(file, maxFile+1); err != nil { // a file with a hole takes no disk
		t.Fatal(err)
	}
	var into any
	if err := ReadJSON(file, &into); err == nil || !strings.Contains(err.Error(), "it has more than 64 MB") {
		t.Errorf("got the error %v, want one that names the limit", err)
	}
}
