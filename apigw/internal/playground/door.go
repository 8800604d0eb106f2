package playground

import (
	"encoding/base64"
	"slices"
	"strings"
	"unicode/utf8"

	"example.com/apigw/internal/diagnose"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/provenance"
	"example.com/apigw/internal/rules"
)

// Door is what a client gets at one of the two doors, with proxy integration or
// without.
type Door struct {
	// Accepted: the gateway did not have to make the response itself.
	Accepted bool   `json:"accepted"`
	Status   int    `json:"status"`
	Headers  []Pair `json:"headers"` // without those that the gateway adds to every response
	Text
	Line     string    `json:"line"` // of the execution log: how the request ended
	Log      []string  `json:"log"`  // all of it
	Findings []Finding `json:"findings"`
}

// Text is a text of any size, or bytes.
type Text struct {
	Body   string `json:"body"`
	Bytes  int    `json:"bytes"`
	Cut    bool   `json:"cut,omitempty"`    // Body is the beginning of it
	Base64 bool   `json:"base64,omitempty"` // it is not text, and Body is in base64
}

// maxShown is how many bytes of a text a page gets.
const maxShown = 256 << 10

func newText(b []byte) Text {
	t := Text{Bytes: len(b)}
	shown := b[:min(len(b), maxShown)]
	t.Cut = len(shown) < len(b)
	if utf8.Valid(b) {
		t.Body = strings.ToValidUTF8(string(shown), "")
	} else {
		t.Body, t.Base64 = base64.StdEncoding.EncodeToString(shown), true
	}
	return t
}

// Finding is something that a person should know.
type Finding struct {
	diagnose.Finding
	// Fixes is what to do, by language; the empty one stands for all others. A language is
	// missing where it has nothing of its own.
	Fixes map[rules.Language]string `json:"fixes,omitempty"`
	// Start and End are where Path is in the result; both are -1 if it is not there.
	Start int `json:"start"`
	End   int `json:"end"`
}

// door returns what the client gets. Result is the text in which findings have their
// places.
func (o *outcome) door(result string) Door {
	r := o.record
	d := Door{Accepted: r.Failure == nil, Status: r.Status, Text: newText(o.body), Log: r.ExecutionLog(), Headers: []Pair{}}
	for _, h := range r.MethodResponse.Header {
		for _, value := range h.Values {
			if h.Name != "X-Amzn-Trace-Id" {
				d.Headers = append(d.Headers, Pair{h.Name, value})
			}
		}
	}
	for i, line := range d.Log {
		if strings.HasPrefix(line, "Method completed with status") && i > 0 {
			d.Line = d.Log[i-1]
		}
	}
	d.Findings = findings(r, result)
	return d
}

// findings returns what a person should know about a request, with fixes for all
// languages.
func findings(r *record.Record, result string) []Finding {
	list := []Finding{}
	for _, f := range diagnose.Of(r) {
		each := Finding{Finding: f, Start: -1, End: -1, Fixes: map[rules.Language]string{}}
		if f.Path != "" {
			each.Start, each.End = provenance.Locate(result, f.Path)
		}
		// What a function threw is found as such, and as a result that is refused.
		said := slices.IndexFunc(list, func(other Finding) bool { return other.Rule == f.Rule && other.Path == "" && other.Place == f.Place })
		if said >= 0 {
			list[said].Path, list[said].Start, list[said].End = each.Path, each.Start, each.End
			continue
		}
		list = append(list, each)
	}
	for language, runtime := range map[rules.Language]string{"": "", rules.Go: "go1.x", rules.JavaScript: "nodejs24.x", rules.Python: "python3.14"} {
		for _, f := range diagnose.Of(inLanguage(r, runtime)) {
			for i := range list {
				if list[i].Rule == f.Rule && (list[i].Path == f.Path || f.Path == "") && f.Fix != "" && (language == "" || f.Fix != list[i].Fix) {
					list[i].Fixes[language] = f.Fix
				}
			}
		}
	}
	return list
}

// inLanguage returns a record of which the function has another runtime.
func inLanguage(r *record.Record, runtime string) *record.Record {
	if r.Definition == nil || r.Definition.Function == nil {
		return r
	}
	other, method, function := *r, *r.Definition, *r.Definition.Function
	function.Runtime, method.Function, other.Definition = runtime, &function, &method
	return &other
}
