package assembly

import (
	"strings"

	"example.com/apigw/internal/rules"
)

// awsURI is the URI of an integration with an AWS service:
// arn:partition:apigateway:region:service:kind/action.
type awsURI struct {
	service string // such as lambda or dynamodb; the host's first part may come before it
	action  string // such as GetItem, or the path
}

func parseURI(uri string) awsURI {
	parts := strings.SplitN(uri, ":", 6)
	if len(parts) < 6 || parts[2] != "apigateway" {
		return awsURI{}
	}
	service := parts[4]
	if _, after, ok := strings.Cut(service, "."); ok { // subdomain.service
		service = after
	}
	_, action, _ := strings.Cut(parts[5], "/")
	return awsURI{service: service, action: action}
}

// function returns the ARN, without a qualifier, of the function that a URI of
// Lambda calls; ok is false if there is none, or if it depends on stage variables.
func (u awsURI) function() (arn string, ok bool) {
	_, after, found := strings.Cut(u.action, "/functions/")
	if !found || u.service != "lambda" {
		return "", false
	}
	arn, _, _ = strings.Cut(after, "/") // before invocations, or response-streaming-invocations
	if strings.Contains(arn, "${") {
		return "", false
	}
	if parts := strings.Split(arn, ":"); len(parts) > 7 {
		arn = strings.Join(parts[:7], ":")
	}
	return arn, true
}

// checkFunction reports a notice if the function that a URI calls is not there or
// cannot run. The path is that of the method or authorizer that calls it.
func (b *builder) checkFunction(path, uri string) {
	arn, ok := parseURI(uri).function()
	if !ok {
		return
	}
	f, ok := b.functions[arn]
	switch {
	case !ok:
		b.notice(path, rules.Of("function-missing", "function", arn))
	case !f.NotRunnable.IsZero() && f.Package == "": // once for all its methods
		b.notice(f.Path, f.NotRunnable)
	}
}
