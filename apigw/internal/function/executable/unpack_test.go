package executable

import (
	"archive/zip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// zipFile writes a zip file of executable files, and returns its path.
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
		t.Errorf("Runnable: got %v, want nil", err)
	}
	if text, err := os.ReadFile(filepath.Join(folder, "lib", "a.txt")); string(text) != "a" {
		t.Errorf("lib/a.txt: got %q, error %v, want a", text, err)
	}
	if again, err := Unpack(file, parent); again != folder || err != nil {
		t.Errorf("the second time: got %q, error %v, want %q", again, err, folder)
	}
}

func TestUnpackWritesNothingElsewhere(t *testing.T) {
	parent := filepath.Join(t.TempDir(), "bin")
	_, err := Unpack(zipFile(t, map[string]string{"../../escaped": "x"}), parent)
	if _, found := os.Stat(filepath.Join(parent, "..", "escaped")); found == nil {
		t.Errorf("got a file outside of the folder (error %v), want none", err)
	}
}

func TestUnpackErrors(t *testing.T) {
	write := func(content string) string {
		path := filepath.Join(t.TempDir(), "code.zip")
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := zipFile(t, map[string]string{"bootstrap": "#!/bin/sh\n"})
	content, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	torn := write(strings.Replace(string(content), "#!/bin/sh", "#!/bin/xx", 1))
	twice := zipFile(t, map[string]string{"a": "", "a/b": ""})
	for _, test := range []struct{ rule, file, parent, want string }{
		{"there is no such file", filepath.Join(t.TempDir(), "code.zip"), t.TempDir(), "no such file"},
		{"it is not a zip file", write("none"), t.TempDir(), "code.zip cannot be unpacked: zip: not a valid zip file"},
		{"a file in it is damaged", torn, t.TempDir(), "code.zip cannot be unpacked: "},
		{"a file in it is a folder, too", twice, t.TempDir(), "code.zip cannot be unpacked: "},
		{"the parent is a file", good, filepath.Join(good, "bin"), "not a directory"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			folder, err := Unpack(test.file, test.parent)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %q, error %v, want an error that holds %q", folder, err, test.want)
			}
			if left, err := os.ReadDir(test.parent); err == nil && len(left) > 0 {
				t.Errorf("the parent: got %v, want nothing left behind", left)
			}
		})
	}
}

func TestUnpackAtTheSameTime(t *testing.T) {
	file, parent := zipFile(t, map[string]string{"bootstrap": "#!/bin/sh\n"}), t.TempDir()
	var all sync.WaitGroup
	start := make(chan struct{})
	for range 8 {
		all.Go(func() {
			<-start
			folder, err := Unpack(file, parent)
			if err == nil {
				err = Runnable(filepath.Join(folder, "bootstrap"))
			}
			if err != nil {
				t.Errorf("got the error %v, want none", err)
			}
		})
	}
	close(start)
	all.Wait()
}
