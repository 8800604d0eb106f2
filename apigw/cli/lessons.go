package cli

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"example.com/apigw/internal/dev"
	"example.com/apigw/internal/dev/runner"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/inspector"
	"example.com/apigw/internal/lesson"
	"example.com/apigw/internal/rules"
)

func lessonsVerb() verb {
	return verb{name: "lessons", synopsis: "lessons [ID...] [flags]", define: defineLessons, help: `  runs the lessons of this app, or those with the ids, and prints what was expected beside
  what was seen. Exit code 0: all is as expected; 1: something differs.

  --language go|javascript|python
                          only functions in this language
  --strict                a function that cannot run here counts as a difference
`}
}

// lessonsFlags are the flags of lessons.
type lessonsFlags struct {
	language string
	strict   bool
}

func defineLessons(set *flag.FlagSet) action {
	f := &lessonsFlags{}
	set.StringVar(&f.language, "language", "", "")
	set.BoolVar(&f.strict, "strict", false, "")
	return f.lessons
}

func (f *lessonsFlags) lessons(ctx context.Context, t *terminal, ids []string) error {
	if f.language != "" && !slices.Contains(lesson.Languages(), f.language) {
		return usageError(fmt.Sprintf("lessons: there is no language %q: there are %s", f.language, strings.Join(lesson.Languages(), ", ")))
	}
	app, err := (&appFlags{}).app(quietBuilds(t.err))
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("serving the lessons: %w", err)
	}
	defer listener.Close()
	history := new(inspector.History)
	lessons := dev.NewLessons(ctx, app, dev.LessonsOptions{
		URL:    "http://" + listener.Addr().String(),
		Record: history.Find,
		Runner: runner.Options{Gateway: gateway.Options{
			Record:      history.Add,
			Credentials: dev.Credentials(),
			ErrorLog:    log.New(t.err, t.name()+": ", 0),
		}},
	})
	defer lessons.Close()
	catalogue, err := lessons.Catalogue()
	if err != nil {
		return err
	}
	list, err := f.chosen(catalogue, ids)
	if err != nil {
		return err
	}
	var cases []lesson.Case
	for _, run := range list {
		cases = append(cases, run.lesson.Case(run.variant))
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	served := make(chan error, 1)
	go func() { served <- dev.Serve(ctx, listener, lessons.Handler(http.NotFoundHandler())) }()
	if err := lessons.Prepare(ctx, cases); err != nil {
		return err
	}
	table := lessonTable{out: t.out, strict: f.strict}
	for i, run := range list {
		outcome, err := lessons.Run(ctx, cases[i])
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		table.add(run, outcome)
	}
	cancel()
	<-served
	return table.end()
}

// quietBuilds shows events but for those about single functions, which are many: one
// that cannot be built is in the table.
func quietBuilds(w io.Writer) func(dev.Event) {
	show := showTo(w)
	return func(e dev.Event) {
		switch e.(type) {
		case dev.Building, dev.Built, dev.BuildFailed, dev.LessonsLoaded, dev.LessonsFailed:
		default:
			show(e)
		}
	}
}

// lessonRun is a variant of a lesson that is to run.
type lessonRun struct {
	lesson  *lesson.Lesson
	variant *lesson.Variant
}

// chosen returns the variants of the lessons with the ids, or of all lessons.
func (f *lessonsFlags) chosen(c *lesson.Catalogue, ids []string) (list []lessonRun, err error) {
	if len(ids) == 0 {
		ids = c.IDs()
	}
	for _, id := range ids {
		one := c.Lesson(id)
		if one == nil {
			return nil, usageError(fmt.Sprintf("there is no lesson %q: there are %s", id, strings.Join(c.IDs(), ", ")))
		}
		for i := range one.Variants {
			if v := &one.Variants[i]; f.language == "" || v.Language == f.language {
				list = append(list, lessonRun{one, v})
			}
		}
	}
	if len(list) == 0 {
		return nil, usageError(fmt.Sprintf("none of these lessons has a function in %s", f.language))
	}
	return list, nil
}

// lessonTable shows what variants come to, a line for each, and counts.
type lessonTable struct {
	out                          io.Writer
	strict                       bool
	last                         *lesson.Lesson
	lessons, same, other, notRun int
}

func (t *lessonTable) add(run lessonRun, o lesson.Outcome) {
	if run.lesson != t.last {
		t.last = run.lesson
		t.lessons++
		fmt.Fprintf(t.out, "%s: %s\n", run.lesson.ID, rules.Printable(run.lesson.Title))
	}
	v := run.variant
	line := func(mark, text string) {
		fmt.Fprintf(t.out, "  %s %-6s %-10s  %s\n", mark, v.Name, v.Language, rules.Printable(text))
	}
	switch {
	case o.NotRun != "":
		t.notRun++
		line("-", "not run: "+o.NotRun)
	case o.Solved:
		t.same++
		line("✓", fmt.Sprintf("%d, as expected: %s", o.Seen.Status, shortBody(o.Seen.Body)))
	default:
		t.other++
		seen := "no response"
		if o.Seen != nil {
			seen = fmt.Sprintf("%d: %s", o.Seen.Status, shortBody(o.Seen.Body))
		}
		line("✗", seen)
		for _, d := range o.Differences {
			writeDifference(t.out, d)
		}
		if o.Seen != nil {
			for _, finding := range o.Seen.Findings {
				fmt.Fprintf(t.out, "      ▸ %s\n", rules.Printable(finding.Message))
			}
		}
	}
}

// writeDifference writes what was expected above what was seen.
func writeDifference(w io.Writer, d lesson.Difference) {
	indented := func(text string) string {
		return strings.ReplaceAll(rules.Printable(text), "\n", "\n                ")
	}
	fmt.Fprintf(w, "      %s\n        expected %s\n        seen     %s\n", rules.Printable(d.What), indented(d.Want), indented(d.Got))
}

// shortBody returns the beginning of a body, in one line.
func shortBody(body string) string {
	const limit = 60 // characters, so that a line fits
	text := strings.Join(strings.Fields(body), " ")
	if text == "" {
		return "no body"
	}
	if utf8.RuneCountInString(text) > limit {
		return string([]rune(text)[:limit]) + " …"
	}
	return text
}

// end writes how many there were, and returns whether that is a success.
func (t *lessonTable) end() error {
	fmt.Fprintf(t.out, "\nlessons: %d; as expected: %d; different: %d; not run: %d\n", t.lessons, t.same, t.other, t.notRun)
	if t.other > 0 || t.strict && t.notRun > 0 {
		return errFindings
	}
	return nil
}
