package jsonpath

import (
	"slices"
	"strconv"
	"strings"
)

func (e *evaluation) below(at *place, name string) *place {
	if e.origins == nil {
		return nil
	}
	return &place{parent: at, name: name, named: true}
}

func (e *evaluation) item(at *place, index int) *place {
	if e.origins == nil {
		return nil
	}
	return &place{parent: at, index: index}
}

// String writes the place as a path from the root.
func (p *place) String() string {
	var up []*place
	for ; p != nil; p = p.parent {
		up = append(up, p)
	}
	path := "$"
	for _, p := range slices.Backward(up) {
		if p.named {
			path = child(path, p.name)
		} else {
			path += "[" + strconv.Itoa(p.index) + "]"
		}
	}
	return path
}

// child returns the path of a member of the object at path: .name, or ['a name']
// where the name needs it.
func child(path, name string) string {
	if name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && r < 0x80
	}) {
		return path + "." + name
	}
	return path + "['" + name + "']"
}
