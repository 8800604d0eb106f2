package schema

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"example.com/apigw/internal/gateway/schema/ecma"
)

// syntax finds what is wrong with the text of a schema. Only the first finding is
// kept, in the order in which the library reports them: the keywords of a schema
// by name, then the schemas inside.
type syntax struct {
	draft *draft
	at    *path // where the schema stands
	found error
}

// checkSyntax returns what is wrong with a schema, or nil.
func checkSyntax(d *draft, v *value, at *path) error {
	c := &syntax{draft: d, at: at}
	c.schema(v)
	return c.found
}

// wrong keeps the first finding, at a keyword of the schema.
func (c *syntax) wrong(keyword, format string, args ...any) {
	if c.found != nil {
		return
	}
	place := "the root"
	switch {
	case keyword != "":
		place = c.at.down(keyword).String()
	case c.at != nil:
		place = c.at.String()
	}
	c.found = fmt.Errorf("at %s: %s (JSON Schema draft %d)", place, fmt.Sprintf(format, args...), c.draft.number)
}

func (c *syntax) schema(v *value) {
	if c.found != nil {
		return
	}
	if v.kind != object {
		c.wrong("", "JSON value is of type %s, not a JSON Schema (expected an object)", v.kind)
		return
	}
	names := v.names()
	slices.SortFunc(names, compareNames)
	for _, name := range names {
		rule, ok := c.draft.rules[name]
		if !ok {
			continue
		}
		keyword := v.get(name)
		if !rule.kinds.has(keyword.kind) {
			c.wrong(name, "value has incorrect type (found %s, expected one of %s)", keyword.kind, listed(rule.kinds.names()))
		} else if rule.check != nil {
			rule.check(c, v, name, keyword)
		}
	}
	for _, name := range names {
		if _, ok := c.draft.rules[name]; ok {
			c.inside(name, v.get(name))
		}
	}
}

// listed writes names as Java prints a collection.
func listed(names []string) string { return "[" + strings.Join(names, ", ") + "]" }

// inside checks the schemas in the value of a keyword.
func (c *syntax) inside(keyword string, v *value) {
	c.draft.eachSchema(keyword, v, func(at []string, inner *value) {
		outer := c.at
		c.at = outer.down(at...)
		c.schema(inner)
		c.at = outer
	})
}

// syntaxRule says what the value of a keyword must be.
type syntaxRule struct {
	kinds kindSet
	check func(c *syntax, schema *value, keyword string, v *value)
}

func checkURI(c *syntax, _ *value, keyword string, v *value) {
	uri, ok := parseURI(v.text)
	if !ok {
		c.wrong(keyword, `string is not a valid URI: "%s"`, v.text)
	} else if !uri.normal() {
		c.wrong(keyword, `URI "%s" is not normalized`, v.text)
	}
}

func checkNotEmpty(c *syntax, _ *value, keyword string, v *value) {
	if len(v.items) == 0 {
		c.wrong(keyword, "array must have at least one element")
	}
}

func checkItems(c *syntax, schema *value, keyword string, v *value) {
	if v.kind == array {
		checkNotEmpty(c, schema, keyword, v)
	}
}

func checkPaired(c *syntax, schema *value, keyword string, _ *value) {
	limit := strings.ToLower(strings.TrimPrefix(keyword, "exclusive"))
	if schema.get(limit) == nil {
		c.wrong(keyword, "%s must be paired with %s", keyword, limit)
	}
}

func checkSize(c *syntax, _ *value, keyword string, v *value) {
	n, ok := v.num.long()
	switch {
	case !ok || n > math.MaxInt32 || n < math.MinInt32:
		c.wrong(keyword, "integer value is too large")
	case n < 0:
		c.wrong(keyword, "integer value must be strictly positive")
	}
}

func checkDivisor(c *syntax, _ *value, keyword string, v *value) {
	if v.infinite() {
		c.wrong(keyword, "the number is out of the range of doubles")
	}
	if v.num.sign() <= 0 {
		c.wrong(keyword, "divisor must be strictly greater than zero")
	}
}

func checkPattern(c *syntax, _ *value, keyword string, v *value) {
	if _, err := ecma.Compile(v.text); err != nil {
		c.wrong(keyword, `string "%s" is not a valid ECMA 262 regular expression`, v.text)
	}
}

func checkPatternProperties(c *syntax, _ *value, keyword string, v *value) {
	names := v.names()
	slices.SortFunc(names, compareNames)
	for _, name := range names {
		if _, err := ecma.Compile(name); err != nil {
			c.wrong(keyword, `property name "%s" is not a valid ECMA 262 regular expression`, name)
		}
	}
}

func checkEnum(c *syntax, _ *value, keyword string, v *value) {
	seen := duplicates{}
	for _, item := range v.items {
		if isNew, _, _ := seen.add(item); !isNew {
			c.wrong(keyword, "array must not contain duplicate elements")
		}
	}
}

// distinct checks the elements of an array one by one. Of duplicates it
// finds, as the library, only one that is the last element.
func (c *syntax) distinct(keyword string, v *value, check func(i int, item *value)) {
	seen := duplicates{}
	isNew := true
	for i, item := range v.items {
		isNew, _, _ = seen.add(item)
		check(i, item)
	}
	if !isNew {
		c.wrong(keyword, "array must not contain duplicate elements")
	}
}

func checkRequired(c *syntax, schema *value, keyword string, v *value) {
	checkNotEmpty(c, schema, keyword, v)
	c.distinct(keyword, v, func(i int, item *value) {
		if item.kind != text {
			c.wrong(keyword, "array element at index %d has incorrect type (expected one of [string] but found %s)", i, item.kind)
		}
	})
}

func checkDependencies(c *syntax, _ *value, keyword string, v *value) {
	names := v.names()
	slices.SortFunc(names, compareNames)
	for _, name := range names {
		needed := v.get(name)
		switch {
		case needed.kind == object:
		case needed.kind != array:
			c.wrong(keyword, `dependency value for property "%s" has incorrect type (expected one of [array, object] but found %s)`, name, needed.kind)
		default:
			checkRequired(c, nil, keyword, needed)
		}
	}
}

func checkType(c *syntax, schema *value, keyword string, v *value) {
	unknown := func(name string) {
		if _, ok := kindNamed(name); !ok {
			c.wrong(keyword, `"%s" is not a valid primitive type (valid values are: %s)`, name, listed(allKinds.names()))
		}
	}
	if v.kind == text {
		unknown(v.text)
		return
	}
	checkNotEmpty(c, schema, keyword, v)
	c.distinct(keyword, v, func(i int, item *value) {
		if item.kind != text {
			c.wrong(keyword, "array element at index %d has incorrect type (expected one of string but found %s)", i, item.kind)
			return
		}
		unknown(item.text)
	})
}
