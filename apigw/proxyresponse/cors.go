package proxyresponse

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// CORS says which web pages may read the responses of a function. With proxy
// integration API Gateway adds no CORS header to a response: the function must
// (documented). A preflight request does not reach the function if the API has an
// OPTIONS method for it.
//
// AllowedOrigins decides about Access-Control-Allow-Origin:
//
//   - empty: no CORS headers at all;
//   - "*": the star, on every response;
//   - exactly one origin: that origin, on every response;
//   - several: the caller's origin if the list has it (compared byte by byte),
//     and "Vary: Origin" on every response, because the response depends on it.
//
// AllowCredentials adds "Access-Control-Allow-Credentials: true" to every
// response.
type CORS struct {
	AllowedOrigins   []string
	AllowCredentials bool
}

// Validate returns what is wrong with c, or nil. [WithCORS] with an invalid CORS
// sends no CORS headers.
func (c CORS) Validate() error {
	if slices.Contains(c.AllowedOrigins, "*") {
		if c.AllowCredentials {
			return errors.New(`CORS: browsers refuse the origin "*" together with credentials; list the origins instead`)
		}
		if len(c.AllowedOrigins) > 1 {
			return errors.New(`CORS: the origin "*" already allows every origin; list it alone`)
		}
		return nil
	}
	for _, origin := range c.AllowedOrigins {
		if !validOrigin(origin) {
			return fmt.Errorf("CORS: %q is not an origin; write scheme and host like https://example.com, without a path", origin)
		}
	}
	return nil
}

// validOrigin reports whether a browser could send this as its Origin header:
// scheme and host in lower case, nothing after them.
func validOrigin(origin string) bool {
	if origin == "null" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Scheme != "" && u.Host != "" && u.Scheme+"://"+strings.ToLower(u.Host) == origin && validHeaderValue(origin)
}

// apply returns r with the CORS headers; origin is the Origin header of the
// request.
func (c CORS) apply(r Response, origin string) Response {
	if len(c.AllowedOrigins) == 0 {
		return r
	}
	allowed := c.AllowedOrigins[0]
	if len(c.AllowedOrigins) > 1 {
		r = addVary(r, "Origin")
		allowed = ""
		if slices.Contains(c.AllowedOrigins, origin) {
			allowed = origin
		}
	}
	if allowed == "" {
		r = r.WithHeader("Access-Control-Allow-Origin")
	} else {
		r = r.WithHeader("Access-Control-Allow-Origin", allowed)
	}
	if c.AllowCredentials {
		r = r.WithHeader("Access-Control-Allow-Credentials", "true")
	}
	return r
}

// addVary returns r with one more request header on which it depends.
func addVary(r Response, name string) Response {
	vary := strings.Join(r.header.Values("Vary"), ", ")
	for listed := range strings.SplitSeq(vary, ",") {
		listed = strings.TrimSpace(listed)
		if listed == "*" || strings.EqualFold(listed, name) {
			return r
		}
	}
	if vary != "" {
		name = vary + ", " + name
	}
	return r.WithHeader("Vary", name)
}
