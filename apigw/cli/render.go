package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"example.com/apigw/internal/detect"
	"example.com/apigw/internal/mapping"
	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/vtl"
)

func renderVerb() verb {
	return verb{name: "render", synopsis: "render TEMPLATE [flags]", define: defineRender, help: `  prints what a mapping template makes of a request. TEMPLATE is a file, or - for
  standard input. Overrides, and what the template asks of $input and $util that they do
  not have, go to standard error.

  --body TEXT             the body; @FILE reads a file, @- standard input
  --path NAME=VALUE       a path parameter
  --query NAME=VALUE      a query string parameter
  --header NAME=VALUE     a header
  --var NAME=VALUE        a member of $context, such as identity.sourceIp=1.2.3.4
                          (--context is for the app, and of other verbs)
  --stage-variable NAME=VALUE
  --response              TEMPLATE is a response template, and the body is that of
                          the integration's response
  --explain               show where each part of the output comes from
`}
}

// renderFlags is the command line of render.
type renderFlags struct {
	template string
	body     string
	request  mapping.Request
	response bool
	explain  bool
}

func (f *renderFlags) render(ctx context.Context, t *terminal, args []string) error {
	switch len(args) {
	case 0:
		return usageError("render: name the template, a file or - for standard input")
	case 1:
		f.template = args[0]
	default:
		return usageError("render: name one template only; values of flags that hold blanks need quotes")
	}
	if f.template == "-" && f.body == "@-" {
		return usageError("the template and the body cannot both come from standard input")
	}
	text, err := readFile(t, f.template)
	if err != nil {
		return err
	}
	if file, ok := strings.CutPrefix(f.body, "@"); ok {
		if f.body, err = readFile(t, file); err != nil {
			return err
		}
	}
	name := f.template
	if name == "-" {
		name = "standard input"
	}
	template, err := mapping.Parse(name, text)
	if err != nil {
		return detailed(err)
	}
	f.request.Body = f.body
	call := new(mapping.Engine).NewExchange(&f.request)
	output, err := f.run(ctx, call, template)
	if err != nil {
		if broken, ok := errors.AsType[*mapping.PayloadError](err); ok && broken.Words() != "" && !f.response {
			return fmt.Errorf("%w\n%s", detailed(err), rules.Of("payload-unreadable", "problem", broken.Words()).Text())
		}
		return detailed(err)
	}
	if f.explain {
		writeExplanation(t.out, output)
	} else {
		io.WriteString(t.out, output.Text)
		if t.line && !strings.HasSuffix(output.Text, "\n") {
			fmt.Fprintln(t.out)
		}
	}
	if use, excerpt := detect.Output(output.Text); !use.IsZero() {
		fmt.Fprintf(t.err, "note: %s\n%s\n", use.Text(), rules.Printable(excerpt))
	}
	for _, note := range output.Notes {
		fmt.Fprintln(t.err, "note:", note)
	}
	writeOverrides(t.err, call.Overrides(), f.response)
	return nil
}

func (f *renderFlags) run(ctx context.Context, call *mapping.Exchange, t *vtl.Template) (mapping.Output, error) {
	switch {
	case f.response && f.explain:
		return call.TraceResponse(ctx, t, f.body)
	case f.response:
		return call.RenderResponse(ctx, t, f.body)
	case f.explain:
		return call.TraceRequest(ctx, t)
	}
	return call.RenderRequest(ctx, t)
}

func defineRender(set *flag.FlagSet) action {
	f := &renderFlags{request: mapping.Request{Context: map[string]any{}, StageVariables: map[string]string{}}}
	set.StringVar(&f.body, "body", "", "")
	set.BoolVar(&f.response, "response", false, "")
	set.BoolVar(&f.explain, "explain", false, "")
	params := func(p *mapping.Params) func(string, string) error {
		return func(key, value string) error { p.Add(key, value); return nil }
	}
	pairVar(set, "path", params(&f.request.Path))
	pairVar(set, "query", params(&f.request.Query))
	pairVar(set, "header", params(&f.request.Header))
	pairVar(set, "var", func(key, value string) error { return mapping.SetMember(f.request.Context, key, value) })
	set.Func("context", "", func(pair string) error {
		return errors.New("members of $context are set by --var " + pair + "; --context is for the app, which render does not read")
	})
	pairVar(set, "stage-variable", func(key, value string) error { f.request.StageVariables[key] = value; return nil })
	return f.render
}

func readFile(t *terminal, name string) (string, error) {
	var b []byte
	var err error
	if name == "-" {
		b, err = io.ReadAll(t.in)
	} else {
		b, err = os.ReadFile(name)
	}
	return string(b), err
}

// detailed adds the line of the template to an error that knows it.
func detailed(err error) error {
	var located interface{ Detail() string }
	if errors.As(err, &located) {
		return errors.New(located.Detail())
	}
	return err
}

func writeOverrides(w io.Writer, o mapping.Overrides, response bool) {
	show := func(what string, list []mapping.Override) {
		for _, v := range list {
			fmt.Fprintf(w, "override: %s %s = %s\n", what, v.Name, strings.Join(v.Values, ", "))
		}
	}
	show("request path", o.Path)
	show("request query", o.Query)
	show("request header", o.Header)
	if response && len(o.Path)+len(o.Query)+len(o.Header) > 0 {
		fmt.Fprintln(w, "ignored: a response template cannot change the request any more")
	}
	show("response header", o.ResponseHeader)
	if o.Status != 0 {
		fmt.Fprintf(w, "override: response status = %d\n", o.Status)
	}
	for _, reason := range o.Ignored {
		fmt.Fprintln(w, "ignored:", reason)
	}
}
