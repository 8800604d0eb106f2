package proxyresponse

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Header is an ordered list of HTTP header fields. It is a list and not a map
// because API Gateway keeps the letter case that the function used.
type Header []Field

// Field is one header: its name as the function spelled it, and its values in
// the order in which they are sent.
type Field struct {
	Name   string
	Values []string
}

// Get returns the first value of the named header, and "" if there is none.
// Letter case of the name does not matter.
func (h Header) Get(name string) string {
	if values := h.Values(name); len(values) > 0 {
		return values[0]
	}
	return ""
}

// Values returns all values of the named header, nil if there is none.
// Letter case of the name does not matter.
func (h Header) Values(name string) []string {
	if i := h.index(name); i >= 0 {
		return h[i].Values
	}
	return nil
}

func (h Header) index(name string) int {
	return slices.IndexFunc(h, func(f Field) bool { return strings.EqualFold(f.Name, name) })
}

// maps returns the two maps of an envelope: headers with one value, and with several.
func (h Header) maps() (single map[string]string, multi map[string][]string) {
	for _, field := range h {
		if len(field.Values) == 1 {
			if single == nil {
				single = map[string]string{}
			}
			single[field.Name] = field.Values[0]
			continue
		}
		if multi == nil {
			multi = map[string][]string{}
		}
		multi[field.Name] = field.Values
	}
	return single, multi
}

// clone returns a copy of h and of its values.
func (h Header) clone() Header {
	copied := slices.Clone(h)
	for i := range copied {
		copied[i].Values = slices.Clone(copied[i].Values)
	}
	return copied
}

// with returns a copy of h in which the named header has exactly these values;
// without values it is left out.
func (h Header) with(name string, values []string) Header {
	field := Field{Name: name, Values: slices.Clone(values)}
	copied := slices.Clone(h)
	switch i := copied.index(name); {
	case i >= 0 && len(values) == 0:
		return slices.Delete(copied, i, i+1)
	case i >= 0:
		copied[i] = field
		return copied
	case len(values) == 0:
		return copied
	default:
		return append(copied, field)
	}
}

// validHeaderName reports whether name is a token (RFC 9110, section 5.6.2).
func validHeaderName(name string) bool {
	for i := range len(name) {
		if !isTokenByte(name[i]) {
			return false
		}
	}
	return name != ""
}

func isTokenByte(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
}

// validHeaderValue reports whether value can be sent on one header line: it has no
// control character but the tab (RFC 9110, section 5.5). It must be UTF-8 as well,
// since the envelope is JSON.
func validHeaderValue(value string) bool {
	for i := range len(value) {
		if c := value[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return utf8.ValidString(value)
}
