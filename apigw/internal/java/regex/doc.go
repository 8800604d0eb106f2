// Package regex is the dialect of regular expressions that
// java.util.regex.Pattern reads, with the replacement syntax of its Matcher and
// the splitting of String.split. Matching is bounded in time.
//
// A pattern is translated into the syntax of a backtracking engine that has
// look-around. What the engine lacks is expressed by what it has:
// possessive quantifiers, intersections of classes, quoting, Java's line
// terminators, ASCII classes and case folding.
//
// Known differences: a match never begins or ends within a surrogate pair, a
// look-behind may be unbounded, and characters have no names (\N).
package regex
