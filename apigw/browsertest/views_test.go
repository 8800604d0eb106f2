package browsertest

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"path"
	"regexp"
	"strings"
	"testing"

	"example.com/apigw/internal/inspector/page"
)

// ready is true in a view that has loaded its scripts and has its connection.
const ready = `document.getElementById('connection')?.textContent === 'live'`

// show opens a view of a server, and waits until it is ready.
func show(t testing.TB, s *server, path string, look look) *tab {
	t.Helper()
	p := open(t, s.url+path, look)
	p.until("the view is ready", ready)
	return p
}

func TestEveryViewIsAccessible(t *testing.T) {
	s := shared.get(t)
	for _, view := range page.Views() {
		for _, look := range []look{laptop, night} {
			t.Run(view.Name+" "+look.String(), func(t *testing.T) {
				p := show(t, s, view.Path, look)
				p.accessible(view.Name)
				p.screenshot(view.Name)
			})
		}
	}
}

func TestEveryViewFits(t *testing.T) {
	s := shared.get(t)
	for _, view := range page.Views() {
		for _, look := range []look{phone, laptop, projector} {
			t.Run(view.Name+" "+look.String(), func(t *testing.T) {
				p := show(t, s, view.Path, look)
				p.laidOut(view.Name)
				p.screenshot(view.Name)
			})
		}
	}
}

// A browser has six connections to a host, and a page that keeps one for events must
// leave it to the pages after it.
func TestManyViewsAreOpenedOneAfterAnother(t *testing.T) {
	s := shared.get(t)
	p := blank(t, laptop)
	for range 4 {
		for _, view := range page.Views() {
			p.navigate(s.url + view.Path)
			p.until("the view is ready", ready)
		}
	}
}

// browserAccepts is the header by which a server knows a browser that opens an address.
const browserAccepts = "Accept: text/html,application/xhtml+xml,*/*;q=0.8"

func TestEveryViewHasAStrictPolicy(t *testing.T) {
	s := shared.get(t)
	for _, view := range page.Views() {
		policy := s.send(t, "GET", view.Path, "", browserAccepts).header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy+";", want+";") {
				t.Errorf("%s: got the policy %q, want one with %q", view.Name, policy, want)
			}
		}
		for _, never := range []string{"unsafe-", "*", "http:", "https:", "script-src 'self' "} {
			if strings.Contains(policy, never) {
				t.Errorf("%s: got the policy %q, want one without %q", view.Name, policy, never)
			}
		}
	}
}

// maxWeight bounds what all views weigh together, without the editor.
const maxWeight = 60_000

func TestTheViewsAreLight(t *testing.T) {
	s := shared.get(t)
	total, seen := 0, map[string]bool{}
	var weigh func(address string)
	weigh = func(address string) {
		if seen[address] || strings.Contains(address, "/vendor/") {
			return
		}
		seen[address] = true
		got := s.send(t, "GET", address, "", browserAccepts)
		if got.status != http.StatusOK {
			t.Errorf("%s: got status %d, want 200", address, got.status)
			return
		}
		weight := compressed(t, got.body)
		t.Logf("%6d bytes %s", weight, address)
		total += weight
		for _, found := range refers.FindAllStringSubmatch(got.body, -1) {
			if next := found[1]; strings.HasPrefix(next, page.AssetsPath) {
				weigh(next)
			} else if strings.HasPrefix(next, "./") || strings.HasPrefix(next, "../") {
				weigh(path.Join(path.Dir(address), next))
			}
		}
	}
	for _, view := range page.Views() {
		weigh(view.Path)
	}
	if len(seen) < 8 {
		t.Errorf("got %d files, want the views with their scripts and styles", len(seen))
	}
	t.Logf("%6d bytes together, compressed", total)
	if total > maxWeight {
		t.Errorf("the views weigh %d bytes, want at most %d", total, maxWeight)
	}
}

// refers finds what a page, a script or a style refers to.
var refers = regexp.MustCompile(`(?:src=|href=|from |import |import\(|url\()["']?([^"'\s)]+)`)

func compressed(t testing.TB, content string) int {
	t.Helper()
	var out bytes.Buffer
	writer, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	writer.Write([]byte(content))
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}
