package test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"example.com/hello-apigw/stacks"
)

// hotswapped are the properties that cdk watch changes without CloudFormation, by the
// type of the resource (the table of "cdk deploy --hotswap" in the CDK's documentation).
// A version is a new resource each time.
var hotswapped = map[string][]string{
	"AWS::Lambda::Function": {"Code"},
	"AWS::Lambda::Version":  nil,
	"AWS::Lambda::Alias":    {"FunctionVersion"},
}

// Otherwise cdk watch would take a minute for each change of a function.
func TestAChangeOfAFunctionCanBeHotswapped(t *testing.T) {
	before := synth(t).byID
	compile := stacks.Compile
	defer func() { stacks.Compile = compile }()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "bootstrap"), []byte("changed"), 0o755); err != nil {
		t.Fatal(err)
	}
	stacks.Compile = func(string) (string, error) { return folder, nil }
	const unique = "cli-telemetry" // a key of the CDK's own, so that the result is not the shared one
	after := synth(t, unique, "false").byID
	delete(shared, "["+unique+" false]")

	changed := 0
	for id := range maps.Keys(before) {
		a, b := before[id], after[id]
		var old, new map[string]any
		if b.Type == "" && a.Type == "AWS::Lambda::Version" || string(a.Properties) == string(b.Properties) {
			continue
		}
		if json.Unmarshal(a.Properties, &old) != nil || json.Unmarshal(b.Properties, &new) != nil {
			t.Fatalf("%s: got the properties %s and %s, want objects", id, a.Properties, b.Properties)
		}
		for name := range maps.Keys(new) {
			if !reflect.DeepEqual(old[name], new[name]) {
				changed++
				if !slices.Contains(hotswapped[a.Type], name) {
					t.Errorf("%s, %s: %s changes with the code of a function; want nothing but %v", id, a.Type, name, hotswapped)
				}
			}
		}
	}
	if changed == 0 {
		t.Error("nothing changes with the code of a function; want its code")
	}
}
