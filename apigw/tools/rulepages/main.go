// Command rulepages writes the pages of the rulebook into the folder of its
// argument, which is docs/rules without one. It removes pages of rules that there
// are not any more.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/rules/pages"
)

func main() {
	folder := rules.PageFolder
	if len(os.Args) > 1 {
		folder = os.Args[1]
	}
	if err := write(filepath.FromSlash(folder)); err != nil {
		fmt.Fprintln(os.Stderr, "rulepages:", err)
		os.Exit(1)
	}
}

func write(folder string) error {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	files := pages.All()
	old, err := filepath.Glob(filepath.Join(folder, "*.md"))
	if err != nil {
		return err
	}
	for _, name := range old {
		if _, ok := files[filepath.Base(name)]; !ok {
			if err := os.Remove(name); err != nil {
				return err
			}
		}
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o666); err != nil {
			return err
		}
	}
	return nil
}
