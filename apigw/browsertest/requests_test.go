package browsertest

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// showRequest opens the page of a request, and waits until its boxes are there.
func showRequest(t testing.TB, s *server, id string, look look) *tab {
	t.Helper()
	p := show(t, s, "/_local/requests/"+id, look)
	p.until("the boxes of the request are shown", `document.querySelectorAll('.picture [data-box]').length === 5`)
	return p
}

// boxes returns the state of each box of the picture.
func (p *tab) boxes() map[string]string {
	p.t.Helper()
	return eval[map[string]string](p, `Object.fromEntries([...document.querySelectorAll('.picture [data-box]')].map((box) =>
		[box.dataset.box, ['failed', 'skipped', 'made', 'noted', 'passed'].find((state) => box.classList.contains(state))]))`)
}

const statusShown = `.request-head [data-testid="status"]`

func TestARequestIsComposedAndSent(t *testing.T) {
	s := shared.get(t)
	proxy, _ := doors(t, s.folder)
	p := show(t, s, "/", laptop)
	p.find("textbox", "^Path").fill(proxy.path + proxy.route + "?name=Grace")
	p.find("button", "^Send$").click()
	p.shows(statusShown, "200")
	p.shows(".picture", "Method request")
	if got := eval[string](p, `location.pathname`); !strings.HasPrefix(got, "/_local/requests/") {
		t.Errorf("got the address %s, want that of the request", got)
	}
	p.find("button", "Lambda function").click()
	p.shows(".box-details", "Grace")
	id := eval[string](p, `decodeURIComponent(location.pathname.split('/').pop())`)
	if got := s.send(t, "GET", "/_local/requests/"+id, "", "Accept: application/json"); !strings.Contains(got.body, "Grace") {
		t.Errorf("got the record %s, want one of the request that was sent", short(got.body))
	}
}

func TestARouteOffersExamples(t *testing.T) {
	s := shared.get(t)
	p := show(t, s, "/", laptop)
	p.find("button", "^POST .* mapped").click()
	p.until("the form holds an example", `document.getElementById('composer-path').value.length > 1 && document.getElementById('composer-examples').options.length > 2`)
	p.find("button", "^Send$").click()
	p.until("the response is shown", `document.querySelector('`+statusShown+`')?.textContent`)
}

func TestTheComposerSaysWhatIsWrong(t *testing.T) {
	s := shared.get(t)
	p := show(t, s, "/", laptop)
	p.expect("/_local/send") // whose refusal the browser writes to the console
	for _, path := range []string{"https://example.com/", "no slash", "//example.com/x"} {
		p.find("textbox", "^Path").fill(path)
		p.find("button", "^Send$").click()
		p.until("a refusal or a response is shown for "+path, `document.querySelector('#composer [role=alert]:not([hidden])')?.textContent || document.querySelector('`+statusShown+`')`)
	}
	for _, record := range strings.SplitAfter(s.send(t, "GET", "/_local/requests", "").body, "\n") {
		if strings.Contains(record, `"status": 200`) && strings.Contains(record, "example.com") {
			t.Errorf("got %s, want nothing from another host", record)
		}
	}
}

func TestRequestsOfOtherClientsArriveLive(t *testing.T) {
	s := oddServer(t)
	p := show(t, s.server, "/", laptop)
	p.until("the view is there", `document.querySelector('#history .row, #history .none:not([hidden])') && document.querySelector('#routes button') && document.getElementById('history-size').textContent`)
	p.settled()
	_, first := s.ask(t, s.proxy, "Ada")
	p.until("a request of another client is in the list", fmt.Sprintf(`document.getElementById(%s)`, quoted("row-"+first)))
	var last string
	for range 30 {
		_, last = s.ask(t, s.mapped, "object")
	}
	p.until("the last request is in the list", fmt.Sprintf(`document.getElementById(%s)`, quoted("row-"+last)))
	if got := p.shifts(); len(got) != 0 {
		t.Errorf("got the shifts %q while requests arrived, want none", got)
	}
	p.screenshot("live")

	p.clickOn("#row-"+last, 0)
	p.shows(statusShown, "200")
	for range 10 {
		_, last = s.ask(t, s.mapped, "error")
	}
	p.until("the last request is in the list", fmt.Sprintf(`document.getElementById(%s)`, quoted("row-"+last)))
	p.shows(statusShown, "200") // what somebody looks at stays

	p.find("searchbox", "^Filter").fill(strings.ToUpper(last) + " get " + strings.Trim(s.mapped.path, "/"))
	p.until("the filter leaves the request that it names", fmt.Sprintf(`document.querySelectorAll('#history .row').length === 1 && document.getElementById(%s)`, quoted("row-"+last)))
	p.find("searchbox", "^Filter").fill("nothing is like this")
	p.shows("#history", "Change the filter")
}

