package metrics

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// The limits of the embedded metric format, and of CloudWatch for names (documented:
// "Specification: Embedded metric format", "MetricDatum", "Dimension").
const (
	maxDimensions = 30 - 2  // FunctionName and Rule are two
	maxMetrics    = 100 - 2 // ColdStart and Duration are two
	maxValues     = 100
	maxName       = 255
	maxDimName    = 250
	maxDimValue   = 1024
)

// maxValue is the largest number that CloudWatch takes, 2 to the power of 360.
var maxValue = math.Ldexp(1, 360)

// keptBuffer is the largest buffer that is used again.
const keptBuffer = 16 << 10

// Unit is what a metric counts.
type Unit string

// The units that functions need most. CloudWatch has more, such as "Bytes/Second".
const (
	None         Unit = "None"
	Count        Unit = "Count"
	Percent      Unit = "Percent"
	Seconds      Unit = "Seconds"
	Milliseconds Unit = "Milliseconds"
	Microseconds Unit = "Microseconds"
	Bytes        Unit = "Bytes"
	Kilobytes    Unit = "Kilobytes"
	Megabytes    Unit = "Megabytes"
)

// known returns the unit, or None if CloudWatch does not have it.
func (u Unit) known() Unit {
	base, per, rate := strings.Cut(string(u), "/")
	if rate && per != "Second" {
		return None
	}
	switch base {
	case "Count", "Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes", "Bits", "Kilobits", "Megabits", "Gigabits", "Terabits":
		return u
	case "Percent", "Seconds", "Milliseconds", "Microseconds":
		if !rate {
			return u
		}
	}
	return None
}

func validNamespace(name string) bool {
	if name == "" || len(name) > maxName || strings.HasPrefix(name, "AWS/") {
		return false
	}
	return strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_/#:") == ""
}

func validDimension(d dimension) bool {
	return readable(d.name, maxDimName) && d.name[0] != ':' && !taken(d.name) && validValue(d.value)
}

func validValue(value string) bool { return readable(value, maxDimValue) }

func validMetric(name string, value float64) bool {
	return readable(name, maxName) && !taken(name) && !math.IsNaN(value) && math.Abs(value) <= maxValue
}

// readable reports whether a text is ASCII, not empty, not blank, without control
// characters and not too long.
func readable(text string, most int) bool {
	if text == "" || len(text) > most || strings.TrimSpace(text) == "" {
		return false
	}
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

// taken reports whether a member of the line has the name already.
func taken(name string) bool {
	switch name {
	case "_aws", ColdStart, Duration, Failures, FunctionName, Rule, "outcome", "requestId", "traceId", "functionVersion", "droppedMetrics":
		return true
	}
	return false
}

// prepare writes what is the same in every line.
func (w *writer) prepare() {
	names := []byte(`"` + FunctionName + `"`)
	tail := appendMember(nil, FunctionName, lambdacontext.FunctionName)
	used := map[string]bool{}
	for _, d := range w.dimensions {
		if !used[d.name] {
			used[d.name] = true
			names = appendText(append(names, ','), d.name)
			tail = appendMember(append(tail, ','), d.name, d.value)
		}
	}
	if lambdacontext.FunctionVersion != "" {
		tail = appendMember(append(tail, ','), "functionVersion", lambdacontext.FunctionVersion)
	}
	w.tail = tail
	directive := appendMember([]byte(`{`), "Namespace", w.namespace)
	directive = append(append(append(directive, `,"Dimensions":[[`...), names...), ']')
	w.head = append(append([]byte(`,"CloudWatchMetrics":[`), directive...),
		`],"Metrics":[{"Name":"`+ColdStart+`","Unit":"Count"},{"Name":"`+Duration+`","Unit":"Milliseconds"}`...)
	w.failure = append([]byte(`,`), directive[:len(directive)-1]...)
	w.failure = append(w.failure, `,"`+Rule+`"]],"Metrics":[{"Name":"`+Failures+`","Unit":"Count"}]}`...)
}

// line appends the line of a request.
func (w *writer) line(b []byte, r *request, took int64, err error) []byte {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.over = true

	b = append(b, `{"_aws":{"Timestamp":`...)
	b = strconv.AppendInt(b, (r.began+took)/1e6, 10)
	b = append(b, w.head...)
	for _, m := range r.metrics {
		b = appendMember(append(b, `,{`...), "Name", m.name)
		b = append(appendMember(append(b, ','), "Unit", string(m.unit)), '}')
	}
	b = append(b, "]}"...)
	if r.rule != "" {
		b = append(b, w.failure...)
	}
	b = append(append(b, "]},"...), w.tail...)

	b = append(b, `,"`+ColdStart+`":`...)
	if r.cold {
		b = append(b, '1')
	} else {
		b = append(b, '0')
	}
	b = append(b, `,"`+Duration+`":`...)
	b = strconv.AppendFloat(b, float64(took/1e3)/1e3, 'f', -1, 64)
	for _, m := range r.metrics {
		b = append(appendText(append(b, ','), m.name), ':')
		b = appendValues(b, m.values)
	}

	outcome := "ok"
	switch {
	case r.rule != "":
		b = append(appendMember(append(b, ','), Rule, r.rule), `,"`+Failures+`":1`...)
		outcome = r.rule
	case err != nil:
		outcome = "error"
	}
	b = appendMember(append(b, ','), "outcome", outcome)
	if lambda, ok := lambdacontext.FromContext(r.ctx); ok {
		b = appendMember(append(b, ','), "requestId", lambda.AwsRequestID)
	}
	if trace := TraceID(r.ctx); trace != "" {
		b = appendMember(append(b, ','), "traceId", trace)
	}
	if r.dropped > 0 {
		b = append(b, `,"droppedMetrics":`...)
		b = strconv.AppendInt(b, int64(r.dropped), 10)
	}
	return append(b, "}\n"...)
}

func appendValues(b []byte, values []float64) []byte {
	if len(values) == 1 {
		return strconv.AppendFloat(b, values[0], 'g', -1, 64)
	}
	for i, value := range values {
		separator := byte(',')
		if i == 0 {
			separator = '['
		}
		b = strconv.AppendFloat(append(b, separator), value, 'g', -1, 64)
	}
	return append(b, ']')
}

func appendMember(b []byte, name, value string) []byte {
	return appendText(append(appendText(b, name), ':'), value)
}

// appendText appends a text as JSON.
func appendText(b []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= utf8.RuneSelf || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(text) // a text has no error
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), text...), '"')
}
