// Package export writes a recorded request in the forms in which people take it along:
// a command, an event, a log, a test.
package export

import (
	"errors"
	"strings"

	"example.com/apigw/internal/gateway/record"
)

// Log returns the execution log, as CloudWatch shows it.
func Log(r *record.Record) string {
	var out strings.Builder
	for _, line := range r.ExecutionLog() {
		out.WriteString("(" + r.ID + ") " + line + "\n")
	}
	return out.String()
}

// Event returns what the function was invoked with. The error says why there is
// nothing.
func Event(r *record.Record) (string, error) {
	m := r.IntegrationRequest
	switch {
	case m == nil || r.Details.Lambda == nil:
		return "", errors.New("no function was to get an event from this request")
	case len(m.Body) < m.BodySize:
		return "", errors.New("only the first 64 KB of the event were kept")
	}
	return string(m.Body), nil
}

// placeholder stands for a secret.
const placeholder = "REPLACE_ME"

// isSecret reports whether the value of a header is one that API Gateway masks in its
// log.
func isSecret(name string) bool {
	switch strings.ToLower(name) {
	case "authorization", "x-api-key", "x-amz-security-token":
		return true
	}
	return false
}

// sent is a request as its client sent it, without what belongs to one connection.
type sent struct {
	method, target string
	host           string
	lines          []record.Line
	body           []byte
	secrets        []string // names of headers whose values are left out
}

func newSent(r *record.Record) (s sent, err error) {
	switch m := &r.MethodRequest; {
	case r.Sent.Method == "":
		return s, errors.New("what the client sent was not recorded")
	case r.Sent.Unread:
		return s, errors.New("the body of the request was not read")
	case len(m.Body) < m.BodySize:
		return s, errors.New("only the first 64 KB of the body were kept")
	}
	s = sent{method: r.Sent.Method, target: r.Sent.Target, body: r.MethodRequest.Body}
	for _, line := range r.Sent.Lines {
		switch strings.ToLower(line.Name) {
		case "connection", "content-length", "expect", "keep-alive", "transfer-encoding", "upgrade":
			continue
		case "host":
			s.host = line.Value
			continue
		}
		if isSecret(line.Name) {
			s.secrets = append(s.secrets, line.Name)
			line.Value = placeholder
		}
		s.lines = append(s.lines, line)
	}
	return s, nil
}

// has returns the value of a header.
func (s *sent) has(name string) (value string, ok bool) {
	for _, line := range s.lines {
		if strings.EqualFold(line.Name, name) {
			return line.Value, true
		}
	}
	return "", false
}

// note says which secrets are left out; empty if none is.
func (s *sent) note() string {
	if len(s.secrets) == 0 {
		return ""
	}
	return "Secrets are left out: replace " + placeholder + " in " + strings.Join(s.secrets, ", ")
}