func TestTheSameRequestThroughBothDoors(t *testing.T) {
	s := shared.get(t)
	proxy, mapped := doors(t, s.folder)
	for _, d := range []door{proxy, mapped} {
		_, id := s.ask(t, d, "Ada")
		p := showRequest(t, s, id, laptop)
		p.find("button", "^Both doors$").click()
		p.shows(`[data-testid="lenses"]`, "The client cannot tell the doors apart")
		type row struct {
			Title, Badge string
			Work         []string
		}
		rows := eval[[]row](p, `[...document.querySelectorAll('.lens-row')].map((row) => ({
			title: row.querySelector('.lens-title').firstChild.textContent, badge: row.querySelector('.lens-title .badge').textContent,
			work: [...row.querySelectorAll('.lens-work')].map((e) => e.textContent) }))`)
		if len(rows) != 5 {
			t.Fatalf("got %d rows, want one for each of the five boxes", len(rows))
		}
		for _, row := range rows {
			if len(row.Work) != 2 || row.Work[0] == row.Work[1] || row.Work[0] == "" {
				t.Errorf("%s: got the sentences %q, want two that say who does the work at each door", row.Title, row.Work)
			}
		}
		if first, last := rows[1].Badge, rows[4].Badge; first != "differs" || last != "the same" {
			t.Errorf("got %q for the integration request and %q for the method response, want differs and the same", first, last)
		}
		// The address shows the two again.
		again := open(t, eval[string](p, `location.href`), laptop)
		again.shows(`[data-testid="lenses"]`, "The client cannot tell the doors apart")
	}
}

func TestAFailureIsRedAtItsBox(t *testing.T) {
	s := oddServer(t)
	_, object := s.ask(t, s.proxy, "object")
	_, failed := s.ask(t, s.proxy, "error")
	_, lost := s.ask(t, door{path: s.proxy.path, route: "/no/such/route"}, "x")
	for _, c := range []struct {
		name, id          string
		broke             string
		skipped           []string
		finding, log, fix string
	}{
		{"a result that is no proxy response", object, "integration response", nil, "Hello", "Malformed Lambda proxy response", "proxyresponse.JSON"},
		{"a function that fails", failed, "backend", []string{"integration response"}, "nothing works", "", ""},
		{"a path that no route has", lost, "method request", []string{"integration request", "backend", "integration response"}, "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := showRequest(t, s.server, c.id, laptop)
			got := p.boxes()
			var broke, skipped []string
			for _, box := range []string{"method request", "integration request", "backend", "integration response", "method response"} {
				switch got[box] {
				case "failed":
					broke = append(broke, box)
				case "skipped":
					skipped = append(skipped, box)
				}
			}
			if !slices.Equal(broke, []string{c.broke}) || !slices.Equal(skipped, c.skipped) {
				t.Errorf("got %v, want %s failed and %q never reached", got, c.broke, c.skipped)
			}
			if got := eval[string](p, `document.querySelector('.picture [aria-pressed="true"]').dataset.box`); got != c.broke {
				t.Errorf("got the box %q open, want %q", got, c.broke)
			}
			if got := eval[string](p, `getComputedStyle(document.querySelector('.picture .failed')).borderTopColor`); !red(got) {
				t.Errorf("got the colour %s of the box, want red", got)
			}
			finding := p.text(`[data-testid="finding"]`)
			for _, want := range []string{c.finding, c.log, c.fix} {
				if !strings.Contains(finding, want) {
					t.Errorf("got the finding %q, want one with %q", finding, want)
				}
			}
			p.screenshot("failure-" + c.name)
		})
	}
}

// red reports whether a colour of CSS is red before all.
func red(colour string) bool {
	var r, g, b int
	_, err := fmt.Sscanf(colour, "rgb(%d, %d, %d)", &r, &g, &b)
	return err == nil && r > 2*g && r > 2*b
}

