package cli

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/dev"
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
		return "synthesizing, since stacks/ changed (a minute when it is the first time)"
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

// writeNotices shows what AWS refuses of an app, and then what is different here. What
// several resources have in common is said once.
func writeNotices(w io.Writer, notices []assembly.Notice) {
	var refused, different []assembly.Notice
	for _, n := range notices {
		if n.Rule.Rule().Kind == rules.Refusal {
			refused = append(refused, n)
		} else {
			different = append(different, n)
		}
	}
	if len(refused) > 0 {
		fmt.Fprintln(w, "\nThe deployment of this app fails:")
	}
	for _, n := range refused {
		fmt.Fprintln(w, "  "+n.Path+": "+n.Rule.Title())
		if says := n.Rule.Log(); says != "" {
			fmt.Fprintln(w, "    AWS says: "+rules.Printable(says))
		}
		fmt.Fprintln(w, "    fix: "+n.Rule.Fix())
	}
	if len(different) > 0 {
		fmt.Fprintln(w, "\nWhat this app asks for, and what is different here:")
	}
	for _, alike := range alikeNotices(different) {
		if len(alike) == 1 {
			fmt.Fprintln(w, "  "+alike[0].Path+": "+alike[0].Message)
			continue
		}
		fmt.Fprintln(w, "  "+common(alike[0])+"\n    "+places(alike))
	}
}

// alikeNotices puts notices together that say the same, in the order of the first of each.
func alikeNotices(notices []assembly.Notice) (groups [][]assembly.Notice) {
	at := map[string]int{}
	for _, n := range notices {
		what := common(n)
		i, there := at[what]
		if !there {
			i = len(groups)
			at[what], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], n)
	}
	return groups
}

// assetName is the path of an asset in a cloud assembly, which differs between functions.
var assetName = regexp.MustCompile(`\S*\basset\.[0-9a-f]{64}(\.\w+)?`)

// common returns what a notice says without what it is about.
func common(n assembly.Notice) string {
	return assetName.ReplaceAllString(strings.ReplaceAll(n.Message, n.Path, "…"), "…")
}

// maxPlaces is how many resources are named for what they have in common.
const maxPlaces = 8

// places returns which resources notices are about.
func places(notices []assembly.Notice) string {
	var paths []string
	for _, n := range notices {
		if !slices.Contains(paths, n.Path) {
			paths = append(paths, n.Path)
		}
	}
	more := ""
	if left := len(paths) - maxPlaces; left > 0 {
		paths, more = paths[:maxPlaces], fmt.Sprintf(", and %d more", left)
	}
	return strings.Join(paths, ", ") + more
}
