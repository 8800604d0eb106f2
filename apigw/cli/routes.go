package cli

import (
	"context"
	"flag"
	"fmt"
	"io"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/inspector"
)

func routesVerb() verb {
	return verb{name: "routes", run: routes, usage: `go run ./local routes [flags]

  lists every route with its integration type and function.

  --listen HOST:PORT      for the URLs (127.0.0.1:3000)
` + appUsage}
}

func routes(ctx context.Context, t *terminal, args []string) error {
	set := flag.NewFlagSet("routes", flag.ContinueOnError)
	var flags appFlags
	flags.add(set)
	listen := set.String("listen", "127.0.0.1:3000", "")
	rest, err := parseFlags(set, args)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return usageError(fmt.Sprintf("routes takes no %q", rest[0]))
	}
	app, err := flags.find(t, func(line string) { fmt.Fprintln(t.err, line) })
	if err != nil {
		return err
	}
	a, err := flags.read(ctx, app)
	if err != nil {
		return err
	}
	g, err := gateway.New(a, gateway.Options{Functions: nobody{}})
	if err != nil {
		return err
	}
	inspector.WriteRoutes(t.out, withPackages(g.APIs("http://"+*listen), a.Functions))
	writeNotices(t.out, append(a.Notices, g.Notices()...))
	return nil
}

// nobody runs no functions: routes only lists them.
type nobody struct{}

func (nobody) Invoke(context.Context, string, function.Invocation) (function.Result, error) {
	return function.Result{}, fmt.Errorf("functions do not run here")
}

// withPackages puts the packages of functions, or their construct paths, in the
// place of their names, which CDK makes up.
func withPackages(deployed []gateway.Deployed, functions []*assembly.Function) []gateway.Deployed {
	names := map[string]string{}
	for _, f := range functions {
		names[f.Name] = f.Path
		if f.Package != "" {
			names[f.Name] = f.Package
		}
	}
	for i := range deployed {
		for j := range deployed[i].Routes {
			r := &deployed[i].Routes[j]
			if name, ok := names[r.Function]; ok {
				r.Function = name
			}
		}
	}
	return deployed
}

func writeNotices(w io.Writer, notices []assembly.Notice) {
	if len(notices) == 0 {
		return
	}
	fmt.Fprintln(w, "\nWhat this app asks for, and what is different here:")
	for _, n := range notices {
		fmt.Fprintln(w, "  "+n.Path+": "+n.Message)
	}
}
