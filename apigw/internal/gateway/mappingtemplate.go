package gateway

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/mapping"
	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/vtl"
)

// mappingTemplate is a mapping template, parsed.
type mappingTemplate struct {
	mediaType string
	parsed    *vtl.Template // nil if err is set, or the template is empty
	err       error
}

// templates parses mapping templates. Where names them in errors.
func (d *deployer) templates(m *method, where string, list []assembly.Template) []mappingTemplate {
	templates := make([]mappingTemplate, 0, len(list))
	for _, t := range list {
		ready := mappingTemplate{mediaType: t.MediaType}
		if t.Text != "" {
			ready.parsed, ready.err = mapping.Parse(m.where()+", "+where+" "+t.MediaType, t.Text)
		}
		if ready.err != nil {
			d.templateUnparsable(m, ready.err)
		}
		templates = append(templates, ready)
	}
	return templates
}

// findTemplate returns the template for a media type; nil without one.
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
			d.mappingUnreadable(m, err)
			continue
		}
		parameters = append(parameters, parameterMapping{target, source})
	}
	return parameters
}

// mappingFailed returns the failure of a parameter mapping of a request.
func mappingFailed(ctx context.Context, timeout time.Duration, err error) *gatewayresponse.Error {
	_, isBody := errors.AsType[*mapping.BodyError](err)
	switch {
	case isBody:
		return gatewayresponse.InvalidJSON(err)
	case ctx.Err() != nil:
		return gatewayresponse.IntegrationTimeout(rules.Of("template-too-slow", "timeout", timeout), err)
	}
	return gatewayresponse.UntransformableRequest(rules.Of("request-mapping-failed", "problem", err), err)
}

// setParam sets the values of a parameter, and drops others of its name. Letter
// case counts.
func setParam(p mapping.Params, name string, values []string) mapping.Params {
	p = slices.DeleteFunc(p, func(param mapping.Param) bool { return param.Name == name })
	return append(p, mapping.Param{Name: name, Values: values})
}
