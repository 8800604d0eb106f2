package explain

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"example.com/apigw/internal/rules"
	"example.com/apigw/proxyresponse"
)

// document reads a JSON text. It reports whether it is one; if not, nothing of it
// is read.
func (r *reader) document() (isJSON bool, err error) {
	start, _ := r.in.Peek(r.in.Buffered())
	err = tryJSON(start)
	if errors.Is(err, io.EOF) {
		start, _ = r.in.Peek(maxLine)
		err = tryJSON(start)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return false, nil
	}
	if errors.Is(err, io.EOF) && len(start) < maxLine {
		// It is cut off: it says what it says up to there.
		r.in.Discard(len(start))
		return true, r.whole(bufio.NewReader(strings.NewReader(completed(string(start)))))
	}
	return true, r.whole(r.in)
}

// tryJSON returns io.EOF if a text is the start of a JSON text, and nil if it
// begins with a whole one.
func tryJSON(text []byte) error {
	d := &jsonReader{in: bufio.NewReader(bytes.NewReader(text))}
	_, err := d.value("", 0)
	return err
}

// whole reads a JSON text, and explains what is in it.
func (r *reader) whole(in *bufio.Reader) error {
	d := &jsonReader{in: in, visit: r.members, text: r.jsonText}
	d.stop = func() bool {
		r.inVain += stopEvery
		return r.err != nil || r.givesUp()
	}
	value, err := d.value("", 0)
	r.lines++
	switch {
	case r.err != nil:
		return r.err
	case err != nil && !r.recognized:
		return ErrUnrecognized
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return nil // what follows is read as lines
	}
	if value.kind == '{' && !r.recognized || value.kind == '{' && d.unexplained {
		r.result(d.raw)
	}
	return nil
}

// jsonLine reads a line that has an object at its end.
func (r *reader) jsonLine(line string) bool {
	at := strings.IndexByte(line, '{')
	if at < 0 || at > maxSentence || !strings.HasSuffix(strings.TrimSpace(line), "}") {
		return false
	}
	object := strings.TrimSpace(line[at:])
	if tryJSON([]byte(object)) != nil {
		return false
	}
	before := r.recognized
	r.recognized = false
	err := r.whole(bufio.NewReader(strings.NewReader(object)))
	explained := r.recognized
	r.recognized = r.recognized || before
	return err == nil && explained
}

// jsonText reads a text that is a value by itself, or an item of a list.
func (r *reader) jsonText(text string) {
	r.isJSON = true
	r.text(text)
}

// members reads the members of an object that are not objects or lists. It reports
// whether they say something.
func (r *reader) members(path string, m map[string]string) bool {
	_, isEvent := m["message"]
	_, hasTime := m["timestamp"]
	reason, hasReason := m["ResourceStatusReason"]
	switch {
	case isEvent && (hasTime || strings.HasSuffix(path, "vents[]")):
		r.isJSON = true
		r.text(m["message"])
	case m["field"] == "@message":
		r.isJSON = true
		r.text(m["value"])
	case testStart.MatchString(firstLine(m["log"])) || testLine.MatchString(firstLine(m["log"])):
		r.text(m["log"])
	case hasReason && strings.HasSuffix(m["ResourceStatus"], "_FAILED"):
		return r.reason(strings.TrimSpace(m["ResourceType"]+" "+m["LogicalResourceId"]), reason) || strings.Contains(reason, "cancelled")
	case isLambdaError(m) && (path == "" || strings.HasSuffix(path, "ayload")):
		r.knows()
		r.last = nil
		r.show(lambdaError(m["errorMessage"], m["errorType"]))
	case path == "record" && m["requestId"] != "" && m["status"] != "":
		r.platformReport(m)
	case path != "":
		return false
	case m["stackTrace"] == "" && m["message"]+m["Message"] != "" && len(m) == 1:
		return r.body(m["message"] + m["Message"])
	default:
		e, ok := accessMembers(m)
		if ok {
			r.knows()
			r.last = nil
			r.show(e)
		}
		return ok
	}
	return true
}

