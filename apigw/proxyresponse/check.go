package proxyresponse

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// Invocation is what API Gateway knows when it turns the result of a function
// into a response. Most callers set Payload alone.
type Invocation struct {
	Payload          []byte   // the function's result as Lambda returned it
	FunctionError    string   // Lambda's response header X-Amz-Function-Error; empty if the function did not fail
	Accept           string   // the client's Accept header
	BinaryMediaTypes []string // the API's setting binaryMediaTypes
	RequestID        string   // Lambda's request id, for Verdict.Log
	Streams          bool     // the integration streams, so that Payload is metadata, a delimiter and the body
}

// Verdict is what API Gateway makes of a function's result.
//
// Header holds what comes from the result. Date, Content-Length, Connection,
// x-amzn-RequestId, x-amz-apigw-id and X-Amzn-Trace-Id are not among them: the
// gateway adds them to every response.
type Verdict struct {
	Status     int         // what the client sees: the function's status, or 500 or 502
	Header     Header      // in the order in which the client gets it, letter case kept
	Body       []byte      // decoded from base64 where API Gateway decodes it
	Log        string      // the sentence of the execution log before "Method completed with status"
	Violations []Violation // why API Gateway refuses the result; at most 100
	Notes      []Violation // what it lets pass although it was hardly meant; at most 100, none if it refuses the result
}

// OK reports whether API Gateway accepts the result.
func (v Verdict) OK() bool { return len(v.Violations) == 0 }

// Violation is one place where a result breaks the contract, or, among
// [Verdict.Notes], one that deserves a look.
type Violation struct {
	Rule     string   `json:"rule"`     // id of the entry in Rules
	Title    string   `json:"title"`    // the rule in one sentence
	Path     string   `json:"path"`     // JSON path of the place, like $.headers["X-Count"]
	Got      string   `json:"got"`      // what is there, as raw JSON cut to 80 bytes
	Fix      string   `json:"fix"`      // in Go
	Evidence Evidence `json:"evidence"` // how sure it is that API Gateway does this
}

// String returns the violation for a person: the place, the rule, what is there,
// and the fix.
func (v Violation) String() string {
	return fmt.Sprintf("%s: %s (rule %s)\ngot: %s\nfix:\n%s", v.Path, v.Title, v.Rule, v.Got, v.Fix)
}

// Check returns what API Gateway makes of a function's result, for a client that
// sent no Accept header and an API without binaryMediaTypes.
func Check(payload []byte) Verdict {
	return Invocation{Payload: payload}.Check()
}

