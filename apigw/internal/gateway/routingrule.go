package gateway

import (
	"net/http"
	"strings"

	"example.com/apigw/internal/assembly"
)

// routed returns where the first routing rule of a domain that fits sends a request;
// false if none fits. (Documented: routing rules, their examples.)
func (d *domain) routed(r *http.Request, host, path string) (address, bool) {
	for _, rule := range d.rules {
		rest, fits := below(path, rule.BasePath)
		if !fits || !hasAll(r, host, rule.Headers) {
			continue
		}
		at := address{host: host, mapped: true, stage: rule.stage, path: "/" + path}
		at.prefix, _, _ = strings.Cut(host, ".")
		if rule.Strip && rule.BasePath != "" {
			at.base, at.path = "/"+rule.BasePath, rest
		}
		return at, true
	}
	return address{}, false
}

// below returns what is left of a path behind a base path, whose last part has to be a
// whole one; false if the path does not begin with it.
func below(path, base string) (rest string, ok bool) {
	if base == "" {
		return "/" + path, true
	}
	rest, ok = strings.CutPrefix(path, base)
	return rest, ok && (rest == "" || rest[0] == '/')
}

// hasAll reports whether a request has all headers. A line of one is enough. Host is the
// domain name, without the port that clients need here.
func hasAll(r *http.Request, host string, headers []assembly.HeaderGlob) bool {
	for _, want := range headers {
		lines := r.Header.Values(want.Name)
		if strings.EqualFold(want.Name, "Host") {
			lines = []string{host}
		}
		if !anyFits(lines, want.Value) {
			return false
		}
	}
	return true
}

// anyFits reports whether one of the values is like a glob: a text, or *text, text* and
// *text* for values that end with it, begin with it and have it. Letters count.
func anyFits(values []string, glob string) bool {
	begin, end := strings.HasPrefix(glob, "*"), strings.HasSuffix(glob, "*")
	text := strings.Trim(glob, "*")
	for _, value := range values {
		fits := value == text
		switch {
		case begin && end:
			fits = strings.Contains(value, text)
		case begin:
			fits = strings.HasSuffix(value, text)
		case end:
			fits = strings.HasPrefix(value, text)
		}
		if fits {
			return true
		}
	}
	return false
}
