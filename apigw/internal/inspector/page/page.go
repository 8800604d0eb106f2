// Package page holds the pages that a person opens in a browser, with their scripts
// and styles. It knows how they are served, and nothing of what they show: the scripts
// ask the inspector.
package page

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed templates assets
var files embed.FS

// AssetsPath is below what the assets are served.
const AssetsPath = "/_local/assets/"

// View is one of the pages.
type View struct {
	Name  string // of its template
	Title string
	Path  string // where the navigation finds it
}

// Views returns the pages, in the order of the navigation.
func Views() []View {
	return []View{
		{Name: "inspector", Title: "Requests", Path: "/"},
		{Name: "playground", Title: "Playground", Path: "/_local/playground"},
		{Name: "lessons", Title: "Lessons", Path: "/_local/lessons"},
		{Name: "plan", Title: "Plan", Path: "/_local/plan"},
	}
}

// policy is the Content-Security-Policy of everything here: only what this server
// sends is run, shown and asked. What a request brought cannot change that.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Pages serves the pages. It is safe for concurrent use.
type Pages struct {
	views  map[string][]byte
	assets map[string]asset
}

type asset struct {
	content   []byte
	mediaType string
	tag       string
}

// New returns the pages. They are made once, from files that are part of the program.
func New() (*Pages, error) {
	p := &Pages{views: map[string][]byte{}, assets: map[string]asset{}}
	for _, view := range Views() {
		t, err := template.ParseFS(files, "templates/layout.html", "templates/"+view.Name+".html")
		if err != nil {
			return nil, fmt.Errorf("page %s: %w", view.Name, err)
		}
		var out bytes.Buffer
		if err := t.ExecuteTemplate(&out, "layout.html", map[string]any{"View": view, "Views": Views()}); err != nil {
			return nil, fmt.Errorf("page %s: %w", view.Name, err)
		}
		p.views[view.Name] = out.Bytes()
	}
	return p, fs.WalkDir(files, "assets", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := files.ReadFile(name)
		if path.Ext(name) == ".js" && !strings.HasPrefix(name, "assets/vendor/") {
			content = withoutComments(content)
		}
		sum := sha256.Sum256(content)
		p.assets[strings.TrimPrefix(name, "assets/")] = asset{content, mediaType(name), `"` + hex.EncodeToString(sum[:8]) + `"`}
		return err
	})
}

// withoutComments returns a script whose lines that are a comment are empty: browsers
// need no comments, and each line keeps its number.
func withoutComments(script []byte) []byte {
	var out bytes.Buffer
	for line := range bytes.Lines(script) {
		if bytes.HasPrefix(bytes.TrimSpace(line), []byte("//")) {
			line = []byte("\n")
		}
		out.Write(line)
	}
	return out.Bytes()
}

// mediaType does not ask the system, whose tables differ.
func mediaType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return "text/plain; charset=utf-8"
}

// View serves the page with a name.
func (p *Pages) View(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		setHeaders(w.Header())
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write(p.views[name])
	}
}

// Asset serves a script, a style or a licence.
func (p *Pages) Asset(w http.ResponseWriter, r *http.Request) {
	a, ok := p.assets[strings.TrimPrefix(r.URL.Path, AssetsPath)]
	if !ok {
		http.Error(w, "there is no such asset", http.StatusNotFound)
		return
	}
	setHeaders(w.Header())
	w.Header().Set("Content-Type", a.mediaType)
	w.Header().Set("ETag", a.tag)
	if r.Header.Get("If-None-Match") == a.tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Write(a.content)
}

func setHeaders(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-cache") // the next version of the engine has other pages
}

// WantsPage reports whether a request is a browser's that opens an address, and not a
// program's that reads data.
func WantsPage(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept"), ",") {
		switch kind, _, _ := strings.Cut(strings.TrimSpace(part), ";"); kind {
		case "text/html":
			return true
		case "application/json", "text/plain":
			return false
		}
	}
	return false
}
