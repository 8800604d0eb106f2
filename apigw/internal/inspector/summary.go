package inspector

import (
	"example.com/apigw/internal/diagnose"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/rules"
)

// Summary is a request in a list.
type Summary struct {
	ID           string    `json:"id"`
	Time         string    `json:"time"`
	API          string    `json:"api"`
	Stage        string    `json:"stage"`
	Method       string    `json:"method"`
	Path         string    `json:"path"`
	ResourcePath string    `json:"resourcePath"`
	Status       int       `json:"status"`
	DurationMS   float64   `json:"durationMs"`
	Failed       bool      `json:"failed"` // the gateway itself made the response
	Box          rules.Box `json:"box"`    // of what is wrong first of all; empty if nothing is
	Rule         string    `json:"rule"`   // about it
}

// summarize returns the summary of a request.
func summarize(r *record.Record) Summary {
	s := Summary{
		ID: r.ID, Time: r.Time.UTC().Format("2006-01-02T15:04:05.000Z"), API: r.API, Stage: r.Stage, Method: r.Method, Path: r.Path,
		ResourcePath: r.ResourcePath, Status: r.Status, DurationMS: float64(r.Duration.Microseconds()) / 1000, Failed: r.Refused(),
	}
	if r.Failure != nil {
		s.Box, s.Rule = r.Failure.Box, r.Failure.Rule
	}
	if found := diagnose.Of(r); len(found) > 0 && found[0].Box != "" {
		s.Box, s.Rule = found[0].Box, found[0].Rule
	}
	return s
}
