package gateway

import (
	"slices"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/record"
)

// defineAPI returns an API for the records of its requests.
func defineAPI(a *assembly.API) *record.API {
	d := &record.API{BinaryMediaTypes: a.BinaryMediaTypes}
	for _, s := range a.Stages {
		d.Stages = append(d.Stages, s.Name)
	}
	for _, m := range a.Methods {
		d.Routes = append(d.Routes, record.Route{Method: m.HTTPMethod, Path: m.ResourcePath, CORS: sendsCORS(m)})
	}
	return d
}

const allowOrigin = "Access-Control-Allow-Origin"

// sendsCORS reports whether an integration response of a method has
// Access-Control-Allow-Origin, by a mapping or a template.
func sendsCORS(m *assembly.Method) bool {
	return m.Integration != nil && slices.ContainsFunc(m.Integration.Responses, func(r assembly.IntegrationResponse) bool {
		return slices.ContainsFunc(r.Parameters, func(p assembly.Mapping) bool { return strings.EqualFold(headerName(p), allowOrigin) }) ||
			slices.ContainsFunc(r.Templates, func(t assembly.Template) bool {
				return strings.Contains(strings.ToLower(t.Text), strings.ToLower(allowOrigin))
			})
	})
}

// headerName returns the header that the mapping of a response sets.
func headerName(p assembly.Mapping) string {
	return strings.TrimPrefix(p.Target, "method.response.header.")
}

// define returns a method for the records of its requests.
func (d *deployer) define(m *method) *record.Method {
	out := &record.Method{Path: m.Path, HTTPMethod: m.HTTPMethod, ResourcePath: m.ResourcePath, Timeout: m.timeout, StageVariables: m.stage.Variables}
	for _, r := range m.Responses {
		out.Declared = append(out.Declared, record.Declared{Status: r.StatusCode, Headers: r.Headers})
	}
	if a := m.Method.Authorizer; a != nil {
		out.Authorizer = &record.Authorizer{Name: a.Name, TTL: a.TTL}
	}
	if f := m.function; f != nil {
		out.Function = &record.Function{
			ARN: f.ARN, Name: f.Name, Source: f.SourceName(), Package: f.Package, Runtime: f.Runtime}
	}
	i := m.Integration
	if i == nil {
		return out
	}
	out.Integration, out.ContentHandling = i.Type, i.ContentHandling
	out.RequestTemplates = defineTemplates("request template ", i.RequestTemplates)
	for _, r := range i.Responses {
		response := record.Response{Status: r.StatusCode, Pattern: r.SelectionPattern, Templates: defineTemplates("response template "+r.StatusCode+" ", r.Templates)}
		for _, p := range r.Parameters {
			response.Headers = append(response.Headers, record.HeaderMapping{Name: headerName(p), Source: p.Source})
		}
		out.Responses = append(out.Responses, response)
	}
	return out
}

func defineTemplates(name string, list []assembly.Template) []record.Template {
	var templates []record.Template
	for _, t := range list {
		templates = append(templates, record.Template{Name: name + t.MediaType, MediaType: t.MediaType, Text: t.Text})
	}
	return templates
}
