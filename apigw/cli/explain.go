package cli

import (
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"strings"

	"example.com/apigw/internal/explain"
	"example.com/apigw/internal/rules"
)

func explainVerb() verb {
	return verb{name: "explain", synopsis: "explain [FILE] [flags]", define: defineExplain, help: `  says what happened, why, and what to do, from what you have in hand: execution logs and
  access logs of API Gateway (from the console, aws logs, a test invocation), a response
  as curl -i prints it, the error or the log of a function, a failed deployment, what a
  browser says about CORS. Without a FILE, or with -, it reads standard input.

  --format text|json      json has an object for each thing that it explains (text)
  --language go|javascript|python
                          the language of the function, for fixes (what the input shows)
`}
}

func defineExplain(set *flag.FlagSet) action {
	format, language := formatFlag(set), languageFlag(set)
	return func(ctx context.Context, t *terminal, args []string) error {
		if len(args) > 1 {
			return usageError("explain takes one FILE at most")
		}
		in, err := openInput(t, args)
		if err != nil {
			return usageError("explain: " + err.Error())
		}
		defer in.Close()
		err = explain.Read(&interruptible{ctx, in}, *language, func(e explain.Explanation) error {
			if *format == formatText {
				return e.WriteText(t.out, t.command)
			}
			line, err := encodeJSON(e, "")
			if err == nil {
				_, err = io.WriteString(t.out, line)
			}
			return err
		})
		if errors.Is(err, explain.ErrUnrecognized) || errors.Is(err, explain.ErrEmpty) {
			return usageError(err.Error())
		}
		return err
	}
}

// openInput opens the file of the arguments, or standard input if there is none.
func openInput(t *terminal, args []string) (io.ReadCloser, error) {
	if len(args) == 0 || args[0] == "-" {
		return io.NopCloser(t.in), nil
	}
	return os.Open(args[0])
}

// interruptible is a reader that ends when the command is interrupted.
type interruptible struct {
	ctx context.Context
	in  io.Reader
}

func (r *interruptible) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.in.Read(p)
}

// languageFlag adds the flag for the language of functions.
func languageFlag(set *flag.FlagSet) *rules.Language {
	var language rules.Language
	set.Func("language", "", func(text string) error {
		for _, l := range rules.Languages() {
			if strings.EqualFold(text, string(l)) {
				language = l
				return nil
			}
		}
		return errors.New("expected go, javascript or python")
	})
	return &language
}
