package assembly

import (
	"cmp"
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
	functions        []item[property.Function]
	layers           []item[property.LayerVersion]
	versions         []item[property.Version]
	aliases          []item[property.Alias]
	permissions      []item[property.Permission]

	notices []Notice
}

// collect reads all resources of an app that matter to APIs and functions.
func collect(app *template.App) (*resources, error) {
	c := &resources{}
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
		for _, key := range s.Loops() {
			c.notice(s.DisplayName, rules.Of("loop-not-run", "place", key))
		}
		for _, r := range s.Resources() {
			if err := c.add(r); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}

// notice reports something about a resource, once.
func (c *resources) notice(path string, rule rules.Use) {
	n := NewNotice(path, rule)
	if !slices.Contains(c.notices, n) {
		c.notices = append(c.notices, n)
	}
}

// add reads one resource, if it is of a type that is read.
func (c *resources) add(r *template.Resource) error {
	ours := strings.HasPrefix(r.Type, "AWS::ApiGateway::") || strings.HasPrefix(r.Type, "AWS::Lambda::")
	treatment := property.TypeTreatment(r.Type)
	exists, err := r.Exists()
	switch {
	case err != nil && ours && !treatment.Known:
		return err
	case err != nil:
		c.notice(r.Path, rules.Of("resource-unreadable", "problem", err))
		return nil
	case !exists:
		return nil
	}
	if err := r.Circular(); err != nil {
		if ours && !treatment.Known {
			return err
		}
		c.notice(r.Path, rules.Of("circle", "problem", err))
	}
	if treatment.Known {
		if !treatment.Notice.IsZero() {
			c.notice(r.Path, treatment.Notice)
		}
		return nil
	}
	if !ours {
		return nil
	}
	return c.addKnown(r)
}

// addKnown reads a resource of REST APIs or Lambda.
func (c *resources) addKnown(r *template.Resource) error {
	switch r.Type {
	case "AWS::ApiGateway::RestApi":
		return add(c, &c.restAPIs, r)
	case "AWS::ApiGateway::Resource":
		return add(c, &c.resources, r)
	case "AWS::ApiGateway::Method":
		return add(c, &c.methods, r)
	case "AWS::ApiGateway::Model":
		return add(c, &c.models, r)
	case "AWS::ApiGateway::RequestValidator":
		return add(c, &c.validators, r)
	case "AWS::ApiGateway::Authorizer":
		return add(c, &c.authorizers, r)
	case "AWS::ApiGateway::GatewayResponse":
		return add(c, &c.gatewayResponses, r)
	case "AWS::ApiGateway::Deployment":
		return add(c, &c.deployments, r)
	case "AWS::ApiGateway::Stage":
		return add(c, &c.stages, r)
	case "AWS::ApiGateway::ApiKey":
		return add(c, &c.apiKeys, r)
	case "AWS::ApiGateway::UsagePlan":
		return add(c, &c.usagePlans, r)
	case "AWS::ApiGateway::UsagePlanKey":
		return add(c, &c.usagePlanKeys, r)
	case "AWS::Lambda::Function":
		return add(c, &c.functions, r)
	case "AWS::Lambda::LayerVersion":
		return add(c, &c.layers, r)
	case "AWS::Lambda::Version":
		return add(c, &c.versions, r)
	case "AWS::Lambda::Alias":
		return add(c, &c.aliases, r)
	case "AWS::Lambda::Permission":
		return c.addPermission(r)
	}
	c.notice(r.Path, rules.Of("type-unknown", "type", r.Type))
	return nil
}

// addPermission reads a permission. One that is not for API Gateway is not needed
// here, so that it may be broken.
func (c *resources) addPermission(r *template.Resource) error {
	err := add(c, &c.permissions, r)
	if err == nil {
		return nil
	}
	if principal, failed := r.ResolveText("Principal"); failed == nil && principal != "apigateway.amazonaws.com" {
		c.notice(r.Path, rules.Of("permission-unreadable", "problem", err))
		return nil
	}
	return err
}

// add reads a resource into the list of its type.
func add[P any](c *resources, list *[]item[P], r *template.Resource) error {
	entry := item[P]{Resource: r}
	unread, err := property.Decode(r, &entry.Props)
	if err != nil {
		return err
	}
	c.report(r, unread)
	*list = append(*list, entry)
	return nil
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
