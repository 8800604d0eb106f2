package gateway

import (
	"fmt"
	"slices"

	"example.com/apigw/internal/assembly"
)

// permitted reports whether a function lets API Gateway invoke it for a source:
// a method, or an authorizer. (Measured by others: the source of a method has HTTP
// method and resource of the request.)
func permitted(f *assembly.Function, qualifier, source, account string) bool {
	return slices.ContainsFunc(f.Permissions, func(p assembly.Permission) bool { return allows(p, qualifier, source, account) })
}

func notPermitted(f *assembly.Function, source string) error {
	return fmt.Errorf("no permission of the function %s lets apigateway.amazonaws.com invoke it for %s; add an AWS::Lambda::Permission with a SourceArn that covers it", f.Name, source)
}

// sourceARN names the method for Lambda's permissions.
func (c *call) sourceARN() string {
	return c.address.stage.arnPrefix + c.request.httpMethod + c.method.ResourcePath
}

func allows(p assembly.Permission, qualifier, source, account string) bool {
	return p.Qualifier == qualifier &&
		(p.Action == "lambda:InvokeFunction" || p.Action == "lambda:*" || p.Action == "*") &&
		(p.Principal == "apigateway.amazonaws.com" || p.Principal == "*") &&
		(p.Account == "" || p.Account == account) &&
		(p.SourceARN == "" || matchARN(p.SourceARN, source))
}

// matchARN matches a text with a pattern in which * stands for any text, slashes
// included, and ? for one character. It takes time in proportion to the product
// of their lengths at most.
func matchARN(pattern, text string) bool {
	p, t := 0, 0
	star, mark := -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
