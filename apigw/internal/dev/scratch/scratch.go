// Package scratch creates folders that are of use to one process only. What a
// process that was killed has left, the next one removes.
package scratch

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// New creates a folder below parent, which it creates too if it is missing, and
// removes the folders of the same kind whose process has ended.
func New(parent, kind string) (string, error) {
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", err
	}
	entries, err := os.ReadDir(parent)
	if err != nil {
		return "", err
	}
	for _, entry := range entries {
		if of, ok := strings.CutPrefix(entry.Name(), kind+"-"); ok && !runs(of) {
			_ = os.RemoveAll(filepath.Join(parent, entry.Name())) // another process may do so, too
		}
	}
	return os.MkdirTemp(parent, fmt.Sprintf("%s-%d-", kind, os.Getpid()))
}

// runs reports whether the process may still run that created a folder: the name
// begins with its id.
func runs(name string) bool {
	number, _, _ := strings.Cut(name, "-")
	id, err := strconv.Atoi(number)
	if err != nil {
		return false
	}
	process, err := os.FindProcess(id)
	if err != nil {
		return false
	}
	return !errors.Is(process.Signal(syscall.Signal(0)), os.ErrProcessDone)
}
