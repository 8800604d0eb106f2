package assembly

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"example.com/apigw/internal/assembly/property"
	"example.com/apigw/internal/assembly/template"
	"example.com/apigw/internal/rules"
)

// item is a resource with its properties.
type item[P any] struct {
	*template.Resource
	Props P
	// broken says why the first property that cannot be read cannot; nil if all can.
	// What does not need it goes on without it.
	broken error
}

// resources are those of a cloud assembly whose types are read, in the order of
// stacks and logical ids.
type resources struct {
	restAPIs         []item[property.RestApi]
	resources        []item[property.Resource]
	methods          []item[property.Method]
	models           []item[property.Model]
	validators       []item[property.RequestValidator]
	authorizers      []item[property.Authorizer]
	gatewayResponses []item[property.GatewayResponse]
	deployments      []item[property.Deployment]
	stages           []item[property.Stage]
	apiKeys          []item[property.ApiKey]
	usagePlans       []item[property.UsagePlan]
	usagePlanKeys    []item[property.UsagePlanKey]
	domains          []item[property.DomainName]
	mappings         []item[property.BasePathMapping]
	routingRules     []item[property.RoutingRule]
	functions        []item[property.Function]
	layers           []item[property.LayerVersion]
	versions         []item[property.Version]
	aliases          []item[property.Alias]
	permissions      []item[property.Permission]

	notices []Notice
}

// collect reads all resources of an app that matter to APIs and functions.
func collect(app *template.App) *resources {
	c := &resources{}
	for _, name := range slices.Sorted(maps.Keys(app.Unreadable)) {
		c.notice(name, rules.Of("resource-unreadable", "problem", app.Unreadable[name]))
	}
	for _, u := range app.Unread {
		c.notice(u.Resource.Path, rules.Of("resource-unreadable", "problem", u.Err))
	}
	for _, s := range app.Stacks {
		for _, name := range s.Transforms() {
			// This one changes the language only, and the language is resolved here.
			if name != "AWS::LanguageExtensions" {
				c.notice(s.DisplayName, rules.Of("transform-not-run", "transform", name))
			}
		}
		loops := s.Loops()
		for _, key := range slices.Sorted(maps.Keys(loops)) {
			c.notice(s.DisplayName, rules.Of("loop-not-run", "place", key, "problem", loops[key]))
		}
		for _, r := range s.Resources() {
			c.add(r)
		}
	}
	return c
}

// notice reports something about a resource, once.
func (c *resources) notice(path string, rule rules.Use) {
	n := NewNotice(path, rule)
	if !slices.Contains(c.notices, n) {
		c.notices = append(c.notices, n)
	}
}

// add reads one resource, if it is of a type that is read.
func (c *resources) add(r *template.Resource) {
	ours := strings.HasPrefix(r.Type, "AWS::ApiGateway::") || strings.HasPrefix(r.Type, "AWS::Lambda::")
	treatment := property.TypeTreatment(r.Type)
	exists, err := r.Exists()
	switch {
	case err != nil:
		c.notice(r.Path, rules.Of("resource-unreadable", "problem", err))
		return
	case !exists:
		return
	}
	if err := r.Circular(); err != nil {
		c.notice(r.Path, rules.Of("circle", "problem", err))
	}
	if treatment.Known {
		if !treatment.Notice.IsZero() {
			c.notice(r.Path, treatment.Notice)
		}
		return
	}
	switch {
	case ours:
		c.addKnown(r)
	case r.Type == "AWS::ApiGatewayV2::DomainName":
		if entry, _ := decode[property.DomainName](r); entry.broken == nil {
			c.domains = append(c.domains, entry)
		}
	case r.Type == "AWS::ApiGatewayV2::RoutingRule":
		add(c, &c.routingRules, r)
	case r.Type == "AWS::ApiGatewayV2::ApiMapping":
		entry, _ := decode[property.ApiMapping](r)
		p := entry.Props
		c.mappings = append(c.mappings, item[property.BasePathMapping]{
			Resource: r, broken: entry.broken,
			Props: property.BasePathMapping{BasePath: p.ApiMappingKey, DomainName: p.DomainName, RestApiId: p.ApiId, Stage: p.Stage},
		})
	}
}

