package cli

import (
	"context"
	"flag"

	"example.com/apigw/internal/dev"
	"example.com/apigw/internal/inspector"
)

func routesVerb() verb {
	return verb{name: "routes", synopsis: "routes [flags]", define: defineRoutes, help: `  lists every route with its integration type and function.

  --listen HOST:PORT      for the URLs (` + defaultAddress + `)
` + appHelp}
}

func defineRoutes(set *flag.FlagSet) action {
	var flags appFlags
	flags.add(set)
	listen := set.String("listen", defaultAddress, "")
	return func(ctx context.Context, t *terminal, args []string) error {
		if err := noArguments("routes", args); err != nil {
			return err
		}
		app, err := flags.app(showTo(t.err))
		if err != nil {
			return err
		}
		a, err := app.Read(ctx)
		if err != nil {
			return err
		}
		deployed, notices, err := dev.Routes(a, "http://"+*listen)
		if err != nil {
			return err
		}
		inspector.WriteRoutes(t.out, deployed)
		writeNotices(t.out, notices)
		return nil
	}
}
