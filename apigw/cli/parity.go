package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"example.com/apigw/contract"
	"example.com/apigw/internal/dev"
	"example.com/apigw/internal/dev/runner"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/inspector"
	"example.com/apigw/internal/parity"
)

func parityVerb() verb {
	return verb{name: "parity", synopsis: "parity --url [NAME=]URL [--url …] | --outputs FILE [flags]", define: defineParity, help: `  sends the requests of the contract to a deployed stage and to the service here, and
  says how the responses differ, which box explains it, and what to do. Headers of AWS's
  own, the order of keys in JSON, and what differs from one response of the service here
  to the next are no differences. Exit code 0: they respond alike; 1: they do not; 2: it
  could not be compared, or a flag is wrong.

  --url [NAME=]URL        where an API is deployed, as cdk deploy prints it; one for each
                          API. NAME is that of the API, its door (proxy or mapped) or the
                          output; without names they are in the order of routes
  --outputs FILE          the URLs, as cdk deploy --outputs-file writes them
  --contract FILE         the requests (` + contract.File + `)
  --reads                 send only GET, HEAD and OPTIONS: all other requests may create,
                          change or delete data where the service is deployed
  --header 'NAME: VALUE'  a header of every request that does not have it itself;
                          Authorization is for the cases that are authorized, if there
                          are some
  --api-key TEXT          the API key; @FILE reads a file
  --sign                  sign with the AWS credentials of the environment or the profile,
                          for methods with IAM authorization
  --profile NAME          the profile of the AWS CLI for --sign
  --region NAME           that of the signature, where the host name does not say it
  --rps N                 requests a second at most (20)
  --timeout DURATION      how long a response may take (35s)
  --insecure              http to other machines than this one; certificates are checked
                          in any case
  --format text|json|github
                          for people (the default), programs, or annotations of GitHub
                          Actions
` + appHelp + functionHelp}
}

// parityFlags are the flags of parity.
type parityFlags struct {
	appFlags
	functionFlags
	urls                                               []string
	outputs, contract, apiKey, profile, region, format string
	header                                             http.Header
	reads, sign, insecure                              bool
	rate                                               float64
	timeout                                            time.Duration
}

func defineParity(set *flag.FlagSet) action {
	f := &parityFlags{header: http.Header{}}
	f.appFlags.add(set)
	f.functionFlags.add(set)
	set.Func("url", "", func(text string) error { f.urls = append(f.urls, text); return nil })
	set.StringVar(&f.outputs, "outputs", "", "")
	set.StringVar(&f.contract, "contract", "", "")
	set.BoolVar(&f.reads, "reads", false, "")
	set.Func("header", "", func(line string) error { return addHeaderLine(f.header, line) })
	set.StringVar(&f.apiKey, "api-key", "", "")
	set.BoolVar(&f.sign, "sign", false, "")
	set.StringVar(&f.profile, "profile", "", "")
	set.StringVar(&f.region, "region", "", "")
	set.Float64Var(&f.rate, "rps", parity.DefaultRate, "")
	set.DurationVar(&f.timeout, "timeout", parity.DefaultTimeout, "")
	set.BoolVar(&f.insecure, "insecure", false, "")
	set.StringVar(&f.format, "format", "text", "")
	return f.compare
}

// errNotCompared ends parity with the exit code for what could not be compared, which
// is shown already.
var errNotCompared = errors.New("not compared")

func (f *parityFlags) compare(ctx context.Context, t *terminal, args []string) error {
	if err := noArguments("parity", args); err != nil {
		return err
	}
	o, named, err := f.options(t)
	if err != nil {
		return err
	}
	report, err := f.run(ctx, t, o, named)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return usageError("parity: " + err.Error())
	}
	if err := report.Write(t.out, f.format); err != nil {
		return err
	}
	switch report.Outcome {
	case parity.Different:
		return errFindings
	case parity.NotCompared:
		return errNotCompared
	}
	return nil
}

