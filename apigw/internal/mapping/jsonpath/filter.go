package jsonpath

import (
	"strconv"
	"strings"

	"example.com/apigw/internal/java"
)

// filter is a condition: criteria joined by && and ||, of which && binds closer.
// Jayway evaluates from the right.
type filter struct {
	op          string // "&&", "||", or "" for a criterion
	left, right *filter
	criterion   criterion
}

// criterion compares two operands, or asks whether a path has a value.
type criterion struct {
	left, right operand
	op          string // "" asks for existence
	absent      bool   // [?(!@.name)]
}

// operand is a path, a regular expression or a literal. Literals are texts; what
// they are compared with decides whether they count as numbers.
type operand struct {
	path  *Path
	regex pattern
	text  string
}

// filter reads [?(…)] up to the bracket that closes outside of quotes and
// parentheses.
func (c *compiler) filter(s string) (*token, string) {
	const form = "expected a filter like [?(@.name == 'x')]"
	end := filterEnd(s)
	if end < 0 {
		return nil, "the brackets of the filter are not balanced; " + form
	}
	inner := trim(s[1 : end-1])
	inner, marked := strings.CutPrefix(inner, "?")
	inner = trim(inner)
	if !marked || len(inner) < 2 || inner[0] != '(' || inner[len(inner)-1] != ')' {
		return nil, form
	}
	f, problem := c.criteria(trim(inner[1 : len(inner)-1]))
	if problem != "" {
		return nil, problem
	}
	return &token{kind: filtered, filter: f}, ""
}

func filterEnd(s string) int {
	quoted := false
	round, square := 0, 0
	for i := 0; i < len(s); i++ {
		if s[i] == '\'' && s[i-1] != '\\' {
			quoted = !quoted
		}
		if quoted {
			continue
		}
		switch s[i] {
		case '(':
			round++
		case ')':
			round--
		case '[':
			square++
		case ']':
			square--
			if round == 0 {
				if square != 0 {
					return -1
				}
				return i + 1
			}
		}
	}
	return -1
}

// criteria reads what is between the parentheses. Operators count also within
// quotes, and parentheses do not group.
func (c *compiler) criteria(s string) (*filter, string) {
	var list []*filter
	var ops []string
	for _, part := range splitLogic(s) {
		part = trim(part)
		if part == "&&" || part == "||" {
			ops = append(ops, part)
			continue
		}
		part = strings.TrimRight(strings.TrimLeft(part, "[?( "), ") ")
		if part == "" {
			return nil, "a condition is missing in the filter"
		}
		f := &filter{}
		var problem string
		if f.criterion, problem = c.criterion(part); problem != "" {
			return nil, problem
		}
		list = append(list, f)
	}
	if len(list) != len(ops)+1 {
		return nil, "conditions and the operators && and || do not alternate in the filter"
	}
	root := list[len(list)-1]
	for i := len(ops) - 1; i >= 0; i-- {
		root = root.join(ops[i], list[i])
	}
	return root, ""
}

// join adds a condition that stands to the left.
func (f *filter) join(op string, g *filter) *filter {
	if op == "&&" && f.op == "||" {
		return &filter{op: "||", left: f.left, right: f.right.join(op, g)}
	}
	return &filter{op: op, left: f, right: g}
}

// splitLogic cuts s before and behind every && and ||.
func splitLogic(s string) []string {
	var parts []string
	start := 0
	for i := 1; i < len(s); i++ {
		if isLogic(s[i:]) || i >= 2 && isLogic(s[i-2:]) {
			parts = append(parts, s[start:i])
			start = i
		}
	}
	return append(parts, s[start:])
}

func isLogic(s string) bool { return strings.HasPrefix(s, "&&") || strings.HasPrefix(s, "||") }

// criterion reads one condition. The operators are looked for in this order,
// anywhere in the text.
func (c *compiler) criterion(s string) (criterion, string) {
	var k criterion
	left, right := s, ""
	for _, op := range []string{"==", ">=", "<=", "!=", "<", ">", "=~"} {
		if i := strings.Index(s, op); i >= 0 {
			k.op, left, right = op, trim(s[:i]), trim(s[i+len(op):])
			break
		}
	}
	if strings.HasPrefix(left, "!@") {
		k.absent, left = true, left[1:]
	}
	var problem string
	if k.left, problem = c.operand(left); problem != "" {
		return k, problem
	}
	if k.right, problem = c.operand(right); problem != "" {
		return k, problem
	}
	if k.op == "" && k.left.path == nil {
		return k, "expected a path like @.name in the filter, found " + strconv.Quote(left)
	}
	return k, ""
}

func (c *compiler) operand(s string) (operand, string) {
	var o operand
	switch {
	case strings.HasPrefix(s, "!@"):
		return o, "! only asks whether a name is missing, as in [?(!@.name)]"
	case strings.HasPrefix(s, "$"), strings.HasPrefix(s, "@"):
		p, err := compile(s, c.depth+1)
		if err != nil {
			return o, "in the filter, " + err.Error()
		}
		if !p.definite {
			return o, "the path " + s + " in the filter can have more than one value"
		}
		o.path = p
		return o, ""
	case s != "" && s[0] == '\'' && s[len(s)-1] == '\'':
		if len(s) == 1 {
			return o, "missing ' in the filter"
		}
		o.text = s[1 : len(s)-1]
		return o, ""
	case s != "" && s[0] == '/' && (s[len(s)-1] == '/' || len(s) > 1 && strings.HasSuffix(s, "/i")):
		last := strings.LastIndexByte(s, '/')
		if last == 0 {
			return o, "missing / in the filter"
		}
		var err error
		if o.regex, err = compilePattern(s[1:last], strings.HasSuffix(s, "i")); err != nil {
			return o, "the regular expression " + s + ": " + err.Error()
		}
		return o, ""
	}
	o.text = s
	return o, ""
}

