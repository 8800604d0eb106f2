package template

import (
	"fmt"

	"example.com/apigw/internal/assembly/cloudassembly"
)

// document is a template as it is in the file.
type document struct {
	Transform  any                  `json:"Transform"`
	Parameters map[string]parameter `json:"Parameters"`
	Mappings   map[string]any       `json:"Mappings"`
	Conditions map[string]any       `json:"Conditions"`
	Resources  map[string]any       `json:"Resources"`
	Outputs    map[string]any       `json:"Outputs"`
}

type parameter struct {
	Type    string `json:"Type"`
	Default any    `json:"Default"`

	AllowedValues []any `json:"AllowedValues"`
	MinValue      any   `json:"MinValue"`
}

func read(file string) (*document, error) {
	var doc document
	if err := cloudassembly.ReadJSON(file, &doc); err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	return &doc, nil
}
