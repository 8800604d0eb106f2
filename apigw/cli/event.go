package cli

import (
	"fmt"
	"io"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/dev"
	"example.com/apigw/internal/dev/synth"
	"example.com/apigw/internal/inspector"
	"example.com/apigw/internal/rules"
)

// sentence returns what a person reads about an event. It is empty for an event that
// the verb shows in its own way.
func sentence(e dev.Event) string {
	switch e := e.(type) {
	case dev.Synthesizing:
		switch {
		case e.Command != "":
			return "synthesizing: " + e.Command
		case len(e.Context) > 0:
			return "synthesizing, for " + strings.Join(e.Context, ", ") + " (a minute when it is the first time)"
		}
		return "synthesizing, the stacks differ from " + synth.Snapshot + " (a minute when it is the first time)"
	case dev.Building:
		return "building " + strings.Join(e.Packages, ", ")
	case dev.Loaded:
		if !e.Again {
			return ""
		}
		var notices strings.Builder
		writeNotices(&notices, e.Notices)
		return strings.TrimRight(fmt.Sprintf("the app was read again in %.2f s\n", e.Took.Seconds())+notices.String(), "\n")
	case dev.LoadFailed:
		return "\n" + e.Err.Error() + "\nThe last good version goes on."
	case dev.Built:
		return fmt.Sprintf("built %s in %.2f s", sources(e.Functions), e.Took.Seconds())
	case dev.BuildFailed:
		if e.First {
			return "\n" + e.Err.Error() + "\nRequests for it get 501, and why."
		}
		return "\n" + e.Err.Error() + "\nThe last good version goes on."
	case dev.Installing:
		return "installing " + e.Tool
	case dev.DebuggerReady:
		return debuggerReady(e)
	case dev.LessonsLoaded:
		return fmt.Sprintf("the lessons were read in %.2f s", e.Took.Seconds())
	case dev.LessonsFailed:
		return "\n" + e.Err.Error()
	case dev.NotWatched:
		return "changes are not watched: " + e.Err.Error()
	case dev.NotLearned:
		return "the files of functions are not known, so that each change of a Go file builds all of them: " + e.Err.Error()
	}
	panic(fmt.Sprintf("cli: no sentence for the event %T", e))
}

// tell tells pages of an event that changes what they show.
func tell(to *inspector.Events, e dev.Event) {
	kind := ""
	switch e.(type) {
	case dev.Synthesizing:
		kind = "synthesizing"
	case dev.Building:
		kind = "building"
	case dev.Built:
		kind = "built"
	case dev.BuildFailed:
		kind = "build-failed"
	case dev.Loaded, dev.LessonsLoaded:
		kind = "loaded"
	case dev.LoadFailed, dev.LessonsFailed:
		kind = "load-failed"
	default:
		return
	}
	to.App(kind, strings.TrimSpace(sentence(e)))
}

// debuggerReady says how to reach a debugger.
func debuggerReady(e dev.DebuggerReady) string {
	how := "  VS Code: attach to Node.js at " + e.Address + "; Chrome: chrome://inspect"
	if e.Go {
		how = "  VS Code: \"Attach to a function\" of .vscode/launch.json; GoLand: Go Remote at " + e.Address + "; terminal: dlv connect " + e.Address
	}
	return "a debugger for " + e.Function.SourceName() + " listens at " + e.Address + "\n" + how +
		"\n  Nothing times out meanwhile, and one process serves its requests, one after the other. After a rebuild, connect again."
}

func sources(functions []*assembly.Function) string {
	var list []string
	for _, f := range functions {
		list = append(list, f.SourceName())
	}
	return strings.Join(list, ", ")
}

// showTo returns a function that writes the sentence of each event.
func showTo(w io.Writer) func(dev.Event) {
	return func(e dev.Event) {
		if line := sentence(e); line != "" {
			fmt.Fprintln(w, line)
		}
	}
}

// writeNotices shows what AWS refuses of an app, and then what is different here.
func writeNotices(w io.Writer, notices []assembly.Notice) {
	heading := ""
	for _, n := range notices {
		refused := n.Rule.Rule().Kind == rules.Refusal
		now := "What this app asks for, and what is different here:"
		if refused {
			now = "The deployment of this app fails:"
		}
		if heading != now {
			heading = now
			fmt.Fprintln(w, "\n"+heading)
		}
		if !refused {
			fmt.Fprintln(w, "  "+n.Path+": "+n.Message)
			continue
		}
		fmt.Fprintln(w, "  "+n.Path+": "+n.Rule.Title())
		if says := n.Rule.Log(); says != "" {
			fmt.Fprintln(w, "    AWS says: "+rules.Printable(says))
		}
		fmt.Fprintln(w, "    fix: "+n.Rule.Fix())
	}
}