// isLambdaError reports whether an object is how Lambda reports an error. Lines of
// access logs may have an errorMessage too.
func isLambdaError(m map[string]string) bool {
	for name := range m {
		switch name {
		case "errorMessage", "errorType", "requestId", "stackTrace", "trace", "cause", "stack", "name":
		default:
			return false
		}
	}
	_, ok := m["errorMessage"]
	return ok
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return strings.TrimSuffix(line, "\r")
}

// body explains the body of a response of which nothing else is known.
func (r *reader) body(message string) bool {
	var found []rules.Match
	for _, key := range []string{"message", "Message"} {
		text, err := json.Marshal(map[string]string{key: message})
		if err == nil {
			found = first(found, responses(0, string(text), ""))
		}
	}
	if len(found) == 0 && message != "Internal Server Error" {
		return false
	}
	byLikelihood(found)
	r.knows()
	r.last = nil
	if len(found) == 0 {
		r.show(Explanation{
			Input: "body of a response", Title: "a response with the message " + quoted(message),
			Unknown: []string{"why: an HTTP API or a function URL writes these words with capitals, and the rules here are about REST APIs. The log of the function says more"},
		})
		return true
	}
	r.show(Explanation{
		Input: "body of a response", Title: "a response of API Gateway itself: " + quoted(message), Causes: causes(found), Certain: len(found) == 1,
		Unknown: []string{"the status and the headers: curl -i shows them, and they tell several of the rules apart. The execution log of the stage has the line that says which it is"},
	})
	return true
}

// result explains an object that is the result of a function.
func (r *reader) result(raw []byte) {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil || !isEnvelope(members) {
		return
	}
	r.knows()
	r.last = nil
	v := proxyresponse.Check(raw)
	e := Explanation{Input: "result of a function", Title: fmt.Sprintf("an envelope for a proxy integration → %d", v.Status), Certain: true}
	for _, violation := range append(v.Violations, v.Notes...) {
		e.Causes = append(e.Causes, violated(violation))
	}
	e.Unknown = []string{"which of the two integrations the method has: without proxy integration the whole envelope is the body. The verb check judges it for both"}
	r.show(e)
}

// jsonReader reads JSON of any size. It keeps the members of the object that it
// is in that are not objects or lists, and the start of the whole.
type jsonReader struct {
	in    *bufio.Reader
	visit func(path string, members map[string]string) bool // an object is complete
	text  func(text string)                                 // a string that is not a member
	stop  func() bool

	read        int
	raw         []byte
	unexplained bool // the outermost object said nothing
}

// The limits of what it keeps.
const (
	maxText    = 256 << 10 // of a string
	maxMembers = 100       // of an object
	maxObject  = 512 << 10 // of all members of an object
	maxDepth   = 50
)

// jsonValue is a value that was read.
type jsonValue struct {
	kind byte // '{', '[', '"', or another for a number or a word
	text string
}

// stopEvery is after how many bytes it asks whether to go on.
const stopEvery = 4096

var errNotJSON = errors.New("this is not JSON")

func (d *jsonReader) next() (byte, error) {
	c, err := d.in.ReadByte()
	if err != nil {
		return 0, err
	}
	d.read++
	if len(d.raw) < maxBody {
		d.raw = append(d.raw, c)
	}
	if d.read%stopEvery == 0 && d.stop != nil && d.stop() {
		return 0, errNotJSON
	}
	return c, nil
}

// skip returns the next byte that is not a blank.
func (d *jsonReader) skip() (byte, error) {
	for {
		c, err := d.next()
		if err != nil || c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			return c, err
		}
	}
}

func (d *jsonReader) unread() {
	d.in.UnreadByte()
	d.read--
	if len(d.raw) > 0 && d.read < len(d.raw) {
		d.raw = d.raw[:d.read]
	}
}

