package schema

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// draft is a version of JSON Schema.
type draft struct {
	number  int
	rules   map[string]syntaxRule // by keyword
	formats map[string]func(s string) string
}

// draftOf returns the draft of a document: draft 3 if $schema says so, else 4.
func draftOf(root *value) *draft {
	version := root.get("$schema")
	if version != nil && version.kind == text && strings.TrimSuffix(version.text, "#") == "http://json-schema.org/draft-03/schema" {
		return draft3
	}
	return draft4
}

// common are the keywords of both drafts.
var common = map[string]syntaxRule{
	"$ref":                 {setOf(text), checkURI},
	"$schema":              {setOf(text), checkURI},
	"id":                   {setOf(text), checkURI},
	"additionalItems":      {setOf(boolean, object), nil},
	"additionalProperties": {setOf(boolean, object), nil},
	"default":              {allKinds, nil},
	"description":          {setOf(text), nil},
	"title":                {setOf(text), nil},
	"enum":                 {setOf(array), checkEnum},
	"exclusiveMaximum":     {setOf(boolean), checkPaired},
	"exclusiveMinimum":     {setOf(boolean), checkPaired},
	"format":               {setOf(text), nil},
	"maxItems":             {setOf(integer), checkSize},
	"maxLength":            {setOf(integer), checkSize},
	"minItems":             {setOf(integer), checkSize},
	"minLength":            {setOf(integer), checkSize},
	"maximum":              {setOf(integer, number), nil},
	"minimum":              {setOf(integer, number), nil},
	"pattern":              {setOf(text), checkPattern},
	"patternProperties":    {setOf(object), checkPatternProperties},
	"uniqueItems":          {setOf(boolean), nil},
}

var draft4 = &draft{4, merged(common, map[string]syntaxRule{
	"allOf":         {setOf(array), checkNotEmpty},
	"anyOf":         {setOf(array), checkNotEmpty},
	"oneOf":         {setOf(array), checkNotEmpty},
	"definitions":   {setOf(object), nil},
	"dependencies":  {setOf(object), checkDependencies},
	"items":         {setOf(array, object), checkItems},
	"maxProperties": {setOf(integer), checkSize},
	"minProperties": {setOf(integer), checkSize},
	"multipleOf":    {setOf(integer, number), checkDivisor},
	"not":           {allKinds, nil},
	"properties":    {setOf(object), nil},
	"required":      {setOf(array), checkRequired},
	"type":          {setOf(array, text), checkType},
}), merged(formats, map[string]func(string) string{
	"hostname": hostnameProblem,
	"ipv4":     ipv4Problem,
})}

var draft3 = &draft{3, merged(common, map[string]syntaxRule{
	"dependencies": {setOf(object), checkOldDependencies},
	"disallow":     {setOf(array, text), checkOldType},
	"divisibleBy":  {setOf(integer, number), checkDivisor},
	"extends":      {setOf(array, object), nil},
	"items":        {setOf(array, object), nil},
	"properties":   {setOf(object), checkOldProperties},
	"required":     {setOf(boolean), nil},
	"type":         {setOf(array, text), checkOldType},
}), merged(formats, map[string]func(string) string{
	"date":       unless(isDate, `string "`, `" is invalid against requested date format(s) yyyy-MM-dd`),
	"host-name":  hostnameProblem,
	"ip-address": ipv4Problem,
	"time":       unless(isTime, `string "`, `" is invalid against requested date format(s) HH:mm:ss`),
})}

func merged[V any](all ...map[string]V) map[string]V {
	m := map[string]V{}
	for _, some := range all {
		maps.Copy(m, some)
	}
	return m
}

// eachSchema goes through the schemas in the value of a keyword, with their places.
func (d *draft) eachSchema(keyword string, v *value, do func(at []string, inner *value)) {
	switch keyword {
	case "additionalItems", "additionalProperties", "extends", "items", "not":
		if v.kind == object || keyword == "not" {
			do([]string{keyword}, v)
			return
		}
		fallthrough
	case "allOf", "anyOf", "oneOf":
		for i, item := range v.items {
			do([]string{keyword, strconv.Itoa(i)}, item)
		}
	case "disallow", "type":
		for i, item := range v.items {
			if d == draft3 && item.kind == object {
				do([]string{keyword, strconv.Itoa(i)}, item)
			}
		}
	case "definitions", "dependencies", "patternProperties", "properties":
		names := v.names()
		slices.SortFunc(names, compareNames)
		for _, name := range names {
			if inner := v.get(name); keyword != "dependencies" || inner.kind == object {
				do([]string{keyword, name}, inner)
			}
		}
	}
}

