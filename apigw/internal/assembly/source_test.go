package assembly_test

import (
	"testing"

	"example.com/apigw/internal/assembly"
)

func TestASourceTakesThePlaceOfAnAssetThatIsNotThere(t *testing.T) {
	function := func(metadata string) string {
		return `{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Metadata": {"aws:asset:path": "asset.gone"` + metadata + `},
			"Properties": {"FunctionName": "f", "Runtime": "nodejs22.x", "Handler": "index.handler", "Code": {"S3Bucket": "b", "S3Key": "gone.zip"}}}}}`
	}
	for _, c := range []struct {
		rule, metadata, folder string
		runs                   bool
	}{
		{"a folder of source", `, "code:folder": "./functions/f"`, "./functions/f", true},
		{"neither", "", "", false},
	} {
		a, err := assembly.Read(stacks(t, stack{"S", "s", "aws://unknown-account/unknown-region", "", function(c.metadata)}), assembly.Options{})
		if err != nil {
			t.Fatalf("%s: %v", c.rule, err)
		}
		f := a.Functions[0]
		if f.Folder != c.folder || f.AssetDir != "" || f.NotRunnable.IsZero() != c.runs {
			t.Errorf("%s: got the folder %q, the asset %q and not runnable %q; want %q, none, and that it runs: %v", c.rule, f.Folder, f.AssetDir, f.NotRunnable, c.folder, c.runs)
		}
	}
}
