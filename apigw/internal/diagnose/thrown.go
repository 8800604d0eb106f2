package diagnose

import (
	"encoding/json"
	"path"
	"regexp"
	"strconv"
	"strings"

	"example.com/apigw/internal/rules"
)

// thrown is how a function failed, as the Lambda runtime of its language reports it.
type thrown struct {
	message  string
	kind     string // errorType
	frames   []frame
	language rules.Language // that the report looks like; empty if it could be any
}

// frame is a place in a stack.
type frame struct {
	file string
	line int
}

// newThrown reads the payload of a function that failed. A payload that was cut off
// is read as far as it goes.
func newThrown(payload []byte) *thrown {
	var report struct {
		ErrorMessage any
		ErrorType    string
		StackTrace   []json.RawMessage
		Trace        []string
	}
	if json.Unmarshal(payload, &report) != nil {
		return &thrown{message: memberOf(payload, "errorMessage"), kind: memberOf(payload, "errorType")}
	}
	t := &thrown{kind: report.ErrorType}
	t.message, _ = report.ErrorMessage.(string)
	for _, raw := range report.StackTrace {
		t.addFrame(raw)
	}
	for _, line := range report.Trace {
		at := javaScriptFrame.FindStringSubmatch(line)
		if at == nil && report.ErrorType == "Runtime.UserCodeSyntaxError" {
			at = placeOfSyntaxError.FindStringSubmatch(line)
		}
		if at != nil {
			t.language = rules.JavaScript
			t.add(at[1], at[2])
		}
	}
	return t
}

var (
	javaScriptFrame = regexp.MustCompile(`^\s*at (?:.*\()?(?:file://)?(/[^():]+):(\d+):\d+\)?$`)
	pythonFrame     = regexp.MustCompile(`File "([^"]+)",? [lL]ine (\d+)`)
	// placeOfSyntaxError is a line before the frames, which are all of Node.js itself.
	placeOfSyntaxError = regexp.MustCompile(`^(?:file://)?(/[^():]+):(\d+)$`)
)

// addFrame adds a frame of the member stackTrace: an object in Go, a text in Python.
func (t *thrown) addFrame(raw json.RawMessage) {
	var object struct {
		Path string
		Line int
	}
	var text string
	switch {
	case json.Unmarshal(raw, &text) == nil:
		if at := pythonFrame.FindStringSubmatch(text); at != nil {
			t.language = rules.Python
			t.add(at[1], at[2])
		}
	case json.Unmarshal(raw, &object) == nil && object.Path != "":
		t.language = rules.Go
		t.frames = append(t.frames, frame{object.Path, object.Line})
	}
}

func (t *thrown) add(file, line string) {
	n, err := strconv.Atoi(line)
	if err == nil {
		t.frames = append(t.frames, frame{file, n})
	}
}

// place returns the line of the function's own code where it failed; empty if it is
// not known. In Python the last frame is the innermost.
func (t *thrown) place() string {
	for i := range t.frames {
		f := t.frames[i]
		if t.language == rules.Python {
			f = t.frames[len(t.frames)-1-i]
		}
		file := path.Clean(strings.TrimPrefix(f.file, "/var/task/"))
		if isOfGo(file) || strings.Contains(file, "aws-lambda-go") || strings.HasPrefix(file, "/var/") ||
			strings.HasPrefix(file, "/usr/") || strings.HasPrefix(file, "/opt/") || strings.Contains(file, "node_modules/") || isOfClient(file) {
			continue
		}
		return file + ":" + strconv.Itoa(f.line)
	}
	return ""
}

// isOfClient reports whether a file is that of the engine which runs functions in
// Node.js or Python.
func isOfClient(file string) bool {
	folder, name := path.Split(file)
	return (name == "node.cjs" || name == "python.py") && strings.HasPrefix(path.Base(folder), "running-")
}

// isOfGo reports whether a file is one of Go's own, of packages that functions fail
// in. Stacks name such files below the folder of the standard library.
func isOfGo(file string) bool {
	for _, folder := range []string{"runtime/", "internal/", "maps/", "reflect/", "sync/", "encoding/", "strings/", "bytes/", "slices/", "net/", "os/", "io/", "fmt/", "time/", "regexp/"} {
		if strings.HasPrefix(file, folder) {
			return true
		}
	}
	return false
}

// placeOfFailure returns the line where the function failed. A program of Go knows the
// folder of its files alone, which the function's package completes.
func (q *request) placeOfFailure() string {
	place := q.thrown.place()
	if q.function == nil || q.function.Package == "" || place == "" {
		return place
	}
	folder, file := path.Split(place)
	if pkg := path.Clean(q.function.Package); path.Clean(folder) == path.Base(pkg) {
		return path.Join(pkg, file)
	}
	return place
}

// memberOf returns a text member of JSON that was cut off.
func memberOf(payload []byte, name string) string {
	_, rest, ok := strings.Cut(string(payload), `"`+name+`"`)
	if !ok {
		return ""
	}
	rest = strings.TrimLeft(rest, " \t\r\n:")
	var text string
	if err := json.NewDecoder(strings.NewReader(rest)).Decode(&text); err != nil {
		return strings.TrimPrefix(rest, `"`)
	}
	return text
}

// languageOfFunction returns what the function of a request is written in: what its
// source, its runtime or a report of its runtime say.
func (q *request) languageOfFunction() rules.Language {
	if f := q.function; f != nil {
		if f.Package != "" {
			return rules.Go
		}
		if language := rules.LanguageOf(f.Runtime); language != "" {
			return language
		}
	}
	if q.thrown != nil {
		return q.thrown.language
	}
	return ""
}
