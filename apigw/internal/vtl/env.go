package vtl

import "example.com/apigw/internal/java"

// env is what lies between a piece of a template and the variables: the
// parameters of the macros that are being called, innermost first, and loop
// variables that are null.
type env struct {
	outer *env

	// A macro's parameters stand for the arguments, which are evaluated in the
	// outer environment at each use. What the macro assigns is kept here, and
	// passed to the outer environment too.
	args  []argument
	local []binding

	// A loop variable that is null hides what has its name outside.
	hides  int
	hiding bool
	isHide bool
}

type argument struct {
	slot    int
	node    Expr
	removed bool
}

type binding struct {
	slot  int
	value java.Value
}

func (v *env) localAt(slot int) *binding {
	for i := range v.local {
		if v.local[i].slot == slot {
			return &v.local[i]
		}
	}
	return nil
}

func (v *env) setLocal(slot int, value java.Value) {
	if b := v.localAt(slot); b != nil {
		b.value = value
		return
	}
	v.local = append(v.local, binding{slot, value})
}

// get returns the value of a variable.
func (e *executor) get(slot int) (java.Value, error) {
	if e.env == nil {
		return e.vars[slot], nil
	}
	return e.getIn(e.env, slot)
}

func (e *executor) getIn(v *env, slot int) (java.Value, error) {
	for ; v != nil; v = v.outer {
		if v.isHide {
			if v.hiding && v.hides == slot {
				return nil, nil
			}
			continue
		}
		if b := v.localAt(slot); b != nil && b.value != nil {
			return b.value, nil
		}
		for i := range v.args {
			if a := &v.args[i]; a.slot == slot && !a.removed {
				return e.argument(v, a)
			}
		}
	}
	return e.vars[slot], nil
}

// argument evaluates the argument that a parameter stands for.
func (e *executor) argument(v *env, a *argument) (java.Value, error) {
	if err := e.enter(a.node); err != nil {
		return nil, err
	}
	defer e.leave()
	saved := e.env
	e.env = v.outer
	defer func() { e.env = saved }()
	if r, ok := a.node.(*Reference); ok {
		if len(r.Parts) == 0 {
			return e.get(r.slot)
		}
		return e.reference(r)
	}
	return e.value(a.node)
}

// put assigns a variable, in all environments from here on outwards.
func (e *executor) put(slot int, value java.Value) {
	for v := e.env; v != nil; v = v.outer {
		if v.isHide {
			if v.hides == slot && value == nil {
				v.hiding = true
			}
			continue
		}
		v.setLocal(slot, value)
	}
	e.vars[slot] = value
}

// remove forgets a variable, and the parameter of that name.
func (e *executor) remove(slot int) {
	for v := e.env; v != nil; v = v.outer {
		if v.isHide {
			if v.hides == slot {
				v.hiding = false
			}
			continue
		}
		if b := v.localAt(slot); b != nil {
			b.value = nil
		}
		for i := range v.args {
			if v.args[i].slot == slot {
				v.args[i].removed = true
			}
		}
	}
	e.vars[slot] = nil
}

// nullText returns what stands for a reference that is null. For a macro's parameter
// that is the text of the argument.
func (e *executor) nullText(r *Reference) string {
	if e.env == nil || !r.plain {
		return r.null
	}
	for v := e.env; v != nil; v = v.outer {
		for i := range v.args {
			if v.args[i].slot == r.slot {
				return literalOf(v.args[i].node)
			}
		}
	}
	return r.null
}