func (d *jsonReader) value(path string, depth int) (jsonValue, error) {
	c, err := d.skip()
	switch {
	case err != nil:
		return jsonValue{}, err
	case depth > maxDepth:
		return jsonValue{}, errNotJSON
	}
	switch c {
	case '{':
		return jsonValue{kind: c}, d.object(path, depth)
	case '[':
		return jsonValue{kind: c}, d.list(path, depth)
	case '"':
		text, err := d.string()
		if err == nil && depth == 0 && d.text != nil {
			d.text(text)
		}
		return jsonValue{c, text}, err
	}
	return d.word(c, depth)
}

func (d *jsonReader) object(path string, depth int) error {
	members := map[string]string{}
	size := 0
	for first := true; ; first = false {
		c, err := d.skip()
		switch {
		case err != nil:
			return err
		case c == '}' && first:
			return d.done(path, members)
		case c != '"':
			return errNotJSON
		}
		key, err := d.string()
		if err != nil {
			return err
		}
		if c, err = d.skip(); err != nil {
			return err
		} else if c != ':' {
			return errNotJSON
		}
		inside := key
		if path != "" {
			inside = path + "." + key
		}
		if len(inside) > maxSentence {
			inside = inside[:maxSentence]
		}
		value, err := d.value(inside, depth+1)
		if err != nil {
			return err
		}
		size += len(key) + len(value.text)
		if value.kind != '{' && value.kind != '[' && len(members) < maxMembers && size < maxObject {
			members[key] = value.text
		}
		if c, err = d.skip(); err != nil {
			return err
		} else if c == '}' {
			return d.done(path, members)
		} else if c != ',' {
			return errNotJSON
		}
	}
}

func (d *jsonReader) done(path string, members map[string]string) error {
	if d.visit != nil {
		explained := d.visit(path, members)
		if path == "" {
			d.unexplained = !explained
		}
	}
	return nil
}

func (d *jsonReader) list(path string, depth int) error {
	for first := true; ; first = false {
		c, err := d.skip()
		if err != nil {
			return err
		}
		if c == ']' && first {
			return nil
		}
		d.unread()
		value, err := d.value(path+"[]", depth+1)
		if err != nil {
			return err
		}
		if value.kind == '"' && depth == 0 && d.text != nil {
			d.text(value.text)
		}
		if c, err = d.skip(); err != nil {
			return err
		} else if c == ']' {
			return nil
		} else if c != ',' {
			return errNotJSON
		}
	}
}

// string reads the rest of a string.
func (d *jsonReader) string() (string, error) {
	raw := []byte{'"'}
	isCut := false
	for escaped := false; ; {
		c, err := d.next()
		switch {
		case err != nil:
			return "", err
		case c < ' ':
			return "", errNotJSON
		case len(raw) < maxText:
			raw = append(raw, c)
		default:
			isCut = true
		}
		switch {
		case escaped:
			escaped = false
		case c == '\\':
			escaped = true
		case c == '"':
			var text string
			if isCut {
				raw = []byte(completed(string(raw)))
			}
			if json.Unmarshal(raw, &text) != nil {
				return "", errNotJSON
			}
			if isCut {
				text += truncated
			}
			return text, nil
		}
	}
}

// word reads the rest of a number, or of true, false or null.
func (d *jsonReader) word(c byte, depth int) (jsonValue, error) {
	word := []byte{c}
	for len(word) < 100 {
		c, err := d.next()
		if err != nil && !(errors.Is(err, io.EOF) && depth == 0) {
			return jsonValue{}, err
		}
		if err != nil || strings.IndexByte(" \t\r\n,]}:", c) >= 0 {
			if err == nil {
				d.unread()
			}
			break
		}
		word = append(word, c)
	}
	text := string(word)
	if text == "null" {
		return jsonValue{kind: 'n'}, nil
	}
	if _, err := strconv.ParseFloat(text, 64); err != nil && text != "true" && text != "false" {
		return jsonValue{}, errNotJSON
	}
	return jsonValue{c, text}, nil
}
