package browsertest

import (
	"fmt"
	"strings"
	"testing"
)

const playgroundPath = "/_local/playground"

// verdicts returns the statuses that the doors show, with proxy integration and without.
func (p *tab) verdicts() []string {
	p.t.Helper()
	p.until("both doors have answered", `document.querySelectorAll('[data-testid="doors"] [data-testid="status"]').length === 2`)
	return eval[[]string](p, `['proxy', 'mapped'].map((door) => document.querySelector('[data-testid="' + door + '"] [data-testid="status"]').textContent)`)
}

func TestEachChipIsPredictedAndSeen(t *testing.T) {
	s := shared.get(t)
	p := show(t, s, playgroundPath, laptop)
	p.clickOn(`[data-chip="good"]`, 0)
	if got := p.verdicts(); got[0] != "200" || got[1] != "200" {
		t.Fatalf("a good answer: got the statuses %q, want 200 at both doors", got)
	}
	// What each chip does is a fact of API Gateway, and not what the page says.
	proxy := map[string]string{
		"body-object": "502", "status-text": "201", "extra-key": "502", "header-list": "502", "header-number": "200", "null": "502",
		"whole-string": "502", "no-envelope": "502", "status-missing": "200", "status-short": "502", "key-case": "502", "cookies": "502",
		"double-encoded": "200", "binary-unflagged": "200", "threw": "502",
	}
	chips := eval[[]string](p, `[...document.querySelectorAll('[data-chip]')].map((chip) => chip.dataset.chip).filter((chip) => chip !== 'good')`)
	if len(chips) != len(proxy) {
		t.Errorf("got the chips %q, want those of %v", chips, proxy)
	}
	for _, chip := range chips {
		p.clickOn(fmt.Sprintf(`[data-chip=%q]`, chip), 0)
		p.until("the learner is asked", `document.querySelectorAll('[data-outcome]').length === 4`)
		if got := p.text(`[data-testid="doors"]`); !strings.Contains(got, "Predict first") {
			t.Errorf("%s: the doors show %q before the prediction, want nothing of the answer", chip, got)
		}
		p.clickOn(`[data-outcome="502"]`, 0)
		got := p.verdicts()
		if got[0] != proxy[chip] {
			t.Errorf("%s: got status %s with proxy integration, want %s", chip, got[0], proxy[chip])
		}
		p.until("the prediction is judged", `document.querySelector('[data-testid="prediction"] .outcome')?.textContent.includes('gateway') === false`)
		if proxy[chip] == "502" {
			if log := p.text(`[data-testid="proxy"] [data-testid="log"]`); !strings.Contains(log, "Malformed Lambda proxy response") && chip != "threw" || chip == "threw" && !strings.Contains(log, "customer function error") {
				t.Errorf("%s: got the line %q, want that of API Gateway's log", chip, log)
			}
			if finding := p.text(`[data-testid="proxy"] [data-testid="finding"]`); !strings.Contains(finding, "Do this") {
				t.Errorf("%s: got the finding %q, want one with what to do", chip, finding)
			}
		}
	}
	p.screenshot("playground-chip")
}

func TestWhatIsPastedIsJudged(t *testing.T) {
	s := shared.get(t)
	p := show(t, s, playgroundPath, laptop)
	p.find("textbox", "^What the function returned").click()
	p.insert(`{"statusCode": 200, "body": {"a": 1}}`)
	if got := p.verdicts(); got[0] != "502" || got[1] != "200" {
		t.Errorf("got the statuses %q, want 502 and 200", got)
	}
	if got := p.text(`[data-testid="proxy"] [data-testid="body"]`); !strings.Contains(got, "Internal server error") {
		t.Errorf("got the body %q, want what the client gets", got)
	}
}

func TestALinkShowsTheStateToSomebodyElse(t *testing.T) {
	s := shared.get(t)
	for _, c := range []struct {
		name string
		do   func(p *tab)
		want string // that the other one sees, as an expression
	}{
		{"a result", func(p *tab) {
			p.find("textbox", "^What the function returned").click()
			p.insert(`{"Hello": "Zoë 😀"}`)
			p.verdicts()
		}, `document.querySelector('[data-testid="mapped"] [data-testid="body"]')?.textContent.includes('Zoë 😀') && document.querySelector('[data-testid="proxy"] [data-testid="status"]').textContent === '502'`},
		{"a template", func(p *tab) {
			p.find("tab", "^Try a template").click()
			p.find("button", "^Fill in an example").click()
			p.shows(`[data-testid="render-output"]`, `"name": "Ada"`)
		}, `document.querySelector('[data-testid="render-output"]')?.innerText.includes('"name": "Ada"')`},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := show(t, s, playgroundPath, laptop)
			c.do(p)
			p.until("the state is in the address", `location.hash.length > 10`)
			other := open(t, eval[string](p, `location.href`), laptop)
			other.until("somebody else sees the same", c.want)
		})
	}
}

func TestAStateThatIsNotOursShowsAnEmptyPlayground(t *testing.T) {
	s := shared.get(t)
	for _, hash := range []string{"#garbage", "#{}", "#%ff%fe", "#1.AAAA", "#<script>window.pwned=1</script>", "#" + strings.Repeat("A", 100_000)} {
		p := show(t, s, playgroundPath+hash, laptop)
		p.until("the page says so", `!document.getElementById('state-problem').hidden && document.getElementById('state-problem').textContent.includes('empty playground')`)
		if got := eval[bool](p, `window.pwned === undefined && document.querySelector('[data-testid="doors"]').textContent.includes('What will the client get?')`); !got {
			t.Errorf("%s: the playground is not empty, want it empty:\n%s", short(hash), p.text("main"))
		}
	}
}

func TestATemplateIsTraced(t *testing.T) {
	s := shared.get(t)
	p := show(t, s, playgroundPath, laptop)
	p.find("tab", "^Try a template").click()
	p.find("button", "^Fill in an example").click()
	p.until("the output is there", `document.querySelectorAll('[data-testid="render-output"] [data-span]').length > 3`)
	at := eval[int](p, `[...document.querySelectorAll('[data-testid="render-output"] [data-span]')].findIndex((e) => e.textContent.includes('Ada'))`)
	p.pointAt(`[data-testid="render-output"] [data-span]`, at)
	p.until("the expression and the input light up", `document.querySelector('[data-testid="template-editor"] .lit, [data-testid="template-editor"] [class*="lit"]') && document.querySelector('[data-testid="body-editor"] [class*="lit"]')`)
	p.screenshot("playground-traced")
}

func TestATemplateWithAMistakeIsMarkedAtItsPlace(t *testing.T) {
	s := shared.get(t)
	p := show(t, s, playgroundPath, laptop)
	p.find("tab", "^Try a template").click()
	p.find("textbox", "^Request template").click()
	p.insert("{\"a\": #if($x) 1")
	p.until("the mistake is told", `document.querySelector('.problems')?.innerText.trim()`)
	p.until("and marked", `document.querySelector('[data-testid="template-editor"] .cm-lintRange, [data-testid="template-editor"] .cm-lint-marker, [data-testid="template-editor"] [class*="problem"]')`)
}
