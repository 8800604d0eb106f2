package schema

import (
	"cmp"
	"errors"
	"slices"

	"example.com/apigw/internal/gateway/schema/ecma"
)

// keyword is a keyword of a compiled schema.
type keyword struct {
	name  string
	kinds kindSet // the types of the values that it looks at
	// check adds its sentence to the report if the value breaks the keyword.
	check func(e *evaluation, v instance, report *report) error
}

// keywords compiles the keywords of a schema. The library tries them by name, and
// the format last.
func keywords(d *draft, v *value, in *inside, inner func(string) map[string]*schema, list func(string) []*schema) []keyword {
	var all []keyword
	on := func(name string, kinds kindSet, check func(e *evaluation, v instance, report *report) error) {
		all = append(all, keyword{name, kinds, check})
	}
	simple := func(name string, kinds kindSet, check func(v instance, report *report)) {
		on(name, kinds, func(_ *evaluation, v instance, report *report) error {
			check(v, report)
			return nil
		})
	}
	numeric := func(name string, check func(e *evaluation, v instance, report *report) error) {
		on(name, setOf(integer, number), func(e *evaluation, v instance, report *report) error {
			if v.infinite() {
				return errInfinite
			}
			return check(e, v, report)
		})
	}
	for _, m := range v.members {
		name, k := m.name, m.value
		if _, ok := d.rules[name]; !ok {
			continue
		}
		switch name {
		case "additionalItems":
			if k.kind == boolean && !k.truth && in.hasItems && in.item == nil {
				simple(name, setOf(array), func(v instance, report *report) {
					if len(v.items) > len(in.items) {
						report.add("schema only allows %d elements in array but instance has %d elements", len(in.items), len(v.items))
					}
				})
			}
		case "additionalProperties":
			if k.kind == boolean && !k.truth {
				on(name, setOf(object), in.onlyKnown)
			}
		case "allOf", "anyOf", "oneOf":
			on(name, allKinds, combined(name, list(name)))
		case "not":
			not := []*schema{inner(name)[name]}
			on(name, allKinds, func(e *evaluation, v instance, report *report) error {
				count, err := e.matched(not, v)
				if err == nil && count == 1 {
					report.add("instance matched a schema which it should not have")
				}
				return err
			})
		case "dependencies":
			on(name, setOf(object), dependencies(d, k, inner(name)))
		case "enum":
			on(name, allKinds, func(e *evaluation, v instance, report *report) error {
				for _, allowed := range k.items {
					if err := e.spend(1); err != nil {
						return err
					}
					var c comparison
					if c.equal(allowed, v.value) {
						return nil
					}
					if c.failed {
						return errInfinite
					}
				}
				report.add("instance value (%s) not found in enum (possible values: %s)", v, k)
				return nil
			})
		case "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties":
			simple(name, sizeOf[name].kinds, size(name, k))
		case "minimum", "maximum":
			if k.infinite() {
				on("", allKinds, func(*evaluation, instance, *report) error { return errInfinite })
			}
			exclusive := v.get("exclusiveM" + name[1:])
			numeric(name, limit(name, k, exclusive != nil && exclusive.truth))
		case "divisibleBy", "multipleOf":
			by := digested(k)
			numeric(name, func(e *evaluation, v instance, report *report) error {
				cost := v.num.cost(by)
				if cost > 4*maxDigits {
					return errors.New("a number is too small to be divided")
				}
				if err := e.spend(cost / 32); err != nil {
					return err
				}
				if !v.num.divisible(by) {
					report.add("remainder of division is not zero (%s / %s)", v.num, by)
				}
				return nil
			})
		case "pattern":
			if re, err := ecma.Compile(k.text); err == nil { // the syntax was checked
				on(name, setOf(text), func(e *evaluation, v instance, report *report) error {
					found, err := e.find(re, v.text)
					if err == nil && !found {
						report.add(`ECMA 262 regex "%s" does not match input string "%s"`, re, v.text)
					}
					return err
				})
			}
		case "properties":
			if d == draft3 {
				simple(name, setOf(object), required(requiredProperties(k)))
			}
		case "required":
			if d == draft4 {
				simple(name, setOf(object), required(sortedTexts(k)))
			}
		case "disallow":
			on(name, allKinds, oldTypes(name, k, inner(name)))
		case "extends":
			on(name, allKinds, extended(k, inner(name)))
		case "type":
			if d == draft3 {
				on(name, allKinds, oldTypes(name, k, inner(name)))
			} else {
				simple(name, allKinds, types(k))
			}
		case "uniqueItems":
			if k.truth {
				on(name, setOf(array), uniqueItems)
			}
		}
	}
	slices.SortFunc(all, func(a, b keyword) int { return cmp.Compare(a.name, b.name) })
	if k := v.get("format"); k != nil {
		if wrong := d.formats[k.text]; wrong != nil {
			simple("format", setOf(text), func(v instance, report *report) {
				if message := wrong(v.text); message != "" {
					report.add("%s", message)
				}
			})
		}
	}
	return all
}

