package parity

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/rules"
)

// Target is an API, and where it is deployed.
type Target struct {
	API string // its name
	URL *url.URL
}

// executeAPI is a host name that AWS gives to an API.
var executeAPI = regexp.MustCompile(`^[a-z0-9-]+\.execute-api\.([a-z0-9-]+)\.(?:vpce\.)?(?:amazonaws\.com(?:\.cn)?|api\.aws)$`)

// Stage returns the name of the stage in the URL; empty if that cannot be told.
func (t Target) Stage() string {
	if !executeAPI.MatchString(strings.ToLower(t.URL.Hostname())) {
		return ""
	}
	stage, _, _ := strings.Cut(strings.TrimPrefix(t.URL.EscapedPath(), "/"), "/")
	return stage
}

// bases returns the URLs that paths may be appended to, the likeliest first.
func (t Target) bases(local gateway.Deployed) []string {
	origin, path := t.URL.Scheme+"://"+t.URL.Host, strings.TrimRight(t.URL.EscapedPath(), "/")
	if stage := t.Stage(); stage != "" {
		return []string{origin + "/" + stage}
	}
	var bases []string
	for _, route := range local.Routes {
		if base, ok := strings.CutSuffix(path, route.Path); ok && route.Path != "/" && !slices.Contains(bases, origin+base) {
			bases = append(bases, origin+base)
		}
	}
	bases = append(bases, origin+path)
	if isLoopback(t.URL.Hostname()) && path == "" { // the root of another local gateway
		bases = []string{origin + "/" + local.Name + "/" + local.Stage, origin}
	}
	return bases
}

// ParseURL reads the value of a flag: a URL, or NAME=URL. The name is that of an API,
// of a door or of an output; empty if there is none.
func ParseURL(text string, insecure bool) (name string, u *url.URL, err error) {
	if before, after, ok := strings.Cut(text, "="); ok && !strings.Contains(before, ":") && !strings.Contains(before, "/") {
		name, text = before, after
	}
	shown := rules.Printable(text)
	u, err = url.Parse(strings.TrimSpace(text))
	switch {
	case err != nil:
		return "", nil, fmt.Errorf("%q is not a URL: write one such as https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/prod", shown)
	case u.Scheme != "https" && u.Scheme != "http" || u.Host == "":
		return "", nil, fmt.Errorf("%q is not the URL of an API: write one such as https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/prod", shown)
	case u.User != nil:
		return "", nil, errors.New("the URL has a user or a password in it: take them out, and pass --header 'Authorization: …' if the API wants them")
	case u.RawQuery != "" || u.Fragment != "":
		return "", nil, fmt.Errorf("%q has a query or a fragment: the contract has those, take it out", shown)
	case u.Scheme == "http" && !isLoopback(u.Hostname()) && executeAPI.MatchString(strings.ToLower(u.Hostname())):
		return "", nil, fmt.Errorf("%q: API Gateway serves https alone: write https", shown)
	case u.Scheme == "http" && !isLoopback(u.Hostname()) && !insecure:
		return "", nil, fmt.Errorf("%q would send requests, keys and signatures where anybody on the way can read them: write https, or pass --insecure if there is no other way", shown)
	case executeAPI.MatchString(strings.ToLower(u.Hostname())) && strings.Trim(u.Path, "/") == "":
		return "", nil, fmt.Errorf("%q has no stage: append its name, such as /prod", shown)
	}
	return name, u, nil
}

// isLoopback reports whether a host is this machine.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") || strings.HasSuffix(strings.ToLower(host), ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}

// Named is a URL and what it was called.
type Named struct {
	Name string
	URL  *url.URL
}

// Match finds the API of each URL: by its name, else by the name in the URL, else in
// the order of the APIs.
func Match(apis []gateway.Deployed, outputs map[string]string, urls []Named) ([]Target, error) {
	var names []string
	doors := map[string][]string{} // names of APIs by door
	for _, d := range apis {
		if slices.Contains(names, d.Name) { // another stage
			continue
		}
		names = append(names, d.Name)
		for _, door := range doorsOf(d) {
			doors[door] = append(doors[door], d.Name)
		}
	}
	if len(names) == 0 {
		return nil, errors.New("the service here has no API to compare with")
	}
	logicalIDs := map[string]string{}
	for _, d := range apis {
		logicalIDs[d.LogicalID] = d.Name
	}
	taken := map[string]*url.URL{}
	take := func(name string, u *url.URL) error {
		if other := taken[name]; other != nil {
			return fmt.Errorf("%s and %s are both for the API %s: keep one, or name the other, as in --url %s=URL",
				rules.Printable(other.String()), rules.Printable(u.String()), name, another(names, name))
		}
		taken[name] = u
		return nil
	}
	var unnamed []*url.URL
	for _, given := range urls {
		name := ""
		switch {
		case slices.Contains(names, given.Name):
			name = given.Name
		case logicalIDs[outputs[given.Name]] != "":
			name = logicalIDs[outputs[given.Name]]
		case len(doors[given.Name]) == 1:
			name = doors[given.Name][0]
		case given.Name != "":
			return nil, fmt.Errorf("there is no API %q: there are %s", rules.Printable(given.Name), strings.Join(names, ", "))
		default:
			name = named(names, given.URL)
		}
		if name == "" {
			unnamed = append(unnamed, given.URL)
		} else if err := take(name, given.URL); err != nil {
			return nil, err
		}
	}
	var open []string
	for _, name := range names {
		if taken[name] == nil {
			open = append(open, name)
		}
	}
	if len(unnamed) == 1 && len(unnamed) == len(urls) && isLoopback(unnamed[0].Hostname()) && strings.Trim(unnamed[0].Path, "/") == "" {
		for _, name := range open { // another local gateway, which serves them all
			taken[name] = unnamed[0]
		}
		unnamed, open = nil, nil
	}
	switch {
	case len(unnamed) == 0:
	case len(unnamed) == len(open):
		for i, name := range open {
			taken[name] = unnamed[i]
		}
	default:
		return nil, fmt.Errorf("%d URLs without a name are for %d APIs (%s): name them, as in --url %s=URL, or pass what cdk deploy --outputs-file wrote with --outputs",
			len(unnamed), len(open), strings.Join(open, ", "), names[0])
	}
	var targets []Target
	for _, name := range names {
		if u := taken[name]; u != nil {
			targets = append(targets, Target{name, u})
		}
	}
	return targets, nil
}

