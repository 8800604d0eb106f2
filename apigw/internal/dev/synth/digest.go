package synth

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
)

// Snapshot is the folder, below the app's root, of the committed cloud assembly.
const Snapshot = "test/snapshot"

// DigestFile is the file of a snapshot that holds the digest of its sources.
const DigestFile = "sources.sha256"

// Sources are the files and folders that the templates are made from. The
// functions are not among them: they are built apart.
func Sources() []string { return []string{"app.go", "cdk.json", "go.mod", "stacks"} }

// Digest is the SHA-256, in hexadecimal, of the names and contents of the
// sources below the app's root, in the order of their names.
func Digest(root fs.FS) (string, error) {
	sum := sha256.New()
	for _, source := range Sources() {
		err := fs.WalkDir(root, source, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			content, err := fs.ReadFile(root, name)
			if err != nil {
				return err
			}
			contentSum := sha256.Sum256(content)
			sum.Write([]byte(name + "\x00" + hex.EncodeToString(contentSum[:]) + "\n"))
			return nil
		})
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
