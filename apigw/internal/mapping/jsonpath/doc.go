// Package jsonpath reads values out of JSON documents with the JSONPath dialect
// of Jayway JsonPath 2.0, as $input.path, $input.json and parameter mappings do.
//
// The dialect differs from RFC 9535 in ways that matter: a path without $ is
// relative to the document, a name in double quotes is an error, an index from
// the end is missing, and a definite path below a wildcard can make the whole
// path missing. The tests name each rule.
package jsonpath
