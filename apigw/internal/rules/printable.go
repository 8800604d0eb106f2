package rules

// Printable returns a text with its control characters, and bytes that are not
// UTF-8, as escapes: no text from outside can steer the terminal that it is shown
// on. Line breaks and tabs stay.
func Printable(text string) string { return printable(text) }
