package lint

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/assembly/cloudassembly"
	"example.com/apigw/internal/assembly/template"
)

// App is what checks look at: the resources of a cloud assembly as the templates
// have them, so that those too can be checked that cannot be served.
type App struct {
	dir       string
	stacks    []*template.Stack
	resources []*Resource              // that exist, by stack and logical id
	expanded  map[*template.Stack]bool // those that isExpanded is true of
	byType    map[string][]*Resource
	apis      []*API
	apiByID   map[string]*API
	methods   []*Method
	functions map[string]*Resource // by ARN without a qualifier
	templates []*mappingTemplate   // as mappingTemplates returns them; nil until they are needed
	unserved  error                // why the app cannot be served; nil if it can
}

// Resource is a resource with its properties, resolved as far as they can be.
type Resource struct {
	*template.Resource
	props map[string]any
}

// unknown stands for a value that depends on the deployment.
type unknown struct{}

// API is a REST API with what belongs to it.
type API struct {
	*Resource
	id        string
	nodes     map[string]*Resource // AWS::ApiGateway::Resource, by id
	models    []*Resource
	stages    []*Resource // AWS::ApiGateway::Stage, and deployments that name one
	methods   []*Method
	document  bool // it has an OpenAPI document
	responses []gatewayResponse
}

// Read reads the cloud assembly in a directory.
func Read(dir string, o assembly.Options) (*App, error) {
	stacks, err := cloudassembly.Read(dir)
	if err != nil {
		return nil, err
	}
	app, err := template.New(stacks, template.Options{Parameters: o.Parameters, Imports: o.Imports, Strict: true, Account: o.Account, Region: o.Region})
	if err != nil {
		return nil, err
	}
	a := &App{
		dir: dir, stacks: app.Stacks,
		expanded: map[*template.Stack]bool{}, byType: map[string][]*Resource{}, apiByID: map[string]*API{}, functions: map[string]*Resource{},
	}
	for _, s := range app.Stacks {
		a.expanded[s] = isExpanded(s)
		for _, r := range s.Resources() {
			if exists, err := r.Exists(); err == nil && !exists {
				continue
			}
			resource := &Resource{Resource: r, props: map[string]any{}}
			if ours(r.Type) {
				for key, value := range r.Properties {
					if v, there := resolve(r, value, key); there {
						resource.props[key] = v
					}
				}
			}
			a.resources = append(a.resources, resource)
			a.byType[r.Type] = append(a.byType[r.Type], resource)
		}
	}
	model, err := assembly.Read(dir, o)
	a.unserved = err
	a.readAPIs(model)
	return a, nil
}

// ours reports whether the values of a type's properties matter.
func ours(resourceType string) bool {
	return strings.HasPrefix(resourceType, "AWS::ApiGateway::") || strings.HasPrefix(resourceType, "AWS::Lambda::") ||
		resourceType == "AWS::Logs::LogGroup"
}

// resolve replaces the intrinsic functions in a value, as far as they can be: what
// cannot be is unknown. It reports whether there is a value.
func resolve(r *template.Resource, v any, path string) (any, bool) {
	if result, ok, err := r.Resolve(v, path); err == nil {
		return result, ok
	}
	switch v := v.(type) {
	case map[string]any:
		if isCall(v) {
			return unknown{}, true
		}
		out := map[string]any{}
		for key, e := range v {
			if e, there := resolve(r, e, path+"."+key); there {
				out[key] = e
			}
		}
		return out, true
	case []any:
		var out []any
		for i, e := range v {
			if e, there := resolve(r, e, path+"."+strconv.Itoa(i)); there {
				out = append(out, e)
			}
		}
		return out, true
	}
	return unknown{}, true
}

// isCall reports whether an object is a call of an intrinsic function.
func isCall(v map[string]any) bool {
	for key := range v {
		if key == "Ref" || strings.HasPrefix(key, "Fn::") {
			return true
		}
	}
	return false
}

// at returns a value below a value, by the keys of objects.
func at(v any, path ...string) (any, bool) {
	for _, key := range path {
		object, ok := v.(map[string]any)
		if !ok {
			_, isUnknown := v.(unknown)
			return v, isUnknown
		}
		if v, ok = object[key]; !ok {
			return nil, false
		}
	}
	return v, v != nil
}

// get returns a property; ok is false if there is none.
func (r *Resource) get(path ...string) (v any, ok bool) { return at(r.props, path...) }

// text returns a property that is a text, number or boolean. It is empty if there is
// none, or if it is not known before the deployment.
func (r *Resource) text(path ...string) string {
	v, _ := r.get(path...)
	text, _ := textOf(v)
	return text
}

