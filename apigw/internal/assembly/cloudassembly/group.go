package cloudassembly

import "slices"

// group sets the groups of stacks.
func group(stacks []*Stack) {
	for i, s := range stacks {
		s.Group = i
	}
	for _, s := range stacks {
		for _, other := range stacks {
			// What depends on each other is in one assembly.
			if s.Assets == other.Assets && (s.nested || slices.Contains(s.depends, other.id)) {
				join(stacks, s.Group, other.Group)
			}
		}
	}
}

// join makes one group of two.
func join(stacks []*Stack, one, other int) {
	for _, s := range stacks {
		if s.Group == one || s.Group == other {
			s.Group = min(one, other)
		}
	}
}
