package java

import (
	"fmt"
	"unicode"
)

// CallMap calls a method of java.util.Map.
func CallMap(lim *Limits, m *Map, name string, args []Value) (Value, error) {
	switch len(args) {
	case 0:
		switch name {
		case "size":
			return int32(m.live), nil
		case "isEmpty":
			return m.live == 0, nil
		case "keySet":
			return &View{m: m, kind: viewKeys}, nil
		case "values":
			return &View{m: m, kind: viewValues}, nil
		case "entrySet":
			return &View{m: m, kind: viewEntries}, nil
		case "clear":
			m.clear()
			return "", nil
		case "clone":
			n := &Map{hashed: m.hashed, cap: m.cap, Print: m.Print}
			return n, n.putAll(lim, m)
		}
	case 1:
		switch name {
		case "get":
			v, _ := m.Get(args[0])
			return v, nil
		case "containsKey":
			_, ok := m.Get(args[0])
			return ok, nil
		case "containsValue":
			return (&View{m: m, kind: viewValues}).contains(args[0], 0, lim.steps()), nil
		case "remove":
			v, _ := m.delete(args[0])
			return v, nil
		case "putAll":
			if args[0] == nil {
				return nil, errNull
			}
			o, ok := args[0].(*Map)
			if m, isMap := args[0].(Mapping); isMap {
				o, ok = m.Map(), true
			}
			if !ok {
				return nil, ErrNoMethod
			}
			return "", m.putAll(lim, o)
		case "equals":
			return equal(m, args[0], 0, lim.steps()), nil
		}
	case 2:
		key, v := args[0], args[1]
		old, had := m.Get(key)
		switch name {
		case "put":
			m.Put(key, v)
			return old, lim.Charge(64)
		case "putIfAbsent":
			if old == nil {
				m.Put(key, v)
			}
			return old, lim.Charge(64)
		case "getOrDefault":
			if had {
				return old, nil
			}
			return v, nil
		case "remove":
			if had && equal(old, v, 0, lim.steps()) {
				m.delete(key)
				return true, nil
			}
			return false, nil
		case "replace":
			if had {
				m.Put(key, v)
			}
			return old, nil
		}
	case 3:
		if name == "replace" {
			old, had := m.Get(args[0])
			if had && equal(old, args[1], 0, lim.steps()) {
				m.Put(args[0], args[2])
				return true, nil
			}
			return false, nil
		}
	}
	return nil, ErrNoMethod
}

func (m *Map) putAll(lim *Limits, o *Map) error {
	if err := lim.Charge(64 * o.live); err != nil {
		return err
	}
	if m == o {
		return nil
	}
	for k, v := range o.All() {
		m.Put(k, v)
	}
	return nil
}

// callView calls a method of keySet, values or entrySet.
func callView(lim *Limits, v *View, name string, args []Value) (Value, error) {
	switch len(args) {
	case 0:
		switch name {
		case "size":
			return int32(v.Len()), nil
		case "isEmpty":
			return v.Len() == 0, nil
		case "iterator":
			return v.iterator(), nil
		case "toArray":
			items, _ := elements(v)
			return toArray(lim, items)
		case "clear":
			v.m.clear()
			return "", nil
		}
	case 1:
		switch name {
		case "contains":
			return v.contains(args[0], 0, lim.steps()), nil
		case "containsAll":
			if args[0] == nil {
				return nil, errNull
			}
			items, ok := elements(args[0])
			if !ok {
				return nil, ErrNoMethod
			}
			for _, x := range items {
				if !v.contains(x, 0, lim.steps()) {
					return false, nil
				}
			}
			return true, nil
		case "add", "addAll":
			if name == "addAll" {
				if args[0] == nil {
					return nil, errNull
				}
				items, ok := elements(args[0])
				if !ok {
					return nil, ErrNoMethod
				}
				if len(items) == 0 {
					return false, nil
				}
			}
			return nil, errUnsupported
		case "remove":
			return v.remove(args[0], lim.steps()), nil
		case "removeAll", "retainAll":
			if args[0] == nil {
				return nil, errNull
			}
			items, ok := elements(args[0])
			if !ok {
				return nil, ErrNoMethod
			}
			return v.removeMany(items, name == "removeAll", lim.steps()), nil
		}
	}
	return nil, ErrNoMethod
}

// remove removes an element, and with it its key, from the map.
func (v *View) remove(x Value, left *int) bool {
	switch v.kind {
	case viewKeys:
		_, had := v.m.delete(x)
		return had
	case viewEntries:
		if !v.contains(x, 0, left) {
			return false
		}
		v.m.delete(x.(*Entry).key)
		return true
	}
	for k, val := range v.m.All() {
		if equal(val, x, 0, left) {
			v.m.delete(k)
			return true
		}
	}
	return false
}

