package runner

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/function/executable"
	"example.com/apigw/internal/rules"
)

// addLayers unpacks the layers of a function, and sets the variables by which their
// programs and libraries are found. Lambda has them below /opt, which a machine has for
// other things.
func (l *locator) addLayers(c *code) (why rules.Use) {
	f := c.function
	for _, layer := range f.Layers {
		folder := layer
		if info, err := os.Stat(layer); err == nil && !info.IsDir() {
			if folder, err = executable.Unpack(layer, filepath.Join(l.bin, "layers")); err != nil {
				return rules.Of("function-asset-unusable", "function", f.Path, "problem", err)
			}
		}
		c.layers = append(c.layers, folder)
		if extensions := filesIn(filepath.Join(folder, "extensions")); len(extensions) > 0 {
			c.said = append(c.said, rules.Of("function-extensions-not-run", "extensions", strings.Join(extensions, ", ")))
		}
	}
	for variable, from := range map[string]struct{ folder, first string }{"PATH": {"bin", function.Path}, "LD_LIBRARY_PATH": {"lib", ""}} {
		var found []string
		for _, layer := range slices.Backward(c.layers) {
			folder := filepath.Join(layer, from.folder)
			if info, err := os.Stat(folder); err == nil && info.IsDir() {
				found = append(found, folder)
			}
		}
		if len(found) == 0 {
			continue
		}
		if from.first != "" {
			found = append([]string{from.first}, found...)
		}
		c.setVariable(variable, strings.Join(found, string(filepath.ListSeparator)))
	}
	return rules.Use{}
}

// filesIn returns the names of the files in a folder; none if it is not there.
func filesIn(folder string) (names []string) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil
	}
	for _, entry := range entries {
		if !entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	return names
}

// setVariable sets a variable that the function may set itself.
func (c *code) setVariable(name, value string) {
	if c.environment == nil {
		c.environment = map[string]string{}
	}
	c.environment[name] = value
}

// belowOpt finds paths of files of layers.
var belowOpt = regexp.MustCompile(`/opt/[^\s:;,"']+`)

// inLayers returns the function's variables, in which paths of files in layers are
// those of this machine.
func inLayers(f *assembly.Function, layers []string) map[string]string {
	variables := map[string]string{}
	for name, value := range f.Environment {
		variables[name] = belowOpt.ReplaceAllStringFunc(value, func(path string) string {
			rest := strings.TrimPrefix(path, "/opt/")
			for _, layer := range slices.Backward(layers) {
				here := filepath.Join(layer, filepath.FromSlash(rest))
				if _, err := os.Stat(here); err == nil {
					return here
				}
			}
			return path
		})
	}
	return variables
}
