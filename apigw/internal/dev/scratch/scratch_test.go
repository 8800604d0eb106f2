package scratch

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestWhatKilledProcessesLeftIsRemoved(t *testing.T) {
	ended := exec.Command("go", "version")
	if err := ended.Run(); err != nil {
		t.Fatal(err)
	}
	parent := filepath.Join(t.TempDir(), "new")
	for _, c := range []struct {
		rule, name string
		stays      bool
	}{
		{"a folder of a process that has ended", fmt.Sprintf("kind-%d-x", ended.Process.Pid), false},
		{"a folder of a process that runs", fmt.Sprintf("kind-%d-x", os.Getpid()), true},
		{"a folder without a process", "kind-old", false},
		{"a folder of another kind", fmt.Sprintf("other-%d-x", ended.Process.Pid), true},
	} {
		folder := filepath.Join(parent, c.name)
		if err := os.MkdirAll(filepath.Join(folder, "a"), 0o755); err != nil {
			t.Fatal(err)
		}
		created, err := New(parent, "kind")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(created); err != nil {
			t.Errorf("%s: the new folder: %v, want that it is there", c.rule, err)
		}
		if _, err := os.Stat(folder); (err == nil) != c.stays {
			t.Errorf("%s: %v, want that it stays: %v", c.rule, err, c.stays)
		}
	}
}

func TestAFileInThePlaceOfAFolderIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if folder, err := New(file, "kind"); err == nil {
		t.Errorf("the folder is %s, want an error", folder)
	}
}
