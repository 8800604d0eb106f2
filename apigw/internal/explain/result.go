package explain

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"example.com/apigw/internal/rules"
	"example.com/apigw/proxyresponse"
)

// Result is the result of a function, and what decides what a client gets of it.
type Result struct {
	Payload          []byte
	FunctionError    string         // Lambda's header X-Amz-Function-Error; empty if the function did not fail
	Mapped           bool           // the method has no proxy integration
	BinaryMediaTypes []string       // the API's
	Accept           string         // the client's
	Language         rules.Language // of the function; fixes for the empty one are in words
}

// Verdict is what API Gateway makes of a function's result.
type Verdict struct {
	Integration string  `json:"integration"` // proxy or mapped
	Accepted    bool    `json:"accepted"`
	Status      int     `json:"status"`
	Headers     []Field `json:"headers"`
	Body        string  `json:"body"`
	// BodyIsBase64: the body is not text, and Body has it in base64.
	BodyIsBase64 bool `json:"bodyIsBase64,omitempty"`
	// Log is the line of the execution log before "Method completed with status".
	Log      string  `json:"log"`
	Findings []Cause `json:"findings"` // why it is refused, or what is odd about it
}

// Field is a header field.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// maxResult is how much is read to find out that a result is too large. What is
// larger is not a result at all.
const maxResult = 64 << 20

// ReadResult reads a function's result. Of one that is larger than Lambda takes it
// returns the start, which is larger too. The error says what the input is in place
// of a result.
func ReadResult(in io.Reader) ([]byte, error) {
	payload, err := io.ReadAll(io.LimitReader(in, proxyresponse.MaxPayload+1))
	if err != nil {
		return nil, err
	}
	switch text := bytes.TrimSpace(payload); {
	case len(text) == 0:
		return nil, errors.New("there is nothing to check: the input is empty")
	case bytes.IndexByte(payload, 0) >= 0 || len(payload) <= proxyresponse.MaxPayload && !utf8.Valid(payload):
		return nil, errors.New("this is not a function's result: it is not text in UTF-8")
	case len(payload) > proxyresponse.MaxPayload:
		more, err := io.Copy(io.Discard, io.LimitReader(in, maxResult))
		if err == nil && more == maxResult {
			err = fmt.Errorf("this is not a function's result: it has more than %d MB, and Lambda takes 6", maxResult>>20)
		}
		return payload, err
	case bytes.IndexByte([]byte(`{["`), text[0]) >= 0 && errors.Is(tryJSON(text), io.EOF):
		return nil, fmt.Errorf("the input is cut off: it ends after %d bytes in the middle of JSON", len(payload))
	}
	return payload, nil
}

// Judge returns what API Gateway makes of the result.
func (r Result) Judge() Verdict {
	judge := r.judgeProxy
	if r.Mapped {
		judge = r.judgeMapped
	}
	verdict := judge()
	for i, c := range verdict.Findings {
		verdict.Findings[i] = c.inLanguage(r.Language)
	}
	return verdict
}

// judgeProxy returns what a method with proxy integration makes of the result.
func (r Result) judgeProxy() Verdict {
	v := proxyresponse.Invocation{
		Payload: r.Payload, FunctionError: r.FunctionError, Accept: r.Accept, BinaryMediaTypes: r.BinaryMediaTypes, RequestID: "ID",
	}.Check()
	verdict := Verdict{Integration: "proxy", Accepted: v.OK(), Status: v.Status, Log: v.Log}
	for _, f := range v.Header {
		for _, value := range f.Values {
			verdict.Headers = append(verdict.Headers, Field{f.Name, value})
		}
	}
	verdict.setBody(v.Body)
	for _, violation := range append(v.Violations, v.Notes...) {
		verdict.Findings = append(verdict.Findings, violated(violation))
	}
	return verdict
}

// judgeMapped returns what a method makes of the result whose only integration
// response is 200, without a template.
func (r Result) judgeMapped() Verdict {
	verdict := Verdict{
		Integration: "mapped", Accepted: true, Status: 200, Log: lineSuccess,
		Headers: []Field{{"Content-Type", "application/json"}},
	}
	if len(r.Payload) > proxyresponse.MaxPayload {
		if rule, ok := rules.Lookup("response-too-large"); ok {
			verdict.Findings = append(verdict.Findings, plainCause(rule))
			verdict.Findings[0].Path, verdict.Findings[0].Got = "$", quoted(string(r.Payload[:min(len(r.Payload), maxSentence)]))
		}
		verdict.setBody([]byte(fmt.Sprintf(`{"errorMessage":"Response payload size exceeded maximum allowed payload size (%d bytes).","errorType":"Function.ResponseSizeTooLarge"}`, proxyresponse.MaxPayload)))
		return verdict
	}
	verdict.setBody(r.Payload)
	verdict.Findings = mappedCauses(string(r.Payload), r.FunctionError != "", verdict.Status)
	return verdict
}

func (v *Verdict) setBody(body []byte) {
	if utf8.Valid(body) {
		v.Body = string(body)
		return
	}
	v.Body, v.BodyIsBase64 = base64.StdEncoding.EncodeToString(body), true
}

// OK reports whether there is nothing to say about the result.
func (v Verdict) OK() bool { return v.Accepted && len(v.Findings) == 0 }

// maxBodyShown is how many bytes of a body a person is shown.
const maxBodyShown = 2000

// WriteText writes the verdict for a person, who starts this program by command.
func (v Verdict) WriteText(w io.Writer, command string) error {
	var out strings.Builder
	switch {
	case v.Integration == "mapped":
		out.WriteString("Without proxy integration nothing in a result is interpreted: an integration response sets the status, and\n" +
			"mappings the headers. One of the status 200 without a template passes it on as it is:\n")
	case v.Accepted:
		out.WriteString("API Gateway accepts this result. The client gets:\n")
	default:
		out.WriteString("API Gateway refuses this result. The client gets:\n")
	}
	fmt.Fprintf(&out, "  %d\n", v.Status)
	for _, f := range v.Headers {
		fmt.Fprintf(&out, "  %s: %s\n", f.Name, f.Value)
	}
	switch {
	case v.BodyIsBase64:
		fmt.Fprintf(&out, "\n  (%d bytes that are not text)\n", base64.StdEncoding.DecodedLen(len(v.Body)))
	case v.Body != "":
		body, rest := v.Body, ""
		if len(body) > maxBodyShown {
			body, rest = strings.ToValidUTF8(body[:maxBodyShown], ""), fmt.Sprintf("… and %d bytes more", len(body)-maxBodyShown)
		}
		fmt.Fprintf(&out, "\n  %s%s\n", strings.ReplaceAll(strings.TrimRight(body, "\n"), "\n", "\n  "), rest)
	}
	fmt.Fprintf(&out, "The execution log says:\n  %s\n  %s%d\n", v.Log, lineCompleted, v.Status)
	v.writeFindings(&out, command)
	_, err := io.WriteString(w, rules.Printable(out.String()))
	return err
}

// WriteFindings writes what there is to say about the result, for a person, who
// starts this program by command.
func (v Verdict) WriteFindings(w io.Writer, command string) error {
	var out strings.Builder
	v.writeFindings(&out, command)
	_, err := io.WriteString(w, rules.Printable(out.String()))
	return err
}

func (v Verdict) writeFindings(out *strings.Builder, command string) {
	for i, c := range v.Findings {
		if i > 0 && c.Rule == v.Findings[i-1].Rule {
			fmt.Fprintf(out, "    and at %s: %s\n", c.Path, c.Got)
			continue
		}
		c.writeText(out, command)
	}
}
