package java

// Property returns the value of .name: of a getter, of a map's key, of get(name),
// or of an is-method, in this order. It returns nil where there is not one.
func Property(v Value, name string) Value {
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
			return v.Len() == 0
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
		if r, ok := v.Property(name); ok {
			return r
		}
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

// SetProperty assigns to .name. Nothing happens where that is not possible.
func SetProperty(recv Value, name string, v Value) {
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
}

// CallMethod calls a method of any value. The error is [ErrNoMethod] where the
// class of the value has no method of that name for such arguments. A nil c is
// valid for all values but objects of the host that need one.
func CallMethod(c Caller, recv Value, name string, args []Value) (Value, error) {
	var lim *Limits
	if c != nil {
		lim = c.Limits()
	}
	var v Value
	err := ErrNoMethod
	switch r := recv.(type) {
	case string:
		v, err = callString(lim, r, name, args)
	case *Map:
		v, err = CallMap(lim, r, name, args)
	case *List:
		v, err = callList(lim, r, name, args)
	case int32, int64, float64, float32, int8, int16, *Decimal:
		v, err = callNumber(r, name, args)
	case bool:
		v, err = callBool(r, name, args)
	case *Array:
		v, err = callArray(lim, r, name, args)
	case *View:
		v, err = callView(lim, r, name, args)
	case *Entry:
		v, err = callEntry(r, name, args)
	case *Iterator:
		v, err = callIterator(r, name, args)
	case Char:
		v, err = callChar(r, name, args)
	case *Class:
		if len(args) == 0 && (name == "getName" || name == "getSimpleName") {
			return Property(r, name[len("get"):]), nil
		}
	case Object:
		v, err = r.Call(c, name, args)
	default:
		v, err = callNumber(r, name, args)
	}
	if err == ErrNoMethod {
		v, err = callObject(lim, recv, name, args)
	}
	if err == ErrNoMethod && len(args) > 0 && takesNothing(recv, name) {
		return nil, exception("java.lang.IllegalArgumentException", "wrong number of arguments")
	}
	return v, err
}

// callObject calls the methods that every Java object has.
func callObject(lim *Limits, recv Value, name string, args []Value) (Value, error) {
	switch len(args) {
	case 0:
		switch name {
		case "toString":
			p := NewPrinter(nil, lim.MaxText())
			p.Value(recv)
			if p.err != nil {
				return nil, p.err
			}
			return Mend(string(p.buf)), nil
		case "hashCode":
			return hashCode(recv, 0, lim.steps()), nil
		case "getClass":
			if class := ClassOf(recv); class != "" {
				return &Class{Name: class}, nil
			}
		}
	case 1:
		if name == "equals" {
			return equal(recv, args[0], 0, lim.steps()), nil
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
