package schema

import (
	"encoding/json"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// These keywords look at one value only. Each adds its sentence to the report if
// the value breaks it.

func required(s *jsonschema.Schema, object map[string]any, report *[]string) {
	if missing := absent(object, s.Required); len(missing) > 0 {
		add(report, "object has missing required properties (%s)", printed(missing))
	}
}

func absent(object map[string]any, names []string) []string {
	var missing []string
	for _, name := range names {
		if _, ok := object[name]; !ok {
			missing = append(missing, name)
		}
	}
	return missing
}

func additionalProperties(s *jsonschema.Schema, object map[string]any, report *[]string) error {
	if allowed, ok := s.AdditionalProperties.(bool); !ok || allowed {
		return nil
	}
	var unwanted []string
	for _, name := range slices.Sorted(maps.Keys(object)) {
		known := s.Properties[name] != nil
		for p := range s.PatternProperties {
			found, err := matches(p, name)
			if err != nil {
				return err
			}
			known = known || found
		}
		if !known {
			unwanted = append(unwanted, name)
		}
	}
	if len(unwanted) > 0 {
		add(report, "object instance has properties which are not allowed by the schema: %s", printed(unwanted))
	}
	return nil
}

func additionalItems(s *jsonschema.Schema, array []any, report *[]string) {
	items, ok := s.Items.([]*jsonschema.Schema)
	if !ok {
		return
	}
	if allowed, ok := s.AdditionalItems.(bool); ok && !allowed && len(array) > len(items) {
		add(report, "schema only allows %d elements in array but instance has %d elements", len(items), len(array))
	}
}

func enum(s *jsonschema.Schema, v any, report *[]string) {
	if s.Enum == nil {
		return
	}
	found := canonical(v)
	if slices.ContainsFunc(s.Enum.Values, func(allowed any) bool { return canonical(allowed) == found }) {
		return
	}
	add(report, "instance value (%s) not found in enum (possible values: %s)", printed(v), printed(s.Enum.Values))
}

func objectSize(s *jsonschema.Schema, object map[string]any, report *[]string) {
	if s.MaxProperties != nil && len(object) > *s.MaxProperties {
		add(report, "object has too many properties (found %d but schema requires at most %d)", len(object), *s.MaxProperties)
	}
	if s.MinProperties != nil && len(object) < *s.MinProperties {
		add(report, "object has too few properties (found %d but schema requires at least %d)", len(object), *s.MinProperties)
	}
}

func arraySize(s *jsonschema.Schema, array []any, report *[]string) {
	if s.MaxItems != nil && len(array) > *s.MaxItems {
		add(report, "array is too long: must have at most %d elements but instance has %d elements", *s.MaxItems, len(array))
	}
	if s.MinItems != nil && len(array) < *s.MinItems {
		add(report, "array is too short: must have at least %d elements but instance has %d elements", *s.MinItems, len(array))
	}
}

func uniqueItems(s *jsonschema.Schema, array []any, report *[]string) {
	if !s.UniqueItems {
		return
	}
	seen := map[string]bool{}
	for _, item := range array {
		key := canonical(item)
		if seen[key] {
			add(report, "array must not contain duplicate elements")
			return
		}
		seen[key] = true
	}
}

func stringLength(s *jsonschema.Schema, text string, report *[]string) {
	length := utf8.RuneCountInString(text)
	if s.MaxLength != nil && length > *s.MaxLength {
		add(report, `string "%s" is too long (length: %d, maximum allowed: %d)`, text, length, *s.MaxLength)
	}
	if s.MinLength != nil && length < *s.MinLength {
		add(report, `string "%s" is too short (length: %d, required minimum: %d)`, text, length, *s.MinLength)
	}
}

func numberRange(s *jsonschema.Schema, number json.Number, report *[]string) {
	value := rat(number)
	const above = "numeric instance is greater than the required maximum (maximum: %s, found: %s)"
	const below = "numeric instance is lower than the required minimum (minimum: %s, found: %s)"
	if limit := s.Maximum; limit != nil && value.Cmp(limit) > 0 {
		add(report, above, decimal(limit), number)
	}
	if limit := s.ExclusiveMaximum; limit != nil {
		switch value.Cmp(limit) {
		case 1:
			add(report, above, decimal(limit), number)
		case 0:
			add(report, "numeric instance is not strictly lower than the required maximum %s", decimal(limit))
		}
	}
	if limit := s.Minimum; limit != nil && value.Cmp(limit) < 0 {
		add(report, below, decimal(limit), number)
	}
	if limit := s.ExclusiveMinimum; limit != nil {
		switch value.Cmp(limit) {
		case -1:
			add(report, below, decimal(limit), number)
		case 0:
			add(report, "numeric instance is not strictly greater than the required minimum %s", decimal(limit))
		}
	}
	if divisor := s.MultipleOf; divisor != nil && !value.Quo(value, divisor).IsInt() {
		add(report, "remainder of division is not zero (%s / %s)", number, decimal(divisor))
	}
}

func primitiveType(s *jsonschema.Schema, v any, report *[]string) {
	if s.Types == nil {
		return
	}
	allowed := s.Types.ToStrings()
	if slices.Contains(allowed, "number") && !slices.Contains(allowed, "integer") {
		allowed = append(allowed, "integer")
	}
	slices.Sort(allowed)
	if found := typeOf(v); !slices.Contains(allowed, found) {
		add(report, "instance type (%s) does not match any allowed primitive type (allowed: %s)", found, printed(allowed))
	}
}

// format checks the formats that the library knows. With others any text passes.
func format(s *jsonschema.Schema, v any, report *[]string) {
	text, ok := v.(string)
	if s.Format == nil || !ok || s.Format.Validate(text) == nil {
		return
	}
	switch s.Format.Name {
	case "date-time":
		add(report, "string %s is invalid against requested date format(s) [yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,12}Z]", quoted(text))
	case "email":
		add(report, "string %s is not a valid email address", quoted(text))
	case "hostname":
		add(report, "string %s is not a valid hostname", quoted(text))
	case "ipv4":
		add(report, "string %s is not a valid IPv4 address", quoted(text))
	case "ipv6":
		add(report, "string %s is not a valid IPv6 address", quoted(text))
	case "regex":
		add(report, "string %s is not a valid ECMA 262 regular expression", quoted(text))
	case "uri":
		add(report, "string %s is not a valid URI", quoted(text))
	case "uuid":
		add(report, "input string %s is not a valid UUID", quoted(text))
	}
}

// quoted puts a text in quotes and escapes nothing, as the library does.
func quoted(text string) string { return `"` + text + `"` }
