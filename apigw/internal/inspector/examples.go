package inspector

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/apigw/internal/gateway"
)

// example is a request that the page offers for a route.
type example struct {
	Title   string                `json:"title"`
	Source  string                `json:"source"` // contract, model or plain
	Method  string                `json:"method"`
	Path    string                `json:"path"` // API, stage and path, with the query
	Headers []gateway.HeaderField `json:"headers"`
	Body    string                `json:"body"`
}

// examples responds with requests to a route.
func (i *Inspector) examples(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	at := gateway.Place{API: q.Get("api"), Stage: q.Get("stage"), Method: q.Get("method"), Path: q.Get("path")}
	made, ok := i.source.Examples(at)
	if !ok {
		writeProblem(w, http.StatusNotFound, "there is no such route: api, stage, method and path are those of /_local/apis")
		return
	}
	list := []example{}
	for _, c := range i.contract(at) {
		list = append(list, c.example(at))
	}
	for _, e := range made {
		source := "plain"
		if e.Model {
			source = "model"
		}
		list = append(list, example{e.Title, source, e.Method, e.Target, slices.Concat([]gateway.HeaderField{}, e.Header), e.Body})
	}
	writeJSON(w, http.StatusOK, list)
}

// contractFile is where an app may have a table of its requests and responses.
const contractFile = "test/contract/contract.json"

// What is taken of a contract.
const (
	maxContract = 4 << 20 // bytes
	maxExamples = 30      // for a route
)

// contractCase is a case of a contract.
type contractCase struct {
	Rule    string `json:"rule"`
	Request struct {
		Method  string            `json:"method"`
		Target  string            `json:"target"`
		Headers map[string]string `json:"headers"`
		Body    string            `json:"body"`
	} `json:"request"`
	// FunctionFails says that the function is another one in this case.
	FunctionFails bool `json:"functionFails"`
}

// contract returns the cases of the app's contract that a route serves, one for each
// rule. An app without one, or with another kind, has none.
func (i *Inspector) contract(at gateway.Place) (found []contractCase) {
	if i.options.Root == "" {
		return nil
	}
	var cases []contractCase
	if json.Unmarshal(readAtMost(filepath.Join(i.options.Root, filepath.FromSlash(contractFile)), maxContract), &cases) != nil {
		return nil
	}
	known := map[string]bool{}
	for _, c := range cases {
		if len(found) == maxExamples {
			break
		}
		path, _, _ := strings.Cut(c.Request.Target, "?")
		if leads, ok := i.source.RouteOf(at.API, at.Stage, c.Request.Method, path); !ok || leads != at || known[c.Rule] || c.FunctionFails {
			continue
		}
		known[c.Rule] = true
		found = append(found, c)
	}
	return found
}

// readAtMost returns the content of a file; nothing if it is not there, or larger.
func readAtMost(name string, limit int64) []byte {
	file, err := os.Open(name)
	if err != nil {
		return nil
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil || int64(len(text)) > limit {
		return nil
	}
	return text
}

// example returns the request of a case to a route.
func (c contractCase) example(at gateway.Place) example {
	e := example{
		Title: c.Rule, Source: "contract", Method: c.Request.Method, Path: "/" + url.PathEscape(at.API) + "/" + at.Stage + c.Request.Target,
		Headers: []gateway.HeaderField{}, Body: c.Request.Body,
	}
	for _, name := range slices.Sorted(maps.Keys(c.Request.Headers)) {
		e.Headers = append(e.Headers, gateway.HeaderField{Name: name, Value: c.Request.Headers[name]})
	}
	return e
}
