package add

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/schema"
	"example.com/apigw/internal/nearest"
	"example.com/apigw/internal/rules"
)

// model is what the body of a request must be.
type model struct {
	text    []byte // a JSON schema
	members []member
	// more says that the schema says more than which members there are and of which
	// types.
	more bool
}

// member is a member of a JSON object: in a body, in a path or in a query.
type member struct {
	Name   string // in JSON
	Go     string // the field
	Var    string // a local variable
	GoType string
	Must   bool
}

// types are the words for the type of a field, and what Go has for them.
var types = map[string]string{"string": "string", "integer": "int64", "number": "float64", "boolean": "bool"}

// raw is the Go type of every other field.
const raw = "json.RawMessage"

// typeNames lists the words in the order of the help.
var typeNames = []string{"string", "integer", "number", "boolean"}

// fieldText is a field as --model takes it: "item", "amount:integer", "note?".
var fieldText = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9_-]*)(\??)(:([a-z]+))?$`)

// readModel reads what --model names: the file of a JSON schema, or a list of fields.
func readModel(root, text string) (*model, error) {
	file := text
	if !filepath.IsAbs(file) {
		file = filepath.Join(root, file)
	}
	content, err := os.ReadFile(file)
	switch {
	case err == nil:
	case errors.Is(err, fs.ErrNotExist) && !strings.HasSuffix(text, ".json") && !strings.ContainsAny(text, `/\`):
		if content, err = schemaOf(text); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("--model: %w: name the file of a JSON schema, or list fields: 'item,amount:integer,note?'", err)
	}
	made, err := parseModel(content)
	if err != nil {
		return nil, fmt.Errorf("--model %s: %w", rules.Printable(text), err)
	}
	return made, nil
}

// schemaOf returns the JSON schema for a list of fields.
func schemaOf(list string) ([]byte, error) {
	var properties, required []string
	names := map[string]bool{}
	for text := range strings.SplitSeq(list, ",") {
		parts := fieldText.FindStringSubmatch(strings.TrimSpace(text))
		if parts == nil {
			return nil, fmt.Errorf("--model: %q is not a field: write NAME, NAME:TYPE, or NAME? for one that may be missing, as in 'item,amount:integer,note?'", rules.Printable(text))
		}
		name, kind := parts[1], parts[4]
		if kind == "" {
			kind = "string"
		}
		if types[kind] == "" {
			meant := ""
			if near := nearest.Word(kind, typeNames); near != "" {
				meant = ": did you mean " + near + "?"
			}
			return nil, fmt.Errorf("--model: there is no type %q: use %s%s", kind, strings.Join(typeNames, ", "), meant)
		}
		if names[name] {
			return nil, fmt.Errorf("--model: the field %s is there twice", name)
		}
		names[name] = true
		properties = append(properties, fmt.Sprintf("    %q: {%q: %q}", name, "type", kind))
		if parts[2] == "" {
			required = append(required, fmt.Sprintf("%q", name))
		}
	}
	var text strings.Builder
	text.WriteString("{\n  \"$schema\": \"http://json-schema.org/draft-04/schema#\",\n  \"type\": \"object\",\n  \"properties\": {\n")
	text.WriteString(strings.Join(properties, ",\n") + "\n  },\n")
	if len(required) > 0 { // draft 4 takes no empty list
		text.WriteString("  \"required\": [" + strings.Join(required, ", ") + "],\n")
	}
	text.WriteString("  \"additionalProperties\": false\n}\n")
	return []byte(text.String()), nil
}

// modelName is the name of the only model in what the package schema is asked.
const modelName = "Model"

// assembled returns the model as the gateway reads it.
func (m *model) assembled() []*assembly.Model {
	return []*assembly.Model{{Name: modelName, ContentType: "application/json", Schema: m.text}}
}

// parseModel reads a JSON schema.
func parseModel(text []byte) (*model, error) {
	m := &model{text: append(bytes.TrimSpace(text), '\n')}
	var top struct {
		Type       any
		Properties json.RawMessage
		Required   []string
	}
	if err := json.Unmarshal(text, &top); err != nil {
		return nil, fmt.Errorf("this is not a JSON schema: %w", err)
	}
	if _, errs := schema.Compile(m.assembled(), "add"); len(errs) > 0 {
		return nil, fmt.Errorf("API Gateway would not take this schema: %w", errors.Join(errs...))
	}
	if top.Type != "object" || top.Properties == nil {
		m.more = true
		return m, nil
	}
	names, err := keys(top.Properties)
	if err != nil {
		return nil, err
	}
	var properties map[string]map[string]any
	if err := json.Unmarshal(top.Properties, &properties); err != nil {
		return nil, fmt.Errorf("its properties: %w", err)
	}
	fields := map[string]string{}
	for _, name := range names {
		f := newMember(name)
		if other := fields[f.Go]; other != "" {
			return nil, fmt.Errorf("its properties %q and %q have the same name in Go, %s: rename one", other, name, f.Go)
		}
		fields[f.Go] = name
		kind, _ := properties[name]["type"].(string)
		f.GoType = types[kind]
		if f.GoType == "" {
			f.GoType = raw
		}
		f.Must = slices.Contains(top.Required, name)
		m.more = m.more || len(properties[name]) > 1 || f.GoType == raw
		m.members = append(m.members, f)
	}
	return m, nil
}

// newMember returns the member with a name.
func newMember(name string) member {
	field := camel(name)
	return member{Name: name, Go: field, Var: local(uncamel(field)), GoType: "string", Must: true}
}

// local returns a name for a variable of a handler that hides nothing that it needs.
func local(name string) string {
	if slices.Contains([]string{"ctx", "request", "err", "input", "url", "http", "slog", "events", "context", "proxyresponse", "string", "nil", "break", "case", "chan", "const",
		"continue", "default", "defer", "else", "fallthrough", "for", "func", "go", "goto", "if", "import", "interface", "map", "package", "range", "return", "select", "struct",
		"switch", "type", "var"}, name) {
		return name + "Value"
	}
	return name
}

// keys lists the names of the members of a JSON object, as they stand there.
func keys(object []byte) ([]string, error) {
	decoder := json.NewDecoder(bytes.NewReader(object))
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return nil, errors.New("its properties are not an object")
	}
	var names []string
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil && err != io.EOF {
			return nil, err
		}
		names = append(names, fmt.Sprint(name))
	}
	return names, nil
}

// accepts reports whether a body fits the model.
func (m *model) accepts(body []byte) bool {
	set, _ := schema.Compile(m.assembled(), "add")
	details, err := set.Validate(context.Background(), modelName, body)
	return err == nil && len(details) == 0
}

// sample returns a body that fits the model, and its members; nil if none was found,
// since the schema is too particular.
func (m *model) sample() (body []byte, members map[string]json.RawMessage) {
	body, err := json.Marshal(schema.Sample(m.assembled(), modelName))
	if err != nil || !m.accepts(body) {
		return nil, nil
	}
	if m.members != nil && json.Unmarshal(body, &members) != nil {
		return nil, nil
	}
	return body, members
}

// misfit returns a body that does not fit the model; nil if all do.
func (m *model) misfit() []byte {
	for _, body := range []string{`{}`, `[]`, `"text"`} {
		if !m.accepts([]byte(body)) {
			return []byte(body)
		}
	}
	return nil
}
