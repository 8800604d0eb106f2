package rules

import "example.com/apigw/proxyresponse"

// particulars are titles and log lines of rules of package proxyresponse, for the
// case at hand: there they stand without particulars, since nobody has met the
// case yet.
func particulars() map[string]struct{ title, log string } {
	return map[string]struct{ title, log string }{
		"gateway-timeout": {
			"{backend} took longer than the integration's timeout of {timeout}.",
			"Execution failed due to a timeout error",
		},
		"lambda-throttled": {
			"Lambda throttled the function {function}: {reason}.",
			"Lambda invocation failed with status: 429. Lambda request id: {request}\n" + executionFailed + "Rate Exceeded.",
		},
		"invoke-permission-missing": {
			"No permission of the function {function} lets apigateway.amazonaws.com invoke it for {source}.",
			executionFailed + "Invalid permissions on Lambda function",
		},
		"function-not-found": {
			"The integration calls the function {function}, which is not in this assembly.",
			executionFailed + "Function not found: {function}",
		},
		"integration-method-not-post": {
			`The integration calls Lambda with the HTTP method "{method}", and Lambda takes POST alone, whatever the method of the client.`,
			"",
		},
	}
}

// resultRules are those of package proxyresponse.
func resultRules() []Rule {
	var list []Rule
	particular := particulars()
	for _, r := range proxyresponse.Rules() {
		rule := Rule{
			ID: r.ID, Kind: Result, Box: IntegrationResponse,
			Title: r.Title, Gateway: r.Gateway, Log: r.Log, Fix: r.Fix, Evidence: r.Evidence, Source: r.Source,
		}
		if r.About == proxyresponse.Situation {
			rule.Kind, rule.Box = Situation, Backend
		}
		if p, ok := particular[r.ID]; ok {
			rule.Kind, rule.Title, rule.Log = Failure, p.title, p.log
		}
		list = append(list, rule)
	}
	return list
}
