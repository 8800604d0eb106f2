package vtl

import (
	"context"
	"errors"
	"time"

	"example.com/apigw/internal/java/regex"
)

// errLimit is what methods return that would make too much.
var errLimit = errors.New("it makes more than the limits allow")

// Context is the context of the execution, for methods that take long.
func (c *Call) Context() context.Context {
	if c == nil || c.e == nil {
		return context.Background()
	}
	return c.e.ctx
}

// MaxText is the length in bytes that a string made by a method may have.
func (c *Call) MaxText() int {
	if c == nil || c.e == nil {
		return DefaultOutput
	}
	return c.e.opts.MaxText
}

// Charge counts bytes of values that a method makes against the limits of the
// execution. The error is one to return.
func (c *Call) Charge(bytes int) error {
	if c == nil || c.e == nil {
		return nil
	}
	c.e.memory -= bytes
	c.e.steps -= bytes >> 6
	if c.e.memory < 0 || c.e.steps < 0 {
		return errLimit
	}
	return nil
}

// steps is what is left of the work that the execution may do.
func (c *Call) steps() *int {
	if c == nil || c.e == nil {
		left := maxEqualSteps
		return &left
	}
	return &c.e.steps
}

// maxRegexps bounds the compiled regular expressions that an execution keeps.
const maxRegexps = 32

// regexp runs f with a compiled pattern, within the time that is left.
func (c *Call) regexp(pattern string, f func(*regex.Regexp) error) error {
	if c == nil || c.e == nil {
		re, err := regex.Compile(pattern)
		if err != nil {
			return patternError(err)
		}
		return regexpError(f(re))
	}
	e := c.e
	began := time.Now()
	re := e.regexps[pattern]
	if re == nil {
		if err := c.Charge(64 * len(pattern)); err != nil {
			return err
		}
		var err error
		if re, err = regex.Compile(pattern); err != nil {
			return patternError(err)
		}
		if e.regexps == nil || len(e.regexps) >= maxRegexps {
			e.regexps = make(map[string]*regex.Regexp)
		}
		e.regexps[pattern] = re
	}
	err := f(re.WithTimeout(e.regexpTime))
	e.regexpTime -= time.Since(began)
	return regexpError(err)
}

func patternError(err error) error {
	return exception("java.util.regex.PatternSyntaxException", err.Error())
}

func regexpError(err error) error {
	switch err {
	case nil:
		return nil
	case regex.ErrTimeout, regex.ErrTooLong:
		return &limitCause{err}
	}
	if _, ok := err.(*javaError); ok {
		return err
	}
	return exception("java.lang.IllegalArgumentException", err.Error())
}

// limitCause marks an error as one of exceeding a limit.
type limitCause struct{ err error }

func (l *limitCause) Error() string        { return l.err.Error() }
func (l *limitCause) Is(target error) bool { return target == errLimit }
func (l *limitCause) Unwrap() error        { return l.err }

// javaError is an exception that a method throws.
type javaError struct{ class, msg string }

func (e *javaError) Error() string {
	if e.msg == "" {
		return e.class
	}
	return e.class + ": " + e.msg
}

func exception(class, msg string) error { return &javaError{class, msg} }

var (
	errNull        = exception("java.lang.NullPointerException", "null where a value is needed")
	errCast        = exception("java.lang.ClassCastException", "the argument is of another class")
	errUnsupported = exception("java.lang.UnsupportedOperationException", "")
)

func errIndex(msg string) error { return exception("java.lang.IndexOutOfBoundsException", msg) }

// property gives the value of .name: of a getter, of a map's key, of get(name),
// or of an is-method, in this order. Null when there is none.
func property(v Value, name string) Value {
	switch v := v.(type) {
	case *Map:
		if name != "class" && name != "Class" {
			r, _ := v.GetString(name)
			return r
		}
	case *Entry:
		switch name {
		case "key", "Key":
			return v.Key()
		case "value", "Value":
			return v.Value()
		}
	case string:
		switch name {
		case "bytes", "Bytes":
			return javaBytes(v)
		case "empty", "Empty":
			return v == ""
		case "blank", "Blank":
			return isBlank(v)
		}
	case *List:
		if name == "empty" || name == "Empty" {
			return len(v.items) == 0
		}
	case *View:
		if name == "empty" || name == "Empty" {
			return v.Len() == 0
		}
	case *Class:
		switch name {
		case "name", "Name":
			return v.Name
		case "simpleName", "SimpleName":
			return simpleName(v.Name)
		}
	case *blockRef:
	case float64:
		switch name {
		case "naN", "NaN":
			return v != v
		case "infinite", "Infinite":
			return v > maxFloat || v < -maxFloat
		}
	case float32:
		switch name {
		case "naN", "NaN":
			return v != v
		case "infinite", "Infinite":
			return float64(v) > maxFloat || float64(v) < -maxFloat
		}
	case Object:
		r, _ := v.Property(name)
		return r
	}
	if name == "class" || name == "Class" {
		if c := ClassOf(v); c != "" {
			return &Class{Name: c}
		}
	}
	return nil
}

