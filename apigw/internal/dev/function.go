package dev

import (
	"fmt"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/rules"
)

// FunctionNamed finds a function by its name, ARN, logical id, package or
// construct path, or by a part of one of these. The error lists the functions that a name
// could mean.
func FunctionNamed(functions []*assembly.Function, name string) (*assembly.Function, error) {
	var exact, found []*assembly.Function
	for _, f := range functions {
		if name == f.ARN || name == f.Path {
			return f, nil
		}
		if name == f.Name || name == f.LogicalID || name == f.Package {
			exact = append(exact, f)
		}
		path := "/" + f.Path + "/"
		if strings.Contains(path, "/"+strings.Trim(name, "/")+"/") || strings.HasSuffix(f.Package, "/"+name) {
			found = append(found, f)
		}
	}
	if len(exact) > 0 {
		found = exact
	}
	if len(found) == 0 { // a part of a word
		for _, f := range functions {
			if name != "" && (strings.Contains(f.Path, name) || strings.Contains(f.ShortName(), name)) {
				found = append(found, f)
			}
		}
	}
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("there is no function %q: the app has %s", name, names(functions))
	case 1:
		return found[0], nil
	}
	return nil, fmt.Errorf("%q could be several functions: %s", name, names(found))
}

// names returns the short names of functions, and the construct paths of those whose
// short names are the same.
func names(functions []*assembly.Function) string {
	count := map[string]int{}
	for _, f := range functions {
		count[f.ShortName()]++
	}
	var list []string
	for _, f := range functions {
		name := f.ShortName()
		if count[name] > 1 {
			name = f.Path
		}
		list = append(list, name)
	}
	return strings.Join(list, ", ")
}

// LanguageOf returns the language of a function: that of its runtime, or Go if it is
// built from a package of Go.
func LanguageOf(f *assembly.Function) rules.Language {
	if f.Package != "" {
		return rules.Go
	}
	return rules.LanguageOf(f.Runtime)
}

// IsMapped reports whether methods call a function, and none of them by a proxy
// integration.
func IsMapped(a *assembly.Assembly, f *assembly.Function) bool {
	mapped := false
	for _, api := range a.APIs {
		for _, m := range api.Methods {
			if m.Integration == nil || !calls(m.Integration.URI, f) {
				continue
			}
			if m.Integration.Type == "AWS_PROXY" {
				return false
			}
			mapped = true
		}
	}
	return mapped
}

// calls reports whether the URI of an integration names a function, with a version
// or an alias or without.
func calls(uri string, f *assembly.Function) bool {
	_, after, found := strings.Cut(uri, f.ARN)
	return found && f.ARN != "" && (strings.HasPrefix(after, "/") || strings.HasPrefix(after, ":"))
}
