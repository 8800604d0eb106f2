package function

import (
	"archive/zip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func zipFile(t *testing.T, files map[string]string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "code.zip")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w := zip.NewWriter(file)
	for name, text := range files {
		header := &zip.FileHeader{Name: name}
		header.SetMode(0o755)
		entry, err := w.CreateHeader(header)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := entry.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestUnpackKeepsProgramsExecutable(t *testing.T) {
	parent := filepath.Join(t.TempDir(), "bin")
	file := zipFile(t, map[string]string{"bootstrap": "#!/bin/sh\n", "lib/a.txt": "a"})
	folder, err := Unpack(file, parent)
	if err != nil {
		t.Fatal(err)
	}
	if err := Runnable(filepath.Join(folder, "bootstrap")); err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile(filepath.Join(folder, "lib", "a.txt")); string(text) != "a" {
		t.Errorf("%q, %v", text, err)
	}
	if again, err := Unpack(file, parent); again != folder || err != nil {
		t.Errorf("the second time: %q, %v", again, err)
	}
}

func TestUnpackWritesNothingElsewhere(t *testing.T) {
	parent := filepath.Join(t.TempDir(), "bin")
	_, err := Unpack(zipFile(t, map[string]string{"../../escaped": "x"}), parent)
	if _, found := os.Stat(filepath.Join(parent, "..", "escaped")); found == nil {
		t.Errorf("a file outside was written; error %v", err)
	}
}

func TestUnpackNamesAFileThatIsNoZip(t *testing.T) {
	file := filepath.Join(t.TempDir(), "code.zip")
	if err := os.WriteFile(file, []byte("none"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Unpack(file, t.TempDir()); err == nil || !strings.Contains(err.Error(), "code.zip: zip: not a valid zip file") {
		t.Error(err)
	}
}
