package dev

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"

	"example.com/apigw/internal/assembly"
)

// Environment holds variables that win over those of the template: by the name,
// the ARN, the logical id, the construct path or the package of a function, and under
// "Parameters" for all functions.
type Environment map[string]map[string]string

// ReadEnvironment reads a file in the format of SAM's --env-vars.
func ReadEnvironment(file string) (Environment, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var all map[string]map[string]any
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.UseNumber() // keeps them as they are written
	if err := decoder.Decode(&all); err != nil {
		return nil, fmt.Errorf(`%s: expected {"FunctionName": {"NAME": "value"}, "Parameters": {"NAME": "value"}}: %w`, file, err)
	}
	e := Environment{}
	for function, values := range all {
		e[function] = map[string]string{}
		for name, value := range values {
			switch value := value.(type) {
			case string:
				e[function][name] = value
			case json.Number, bool:
				e[function][name] = fmt.Sprint(value)
			default:
				return nil, fmt.Errorf("%s: %s of %s must be a text, a number or a boolean", file, name, function)
			}
		}
	}
	return e, nil
}

// Of returns the variables of a function.
func (e Environment) Of(f *assembly.Function) map[string]string {
	variables := map[string]string{}
	for _, key := range []string{"Parameters", f.ShortName(), f.Package, f.LogicalID, f.Name, f.Path, f.ARN} {
		maps.Copy(variables, e[key])
	}
	return variables
}

// Unknown returns the names that no function has, sorted.
func (e Environment) Unknown(functions []*assembly.Function) (names []string) {
	for _, name := range slices.Sorted(maps.Keys(e)) {
		known := name == "Parameters" || slices.ContainsFunc(functions, func(f *assembly.Function) bool {
			return slices.Contains([]string{f.ShortName(), f.Package, f.LogicalID, f.Name, f.Path, f.ARN}, name)
		})
		if !known {
			names = append(names, name)
		}
	}
	return names
}
