package cloudassembly

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// ReadDocument reads a file of JSON or YAML, as values like those of [ReadJSON].
func ReadDocument(file string, into *any) error {
	data, err := readFile(file)
	if err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	if text := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff"))); len(text) > 0 && (text[0] == '{' || text[0] == '[') {
		return DecodeJSON(file, data, into)
	}
	*into, err = DecodeYAML(data)
	if err != nil {
		return fmt.Errorf("%s: this is neither JSON nor YAML: %w", file, err)
	}
	return nil
}

// maxYAML bounds the values of a document: aliases make many of few.
const maxYAML = 1 << 20

// DecodeYAML reads a document of YAML into values like those of JSON. The short forms
// of intrinsic functions, such as !Sub, become the long ones.
func DecodeYAML(data []byte) (value any, err error) {
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return nil, err
	}
	if len(document.Content) == 0 {
		return nil, errors.New("it is empty")
	}
	r := yamlReader{active: map[*yaml.Node]bool{}}
	return r.value(document.Content[0])
}

type yamlReader struct {
	read   int                 // values so far
	active map[*yaml.Node]bool // anchors that are being read
}

func (r *yamlReader) value(n *yaml.Node) (any, error) {
	if r.read++; r.read > maxYAML {
		return nil, fmt.Errorf("line %d: the document has more than %d values", n.Line, maxYAML)
	}
	if n.Kind == yaml.AliasNode {
		if r.active[n.Alias] {
			return nil, fmt.Errorf("line %d: the anchor %s contains itself", n.Line, n.Value)
		}
		r.active[n.Alias] = true
		defer delete(r.active, n.Alias)
		return r.value(n.Alias)
	}
	if name, ok := strings.CutPrefix(n.Tag, "!"); ok && !strings.HasPrefix(name, "!") && name != "" {
		return r.function(name, n)
	}
	switch n.Kind {
	case yaml.MappingNode:
		return r.object(n)
	case yaml.SequenceNode:
		list := make([]any, 0, len(n.Content))
		for _, e := range n.Content {
			value, err := r.value(e)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		return list, nil
	}
	return scalarOf(n), nil
}

// object reads a mapping. Keys that are merged (<<) count where the mapping has none of
// its own.
func (r *yamlReader) object(n *yaml.Node) (any, error) {
	object := map[string]any{}
	var merged []any
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		v, err := r.value(value)
		if err != nil {
			return nil, err
		}
		if key.Tag == "!!merge" {
			merged = append(merged, v)
			continue
		}
		if key.Kind != yaml.ScalarNode {
			return nil, fmt.Errorf("line %d: a key must be a text", key.Line)
		}
		object[key.Value] = v
	}
	for len(merged) > 0 {
		switch m := merged[0].(type) {
		case []any:
			merged = append(merged, m...)
		case map[string]any:
			for key, v := range m {
				if _, has := object[key]; !has {
					object[key] = v
				}
			}
		}
		merged = merged[1:]
	}
	return object, nil
}

// function reads the short form of an intrinsic function.
func (r *yamlReader) function(name string, n *yaml.Node) (any, error) {
	plain := *n
	plain.Tag = ""
	if n.Kind == yaml.ScalarNode {
		plain.Tag = "!!str"
	}
	argument, err := r.value(&plain)
	if err != nil {
		return nil, err
	}
	if name != "Ref" && name != "Condition" {
		name = "Fn::" + name
	}
	return map[string]any{name: argument}, nil
}

// scalarOf returns a scalar as JSON would have it. What YAML alone knows, such as a
// date, is the text as it is written.
func scalarOf(n *yaml.Node) any {
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		var b bool
		if n.Decode(&b) == nil {
			return b
		}
	case "!!int", "!!float":
		if json.Valid([]byte(n.Value)) {
			return json.Number(n.Value)
		}
		var i int64
		if n.ShortTag() == "!!int" && n.Decode(&i) == nil {
			return json.Number(strconv.FormatInt(i, 10))
		}
		var f float64
		if n.Decode(&f) == nil {
			if text := strconv.FormatFloat(f, 'g', -1, 64); json.Valid([]byte(text)) {
				return json.Number(text)
			}
		}
	}
	return n.Value
}
