package add

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.com/apigw/contract"
	"example.com/apigw/internal/nearest"
	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/scaffold/project"
)

// AuthorizerOptions are an authorizer to add.
type AuthorizerOptions struct {
	Name   string
	Type   string   // token or request; empty: token
	Cache  int      // for how many seconds the gateway keeps what it said of a token
	Routes []string // that it guards: "GET /orders/{id}"
	Door   string   // of the routes; empty: the one that has them
}

// maxCache is the longest time that API Gateway keeps what an authorizer said.
const maxCache = 3600

// Authorizer plans a Lambda authorizer, and has it guard routes. One that is there
// already guards more of them.
func Authorizer(root string, options AuthorizerOptions) (*Plan, error) {
	p, err := open(root)
	if err != nil {
		return nil, err
	}
	if there, err := p.function(options.Name); err != nil {
		return nil, err
	} else if there != nil && there.guards {
		if err := p.guardMore(options); err != nil {
			return nil, err
		}
		return p, nil
	}
	if err := p.newFunction(options.Name); err != nil {
		return nil, err
	}
	kinds := []string{"token", "request"}
	if options.Type == "" {
		options.Type = kinds[0]
	}
	if !slices.Contains(kinds, options.Type) {
		meant := ""
		if near := nearest.Word(options.Type, kinds); near != "" {
			meant = ": did you mean " + near + "?"
		}
		return nil, fmt.Errorf("--type: there is no %q: use token, whose function gets the header Authorization, or request, whose function gets all headers and the query%s", rules.Printable(options.Type), meant)
	}
	if options.Cache < 0 || options.Cache > maxCache {
		return nil, fmt.Errorf("--cache: %d is not a number of seconds from 0, for no cache, to %d", options.Cache, maxCache)
	}
	a, err := p.guardable(options)
	if err != nil {
		return nil, err
	}
	variable, err := p.wireAuthorizer(a, options)
	if err != nil {
		return nil, err
	}
	if err := p.guardRoutes(a.door, options, variable); err != nil {
		return nil, err
	}
	data := functionOptions{Name: options.Name, Module: p.project.Module, Stack: a.source.name, Event: "APIGatewayCustomAuthorizerRequest"}
	if options.Type == "request" {
		data.Event, data.IsRequest = "APIGatewayCustomAuthorizerRequestTypeRequest", true
	}
	for _, file := range []string{"main.go", "main_test.go"} {
		if err := p.createFrom("authorizer_"+file+".tmpl", "functions/"+options.Name+"/"+file, data); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// guardMore plans that an authorizer that is there guards more routes.
func (p *Plan) guardMore(options AuthorizerOptions) error {
	if options.Type != "" || options.Cache != 0 {
		return fmt.Errorf("the authorizer %s is there already: leave --type and --cache out, and it guards these routes, too; or choose another name", options.Name)
	}
	a, err := p.guardable(options)
	if err != nil {
		return err
	}
	guard, err := p.guard(options.Name, a.door)
	if err != nil {
		return err
	}
	p.Notes = append(p.Notes, "the authorizer "+options.Name+" was there already: its callers and their tokens are the same")
	return p.guardRoutes(a.door, options, guard.variable)
}

// guardRoutes plans that an authorizer guards routes, and what the contract says of
// them.
func (p *Plan) guardRoutes(door project.Door, options AuthorizerOptions, variable string) error {
	for _, route := range options.Routes {
		if err := p.guardRoute(door, route, variable); err != nil {
			return err
		}
	}
	return p.promiseTokens(door, options)
}

// guardable returns the API that has the routes to guard.
func (p *Plan) guardable(options AuthorizerOptions) (*api, error) {
	if options.Door != "" {
		if _, err := p.door(options.Door); err != nil {
			return nil, err
		}
	}
	var having []*api
	var routes []string
	for _, door := range p.project.Doors {
		if options.Door != "" && project.Door(options.Door) != door {
			continue
		}
		a, err := p.api(door)
		if err != nil {
			return nil, err
		}
		all := true
		for _, r := range a.routes {
			if !slices.Contains(routes, r.String()) {
				routes = append(routes, r.String())
			}
		}
		for _, wanted := range options.Routes {
			method, path, _ := strings.Cut(wanted, " ")
			_, there := a.route(method, path)
			all = all && there
		}
		if all {
			having = append(having, a)
		}
	}
	quoted := make([]string, len(routes))
	for i, route := range routes {
		quoted[i] = strconv.Quote(route)
	}
	switch {
	case len(options.Routes) == 0:
		return nil, fmt.Errorf("--route is missing: API Gateway takes no authorizer without a route to guard; name one or more of %s", strings.Join(quoted, ", "))
	case len(having) == 1:
		for i, wanted := range options.Routes {
			method, path, _ := strings.Cut(wanted, " ")
			if r, _ := having[0].route(method, path); r.authorizer != "" {
				return nil, fmt.Errorf("%s: %s is guarded by %s already, and a route has one authorizer", having[0].source.name, wanted, r.authorizer)
			}
			if slices.Contains(options.Routes[:i], wanted) {
				return nil, fmt.Errorf("--route %q is there twice", wanted)
			}
		}
		return having[0], nil
	case len(having) > 1:
		return nil, fmt.Errorf("both doors have %q, and an API has its own authorizers: say which with --door proxy or --door mapped", options.Routes)
	}
	for _, wanted := range options.Routes {
		if !slices.Contains(routes, wanted) {
			meant := "there are " + strings.Join(quoted, ", ")
			if near := nearest.Word(wanted, routes); near != "" {
				meant = fmt.Sprintf("did you mean %q?", near)
			}
			return nil, fmt.Errorf("there is no route %q: %s", rules.Printable(wanted), meant)
		}
	}
	return nil, fmt.Errorf("no API has all of %q: add an authorizer for each API", options.Routes)
}

// wireAuthorizer plans the authorizer in the stack, and returns its variable.
func (p *Plan) wireAuthorizer(a *api, options AuthorizerOptions) (string, error) {
	name := camel(options.Name)
	variable, err := p.variable(a, uncamel(name), "Authorizer")
	if err != nil {
		return "", err
	}
	id, err := p.constructID(name, "Function")
	if err != nil {
		return "", err
	}
	authorizerID, err := p.constructID(name+"Authorizer", "OfAPI")
	if err != nil {
		return "", err
	}
	token := rand.Text()
	identity := "IdentitySource:"
	source := `awsapigateway.IdentitySource_Header(jsii.String("Authorization"))`
	kind := "Token"
	if options.Type == "request" {
		kind, identity, source = "Request", "IdentitySources:", "&[]*string{"+source+"}"
	}
	cached := fmt.Sprintf("awscdk.Duration_Seconds(jsii.Number(%d)), // the gateway keeps what the function said of a token", options.Cache)
	if options.Cache == 0 {
		cached = "awscdk.Duration_Seconds(jsii.Number(0)), // every request calls the function"
	}
	statement := fmt.Sprintf(`%s := &authorizer{IAuthorizer: awsapigateway.New%sAuthorizer(this, jsii.String(%q), &awsapigateway.%sAuthorizerProps{
	Handler: NewGoFunction(this, %q, &GoFunctionProps{
		Source: %q,
		Description: "Decides who may call a route",
		// Callers, and the SHA-256 sums of their tokens.
		Environment: map[string]string{"CALLERS": "owner:%x"},
	}).Live,
	%s %s,
	ResultsCacheTtl: %s
}), headers: []string{"Authorization"}}

`, variable, kind, authorizerID, kind, id, "functions/"+options.Name, sha256.Sum256([]byte(token)), identity, source, cached)
	if err := p.insert(a.source, a.before(), statement); err != nil {
		return "", err
	}
	p.Notes = append(p.Notes, "the token of the caller owner is in no file, so keep it: "+token,
		"send it with each request: curl --header 'Authorization: Bearer "+token+"' URL")
	return variable, p.importing(a.source.name,
		"github.com/aws/aws-cdk-go/awscdk/v2", "github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway", "github.com/aws/jsii-runtime-go")
}

// guardRoute plans that an authorizer guards a route.
func (p *Plan) guardRoute(door project.Door, route, variable string) error {
	a, err := p.api(door)
	if err != nil {
		return err
	}
	method, path, _ := strings.Cut(route, " ")
	r, _ := a.route(method, path)
	if field(r.literal, "method", -1) == nil {
		return noPlace(a.source.name, "names of fields in the route "+route, "authorizer: "+variable)
	}
	return p.insertInList(a.source, r.literal.Elts[len(r.literal.Elts)-1], r.literal.Rbrace, "authorizer: "+variable)
}

// promiseTokens plans what the contract says of the routes that are guarded now.
func (p *Plan) promiseTokens(door project.Door, options AuthorizerOptions) error {
	a, err := p.api(door)
	if err != nil {
		return err
	}
	t, err := p.table()
	if err != nil {
		return err
	}
	named := ""
	if len(p.project.Doors) > 1 {
		named = string(door)
	}
	var paths []string
	for _, route := range options.Routes {
		method, path, _ := strings.Cut(route, " ")
		function := ""
		request := contract.Request{Method: method, Target: targetOf(path)}
		for i, c := range t.cases {
			if c.On(string(door)) && !c.Gateway && c.Request.Method == method && routeOf(c.Request.Target, a.paths()) == path {
				function = c.Function
				c.Authorized = true
				t.replace(i, c)
			}
		}
		refused := withoutToken(route, request)
		refused.Door, refused.Function = named, function
		t.append(refused)
		if !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	p.retire(t, a, door, func(c contract.Case, path string) bool {
		return c.Request.Method == "OPTIONS" && slices.Contains(paths, path)
	})
	for _, path := range paths {
		c := p.preflight(a, path)
		c.Door = named
		t.append(c)
	}
	return p.put(t)
}
