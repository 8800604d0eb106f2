package diagnose

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/mapping"
	"example.com/apigw/internal/rules"
)

// browserDetectors are about what a browser does with a response, by the fetch
// standard. They look at requests with an Origin alone.
func browserDetectors() []func(*request) []Finding {
	return []func(*request) []Finding{preflightRefused, originMissing, originValue, preflightMethod, preflightHeaders}
}

const (
	allowOrigin      = "Access-Control-Allow-Origin"
	allowCredentials = "Access-Control-Allow-Credentials"
)

// pageOrigin returns the origin of the page that a request comes from; empty if it is
// the API's own, or nobody knows.
func (q *request) pageOrigin() string {
	origin := q.header("Origin")
	if origin == "" {
		return ""
	}
	if u, err := url.Parse(origin); err == nil && u.Host != "" && u.Host == q.header("Host") {
		return ""
	}
	return origin
}

// isPreflight reports whether a browser asks whether it may send a request.
func (q *request) isPreflight() bool {
	return q.Method == "OPTIONS" && q.origin != "" && q.header("Access-Control-Request-Method") != ""
}

// first returns the first value of a header in any letter case.
func first(p mapping.Params, name string) string {
	for i := range p {
		if len(p[i].Name) == len(name) && len(p[i].Values) > 0 && strings.EqualFold(p[i].Name, name) {
			return p[i].Values[0]
		}
	}
	return ""
}

func all(p mapping.Params, name string) (values []string) {
	for _, each := range p {
		if strings.EqualFold(each.Name, name) {
			values = append(values, each.Values...)
		}
	}
	return values
}

// preflightRefused finds a preflight with a status that is not a success.
func preflightRefused(q *request) []Finding {
	if !q.isPreflight() || q.Status/100 == 2 {
		return nil
	}
	// No browser sends a key, a token or a signature with a preflight.
	return q.covering(rules.Of("cors-preflight-refused", "status", q.Status),
		"route-unknown", "route-other-method", "api-key-missing", "identity-missing", "request-not-signed")
}

// originMissing finds a response that the page cannot read, although the API lets
// pages read others.
func originMissing(q *request) []Finding {
	if q.origin == "" || len(all(q.MethodResponse.Header, allowOrigin)) > 0 || q.isPreflight() && q.Status/100 != 2 {
		return nil
	}
	switch {
	case q.isPreflight():
		return q.one(rules.Of("cors-preflight-without-origin", "origin", quoted(q.origin)))
	case q.Failure != nil:
		if slices.ContainsFunc(q.api.Routes, func(r record.Route) bool { return r.CORS }) {
			return q.one(rules.Of("cors-missing-on-gateway-errors"))
		}
	case q.Method == "OPTIONS" || !slices.ContainsFunc(q.api.Routes, func(r record.Route) bool { return r.CORS }):
	case !q.pathHasCORS():
		return q.one(rules.Of("cors-header-missing-here", "origin", quoted(q.origin)))
	case isProxy(q.method.Integration):
		return q.one(rules.Of("cors-function-header-missing", "origin", quoted(q.origin)))
	default:
		status := strconv.Itoa(q.Status)
		if r := q.chosen(); r != nil {
			status = r.Status
		}
		return q.one(rules.Of("cors-header-missing", "status", status))
	}
	return nil
}

// pathHasCORS reports whether a method of the path lets pages read its responses, the
// one of the request itself among them.
func (q *request) pathHasCORS() bool {
	return slices.ContainsFunc(q.api.Routes, func(r record.Route) bool { return r.CORS && r.Path == q.ResourcePath })
}

// originValue finds an Access-Control-Allow-Origin that a browser does not take.
func originValue(q *request) []Finding {
	if q.origin == "" {
		return nil
	}
	values := all(q.MethodResponse.Header, allowOrigin)
	if len(values) == 0 {
		return nil
	}
	value := strings.Join(values, ", ")
	mapped := !isProxy(q.method.Integration)
	credentials := strings.EqualFold(first(q.MethodResponse.Header, allowCredentials), "true")
	switch {
	case strings.Contains(value, ",") || strings.Contains(strings.TrimSpace(value), " "):
		if mapped {
			return q.one(rules.Of("mapped-cors-several-origins", "value", value))
		}
		return q.one(rules.Of("cors-several-origins"))
	case value == "*" && (credentials || !q.isPreflight() && q.header("Cookie") != ""):
		if mapped {
			return q.one(rules.Of("mapped-cors-star-with-credentials"))
		}
		return q.one(rules.Of("cors-star-with-credentials"))
	case value != "*" && value != q.origin:
		return q.one(rules.Of("cors-origin-differs", "origin", quoted(q.origin), "value", quoted(value)))
	case !credentials && !q.isPreflight() && q.header("Cookie") != "":
		return q.one(rules.Of("cors-credentials-not-allowed", "origin", quoted(q.origin)))
	}
	return nil
}

// listed returns the items of a header that is a list.
func (q *request) listed(p mapping.Params, name string) (items []string) {
	for _, value := range all(p, name) {
		for item := range strings.SplitSeq(value, ",") {
			if item = strings.TrimSpace(item); item != "" {
				items = append(items, item)
			}
		}
	}
	return items
}

// preflightMethod finds a method that a preflight does not allow. GET, HEAD and POST
// need no permission.
func preflightMethod(q *request) []Finding {
	if !q.isPreflight() || q.Status/100 != 2 {
		return nil
	}
	method := q.header("Access-Control-Request-Method")
	if slices.Contains([]string{"GET", "HEAD", "POST"}, method) {
		return nil
	}
	const name = "Access-Control-Allow-Methods"
	allowed := q.listed(q.MethodResponse.Header, name)
	if slices.Contains(allowed, method) || slices.Contains(allowed, "*") && !strings.EqualFold(first(q.MethodResponse.Header, allowCredentials), "true") {
		return nil
	}
	return q.one(rules.Of("cors-method-not-allowed", "method", method, "value", quoted(strings.Join(allowed, ","))))
}

// preflightHeaders finds the headers that a preflight does not allow.
func preflightHeaders(q *request) (found []Finding) {
	if !q.isPreflight() || q.Status/100 != 2 {
		return nil
	}
	const name = "Access-Control-Allow-Headers"
	allowed := q.listed(q.MethodResponse.Header, name)
	star := slices.Contains(allowed, "*") && !strings.EqualFold(first(q.MethodResponse.Header, allowCredentials), "true")
	for _, header := range q.listed(q.MethodRequest.Header, "Access-Control-Request-Headers") {
		if slices.ContainsFunc(allowed, func(each string) bool { return strings.EqualFold(each, header) }) || star && !strings.EqualFold(header, "authorization") {
			continue
		}
		found = append(found, q.found(rules.Of("cors-request-header-not-allowed", "header", header, "value", quoted(strings.Join(allowed, ",")))))
	}
	return found
}
