package oracle

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// RunClass compiles and runs one Java class with Debian's jars of the names given,
// and returns the lines that it prints about its input.
func RunClass(s Source, input string, jars ...string) ([]string, error) {
	dir, err := os.MkdirTemp("", "class")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, s.Class+".java")
	if err := os.WriteFile(file, []byte(s.Text), 0o600); err != nil {
		return nil, err
	}
	path := dir
	for _, jar := range jars {
		path += ":/usr/share/java/" + jar + ".jar"
	}
	if out, err := exec.Command("javac", "-encoding", "UTF-8", "-cp", path, "-d", dir, file).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("javac: %w\n%s", err, out)
	}
	cmd := exec.Command("java", "-Dfile.encoding=UTF-8", "-cp", path, s.Class)
	cmd.Stdin = strings.NewReader(input)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("java: %w", err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n"), nil
}
