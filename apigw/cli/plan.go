package cli

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"strings"

	"example.com/apigw/internal/plan"
	"example.com/apigw/internal/rules"
)

func planVerb() verb {
	return verb{name: "plan", synopsis: "plan [flags]", define: definePlan, help: `  says what a load needs and costs: concurrency, quotas to raise, throttles to set, cold
  starts, retries, and a month's bill of each door, from a simulation. What the flags leave
  out is taken from the app in this folder, if there is one.

  --rps N                 requests a second: the mean, and for spike what is outside of
                          the burst (10)
  --ms N                  what the function takes, on average (100)
  --kb N                  the size of a response (4)
  --pattern steady|daily|spike
                          the same all the time (the default), a wave a day, or a burst
                          once a day
  --burst N               requests a second at the peak (daily 2.5 × --rps, spike 10 ×)
  --burst-seconds N       how long a burst is (60)
  --memory MB             of the function
  --reserved N            its reserved concurrency
  --concurrency N         the account's quota; new accounts have less than 1,000 (1000)
  --region REGION         whose prices and quotas: ` + strings.Join(plan.Regions(), ", ") + `
  --door proxy|mapped|both
  --retries N             of clients whose request is refused (2)
  --cold N                milliseconds that a cold start adds (150)
  --invalid PERCENT       requests that a request model refuses (0)
  --free-tier             take off what is free each month
  --seed N                of the simulation: the same seed has the same answer (1)
  --format text|json      for people (the default) or programs
` + appHelp}
}

// planFlags are the flags of plan.
type planFlags struct {
	appFlags
	question plan.Question
	format   string
}

func definePlan(set *flag.FlagSet) action {
	f := &planFlags{question: plan.Defaults()}
	f.add(set)
	f.question.Flags(set)
	set.StringVar(&f.format, "format", "text", "")
	return f.plan
}

func (f *planFlags) plan(ctx context.Context, t *terminal, args []string) error {
	if err := noArguments("plan", args); err != nil {
		return err
	}
	if f.format != "text" && f.format != "json" {
		return usageError(fmt.Sprintf("plan: there is no format %q: there are text, json", f.format))
	}
	if err := f.question.Check(); err != nil {
		return usageError("plan: " + err.Error())
	}
	settings, err := f.settings(ctx, t)
	if err != nil {
		return err
	}
	report, err := plan.Make(f.question, settings)
	if err != nil {
		return usageError("plan: " + err.Error())
	}
	if f.format == "text" {
		return report.Write(t.out)
	}
	encoder := json.NewEncoder(t.out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(report)
}

// settings returns what the app has. Without an app there are none, which is said; an app
// that a flag names has to be there.
func (f *planFlags) settings(ctx context.Context, t *terminal) ([]plan.Setting, error) {
	app, err := f.app(showTo(t.err))
	if err != nil {
		return nil, err
	}
	read, err := app.Read(ctx)
	switch {
	case err == nil:
		settings := plan.SettingsOf(read)
		if len(settings) == 0 {
			fmt.Fprintf(t.err, "%s: no method of the app calls one of its functions: planned for functions as they are by default\n", t.name())
		}
		return settings, nil
	case f.command != "" || ctx.Err() != nil:
		return nil, err
	}
	fmt.Fprintf(t.err, "%s: planned for functions as they are by default, since there is no app to read: %s\n", t.name(), rules.Printable(err.Error()))
	return nil, nil
}
