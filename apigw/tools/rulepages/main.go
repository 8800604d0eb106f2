// Command rulepages writes the pages of the rulebook into the folder of its
// argument, which is docs/rules without one. It removes pages of rules that there
// are not any more. Without an argument it also writes the saved queries that package
// observability has of the rulebook.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"example.com/apigw/internal/logquery"
	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/rules/pages"
)

// queriesFile is the file with the saved queries.
const queriesFile = "observability/queries.json"

func main() {
	folder := rules.PageFolder
	if len(os.Args) > 1 {
		folder = os.Args[1]
	}
	err := write(filepath.FromSlash(folder))
	if err == nil && len(os.Args) == 1 {
		err = os.WriteFile(filepath.FromSlash(queriesFile), queries(), 0o666)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "rulepages:", err)
		os.Exit(1)
	}
}

// queries returns the text of the file with the saved queries.
func queries() []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(logquery.All()); err != nil {
		panic(err) // texts have a form in JSON
	}
	return text.Bytes()
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
