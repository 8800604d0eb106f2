package explain

import "example.com/apigw/internal/rules"

// browserLine reads a line of a browser's console.
func (r *reader) browserLine(line string) bool {
	found := rules.Find(rules.Browser, line)
	if len(found) == 0 {
		return false
	}
	r.knows()
	r.last = nil
	e := Explanation{Input: "browser's console", Title: "the browser does not show the response to the page"}
	e.Causes = causes(found)
	e.Certain = len(found) == 1
	e.Unknown = []string{"what the response was: the browser hides it from the page. Its network tab, or curl -i with the header Origin, shows it"}
	r.show(e)
	return true
}