func checkOldProperties(c *syntax, _ *value, keyword string, v *value) {
	for _, name := range sortedNames(v) {
		property := v.get(name)
		if property.kind != object {
			continue
		}
		if required := property.get("required"); required != nil && required.kind != boolean {
			c.wrong(keyword, `"required" attribute in schema for property "%s" is not a boolean (found %s)`, name, required.kind)
		}
	}
}

func checkOldDependencies(c *syntax, _ *value, keyword string, v *value) {
	for _, name := range sortedNames(v) {
		switch needed := v.get(name); needed.kind {
		case object, text:
		case array:
			for i, item := range needed.items {
				if item.kind != text {
					c.wrong(keyword, "array element at index %d has incorrect type (expected one of [string] but found %s)", i, item.kind)
				}
			}
		default:
			c.wrong(keyword, `dependency value for property "%s" has incorrect type (expected one of [array, object, string] but found %s)`, name, needed.kind)
		}
	}
}

func checkOldType(c *syntax, _ *value, keyword string, v *value) {
	unknown := func(name string) {
		if _, ok := kindNamed(name); !ok && name != "any" {
			c.wrong(keyword, `"%s" is not a valid primitive type (valid values are: %s)`, name, listed(allKinds.names()))
		}
	}
	if v.kind == text {
		unknown(v.text)
		return
	}
	c.distinct(keyword, v, func(i int, item *value) {
		switch item.kind {
		case object:
		case text:
			unknown(item.text)
		default:
			c.wrong(keyword, "array element at index %d has incorrect type (expected one of [object, string] but found %s)", i, item.kind)
		}
	})
}

// oldTypes compiles type and disallow of draft 3, which may name schemas too.
func oldTypes(name string, k *value, all map[string]*schema) func(e *evaluation, v instance, report *report) error {
	written := k.items
	if k.kind == text {
		written = []*value{k}
	}
	var named kindSet
	var schemas []*schema
	for i, item := range written {
		switch {
		case item.kind == object:
			schemas = append(schemas, all[strconv.Itoa(i)])
		case item.text == "any":
			named = allKinds
		default:
			k, _ := kindNamed(item.text)
			named |= setOf(k)
			if k == number {
				named |= setOf(integer)
			}
		}
	}
	if named == allKinds {
		schemas = nil
	}
	list := names(named.names())
	return func(e *evaluation, v instance, report *report) error {
		if named.has(v.kind) {
			if name == "disallow" {
				report.add("instance is of type %s, which is explicitly forbidden (disallowed: %s)", v.kind, list)
			}
			return nil
		}
		matched, err := e.matched(schemas, v)
		switch {
		case err != nil:
			return err
		case name == "disallow":
			if matched > 0 {
				report.add("instance matched %d out of %d explicitly forbidden schema(s)", matched, len(schemas))
			}
			return nil
		case matched > 0:
			return nil
		}
		if named != 0 {
			report.add("instance type (%s) does not match any allowed primitive type (allowed: %s)", v.kind, list)
		}
		if len(schemas) > 0 {
			report.add("instance failed to match at least one required schema among %d", len(schemas))
		}
		return nil
	}
}

// extended compiles extends of draft 3.
func extended(k *value, all map[string]*schema) func(e *evaluation, v instance, report *report) error {
	return func(e *evaluation, v instance, report *report) error {
		if k.kind == object {
			return e.apply(all["extends"], v, report)
		}
		for i := range k.items {
			if err := e.apply(all[strconv.Itoa(i)], v, report); err != nil {
				return err
			}
		}
		return nil
	}
}

// requiredProperties returns the properties that say of themselves, in draft 3,
// that they are required.
func requiredProperties(k *value) []string {
	return slices.DeleteFunc(sortedNames(k), func(name string) bool {
		property := k.get(name)
		if property.kind != object {
			return true
		}
		required := property.get("required")
		return required == nil || !required.truth
	})
}