func TestEachByteOfAResultIsTraced(t *testing.T) {
	s := shared.get(t)
	_, mapped := doors(t, s.folder)
	_, id := s.ask(t, mapped, "Ada")
	p := showRequest(t, s, id, laptop)
	p.find("button", "^Integration request").click()
	p.until("where the bytes come from is shown", `document.querySelectorAll('.provenance [data-spans]').length > 0`)
	const lit = `[...document.querySelectorAll('.provenance .pane')].map((pane) => [...pane.querySelectorAll('.lit')].map((e) => e.textContent).join(''))`
	if got := strings.Join(eval[[]string](p, lit), ""); got != "" {
		t.Errorf("got %q lit before anybody points at anything, want nothing", got)
	}
	// The panes are input, template, result.
	ada := eval[int](p, `[...document.querySelectorAll('[data-testid="result"] .spot')].findIndex((e) => e.textContent.includes('Ada'))`)
	p.pointAt(`[data-testid="result"] .spot`, ada)
	p.until("the expression and the input of a byte light up", lit+`.every((text) => text !== '')`)
	fromByte := eval[[]string](p, lit)
	if !strings.Contains(fromByte[1], "$") || !strings.Contains(fromByte[0], "name") || !strings.Contains(fromByte[2], "Ada") {
		t.Errorf("got %q lit for a byte, want the input, the expression and the byte", fromByte)
	}
	p.until("the expression is in sight", `(([at, within]) => at.top >= within.top && at.bottom <= within.bottom)(['.provenance .pane:nth-child(2) .lit', '.provenance .pane:nth-child(2) pre'].map((each) => document.querySelector(each).getBoundingClientRect()))`)
	p.screenshot("provenance-byte")

	p.pointAt("h2", 0)
	p.until("the light goes out", lit+`.every((text) => text === '')`)
	expression := eval[int](p, `[...document.querySelectorAll('.provenance .pane:nth-child(2) .spot')].findIndex((e) => e.getAttribute('aria-label').includes('Ada'))`)
	p.pointAt(".provenance .pane:nth-child(2) .spot", expression)
	p.until("the bytes of an expression light up", lit+`[2].includes('Ada')`)
	p.pointAt(".provenance .reads .spot", 0)
	p.until("the bytes of an input light up", lit+`[2].includes('Ada')`)

	// The same with keys: focus lights up.
	eval[bool](p, fmt.Sprintf(`(document.querySelectorAll('[data-testid="result"] .spot')[%d].focus(), true)`, ada))
	p.until("the focus lights up as the pointer does", lit+`[1].includes('$')`)
}

// A failure is mended while its page is open, and the page is open over a restart of the
// gateway.
func TestAFailureIsMendedAndAPageOutlivesARestart(t *testing.T) {
	folder, proxy, _ := oddFolder(t)
	s := serve(t, folder, "")
	_, id := s.ask(t, proxy, "object")
	p := showRequest(t, s, id, laptop)
	p.shows(statusShown, "502")

	source := filepath.Join(folder, proxy.source, "main.go")
	content, err := os.ReadFile(source)
	if err != nil {
		t.Fatal(err)
	}
	mended := strings.Replace(string(content), "return []byte(`{\"Hello\":\"World\"}`), nil", `return result("World"), nil`, 1)
	if err := os.WriteFile(source, []byte(mended), 0o644); err != nil {
		t.Fatal(err)
	}
	p.until("the mended function answers", fmt.Sprintf(`fetch(%s).then((r) => r.status === 200)`, quoted(proxy.path+proxy.route+"?name=object")))
	p.until("nothing is being built", `document.getElementById('app-state').hidden`)
	p.expect("502") // as it did until it was built
	p.find("button", "^Run again$").click()
	p.shows(statusShown, "200")
	if got := p.boxes()["integration response"]; got != "passed" {
		t.Errorf("got the state %q of the box that was red, want passed", got)
	}

	p.expect("ERR_CONNECTION_REFUSED")
	p.expect("ERR_INCOMPLETE_CHUNKED_ENCODING")
	p.expect("ERR_CONNECTION_RESET")
	s.stop()
	p.shows("#connection", "not running")
	p.screenshot("gateway-gone")
	again := serve(t, folder, strings.TrimPrefix(s.url, "http://"))
	p.until("the page is live again", ready)
	p.shows(statusShown, "200") // what somebody looks at stays
	_, next := again.ask(t, proxy, "Ada")
	p.until("the list is that of the new process", fmt.Sprintf(`document.getElementById(%s) && document.querySelectorAll('#history .row').length === 1`, quoted("row-"+next)))
}

func TestWhatIsNotKeptIsSaid(t *testing.T) {
	s := shared.get(t)
	for _, id := range []string{"no-such-id", "%3Cscript%3Ealert(1)%3C%2Fscript%3E", url.PathEscape("\x1b[31m")} {
		p := blank(t, laptop)
		p.expect("404") // which the browser writes to the console
		p.navigate(s.url + "/_local/requests/" + id)
		p.shows("#request", "no such request")
	}
}
