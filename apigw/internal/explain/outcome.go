package explain

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"example.com/apigw/internal/rules"
)

// mappedCauses returns what is odd about a result, or a function's error, that is
// the body of a response although it was hardly meant to be.
func mappedCauses(result string, failed bool, status int) []Cause {
	var list []Cause
	add := func(id, got string) {
		if rule, ok := rules.Lookup(id); ok {
			c := plainCause(rule)
			c.Path, c.Got = "$", quoted(got)
			list = append(list, c)
		}
	}
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(result), &members) != nil || len(members) == 0 {
		return nil
	}
	if status == 0 || status < 400 {
		if failed || isError(members) {
			add("mapped-error-is-200", result)
		}
	}
	if isEnvelope(members) {
		add("proxy-off-for-envelope", result)
	}
	for _, m := range rules.Find(rules.FunctionLog, textOf(members["errorMessage"])) {
		if m.Rule.ID == "mapped-event-in-proxy-function" || m.Rule.ID == "proxy-event-in-mapped-function" {
			list = append(list, causeOf(m))
		}
	}
	return list
}

// isError reports whether an object is how Lambda reports an error.
func isError(members map[string]json.RawMessage) bool {
	_, message := members["errorMessage"]
	_, kind := members["errorType"]
	return message && (kind || len(members) == 1)
}

// isEnvelope reports whether an object is one for a proxy integration.
func isEnvelope(members map[string]json.RawMessage) bool {
	for name := range members {
		switch name {
		case "statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded", "cookies":
		default:
			return false
		}
	}
	_, status := members["statusCode"]
	_, body := members["body"]
	return status || body && len(members) > 1
}

// textOf returns a JSON string as the text it is.
func textOf(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) != nil {
		return ""
	}
	return text
}

// isBase64 reports whether a body looks like something binary in base64. Words look
// so too, so that it must be long and mixed, or begin as files of a common type do.
func isBase64(body string) bool {
	body = strings.TrimSpace(body)
	for _, start := range []string{"iVBORw0KGgo", "/9j/", "R0lGOD", "JVBERi", "UEsDB", "H4sI", "UklGR"} {
		if strings.HasPrefix(body, start) {
			return true
		}
	}
	if len(body) < 100 || len(body)%4 != 0 || !strings.ContainsAny(body, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") ||
		!strings.ContainsAny(body, "abcdefghijklmnopqrstuvwxyz") || !strings.ContainsAny(body, "0123456789") {
		return false
	}
	_, err := base64.StdEncoding.DecodeString(body)
	return err == nil
}
