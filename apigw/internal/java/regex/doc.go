// Package regex is the dialect of regular expressions that
// java.util.regex.Pattern of Java 17 reads, with the replacement syntax of its
// Matcher and the splitting of String.split. Matching is bounded in time and in
// stack.
//
// It matches by itself, and as Java does, down to what shows only in rare
// patterns: which text a group is left with where a part of the pattern has
// failed, which look-behinds have a greatest length, and that matching nothing
// can end between the halves of a surrogate pair. Properties, scripts and cases
// come from Go's package unicode, which knows a later version of Unicode than
// Java 17 does; blocks, mirrored characters and grapheme clusters come from
// Java 17 itself, for that package does not have them.
//
// Refused are names of characters (\N), classes and dots where canonical
// equivalence counts (?c), and classes in which nothing follows &&, with which
// Java fails when it meets a character.
package regex

//go:generate go run ./gentables tables.go
