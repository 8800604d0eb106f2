package page

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func pages(t *testing.T) *Pages {
	t.Helper()
	p, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestViewsRunNothingInline(t *testing.T) {
	p := pages(t)
	inline := regexp.MustCompile(`(?i)<script(?:[^>]*)>[^<]+|<style|\sstyle=|\son[a-z]+=|javascript:`)
	for _, view := range Views() {
		w := httptest.NewRecorder()
		p.View(view.Name)(w, httptest.NewRequest("GET", view.Path, nil))
		body := w.Body.String()
		if !strings.Contains(body, "<title>"+view.Title) {
			t.Errorf("%s: got no title %q in %.200s", view.Name, view.Title, body)
		}
		if found := inline.FindString(body); found != "" {
			t.Errorf("%s: got %q, want nothing that the policy forbids", view.Name, found)
		}
		if got := w.Header().Get("Content-Security-Policy"); got != policy || strings.Contains(got, "unsafe") {
			t.Errorf("%s: got the policy %q, want %q", view.Name, got, policy)
		}
	}
}

// References of templates and scripts to assets.
var reference = regexp.MustCompile(`/_local/assets/([\w./-]+)|from '\./([\w./-]+)'`)

func TestAssetsThatAreNamedAreThere(t *testing.T) {
	p := pages(t)
	found := 0
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.Contains(name, "/vendor/") {
			return err
		}
		content, err := files.ReadFile(name)
		for _, m := range reference.FindAllStringSubmatch(string(content), -1) {
			asset := m[1] + m[2]
			found++
			if strings.Contains(asset, "{{") {
				continue
			}
			if _, ok := p.assets[asset]; !ok && asset != "" {
				t.Errorf("%s names %q, which is not an asset", name, asset)
			}
		}
		return err
	})
	if err != nil || found == 0 {
		t.Fatalf("got %d references, and the error %v", found, err)
	}
}

func TestAssets(t *testing.T) {
	p := pages(t)
	tests := []struct {
		rule, path string
		status     int
		mediaType  string
	}{
		{"a script", "dom.js", 200, "text/javascript; charset=utf-8"},
		{"a style", "base.css", 200, "text/css; charset=utf-8"},
		{"a licence", "vendor/codemirror/LICENSE", 200, "text/plain; charset=utf-8"},
		{"a picture", "icon.svg", 200, "image/svg+xml"},
		{"an unknown name", "nothing.js", 404, "text/plain; charset=utf-8"},
		{"a way out of the folder", "../page.go", 404, "text/plain; charset=utf-8"},
		{"the folder itself", "", 404, "text/plain; charset=utf-8"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.URL.Path = AssetsPath + test.path
			w := httptest.NewRecorder()
			p.Asset(w, r)
			if got := w.Header().Get("Content-Type"); w.Code != test.status || got != test.mediaType {
				t.Errorf("got %d %q, want %d %q", w.Code, got, test.status, test.mediaType)
			}
			if test.status != 200 {
				return
			}
			r.Header.Set("If-None-Match", w.Header().Get("ETag"))
			again := httptest.NewRecorder()
			p.Asset(again, r)
			if again.Code != 304 || again.Body.Len() > 0 {
				t.Errorf("got %d and %d bytes for what the browser has, want 304 and none", again.Code, again.Body.Len())
			}
		})
	}
}

func TestWantsPage(t *testing.T) {
	tests := []struct {
		rule, accept string
		want         bool
	}{
		{"a browser that opens an address", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true},
		{"curl", "*/*", false},
		{"a script", "application/json", false},
		{"no header", "", false},
		{"data before pages", "application/json, text/html", false},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.Header.Set("Accept", test.accept)
			if got := WantsPage(r); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

func TestScriptsAreServedWithoutCommentsOnLinesOfTheirOwn(t *testing.T) {
	got := string(withoutComments([]byte("// What it is.\nimport a from './a.js';\n\n  // Why.\n  a('//b'); // where\n")))
	if want := "\nimport a from './a.js';\n\n\n  a('//b'); // where\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	p := pages(t)
	for name, a := range p.assets {
		if strings.HasSuffix(name, ".js") && !strings.HasPrefix(name, "vendor/") {
			source, err := files.ReadFile("assets/" + name)
			if err != nil {
				t.Fatal(err)
			}
			// In a text over several lines, such a line would be no comment.
			for line := range strings.Lines(strings.NewReplacer("'`'", "", "\\`", "").Replace(string(a.content))) {
				if strings.Count(line, "`")%2 == 1 {
					t.Errorf("%s: got a template literal over several lines, want none: its lines may look like comments: %s", name, line)
				}
			}
			if strings.Count(string(a.content), "\n") != strings.Count(string(source), "\n") {
				t.Errorf("%s: got another number of lines than in its file, want the same", name)
			}
		}
	}
}

// imported are the modules that a script names.
var imported = regexp.MustCompile(`from '\./([\w.-]+)'`)

// What a browser loads for a view, without the editor, stays small.
func TestWeight(t *testing.T) {
	const limit = 60_000 // bytes, compressed
	p := pages(t)
	compressed := func(content []byte) int {
		var out bytes.Buffer
		z := gzip.NewWriter(&out)
		z.Write(content)
		z.Close()
		return out.Len()
	}
	for _, view := range Views() {
		loaded, total := map[string]bool{}, compressed(p.views[view.Name])
		var load func(name string)
		load = func(name string) {
			if loaded[name] || strings.HasPrefix(name, "vendor/") {
				return
			}
			loaded[name] = true
			content := p.assets[name].content
			if len(content) == 0 {
				t.Errorf("%s: got no asset %q", view.Name, name)
			}
			total += compressed(content)
			for _, m := range imported.FindAllStringSubmatch(string(content), -1) {
				load(m[1])
			}
		}
		for _, m := range reference.FindAllStringSubmatch(string(p.views[view.Name]), -1) {
			load(m[1])
		}
		t.Logf("%s: %d bytes in %d files, compressed", view.Name, total, len(loaded))
		if total > limit || len(loaded) < 4 {
			t.Errorf("%s: got %d bytes in %d files, want at most %d bytes", view.Name, total, len(loaded), limit)
		}
	}
}
