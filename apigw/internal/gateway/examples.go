package gateway

import (
	"context"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"time"

	"example.com/apigw/internal/gateway/schema"
)

// Example is a request to a method, for people who try it.
type Example struct {
	Title  string
	Model  bool   // the body is made for the method's model
	Method string // of HTTP
	Target string // path and query, from the API on
	Header []HeaderField
	Body   string
}

// HeaderField is a header of an [Example].
type HeaderField struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Place names a method: by the API, as URLs have it, the stage, the method of HTTP or
// ANY, and the path of the resource.
type Place struct{ API, Stage, Method, Path string }

// RouteOf returns the path of the resource and the method, as they are deployed, that
// serve a request to a path behind a stage. The path is percent-encoded.
func (g *Gateway) RouteOf(api, stage, method, path string) (at Place, ok bool) {
	s := g.stage(api, stage)
	if s == nil {
		return at, false
	}
	m, _, ok := s.routes.Find(path, method)
	if !ok {
		return at, false
	}
	return Place{api, stage, m.HTTPMethod, m.ResourcePath}, true
}

func (g *Gateway) stage(api, name string) *stage {
	for _, a := range g.apis {
		if a.key == api {
			return a.stages[name]
		}
	}
	return nil
}

// Examples returns requests to a method, with what its models accept and refuse, and a
// plain one. It reports false if there is no such method.
func (g *Gateway) Examples(at Place) (list []Example, ok bool) {
	s := g.stage(at.API, at.Stage)
	if s == nil {
		return nil, false
	}
	i := slices.IndexFunc(s.methods, func(m *method) bool { return m.HTTPMethod == at.Method && m.ResourcePath == at.Path })
	if i < 0 {
		return nil, false
	}
	return s.methods[i].examples(), true
}

func (m *method) examples() []Example {
	sample := m.sample()
	plain := Example{Title: "a plain request", Method: sample.Method, Target: m.stage.url() + rawPath(sample.Target), Body: string(sample.Body)}
	if sample.Target.RawQuery != "" {
		plain.Target += "?" + sample.Target.RawQuery
	}
	for _, name := range slices.Sorted(maps.Keys(sample.Header)) {
		if name != "Accept" {
			plain.Header = append(plain.Header, HeaderField{name, sample.Header[name][0]})
		}
	}
	if keys := m.stage.apiKeys(); m.APIKeyRequired && len(keys) > 0 {
		plain.Header = append(plain.Header, HeaderField{"x-api-key", keys[0].Value})
	}
	list := m.modelExamples(plain, sample.Header.Get("Content-Type"))
	if len(list) == 0 || !list[0].fits {
		list = append(list, modelExample{Example: plain})
	}
	examples := make([]Example, len(list))
	for i := range list {
		examples[i] = list[i].Example
	}
	return examples
}

// modelExample is an example with a body that a model accepts, or refuses.
type modelExample struct {
	Example
	fits bool
}

// exampleLimit is how long a model may take.
const exampleLimit = 2 * time.Second

// modelExamples returns a request with a body that the model for a content type
// accepts, and for each member that it asks for one without it. What the model does not
// see like this is left out.
func (m *method) modelExamples(plain Example, contentType string) (list []modelExample) {
	name, ok := m.RequestModels[contentType]
	if !ok {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), exampleLimit)
	defer cancel()
	models := m.stage.api.Models
	add := func(title string, body any, fits bool) {
		text, err := json.MarshalIndent(body, "", "  ")
		if err != nil || (m.stage.api.models.Check(ctx, name, contentType, text) == nil) != fits {
			return
		}
		e := plain
		e.Title, e.Model, e.Body = title, true, string(text)
		list = append(list, modelExample{e, fits})
	}
	sample := schema.Sample(models, name)
	add("a body that the model "+name+" accepts", sample, true)
	object, _ := sample.(map[string]any)
	for _, member := range schema.Required(models, name) {
		without := maps.Clone(object)
		delete(without, member)
		if len(without) < len(object) {
			add("without "+member+", which the model "+name+" asks for", without, false)
		}
	}
	return list
}

// url returns the path of a stage.
func (s *stage) url() string { return "/" + url.PathEscape(s.api.key) + "/" + s.Name }
