package cli

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"strings"

	"example.com/apigw/internal/dev"
	"example.com/apigw/internal/explain"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/rules"
)

func checkVerb() verb {
	return verb{name: "check", synopsis: "check [FILE] [flags]", define: defineCheck, help: `  says what API Gateway makes of a function's result: what the client gets, what the log
  says, and every place where the result is wrong, with the fix. The result comes from
  FILE, from standard input, or from a function. The exit code is 1 if there is something
  to say about it.

  --integration proxy|mapped
                          the method's integration (proxy, or with --function what the app has)
  --binary-media-types LIST
                          the API's binary media types, with commas between them
  --accept TYPE           the header Accept of the client
  --function NAME         invoke this function, as the verb invoke does
  -e, --event FILE        the event for it, a file or JSON ({})
  --language go|javascript|python
                          the language of the function, for fixes (with --function its own)
  --format text|json      json is for programs (text)
` + invocationHelp}
}

// errFinding is the error of a verb that has shown what it found.
var errFinding = errors.New("there is something to say about this result")

// checkFlags is the command line of check.
type checkFlags struct {
	result      explain.Result
	integration string
	function    string
	event       string
	call        invocation
	format      *outputFormat
	language    *rules.Language
}

func defineCheck(set *flag.FlagSet) action {
	f := &checkFlags{format: formatFlag(set), language: languageFlag(set)}
	set.Func("integration", "", func(text string) error {
		if text != "proxy" && text != "mapped" {
			return errors.New("expected proxy or mapped")
		}
		f.integration = text
		return nil
	})
	set.Func("binary-media-types", "", func(list string) error {
		for mediaType := range strings.SplitSeq(list, ",") {
			f.result.BinaryMediaTypes = append(f.result.BinaryMediaTypes, strings.TrimSpace(mediaType))
		}
		return nil
	})
	set.StringVar(&f.result.Accept, "accept", "", "")
	set.StringVar(&f.function, "function", "", "")
	set.StringVar(&f.event, "event", "", "")
	set.StringVar(&f.event, "e", "", "")
	f.call.add(set)
	return f.check
}

func (f *checkFlags) check(ctx context.Context, t *terminal, args []string) error {
	switch {
	case len(args) > 1:
		return usageError("check takes one FILE at most")
	case f.function != "" && len(args) > 0:
		return usageError("check takes the result of a FILE or of a --function, and not of both")
	case f.function == "" && f.event != "":
		return usageError("check: --event is for a --function, which is missing")
	}
	if err := f.read(ctx, t, args); err != nil {
		return err
	}
	f.result.Language = *f.language
	f.result.Mapped = f.integration == "mapped"
	verdict := f.result.Judge()
	var err error
	if *f.format == formatJSON {
		err = writeJSON(t.out, verdict)
	} else {
		err = verdict.WriteText(t.out, t.command)
	}
	if err == nil && !verdict.OK() {
		err = errFinding
	}
	return err
}

// read reads the result.
func (f *checkFlags) read(ctx context.Context, t *terminal, args []string) (err error) {
	if f.function != "" {
		return f.invoke(ctx, t)
	}
	in, err := openInput(t, args)
	if err != nil {
		return usageError("check: " + err.Error())
	}
	defer in.Close()
	if f.result.Payload, err = explain.ReadResult(&interruptible{ctx, in}); err != nil && !errors.Is(err, context.Canceled) {
		return usageError("check: " + err.Error())
	}
	return err
}

// invoke takes the result from a function of the app. The app knows how its methods
// call it.
func (f *checkFlags) invoke(ctx context.Context, t *terminal) error {
	event, err := readEvent(t, f.event)
	if err != nil {
		return err
	}
	called, err := f.call.find(ctx, t, f.function)
	if err != nil {
		return err
	}
	result, err := called.invoke(ctx, t, function.Invocation{Payload: event})
	if err != nil {
		return err
	}
	f.result.Payload, f.result.FunctionError = result.Payload, result.FunctionError
	if *f.language == "" {
		*f.language = dev.LanguageOf(called.function)
	}
	if f.integration == "" && dev.IsMapped(called.assembly, called.function) {
		f.integration = "mapped"
	}
	return nil
}

// readEvent returns an event that is written out, or that a file or standard input
// has.
func readEvent(t *terminal, text string) ([]byte, error) {
	if text == "" {
		text = "{}"
	}
	if !json.Valid([]byte(text)) {
		file := strings.TrimPrefix(text, "@")
		read, err := readFile(t, file)
		if err != nil {
			return nil, usageError("--event: " + err.Error())
		}
		text = read
	}
	if !json.Valid([]byte(text)) {
		return nil, usageError("--event is not JSON")
	}
	return []byte(text), nil
}
