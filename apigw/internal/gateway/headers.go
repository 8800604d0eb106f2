package gateway

import (
	"net/textproto"
	"slices"
	"strings"

	"example.com/apigw/internal/gateway/rawheader"
	"example.com/apigw/internal/mapping"
)

// isSignature reports whether a line is a signature of version 4, which is for
// the gateway only (developer guide, "Amazon API Gateway important notes").
func isSignature(line rawheader.Line) bool {
	return strings.EqualFold(line.Name, "Authorization") && strings.HasPrefix(line.Value, "AWS4-HMAC-SHA256 ")
}

// droppedByHTTPProxy reports whether HTTP_PROXY keeps a header from the backend,
// of those that the method request passes. (Recorded:
// test_apigateway_header_remapping_http[HTTP_PROXY].)
func droppedByHTTPProxy(name string) bool { return isHeader(name, "Content-Encoding", "Via") }

// lostWhenMapped reports whether a mapped header does not reach an HTTP backend.
// (Recorded: the same test, full-integration.)
func lostWhenMapped(name string) bool {
	return isHeader(name, "Connection", "Expect", "Proxy-Authenticate", "Te", "Via")
}

// fatalWhenMapped reports whether every request fails if a header is mapped.
// (Recorded: test_apigateway_header_remapping_http and _aws.)
func fatalWhenMapped(name string, aws bool) bool {
	return isHeader(name, "Content-Length", "Transfer-Encoding") ||
		aws && isHeader(name, "Authorization", "Connection", "Expect", "Proxy-Authenticate", "Te")
}

// remapped returns the name under which the client gets a header that an
// integration response sets; empty if it does not get it. (Recorded:
// test_apigateway_header_remapping_http[HTTP] and _aws[AWS].)
func remapped(name string) string {
	if isHeader(name, "Transfer-Encoding") {
		return ""
	}
	if isHeader(name, "Authorization", "Connection", "Content-Length", "Content-Md5", "Date", "Expect", "Host",
		"Max-Forwards", "Proxy-Authenticate", "Server", "Trailer", "Upgrade", "User-Agent", "Www-Authenticate",
		"X-Amzn-Requestid", "X-Amz-Apigw-Id") {
		return "x-amzn-Remapped-" + name
	}
	return name
}

// remappedFromBackend returns the same for a header that HTTP_PROXY passes on.
// (Recorded: test_apigateway_header_remapping_http; Via and Transfer-Encoding are
// documented.)
func remappedFromBackend(name string) string {
	switch {
	case isHeader(name, "Transfer-Encoding", "Via"):
		return ""
	case isHeader(name, "X-Amzn-Requestid"):
		return "x-amzn-remapped-x-amzn-requestid"
	}
	return remapped(name)
}

// isHeader compares a name in any letter case with canonical ones.
func isHeader(name string, canonical ...string) bool {
	return slices.Contains(canonical, textproto.CanonicalMIMEHeaderKey(name))
}

// requestHeaders returns header lines as templates and functions see them: sorted
// by name without regard to letter case, one entry a name. (Recorded:
// test_put_events_with_target_api_gateway.) It sorts the lines.
func requestHeaders(lines []rawheader.Line) mapping.Params {
	slices.SortStableFunc(lines, func(a, b rawheader.Line) int { return compareFold(a.Name, b.Name) })
	values := make([]string, len(lines)) // one piece of memory for all
	params := make(mapping.Params, 0, len(lines))
	first := 0
	for i, line := range lines {
		values[i] = line.Value
		if i == 0 || !strings.EqualFold(lines[i-1].Name, line.Name) {
			first = i
			params = append(params, mapping.Param{Name: line.Name})
		}
		params[len(params)-1].Values = values[first : i+1 : i+1]
	}
	return params
}

// compareFold orders names without regard to the case of ASCII letters.
func compareFold(a, b string) int {
	for i := range min(len(a), len(b)) {
		if x, y := lower(a[i]), lower(b[i]); x != y {
			return int(x) - int(y)
		}
	}
	return len(a) - len(b)
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// header finds the values of a header in any letter case.
func header(p mapping.Params, name string) []string {
	for i := range p {
		if len(p[i].Name) == len(name) && strings.EqualFold(p[i].Name, name) {
			return p[i].Values
		}
	}
	return nil
}

// firstHeader returns the first value of a header, empty without one.
func firstHeader(p mapping.Params, name string) string {
	if values := header(p, name); len(values) > 0 {
		return values[0]
	}
	return ""
}

// addHeader sets a header unless it is there.
func addHeader(p mapping.Params, name, value string) mapping.Params {
	if header(p, name) == nil {
		p = append(p, mapping.Param{Name: name, Values: []string{value}})
	}
	return p
}

// setHeader sets the values of a header, and drops others of its name.
func setHeader(p mapping.Params, name string, values []string) mapping.Params {
	p = slices.DeleteFunc(p, func(param mapping.Param) bool { return strings.EqualFold(param.Name, name) })
	return append(p, mapping.Param{Name: name, Values: values})
}
