package gateway

import (
	"context"
	"errors"
	"net/http"
	"time"

	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/mapping"
	"example.com/apigw/internal/rules"
)

// integrationRequest is what comes out of the second box: what the backend is sent.
type integrationRequest struct {
	method   string // of HTTP
	uri      string // empty while it is not known, and with MOCK
	path     mapping.Params
	query    mapping.Params
	header   mapping.Params
	body     payload
	template string            // media type of the template that makes the body; empty if none does
	input    []byte            // that the template reads
	notes    []mapping.Note    // what the template asked for in vain
	mapped   *mapping.Exchange // that the integration response goes on with; nil with proxy integration
	lambda   lambdaRequest     // if the backend is a function
	http     *http.Request     // if it is an HTTP endpoint
}

// requestMapping makes the integration request where there is no proxy integration:
// it picks a template, and sets parameters.
type requestMapping struct {
	engine      *mapping.Engine
	templates   []mappingTemplate
	passthrough string
	handling    string
	parameters  []parameterMapping
	aws         bool
	context     func(values map[string]any) // of [Options]
}

func (d *deployer) requestMapping(m *method) requestMapping {
	i := m.Integration
	r := requestMapping{
		engine:      d.engine,
		templates:   d.templates(m, "request template", i.RequestTemplates),
		passthrough: i.PassthroughBehavior,
		handling:    i.ContentHandling,
		parameters:  d.parameters(m, i.RequestParameters, mapping.ParseRequestSource),
		aws:         i.Type == "AWS",
		context:     d.options.Context,
	}
	for _, p := range r.parameters {
		if p.target.Kind == "header" && fatalWhenMapped(p.target.Name, r.aws) {
			d.everyRequestFails(m, integrationRequestBox, gatewayresponse.ForbiddenMapping(p.target.Name))
		}
	}
	return r
}

// apply makes the integration request.
func (r *requestMapping) apply(ctx context.Context, in *methodRequest) (out integrationRequest, failure *gatewayresponse.Error) {
	template, failure := r.choose(in)
	if failure != nil {
		return out, failure
	}
	if template != nil {
		out.template = template.mediaType
	}
	if out.body, failure = requestPayload(in.body, in.isBinary(), r.handling); failure != nil {
		return out, failure
	}
	out.input = out.body.data
	values := in.contextValues()
	if r.context != nil {
		r.context(values)
	}
	out.mapped = r.engine.NewExchange(&mapping.Request{
		Body: string(out.body.data), Path: in.pathParams(), Query: in.query, Header: in.header,
		Context: values, StageVariables: in.address.stage.Variables,
	})
	if failure := out.setParameters(ctx, in.method.timeout, r.parameters); failure != nil {
		return out, failure
	}
	if template != nil {
		if failure := out.render(ctx, in.method.timeout, template); failure != nil {
			return out, failure
		}
	}
	return out, r.override(&out)
}

// choose picks the request template by the client's Content-Type; nil passes the
// body as it is (developer guide, "Integration passthrough behaviors").
func (r *requestMapping) choose(in *methodRequest) (*mappingTemplate, *gatewayresponse.Error) {
	contentType := mediaType(in.contentType)
	if contentType == "" {
		contentType = "application/json"
	}
	if t := findTemplate(r.templates, contentType); t != nil {
		return t, nil
	}
	if t := findTemplate(r.templates, "$default"); t != nil {
		return t, nil
	}
	if r.passthrough == "NEVER" || r.passthrough == "WHEN_NO_TEMPLATES" && len(r.templates) > 0 {
		return nil, gatewayresponse.UnsupportedMediaType(rules.Of("media-type-unsupported", "type", contentType, "behavior", r.passthrough))
	}
	return nil, nil
}

func (o *integrationRequest) setParameters(ctx context.Context, timeout time.Duration, parameters []parameterMapping) *gatewayresponse.Error {
	for _, p := range parameters {
		values, err := o.mapped.RequestValues(ctx, p.source)
		if err != nil {
			return mappingFailed(ctx, timeout, err)
		}
		if values == nil {
			continue
		}
		switch p.target.Kind {
		case "header":
			o.header = setHeader(o.header, p.target.Name, values)
		case "querystring":
			o.query = setParam(o.query, p.target.Name, values)
		case "path":
			o.path = setParam(o.path, p.target.Name, values)
		}
	}
	return nil
}

func (o *integrationRequest) render(ctx context.Context, timeout time.Duration, t *mappingTemplate) *gatewayresponse.Error {
	switch {
	case t.err != nil:
		return gatewayresponse.UntransformableRequest(rules.Of("request-template-failed", "problem", t.err), t.err)
	case t.parsed == nil: // an empty template
		o.body = payload{}
		return nil
	case o.body.binary:
		return gatewayresponse.UntransformableRequest(rules.Of("request-template-binary"), nil)
	}
	output, err := o.mapped.RenderRequest(ctx, t.parsed)
	if err != nil {
		if ctx.Err() != nil {
			return gatewayresponse.IntegrationTimeout(rules.Of("template-too-slow", "timeout", timeout), err)
		}
		if broken, ok := errors.AsType[*mapping.PayloadError](err); ok && broken.Words() != "" {
			return gatewayresponse.UnreadablePayload(broken.Words(), err)
		}
		return overriddenTwice(gatewayresponse.UntransformableRequest(rules.Of("request-template-failed", "problem", err), err), err)
	}
	o.notes = output.Notes
	o.body = payload{data: []byte(output.Text)}
	return nil
}

// override applies what the template set in $context.requestOverride. It wins
// over parameter mappings.
func (r *requestMapping) override(out *integrationRequest) *gatewayresponse.Error {
	overrides := out.mapped.Overrides()
	for _, o := range overrides.Path {
		out.path = setParam(out.path, o.Name, o.Values)
	}
	for _, o := range overrides.Query {
		out.query = setParam(out.query, o.Name, o.Values)
	}
	for _, o := range overrides.Header {
		if fatalWhenMapped(o.Name, r.aws) {
			return gatewayresponse.ForbiddenMapping(o.Name)
		}
		out.header = setHeader(out.header, o.Name, o.Values)
	}
	return nil
}
