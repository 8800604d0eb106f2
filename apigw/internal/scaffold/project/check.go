package project

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"example.com/apigw/internal/rules"
)

// engine is the module that every project requires.
const engine = "example.com/apigw"

// maxNameLength leaves room for what is put behind the name: CloudFormation takes 128
// characters for a stack, Lambda 64 for a function.
const maxNameLength = 40

// words is a name that can be a folder and a file, and the first part of a Go
// identifier, of a stack and of an API.
var words = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// notInName is what a name that is near to a good one has between its words.
var notInName = regexp.MustCompile(`[^a-z0-9]+`)

// CheckName reports in one sentence why name cannot be that of a service.
func CheckName(name string) error {
	if name == "lessons" {
		return errors.New(`"lessons" is the name of another stack, of the lessons: use another`)
	}
	return CheckWords("a service, its stack and its files", name)
}

// CheckWords reports in one sentence why name is not made of words, as the name of a
// thing must be.
func CheckWords(thing, name string) error {
	switch {
	case name == "":
		return errors.New("a name is missing: write one such as orders")
	case len(name) > maxNameLength:
		return fmt.Errorf("the name has %d characters: use %d at most", len(name), maxNameLength)
	case words.MatchString(name):
		return nil
	}
	near := ""
	if suggested := NearName(name); suggested != "" {
		near = ", such as " + suggested
	}
	return fmt.Errorf("%s is not a name for %s: begin with a letter, and use small letters, digits, and single dashes between them%s", quoted(name), thing, near)
}

// NearName returns the name that is nearest to a text and can be that of a service;
// empty if there is none.
func NearName(text string) string {
	near := strings.Trim(notInName.ReplaceAllString(strings.ToLower(text), "-"), "-")
	near = strings.TrimLeft(near, "0123456789-")
	if len(near) > maxNameLength {
		near = strings.TrimRight(near[:maxNameLength], "-")
	}
	return near
}

// CheckModule reports in one sentence why a path cannot be that of a project's module.
func CheckModule(path string) error {
	if path == "" {
		return errors.New("a module path is missing: write one such as github.com/you/orders")
	}
	if path == engine || strings.HasPrefix(path, engine+"/") {
		return fmt.Errorf("%s is the module of the engine: use a path of your own, such as github.com/you/orders", quoted(path))
	}
	first, _, _ := strings.Cut(path, "/")
	check := module.CheckImportPath
	if strings.Contains(first, ".") {
		check = module.CheckPath // which also knows the rules for versions, such as /v2
	}
	if err := check(path); err != nil {
		return fmt.Errorf("%s is not a module path (%s): use one such as github.com/you/orders", quoted(path), rules.Printable(reason(err)))
	}
	return nil
}

// reason returns an error without the path, which the sentence has already.
func reason(err error) string {
	if invalid, ok := errors.AsType[*module.InvalidPathError](err); ok && invalid.Err != nil {
		return invalid.Err.Error()
	}
	return err.Error()
}

// CheckDoors reports in one sentence what is wrong with a choice of doors.
func CheckDoors(doors []Door) error {
	if len(doors) == 0 {
		return errors.New("there is no door: use proxy, mapped or both")
	}
	for i, door := range doors {
		if !slices.Contains(Doors(), door) {
			return fmt.Errorf("there is no door %s: use proxy, mapped or both", quoted(string(door)))
		}
		if slices.Contains(doors[:i], door) {
			return fmt.Errorf("the door %s is there twice: remove one", quoted(string(door)))
		}
	}
	return nil
}

// quoted returns a text from outside as one word of a message.
func quoted(text string) string { return `"` + rules.Printable(text) + `"` }
