package assembly_test

import (
	"encoding/json"
	"os"
	"testing"

	"example.com/hello-apigw/local/assembly"
)

func TestDump(t *testing.T) {
	dir := os.Getenv("DUMP")
	if dir == "" {
		dir = "../../test/snapshot"
	}
	a, err := assembly.Read(dir, assembly.Options{})
	if err != nil {
		t.Fatal(err)
	}
	out, _ := json.MarshalIndent(a, "", " ")
	t.Logf("%s", out)
}
