package mapping

import (
	"context"
	"strings"

	"example.com/apigw/internal/java"
	"example.com/apigw/internal/mapping/jsonpath"
	"example.com/apigw/internal/vtl"
)

// Engine renders the mapping templates of a deployment. The zero value is ready,
// and safe for concurrent use.
type Engine struct {
	Choices Choices
	// limits replaces the default limits of package vtl where it sets them. Its
	// modes of references are ignored.
	limits vtl.Options

	paths jsonpath.Cache
}

// Exchange is one request of a client and its response, on their way through the
// API. It is not safe for
// concurrent use.
type Exchange struct {
	engine  *Engine
	request *Request
	context *java.Map
	stage   *java.Map
	set     map[string]bool // overrides that the template has set which is rendered
	twice   string          // the first that was set a second time
}

// NewExchange begins an exchange. The request must not change while it is used.
func (e *Engine) NewExchange(r *Request) *Exchange {
	c := &Exchange{engine: e, request: r, context: contextMap(r.Context), stage: stageMap(r.StageVariables)}
	c.watchOverrides()
	return c
}

// Output is what a template made.
type Output struct {
	Text  string
	Trace *vtl.Trace // where it comes from, if that was asked for
	// Notes say what the template asked of $input and $util
	// that they do not have: API Gateway writes nothing there, and says nothing.
	Notes []Note
}

// RenderRequest renders a request template: $input is the client's payload.
//
// The error is a [*vtl.RuntimeError], a [*vtl.LimitError] or an [*OverrideError].
// API Gateway responds with 500 then, but see [PayloadError].
func (c *Exchange) RenderRequest(ctx context.Context, t *vtl.Template) (Output, error) {
	return c.render(ctx, t, c.request.Body, nil)
}

// RenderResponse renders a response template: $input is the payload of the
// integration's response, and still the parameters of the client.
func (c *Exchange) RenderResponse(ctx context.Context, t *vtl.Template, body string) (Output, error) {
	return c.render(ctx, t, body, nil)
}

// TraceRequest renders as [Exchange.RenderRequest] does, and records where the output
// comes from.
func (c *Exchange) TraceRequest(ctx context.Context, t *vtl.Template) (Output, error) {
	return c.render(ctx, t, c.request.Body, new(vtl.Trace))
}

// TraceResponse renders as [Exchange.RenderResponse] does, and records where the
// output comes from.
func (c *Exchange) TraceResponse(ctx context.Context, t *vtl.Template, body string) (Output, error) {
	return c.render(ctx, t, body, new(vtl.Trace))
}

func (c *Exchange) render(ctx context.Context, t *vtl.Template, body string, trace *vtl.Trace) (Output, error) {
	o := c.engine.limits
	o.NullIsEmpty = true
	o.NullIsFalse = c.engine.Choices.UndefinedIsFalse
	o.Hint = hint
	o.Trace = trace
	if trace != nil {
		trace.Origins = origins()
	}
	in := &input{exchange: c, payload: payload{text: body}}
	c.set, c.twice = nil, ""
	var text strings.Builder
	if err := t.Execute(ctx, &text, c.references(in), &o); err != nil {
		return Output{}, err
	}
	if c.twice != "" {
		return Output{}, &OverrideError{c.twice}
	}
	if trace != nil {
		nameBody(trace)
		fit(trace, text.Len())
	}
	return Output{Text: text.String(), Trace: trace, Notes: in.notes}, nil
}

// references returns the names that a template begins with.
func (c *Exchange) references(in *input) map[string]java.Value {
	return map[string]java.Value{
		inputName:      in,
		"util":         util{&in.notes},
		contextName:    c.context,
		stageVariables: c.stage,
	}
}