// addKnown reads a resource of REST APIs or Lambda.
func (c *resources) addKnown(r *template.Resource) {
	switch r.Type {
	case "AWS::ApiGateway::RestApi":
		add(c, &c.restAPIs, r)
	case "AWS::ApiGateway::Resource":
		add(c, &c.resources, r)
	case "AWS::ApiGateway::Method":
		add(c, &c.methods, r)
	case "AWS::ApiGateway::Model":
		add(c, &c.models, r)
	case "AWS::ApiGateway::RequestValidator":
		add(c, &c.validators, r)
	case "AWS::ApiGateway::Authorizer":
		add(c, &c.authorizers, r)
	case "AWS::ApiGateway::GatewayResponse":
		add(c, &c.gatewayResponses, r)
	case "AWS::ApiGateway::Deployment":
		add(c, &c.deployments, r)
	case "AWS::ApiGateway::Stage":
		add(c, &c.stages, r)
	case "AWS::ApiGateway::ApiKey":
		add(c, &c.apiKeys, r)
	case "AWS::ApiGateway::UsagePlan":
		add(c, &c.usagePlans, r)
	case "AWS::ApiGateway::DomainName":
		add(c, &c.domains, r)
	case "AWS::ApiGateway::BasePathMapping":
		add(c, &c.mappings, r)
	case "AWS::ApiGateway::UsagePlanKey":
		add(c, &c.usagePlanKeys, r)
	case "AWS::Lambda::Function":
		add(c, &c.functions, r)
	case "AWS::Lambda::LayerVersion":
		add(c, &c.layers, r)
	case "AWS::Lambda::Version":
		add(c, &c.versions, r)
	case "AWS::Lambda::Alias":
		add(c, &c.aliases, r)
	case "AWS::Lambda::Permission":
		c.addPermission(r)
	default:
		c.notice(r.Path, rules.Of("type-unknown", "type", r.Type))
	}
}

// addPermission reads a permission. One that is not for API Gateway is not needed here.
func (c *resources) addPermission(r *template.Resource) {
	entry, unread := decode[property.Permission](r)
	if entry.broken == nil {
		c.report(r, unread)
		c.permissions = append(c.permissions, entry)
		return
	}
	if principal, failed := r.ResolveText("Principal"); failed == nil && principal != "apigateway.amazonaws.com" {
		c.notice(r.Path, rules.Of("permission-unreadable", "problem", entry.broken))
		return
	}
	c.notice(r.Path, rules.Of("resource-unreadable", "problem", entry.broken))
}

// add reads a resource into the list of its type. What is served even so if a property
// of it cannot be read says so itself; others are left out.
func add[P any](c *resources, list *[]item[P], r *template.Resource) {
	entry, unread := decode[P](r)
	switch r.Type {
	case "AWS::ApiGateway::RestApi", "AWS::ApiGateway::Method", "AWS::ApiGateway::Stage", "AWS::ApiGateway::Deployment", "AWS::Lambda::Function":
	default:
		if entry.broken != nil {
			c.notice(r.Path, rules.Of("resource-unreadable", "problem", entry.broken))
			return
		}
	}
	c.report(r, unread)
	*list = append(*list, entry)
}

// decode reads the properties of a resource.
func decode[P any](r *template.Resource) (item[P], []property.Unread) {
	entry := item[P]{Resource: r}
	unread, broken := property.Decode(r, &entry.Props)
	if len(broken) > 0 {
		entry.broken = broken[0].Err
	}
	return entry, unread
}

// report turns properties that are there and not read into notices.
func (c *resources) report(r *template.Resource, unread []property.Unread) {
	for _, u := range unread {
		treatment := property.TreatmentOf(r.Type, u.Path)
		switch {
		case !treatment.Known:
			c.notice(r.Path, rules.Of("property-unknown", "property", u.Path, "type", r.Type))
		case !treatment.Notice.IsZero() && asks(r, u):
			c.notice(r.Path, treatment.Notice)
		}
	}
}

// asks reports whether a property asks for anything: false, 0 and what is empty do
// not.
func asks(r *template.Resource, u property.Unread) bool {
	value, ok, err := r.Resolve(u.Value, u.Path)
	if err != nil {
		return true
	}
	if !ok || value == nil {
		return false
	}
	switch v := value.(type) {
	case bool:
		return v
	case string:
		return v != "" && !strings.EqualFold(v, "false")
	case []any:
		return len(v) > 0
	case map[string]any:
		return len(v) > 0
	}
	return true
}

// orElse returns the value, or the property's default if it is zero.
func orElse[T comparable](value, other T) T {
	return cmp.Or(value, other)
}
