package gateway

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/schema"
)

// sampleText is the value of parameters in a sample.
const sampleText = "sample"

// sample returns a plain request to a method: every parameter that it declares has
// a value, and the body is what its model asks for.
func (m *method) sample() Request {
	r := Request{Method: m.HTTPMethod, Header: http.Header{}}
	if r.Method == "ANY" {
		r.Method = http.MethodGet
	}
	if r.Body = m.sampleBody(r.Header); r.Body != nil && m.HTTPMethod == "ANY" {
		r.Method = http.MethodPost
	}
	query := url.Values{}
	for _, p := range m.RequestParameters {
		switch {
		case p.Location == "querystring":
			query.Set(p.Name, sampleText)
		case p.Location == "header" && !isHeader(p.Name, "Content-Type", "Host", "Accept"):
			r.Header[p.Name] = []string{sampleText}
		}
	}
	r.Header["Accept"] = []string{"*/*"}
	var path []string
	for part := range strings.SplitSeq(m.ResourcePath, "/") {
		if strings.HasPrefix(part, "{") {
			part = sampleText
		}
		path = append(path, part)
	}
	r.Target = &url.URL{Path: strings.Join(path, "/"), RawQuery: query.Encode()}
	return r
}

// sampleBody returns a body for a method that takes one, and sets its Content-Type.
func (m *method) sampleBody(header http.Header) []byte {
	models := slices.Sorted(maps.Keys(m.RequestModels))
	takesBody := slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch}, m.HTTPMethod)
	if len(models) == 0 && !takesBody {
		return nil
	}
	contentType := "application/json"
	if m.Integration != nil && len(m.Integration.RequestTemplates) > 0 && len(models) == 0 {
		contentType = preferred(m.Integration.RequestTemplates, contentType)
	}
	body := []byte("{}")
	if len(models) > 0 {
		if !slices.Contains(models, contentType) {
			contentType = models[0]
		}
		if sample, err := json.Marshal(schema.Sample(m.stage.api.Models, m.RequestModels[contentType])); err == nil {
			body = sample
		}
	}
	header["Content-Type"] = []string{contentType}
	return body
}

// preferred returns a media type if a template is for it or for all, else one that
// has a template.
func preferred(templates []assembly.Template, mediaType string) string {
	for _, t := range templates {
		if t.MediaType == mediaType || t.MediaType == "$default" {
			return mediaType
		}
	}
	return templates[0].MediaType
}
