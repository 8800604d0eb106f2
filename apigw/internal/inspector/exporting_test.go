package inspector

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/apigw/internal/gateway/record"
)

func TestExportOfARequest(t *testing.T) {
	history := new(History)
	r := &record.Record{ID: "r-1", ExtendedID: "ext=", API: "hello", Stage: "prod", ResourcePath: "/", Sent: record.Sent{Method: "GET", Target: "/hello/prod/"}}
	history.Add(r)
	i := newInspector(t, source{}, history)
	for _, c := range []struct {
		path   string
		status int
		want   string
	}{
		{"/_local/requests/r-1/export?as=curl", 200, "curl -i http://127.0.0.1:3000/hello/prod/"},
		{"/_local/requests/r-1/export?as=log", 200, "(r-1) Extended Request Id: ext="},
		{"/_local/requests/r-1/export?as=test", 200, `apitest.New(t, "../../`},
		{"/_local/requests/r-1/export?as=event", 409, "no function"},
		{"/_local/requests/r-1/export?as=har", 400, "expected curl, event, log or test"},
		{"/_local/requests/none/export?as=curl", 404, "no such request"},
	} {
		w := get(i, "GET", c.path, "127.0.0.1:3000", "")
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s: got %d %s, want %d and %s", c.path, w.Code, w.Body, c.status, c.want)
		}
		if kind := w.Header().Get("Content-Type"); c.status == 200 && kind != "text/plain; charset=utf-8" {
			t.Errorf("%s: got the type %s, want text", c.path, kind)
		}
	}
}

func TestTheAssemblyOfAnExportedTest(t *testing.T) {
	root := t.TempDir()
	snapshot := filepath.Join(root, "test", "snapshot")
	for _, c := range []struct {
		rule, snapshot string
		prepare        func() error
		want           string
	}{
		{"the one that is served", "", func() error { return nil }, "cdk.out"},
		{"no snapshot is there", "test/snapshot", func() error { return nil }, "cdk.out"},
		{"the snapshot", "test/snapshot", func() error {
			if err := os.MkdirAll(snapshot, 0o755); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(snapshot, "manifest.json"), []byte("{}"), 0o600)
		}, "../snapshot"},
	} {
		if err := c.prepare(); err != nil {
			t.Fatal(err)
		}
		i, err := New(source{}, new(History), Options{Root: root, Snapshot: c.snapshot})
		if err != nil {
			t.Fatal(err)
		}
		if got := i.assemblyFrom("test/recorded"); got != c.want && !strings.HasSuffix(got, "/"+c.want) {
			t.Errorf("%s: got %s, want %s", c.rule, got, c.want)
		}
	}
}
