package gateway

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/mapping"
	"example.com/apigw/internal/vtl"
)

// mappingTemplate is a mapping template, parsed.
type mappingTemplate struct {
	mediaType string
	parsed    *vtl.Template // nil if err is set, or the template is empty
	err       error
}

// templates parses a list of them. Where names them in errors.
func (d *deployer) templates(m *method, where string, list []assembly.Template) []mappingTemplate {
	templates := make([]mappingTemplate, 0, len(list))
	for _, t := range list {
		ready := mappingTemplate{mediaType: t.MediaType}
		if t.Text != "" {
			ready.parsed, ready.err = vtl.Parse(m.where()+", "+where+" "+t.MediaType, t.Text)
		}
		if ready.err != nil {
			d.notice(m.Path, "the template cannot be parsed, so every call that uses it answers 500: %v", ready.err)
		}
		templates = append(templates, ready)
	}
	return templates
}

// findTemplate finds the template for a media type.
func findTemplate(templates []mappingTemplate, mediaType string) *mappingTemplate {
	i := slices.IndexFunc(templates, func(t mappingTemplate) bool { return strings.EqualFold(t.mediaType, mediaType) })
	if i < 0 {
		return nil
	}
	return &templates[i]
}

// parameterMapping sets one parameter.
type parameterMapping struct {
	target mapping.Target
	source mapping.Source
}

// parameters prepares parameter mappings. One that cannot be read is left out.
func (d *deployer) parameters(m *method, list []assembly.Mapping, parse func(string) (mapping.Source, error)) []parameterMapping {
	parameters := make([]parameterMapping, 0, len(list))
	for _, definition := range list {
		target, err := mapping.ParseTarget(definition.Target)
		source, sourceErr := parse(definition.Source)
		if err = errors.Join(err, sourceErr); err != nil {
			d.notice(m.Path, "%v; the mapping has no effect", err)
			continue
		}
		parameters = append(parameters, parameterMapping{target, source})
	}
	return parameters
}

// untransformable is a template that failed. What is request or response.
func untransformable(what string, cause error) *gatewayresponse.Error {
	return configurationError("Unable to transform "+what, cause)
}

// mappingFailed is a parameter mapping of a request that failed.
func mappingFailed(ctx context.Context, err error) *gatewayresponse.Error {
	var body *mapping.BodyError
	switch {
	case errors.As(err, &body):
		return invalidJSON(err)
	case ctx.Err() != nil:
		return timedOut(err)
	}
	return untransformable("request", err)
}

// invalidJSON is a request whose body, or what a template made of it, is no JSON
// where it has to be.
func invalidJSON(cause error) *gatewayresponse.Error {
	return &gatewayresponse.Error{
		Type: gatewayresponse.Default4XX, Status: 400, Message: "Invalid JSON in request body", Spaced: true, Cause: cause,
	}
}

// setParam gives a parameter its only values. Its name has a letter case.
func setParam(p mapping.Params, name string, values []string) mapping.Params {
	p = slices.DeleteFunc(p, func(param mapping.Param) bool { return param.Name == name })
	return append(p, mapping.Param{Name: name, Values: values})
}

// noteOutput tells what a template asked for in vain.
func (c *call) noteOutput(where string, notes []string) {
	for _, note := range notes {
		c.record.note(fmt.Sprintf("%s template: %s", where, note))
	}
}
