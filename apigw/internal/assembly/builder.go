package assembly

import (
	"cmp"
	"maps"
	"slices"

	"example.com/apigw/internal/assembly/template"
	"example.com/apigw/internal/rules"
)

// builder turns resources into the model.
type builder struct {
	assembly  *Assembly
	apis      map[string]*apiBuilder // by id
	functions map[string]*Function   // by ARN
	app       *template.App
}

// notice reports something about a resource, once.
func (b *builder) notice(path string, rule rules.Use) {
	n := NewNotice(path, rule)
	if !slices.Contains(b.assembly.Notices, n) {
		b.assembly.Notices = append(b.assembly.Notices, n)
	}
}

// leaveOut says why something is not in the model.
func (b *builder) leaveOut(r *template.Resource, err error) {
	b.notice(r.Path, rules.Of("resource-unreadable", "problem", err))
}

// api returns the API that a resource belongs to; nil, with a notice, if that is not
// in this assembly.
func (b *builder) api(r *template.Resource, id string) *apiBuilder {
	if id == "" {
		b.leaveOut(r, r.Errorf("RestApiId", "it is missing: name the API with {\"Ref\": …}"))
		return nil
	}
	api, ok := b.apis[id]
	if !ok {
		b.notice(r.Path, rules.Of("api-elsewhere", "api", id))
	}
	return api
}

// sort puts the parts of the model into the order that its types document.
func (b *builder) sort(stacks []*template.Stack) {
	rank := map[string]int{} // of the stack, by construct path of what is in it
	for i, s := range stacks {
		for _, r := range s.Resources() {
			rank[r.Path] = i
		}
	}
	slices.SortFunc(b.assembly.APIs, func(x, y *API) int {
		return cmp.Or(cmp.Compare(rank[x.Path], rank[y.Path]), cmp.Compare(x.Name, y.Name), cmp.Compare(x.LogicalID, y.LogicalID))
	})
	slices.SortFunc(b.assembly.Functions, func(x, y *Function) int {
		return cmp.Or(cmp.Compare(rank[x.Path], rank[y.Path]), cmp.Compare(x.Name, y.Name), cmp.Compare(x.LogicalID, y.LogicalID))
	})
	for _, api := range b.assembly.APIs {
		slices.SortFunc(api.Methods, func(x, y *Method) int {
			return cmp.Or(cmp.Compare(x.ResourcePath, y.ResourcePath), cmp.Compare(x.HTTPMethod, y.HTTPMethod))
		})
		slices.SortFunc(api.Models, func(x, y *Model) int { return cmp.Compare(x.Name, y.Name) })
		slices.SortFunc(api.Stages, func(x, y *Stage) int { return cmp.Compare(x.Name, y.Name) })
	}
}

// mappings returns parameter mappings in the order of their targets.
func mappings(parameters map[string]string) []Mapping {
	var list []Mapping
	for _, target := range slices.Sorted(maps.Keys(parameters)) {
		list = append(list, Mapping{Target: target, Source: parameters[target]})
	}
	return list
}

// templates returns mapping templates in the order of their media types.
func templates(byType map[string]string) []Template {
	var list []Template
	for _, mediaType := range slices.Sorted(maps.Keys(byType)) {
		list = append(list, Template{MediaType: mediaType, Text: byType[mediaType]})
	}
	return list
}