// errInfinite is what comparing with a number fails with that Jackson reads as
// infinity.
var errInfinite = errors.New("a number is out of the range of doubles")

func required(needed []string) func(v instance, report *report) {
	return func(v instance, report *report) {
		if missing := absent(v, needed); len(missing) > 0 {
			report.add("object has missing required properties (%s)", names(missing))
		}
	}
}

// onlyKnown reports members that no property and no pattern names.
func (in *inside) onlyKnown(e *evaluation, v instance, report *report) error {
	var unwanted []string
	for _, m := range v.members {
		known := in.properties[m.name] != nil
		for i := 0; i < len(in.patterns) && !known; i++ {
			var err error
			if known, err = e.find(in.patterns[i].pattern, m.name); err != nil {
				return err
			}
		}
		if !known {
			unwanted = append(unwanted, m.name)
		}
	}
	if len(unwanted) > 0 {
		slices.SortFunc(unwanted, compareNames)
		report.add("object instance has properties which are not allowed by the schema: %s", names(unwanted))
	}
	return nil
}

func combined(name string, schemas []*schema) func(e *evaluation, v instance, report *report) error {
	n := len(schemas)
	return func(e *evaluation, v instance, report *report) error {
		count, err := e.matched(schemas, v)
		switch {
		case err != nil:
			return err
		case name == "allOf" && count < n:
			report.add("instance failed to match all required schemas (matched only %d out of %d)", count, n)
		case name == "anyOf" && count == 0:
			report.add("instance failed to match at least one required schema among %d", n)
		case name == "oneOf" && count != 1:
			report.add("instance failed to match exactly one schema (matched %d out of %d)", count, n)
		}
		return nil
	}
}

// dependencies compiles the keyword of that name. The library looks at the
// dependencies in the order of a java.util.HashMap, then at those that are schemas,
// by name.
func dependencies(d *draft, k *value, schemas map[string]*schema) func(e *evaluation, v instance, report *report) error {
	order := k.names()
	hashOrder(order)
	byName := sortedNames(k)
	needs := map[string][]string{}
	for _, name := range order {
		switch needed := k.get(name); {
		case needed.kind == text: // of draft 3
			needs[name] = []string{needed.text}
		case d == draft3:
			needs[name] = sortedTexts(needed)
		default:
			needs[name] = texts(needed)
			slices.SortFunc(needs[name], compareNames)
		}
	}
	order = slices.DeleteFunc(order, func(name string) bool { return len(needs[name]) == 0 })
	hashOrder(order)
	return func(e *evaluation, v instance, report *report) error {
		for _, name := range order {
			if v.get(name) == nil {
				continue
			}
			if missing := absent(v, slices.Compact(slices.Clone(needs[name]))); len(missing) > 0 {
				report.add(`property "%s" of object has missing property dependencies (schema requires %s; missing: %s)`,
					name, names(needs[name]), names(missing))
			}
		}
		for _, name := range byName {
			if schemas[name] == nil || v.get(name) == nil {
				continue
			}
			if err := e.apply(schemas[name], v, report); err != nil {
				return err
			}
		}
		return nil
	}
}