// Check returns what API Gateway makes of i: the response of a REST API (v1) with
// Lambda proxy integration, or all reasons why it refuses the result. The status is
// then 502, or 500 if only the base64 body is bad. Check takes any bytes, in time
// linear in their number. Where nobody saw the service decide, it follows what is
// most likely, and the rule's Evidence is [Assumed].
func (i Invocation) Check() Verdict {
	c := checker{Invocation: i, stream: i.Streams}
	switch {
	case i.FunctionError != "" && i.Streams:
		return c.functionFailed(ruleStreamFailedBefore, errorMessage(i.Payload))
	case i.Streams:
		return i.checkStream()
	case i.FunctionError != "":
		return c.functionFailed(ruleFunctionError, errorMessage(i.Payload))
	case len(i.Payload) > MaxPayload:
		return c.functionFailed(ruleResponseTooLarge,
			fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", MaxPayload))
	}
	c.result()
	return c.verdict()
}

// The sentences of the execution log, as API Gateway writes them.
const (
	logMalformed  = "Execution failed due to configuration error: Malformed Lambda proxy response"
	logBadBase64  = "Execution failed due to configuration error: Unable to base64 decode the body."
	logCompleted  = "Successfully completed execution"
	logFunctionIs = "Lambda execution failed with status 200 due to customer function error: "
)

// maxFindings keeps a large broken result from making a larger report.
const maxFindings = 100

// checker collects the parts of one verdict.
type checker struct {
	Invocation
	status      int
	header      headerMerge
	body        []byte
	defaultType bool // Content-Type was added by API Gateway
	stream      bool // the result is the metadata of a stream
	badBase64   bool // the one refusal with status 500
	violations  []Violation
	notes       []Violation
}

func (c *checker) violation(rule, path string, got []byte) {
	if len(c.violations) < maxFindings {
		c.violations = append(c.violations, Violation{Rule: rule, Path: path, Got: shorten(got)})
	}
}

func (c *checker) note(rule, path string, got []byte) {
	if len(c.notes) < maxFindings {
		c.notes = append(c.notes, Violation{Rule: rule, Path: path, Got: shorten(got)})
	}
}

// functionFailed returns the verdict on an invocation that Lambda reports as
// failed.
func (c *checker) functionFailed(rule, message string) Verdict {
	c.violation(rule, "$", c.Payload)
	v := c.verdict()
	v.Log = logFunctionIs + message + ". Lambda request id: " + c.RequestID
	return v
}

// errorMessage returns the message of the object in which Lambda reports an error.
func errorMessage(payload []byte) string {
	var reported struct {
		ErrorMessage string `json:"errorMessage"`
	}
	if err := json.Unmarshal(payload, &reported); err != nil {
		return ""
	}
	return reported.ErrorMessage
}

func (c *checker) verdict() Verdict {
	switch {
	case len(c.violations) == 0:
		return Verdict{Status: c.status, Header: c.header.Header, Body: c.body, Log: logCompleted, Notes: explained(c.notes)}
	case c.stream:
		return c.refused(http.StatusInternalServerError, logMalformed)
	case c.badBase64 && len(c.violations) == 1:
		return c.refused(http.StatusInternalServerError, logBadBase64)
	default:
		return c.refused(http.StatusBadGateway, logMalformed)
	}
}

// refused returns the response that all failures of an integration have in common.
// Its body has one space after the colon (recorded:
// test_apigateway_header_remapping_aws).
func (c *checker) refused(status int, log string) Verdict {
	return Verdict{
		Status: status,
		Header: Header{
			{Name: contentType, Values: []string{typeJSON}},
			{Name: "x-amzn-ErrorType", Values: []string{"InternalServerErrorException"}},
		},
		Body:       []byte(`{"message": "Internal server error"}`),
		Log:        log,
		Violations: explained(c.violations),
	}
}

// explained completes findings from the rulebook.
func explained(findings []Violation) []Violation {
	if len(findings) == 0 {
		return nil
	}
	rules := Rules()
	for i := range findings {
		f := &findings[i]
		for _, rule := range rules {
			if rule.ID == f.Rule {
				f.Title, f.Evidence = rule.Title, rule.Evidence
				f.Fix = rule.Fix
				if f.Rule == ruleUnknownKey && f.Path == "$.cookies" {
					f.Fix = fixCookies
				}
			}
		}
	}
	return findings
}

// result judges the payload as a whole.
func (c *checker) result() {
	payload := trimSpace(c.Payload)
	switch {
	case len(payload) == 0:
		c.violation(ruleResultEmpty, "$", nil)
		return
	case c.isStreamed(payload):
		return
	case !json.Valid(payload):
		c.violation(ruleResultNotJSON, "$", payload)
		return
	}
	switch rawValue(payload).kind() {
	case '{':
		c.envelope(payload)
	case 'n':
		c.violation(ruleResultNull, "$", payload)
	case '"':
		c.violation(ruleResultIsString, "$", payload)
	default:
		c.violation(ruleResultNotObject, "$", payload)
	}
}

// envelope judges the five keys. If a key is there twice the last one counts, as
// in most JSON decoders.
func (c *checker) envelope(object rawValue) {
	var statusCode, headers, multiValueHeaders, body, isBase64Encoded rawValue
	var keys, unknown, misspelt int
	isError := false
	for key, value := range members(object) {
		keys++
		switch name := key.unquoted(); string(name) {
		case "statusCode":
			statusCode = value
		case "headers":
			headers = value
		case "multiValueHeaders":
			multiValueHeaders = value
		case "body":
			body = value
		case "isBase64Encoded":
			isBase64Encoded = value
		default:
			unknown++
			isError = isError || string(name) == "errorMessage"
			rule := ruleUnknownKey
			if isMisspelt(string(name)) {
				misspelt++
				rule = ruleKeyCase
			}
			c.violation(rule, keyPath(key), value)
		}
	}
	if unknown > 0 && unknown == keys && misspelt == 0 {
		// Not one key of the envelope: there is one thing to say, not one per key.
		c.violations = nil
		rule := ruleMissingEnvelope
		if isError {
			rule = ruleErrorObjectReturned
		}
		c.violation(rule, "$", object)
		return
	}
	if keys == 0 {
		c.note(ruleEmptyObject, "$", object)
	}
	c.statusCode(statusCode, keys)
	c.headers(headers, multiValueHeaders)
	c.bodyText(body, c.base64Flag(isBase64Encoded))
}

// keyPath returns the JSON path of a key of the result.
func keyPath(key rawValue) string {
	if name := string(key.unquoted()); isIdentifier(name) {
		return "$." + shorten([]byte(name))
	}
	return "$[" + shorten(key) + "]"
}

func isIdentifier(name string) bool {
	for i := range len(name) {
		c := name[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
}

// shorten returns at most 80 bytes of text, cut between two characters.
func shorten(text []byte) string {
	const limit, ellipsis = 80, "…"
	if len(text) <= limit {
		return string(bytes.ToValidUTF8(text, nil))
	}
	return string(bytes.ToValidUTF8(text[:limit-len(ellipsis)], nil)) + ellipsis
}

// isMisspelt reports whether name differs from a key of the envelope in letter
// case only, as the field names of a Go struct without json tags do.
func isMisspelt(name string) bool {
	for _, key := range [...]string{"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"} {
		if strings.EqualFold(name, key) {
			return true
		}
	}
	return false
}

// statusCode judges the status; value is nil if the key is absent.
func (c *checker) statusCode(value rawValue, keys int) {
	const path = "$.statusCode"
	c.status = http.StatusOK
	if value == nil {
		if keys > 0 {
			c.note(ruleStatusMissing, "$", nil)
		}
		return
	}
	var text string
	switch value.kind() {
	case 'n':
		c.note(ruleStatusZero, path, value)
		return
	case '0':
		text = string(value)
	case '"':
		text = string(value.unquoted())
		if !isDigits(text) {
			c.violation(ruleStatusNotNumber, path, value)
			return
		}
	default:
		c.violation(ruleStatusNotNumber, path, value)
		return
	}
	number, err := strconv.ParseFloat(text, 64) // err: beyond all statuses anyway
	status := int(number)
	switch {
	case err != nil || number < 0 || number > 599:
		c.violation(ruleStatusOutOfRange, path, value)
	case number != float64(status):
		c.violation(ruleStatusFraction, path, value)
	case status == 0:
		c.note(ruleStatusZero, path, value)
	case status < 100:
		c.violation(ruleStatusOutOfRange, path, value)
	default:
		c.status = status
		c.noteStatus(status, value)
	}
}

func (c *checker) noteStatus(status int, value rawValue) {
	const path = "$.statusCode"
	switch {
	case value.kind() == '"':
		c.note(ruleStatusNumericString, path, value)
	case !isDigits(string(value)):
		c.note(ruleStatusFloat, path, value)
	}
	if status < 200 {
		c.note(ruleStatusInformational, path, value)
	}
}

func isDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}
