package cli

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.com/apigw/internal/mapping"
	"example.com/apigw/internal/vtl"
)

// maxQuoted is how many characters of the output one line of an explanation
// shows.
const maxQuoted = 60

// writeExplanation shows the pieces of the output in order, each with the place
// in the template that wrote it and the inputs that were read for it.
func writeExplanation(w io.Writer, o mapping.Output) {
	for _, s := range o.Trace.Spans {
		piece := quoted(o.Text[s.Start:s.End])
		if _, isText := s.Node.(*vtl.Text); isText {
			fmt.Fprintf(w, "%3d:%-3d %s\n", s.Line, s.Column, piece)
			continue
		}
		fmt.Fprintf(w, "%3d:%-3d %s  ← %s", s.Line, s.Column, piece, quoted(s.Node.String()))
		if len(s.Inputs) > 0 {
			fmt.Fprintf(w, "  from %s", strings.Join(s.Inputs, ", "))
		}
		fmt.Fprintln(w)
	}
}

// quoted shows a text on one line, shortened.
func quoted(s string) string {
	if n := utf8.RuneCountInString(s); n > maxQuoted {
		runes := []rune(s)
		return strconv.Quote(string(runes[:maxQuoted])) + fmt.Sprintf(" and %d characters", n-maxQuoted)
	}
	return strconv.Quote(s)
}
