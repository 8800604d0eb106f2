package browsertest

import (
	"strings"
	"testing"

	"example.com/apigw/internal/inspector/page"
)

func TestOtherSitesAreRefused(t *testing.T) {
	s := shared.get(t)
	here := strings.TrimPrefix(s.url, "http://")
	paths := []string{"/_local/apis", "/_local/requests", page.AssetsPath + "base.css"}
	for _, view := range page.Views() {
		paths = append(paths, view.Path)
	}
	for _, c := range []struct {
		name    string
		headers []string
		want    int
	}{
		{"a program", nil, 200},
		{"our own page", []string{"Origin: " + s.url}, 200},
		{"another site's page", []string{"Origin: https://attacker.example"}, 403},
		{"a page of another port", []string{"Origin: http://127.0.0.1:1"}, 403},
		{"a page without an origin", []string{"Origin: null"}, 403},
		{"a name that somebody made lead here", []string{"Host: attacker.example:80"}, 403},
		{"such a name with our own page's origin", []string{"Host: attacker.example", "Origin: " + s.url}, 403},
		{"an address here by another name", []string{"Host: " + strings.Replace(here, "127.0.0.1", "localhost", 1)}, 200},
	} {
		for _, path := range paths {
			if got := s.send(t, "GET", path, "", append(c.headers, browserAccepts)...); got.status != c.want {
				t.Errorf("%s, %s: got status %d, want %d: %s", c.name, path, got.status, c.want, short(got.body))
			}
		}
	}
}

// A page of another site cannot read what was recorded, nor show it in a frame.
func TestAPageOfAnotherSiteReadsNothing(t *testing.T) {
	s := shared.get(t)
	url := pages(t, "", map[string]string{"/": pageOf(`<iframe title="frame" src="` + s.url + `/"></iframe>`)})
	p := unchecked(t, laptop)
	p.navigate(url + "/")
	for _, expression := range []string{
		`fetch('` + s.url + `/_local/requests').then((r) => r.text())`,
		`fetch('` + s.url + `/_local/requests', { mode: 'no-cors' }).then((r) => r.text())`,
		`import('` + s.url + page.AssetsPath + `dom.js').then((m) => Object.keys(m).join())`,
	} {
		if got, err := evaluate[string](p, expression); err == nil && got != "" {
			t.Errorf("%s: got %q, want nothing", expression, short(got))
		}
	}
	if got := eval[bool](p, `document.querySelector('iframe').contentDocument === null`); !got {
		t.Error("the page in the frame can be read, want not")
	}
	if got := strings.Join(p.wrong(), "\n"); !strings.Contains(got, "frame-ancestors") {
		t.Errorf("got the problems %s, want one of frame-ancestors", got)
	}
}
