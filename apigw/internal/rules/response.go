package rules

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
)

// Response is what a client sees of a rule. What nobody knows of it is empty.
type Response struct {
	Status    int
	Body      string // "…" and [names] stand for anything
	ErrorType string // x-amzn-ErrorType
}

// The ways in which [Rule.Gateway] writes a response: a status, then one of body,
// message or text, in any order with the header.
var (
	responseStatus  = regexp.MustCompile(`\b([1-5]\d\d) with (?:the (body|message|text)|x-amzn-ErrorType)`)
	responseType    = regexp.MustCompile(`x-amzn-ErrorType: (\w+)`)
	responseText    = regexp.MustCompile(`^ "((?:[^"\\]|\\.)*)"`)
	responseAnyText = regexp.MustCompile(`Text and not JSON: "([^"]*)"`)
)

// Response returns the response to the client that [Rule.Gateway] shows; ok is
// false if it shows none.
func (r Rule) Response() (response Response, ok bool) {
	if text := responseAnyText.FindStringSubmatch(r.Gateway); text != nil {
		return Response{Body: text[1]}, true
	}
	place := responseStatus.FindStringSubmatchIndex(r.Gateway)
	if place == nil {
		return Response{}, false
	}
	response.Status, _ = strconv.Atoi(r.Gateway[place[2]:place[3]])
	if kind := responseType.FindStringSubmatch(r.Gateway); kind != nil {
		response.ErrorType = kind[1]
	}
	if place[4] < 0 {
		return response, true
	}
	rest := r.Gateway[place[1]:]
	if text := responseText.FindStringSubmatch(rest); text != nil {
		response.Body = text[1]
		if r.Gateway[place[4]:place[5]] == "message" {
			response.Body = `{"message": "` + response.Body + `"}`
		}
		return response, true
	}
	var body json.RawMessage
	if err := json.NewDecoder(strings.NewReader(rest)).Decode(&body); err == nil {
		response.Body = string(body)
	}
	return response, true
}

// responseHole is what stands for anything in a body.
var responseHole = regexp.MustCompile(`…|\[names\]`)

// Allows reports whether a response that a client got can be r. A status of 0 is
// one that is not known.
func (r Response) Allows(status int, body, errorType string) bool {
	switch {
	case status != 0 && r.Status != 0 && status != r.Status:
		return false
	case errorType != "" && r.ErrorType != "" && errorType != r.ErrorType:
		return false
	case r.Body == "":
		return r.ErrorType != "" && errorType == r.ErrorType
	}
	return textPattern(responseHole, withoutBlanks(r.Body)).whole(withoutBlanks(body))
}

// withoutBlanks returns JSON without the blanks between its parts, which API
// Gateway writes or not.
func withoutBlanks(body string) string {
	return strings.NewReplacer(`": "`, `":"`, `": `, `":`, `", "`, `","`).Replace(strings.TrimSpace(body))
}
