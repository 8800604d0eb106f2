package lesson

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// compare returns what is not as expected. A body that is text is compared whole, not
// as far as it is shown.
func compare(want Expect, seen *Seen, header http.Header, body []byte) []Difference {
	differences := []Difference{}
	differ := func(what, want, got string) { differences = append(differences, Difference{what, want, got}) }
	if seen.Status != want.Status {
		differ("status", strconv.Itoa(want.Status), strconv.Itoa(seen.Status))
	}
	for _, name := range slices.Sorted(maps.Keys(want.Headers)) {
		value := want.Headers[name]
		got, there := header[http.CanonicalHeaderKey(name)]
		text := strings.Join(got, "\n")
		switch {
		case value == nil && there:
			differ("header "+name, "none", text)
		case value != nil && !there:
			differ("header "+name, *value, "none")
		case value != nil && text != *value:
			differ("header "+name, *value, text)
		}
	}
	if want.Body != nil && string(body) != *want.Body {
		differ("body", *want.Body, seen.Body)
	}
	if want.BodyBase64 != nil {
		if got := base64.StdEncoding.EncodeToString(body); got != *want.BodyBase64 {
			differ("body", *want.BodyBase64, got[:min(len(got), maxShown)])
		}
	}
	if !strings.Contains(string(body), want.BodyContains) {
		differ("body", "… "+want.BodyContains+" …", seen.Body)
	}
	for _, part := range want.Log {
		if !slices.ContainsFunc(seen.Log, func(line string) bool { return strings.Contains(line, part) }) {
			differ("log", part, logEnd(seen.Log))
		}
	}
	if want.Rule != nil {
		var ids, ofRequest []string
		for _, f := range seen.Findings {
			ids = append(ids, orElse(f.Rule, f.Message))
			if !f.Before {
				ofRequest = append(ofRequest, orElse(f.Rule, f.Message))
			}
		}
		switch got := strings.Join(ids, ", "); {
		case *want.Rule == "" && len(ofRequest) > 0:
			differ("rule", "none", strings.Join(ofRequest, ", "))
		case *want.Rule == "":
		case !slices.Contains(ids, *want.Rule):
			differ("rule", *want.Rule, orElse(got, "none"))
		}
	}
	return differences
}

// logEnd returns the lines of a log that say how a request ended.
func logEnd(lines []string) string {
	if len(lines) == 0 {
		return "no log"
	}
	const last = 3
	if len(lines) <= last {
		return strings.Join(lines, "\n")
	}
	return fmt.Sprintf("%d lines, the last of which are\n%s", len(lines), strings.Join(lines[len(lines)-last:], "\n"))
}
