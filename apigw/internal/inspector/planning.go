package inspector

import (
	"flag"
	"fmt"
	"io"
	"net/http"

	"example.com/apigw/internal/plan"
)

// plan answers what a load needs and costs. The query has the flags of the verb plan.
func (i *Inspector) plan(w http.ResponseWriter, r *http.Request) {
	q := plan.Defaults()
	set := flag.NewFlagSet("plan", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	q.Flags(set)
	for name, values := range r.URL.Query() {
		if set.Lookup(name) == nil {
			writeProblem(w, http.StatusBadRequest, fmt.Sprintf("there is no %q: the query has the flags of the verb plan", name))
			return
		}
		for _, value := range values {
			if err := set.Set(name, value); err != nil {
				writeProblem(w, http.StatusBadRequest, fmt.Sprintf("--%s %q: %v", name, value, err))
				return
			}
		}
	}
	var settings []plan.Setting
	if i.options.Settings != nil {
		settings = i.options.Settings()
	}
	select { // one at a time, since each keeps a processor busy
	case i.planning <- struct{}{}:
		defer func() { <-i.planning }()
	case <-r.Context().Done():
		return
	}
	report, err := plan.Make(q, settings)
	if err != nil {
		writeProblem(w, http.StatusBadRequest, err.Error())
		return
	}
	writeJSON(w, http.StatusOK, report)
}
