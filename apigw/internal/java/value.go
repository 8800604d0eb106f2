package java

import (
	"errors"
	"math/big"
)

// Value is anything that a reference can hold, one Go type for each Java class:
//
//	nil        null
//	bool       Boolean
//	string     String (UTF-8; methods count UTF-16 units as Java does)
//	int32      Integer
//	int64      Long
//	*big.Int   BigInteger
//	float64    Double
//	float32    Float
//	*Decimal   BigDecimal
//	int8       Byte
//	int16      Short
//	Char       Character
//	*Map       LinkedHashMap or HashMap
//	*List      ArrayList, or a subclass with its own toString
//	*Array     a Java array, such as a result of split
//	*View      keySet, values or entrySet of a map
//	*Entry     Map.Entry
//	*Iterator  java.util.Iterator
//	*Class     java.lang.Class, for its name only
//	Object     anything else, implemented by the host
//
// Other Go types print as fmt does and have no members. Values are not safe for
// concurrent use: give every execution its own.
type Value = any

// Char is Java's char: one UTF-16 unit.
type Char uint16

// Class is java.lang.Class, with enough to print its name.
type Class struct {
	Name string // such as java.lang.String
}

// ErrNoMethod is what [Object.Call] returns when the object has no method of
// that name that takes those arguments. Such a call is a null reference in a
// template, not an error.
var ErrNoMethod = errors.New("no such method")

// Object is a value that the host implements.
//
// An Object may also implement [PropertySetter], [TextAppender], [Iterable],
// [Mapping] and [Classed].
type Object interface {
	// Property returns the value of .name. It reports false when there is no such
	// property, which makes the reference null.
	Property(name string) (Value, bool)
	// Call runs .name(args). The arguments are valid until Call returns. It
	// returns ErrNoMethod when there is no such method for such arguments; any
	// other error ends the execution, as an exception does in Java.
	Call(c Caller, name string, args []Value) (Value, error)
}

// PropertySetter is an [Object] whose properties #set can assign.
type PropertySetter interface {
	// SetProperty reports false when there is no such property; #set then does
	// nothing.
	SetProperty(name string, v Value) bool
}

// TextAppender is an [Object] that says how it prints. Others print as nothing.
type TextAppender interface {
	AppendText(p *Printer)
}

// Iterable is an [Object] that #foreach can loop over.
type Iterable interface {
	Iterate() *Iterator
}

// Mapping is an [Object] that is a java.util.Map as well.
type Mapping interface {
	Map() *Map
}

// Classed is an [Object] whose class is known.
type Classed interface {
	// ClassName returns the name of the Java class.
	ClassName() string
	// TakesNothing reports whether the class declares a method of that name that
	// has no parameters. Those of java.lang.Object need not be listed.
	TakesNothing(method string) bool
}

// ClassOf returns the name of the Java class that v stands for, or "" for null
// and for objects that are not [Classed].
func ClassOf(v Value) string {
	switch v := v.(type) {
	case bool:
		return "java.lang.Boolean"
	case string:
		return "java.lang.String"
	case int32:
		return "java.lang.Integer"
	case int64:
		return "java.lang.Long"
	case *big.Int:
		return "java.math.BigInteger"
	case float64:
		return "java.lang.Double"
	case float32:
		return "java.lang.Float"
	case *Decimal:
		return "java.math.BigDecimal"
	case int8:
		return "java.lang.Byte"
	case int16:
		return "java.lang.Short"
	case Char:
		return "java.lang.Character"
	case *Map:
		if v.hashed {
			return "java.util.HashMap"
		}
		return "java.util.LinkedHashMap"
	case *List:
		if v.ClassName != "" {
			return v.ClassName
		}
		return "java.util.ArrayList"
	case *Array:
		return v.class()
	case *View:
		return v.class()
	case *Entry:
		if v.m != nil && v.m.hashed {
			return "java.util.HashMap$Node"
		}
		return "java.util.LinkedHashMap$Entry"
	case *Iterator:
		return "java.util.ArrayList$Itr"
	case *Class:
		return "java.lang.Class"
	case Classed:
		return v.ClassName()
	}
	return ""
}
