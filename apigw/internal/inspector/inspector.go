// Package inspector shows to a person, and to tools, what the local gateway serves
// and what happened to each request: at / and below /_local/.
package inspector

import (
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/diagnose"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/inspector/page"
	"example.com/apigw/internal/plan"
	"example.com/apigw/internal/playground"
)

// Source is what the inspector asks about the app that is served.
type Source interface {
	// APIs lists the deployed stages, with URLs below base.
	APIs(base string) []gateway.Deployed
	// Functions are those of the app.
	// Examples returns requests to a method; false if it is not served.
	Examples(at gateway.Place) ([]gateway.Example, bool)
	// RouteOf returns the method that serves a request to a path behind a stage.
	RouteOf(api, stage, method, path string) (gateway.Place, bool)
	// IsDomain reports whether a host is a custom domain name of the app.
	IsDomain(host string) bool
	// AssemblyDir is the folder of the cloud assembly.
	AssemblyDir() string
	// Notices are what the app asks for and is not done here.
	Notices() []assembly.Notice
}

// Inspector serves the pages about what is served. It is an [http.Handler], safe for
// concurrent use.
type Inspector struct {
	source  Source
	history *History
	events  *Events
	options Options
	pages   *page.Pages
	mux     *http.ServeMux
	// planning has a place for the one plan that is made.
	planning chan struct{}
}

// Options are what an inspector may be given. The zero value is fine.
type Options struct {
	// Events tells who asks what happens as it happens.
	Events *Events
	// Address is where the runner listens, as HOST:PORT. Requests that people compose
	// are sent there.
	Address string
	// Root is the folder of the app, which may have a contract with examples.
	Root string
	// Snapshot is where the app may have a cloud assembly that is committed, below Root.
	Snapshot string
	// Lessons are those of the app; nil if there are none.
	Lessons Lessons
	// Settings returns what stands behind the doors of the app as it is now; nil if
	// nobody knows.
	Settings func() []plan.Setting
}

// New returns an inspector of a source and of the requests in a history.
func New(source Source, history *History, o Options) (*Inspector, error) {
	pages, err := page.New()
	if err != nil {
		return nil, err
	}
	if o.Events == nil {
		o.Events = NewEvents(history)
	}
	i := &Inspector{source: source, history: history, events: o.Events, options: o, pages: pages, mux: http.NewServeMux(), planning: make(chan struct{}, 1)}
	i.mux.HandleFunc("GET /{$}", i.orPage("inspector", i.index))
	i.mux.HandleFunc("GET /_local/playground", pages.View("playground"))
	i.mux.HandleFunc("GET /_local/lessons", i.orPage("lessons", i.lessons))
	i.mux.HandleFunc("GET /_local/lessons/{id}", i.orPage("lessons", i.lesson))
	i.mux.HandleFunc("POST /_local/lessons/{id}/run", i.runLesson)
	i.mux.HandleFunc("GET /_local/plan", i.orPage("plan", i.plan))
	i.mux.HandleFunc("GET "+page.AssetsPath, pages.Asset)
	i.mux.HandleFunc("GET /_local/apis", i.apis)
	i.mux.HandleFunc("GET /_local/notices", i.notices)
	i.mux.HandleFunc("GET /_local/history", i.historyState)
	i.mux.HandleFunc("GET /_local/requests", i.requests)
	i.mux.HandleFunc("GET /_local/requests/{id}", i.orPage("inspector", i.request))
	i.mux.Handle("POST /_local/playground/", playground.Handler())
	i.mux.HandleFunc("GET /_local/requests/{id}/provenance", i.provenance)
	i.mux.HandleFunc("GET /_local/requests/{id}/export", i.export)
	i.mux.HandleFunc("POST /_local/requests/{id}/again", i.sendAgain)
	i.mux.HandleFunc("POST /_local/send", i.sendComposed)
	i.mux.HandleFunc("GET /_local/events", i.stream)
	i.mux.HandleFunc("GET /_local/examples", i.examples)
	return i, nil
}

