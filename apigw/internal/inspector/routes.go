package inspector

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway"
)

// WriteRoutes writes a table of what is deployed, with a command to try for each
// stage. It is for people, and names functions by their packages or construct
// paths.
func WriteRoutes(w io.Writer, deployed []gateway.Deployed, functions []*assembly.Function) {
	names := map[string]string{}
	for _, f := range functions {
		names[f.Name] = f.SourceName()
	}
	if len(deployed) == 0 {
		fmt.Fprintln(w, "This app has no REST API.")
		return
	}
	for i, d := range deployed {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s, stage %s\n", d.Name, d.Stage)
		table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, r := range d.Routes {
			line := fmt.Sprintf("  %s\t%s\t%s", r.Method, r.Path, r.Integration)
			if name := cmp.Or(names[r.Function], r.Function); name != "" {
				line += "\t" + name
			}
			fmt.Fprintln(table, line)
		}
		table.Flush()
		if try := curl(d); try != "" {
			fmt.Fprintln(w, "  "+try)
		}
	}
}

// curl returns a command that calls the plainest route: GET before others, and
// without path parameters before others.
func curl(d gateway.Deployed) string {
	var best gateway.Route
	rank := func(r gateway.Route) int {
		n := strings.Count(r.Path, "{")
		if r.Method != "GET" && r.Method != "ANY" {
			n += 10
		}
		return n
	}
	for _, r := range d.Routes {
		if r.Method != "OPTIONS" && (best.Method == "" || rank(r) < rank(best)) {
			best = r
		}
	}
	if best.Method == "" {
		return ""
	}
	path := strings.NewReplacer("{", "", "+}", "", "}", "").Replace(best.Path)
	url := d.URL + path
	switch best.Method {
	case "GET", "ANY":
		return "curl " + url
	case "HEAD":
		return "curl --head " + url
	}
	return "curl -X " + best.Method + " -H 'Content-Type: application/json' -d '{}' " + url
}
