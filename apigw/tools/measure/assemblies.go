package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// measureAssemblies serves every cloud assembly below folders, calls each of its routes
// once, and shows what became of them.
func measureAssemblies(ctx context.Context, s *site, args []string) error {
	set := s.flags("assemblies")
	program := set.String("program", "", "the `file` of the runner; it is built if there is none")
	flags := set.String("flags", "", "more `flags` for the runner, with blanks between them")
	verbose := set.Bool("verbose", false, "show what became of each route")
	if err := set.Parse(args); err != nil {
		return err
	}
	if set.NArg() == 0 {
		return errors.New("assemblies takes one folder or more, in or below which there are cloud assemblies")
	}
	dirs, err := assembliesBelow(set.Args())
	if err != nil {
		return err
	}
	if *program == "" {
		if *program, err = s.buildRunner(ctx, filepath.Join(engine(), "cmd", "apigw")); err != nil {
			return err
		}
	} else if *program, err = filepath.Abs(*program); err != nil {
		return fmt.Errorf("finding the runner: %w", err)
	}
	var all []servedAssembly
	for i, dir := range dirs {
		s.say("%d of %d: %s", i+1, len(dirs), dir)
		one := s.serveAssembly(ctx, *program, dir, strings.Fields(*flags))
		if ctx.Err() != nil {
			return ctx.Err()
		}
		one.name = shortName(dir)
		if *verbose {
			for _, c := range one.calls {
				fmt.Fprintf(s.out, "%s: %s %s: %s %d %s\n", one.name, c.method, c.path, c.outcome, c.status, c.reason)
			}
		}
		all = append(all, one)
	}
	return printAssemblies(s.out, all)
}

// assembliesBelow returns the folders with a cloud assembly, but not those in one.
func assembliesBelow(folders []string) (dirs []string, err error) {
	for _, folder := range folders {
		walk := func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.IsDir() {
				return err
			}
			if entry.Name() == "node_modules" {
				return fs.SkipDir
			}
			if exists(filepath.Join(path, "manifest.json")) && exists(filepath.Join(path, "cdk.out")) {
				dirs = append(dirs, path)
				return fs.SkipDir
			}
			return nil
		}
		if folder, err = filepath.Abs(folder); err == nil {
			err = filepath.WalkDir(folder, walk)
		}
		if err != nil {
			return nil, fmt.Errorf("looking for cloud assemblies: %w", err)
		}
	}
	if len(dirs) == 0 {
		return nil, fmt.Errorf("there is no cloud assembly in or below %s: one has the files manifest.json and cdk.out", strings.Join(folders, " "))
	}
	return dirs, nil
}

// shortName returns what tells a folder from others in a table.
func shortName(dir string) string {
	base := filepath.Base(dir)
	if base == "cdk.out" {
		base = filepath.Base(filepath.Dir(dir))
	}
	return strings.TrimSuffix(strings.TrimSuffix(base, ".snapshot"), ".js")
}

// servedAssembly is what became of an assembly.
type servedAssembly struct {
	name    string
	refused string // the last line of a runner that did not serve it; empty if it did
	expects []string
	calls   []call
	notices int
	panics  int
}

// call is what became of a route.
type call struct {
	method, path, integration string
	status                    int
	outcome                   outcome
	reason                    string // of 501
}

// outcome is how far a request came.
type outcome string

const (
	reached   outcome = "backend"   // the backend was called, or needs no call
	turned    outcome = "turned"    // the app itself turns it away: authorizer, key, validator
	notDone   outcome = "501"       // the runner cannot
	failed    outcome = "failed"    // the gateway gives up
	notCalled outcome = "elsewhere" // its backend is not on this machine
)

// startLimit is how long an assembly may take to be served: its functions may be built.
const startLimit = 2 * time.Minute

