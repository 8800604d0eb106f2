// Package java has the values of Java that templates and JSON documents are
// made of: strings of UTF-16 units, numbers, lists, maps, their equality, hash
// codes and printing, and their methods as the reflection of Velocity 1.7 finds
// them on Java 17.
//
// A value is a Go value of one of the kinds that are listed at [Value]. What
// methods may use is bounded by [Limits].
package java
