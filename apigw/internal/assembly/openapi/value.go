package openapi

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.com/apigw/internal/assembly/property"
	"example.com/apigw/internal/rules"
)

// Error is what is wrong with a document.
type Error struct {
	Path string // within the document; may be empty
	Err  error
}

func (e *Error) Error() string {
	if e.Path == "" {
		return e.Err.Error()
	}
	return e.Path + ": " + e.Err.Error()
}

// Unwrap returns what is wrong.
func (e *Error) Unwrap() error { return e.Err }

func failf(path, format string, args ...any) error {
	return &Error{Path: path, Err: fmt.Errorf(format, args...)}
}

// text returns a value that is a text; empty if it is not one.
func text(v any) string {
	s, _ := v.(string)
	return s
}

func asObject(v any, path string) (map[string]any, error) {
	object, ok := v.(map[string]any)
	if !ok {
		return nil, failf(path, "it must be an object")
	}
	return object, nil
}

// optionalObject does what asObject does, and returns nil for what is missing.
func optionalObject(v any, path string) (map[string]any, error) {
	if v == nil {
		return nil, nil
	}
	return asObject(v, path)
}

// decode sets one of package property's types from a value.
func decode(v, into any, path string) error {
	if v == nil {
		return nil
	}
	if _, err := property.DecodeValue(v, into); err != nil {
		return failf(path, "%w", err)
	}
	return nil
}

// rename turns the keys of an object into names of properties. A key that has
// no name becomes a notice; one whose name is empty is dropped.
func (r *reader) rename(v any, path string, names map[string]string) (map[string]any, error) {
	object, err := asObject(v, path)
	if err != nil {
		return nil, err
	}
	renamed := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		name, known := names[key]
		switch {
		case !known:
			r.notice(rules.Of("document-part-unread", "place", path+"."+key))
		case name != "":
			renamed[name] = object[key]
		}
	}
	return renamed, nil
}

// maxHops is how often one reference may lead to the next.
const maxHops = 32

// follow follows a $ref within the document.
func (r *reader) follow(v any, path string) (map[string]any, error) {
	for range maxHops {
		object, err := asObject(v, path)
		if err != nil {
			return nil, err
		}
		ref, ok := object["$ref"].(string)
		if !ok {
			return object, nil
		}
		if v, ok = r.lookUp(ref); !ok {
			return nil, failf(path, "its $ref leads to %s, which is not in the document: only references within the document work", ref)
		}
	}
	return nil, failf(path, "its $ref leads in a circle")
}

// lookUp finds the value of a JSON pointer, such as #/definitions/Pet.
func (r *reader) lookUp(ref string) (any, bool) {
	pointer, ok := strings.CutPrefix(ref, "#/")
	if !ok {
		return nil, false
	}
	var at any = r.root
	unescape := strings.NewReplacer("~1", "/", "~0", "~")
	for part := range strings.SplitSeq(pointer, "/") {
		object, ok := at.(map[string]any)
		if !ok {
			return nil, false
		}
		if at, ok = object[unescape.Replace(part)]; !ok {
			return nil, false
		}
	}
	return at, true
}
