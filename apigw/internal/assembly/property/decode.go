package property

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"example.com/apigw/internal/assembly/template"
)

// Unresolved is a property whose intrinsic functions are left alone, since it
// may not matter. Its value is nil if it is missing.
type Unresolved struct{ Value any }

// Unread is a property that is there but that its type has no field for.
type Unread struct {
	Path  string // such as Integration.CacheNamespace; * stands for an index or a key
	Value any    // not resolved
}

// Broken is a property that cannot be read.
type Broken struct {
	Name string
	Err  error // says where in which template
}

// Decode resolves the properties of a resource that the value into, a pointer
// to one of this package's types, has fields for. It returns what else is
// there, and which properties cannot be read: their fields stay zero.
func Decode(r *template.Resource, into any) (unread []Unread, broken []Broken) {
	d := decoder{fail: func(path, format string, args ...any) error { return r.Errorf(path, format, args...) }}
	target := reflect.ValueOf(into).Elem()
	for _, key := range slices.Sorted(maps.Keys(r.Properties)) {
		raw := r.Properties[key]
		field := target.FieldByName(key)
		if !field.IsValid() {
			d.unread = append(d.unread, Unread{key, raw})
			continue
		}
		if field.Type() == reflect.TypeFor[Unresolved]() {
			field.Set(reflect.ValueOf(Unresolved{raw}))
			continue
		}
		value, ok, err := r.Resolve(raw, key)
		if err == nil && ok {
			err = d.set(field, value, key, key)
		}
		if err != nil {
			field.SetZero()
			broken = append(broken, Broken{key, err})
		}
	}
	return d.unread, broken
}

// DecodeValue decodes a value without intrinsic functions. Errors name the path
// within it.
func DecodeValue(value, into any) ([]Unread, error) {
	d := decoder{fail: func(path, format string, args ...any) error {
		if path == "" {
			return fmt.Errorf(format, args...)
		}
		return fmt.Errorf("%s: %w", path, fmt.Errorf(format, args...))
	}}
	err := d.set(reflect.ValueOf(into).Elem(), value, "", "")
	return d.unread, err
}

type decoder struct {
	fail   func(path, format string, args ...any) error
	unread []Unread
}

// set sets a field from a value. Path is where the value is; general is the same
// with * for indexes and keys. Numbers and booleans may be texts and the other way
// round, as in CloudFormation.
func (d *decoder) set(field reflect.Value, value any, path, general string) error {
	if value == nil {
		return nil // CloudFormation refuses null; CDK never writes it
	}
	switch field.Interface().(type) {
	case Unresolved:
		field.Set(reflect.ValueOf(Unresolved{value}))
		return nil
	}
	switch field.Kind() {
	case reflect.Interface:
		field.Set(reflect.ValueOf(value))
		return nil
	case reflect.Pointer:
		pointed := reflect.New(field.Type().Elem())
		field.Set(pointed)
		return d.set(pointed.Elem(), value, path, general)
	case reflect.Struct:
		return d.setStruct(field, value, path, general)
	case reflect.Map:
		return d.setMap(field, value, path, general)
	case reflect.Slice:
		return d.setSlice(field, value, path, general)
	}
	text, ok := scalar(value)
	if !ok {
		return d.fail(path, "a %s is needed here, but there is %s", wanted(field.Kind()), describe(value))
	}
	return d.setScalar(field, text, path)
}

func (d *decoder) setScalar(field reflect.Value, text, path string) error {
	switch field.Kind() {
	case reflect.String:
		field.SetString(text)
		return nil
	case reflect.Bool:
		b, err := strconv.ParseBool(strings.ToLower(text))
		if err != nil {
			return d.fail(path, "true or false is needed here, but there is %q", text)
		}
		field.SetBool(b)
		return nil
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return d.fail(path, "a number is needed here, but there is %q", text)
	}
	if field.Kind() == reflect.Float64 {
		field.SetFloat(n)
		return nil
	}
	if n != math.Trunc(n) || math.Abs(n) > math.MaxInt32 {
		return d.fail(path, "an integer is needed here, but there is %q", text)
	}
	field.SetInt(int64(n))
	return nil
}

func (d *decoder) setStruct(field reflect.Value, value any, path, general string) error {
	object, ok := value.(map[string]any)
	if !ok {
		return d.fail(path, "an object is needed here, but there is %s", describe(value))
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		inner := field.FieldByName(key)
		if !inner.IsValid() {
			d.unread = append(d.unread, Unread{join(general, key), object[key]})
			continue
		}
		if err := d.set(inner, object[key], join(path, key), join(general, key)); err != nil {
			return err
		}
	}
	return nil
}

func (d *decoder) setMap(field reflect.Value, value any, path, general string) error {
	object, ok := value.(map[string]any)
	if !ok {
		return d.fail(path, "an object is needed here, but there is %s", describe(value))
	}
	field.Set(reflect.MakeMap(field.Type()))
	for _, key := range slices.Sorted(maps.Keys(object)) {
		element := reflect.New(field.Type().Elem()).Elem()
		if err := d.set(element, object[key], join(path, key), join(general, "*")); err != nil {
			return err
		}
		field.SetMapIndex(reflect.ValueOf(key), element)
	}
	return nil
}

func (d *decoder) setSlice(field reflect.Value, value any, path, general string) error {
	list, ok := value.([]any)
	if !ok {
		list = []any{value} // CloudFormation takes a single value for a list of one
	}
	field.Set(reflect.MakeSlice(field.Type(), len(list), len(list)))
	for i, e := range list {
		if err := d.set(field.Index(i), e, join(path, strconv.Itoa(i)), join(general, "*")); err != nil {
			return err
		}
	}
	return nil
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func scalar(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}

func wanted(k reflect.Kind) string {
	switch k {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "boolean"
	}
	return "number"
}

func describe(v any) string {
	switch v.(type) {
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return fmt.Sprintf("%v", v)
}
