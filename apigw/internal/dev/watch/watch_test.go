package watch

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestChangesAreReported(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(root string) error
		want   string
	}{
		{"a file that is written", func(root string) error {
			return os.WriteFile(filepath.Join(root, "functions/a/main.go"), []byte("2"), 0o644)
		}, "functions/a/main.go"},
		{"a file that an editor replaces", func(root string) error {
			temporary := filepath.Join(root, "functions/a/.main.go.swp")
			if err := os.WriteFile(temporary, []byte("3"), 0o644); err != nil {
				return err
			}
			return os.Rename(temporary, filepath.Join(root, "functions/a/main.go"))
		}, "functions/a/main.go"},
		{"a file that is removed", func(root string) error {
			return os.Remove(filepath.Join(root, "functions/a/main.go"))
		}, "functions/a/main.go"},
		{"a file in a new folder", func(root string) error {
			if err := os.MkdirAll(filepath.Join(root, "functions/b/c"), 0o755); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(root, "functions/b/c/main.go"), []byte("1"), 0o644)
		}, "functions/b/c/main.go"},
	} {
		t.Run(c.name, func(t *testing.T) {
			root, changes := watched(t)
			if err := c.change(root); err != nil {
				t.Fatal(err)
			}
			var all []string
			for range 10 { // an editor's steps can come apart
				names := next(t, changes)
				if slices.Contains(names, c.want) {
					return
				}
				all = append(all, names...)
			}
			t.Errorf("reported %q, want %s", all, c.want)
		})
	}
}

func TestARootThatIsRemovedAndMadeAgainIsWatched(t *testing.T) {
	root := filepath.Join(t.TempDir(), "cdk.out")
	if err := os.Mkdir(root, 0o755); err != nil {
		t.Fatal(err)
	}
	changes, err := Changes(t.Context(), root, func(string) bool { return false })
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(root), "neighbour"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for turn := range 3 {
		if err := os.RemoveAll(root); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(root, 0o755); err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("manifest%d.json", turn)
		if err := os.WriteFile(filepath.Join(root, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		var all []string
		for range 10 {
			if all = append(all, next(t, changes)...); slices.Contains(all, name) {
				break
			}
		}
		if !slices.Contains(all, name) || slices.Contains(all, "../neighbour") {
			t.Fatalf("reported %q, want %s, and nothing beside the folder", all, name)
		}
	}
}

func TestALinkIsFollowed(t *testing.T) {
	root := t.TempDir()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(root, link); err != nil {
		t.Fatal(err)
	}
	changes, err := Changes(t.Context(), link, func(string) bool { return false })
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "app.go"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if names := next(t, changes); !slices.Equal(names, []string{"app.go"}) {
		t.Errorf("reported %q, want app.go", names)
	}
}

func TestSkippedFoldersAreSilent(t *testing.T) {
	root, changes := watched(t)
	for _, name := range []string{".build/x", ".build/new/y", "app.go"} {
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if names := next(t, changes); !slices.Equal(names, []string{"app.go"}) {
		t.Errorf("reported %q, want app.go alone", names)
	}
}

func TestTheEndOfTheContextClosesTheChannel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	changes, err := Changes(ctx, t.TempDir(), func(string) bool { return false })
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	select {
	case names, ok := <-changes:
		if ok {
			t.Errorf("reported %q, want that the channel is closed", names)
		}
	case <-time.After(time.Minute):
		t.Error("the channel is open after a minute, want it closed")
	}
}

func TestAMissingFolderIsAnError(t *testing.T) {
	if _, err := Changes(context.Background(), filepath.Join(t.TempDir(), "no"), nil); err == nil || !strings.Contains(err.Error(), "watching") {
		t.Errorf("error %v, want one that begins with watching", err)
	}
}

func watched(t *testing.T) (root string, changes <-chan []string) {
	t.Helper()
	root = t.TempDir()
	for _, folder := range []string{"functions/a", ".build"} {
		if err := os.MkdirAll(filepath.Join(root, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "functions/a/main.go"), []byte("1"), 0o644); err != nil {
		t.Fatal(err)
	}
	changes, err := Changes(t.Context(), root, func(folder string) bool { return strings.HasPrefix(folder, ".") })
	if err != nil {
		t.Fatal(err)
	}
	return root, changes
}

func next(t *testing.T, changes <-chan []string) []string {
	t.Helper()
	select {
	case names, ok := <-changes:
		if !ok {
			t.Fatal("the channel is closed, want a change")
		}
		return names
	case <-time.After(time.Minute):
		t.Fatal("no change within a minute, want one")
	}
	return nil
}