// apply reports whether an item passes. The error is a failure that ends the
// whole reading.
func (e *evaluation) apply(f *filter, item java.Value) (bool, error) {
	if f.op == "" {
		return e.criterion(&f.criterion, item)
	}
	ok, err := e.apply(f.left, item)
	if err != nil || ok != (f.op == "&&") {
		return ok, err
	}
	return e.apply(f.right, item)
}

func (e *evaluation) criterion(k *criterion, item java.Value) (bool, error) {
	if k.op == "" {
		v, err := e.inner(k.left.path, item, true) // also $.name is asked of the item
		if err == errMissing {
			return k.absent, nil
		}
		return (v == nil) == k.absent, err
	}
	var right java.Value
	left, err := e.operand(&k.left, item)
	if err == nil {
		right, err = e.operand(&k.right, item)
	}
	switch err {
	case nil:
		return compareBy(k, left, right)
	case errMissing:
		return false, nil
	}
	return false, err
}

// operand returns the value of an operand. Regular expressions and literals stand
// for themselves.
func (e *evaluation) operand(o *operand, item java.Value) (java.Value, error) {
	switch {
	case o.path != nil:
		if o.path.fromRoot {
			item = e.root
		}
		return e.inner(o.path, item, false)
	case o.regex != nil:
		return o.regex, nil
	}
	return o, nil
}

// compareBy applies the operator as Jayway does: the right side is what is
// expected, and its type decides.
func compareBy(k *criterion, left, right java.Value) (bool, error) {
	if k.op == "=~" {
		re, target := k.right.regex, left
		if k.left.regex != nil {
			re, target = k.left.regex, right
		}
		if re == nil {
			return false, &EvalError{Problem: "=~ in the filter needs a regular expression between slashes"}
		}
		if target == nil {
			return false, nil
		}
		return re.Matches(textOf(target))
	}
	if k.op != "==" && k.op != "!=" && (left == nil) != (right == nil) {
		return false, nil
	}
	n, comparable, err := compare(right, left)
	if err != nil || !comparable {
		return false, err
	}
	switch k.op {
	case "==":
		return n == 0, nil
	case "!=":
		return n != 0, nil
	case ">":
		return n < 0, nil
	case ">=":
		return n <= 0, nil
	case "<":
		return n > 0, nil
	}
	return n >= 0, nil
}

func textOf(v java.Value) string {
	if o, ok := v.(*operand); ok {
		return o.text
	}
	return java.ToString(v)
}

// compare orders what is expected and what was found. Values that Jayway does
// not compare report false, with any operator.
func compare(expected, found java.Value) (order int, comparable bool, err error) {
	switch expected.(type) {
	case *java.Map, *java.List:
		if expected == found {
			return 0, true, nil
		}
	}
	if a, b := isNullish(expected), isNullish(found); a || b {
		return sgn(boolInt(b), boolInt(a)), true, nil
	}
	switch e := expected.(type) {
	case pattern:
		return 0, false, nil
	case bool:
		if f, ok := found.(bool); ok {
			return sgn(boolInt(e), boolInt(f)), true, nil
		}
		return 0, false, nil
	case string, *operand:
		text := textOf(e)
		switch f := found.(type) {
		case string, *operand:
			return compareUTF16(strings.ReplaceAll(text, `\'`, "'"), textOf(f)), true, nil
		case bool:
			return sgn(boolInt(strings.EqualFold(text, "true")), boolInt(f)), true, nil
		}
		if isNumber(found) {
			return compareNumbers(text, found)
		}
	default:
		if isNumber(expected) && isNumber(found) {
			return compareNumbers(textOf(expected), found)
		}
	}
	return 0, false, nil
}

// compareNumbers fails where a text that is compared with a number is not a number.
func compareNumbers(expected string, found java.Value) (int, bool, error) {
	a, ok := parseDecimal(expected)
	if !ok {
		return 0, false, &EvalError{Problem: "the filter compares a number with " + strconv.Quote(shorten(expected)) + ", which is not a number"}
	}
	b, ok := parseDecimal(textOf(found))
	if !ok {
		return 0, false, &EvalError{Problem: "the filter compares with " + textOf(found) + ", which cannot be ordered"}
	}
	return a.compare(b), true, nil
}

func isNullish(v java.Value) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == "null"
	case *operand:
		return v.text == "null"
	}
	return false
}

func isNumber(v java.Value) bool {
	switch java.ClassOf(v) {
	case "java.lang.Integer", "java.lang.Long", "java.lang.Double", "java.lang.Float", "java.math.BigInteger", "java.math.BigDecimal", "java.lang.Byte":
		return true
	}
	return false
}

func boolInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func sgn(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// compareUTF16 compares as Java's String.compareTo does, for the sign alone. It differs from the
// order of bytes where characters beyond U+FFFF meet some below.
func compareUTF16(a, b string) int {
	for i := 0; i < len(a) && i < len(b); i++ {
		if x, y := a[i], b[i]; x != y {
			if x >= 0xEE && y >= 0xEE && (x >= 0xF0) != (y >= 0xF0) {
				return -sgn(int64(x), int64(y))
			}
			return sgn(int64(x), int64(y))
		}
	}
	return sgn(int64(len(a)), int64(len(b)))
}
