// Package vtl is the Velocity Template Language as Apache Velocity 1.7 speaks
// it: a parser with positions, and an executor with Java's values, printing,
// operators and methods.
//
// The package knows the language only. What a host offers to templates, such as
// an object called $input, comes in as references: Go values of the kinds that
// are listed at [Value], or implementations of [Object].
package vtl
