package lint

import (
	"regexp"
	"strings"

	"example.com/apigw/internal/rules"
)

// apiChecks are what CreateRestApi, CreateApiKey and CreateUsagePlan refuse.
func apiChecks() []*Check {
	return []*Check{
		{Name: "API", Rules: []string{"api-name-missing", "api-endpoints-several", "api-endpoint-invalid", "api-compression-invalid"}, Run: checkAPI},
		{Name: "API keys", Rules: []string{"api-key-too-short", "api-key-too-long"}, Run: checkAPIKeys},
		{Name: "usage plans", Rules: []string{"plan-stage-unknown"}, Run: checkUsagePlans},
	}
}

func checkAPI(p *Pass) {
	for _, api := range p.apis {
		if _, named := api.get("Name"); !named && !api.document {
			p.report(api.Resource, "Name", rules.Of("api-name-missing"))
		}
		var types []string
		for _, v := range api.list("EndpointConfiguration", "Types") {
			kind, known := textOf(v)
			types = append(types, kind)
			if known && kind != "EDGE" && kind != "REGIONAL" && kind != "PRIVATE" {
				p.report(api.Resource, "EndpointConfiguration.Types", rules.Of("api-endpoint-invalid", "type", kind))
			}
		}
		if len(types) > 1 {
			p.report(api.Resource, "EndpointConfiguration.Types", rules.Of("api-endpoints-several", "types", strings.Join(types, ", ")))
		}
		if size, ok := api.number("MinimumCompressionSize"); ok && (size < 0 || size > 10485760) {
			p.report(api.Resource, "MinimumCompressionSize", rules.Of("api-compression-invalid", "size", size))
		}
	}
}

// Sizes of the value of an API key, in characters.
const (
	minKey = 20
	maxKey = 128
)

func checkAPIKeys(p *Pass) {
	for _, r := range p.of("ApiKey") {
		switch size := len([]rune(r.text("Value"))); {
		case size == 0:
		case size < minKey:
			p.report(r, "Value", rules.Of("api-key-too-short", "size", size))
		case size > maxKey:
			p.report(r, "Value", rules.Of("api-key-too-long", "size", size))
		}
	}
}

func checkUsagePlans(p *Pass) {
	for _, r := range p.of("UsagePlan") {
		for _, each := range r.list("ApiStages") {
			id, _ := at(each, "ApiId")
			stage, _ := at(each, "Stage")
			idText, _ := textOf(id)
			name, known := textOf(stage)
			api := p.apiByID[idText]
			if api == nil || !known || len(api.stages) == 0 {
				continue
			}
			if _, all := api.stageNames()[name]; !all && api.stagesKnown() {
				p.report(r, "ApiStages", rules.Of("plan-stage-unknown", "stage", name))
			}
		}
	}
}

// stageNames returns the stages of the API by name.
func (api *API) stageNames() map[string]*Resource {
	names := map[string]*Resource{}
	for _, s := range api.stages {
		names[s.text("StageName")] = s
	}
	return names
}

// stagesKnown reports whether the names of all stages are known.
func (api *API) stagesKnown() bool {
	_, unknown := api.stageNames()[""]
	return !unknown
}

// resourceChecks are what CreateResource refuses.
func resourceChecks() []*Check {
	return []*Check{
		{Name: "path parts", Rules: []string{"resource-part-invalid"}, Run: checkPathParts},
		{Name: "siblings", Rules: []string{"resource-variables", "resource-twice", "resource-below-greedy"}, Run: checkSiblings},
	}
}

// pathPart is what the control plane takes as a part of a path. The colon is not in
// the published message, and is documented since.
var pathPart = regexp.MustCompile(`^([a-zA-Z0-9._\-:$]+|\{[a-zA-Z0-9._\-:]+\+?\})$`)

func checkPathParts(p *Pass) {
	for _, r := range p.of("Resource") {
		v, there := r.get("PathPart")
		if part, known := textOf(v); there && known && !pathPart.MatchString(part) {
			p.report(r, "PathPart", rules.Of("resource-part-invalid", "part", quoted(part)))
		}
	}
}

func checkSiblings(p *Pass) {
	type parent struct {
		api *API
		id  string
	}
	variables := map[parent]*Resource{}
	parts := map[parent]map[string]*Resource{}
	for _, r := range p.of("Resource") {
		api, id, part := p.owner(r), r.text("ParentId"), r.text("PathPart")
		if api == nil || id == "" || part == "" {
			continue
		}
		if above := api.nodes[id]; above != nil && strings.HasSuffix(above.text("PathPart"), "+}") {
			p.report(r, "ParentId", rules.Of("resource-below-greedy", "part", part, "other", above.text("PathPart")))
		}
		key := parent{api, id}
		if parts[key] == nil {
			parts[key] = map[string]*Resource{}
		}
		if other := parts[key][part]; other != nil {
			p.report(r, "PathPart", rules.Of("resource-twice", "part", part, "other", other.Path))
			continue
		}
		parts[key][part] = r
		if !strings.HasPrefix(part, "{") {
			continue
		}
		if other := variables[key]; other != nil {
			p.report(r, "PathPart", rules.Of("resource-variables", "part", part, "other", other.text("PathPart")))
		} else {
			variables[key] = r
		}
	}
}

// quoted shows a text that may be empty, or end in a blank.
func quoted(text string) string { return `"` + text + `"` }
