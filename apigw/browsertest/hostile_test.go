package browsertest

import (
	"net/url"
	"strings"
	"testing"
)

// harmless fails the test if something that a request brought has become part of the page.
func (p *tab) harmless(what string) {
	p.t.Helper()
	for _, c := range []struct{ name, expression string }{
		{"a script of it ran", `window.pwned !== undefined`},
		{"its element is there", `document.querySelector('img[src="x"], svg[onload], a[href^="javascript"]') !== null`},
		{"its control characters are there", `/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/.test(document.body.innerText.replace(/\r/g, ''))`},
	} {
		if eval[bool](p, c.expression) {
			p.t.Errorf("%s: %s, want text alone", what, c.name)
		}
	}
}

func TestWhatARequestBringsIsText(t *testing.T) {
	s := oddServer(t)
	ids := map[string]string{}
	for _, name := range []string{"markup", "terminal", "bytes", "large", markup, "\x1b[31m\x07", strings.Repeat("long", 1000)} {
		for _, d := range []door{s.proxy, s.mapped} {
			_, ids[short(name)+" at "+d.path] = s.ask(t, d, name)
		}
	}
	headers := s.send(t, "GET", s.proxy.path+s.proxy.route, "", "X-Markup: "+markup, "User-Agent: "+markup)
	ids["headers"] = headers.header.Get("X-Amzn-Requestid")
	path := s.send(t, "GET", s.proxy.path+"/"+url.PathEscape(markup), "")
	ids["a path"] = path.header.Get("X-Amzn-Requestid")
	body := s.send(t, "POST", s.proxy.path+s.proxy.route, markup+"\xff\xfe\x1b[31m", "Content-Type: application/json")
	ids["a body"] = body.header.Get("X-Amzn-Requestid")
	large := s.send(t, "POST", s.proxy.path+s.proxy.route, `{"name":"`+strings.Repeat("0123456789", 500_000)+`"}`, "Content-Type: application/json")
	ids["a body of 5 MB"] = large.header.Get("X-Amzn-Requestid")

	p := show(t, s.server, "/", laptop)
	for what, id := range ids {
		if id == "" {
			t.Errorf("%s: got no request id, want one", what)
			continue
		}
		p.navigate(s.url + "/_local/requests/" + id)
		p.until("the boxes of "+what+" are shown", `document.querySelectorAll('.picture [data-box]').length === 5`)
		for _, box := range []string{"method request", "integration request", "backend", "integration response", "method response"} {
			eval[bool](p, `(document.querySelector('.picture [data-box="`+box+`"]').click(), true)`)
			p.until("no origin is looked for", `!document.querySelector('.box-details')?.textContent.includes('Looking where')`)
			p.harmless(what + ", " + box)
		}
		if got := eval[int](p, `document.querySelectorAll('*').length`); got > 5000 {
			t.Errorf("%s: got a page of %d elements, want at most 5000", what, got)
		}
	}
	for _, problem := range p.misplaced() {
		t.Errorf("the page does not fit: %s", problem)
	}
}

func TestWhatIsPlayedWithIsText(t *testing.T) {
	s := shared.get(t)
	p := show(t, s, playgroundPath, laptop)
	for _, text := range []string{markup, quoted(markup), `{"statusCode":200,"body":` + quoted(markup) + `}`, `{"statusCode":200,"body":"\u001b[31m\u009b2J","headers":{` + quoted(markup) + `:"x"}}`} {
		p.find("textbox", "^What the function returned").fill(text)
		p.verdicts()
		p.harmless(short(text))
	}
	// 5 MB, which no address holds.
	p.find("textbox", "^What the function returned").fill(`{"statusCode":200,"body":"` + strings.Repeat("0123456789", 500_000) + `"}`)
	p.until("the page says that a link would not show it", `document.getElementById('link-state').textContent.includes('Too large')`)
	p.until("the page answers", `document.querySelector('[data-testid="doors"]').innerText.trim()`)
}

func TestDataIsNoPage(t *testing.T) {
	s := oddServer(t)
	_, id := s.ask(t, s.proxy, "markup")
	// What is read as JSON or text is never a page to a browser.
	for _, path := range []string{"/_local/requests", "/_local/requests/" + id, "/_local/requests/" + id + "/export?as=curl", "/_local/requests/" + id + "/provenance"} {
		got := s.send(t, "GET", path, "", "Accept: application/json")
		if kind := got.header.Get("Content-Type"); strings.Contains(kind, "html") {
			t.Errorf("%s: got the type %q, want no page", path, kind)
		}
	}
}