func (s *site) serveAssembly(ctx context.Context, program, dir string, flags []string) servedAssembly {
	out := servedAssembly{expects: expectedRoutes(dir)}
	starting, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	r, err := startRunner(starting, program, s.work, append([]string{"--no-watch", "--app", dir}, flags...)...)
	if err != nil {
		out.refused = strings.TrimSpace(lastLine(err.Error()))
		out.panics = strings.Count(err.Error(), "panic:")
		return out
	}
	defer r.stop()
	var apis []listedAPI
	if err := s.getJSON(ctx, r.host, "/_local/apis", &apis); err != nil {
		out.refused = err.Error()
		return out
	}
	var notices []json.RawMessage
	if err := s.getJSON(ctx, r.host, "/_local/notices", &notices); err == nil {
		out.notices = len(notices)
	}
	region := regionOf(dir)
	for _, api := range apis {
		for _, route := range api.Routes {
			out.calls = append(out.calls, s.callRoute(ctx, r.host, region, api, route))
		}
	}
	out.panics = strings.Count(r.output.text(), "panic:")
	if err := r.alive(); err != nil {
		out.panics++
	}
	return out
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// listedAPI is an entry of /_local/apis.
type listedAPI struct {
	URL     string                   `json:"url"`
	APIKeys []struct{ Value string } `json:"apiKeys"`
	Routes  []listedRoute            `json:"routes"`
}

type listedRoute struct {
	Method, Path, Integration, Reason, Authorization string
	APIKeyRequired                                   bool
}

// getJSON reads what the inspector has.
func (s *site) getJSON(ctx context.Context, host, path string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+host+path, nil)
	if err != nil {
		return err
	}
	got, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer got.Body.Close()
	if got.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: got %d, want 200", path, got.StatusCode)
	}
	return json.NewDecoder(got.Body).Decode(into)
}

// callLimit is how long a response may take: more than any gateway waits.
const callLimit = 40 * time.Second

// parameterOfPath is a part of a resource path, such as {name} or {proxy+}.
var parameterOfPath = regexp.MustCompile(`\{[^}]*\}`)

// callRoute sends a plain request to a route. Backends on the network are not called.
func (s *site) callRoute(ctx context.Context, host, region string, api listedAPI, route listedRoute) call {
	c := call{method: route.Method, path: route.Path, integration: route.Integration, reason: route.Reason, outcome: failed}
	if strings.HasPrefix(route.Integration, "HTTP") {
		c.outcome = notCalled
		if route.Reason != "" {
			c.outcome = notDone
		}
		return c
	}
	method := route.Method
	if method == "ANY" {
		method = http.MethodGet
	}
	var body string
	if slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch}, method) {
		body = "{}"
	}
	address, err := url.Parse(api.URL)
	if err != nil {
		c.reason = err.Error()
		return c
	}
	address = address.JoinPath(parameterOfPath.ReplaceAllString(route.Path, "sample"))
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, address.String(), strings.NewReader(body))
	if err != nil {
		c.reason = err.Error()
		return c
	}
	request.Header.Set("Content-Type", "application/json")
	if len(api.APIKeys) > 0 {
		request.Header.Set("x-api-key", api.APIKeys[0].Value)
	}
	switch route.Authorization {
	case "", "AWS_IAM":
		signRequest(request, body, region, time.Now())
	case "CUSTOM", "COGNITO_USER_POOLS":
		request.Header.Set("Authorization", "Bearer sample")
	}
	got, err := http.DefaultClient.Do(request)
	if err != nil {
		c.reason = err.Error()
		return c
	}
	text, err := io.ReadAll(io.LimitReader(got.Body, 1<<20))
	got.Body.Close()
	if err != nil {
		c.reason = err.Error()
		return c
	}
	c.status = got.StatusCode
	s.judge(ctx, host, &c, got.Header, string(text))
	return c
}

// judge finds out how far a request came.
func (s *site) judge(ctx context.Context, host string, c *call, header http.Header, body string) {
	id, errorType := header.Get("x-amzn-RequestId"), header.Get("x-amzn-ErrorType")
	if c.status == http.StatusNotImplemented && strings.HasPrefix(body, "Not implemented by the local gateway") {
		c.outcome, c.reason = notDone, cmp.Or(c.reason, strings.TrimSpace(body))
		return
	}
	var record struct {
		IntegrationRequest, IntegrationResponse, FunctionResult json.RawMessage
	}
	if err := s.getJSON(ctx, host, "/_local/requests/"+url.PathEscape(id), &record); err != nil {
		c.reason = err.Error()
		return
	}
	has := func(part json.RawMessage) bool { return len(part) > 0 && string(part) != "null" }
	switch {
	case has(record.FunctionResult), has(record.IntegrationResponse), has(record.IntegrationRequest) && c.status == http.StatusGatewayTimeout:
		c.outcome = reached
	case c.integration == "MOCK" && c.status == http.StatusInternalServerError:
		c.outcome = reached // a mock without templates fails on AWS too
	case c.reason != "": // the backend would answer 501
		c.outcome = notDone
	case c.status >= 400 && c.status < 500, errorType == "AuthorizerConfigurationException": // of a function that is no authorizer
		c.outcome = turned
	default:
		c.reason = body
	}
}