func (v *View) removeMany(items []Value, those bool, left *int) bool {
	l := &List{items: items}
	var keys []Value
	for k, val := range v.m.All() {
		if l.indexOf(v.element(k, val), left) >= 0 == those {
			keys = append(keys, k)
		}
	}
	for _, k := range keys {
		v.m.delete(k)
	}
	return len(keys) > 0
}

func callEntry(e *Entry, name string, args []Value) (Value, error) {
	switch {
	case name == "getKey" && len(args) == 0:
		return e.Key(), nil
	case name == "getValue" && len(args) == 0:
		return e.Value(), nil
	case name == "setValue" && len(args) == 1:
		old := e.Value()
		e.m.Put(e.key, args[0])
		return old, nil
	}
	return nil, ErrNoMethod
}

func callIterator(it *Iterator, name string, args []Value) (Value, error) {
	if len(args) > 0 {
		return nil, ErrNoMethod
	}
	switch name {
	case "hasNext":
		return it.HasNext(), nil
	case "next":
		return it.Next()
	case "remove":
		return "", it.remove()
	}
	return nil, ErrNoMethod
}

func callBool(b bool, name string, args []Value) (Value, error) {
	switch len(args) {
	case 0:
		if name == "booleanValue" {
			return b, nil
		}
	case 1:
		switch x := args[0].(type) {
		case bool:
			switch name {
			case "compareTo":
				return compareBools(b, x), nil
			case "valueOf":
				return x, nil
			case "toString":
				return ToString(x), nil
			case "hashCode":
				return hash(x), nil
			}
		case string:
			switch name {
			case "valueOf", "parseBoolean":
				return equalFold(x, "true"), nil
			}
		case nil:
			switch name {
			case "valueOf", "parseBoolean":
				return false, nil
			case "compareTo":
				return nil, errNull
			}
		}
		if name == "compareTo" {
			return nil, errCast
		}
	case 2:
		x, ok := args[0].(bool)
		y, ok2 := args[1].(bool)
		if !ok || !ok2 {
			break
		}
		switch name {
		case "compare":
			return compareBools(x, y), nil
		case "logicalAnd":
			return x && y, nil
		case "logicalOr":
			return x || y, nil
		case "logicalXor":
			return x != y, nil
		}
	}
	return nil, ErrNoMethod
}

func compareBools(a, b bool) int32 {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// callChar calls a method of java.lang.Character, also the static ones.
func callChar(ch Char, name string, args []Value) (Value, error) {
	switch len(args) {
	case 0:
		if name == "charValue" {
			return ch, nil
		}
	case 1:
		switch x := args[0].(type) {
		case Char:
			switch name {
			case "compareTo":
				return int32(ch) - int32(x), nil
			case "valueOf":
				return x, nil
			}
			v, err := character(rune(x), name)
			if n, ok := v.(int32); ok && name != "getNumericValue" {
				v = Char(n)
			}
			return v, err
		case int32:
			if name != "compareTo" {
				return character(x, name)
			}
		}
		if name == "compareTo" {
			if args[0] == nil {
				return nil, errNull
			}
			return nil, errCast
		}
	}
	return nil, ErrNoMethod
}

// character calls a static method of java.lang.Character for a code point.
func character(r rune, name string) (Value, error) {
	switch name {
	case "toString":
		if r < 0 || r > unicode.MaxRune {
			return nil, exception("java.lang.IllegalArgumentException", fmt.Sprintf("Not a valid Unicode code point: 0x%X", uint32(r)))
		}
		if r <= 0xFFFF {
			return ToString(Char(r)), nil // a half of a pair is a unit too
		}
		return string(r), nil
	case "isDigit":
		return unicode.IsDigit(r), nil
	case "isLetter":
		return unicode.IsLetter(r), nil
	case "isLetterOrDigit":
		return unicode.IsLetter(r) || unicode.IsDigit(r), nil
	case "isUpperCase":
		return unicode.IsUpper(r), nil
	case "isLowerCase":
		return unicode.IsLower(r), nil
	case "isWhitespace":
		return isWhitespace(r), nil
	case "toUpperCase":
		return int32(unicode.ToUpper(r)), nil
	case "toLowerCase":
		return int32(unicode.ToLower(r)), nil
	case "getNumericValue":
		switch {
		case r >= '0' && r <= '9':
			return r - '0', nil
		case r|0x20 >= 'a' && r|0x20 <= 'z':
			return (r | 0x20) - 'a' + 10, nil
		}
		return int32(-1), nil
	}
	return nil, ErrNoMethod
}
