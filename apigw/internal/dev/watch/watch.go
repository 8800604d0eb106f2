// Package watch reports which files below a folder change.
package watch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
)

// An editor saves a file in several steps: a change is reported when nothing has
// happened for quiet, or after atMost.
const (
	quiet  = 10 * time.Millisecond
	atMost = 200 * time.Millisecond
)

// Changes sends the names, relative to root and with slashes, of files that
// were created, written, renamed or removed, until ctx ends and the channel is
// closed. Folders for which skip is true are not watched; new folders are.
// Several changes in a row come together, each file once.
func Changes(ctx context.Context, root string, skip func(folder string) bool) (<-chan []string, error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watching %s: %w", root, err)
	}
	// A walk does not follow a root that is a link.
	followed, err := filepath.EvalSymlinks(root)
	if err != nil {
		w.Close()
		return nil, fmt.Errorf("watching %s: %w", root, err)
	}
	t := &tree{root: followed, skip: skip, watcher: w}
	// The root itself may be removed and made again. Where that cannot be seen, all that
	// is in it can.
	_ = w.Add(filepath.Dir(followed))
	if _, err := t.add(followed); err != nil {
		w.Close()
		return nil, fmt.Errorf("watching %s: %w", root, err)
	}
	changes := make(chan []string)
	go func() {
		defer close(changes)
		defer w.Close()
		t.report(ctx, changes)
	}()
	return changes, nil
}

type tree struct {
	root    string
	skip    func(folder string) bool
	watcher *fsnotify.Watcher
}

// add watches a folder and those below it, and returns the files that are there.
func (t *tree) add(folder string) (files []string, err error) {
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			if path != t.root && errors.Is(err, fs.ErrNotExist) {
				return nil // it was removed meanwhile
			}
			return err
		}
		if !entry.IsDir() {
			files = append(files, path)
			return nil
		}
		if path != t.root && t.skip(t.name(path)) {
			return filepath.SkipDir
		}
		return t.watcher.Add(path)
	})
	return files, err
}

func (t *tree) name(path string) string {
	name, err := filepath.Rel(t.root, path)
	if err != nil {
		return path
	}
	return filepath.ToSlash(name)
}

func (t *tree) report(ctx context.Context, changes chan<- []string) {
	changed := map[string]bool{}
	var soon, latest <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case event, ok := <-t.watcher.Events:
			if !ok {
				return
			}
			if !t.note(event, changed) {
				continue
			}
			soon = time.After(quiet)
			if latest == nil {
				latest = time.After(atMost)
			}
			continue
		case <-t.watcher.Errors:
			// Changes were lost, or a folder cannot be watched. The next change
			// is reported again.
			continue
		case <-soon:
		case <-latest:
		}
		names := make([]string, 0, len(changed))
		for name := range changed {
			names = append(names, name)
		}
		slices.Sort(names)
		clear(changed)
		soon, latest = nil, nil
		select {
		case changes <- names:
		case <-ctx.Done():
			return
		}
	}
}

// note adds the files that an event changes, and reports whether there are any.
func (t *tree) note(event fsnotify.Event, changed map[string]bool) bool {
	if event.Op == fsnotify.Chmod {
		return false
	}
	if event.Name != t.root && filepath.Dir(event.Name) == filepath.Dir(t.root) {
		return false // a neighbour of the root
	}
	if event.Has(fsnotify.Create) {
		if info, err := os.Stat(event.Name); err == nil && info.IsDir() {
			if event.Name != t.root && t.skip(t.name(event.Name)) {
				return false
			}
			files, _ := t.add(event.Name)
			for _, file := range files {
				changed[t.name(file)] = true
			}
			return len(files) > 0
		}
	}
	changed[t.name(event.Name)] = true
	return true
}
