// Package vtl is the Velocity Template Language as Apache Velocity 1.7 speaks
// it: a parser with positions, and an executor. Its values are those of package
// java.
//
// The package knows the language only. What a host offers to templates, such as
// an object called $input, comes in as references: values of the kinds that are
// listed at [java.Value], or implementations of [java.Object].
package vtl