// another returns a name besides one.
func another(names []string, but string) string {
	for _, name := range names {
		if name != but {
			return name
		}
	}
	return but
}

// named returns the API that a URL names, as those of a local gateway do; empty if it
// names none.
func named(names []string, u *url.URL) string {
	segments := strings.Split(strings.Trim(u.Path, "/"), "/")
	host, _, _ := strings.Cut(u.Hostname(), ".")
	for _, name := range names {
		if segments[0] == name || host == name {
			return name
		}
	}
	return ""
}

// maxOutputs bounds the files of outputs and of templates.
const maxOutputs = 4 << 20

// ReadOutputs reads a file that cdk deploy --outputs-file wrote, and returns the URLs
// of the APIs in it. Outputs are those of the templates in a cloud assembly: the logical
// id of the API, by the name of the output.
func ReadOutputs(file string, outputs map[string]string, insecure bool) ([]Named, error) {
	text, err := readBounded(file)
	if err != nil {
		return nil, err
	}
	var stacks map[string]map[string]any
	if err := json.Unmarshal(text, &stacks); err != nil {
		return nil, fmt.Errorf(`%s: expected what cdk deploy --outputs-file writes, {"Stack": {"Output": "https://…"}}: %w`, file, err)
	}
	var found []Named
	apis := map[string]bool{}
	for _, stack := range slices.Sorted(maps.Keys(stacks)) {
		for _, name := range slices.Sorted(maps.Keys(stacks[stack])) {
			value, _ := stacks[stack][name].(string)
			if outputs[name] == "" || apis[outputs[name]] || !strings.HasPrefix(value, "http") {
				continue
			}
			_, u, err := ParseURL(value, insecure)
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", file, rules.Printable(name), err)
			}
			apis[outputs[name]] = true
			found = append(found, Named{name, u})
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s has no output with the URL of an API of this service: deploy it with --outputs-file, or pass --url", file)
	}
	return found, nil
}

// Outputs returns the logical id of the API that each output of the templates in a
// cloud assembly has the URL of, by the output's name.
func Outputs(dir string) (map[string]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.template.json"))
	if err != nil {
		return nil, err
	}
	outputs := map[string]string{}
	for _, file := range files {
		text, err := readBounded(file)
		if err != nil {
			return nil, err
		}
		var template struct {
			Resources map[string]struct{ Type string }
			Outputs   map[string]struct{ Value any }
		}
		if err := json.Unmarshal(text, &template); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for name, output := range template.Outputs {
			for _, id := range references(output.Value) {
				if template.Resources[id].Type == "AWS::ApiGateway::RestApi" {
					outputs[name] = id
				}
			}
		}
	}
	return outputs, nil
}

// references returns the logical ids that a value of a template refers to.
func references(value any) (ids []string) {
	switch value := value.(type) {
	case map[string]any:
		if id, ok := value["Ref"].(string); ok {
			return []string{id}
		}
		for _, key := range slices.Sorted(maps.Keys(value)) {
			ids = append(ids, references(value[key])...)
		}
	case []any:
		for _, each := range value {
			ids = append(ids, references(each)...)
		}
	}
	return ids
}

func readBounded(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxOutputs {
		return nil, fmt.Errorf("%s has more than %d MB: it is another file", file, maxOutputs>>20)
	}
	return os.ReadFile(file)
}

// hostOf returns a host for a sentence, without the port that its scheme has anyway.
func hostOf(u *url.URL) string {
	host, port, err := net.SplitHostPort(u.Host)
	if err != nil || u.Scheme == "https" && port != "443" || u.Scheme == "http" && port != "80" {
		return u.Host
	}
	return host
}
