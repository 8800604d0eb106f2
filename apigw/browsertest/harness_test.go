package browsertest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/apigw/internal/testwait"
)

// pages serves pages by their paths.
func pages(t *testing.T, policy string, pages map[string]string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, ok := pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if policy != "" {
			w.Header().Set("Content-Security-Policy", policy)
		}
		w.Write([]byte(content))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// pageOf returns a page that has nothing wrong, with a content.
func pageOf(content string) string {
	return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>a page</title><link rel="icon" href="data:,"></head><body><main><h1>a page</h1>` + content + `</main></body></html>`
}

func TestWhatIsWrongWithAPageIsNoticed(t *testing.T) {
	for _, c := range []struct {
		name, policy, content, want string
	}{
		{"nothing", "", `<p>fine</p>`, ""},
		{"an exception", "", `<script>throw new Error('lost')</script>`, "exception: Uncaught Error: lost"},
		{"a promise that nobody handles", "", `<script>Promise.reject(new Error('dropped'))</script>`, "dropped"},
		{"an error on the console", "", `<script>console.error('odd')</script>`, `console.error: "odd"`},
		{"a file that is not there", "", `<img alt="" src="/gone">`, "404"},
		{"a script that the policy forbids", "script-src 'self'", `<script>1</script>`, "policy: script-src-elem inline"},
		{"a style that the policy forbids", "style-src 'self'", `<p style="color: red">x</p>`, "policy: style-src-attr inline"},
		{"a dialog", "", `<script>setTimeout(() => alert('pwned'))</script>`, "dialog: pwned"},
	} {
		t.Run(c.name, func(t *testing.T) {
			url := pages(t, c.policy, map[string]string{"/": pageOf(c.content)})
			p := unchecked(t, laptop)
			p.navigate(url + "/")
			if c.want == "" {
				if got := p.wrong(); len(got) != 0 {
					t.Errorf("got the problems %q, want none", got)
				}
				return
			}
			testwait.Until(t, "a problem with the text "+c.want+" is noticed", func() bool {
				return strings.Contains(strings.Join(p.wrong(), "\n"), c.want)
			})
		})
	}
}

func TestAProblemThatIsExpectedIsNone(t *testing.T) {
	url := pages(t, "", map[string]string{"/": pageOf(`<script>console.error('odd')</script>`)})
	p := unchecked(t, laptop)
	p.expect("odd")
	p.navigate(url + "/")
	if got := p.wrong(); len(got) != 0 {
		t.Errorf("got the problems %q, want none", got)
	}
}

func TestWhatDoesNotFitIsNoticed(t *testing.T) {
	const style = `<style>body, p { margin: 0 } main { line-height: 1.5 } .a { position: absolute; top: 100px; left: 20px }</style>`
	for _, c := range []struct {
		name, content, want string
	}{
		{"nothing", `<p>one</p><p>two</p><label>name <input></label><button>Send</button>`, ""},
		{"a page that is too wide", `<div id="w" style="width: 3000px">wide</div>`, "scrolls sideways, 3000 > 1280: div#w"},
		{"a wide part that scrolls by itself", `<div style="overflow: auto"><div style="width: 3000px">wide</div></div>`, ""},
		{"two texts at one place", `<p class="a">one</p><p class="a">two</p>`, `p.a "one" overlaps p.a "two"`},
		{"a text at a button", `<p class="a">one</p><button class="a">Send</button>`, "overlaps"},
		{"texts of which one is cut off", `<div style="overflow: hidden; height: 1em"><br><br><br><b>x</b></div><p>two</p>`, ""},
		{"a text that only machines read", `<p class="a">one</p><p class="a" style="clip-path: inset(50%)">two</p>`, ""},
		{"a text in a text", `<p>one <b>two <i>three</i></b></p>`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := open(t, pages(t, "", map[string]string{"/": pageOf(style + c.content)})+"/", laptop)
			got := p.misplaced()
			if c.want == "" && len(got) > 0 || c.want != "" && !strings.Contains(strings.Join(got, "\n"), c.want) {
				t.Errorf("got %q, want one with %q", got, c.want)
			}
		})
	}
}

func TestWhatMovesIsNoticed(t *testing.T) {
	p := open(t, pages(t, "", map[string]string{"/": pageOf(`<p id="first"></p><p>text</p>`)})+"/", laptop)
	if got := p.shifts(); len(got) != 0 {
		t.Errorf("a page where nothing happens: got the shifts %q, want none", got)
	}
	eval[bool](p, `(document.getElementById('first').style.height = '300px', true)`)
	testwait.Until(t, "the text that moved is noticed", func() bool { return len(p.shifts()) > 0 })
}

func TestBarriersAreNoticed(t *testing.T) {
	for _, c := range []struct {
		name, content, want string
	}{
		{"nothing", `<p>text</p>`, ""},
		{"little contrast", `<p style="color: #aaa; background: #fff">text</p>`, "color-contrast"},
		{"a field without a label", `<input>`, "label"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := open(t, pages(t, "", map[string]string{"/": pageOf(c.content)})+"/", laptop)
			got := p.barriers()
			if c.want == "" && len(got) > 0 || c.want != "" && !strings.Contains(strings.Join(got, "\n"), c.want) {
				t.Errorf("got %q, want one with %q", got, c.want)
			}
		})
	}
}

func TestElementsAreFoundByRoleAndName(t *testing.T) {
	p := open(t, pages(t, "", map[string]string{"/": pageOf(`<label>Path <input></label><button aria-label="Send it">x</button><p id="said"></p>` +
		`<script>document.querySelector('button').onclick = () => { document.getElementById('said').textContent = document.querySelector('input').value; }</script>`)})+"/", laptop)
	p.find("textbox", "^Path$").fill("/one")
	p.find("textbox", "^Path$").fill("/two")
	p.find("button", "^Send").click()
	p.shows("#said", "/two")
	if got := with[string](p.find("button", "Send"), `function () { return this.textContent; }`); got != "x" {
		t.Errorf("got the text %q of the button, want x", got)
	}
	if got := len(p.all("button", "Delete")); got != 0 {
		t.Errorf("got %d buttons with a name that none has, want 0", got)
	}
}

func TestTabsHaveStorageOfTheirOwn(t *testing.T) {
	url := pages(t, "", map[string]string{"/": pageOf("")}) + "/"
	eval[bool](open(t, url, laptop), `(localStorage.setItem('a', 'b'), true)`)
	if got := eval[bool](open(t, url, laptop), `localStorage.getItem('a') === null`); !got {
		t.Error("a new tab knows what another one stored, want nothing")
	}
}
