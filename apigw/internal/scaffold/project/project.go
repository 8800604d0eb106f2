// Package project reads kit.json, the file by which a kit describes itself, and in
// which a project keeps what it was made from and what was answered.
package project

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"example.com/apigw/internal/rules"
)

// File is the name of the file, in the folder of go.mod.
const File = "kit.json"

// Door is a kind of integration.
type Door string

// The doors, in the order in which they are listed.
const (
	Proxy  Door = "proxy"  // with Lambda proxy integration
	Mapped Door = "mapped" // without: mapping templates turn requests into events
)

// Doors lists all doors.
func Doors() []Door { return []Door{Proxy, Mapped} }

// Project is what kit.json says: of a kit about itself, and of a project about how
// it was made.
type Project struct {
	Module  string `json:"module"`  // the path of the Go module
	Name    string `json:"name"`    // of the service: "orders", "my-orders"
	Doors   []Door `json:"doors"`   // one or both, in the order of Doors
	Lessons bool   `json:"lessons"` // the lessons are in it
	Kit     Kit    `json:"kit"`
	Files   *Files `json:"files,omitempty"` // a kit has it, and a project does not
}

// Kit is the state of the kit that a project was made from, or that a kit is.
type Kit struct {
	Version string `json:"version"`
	// Commit is that of the kit's repository. It is empty in a kit, and where the
	// kit was no clone, or had changes that were not committed.
	Commit string `json:"commit,omitempty"`
}

// Files says which files and folders of a kit, by their names with slashes, go into
// some projects only. All others go into every project.
type Files struct {
	Proxy   []string `json:"proxy"`   // for projects with this door
	Mapped  []string `json:"mapped"`  // for projects with this door
	Both    []string `json:"both"`    // for projects with both doors
	Lessons []string `json:"lessons"` // for projects with lessons
	Kit     []string `json:"kit"`     // for no project

	// Instead has the files that a project has in the place of the kit's: a file of
	// the kit by the name that it has in a project.
	Instead map[string]string `json:"instead"`

	// Edits take out of other files what a project has no use for.
	Edits []Edit `json:"edits"`
}

// Edit is a change of a file in a project that lacks something. One of Lines,
// Paragraph, Members and From says what is changed.
type Edit struct {
	File    string `json:"file"`
	Without string `json:"without"` // proxy, mapped, both or lessons

	Lines     string   `json:"lines,omitempty"`     // lines that have this are left out
	Paragraph string   `json:"paragraph,omitempty"` // the text between blank lines that has this is left out
	Members   []string `json:"members,omitempty"`   // left out of the objects of a JSON list
	From      string   `json:"from,omitempty"`      // what is there once is replaced
	To        string   `json:"to,omitempty"`        // by this
}

// Read reads and checks the kit.json in a folder.
func Read(dir string) (Project, error) {
	text, err := os.ReadFile(filepath.Join(dir, File))
	if errors.Is(err, fs.ErrNotExist) {
		return Project{}, fmt.Errorf("%s has no %s: run this in the folder of a project that go run ./local new made, or of the kit", rules.Printable(dir), File)
	}
	if err != nil {
		return Project{}, err
	}
	p, err := Parse(text)
	if err != nil {
		return Project{}, fmt.Errorf("%s: %w", rules.Printable(filepath.Join(dir, File)), err)
	}
	return p, nil
}

// Parse reads and checks the text of a kit.json.
func Parse(text []byte) (Project, error) {
	var p Project
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&p); err != nil {
		return Project{}, fmt.Errorf("%s: correct it, or take it back from git", rules.Printable(err.Error()))
	}
	if _, err := decoder.Token(); err != io.EOF {
		return Project{}, errors.New("something follows the JSON object: remove it")
	}
	return p, p.check()
}

// check reports the first thing that is wrong.
func (p Project) check() error {
	if err := CheckModule(p.Module); err != nil {
		return fmt.Errorf(`"module": %w`, err)
	}
	if err := CheckName(p.Name); err != nil {
		return fmt.Errorf(`"name": %w`, err)
	}
	if err := CheckDoors(p.Doors); err != nil {
		return fmt.Errorf(`"doors": %w`, err)
	}
	if p.Kit.Version == "" {
		return errors.New(`"kit" has no "version": write that of the kit which the project was made from`)
	}
	return nil
}

// Write returns the text of the kit.json of p.
func (p Project) Write() ([]byte, error) {
	text, err := json.MarshalIndent(p, "", "  ")
	return append(text, '\n'), err
}

// Has reports whether p has a door.
func (p Project) Has(door Door) bool { return slices.Contains(p.Doors, door) }

// CamelName returns the name as a part of Go identifiers: MyOrders.
func (p Project) CamelName() string {
	var camel strings.Builder
	for word := range strings.SplitSeq(p.Name, "-") {
		camel.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return camel.String()
}

// Stack returns the name of the stack: MyOrdersStack.
func (p Project) Stack() string { return p.CamelName() + "Stack" }

// StackFile returns the file of the stack: stacks/my_orders_stack.go.
func (p Project) StackFile() string {
	return "stacks/" + strings.ReplaceAll(p.Name, "-", "_") + "_stack.go"
}

// API returns the name of the API of a door: my-orders, or my-orders-proxy beside
// the other.
func (p Project) API(door Door) string { return p.Name + p.suffix(door) }

// Sample returns the folder of the function that greets behind a door:
// functions/hello, with the door behind it if there are two.
func (p Project) Sample(door Door) string { return "functions/hello" + p.suffix(door) }

// suffix tells doors apart, where there are two.
func (p Project) suffix(door Door) string {
	if len(p.Doors) < 2 {
		return ""
	}
	return "-" + string(door)
}

// APIFile returns the file of the API of a door: stacks/proxy_api.go.
func APIFile(door Door) string { return path.Join("stacks", string(door)+"_api.go") }
