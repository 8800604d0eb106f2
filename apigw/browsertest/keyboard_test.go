package browsertest

import (
	"fmt"
	"strings"
	"testing"

	"example.com/apigw/internal/inspector/page"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// focused describes the element that has the focus, and whether one sees that it has.
type focused struct {
	Name    string
	Visible bool
	Number  int // among those that can have it, or -1
}

// reachable numbers what the Tab key should reach: a group of radio buttons counts once.
const reachable = `(() => {
	const seen = new Set();
	window.reachable = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex], [contenteditable="true"]')].filter((e) => {
		if (e.disabled || e.tabIndex < 0 || !e.checkVisibility({ visibilityProperty: true })) return false;
		if (e.type !== 'radio') return true;
		const one = !seen.has(e.name);
		seen.add(e.name);
		return one;
	});
	return window.reachable.map((e) => e.tagName + ' ' + (e.id || e.getAttribute('aria-label') || e.textContent.trim().slice(0, 30)));
})()`

const focus = `(() => {
	let e = document.activeElement;
	const style = getComputedStyle(e);
	// A part may show the focus of what is in it, as an editor does.
	const shows = (e) => { const s = getComputedStyle(e); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== 'none'; };
	let visible = false;
	for (let at = e, i = 0; at && at !== document.body && i < 4 && !visible; at = at.parentElement, i++) visible = shows(at) && (at === e || at.matches(':focus-within') && !at.matches('.panel'));
	const same = (other) => other === e || other.type === 'radio' && e.type === 'radio' && other.name === e.name;
	return { name: e.tagName + ' ' + (e.id || e.getAttribute('aria-label') || e.className || e.textContent.trim().slice(0, 30)), visible, number: window.reachable.findIndex(same) };
})()`

// walk presses Tab until the focus has been everywhere, and fails the test for what it
// does not reach and where one does not see it.
func (p *tab) walk(view string) {
	p.t.Helper()
	names := eval[[]string](p, reachable)
	missing := map[int]bool{}
	for i := range names {
		missing[i] = true
	}
	blind := map[string]bool{}
	for range 2*len(names) + 10 {
		if len(missing) == 0 {
			break
		}
		p.press(kb.Tab)
		at := eval[focused](p, focus)
		delete(missing, at.Number)
		if at.Number >= 0 && !at.Visible {
			blind[at.Name] = true
		}
	}
	for i := range missing {
		p.t.Errorf("%s: the Tab key does not reach %s", view, names[i])
	}
	for name := range blind {
		p.t.Errorf("%s: one does not see that %s has the focus", view, name)
	}
}

func TestTheTabKeyReachesEverything(t *testing.T) {
	s := shared.get(t)
	_, mapped := doors(t, s.folder)
	_, id := s.ask(t, mapped, "Ada")
	for _, view := range page.Views() {
		t.Run(view.Name, func(t *testing.T) {
			p := show(t, s, view.Path, laptop)
			p.until("the view is filled", `document.querySelector('main h1') && !document.querySelector('main').textContent.includes('Asking which')`)
			p.walk(view.Name)
		})
	}
	t.Run("a request", func(t *testing.T) {
		p := showRequest(t, s, id, laptop)
		p.until("where the bytes come from is shown", `document.querySelectorAll('.provenance [data-spans]').length > 0`)
		p.walk("a request")
	})
	t.Run("a lesson", func(t *testing.T) {
		p := show(t, s, lessonsPath+"/"+lesson(t, s).ID, laptop)
		p.until("the lesson is there", `document.querySelectorAll('.choices button').length > 1`)
		p.walk("a lesson")
	})
	t.Run("a template", func(t *testing.T) {
		p := show(t, s, playgroundPath, laptop)
		p.find("tab", "^Try a template").click()
		p.find("button", "^Fill in an example").click()
		p.until("the output is there", `document.querySelectorAll('[data-testid="render-output"] [data-span]').length > 3`)
		p.walk("a template")
	})
}

// tabTo presses Tab until an element has the focus.
func (p *tab) tabTo(what, selector string) {
	p.t.Helper()
	for range 300 {
		if eval[bool](p, fmt.Sprintf(`document.activeElement.matches(%s)`, quoted(selector))) {
			return
		}
		p.press(kb.Tab)
	}
	p.t.Fatalf("the Tab key does not reach %s", what)
}

func TestARequestIsSentAndReadWithKeysAlone(t *testing.T) {
	s := shared.get(t)
	proxy, mapped := doors(t, s.folder)
	for _, d := range []door{proxy, mapped} {
		s.ask(t, d, "before")
	}
	p := show(t, s, "/", laptop)
	p.until("the history is there", `document.querySelectorAll('#history .row').length > 1 && document.querySelector('#routes button')`)
	p.tabTo("the list of requests", "#history")
	p.press(kb.ArrowDown)
	p.until("the first request is shown", `document.querySelectorAll('.picture [data-box]').length === 5`)
	first := eval[string](p, `location.pathname`)
	p.press(kb.ArrowDown)
	p.until("another request is shown", fmt.Sprintf(`location.pathname !== %s && document.querySelectorAll('.picture [data-box]').length === 5`, quoted(first)))

	p.tabTo("the path", "#composer-path")
	p.press("a", chromedp.ModifierCtrl)
	p.insert(mapped.path + mapped.route + "?name=Keys")
	p.press(kb.Enter)
	p.until("what was sent is shown", `document.querySelector('.request-head')?.textContent.includes('Keys')`)
	p.tabTo("a box", `.picture [data-box="method response"]`)
	p.press(kb.Enter)
	p.until("the box is open", `document.querySelector('.picture [data-box="method response"]').getAttribute('aria-pressed') === 'true'`)
	p.tabTo("both doors", `.request-head button:nth-of-type(3)`)
	p.press(" ")
	p.shows(`[data-testid="lenses"]`, "The same request through both doors")
	if got := strings.Join(p.wrong(), "\n"); got != "" {
		t.Errorf("got the problems %s, want none", got)
	}
}

func TestAChipIsPredictedWithKeysAlone(t *testing.T) {
	s := shared.get(t)
	p := show(t, s, playgroundPath, laptop)
	p.tabTo("a chip", `[data-chip="null"]`)
	p.press(kb.Enter)
	p.until("the question has the focus", `document.activeElement.matches('[data-outcome]')`)
	p.tabTo("an outcome", `[data-outcome="502"]`)
	p.press(" ")
	if got := p.verdicts(); got[0] != "502" {
		t.Errorf("got status %s, want 502", got[0])
	}
}
