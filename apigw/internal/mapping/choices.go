package mapping

// Choices are the points in which nobody outside AWS knows for certain what API
// Gateway does and on which much depends. The zero value is what the
// evidence favours.
//
// Of the others, which cannot be switched, this package does the following.
//   - The language is Velocity 1.7, in which every null reference evaluates to
//     the empty string.
//   - Templates cannot define macros, and #evaluate is text; #define and #stop
//     work; #parse and #include fail.
//   - A loop ends without an error after 1000 elements.
//   - White space around a template is kept.
//   - An empty payload reads as {} through $input.body, json and path.
//   - $input.json returns "" (two quotes) for what is missing and for null.
//   - $input.path and json fail on a payload that begins like JSON and is broken.
//   - escapeJavaScript escapes the slash and all beyond ASCII; the functions of
//     $util take strings only, so that a number makes an empty reference.
//   - $input.params(name) searches path, query string, header. Of several
//     values it returns the last of a query parameter and the first of a header.
//   - JSON arrays print their slashes escaped, and numbers as Java prints them.
//   - JSONPath is that of Jayway 2.0: no functions, no index from the end.
//   - Maps of $context print as nothing, the whole of it too.
//   - A template that sets one override twice fails; of those of two templates the
//     last wins. A status override counts if it is an integer from 100 to 599; others are ignored.
type Choices struct {
	// UndefinedIsFalse makes #if($undefined) false. A report from the real
	// service and the model that fits all recordings say true, since the
	// reference is the empty string, which is not null; one emulator says false.
	UndefinedIsFalse bool
}
