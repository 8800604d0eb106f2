package template

import "strings"

// Dependencies returns the logical ids and the names of parameters that the
// resource refers to, sorted.
func (r *Resource) Dependencies() []string { return r.Stack.dependencies(r) }

// Undeclared returns what the resource refers to and what is neither a resource nor
// a parameter of its template, sorted.
func (r *Resource) Undeclared() []string {
	var names []string
	for _, name := range r.Dependencies() {
		_, parameter := r.Stack.doc.Parameters[name]
		if !parameter && r.Stack.byID[name] == nil && !strings.HasPrefix(name, "AWS::") {
			names = append(names, name)
		}
	}
	return names
}
