// Package template resolves CloudFormation templates: their parameters,
// conditions and intrinsic functions. What only a deployment would know, such
// as the id of a resource, is made up, and the same in every run.
//
// Values are resolved when they are needed, so that a broken part of a template
// that is not needed does no harm.
package template

import (
	"cmp"
	"fmt"

	"example.com/apigw/internal/assembly/cloudassembly"
)

// Options is what a deployment decides.
type Options struct {
	// Parameters are values for the parameters of templates, by name, or by
	// stack name, a colon, and name. Of a parameter that names an entry of the
	// SSM Parameter Store it is the entry's value.
	Parameters map[string]string
	// Imports are values for what templates import from stacks elsewhere, by the name
	// of the export; and for outputs of nested stacks elsewhere, by the logical id,
	// .Outputs. and name.
	Imports map[string]string
	// Strict refuses values that are not given, which otherwise a placeholder stands
	// for.
	Strict bool
	// Account and Region are those of stacks that are not bound to any. Empty
	// stands for 123456789012 and us-east-1.
	Account, Region string
	// Accounts are those of groups of stacks that are not bound to any, and cannot be
	// in the same one.
	Accounts map[int]string
}

// App is all stacks of a cloud assembly.
type App struct {
	// Stacks are in the order of the manifest, nested ones behind their parent.
	Stacks []*Stack
	// Unread are the nested stacks whose templates cannot be read.
	Unread []*Unread
	// Unreadable are the stacks whose templates cannot be read, by display name.
	Unreadable map[string]error

	options Options
	exports map[string][]*output // by name of export; nil until it is needed
	missing []Missing
	asked   map[string]bool // names of imports that were needed so far
	active  []string        // what is being resolved, outermost first
}

// Unread is a nested stack whose template cannot be read.
type Unread struct {
	Resource *Resource // that would be the stack
	Err      error     // of type *Error
}

// New reads the templates of the stacks. Some of them may be unreadable; the error
// names the file if all are.
func New(stacks []*cloudassembly.Stack, o Options) (*App, error) {
	if o.Account == "" {
		o.Account = "123456789012"
	}
	if o.Region == "" {
		o.Region = "us-east-1"
	}
	a := &App{options: o, Unreadable: map[string]error{}, asked: map[string]bool{}}
	seeds := map[string]bool{}
	for _, source := range stacks {
		doc, err := read(source.TemplateFile)
		if err != nil {
			a.Unreadable[source.DisplayName] = err
			if len(a.Unreadable) == len(stacks) || o.Strict {
				return nil, fmt.Errorf("stack %s: %w", source.DisplayName, err)
			}
			continue
		}
		s := &Stack{
			Name: source.Name, DisplayName: source.DisplayName, File: source.TemplateFile,
			Account: source.Account, Region: source.Region, Assets: source.Assets,
			Group: source.Group, Bound: source.Account != "", seed: source.Name,
			app: a, doc: doc, given: source.Parameters, constructPaths: source.ConstructPaths,
		}
		for seeds[s.seed] { // stacks of one name, in different accounts or regions
			s.seed += "\x00" + s.DisplayName
		}
		seeds[s.seed] = true
		if s.Account == "" {
			s.Account = cmp.Or(o.Accounts[s.Group], o.Account)
		}
		if s.Region == "" {
			s.Region = o.Region
		}
		a.add(s)
	}
	a.dropUnborn()
	return a, nil
}

// add appends a stack and those that are nested in it.
func (a *App) add(s *Stack) {
	s.Partition = partition(s.Region)
	s.prepare()
	a.Stacks = append(a.Stacks, s)
	for _, r := range s.resources {
		if r.Type != nestedStack {
			continue
		}
		child, err := s.nested(r)
		if err != nil {
			s.unread[r.LogicalID] = err
			continue
		}
		s.children[r.LogicalID] = child
		a.add(child)
	}
}

// dropUnborn removes the nested stacks whose condition is false. All stacks must have
// been read, since conditions can need the outputs of others.
func (a *App) dropUnborn() {
	var born []*Stack
	for _, s := range a.Stacks {
		if !s.exists() {
			continue
		}
		born = append(born, s)
		for _, r := range s.resources {
			if err := s.unread[r.LogicalID]; err != nil {
				if exists, _ := r.Exists(); exists {
					a.Unread = append(a.Unread, &Unread{Resource: r, Err: err})
				}
			}
		}
	}
	a.Stacks = born
}

// exists reports whether the stack is deployed. A condition that cannot be evaluated
// counts as true: whatever needs it fails.
func (s *Stack) exists() bool {
	for s.parent != nil {
		if exists, err := s.parent.Exists(); err == nil && !exists {
			return false
		}
		s = s.parent.Stack
	}
	return true
}

// enter notes that something is being resolved. The error is a circular
// reference. Call leave in any case but that.
func (a *App) enter(what string, at place) error {
	for i, w := range a.active {
		if w == what {
			return at.errorf("circular reference: %s: break the circle by writing one of these values out", chain(append(a.active[i:len(a.active):len(a.active)], what)))
		}
	}
	a.active = append(a.active, what)
	return nil
}

func (a *App) leave() { a.active = a.active[:len(a.active)-1] }
