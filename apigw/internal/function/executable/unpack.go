package executable

import (
	"archive/zip"
	"fmt"
	"os"
	"path/filepath"
)

// Unpack unpacks a zip file into a folder below parent, and returns the folder. A
// zip file that has not changed is unpacked once.
func Unpack(file, parent string) (folder string, err error) {
	info, err := os.Stat(file)
	if err != nil {
		return "", err
	}
	folder = filepath.Join(parent, fmt.Sprintf("%s-%x", filepath.Base(file), info.ModTime().UnixNano()))
	if _, err := os.Stat(folder); err == nil {
		return folder, nil
	}
	archive, err := zip.OpenReader(file)
	if err != nil {
		return "", fmt.Errorf("%s cannot be unpacked: %w", file, err)
	}
	defer archive.Close()
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", err
	}
	// The folder gets its name only when all its files are there.
	unfinished, err := os.MkdirTemp(parent, "unpack-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(unfinished)
	if err := os.CopyFS(unfinished, archive); err != nil {
		return "", fmt.Errorf("%s cannot be unpacked: %w", file, err)
	}
	if err := os.Rename(unfinished, folder); err != nil {
		if _, other := os.Stat(folder); other == nil {
			return folder, nil // another process has unpacked it meanwhile
		}
		return "", err
	}
	return folder, nil
}