// useful reports whether at least half of the routes do what they do on AWS, as far as
// this machine goes.
func (a *servedAssembly) useful() bool {
	good := a.count(reached) + a.count(turned) + a.count(notCalled)
	return a.refused == "" && len(a.calls) > 0 && 2*good >= len(a.calls)
}

func (a *servedAssembly) count(o outcome) (n int) {
	for _, c := range a.calls {
		if c.outcome == o {
			n++
		}
	}
	return n
}

// right returns how many routes are there with the integration that the templates say.
func (a *servedAssembly) right() (n int) {
	left := slices.Clone(a.expects)
	for _, c := range a.calls {
		if i := slices.Index(left, c.method+" "+c.integration); i >= 0 {
			left = slices.Delete(left, i, i+1)
			n++
		}
	}
	return n
}

func printAssemblies(w io.Writer, all []servedAssembly) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ASSEMBLY\tSTARTED\tROUTES\tOF\tRIGHT\tBACKEND\tTURNED AWAY\tELSEWHERE\t501\tFAILED\tUSEFUL\tNOTICES\tPANICS")
	started, useful, withRoutes := 0, 0, 0
	total := servedAssembly{}
	for _, a := range all {
		yes := func(b bool) string {
			if b {
				return "yes"
			}
			return "no"
		}
		fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t%d\t%d\n", a.name, yes(a.refused == ""), len(a.calls), len(a.expects), a.right(),
			a.count(reached), a.count(turned), a.count(notCalled), a.count(notDone), a.count(failed), yes(a.useful()), a.notices, a.panics)
		if a.refused == "" {
			started++
		}
		if len(a.expects) > 0 {
			withRoutes++
		}
		if a.useful() {
			useful++
		}
		total.calls = append(total.calls, a.calls...)
		total.expects = append(total.expects, a.expects...)
		total.notices += a.notices
		total.panics += a.panics
	}
	right := 0
	for _, a := range all {
		right += a.right()
	}
	fmt.Fprintf(table, "%d assemblies, %d with routes\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\n", len(all), withRoutes, started, len(total.calls), len(total.expects), right,
		total.count(reached), total.count(turned), total.count(notCalled), total.count(notDone), total.count(failed), useful, total.notices, total.panics)
	if err := table.Flush(); err != nil {
		return fmt.Errorf("printing the table: %w", err)
	}
	for _, a := range all {
		if a.refused != "" {
			fmt.Fprintf(w, "\n%s is not served: %s", a.name, a.refused)
		}
	}
	writeReasons(w, total.calls)
	_, err := fmt.Fprintln(w, "\nOF is how many routes the templates have, and RIGHT how many of them are there with their type of integration.\nAn assembly is useful if half of its routes reach their backend, or are turned away by the app itself.")
	return err
}

// named are the particulars of a reason.
var named = regexp.MustCompile(`\b(The (function|authorizer)) \S+`)

// writeReasons writes why routes are not served, each reason once.
func writeReasons(w io.Writer, calls []call) {
	count := map[string]int{}
	var reasons []string
	for _, c := range calls {
		if c.outcome != notDone && c.outcome != failed {
			continue
		}
		reason := named.ReplaceAllString(fmt.Sprintf("%s: %.200s", c.outcome, lastLine(c.reason)), "$1 …")
		if count[reason]++; count[reason] == 1 {
			reasons = append(reasons, reason)
		}
	}
	slices.SortStableFunc(reasons, func(a, b string) int { return count[b] - count[a] })
	fmt.Fprintln(w)
	for _, reason := range reasons {
		fmt.Fprintf(w, "\n%5d × %s", count[reason], reason)
	}
	if len(reasons) > 0 {
		fmt.Fprintln(w)
	}
}