// options reads the flags, before anything is built.
func (f *parityFlags) options(t *terminal) (o parity.Options, named []parity.Named, err error) {
	switch {
	case !slices.Contains(parity.Formats(), f.format):
		return o, nil, usageError(fmt.Sprintf("parity: there is no format %q: there are %s", f.format, strings.Join(parity.Formats(), ", ")))
	case !(f.rate >= 0.01 && f.rate <= 10_000):
		return o, nil, usageError(fmt.Sprintf("parity: --rps %v: use a number from 0.01 to 10000, such as 20", f.rate))
	case f.timeout <= 0:
		return o, nil, usageError(fmt.Sprintf("parity: --timeout %v: use a time above 0, such as 35s", f.timeout))
	case len(f.urls) == 0 && f.outputs == "":
		return o, nil, usageError("parity: name what is deployed: --url URL, as cdk deploy prints it, or --outputs FILE, as cdk deploy --outputs-file writes it")
	case !f.sign && (f.profile != "" || f.region != ""):
		return o, nil, usageError("parity: --profile and --region are for --sign, which is missing")
	}
	for _, text := range f.urls {
		name, u, err := parity.ParseURL(text, f.insecure)
		if err != nil {
			return o, nil, usageError("parity: --url: " + err.Error())
		}
		named = append(named, parity.Named{Name: name, URL: u})
	}
	o.File = f.contract
	if o.File == "" {
		o.File = contract.File
	}
	if o.Cases, err = contract.Read(o.File); err != nil {
		hint := ""
		if errors.Is(err, os.ErrNotExist) && f.contract == "" {
			hint = ": run this in the folder of go.mod, or name the contract with --contract"
		}
		return o, nil, usageError("parity: " + err.Error() + hint)
	}
	key, err := readText(t, "--api-key", f.apiKey, maxKey)
	if err != nil {
		return o, nil, err
	}
	o.APIKey = strings.TrimSpace(string(key))
	if strings.ContainsAny(o.APIKey, "\r\n\x00") {
		return o, nil, usageError("parity: --api-key: a key is one line")
	}
	if f.sign {
		credentials, err := parity.FindCredentials(f.profile, os.Getenv)
		if err != nil {
			return o, nil, usageError("parity: " + err.Error())
		}
		o.Sign = &parity.Signer{Credentials: credentials, Region: f.region}
	}
	o.Reads, o.Header, o.Rate, o.Timeout = f.reads, f.header, f.rate, f.timeout
	return o, named, nil
}

// maxKey bounds the file of an API key, in bytes.
const maxKey = 4 << 10

// run serves the app, and compares.
func (f *parityFlags) run(ctx context.Context, t *terminal, o parity.Options, named []parity.Named) (*parity.Report, error) {
	variables, err := f.environment()
	if err != nil {
		return nil, err
	}
	app, err := f.app(showTo(t.err))
	if err != nil {
		return nil, err
	}
	dir, err := app.Assembly(ctx)
	if err != nil {
		return nil, err
	}
	outputs, err := parity.Outputs(dir)
	if err != nil {
		return nil, err
	}
	if f.outputs != "" {
		more, err := parity.ReadOutputs(f.outputs, outputs, f.insecure)
		if err != nil {
			return nil, fmt.Errorf("--outputs: %w", err)
		}
		named = append(named, more...)
	}
	app.Command, app.Context = dir, nil // it is made already
	history := new(inspector.History)
	loop, err := dev.New(app, runner.Options{
		Environment:  variables.Of,
		Interpreters: f.interpreters,
		Gateway: gateway.Options{
			Record: history.Add, Credentials: dev.Credentials(), ErrorLog: log.New(io.Discard, "", 0),
		},
	})
	if err != nil {
		return nil, err
	}
	defer loop.Close()
	if err := loop.Start(ctx, false); err != nil {
		return nil, err
	}
	if o.Targets, err = parity.Match(loop.APIs(""), outputs, named); err != nil {
		return nil, err
	}
	return parity.Run(ctx, parity.Service{Handler: loop, APIs: loop.APIs, Record: history.Find}, o)
}
