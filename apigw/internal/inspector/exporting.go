package inspector

import (
	"net/http"
	"os"
	"path/filepath"

	"example.com/apigw/internal/inspector/export"
)

// export responds with a request in a form to take along.
func (i *Inspector) export(w http.ResponseWriter, r *http.Request) {
	found := i.history.Find(r.PathValue("id"))
	if found == nil {
		writeProblem(w, http.StatusNotFound, notKept)
		return
	}
	var text string
	var err error
	switch as := r.URL.Query().Get("as"); as {
	case "curl":
		text, err = export.Curl(found, r.Host)
	case "event":
		text, err = export.Event(found)
	case "log":
		text = export.Log(found)
	case "test":
		text, err = export.Test(found, i.assemblyFrom(export.TestFolder))
	default:
		writeProblem(w, http.StatusBadRequest, "as: expected curl, event, log or test")
		return
	}
	if err != nil {
		writeProblem(w, http.StatusConflict, err.Error())
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write([]byte(text)) // the client may have gone
}

// assemblyFrom returns the folder of the cloud assembly, relative to a folder of the
// app: the one that is committed with the app, if it has one, else the one that is
// served.
func (i *Inspector) assemblyFrom(folder string) string {
	root, err := filepath.Abs(i.options.Root)
	if err != nil {
		root = i.options.Root
	}
	dir := i.source.AssemblyDir()
	if committed := filepath.Join(root, i.options.Snapshot); i.options.Snapshot != "" {
		if _, err := os.Stat(filepath.Join(committed, "manifest.json")); err == nil {
			dir = committed
		}
	}
	if dir, err = filepath.Abs(dir); err == nil {
		if relative, err := filepath.Rel(filepath.Join(root, folder), dir); err == nil {
			return filepath.ToSlash(relative)
		}
	}
	return filepath.ToSlash(dir)
}
