package mapping

import (
	"slices"
	"strings"
)

// hint explains references that people bring from elsewhere. See
// [vtl.Options.Hint].
func hint(reference string) string {
	r := strings.NewReplacer("!", "", "{", "", "}", "").Replace(reference)
	for _, h := range []struct{ prefix, text string }{
		{"$util.toJson", "$util.toJson belongs to AWS AppSync; here $input.json('$.name') writes JSON"},
		{"$util.qr", "$util.qr belongs to AWS AppSync; here #set($ignored = …) calls a method quietly"},
		{"$util.error", "$util.error belongs to AWS AppSync; here #set($context.responseOverride.status = 400) chooses a status"},
		{"$util.", "$util has escapeJavaScript, parseJson, urlEncode, urlDecode, base64Encode and base64Decode, each of one string; write \"$x\" where $x is not a string"},
		{"$ctx.", "$ctx belongs to AWS AppSync; here the names are $input, $context, $stageVariables and $util"},
		{"$input.path(", "$input.path takes one string, such as '$.name'"},
		{"$input.json(", "$input.json takes one string, such as '$.name'"},
		{"$input.params(", "$input.params takes no argument, or a name as one string"},
		{"$input.params", "$input.params is a method: $input.params('name') or $input.params().header.get('name')"},
		{"$input.", "$input has body, json(path), path(path), params() and params(name)"},
	} {
		if strings.HasPrefix(r, h.prefix) {
			return h.text
		}
	}
	return ""
}

// Note is what a template asked of $input or $util that they do not have. Such a
// reference is empty without an error, which is hard to find.
type Note struct {
	Reference string // as the template has it
	Hint      string // what there is in its place; may be empty
}

// String returns the note as a sentence.
func (n Note) String() string { return n.Reference + " is empty: " + n.Hint }

// notes collects what a template asked for in vain.
type notes []Note

func (n *notes) add(reference string) {
	note := Note{reference, hint(reference)}
	if !slices.Contains(*n, note) && len(*n) < maxNotes {
		*n = append(*n, note)
	}
}

const maxNotes = 20
