package vtl

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"example.com/apigw/internal/java"
)

// loopInfo is the value of $foreach.info: where the loop is in the template.
type loopInfo struct {
	name, template      string
	depth, line, column int32
}

// infoOf returns what is known of a loop. It is one object as long as the loop
// runs, for it equals nothing but itself.
func (l *loop) infoOf() *loopInfo {
	if l.info == nil {
		s := l.owner.where()
		l.info = &loopInfo{name: "foreach", template: l.template}
		l.info.line, l.info.column = velocityPosition(s.src, int(s.pos))
		for p := l; p != nil; p = p.parent {
			l.info.depth++
		}
	}
	return l.info
}

// velocityPosition returns the line and the column as Velocity counts them: in
// UTF-16 units, with tabs that reach to the next multiple of eight. Within a string
// literal only the first line is moved to where the literal begins.
func velocityPosition(s *source, off int) (line, column int32) {
	line, column = 1, 1
	for i, c := range s.text {
		if i >= off {
			break
		}
		switch {
		case c == '\n' && i > 0 && s.text[i-1] == '\r': // the carriage return ended the line
		case c == '\n' || c == '\r':
			line, column = line+1, 1
		case c == '\t':
			column += 8 - (column-1)%8
		case utf8.RuneLen(c) == 4:
			column += 2
		default:
			column++
		}
	}
	if s.in != nil {
		l, c := velocityPosition(s.in, s.base-len(`"`))
		if line == 1 {
			column += c
		}
		line += l - 1
	}
	return line, column
}

// Property implements [java.Object].
func (i *loopInfo) Property(name string) (java.Value, bool) {
	switch name {
	case "name", "Name":
		return i.name, true
	case "type", "Type":
		return "block", true
	case "depth", "Depth":
		return i.depth, true
	case "template", "Template":
		return i.template, true
	case "line", "Line":
		return i.line, true
	case "column", "Column":
		return i.column, true
	}
	return nil, false
}

// Call implements [java.Object].
func (i *loopInfo) Call(_ java.Caller, name string, args []java.Value) (java.Value, error) {
	property, getter := strings.CutPrefix(name, "get")
	if v, ok := i.Property(property); getter && ok && len(args) == 0 && i.TakesNothing(name) {
		return v, nil
	}
	return nil, java.ErrNoMethod
}

// ClassName implements [java.Classed].
func (i *loopInfo) ClassName() string { return "org.apache.velocity.runtime.directive.Scope$Info" }

// TakesNothing implements [java.Classed].
func (i *loopInfo) TakesNothing(method string) bool {
	switch method {
	case "getName", "getType", "getDepth", "getTemplate", "getLine", "getColumn":
		return true
	}
	return false
}

// AppendText implements [java.TextAppender].
func (i *loopInfo) AppendText(p *java.Printer) {
	text := "#" + i.name + "[type:block"
	if i.depth > 1 {
		text += " depth:" + strconv.Itoa(int(i.depth))
	}
	template := i.template
	if strings.Contains(template, " ") {
		template = `"` + template + `"`
	}
	p.WriteString(text + " template:" + template + " line:" + strconv.Itoa(int(i.line)) + " column:" + strconv.Itoa(int(i.column)) + "]")
}
