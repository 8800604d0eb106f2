package lint

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/rules"
)

// Method is a method of an API, from a template or from an OpenAPI document.
type Method struct {
	res  *Resource // the method, or the API whose document has it
	path string    // construct path
	api  *API      // nil if it is not in the assembly
	// own is whether it is a resource of a template.
	own bool

	resourceID   string
	resourcePath string // empty if it is not known
	httpMethod   string

	authorizationType string
	apiKeyRequired    bool
	validatesBody     bool
	validatesParams   bool
	parameters        []pair // method.request.… to required
	requestModels     []pair
	responses         []response
	in                *integration // nil without one
	integrationGiven  bool         // there is one, even if it is not known
}

// response is a method response.
type response struct {
	status  string
	headers []pair // method.response.header.…
	models  []pair
}

// integration is what is behind a method.
type integration struct {
	kind, uri, httpMethod string
	uriKnown              bool
	credentials           bool
	passthrough, content  string
	connection            string
	connectionID          bool
	mode                  string
	timeout               int // ms; 0 is the default
	cacheKeys             []string
	parameters            []pair
	templates             []pair
	responses             []integrationResponse
}

// integrationResponse maps one kind of response of the backend.
type integrationResponse struct {
	status, pattern string
	patternKnown    bool // false if it depends on the deployment
	parameters      []pair
	templates       []pair
}

func methodOf(r *Resource, api *API) *Method {
	m := &Method{
		res: r, path: r.Path, api: api, own: true,
		resourceID: r.text("ResourceId"), httpMethod: strings.ToUpper(r.text("HttpMethod")),
		authorizationType: r.text("AuthorizationType"), apiKeyRequired: r.text("ApiKeyRequired") == "true",
	}
	if api != nil {
		m.resourcePath, _ = api.path(m.resourceID)
	}
	v, _ := r.get("RequestParameters")
	m.parameters = pairs(v)
	v, _ = r.get("RequestModels")
	m.requestModels = pairs(v)
	for _, each := range r.list("MethodResponses") {
		m.responses = append(m.responses, responseOf(each))
	}
	v, m.integrationGiven = r.get("Integration")
	if object, ok := v.(map[string]any); ok {
		m.in = integrationOf(object)
	}
	return m
}

func responseOf(v any) response {
	status, _ := at(v, "StatusCode")
	headers, _ := at(v, "ResponseParameters")
	models, _ := at(v, "ResponseModels")
	text, _ := textOf(status)
	return response{status: text, headers: pairs(headers), models: pairs(models)}
}

func integrationOf(v map[string]any) *integration {
	text := func(key string) string { t, _ := textOf(v[key]); return t }
	in := &integration{
		kind: text("Type"), httpMethod: text("IntegrationHttpMethod"),
		passthrough: text("PassthroughBehavior"), content: text("ContentHandling"),
		connection: text("ConnectionType"), mode: text("ResponseTransferMode"),
		parameters: pairs(v["RequestParameters"]), templates: pairs(v["RequestTemplates"]),
	}
	in.uri, in.uriKnown = textOf(v["Uri"])
	if _, there := v["Uri"]; !there {
		in.uriKnown = true
	}
	_, in.credentials = v["Credentials"]
	_, in.connectionID = v["ConnectionId"]
	in.timeout, _ = strconv.Atoi(text("TimeoutInMillis"))
	keys, _ := v["CacheKeyParameters"].([]any)
	for _, key := range keys {
		if key, known := textOf(key); known {
			in.cacheKeys = append(in.cacheKeys, key)
		}
	}
	responses, _ := v["IntegrationResponses"].([]any)
	for _, each := range responses {
		status, _ := at(each, "StatusCode")
		pattern, patterned := at(each, "SelectionPattern")
		parameters, _ := at(each, "ResponseParameters")
		templates, _ := at(each, "ResponseTemplates")
		r := integrationResponse{parameters: pairs(parameters), templates: pairs(templates), patternKnown: true}
		r.status, _ = textOf(status)
		if patterned {
			r.pattern, r.patternKnown = textOf(pattern)
		}
		in.responses = append(in.responses, r)
	}
	return in
}