// textOf returns a value as text; known is false if it is unknown or is none.
func textOf(v any) (text string, known bool) {
	switch v := v.(type) {
	case string:
		return v, !strings.Contains(v, "{{resolve:")
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}

// number returns a property that is a whole number; ok is false if it is not.
func (r *Resource) number(path ...string) (n int, ok bool) {
	n, err := strconv.Atoi(r.text(path...))
	return n, err == nil
}

// pair is an entry of an object of texts.
type pair struct {
	key, value string
	known      bool // the value
}

// pairs returns an object of texts, by key.
func pairs(v any) []pair {
	object, _ := v.(map[string]any)
	var list []pair
	for _, key := range slices.Sorted(maps.Keys(object)) {
		text, known := textOf(object[key])
		list = append(list, pair{key, text, known})
	}
	return list
}

// valueOf returns the value of a key, in any letter case.
func valueOf(list []pair, key string) (value string, ok bool) {
	for _, p := range list {
		if strings.EqualFold(p.key, key) {
			return p.value, true
		}
	}
	return "", false
}

// list returns a property that is a list.
func (r *Resource) list(path ...string) []any {
	v, _ := r.get(path...)
	l, _ := v.([]any)
	return l
}

// of returns the resources of a type.
func (a *App) of(kind string) []*Resource { return a.byType["AWS::ApiGateway::"+kind] }

// owner returns the API that a resource belongs to; nil if it is not known.
func (a *App) owner(r *Resource) *API { return a.apiByID[r.text("RestApiId")] }

// readAPIs puts together what belongs to each API. The model has the parts that
// documents define; it is nil if the app cannot be served.
func (a *App) readAPIs(model *assembly.Assembly) {
	for _, r := range a.of("RestApi") {
		api := &API{Resource: r, id: r.ID(10, ""), nodes: map[string]*Resource{}}
		_, inline := r.get("Body")
		_, stored := r.get("BodyS3Location")
		_, cloned := r.get("CloneFrom")
		api.document = inline || stored || cloned
		a.apis = append(a.apis, api)
		a.apiByID[api.id] = api
	}
	for _, r := range a.of("Resource") {
		if api := a.owner(r); api != nil {
			api.nodes[r.ID(6, "")] = r
		}
	}
	for _, r := range a.of("Model") {
		if api := a.owner(r); api != nil {
			api.models = append(api.models, r)
		}
	}
	for _, r := range a.of("Stage") {
		if api := a.owner(r); api != nil {
			api.stages = append(api.stages, r)
		}
	}
	for _, r := range a.of("Deployment") {
		if api := a.owner(r); api != nil && r.text("StageName") != "" {
			api.stages = append(api.stages, r)
		}
	}
	validators := a.validators()
	for _, r := range a.of("Method") {
		m := methodOf(r, a.owner(r))
		if v := validators[r.text("RequestValidatorId")]; v != nil {
			m.validatesBody = v.text("ValidateRequestBody") == "true"
			m.validatesParams = v.text("ValidateRequestParameters") == "true"
		}
		a.methods = append(a.methods, m)
		if m.api != nil {
			m.api.methods = append(m.api.methods, m)
		}
	}
	for _, r := range a.of("GatewayResponse") {
		if api := a.owner(r); api != nil {
			api.responses = append(api.responses, gatewayResponseOf(r))
		}
	}
	if model != nil {
		a.readDocuments(model)
	}
	for _, r := range a.byType["AWS::Lambda::Function"] {
		if name, err := r.Name(); err == nil {
			arn, _ := r.Stack.FunctionARN(name)
			a.functions[arn] = r
		}
	}
}

// validators returns the request validators by id.
func (a *App) validators() map[string]*Resource {
	validators := map[string]*Resource{}
	for _, r := range a.of("RequestValidator") {
		validators[r.ID(6, "")] = r
	}
	return validators
}

// readDocuments adds the methods and gateway responses of OpenAPI documents.
func (a *App) readDocuments(model *assembly.Assembly) {
	for _, definition := range model.APIs {
		api := a.apiByID[definition.ID]
		if api == nil || !api.document {
			continue
		}
		own := map[string]bool{}
		for _, m := range api.methods {
			own[m.path] = true
		}
		for _, m := range definition.Methods {
			if !own[m.Path] {
				method := importedMethod(api, m)
				api.methods = append(api.methods, method)
				a.methods = append(a.methods, method)
			}
		}
		for _, kind := range slices.Sorted(maps.Keys(definition.GatewayResponses)) {
			g := definition.GatewayResponses[kind]
			if !slices.ContainsFunc(api.responses, func(r gatewayResponse) bool { return r.kind == kind }) {
				api.responses = append(api.responses, gatewayResponse{res: api.Resource, kind: kind, parameters: pairsOf(g.Parameters)})
			}
		}
	}
}

// maxParts bounds the parts of a path.
const maxParts = 256

// path returns the path of a resource; ok is false if it is not known.
func (api *API) path(id string) (path string, ok bool) {
	for range maxParts {
		if id == api.RootResourceID() {
			if path == "" {
				path = "/"
			}
			return path, true
		}
		node := api.nodes[id]
		if node == nil {
			return "", false
		}
		path = "/" + node.text("PathPart") + path
		id = node.text("ParentId")
	}
	return "", false
}
