package inspector

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/mapping"
	"example.com/apigw/internal/provenance"
	"example.com/apigw/internal/vtl"
)

// traces is where the bytes come from that mapping templates made of a request.
type traces struct {
	Request  *provenance.Trace `json:"request"`
	Response *provenance.Trace `json:"response"`
	Reason   string            `json:"reason"` // why there is none, or not all of it
}

// provenance responds with the traces of a request. Its templates run again, on what
// was recorded.
func (i *Inspector) provenance(w http.ResponseWriter, r *http.Request) {
	found := i.history.Find(r.PathValue("id"))
	if found == nil {
		writeProblem(w, http.StatusNotFound, notKept)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), replayLimit)
	defer cancel()
	writeJSON(w, http.StatusOK, trace(ctx, found))
}

// replayLimit is how long templates may take when they run again.
const replayLimit = 10 * time.Second

// trace runs the templates of a request again.
func trace(ctx context.Context, r *record.Record) traces {
	p := newReplay(ctx, r)
	out := traces{Request: p.requestTrace()}
	out.Response = p.responseTrace()
	out.Reason = strings.Join(p.reasons, "\n")
	return out
}

// replay runs the templates of a request in their order, since the second one sees what
// the first one set.
type replay struct {
	*record.Record
	ctx      context.Context
	exchange *mapping.Exchange
	request  *mapping.Request
	reasons  []string
}

func newReplay(ctx context.Context, r *record.Record) *replay {
	in, _ := r.MethodRequest.TemplateInput()
	request := &mapping.Request{
		Body: string(in), Path: r.MethodRequest.PathParams, Query: r.MethodRequest.Query, Header: r.MethodRequest.Header,
		Context: r.ContextValues(), StageVariables: r.StageVariables(),
	}
	return &replay{Record: r, ctx: ctx, request: request, exchange: new(mapping.Engine).NewExchange(request)}
}

// none notes why a template has no trace, and returns none.
func (p *replay) none(of, why string) *provenance.Trace {
	p.reasons = append(p.reasons, of+": "+why)
	return nil
}

const (
	ofRequest  = "integration request"
	ofResponse = "integration response"
)

func (p *replay) requestTrace() *provenance.Trace {
	m := p.Definition
	switch {
	case m == nil || p.IntegrationRequest == nil:
		return p.none(ofRequest, "the request did not get there")
	case strings.HasSuffix(m.Integration, "_PROXY"):
		return p.none(ofRequest, "no template makes it: with proxy integration the request goes through as it is")
	case p.IntegrationRequest.Template == "":
		return p.none(ofRequest, "no template is for this Content-Type: the body goes through as it is")
	case p.failedBy("request-template-binary"):
		return p.none(ofRequest, "the template did not run: the body is binary")
	}
	t, ok := find(m.RequestTemplates, p.IntegrationRequest.Template)
	if !ok {
		return p.none(ofRequest, "its template is not known any more")
	}
	input, whole := p.MethodRequest.TemplateInput()
	if !whole {
		return p.none(ofRequest, p.notWhole(&p.MethodRequest))
	}
	out := p.run(t, &p.MethodRequest, string(input), func(parsed *vtl.Template) (mapping.Output, error) {
		return p.exchange.TraceRequest(p.ctx, parsed)
	})
	made := []byte(out.Output)
	if m.Integration == "AWS" && len(bytes.TrimSpace(made)) == 0 {
		made = []byte("{}") // which the function gets
	}
	if out.Error == "" {
		p.compare(ofRequest, made, p.IntegrationRequest)
	}
	return &out
}

func (p *replay) responseTrace() *provenance.Trace {
	m, response := p.Definition, p.IntegrationResponse
	switch {
	case m == nil || response == nil:
		return p.none(ofResponse, "there was no response of the backend")
	case strings.HasSuffix(m.Integration, "_PROXY"):
		return p.none(ofResponse, "no template makes the response: with proxy integration the result goes through as it is")
	case response.SelectionPattern == nil:
		return p.none(ofResponse, "no integration response was chosen")
	case response.Template == "":
		return p.none(ofResponse, "the integration response has no template: the body goes through as it is")
	case p.failedBy("response-template-binary"):
		return p.none(ofResponse, "the template did not run: the body is binary")
	}
	t, ok := find(chosen(m.Responses, *response.SelectionPattern), response.Template)
	if !ok {
		return p.none(ofResponse, "its template is not known any more")
	}
	input, whole := response.TemplateInput()
	if !whole {
		return p.none(ofResponse, p.notWhole(response))
	}
	out := p.run(t, response, string(input), func(parsed *vtl.Template) (mapping.Output, error) {
		return p.exchange.TraceResponse(p.ctx, parsed, string(input))
	})
	if out.Error == "" && p.Failure == nil {
		p.compare(ofResponse, []byte(out.Output), &p.MethodResponse)
	}
	return &out
}

func (p *replay) failedBy(rule string) bool { return p.Failure != nil && p.Failure.Rule == rule }

func (p *replay) notWhole(m *record.Message) string {
	if m.InputSize == 0 {
		return "the template did not run: the body could not be converted"
	}
	return "the body has " + strconv.Itoa(m.InputSize) + " bytes, of which the first 64 KB were kept: the template cannot run again"
}

// run runs a template again. Places in the body of a message are told where the
// template read it as it is.
func (p *replay) run(t provenance.Template, of *record.Message, input string, render func(*vtl.Template) (mapping.Output, error)) provenance.Trace {
	if t.Text == "" {
		return provenance.Trace{Template: t, Spans: []provenance.Span{}}
	}
	parsed, err := mapping.Parse(t.Name, t.Text)
	if err != nil {
		return provenance.Failed(t, err)
	}
	out, err := render(parsed)
	if err != nil {
		return provenance.Failed(t, err)
	}
	if of.Input != nil { // the body was converted
		input = ""
	}
	return provenance.Of(t, out, input, p.request)
}

// compare notes where a template made something else than before.
func (p *replay) compare(of string, made []byte, recorded *record.Message) {
	if len(made) != recorded.BodySize || !bytes.HasPrefix(made, recorded.Body) {
		p.reasons = append(p.reasons, of+": the template made something else this time, so that places may differ")
	}
}

// find returns the template for a media type.
func find(templates []record.Template, mediaType string) (provenance.Template, bool) {
	for _, t := range templates {
		if t.MediaType == mediaType {
			return provenance.Template(t), true
		}
	}
	return provenance.Template{}, false
}

// chosen returns the templates of the integration response that a pattern chose. Of
// several with one pattern, that with the lowest status is tried first.
func chosen(responses []record.Response, pattern string) (templates []record.Template) {
	lowest := ""
	for _, r := range responses {
		if r.Pattern == pattern && r.Status >= "200" && (lowest == "" || r.Status < lowest) {
			lowest, templates = r.Status, r.Templates
		}
	}
	return templates
}