// orPage returns a handler that serves a page to a browser that opens the address,
// and data to programs.
func (i *Inspector) orPage(view string, data http.HandlerFunc) http.HandlerFunc {
	show := i.pages.View(view)
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept")
		if page.WantsPage(r) {
			show(w, r)
		} else {
			data(w, r)
		}
	}
}

// Owns reports whether a request is for the inspector and not for an API. All paths of
// a host that names an API are the API's.
func (i *Inspector) Owns(r *http.Request) bool {
	if strings.Contains(r.Host, ".execute-api.") || i.source.IsDomain(r.Host) {
		return false
	}
	path := r.URL.Path
	return path == "/" || path == "/_local" || strings.HasPrefix(path, "/_local/")
}

// ServeHTTP serves a request that the inspector owns. Requests by which a web
// page of somebody else could read what was recorded are refused.
func (i *Inspector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !fromHere(r) {
		writeProblem(w, http.StatusForbidden,
			"the inspector answers requests to a loopback address or this address, and from its own pages: the Host or Origin header names another place")
		return
	}
	if _, pattern := i.mux.Handler(r); pattern == "" {
		status, message := http.StatusNotFound, "there is /_local/apis, /_local/notices, /_local/requests and /_local/requests/{id}"
		if i.allows(r) != "" {
			status, message = http.StatusMethodNotAllowed, "this address only answers "+i.allows(r)
			w.Header().Set("Allow", i.allows(r))
		}
		writeProblem(w, status, message)
		return
	}
	i.mux.ServeHTTP(w, r)
}

// allows returns the method that the address of a request answers; empty without one.
func (i *Inspector) allows(r *http.Request) string {
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		other := *r
		other.Method = method
		if _, pattern := i.mux.Handler(&other); pattern != "" {
			return method
		}
	}
	return ""
}

// fromHere reports whether Host is an IP address or localhost, which no other
// site's name can be, and Origin, if there is one, is the same.
func fromHere(r *http.Request) bool {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	if host != "localhost" && net.ParseIP(host) == nil {
		return false
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	from, err := url.Parse(origin)
	return err == nil && from.Host == r.Host
}

// base returns the URL at which a request found the server.
func base(r *http.Request) string { return "http://" + r.Host }

func (i *Inspector) index(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	WriteRoutes(w, i.source.APIs(base(r)))
}

func (i *Inspector) apis(w http.ResponseWriter, r *http.Request) {
	list := i.source.APIs(base(r))
	if list == nil {
		list = []gateway.Deployed{}
	}
	writeJSON(w, http.StatusOK, list)
}

func (i *Inspector) notices(w http.ResponseWriter, _ *http.Request) {
	type notice struct {
		Path    string `json:"path"`
		Message string `json:"message"`
		Rule    string `json:"rule,omitempty"`
	}
	list := []notice{}
	for _, n := range i.source.Notices() {
		list = append(list, notice{n.Path, n.Message, n.Rule.ID()})
	}
	writeJSON(w, http.StatusOK, list)
}

func (i *Inspector) requests(w http.ResponseWriter, _ *http.Request) {
	list := []Summary{}
	for _, e := range i.history.newest() {
		list = append(list, e.summary())
	}
	writeJSON(w, http.StatusOK, list)
}

func (i *Inspector) historyState(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, i.history.State())
}

// notKept says that a request is not in the history.
const notKept = "no such request: the id is that of the x-amzn-RequestId header, and the last requests are kept"

func (i *Inspector) request(w http.ResponseWriter, r *http.Request) {
	found := i.history.Find(r.PathValue("id"))
	if found == nil {
		writeProblem(w, http.StatusNotFound, notKept)
		return
	}
	writeJSON(w, http.StatusOK, diagnosed{found})
}

// diagnosed is a record with a diagnosis, which is made when somebody asks.
type diagnosed struct{ *record.Record }

// MarshalJSON implements [json.Marshaler].
func (d diagnosed) MarshalJSON() ([]byte, error) {
	findings := diagnose.Of(d.Record)
	if findings == nil {
		findings = []diagnose.Finding{}
	}
	return d.JSON(findings)
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	encoder.Encode(value) // the client may have gone
}
