package cli

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"

	"example.com/apigw/internal/nearest"
	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/scaffold/add"
)

func addVerb() verb {
	return verb{name: "add", synopsis: "add function|route|authorizer … [flags]", define: defineAdd, help: `  adds to the service in this folder: the files, the wiring in stacks/, what the tests
  expect, and the snapshot. It changes nothing if anything fails.

  add function NAME       a function in functions/NAME
    --door proxy|mapped   behind which API, in a service with both

  add route METHOD PATH --function NAME
                          a route of a function, such as GET '/orders/{id}'
    --model FILE|FIELDS   what its body must be: the file of a JSON schema, or fields, as in
                          'item,amount:integer,note?' (string, integer, number, boolean; a
                          question mark: may be missing)
    --query NAMES         the query parameters that it takes, as in limit,after
    --authorizer NAME     who decides who may call it
    --name NAME           of the Go function that handles it

  add authorizer NAME --route 'METHOD PATH'
                          a Lambda authorizer that knows callers by their tokens, and guards
                          routes; --route can be given several times. One that is there
                          already guards these routes, too
    --type token|request  what it gets: the header Authorization (the default), or all
                          headers and the query
    --cache SECONDS       for how long the gateway keeps what it said; 0 is the default
    --door proxy|mapped   whose routes, if both APIs have them
`}
}

// addFlags are the flags of add.
type addFlags struct {
	set           *flag.FlagSet
	door          string
	route         add.RouteOptions
	kind          string
	cache         int
	guardedRoutes []string
}

// flagsOf are the flags that each thing to add takes.
var flagsOf = map[string][]string{
	"function":   {"door"},
	"route":      {"door", "function", "model", "query", "authorizer", "name"},
	"authorizer": {"door", "route", "type", "cache"},
}

func defineAdd(set *flag.FlagSet) action {
	f := &addFlags{set: set}
	set.StringVar(&f.door, "door", "", "")
	set.StringVar(&f.route.Function, "function", "", "")
	set.StringVar(&f.route.Model, "model", "", "")
	set.StringVar(&f.route.Query, "query", "", "")
	set.StringVar(&f.route.Authorizer, "authorizer", "", "")
	set.StringVar(&f.route.Name, "name", "", "")
	set.StringVar(&f.kind, "type", "", "")
	set.IntVar(&f.cache, "cache", 0, "")
	set.Func("route", "", func(route string) error { f.guardedRoutes = append(f.guardedRoutes, route); return nil })
	return f.add
}

func (f *addFlags) add(ctx context.Context, t *terminal, args []string) error {
	plan, err := f.plan(args)
	if err != nil {
		return err
	}
	created, changed := plan.Files()
	if err := plan.Apply(ctx, func(what string) { fmt.Fprintf(t.err, "%s: %s\n", t.name(), what) }); err != nil {
		return err
	}
	for _, name := range created {
		fmt.Fprintln(t.out, "new     ", name)
	}
	for _, name := range changed {
		fmt.Fprintln(t.out, "changed ", name)
	}
	for _, note := range plan.Notes {
		fmt.Fprintln(t.out, "note    ", rules.Printable(note))
	}
	return nil
}

// plan returns what the command line asks for.
func (f *addFlags) plan(args []string) (*add.Plan, error) {
	const usage = "add function NAME, add route METHOD PATH --function NAME, or add authorizer NAME --route 'METHOD PATH'; -h for help"
	if len(args) == 0 {
		return nil, usageError(usage)
	}
	takes, known := flagsOf[args[0]]
	if !known {
		meant := ""
		if near := nearest.Word(args[0], []string{"function", "route", "authorizer"}); near != "" {
			meant = "did you mean " + near + "? "
		}
		return nil, usageError(fmt.Sprintf("add: there is no %q to add: %s%s", rules.Printable(args[0]), meant, usage))
	}
	wrong := ""
	f.set.Visit(func(given *flag.Flag) {
		if !slices.Contains(takes, given.Name) {
			wrong = given.Name
		}
	})
	if wrong != "" {
		return nil, usageError(fmt.Sprintf("add %s takes no --%s: it takes --%s", args[0], wrong, strings.Join(takes, ", --")))
	}
	names := args[1:]
	wants := map[string]int{"function": 1, "route": 2, "authorizer": 1}[args[0]]
	if len(names) != wants {
		return nil, usageError(fmt.Sprintf("add %s: got %d of %d arguments: %s", args[0], len(names), wants, usage))
	}
	switch args[0] {
	case "function":
		return add.Function(".", names[0], f.door)
	case "route":
		f.route.Method, f.route.Path, f.route.Door = names[0], names[1], f.door
		return add.Route(".", f.route)
	}
	return add.Authorizer(".", add.AuthorizerOptions{Name: names[0], Type: f.kind, Cache: f.cache, Routes: f.guardedRoutes, Door: f.door})
}
