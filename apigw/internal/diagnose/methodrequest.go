package diagnose

import (
	"net/url"
	"slices"
	"strings"

	"example.com/apigw/internal/detect"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/rules"
)

// methodRequestDetectors are about which API, stage and method a request is for.
func methodRequestDetectors() []func(*request) []Finding {
	return []func(*request) []Finding{unknownAPI, unknownRoute}
}

// unknownAPI finds the API and the stage that a URL could mean which names none.
func unknownAPI(q *request) []Finding {
	if q.API != "" || q.Failure == nil || q.Failure.Type != "ACCESS_DENIED" && q.Failure.Type != "" {
		return nil
	}
	path := strings.TrimLeft(q.Path, "/")
	name, rest, _ := strings.Cut(path, "/")
	if unescaped, err := url.PathUnescape(name); err == nil {
		name = unescaped
	}
	var keys []string
	for _, api := range q.APIs {
		if api.Key == name {
			return q.unknownStage(api, strings.TrimLeft(rest, "/"))
		}
		keys = append(keys, api.Key)
	}
	near := foldedOrNearest(name, keys)
	if near == "" {
		return nil
	}
	return q.covering(rules.Of("api-similar", "name", name, "right", near), "api-unknown")
}

// unknownStage finds the stage that a URL could mean, or the path before which it is
// missing.
func (q *request) unknownStage(api *record.API, path string) []Finding {
	stage, _, _ := strings.Cut(path, "/")
	if near := foldedOrNearest(stage, api.Stages); near != "" {
		return q.covering(rules.Of("stage-similar", "api", api.Key, "stage", stage, "right", near), "stage-unknown")
	}
	for _, route := range api.Routes {
		if serves(route, q.Method) && matches(route.Path, "/"+path) {
			return q.covering(rules.Of("stage-left-out", "stage", quoted(stage), "right", route.Path,
				"stages", strings.Join(api.Stages, " or ")), "stage-unknown")
		}
	}
	return nil
}

// covering returns a list of the finding that a rule makes, which says what others
// say in general.
func (q *request) covering(use rules.Use, covered ...string) []Finding {
	f := q.found(use)
	f.covers = covered
	return []Finding{f}
}

// unknownRoute finds the method or path that a request could mean which no method
// serves.
func unknownRoute(q *request) []Finding {
	if q.API == "" || q.ResourcePath != "" || q.Failure == nil || q.Failure.Type != "MISSING_AUTHENTICATION_TOKEN" && !strings.HasPrefix(q.Failure.Type, "DEFAULT_4") {
		return nil
	}
	path := q.Details.RequestPath
	if path == "" {
		path = "/"
	}
	const general = "route-unknown"
	if after, ok := strings.CutPrefix(path, "/"+q.Stage); ok && (after == "" || after[0] == '/') {
		for _, route := range q.api.Routes {
			if serves(route, q.Method) && matches(route.Path, after) {
				return q.covering(rules.Of("route-stage-twice", "method", q.Method, "path", path, "right", route.Path, "stage", q.Stage), general)
			}
		}
	}
	var methods []string
	for _, route := range q.api.Routes {
		if matches(route.Path, path) && !slices.Contains(methods, route.Method) {
			methods = append(methods, route.Method)
		}
	}
	if len(methods) > 0 && !slices.Contains(methods, "ANY") {
		return q.covering(rules.Of("route-other-method", "method", q.Method, "path", path, "methods", strings.Join(methods, ", ")), general)
	}
	for _, route := range q.api.Routes {
		if serves(route, q.Method) && matches(strings.ToLower(route.Path), strings.ToLower(path)) {
			return q.covering(rules.Of("route-letter-case", "method", q.Method, "path", path, "right", route.Path), general)
		}
	}
	decoded, err := url.PathUnescape(path)
	if err != nil {
		decoded = path
	}
	for _, route := range q.api.Routes {
		plain := strings.Trim(route.Path, "/")
		if serves(route, q.Method) && (decoded != path && matches(route.Path, decoded) ||
			plain != "" && withoutSlashes(plain) == withoutSlashes(path) || hasSlashAround(plain, path)) {
			return q.covering(rules.Of("route-slash", "method", q.Method, "path", path, "right", route.Path), general)
		}
	}
	best, fewest := "", 3
	for _, route := range q.api.Routes {
		if n := distance(route.Path, path); serves(route, q.Method) && n < fewest {
			best, fewest = route.Path, n
		}
	}
	if best != "" {
		return q.covering(rules.Of("route-similar", "method", q.Method, "path", path, "right", best), general)
	}
	return nil
}

func withoutSlashes(path string) string { return strings.ReplaceAll(path, "/", "") }

// hasSlashAround reports whether a greedy parameter fails for want of a value: the path
// ends where the parameter begins.
func hasSlashAround(route, path string) bool {
	before, name, ok := strings.Cut(route, "{")
	return ok && strings.HasSuffix(name, "+}") && strings.Trim(before, "/") == strings.Trim(path, "/") && before != ""
}

// serves reports whether a route is for a method of HTTP.
func serves(route record.Route, method string) bool {
	return route.Method == method || route.Method == "ANY"
}

// matches reports whether a path is one of a resource path with parameters.
func matches(resource, path string) bool {
	want, got := parts(resource), parts(path)
	for i, part := range want {
		if strings.HasSuffix(part, "+}") {
			return len(got) > i
		}
		if i >= len(got) || !strings.HasPrefix(part, "{") && part != got[i] {
			return false
		}
	}
	return len(want) == len(got)
}

func parts(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}

// distance returns how many letters a path has to change to be one of a resource;
// a large number if their parts cannot be compared.
func distance(resource, path string) int {
	const far = 99
	want, got := parts(resource), parts(path)
	if len(want) != len(got) {
		return far
	}
	n := 0
	for i, part := range want {
		if strings.HasPrefix(part, "{") || part == got[i] {
			continue
		}
		if d := detect.Edits(part, got[i]); d < len(part) && d < len(got[i]) {
			n += d
		} else {
			return far
		}
	}
	return n
}

// foldedOrNearest returns the name that differs in letter case alone, else the one
// with a similar spelling; empty without one.
func foldedOrNearest(name string, names []string) string {
	for _, each := range names {
		if strings.EqualFold(each, name) && each != name {
			return each
		}
	}
	return detect.Nearest(name, names, 2)
}