func simpleName(class string) string {
	for i := len(class) - 1; i >= 0; i-- {
		if class[i] == '.' || class[i] == '$' {
			return class[i+1:]
		}
	}
	return class
}

// setProperty assigns to .name. Nothing happens where that is not possible.
func setProperty(recv Value, name string, v Value) error {
	switch recv := recv.(type) {
	case *Map:
		recv.Put(name, v)
	case *Entry:
		if name == "value" || name == "Value" {
			recv.m.Put(recv.key, v)
		}
	case PropertySetter:
		recv.SetProperty(name, v)
	}
	return nil
}

// callMethod calls a method of any value. ErrNoMethod means that its class has
// none of that name for such arguments.
func callMethod(c *Call, recv Value, name string, args []Value) (Value, error) {
	var v Value
	err := ErrNoMethod
	switch r := recv.(type) {
	case string:
		v, err = callString(c, r, name, args)
	case *Map:
		v, err = callMap(c, r, name, args)
	case *List:
		v, err = callList(c, r, name, args)
	case int32, int64, float64, float32, int8, int16, *Decimal:
		v, err = callNumber(r, name, args)
	case bool:
		v, err = callBool(r, name, args)
	case *Array:
		v, err = callArray(c, r, name, args)
	case *View:
		v, err = callView(c, r, name, args)
	case *Entry:
		v, err = callEntry(r, name, args)
	case *Iterator:
		v, err = callIterator(r, name, args)
	case Char:
		v, err = callChar(r, name, args)
	case *Class:
		if len(args) == 0 && (name == "getName" || name == "getSimpleName") {
			return property(r, name[len("get"):]), nil
		}
	case Object:
		v, err = r.Call(c, name, args)
	default:
		v, err = callNumber(r, name, args)
	}
	if err == ErrNoMethod {
		v, err = callObject(c, recv, name, args)
	}
	if err == ErrNoMethod && len(args) > 0 && takesNothing(recv, name) {
		return nil, exception("java.lang.IllegalArgumentException", "wrong number of arguments")
	}
	return v, err
}

// callObject calls the methods that every Java object has.
func callObject(c *Call, recv Value, name string, args []Value) (Value, error) {
	switch len(args) {
	case 0:
		switch name {
		case "toString":
			p := NewPrinter(nil, c.MaxText())
			p.Value(recv)
			if p.err != nil {
				return nil, p.err
			}
			return mend(string(p.buf)), nil
		case "hashCode":
			return hashCode(recv, 0, c.steps()), nil
		case "getClass":
			if class := ClassOf(recv); class != "" {
				return &Class{Name: class}, nil
			}
		}
	case 1:
		if name == "equals" {
			return equal(recv, args[0], 0, c.steps()), nil
		}
	}
	return nil, ErrNoMethod
}

// intArg converts what Java passes as an int.
func intArg(v Value) (int, bool) {
	switch v := v.(type) {
	case int32:
		return int(v), true
	case int8:
		return int(v), true
	case int16:
		return int(v), true
	}
	return 0, false
}

// longArg converts what Java passes as a long.
func longArg(v Value) (int64, bool) {
	if n, ok := v.(int64); ok {
		return n, true
	}
	n, ok := intArg(v)
	return int64(n), ok
}

// doubleArg converts what Java passes as a double.
func doubleArg(v Value) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case float32:
		return float64(v), true
	}
	n, ok := longArg(v)
	return float64(n), ok
}

// isCollection reports whether v is a java.util.Collection.
func isCollection(v Value) bool {
	switch v.(type) {
	case *List, *View:
		return true
	}
	return false
}
