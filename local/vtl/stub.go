package vtl

import "context"

// Pos is a place in a template: a byte offset from its start.
type Pos int

type executor struct{}

// Context is the context of the execution, for methods that take long.
func (c *Call) Context() context.Context { return context.Background() }

// Tracing reports whether the execution records where its output comes from.
// Nothing else needs to be built or called when it does not.
func (c *Call) Tracing() bool { return false }

// Read records that the value about to be returned comes from an input, such as
// $input.params('name').
func (c *Call) Read(input string) {}

// Origin records that the elements of a list or map come from an input, such as
// $.pets: reading element 2 of it then counts as reading $.pets[2].
func (c *Call) Origin(v Value, input string) {}

// MaxText is the length in bytes that a string made by a method may have.
func (c *Call) MaxText() int { return defaultTextLimit }
