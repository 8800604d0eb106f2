package gateway

import (
	"slices"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/policy"
	"example.com/apigw/internal/rules"
)

// permitted reports whether a function lets API Gateway invoke it for a source:
// a method, or an authorizer. The source of a method has the HTTP method and the
// resource of the request (documented: a published measurement).
func permitted(f *assembly.Function, qualifier, source, account string) bool {
	return slices.ContainsFunc(f.Permissions, func(p assembly.Permission) bool { return allows(p, qualifier, source, account) })
}

func notPermitted(f *assembly.Function, source string) rules.Use {
	return rules.Of("invoke-permission-missing", "function", f.Name, "source", source)
}

// sourceARN names the method for Lambda's permissions.
func (in *methodRequest) sourceARN() string {
	return in.address.stage.arnPrefix + in.httpMethod + in.method.ResourcePath
}

func allows(p assembly.Permission, qualifier, source, account string) bool {
	return p.Qualifier == qualifier &&
		(p.Action == "lambda:InvokeFunction" || p.Action == "lambda:*" || p.Action == "*") &&
		(p.Principal == "apigateway.amazonaws.com" || p.Principal == "*") &&
		(p.Account == "" || p.Account == account) &&
		(p.SourceARN == "" || policy.Match(p.SourceARN, source))
}
