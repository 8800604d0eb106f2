package diagnose

import (
	"strings"

	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/rules"
)

// failure returns why the gateway itself made the response, and what it refused in
// the function's result.
func failure(q *request) (found []Finding) {
	if q.Failure == nil {
		return nil
	}
	for _, f := range q.Findings {
		if f.Rule != "" {
			found = append(found, q.noted(f))
		}
	}
	if q.Failure.Rule == "" {
		if use := q.ruleOfFailure(); !use.IsZero() {
			f := q.found(use)
			f.Detail = q.Failure.Detail
			return append(found, f)
		}
	}
	if q.Failure.Cause == "" {
		return found
	}
	f := q.noted(record.Finding{Message: q.Failure.Cause, Rule: q.Failure.Rule, Detail: q.Failure.Detail})
	f.general = q.Failure.Rule == ""
	return append(found, f)
}

// ruleOfFailure returns the rule of a failure that does not name one, by its type and
// its line of the execution log; the zero value if they are those of several rules.
func (q *request) ruleOfFailure() rules.Use {
	switch q.Failure.Type {
	case "BAD_REQUEST_PARAMETERS":
		return rules.Of("parameters-missing", "names", between(string(q.MethodResponse.Body), "[", "]"))
	case "BAD_REQUEST_BODY":
		mediaType, details, _ := strings.Cut(after(q.Failure.Log, "for content type "), ": ")
		return rules.Of("body-invalid", "model", "for "+mediaType, "type", mediaType, "details", cut(details))
	case "MISSING_AUTHENTICATION_TOKEN":
		if q.ResourcePath == "" {
			return rules.Of("route-unknown", "method", q.Method, "path", q.Details.RequestPath)
		}
		return rules.Of("request-not-signed")
	case "UNSUPPORTED_MEDIA_TYPE":
		mediaType, behavior, ok := strings.Cut(after(q.Failure.Cause, "no request template is for "), ", and the passthrough behavior is ")
		if ok {
			return rules.Of("media-type-unsupported", "type", mediaType, "behavior", behavior)
		}
	}
	_, reason, _ := strings.Cut(q.Failure.Log, "Execution failed due to configuration error: ")
	reason, _, _ = strings.Cut(reason, "\n")
	switch {
	case reason == "No integration defined for method":
		return rules.Of("integration-missing")
	case strings.HasPrefix(reason, "Output mapping refers to an invalid method response: "):
		return rules.Of("method-response-missing", "status", after(reason, "method response: "))
	case strings.HasPrefix(reason, "No match for output mapping"):
		return rules.Of("selection-pattern-none-matches", "value", cut(q.selector()), "status", after(reason, "Status Code: "))
	case strings.HasPrefix(reason, "Unable to parse statusCode"):
		return rules.Of("mock-status-missing")
	case reason == "Invalid permissions on Lambda function" && q.Details.Lambda != nil:
		return rules.Of("invoke-permission-missing", "function", q.functionName(), "source", q.Details.Lambda.Source)
	case strings.HasPrefix(reason, "Function not found: "):
		return rules.Of("function-not-found", "function", after(reason, "not found: "))
	case reason == "Unable to transform request" && q.IntegrationRequest != nil && q.IntegrationRequest.Template != "" && q.IntegrationRequest.Binary:
		return rules.Of("request-template-binary")
	case reason == "Unable to transform request" && q.IntegrationRequest != nil && q.IntegrationRequest.Template != "":
		return rules.Of("request-template-failed", "problem", cut(q.Failure.Cause))
	case reason == "Unable to transform request":
		return rules.Of("request-mapping-failed", "problem", cut(q.Failure.Cause))
	case reason == "Unable to transform response" && q.IntegrationResponse != nil && q.IntegrationResponse.Template != "":
		return rules.Of("response-template-failed", "problem", cut(q.Failure.Cause))
	case reason == "Unable to transform response":
		return rules.Of("response-mapping-failed", "problem", cut(q.Failure.Cause))
	}
	return rules.Use{}
}

// selector returns what selection patterns were matched with.
func (q *request) selector() string {
	if q.thrown != nil {
		return q.thrown.message
	}
	return ""
}

// after returns what follows a mark in a text; empty without it.
func after(text, mark string) string {
	_, rest, _ := strings.Cut(text, mark)
	return rest
}

// between returns what stands between two marks in a text.
func between(text, open, end string) string {
	inside, _, _ := strings.Cut(after(text, open), end)
	return inside
}
