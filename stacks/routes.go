package stacks

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/jsii-runtime-go"
)

// route is a method of an API on a path.
type route struct {
	method, path string
	call         integration
	authorizer   *authorizer // who may call it; nil for anybody
}

// integration is how the gateway calls the function of a route.
type integration interface {
	of(settings Settings) (awsapigateway.Integration, *awsapigateway.MethodOptions)
}

// authorizer decides who may call a route, by headers that pages of other origins
// may send therefore.
type authorizer struct {
	awsapigateway.IAuthorizer
	headers []string
}

// addRoutes adds routes to an API, and to each path the preflight that browsers
// send first.
func addRoutes(api awsapigateway.RestApi, settings Settings, routes ...route) {
	type preflight struct{ methods, headers []string }
	preflights := map[string]*preflight{} // by path
	for _, r := range routes {
		integration, options := r.call.of(settings)
		options.OperationName = jsii.String(operationName(r.method, r.path))
		if preflights[r.path] == nil {
			preflights[r.path] = &preflight{headers: append([]string{"Content-Type"}, settings.Security.RequestHeaders()...)}
		}
		p := preflights[r.path]
		p.methods = append(p.methods, r.method)
		if r.authorizer != nil {
			options.AuthorizationType = awsapigateway.AuthorizationType_CUSTOM
			options.Authorizer = r.authorizer.IAuthorizer
			for _, header := range r.authorizer.headers {
				if !slices.Contains(p.headers, header) {
					p.headers = append(p.headers, header)
				}
			}
		}
		api.Root().ResourceForPath(jsii.String(r.path)).AddMethod(jsii.String(r.method), integration, options)
	}
	for _, path := range slices.Sorted(maps.Keys(preflights)) {
		p := preflights[path]
		addCorsPreflight(api.Root().ResourceForPath(jsii.String(path)), settings, p.methods, p.headers)
	}
}

// operationName returns what generated clients, agents and the exported description of
// an API call a route: getInvoiceById for GET /invoices/{id}.
func operationName(method, path string) string {
	name := strings.ToLower(method)
	for part := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		if strings.HasPrefix(part, "{") {
			name += "By"
		}
		for word := range strings.FieldsFuncSeq(part, notInName) {
			name += strings.ToUpper(word[:1]) + word[1:]
		}
	}
	return name
}

// notInName reports whether a character of a path is left out of the name.
func notInName(r rune) bool {
	return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r)
}