// texts returns the strings in an array.
func texts(v *value) []string {
	var all []string
	for _, item := range v.items {
		all = append(all, item.text)
	}
	return all
}

// sortedTexts returns the strings in an array in order, each once.
func sortedTexts(v *value) []string {
	all := texts(v)
	slices.SortFunc(all, compareNames)
	return slices.Compact(all)
}

func absent(v instance, names []string) []string {
	var missing []string
	for _, name := range names {
		if v.get(name) == nil {
			missing = append(missing, name)
		}
	}
	return missing
}

// sizeOf has the values that a limit of sizes is for, and what the library says.
var sizeOf = map[string]struct {
	kinds   kindSet
	message string // with the value, if it is a string, the size and the limit
}{
	"minItems":      {setOf(array), "array is too short: must have at least %[3]d elements but instance has %[2]d elements"},
	"maxItems":      {setOf(array), "array is too long: must have at most %[3]d elements but instance has %[2]d elements"},
	"minLength":     {setOf(text), `string "%[1]s" is too short (length: %[2]d, required minimum: %[3]d)`},
	"maxLength":     {setOf(text), `string "%[1]s" is too long (length: %[2]d, maximum allowed: %[3]d)`},
	"minProperties": {setOf(object), "object has too few properties (found %[2]d but schema requires at least %[3]d)"},
	"maxProperties": {setOf(object), "object has too many properties (found %[2]d but schema requires at most %[3]d)"},
}

func size(name string, k *value) func(v instance, report *report) {
	n, _ := k.num.long()
	limit, least := int(n), name[:3] == "min"
	return func(v instance, report *report) {
		var found int
		switch v.kind {
		case array:
			found = len(v.items)
		case object:
			found = len(v.members)
		default:
			found = codePoints(v.text)
		}
		if least && found < limit || !least && found > limit {
			report.add(sizeOf[name].message, v.text, found, limit)
		}
	}
}

// digested is a number of a schema as messages print it: in full if it is whole
// and fits 64 bits.
func digested(k *value) decimal {
	if n, ok := k.num.long(); ok {
		return decimal{small: n}
	}
	return k.num
}

func uniqueItems(e *evaluation, v instance, report *report) error {
	seen := duplicates{}
	for _, item := range v.items {
		isNew, size, err := seen.add(item)
		if err != nil {
			return err
		}
		if !isNew {
			report.add("array must not contain duplicate elements")
			return nil
		}
		if err := e.spend(size / 2); err != nil {
			return err
		}
	}
	return nil
}

func limit(name string, k *value, exclusive bool) func(e *evaluation, v instance, report *report) error {
	to := digested(k)
	sign, beyond, inclusive := 1, "greater than the required maximum (maximum", "lower than the required maximum"
	if name == "minimum" {
		sign, beyond, inclusive = -1, "lower than the required minimum (minimum", "greater than the required minimum"
	}
	return func(_ *evaluation, v instance, report *report) error {
		switch order := v.num.compare(to) * sign; {
		case order > 0:
			report.add("numeric instance is %s: %s, found: %s)", beyond, to, v.num)
		case order == 0 && exclusive:
			report.add("numeric instance is not strictly %s %s", inclusive, to)
		}
		return nil
	}
}

func types(k *value) func(v instance, report *report) {
	written := texts(k)
	if k.kind == text {
		written = []string{k.text}
	}
	var allowed kindSet
	for _, name := range written {
		if k, ok := kindNamed(name); ok {
			allowed |= setOf(k)
		}
	}
	if allowed.has(number) {
		allowed |= setOf(integer)
	}
	list := names(allowed.names()).String()
	return func(v instance, report *report) {
		if !allowed.has(v.kind) {
			report.add("instance type (%s) does not match any allowed primitive type (allowed: %s)", v.kind, list)
		}
	}
}
