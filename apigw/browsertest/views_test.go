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

// scene is something that the pages show.
type scene struct {
	name    string
	server  *server
	path    string
	prepare func(p *tab) // from the view that is ready, or nil
}

// scenes returns every view, with what it can show.
func scenes(t testing.TB) []scene {
	t.Helper()
	s, odd := shared.get(t), oddServer(t)
	proxy, mapped := doors(t, s.folder)
	_, piped := s.ask(t, proxy, "Ada")
	_, shaped := s.ask(t, mapped, "Ada")
	_, failed := odd.ask(t, odd.proxy, "object")
	_, noRoute := odd.ask(t, door{path: odd.proxy.path, route: "/no/such/route"}, "x")
	boxes := func(p *tab) {
		p.until("the boxes of the request are shown", `document.querySelectorAll('.picture [data-box]').length === 5`)
		p.until("no origin is looked for", `!document.querySelector('.box-details').textContent.includes('Looking where')`)
	}
	list := []scene{}
	for _, view := range page.Views() {
		list = append(list, scene{view.Name, s, view.Path, func(p *tab) {
			p.until("the view is filled", `!document.querySelector('main').textContent.includes('Asking which') && !document.querySelector('main').textContent.includes('Simulating')`)
		}})
	}
	return append(list,
		scene{"request with proxy integration", s, "/_local/requests/" + piped, boxes},
		scene{"request without", s, "/_local/requests/" + shaped, boxes},
		scene{"failed request", odd.server, "/_local/requests/" + failed, boxes},
		scene{"request without a route", odd.server, "/_local/requests/" + noRoute, boxes},
		scene{"both doors", s, "/_local/requests/" + shaped + "?with=" + piped, func(p *tab) {
			p.until("the two are shown", `document.querySelectorAll('.lens-row').length === 5`)
		}},
		scene{"a chip", s, playgroundPath, func(p *tab) {
			p.clickOn(`[data-chip="body-object"]`, 0)
			p.clickOn(`[data-outcome="502"]`, 0)
			p.verdicts()
		}},
		scene{"a template", s, playgroundPath, func(p *tab) {
			p.clickOn("#tab-render", 0)
			p.clickOn(`[data-testid="example"]`, 0)
			p.until("the output is there", `document.querySelectorAll('[data-testid="render-output"] [data-span]').length > 3`)
		}},
		scene{"a template of a response", s, playgroundPath, func(p *tab) {
			p.clickOn("#tab-render", 0)
			p.clickOn(`[name="direction"][value="response"]`, 0)
			p.clickOn(`[data-testid="example"]`, 0)
			p.until("the response is there", `document.querySelector('[data-testid="render-output"]').innerText.includes('404')`)
		}},
		scene{"a lesson", s, lessonsPath + "/" + lesson(t, s).ID, func(p *tab) {
			p.until("the lesson is there", `document.querySelectorAll('.choices button').length > 1`)
		}},
		scene{"a state that is not ours", s, playgroundPath + "#garbage", nil},
	)
}

func TestEverySceneFitsAndIsAccessible(t *testing.T) {
	for _, scene := range scenes(t) {
		for _, look := range []look{phone, laptop, projector, night} {
			t.Run(scene.name+" "+look.String(), func(t *testing.T) {
				p := show(t, scene.server, scene.path, look)
				if scene.prepare != nil {
					scene.prepare(p)
				}
				p.laidOut(scene.name)
				if look.width == laptop.width {
					p.accessible(scene.name)
				}
				p.screenshot(scene.name)
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
