package browsertest

import (
	"strings"
	"testing"
)

const planPath = "/_local/plan"

// answered waits until the view of plans has an answer, and returns its sentence.
func answered(p *tab) string {
	p.until("the answer is there", `document.getElementById('answer').getAttribute('aria-busy') === 'false'`)
	return eval[string](p, `document.getElementById('advice').textContent`)
}

// question is the query of the address.
const question = `location.search`

func TestPlan(t *testing.T) {
	s := shared.get(t)
	p := show(t, s, planPath, laptop)
	if got := answered(p); !strings.HasPrefix(got, "Nothing has to change for this load: up to 50 ") {
		t.Errorf("got the sentence %q, want that the app carries the load", got)
	}
	if got := eval[int](p, `document.querySelectorAll('.plan-door').length`); got != 2 {
		t.Errorf("got %d doors, want both of the app", got)
	}
	if got := eval[string](p, `document.querySelector('[name=rps]').placeholder + ' ' + document.querySelector('[name=concurrency]').placeholder`); got != "10 1000" {
		t.Errorf("got %q in grey, want what is assumed if nothing is said", got)
	}

	p.find("spinbutton", "^Requests a second$").fill("80")
	p.clickOn(`#question button[type=submit]`, 0)
	p.until("the address has the question", question+` === '?rps=80'`)
	p.shows("#advice", "To carry this load, set the throttle of the stage to 100 requests a second")
	p.shows(".findings", "the stage's throttle of 50 requests a second, 100 at once, refuses 3")
	p.shows("#doors", "A month: $")
	if got := eval[string](p, `document.querySelector('.chart').getAttribute('aria-label')`); !strings.Contains(got, "busy environments") {
		t.Errorf("got the words %q of the picture, want what it shows", got)
	}

	// The address is the question: whoever opens it sees the same.
	p.navigate(s.url + planPath + "?rps=100&pattern=spike&burst=1000000&burst-seconds=10&door=proxy&region=eu-central-1")
	if got := answered(p); !strings.Contains(got, "ask for a throttle of 1,300,000 requests a second for the account in eu-central-1") {
		t.Errorf("got the sentence %q, want what a million requests a second need", got)
	}
	if got := eval[string](p, `['burst', 'burst-seconds', 'door', 'region'].map((name) => document.querySelector('[name=' + name + ']').value).join(' ')`); got != "1000000 10 proxy eu-central-1" {
		t.Errorf("got the fields %q, want what the address says", got)
	}
	p.shows("#doors", "too low")

	p.find("button", "^Start anew$").click()
	p.until("nothing is said", question+` === '' && document.querySelector('[name=burst]').closest('label').hidden`)
	if got := answered(p); !strings.HasPrefix(got, "Nothing has to change") {
		t.Errorf("got the sentence %q after starting anew, want the first", got)
	}
}

func TestPlanOfWhatCannotBe(t *testing.T) {
	s := shared.get(t)
	for query, want := range map[string]string{
		"?rps=-5":           "Requests a second -5: expected a number from 0.001 up to 1,000,000",
		"?region=moon-1":    `no prices were found for the region "moon-1": choose one of eu-central-1, `,
		"?speed=%3Cb%3E1":   `there is no "speed"`,
		"?memory=%3Cimg%3E": "expected a whole number of 0 or more",
	} {
		p := unchecked(t, laptop)
		p.expect("400")
		p.navigate(s.url + planPath + query)
		if got := answered(p); !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
		if got := eval[int](p, `document.querySelectorAll('.plan-door, #advice *').length`); got != 0 {
			t.Errorf("%s: got %d elements of an answer, want none", query, got)
		}
	}
}

func TestPlanByKeysAlone(t *testing.T) {
	p := show(t, shared.get(t), planPath, laptop)
	answered(p)
	eval[bool](p, `(document.querySelector('[name=ms]').focus(), true)`)
	p.insert("200")
	p.press("\r")
	p.until("the address has the question", question+` === '?ms=200'`)
	answered(p)
	p.shows("#doors", "99 % of the time at most")
}