// importedMethod returns a method of an OpenAPI document.
func importedMethod(api *API, m *assembly.Method) *Method {
	method := &Method{
		res: api.Resource, path: m.Path, api: api,
		resourceID: m.ResourceID, resourcePath: m.ResourcePath, httpMethod: m.HTTPMethod,
		authorizationType: m.AuthorizationType, apiKeyRequired: m.APIKeyRequired,
		validatesBody: m.ValidateBody, validatesParams: m.ValidateParameters,
		integrationGiven: m.Integration != nil,
	}
	for _, p := range m.RequestParameters {
		method.parameters = append(method.parameters, pair{"method.request." + p.Location + "." + p.Name, strconv.FormatBool(p.Required), true})
	}
	for mediaType, model := range m.RequestModels {
		method.requestModels = append(method.requestModels, pair{mediaType, model, true})
	}
	for _, r := range m.Responses {
		one := response{status: r.StatusCode}
		for _, name := range r.Headers {
			one.headers = append(one.headers, pair{"method.response.header." + name, "true", true})
		}
		method.responses = append(method.responses, one)
	}
	if i := m.Integration; i != nil {
		method.in = &integration{
			kind: i.Type, uri: i.URI, uriKnown: true, httpMethod: i.HTTPMethod, credentials: i.Credentials != "",
			passthrough: i.PassthroughBehavior, content: i.ContentHandling, timeout: int(i.Timeout / time.Millisecond),
			parameters: pairsOf(i.RequestParameters), templates: templatesOf(i.RequestTemplates),
		}
		for _, r := range i.Responses {
			method.in.responses = append(method.in.responses, integrationResponse{
				status: r.StatusCode, pattern: r.SelectionPattern, patternKnown: true,
				parameters: pairsOf(r.Parameters), templates: templatesOf(r.Templates),
			})
		}
	}
	return method
}

func pairsOf(mappings []assembly.Mapping) []pair {
	var list []pair
	for _, m := range mappings {
		list = append(list, pair{m.Target, m.Source, true})
	}
	return list
}

func templatesOf(templates []assembly.Template) []pair {
	var list []pair
	for _, t := range templates {
		list = append(list, pair{t.MediaType, t.Text, true})
	}
	return list
}

func (m *Method) finding(a *App, property string, use rules.Use) Finding {
	f := a.finding(m.res, property, use)
	f.Path = m.path
	return f
}

// proxy reports whether the integration passes requests and responses through.
func (in *integration) proxy() bool { return in.kind == "AWS_PROXY" || in.kind == "HTTP_PROXY" }

// custom reports whether templates and patterns decide about a request.
func (in *integration) custom() bool {
	return in.kind == "AWS" || in.kind == "HTTP" || in.kind == "MOCK"
}

// awsURI are the parts of arn:partition:apigateway:region:service:kind/action.
type awsURI struct{ service, kind, action string }

func (in *integration) target() awsURI {
	parts := strings.SplitN(in.uri, ":", 6)
	if len(parts) < 6 || parts[2] != "apigateway" {
		return awsURI{}
	}
	service := parts[4]
	if _, after, ok := strings.Cut(service, "."); ok { // subdomain.service
		service = after
	}
	kind, action, _ := strings.Cut(parts[5], "/")
	return awsURI{service, kind, action}
}

// lambda reports whether the integration calls a function.
func (in *integration) lambda() bool {
	return (in.kind == "AWS" || in.kind == "AWS_PROXY") && in.target().service == "lambda"
}

// function returns the ARN of the function that is called, and its qualifier; empty
// if it is none, or depends on stage variables.
func (in *integration) function() (arn, qualifier string) {
	_, after, found := strings.Cut(in.target().action, "/functions/")
	if !found || !in.lambda() {
		return "", ""
	}
	arn, _, _ = strings.Cut(after, "/")
	if strings.Contains(arn, "${") {
		return "", ""
	}
	if parts := strings.Split(arn, ":"); len(parts) > 7 {
		return strings.Join(parts[:7], ":"), parts[7]
	}
	return arn, ""
}

// asynchronous reports whether nobody waits for the function.
func (in *integration) asynchronous() bool {
	return slices.ContainsFunc(in.parameters, func(p pair) bool {
		return strings.EqualFold(p.key, "integration.request.header.X-Amz-Invocation-Type") && !strings.Contains(p.value, "RequestResponse")
	})
}

// preflight reports whether the method answers the preflights of browsers.
func (m *Method) preflight() bool {
	if m.httpMethod != "OPTIONS" || m.in == nil || m.in.kind != "MOCK" {
		return false
	}
	return slices.ContainsFunc(m.in.responses, func(r integrationResponse) bool { return setsOrigin(r.parameters, "method.response.header.") })
}

// setsOrigin reports whether mappings set the header that lets a page of another
// origin read a response.
func setsOrigin(parameters []pair, prefix string) bool {
	_, ok := valueOf(parameters, prefix+"Access-Control-Allow-Origin")
	return ok
}

// gatewayResponse is a gateway response of an API.
type gatewayResponse struct {
	res        *Resource
	kind       string
	parameters []pair
}

func gatewayResponseOf(r *Resource) gatewayResponse {
	v, _ := r.get("ResponseParameters")
	return gatewayResponse{res: r, kind: r.text("ResponseType"), parameters: pairs(v)}
}
