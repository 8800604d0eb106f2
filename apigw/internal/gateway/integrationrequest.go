package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/mapping"
)

// requestMapping is the second box of an integration without proxy: it makes the
// backend's request of the client's.
type requestMapping struct {
	templates   []mappingTemplate
	passthrough string
	handling    string
	parameters  []parameterMapping
	aws         bool
	fatal       *gatewayresponse.Error // a mapping lets every call fail
}

// integrationRequest is what it makes.
type integrationRequest struct {
	call     *mapping.Exchange // that the response mapping goes on with
	path     mapping.Params
	query    mapping.Params
	header   mapping.Params
	body     payload
	template string // media type of the template that made the body
}

func (d *deployer) requestMapping(m *method) requestMapping {
	i := m.Integration
	r := requestMapping{
		templates:   d.templates(m, "request template", i.RequestTemplates),
		passthrough: i.PassthroughBehavior,
		handling:    i.ContentHandling,
		parameters:  d.parameters(m, i.RequestParameters, mapping.ParseRequestSource),
		aws:         i.Type == "AWS",
	}
	for _, p := range r.parameters {
		if p.target.Kind == "header" && fatalWhenMapped(p.target.Name, r.aws) {
			r.fatal = fatalMapping(p.target.Name)
			d.notice(m.Path, "%v; every call answers 500", r.fatal.Cause)
		}
	}
	return r
}

// apply makes the integration request. It is in the record even if it fails.
func (r *requestMapping) apply(ctx context.Context, c *call) (integrationRequest, *gatewayresponse.Error) {
	if r.fatal != nil {
		return integrationRequest{}, r.fatal
	}
	var out integrationRequest
	template, failure := r.choose(c)
	if failure != nil {
		return out, failure
	}
	binary := isBinary(c.request.contentType, c.address.stage.api.BinaryMediaTypes)
	out.body, failure = requestPayload(c.request.body, binary, r.handling)
	if failure != nil {
		return out, failure
	}
	out.call = c.gateway.engine.NewExchange(&mapping.Request{
		Body: string(out.body.data), Path: c.pathParams(), Query: c.request.query, Header: c.request.header,
		Context: c.contextValues(), StageVariables: c.address.stage.Variables,
	})
	if failure := out.setParameters(ctx, r.parameters); failure != nil {
		return out, failure
	}
	if template != nil {
		out.template = template.mediaType
		failure := out.render(ctx, c, template)
		if failure != nil {
			return out, failure
		}
	}
	return out, r.override(&out)
}

// choose picks the request template by the client's Content-Type; nil passes the
// body as it is (developer guide, "Integration passthrough behaviors").
func (r *requestMapping) choose(c *call) (*mappingTemplate, *gatewayresponse.Error) {
	contentType := mediaType(c.request.contentType)
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
		return nil, &gatewayresponse.Error{
			Type: gatewayresponse.UnsupportedMediaType, Status: http.StatusUnsupportedMediaType, Message: "Unsupported Media Type", Spaced: true,
			Cause: fmt.Errorf("no request template is for %s, and the passthrough behavior is %s", contentType, r.passthrough),
		}
	}
	return nil, nil
}

func (o *integrationRequest) setParameters(ctx context.Context, parameters []parameterMapping) *gatewayresponse.Error {
	for _, p := range parameters {
		values, err := o.call.RequestValues(ctx, p.source)
		if err != nil {
			return mappingFailed(ctx, err)
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

func (o *integrationRequest) render(ctx context.Context, c *call, t *mappingTemplate) *gatewayresponse.Error {
	switch {
	case t.err != nil:
		return untransformable("request", t.err)
	case t.parsed == nil: // an empty template
		o.body = payload{}
		return nil
	case o.body.binary:
		return untransformable("request", errors.New("a mapping template cannot read a binary body; set contentHandling to CONVERT_TO_TEXT to get it as base64"))
	}
	output, err := o.call.RenderRequest(ctx, t.parsed)
	if err != nil {
		if ctx.Err() != nil {
			return timedOut(err)
		}
		return untransformable("request", err)
	}
	c.noteOutput("request", output.Notes)
	o.body = payload{data: []byte(output.Text)}
	return nil
}

// override applies what the template set in $context.requestOverride. It wins
// over parameter mappings.
func (r *requestMapping) override(out *integrationRequest) *gatewayresponse.Error {
	overrides := out.call.Overrides()
	for _, o := range overrides.Path {
		out.path = setParam(out.path, o.Name, o.Values)
	}
	for _, o := range overrides.Query {
		out.query = setParam(out.query, o.Name, o.Values)
	}
	for _, o := range overrides.Header {
		if fatalWhenMapped(o.Name, r.aws) {
			return fatalMapping(o.Name)
		}
		out.header = setHeader(out.header, o.Name, o.Values)
	}
	return nil
}

// message is the integration request for the record.
func (o *integrationRequest) message() Message {
	return Message{PathParams: o.path, Query: o.query, Header: o.header, Binary: o.body.binary, Template: o.template}
}
