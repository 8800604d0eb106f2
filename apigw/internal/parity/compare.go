package parity

import (
	"bytes"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.com/apigw/internal/rules"
)

// What a difference is about.
const (
	inStatus = "status"
	inHeader = "header"
	inBody   = "body"
)

// Difference is one thing in which two responses differ.
type Difference struct {
	What string `json:"what"`           // status, header or body
	Name string `json:"name,omitempty"` // of the header
	Path string `json:"path,omitempty"` // in the body, if it is JSON
	// Here and There are the values, shortened. The one that Missing names is not there.
	Here    string `json:"here"`
	There   string `json:"there"`
	Missing string `json:"missing,omitempty"` // here or there
}

// both reports whether both sides have a value.
func (d Difference) both() bool { return d.Missing == "" }

// place is where a side is served. What a response says of it is no difference.
type place struct{ origin, host, path string }

func newPlace(base string) place {
	u, err := url.Parse(base)
	if err != nil {
		return place{}
	}
	return place{u.Scheme + "://" + u.Host, u.Host, strings.TrimSuffix(u.EscapedPath(), "/")}
}

// methodARN begins the ARN of a method, which differs in region, account, id and stage.
var methodARN = regexp.MustCompile(`arn:aws[a-z-]*:execute-api:[a-z0-9-]*:[0-9*]*:[^/\s"]+/[^/\s"]+/`)

// neutral returns a text without what names the place.
func (p place) neutral(text string) string {
	if p.host == "" {
		return text
	}
	text = methodARN.ReplaceAllString(text, "arn:execute-api/")
	text = strings.ReplaceAll(text, p.origin+p.path, "{url}")
	text = strings.ReplaceAll(text, p.host, "{host}")
	if p.path != "" {
		text = replacePath(text, p.path)
	}
	return text
}

// replacePath replaces a path where it ends, and not where a longer name begins.
func replacePath(text, path string) string {
	var out strings.Builder
	for {
		before, after, ok := strings.Cut(text, path)
		out.WriteString(before)
		if !ok {
			return out.String()
		}
		if after == "" || strings.ContainsAny(after[:1], `/?#"' `) {
			out.WriteString("{stage}")
		} else {
			out.WriteString(path)
		}
		text = after
	}
}

// view is a response as it is compared.
type view struct {
	*response
	text []byte // of the body
	at   place
}

// of returns the view of a response.
func (p place) of(r *response) view {
	v := view{response: r, text: r.decoded(), at: p}
	if utf8.Valid(v.text) {
		v.text = []byte(p.neutral(string(v.text)))
	}
	return v
}

// maxDifferences is how many differences of a body are listed.
const maxDifferences = 10

// compare returns how two responses to a request differ.
func compare(method string, here, there view) []Difference {
	var list []Difference
	if here.status != there.status {
		list = append(list, Difference{What: inStatus, Here: strconv.Itoa(here.status), There: strconv.Itoa(there.status)})
	}
	list = append(list, compareHeaders(here, there)...)
	if method != http.MethodHead {
		list = append(list, compareBodies(here, there)...)
	}
	return list
}

// ignored are headers that gateways, servers and caches set for themselves.
var ignored = []string{
	"Age", "Alt-Svc", "Connection", "Content-Length", "Date", "Keep-Alive", "Nel", "Report-To", "Server", "Transfer-Encoding", "Via", "X-Cache",
	"X-Forwarded-For", "X-Forwarded-Proto",
}

// ignoredPrefixes begin the names of such headers.
var ignoredPrefixes = []string{"X-Amz-", "X-Amzn-", "Cloudfront-", "Cf-"}

// errorTypeHeader is the only header of AWS's own that is compared.
const errorTypeHeader = "X-Amzn-Errortype"

// matters reports whether a header is compared.
func matters(name string) bool {
	return name == errorTypeHeader ||
		!slices.Contains(ignored, name) && !slices.ContainsFunc(ignoredPrefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

// dated are headers whose values have reasons to differ.
var dated = []string{"Etag", "Expires", "Last-Modified"}

// listed are headers whose values are lists without an order.
var listed = []string{"Allow", "Vary", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Expose-Headers", "Cache-Control"}

// compareHeaders returns how headers differ, sorted by name.
func compareHeaders(here, there view) (list []Difference) {
	names := map[string]bool{}
	for _, header := range []http.Header{here.header, there.header} {
		for name := range header {
			if name = http.CanonicalHeaderKey(name); matters(name) {
				names[name] = true
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		a, inHere := here.value(name)
		b, inThere := there.value(name)
		d := Difference{What: inHeader, Name: name, Here: shown(a), There: shown(b)}
		switch {
		case !inHere:
			d.Missing = "here"
		case !inThere:
			d.Missing = "there"
		case a == b:
			continue
		}
		list = append(list, d)
	}
	return list
}

// value returns what is compared of a header.
func (v view) value(name string) (value string, ok bool) {
	values := v.header.Values(name)
	if len(values) == 0 {
		return "", false
	}
	value = v.at.neutral(strings.Join(values, ", "))
	switch {
	case name == errorTypeHeader:
		return v.errorType(), true
	case name == "Set-Cookie":
		return cookieNames(values), true
	case slices.Contains(dated, name):
		return "…", true
	case slices.Contains(listed, name):
		var items []string
		for item := range strings.SplitSeq(value, ",") {
			items = append(items, strings.ToLower(strings.TrimSpace(item)))
		}
		slices.Sort(items)
		return strings.Join(slices.Compact(items), ", "), true
	case name == "Content-Type":
		if kind, parameters, err := mime.ParseMediaType(value); err == nil {
			return strings.ToLower(mime.FormatMediaType(kind, parameters)), true
		}
	}
	return value, true
}

// cookieNames returns the names of the cookies in the lines of Set-Cookie. Values are
// sessions and secrets.
func cookieNames(lines []string) string {
	var names []string
	for _, line := range lines {
		name, _, _ := strings.Cut(line, "=")
		names = append(names, strings.TrimSpace(name))
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// compareBodies returns how bodies differ: JSON value by value, anything else byte by
// byte.
func compareBodies(here, there view) []Difference {
	if bytes.Equal(here.text, there.text) && here.cut == there.cut {
		return nil
	}
	if a, ok := parseJSON(here.text); ok && !here.cut && !there.cut {
		if b, ok := parseJSON(there.text); ok {
			list := compareJSON(nil, "$", a, b)
			if len(list) > maxDifferences {
				list = list[:maxDifferences]
			}
			return list
		}
	}
	d := Difference{What: inBody, Here: shown(string(here.text)), There: shown(string(there.text))}
	if at := firstDifference(here.text, there.text); at > maxShown/2 {
		from := at - maxShown/4
		d.Path = fmt.Sprintf("from byte %d", from)
		d.Here, d.There = shown(string(here.text[from:])), shown(string(there.text[from:]))
	}
	if here.cut || there.cut {
		d.Path = strings.TrimPrefix(d.Path+", of more than 10 MB", ", ")
	}
	return []Difference{d}
}

// firstDifference returns where two texts begin to differ.
func firstDifference(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// maxShown is how many bytes of a value are shown.
const maxShown = 160

// shown returns the beginning of a value, on one line and without control characters.
func shown(text string) string {
	cut := len(text) > maxShown
	if cut {
		text = strings.ToValidUTF8(text[:maxShown], "")
	}
	text = strings.NewReplacer("\n", `\n`, "\t", `\t`).Replace(rules.Printable(text))
	if cut {
		text += "…"
	}
	return text
}
