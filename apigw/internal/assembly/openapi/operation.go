package openapi

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"example.com/apigw/internal/assembly/property"
	"example.com/apigw/internal/rules"
)

// verb returns the HTTP method of a key of a path; empty if the key is not one.
func verb(key string) string {
	switch key {
	case "get", "put", "post", "delete", "options", "head", "patch":
		return strings.ToUpper(key)
	case "x-amazon-apigateway-any-method":
		return "ANY"
	}
	return ""
}

// readPaths reads the methods.
func (r *reader) readPaths() error {
	paths, err := optionalObject(r.root["paths"], "paths")
	if err != nil {
		return err
	}
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		if strings.HasPrefix(path, "x-") {
			continue
		}
		at := "paths." + path
		item, err := r.follow(paths[path], at)
		if err != nil {
			return err
		}
		for _, key := range slices.Sorted(maps.Keys(item)) {
			if verb(key) == "" {
				if key == "trace" {
					r.notice(rules.Of("document-trace", "place", at))
				}
				continue
			}
			if err := r.readOperation(path, key, item, at+"."+key); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *reader) readOperation(path, key string, item map[string]any, at string) error {
	operation, err := asObject(item[key], at)
	if err != nil {
		return err
	}
	m := Method{ResourcePath: r.resourcePath(path)}
	m.HttpMethod = verb(key)
	m.OperationName = text(operation["operationId"])
	m.RequestParameters = map[string]bool{}
	m.RequestModels = map[string]string{}
	m.RequestValidatorId = text(r.root["x-amazon-apigateway-request-validator"])
	if own, ok := operation["x-amazon-apigateway-request-validator"].(string); ok {
		m.RequestValidatorId = own
	}
	r.applySecurity(&m.Method, operation, at)
	for _, parameters := range []any{item["parameters"], operation["parameters"]} {
		if err := r.readParameters(&m.Method, parameters, operation, at); err != nil {
			return err
		}
	}
	if err := r.readRequestBody(&m.Method, operation["requestBody"], at); err != nil {
		return err
	}
	if err := r.readResponses(&m.Method, operation, at); err != nil {
		return err
	}
	if integration := operation["x-amazon-apigateway-integration"]; integration != nil {
		m.Integration, err = r.readIntegration(integration, at+".x-amazon-apigateway-integration")
		if err != nil {
			return err
		}
	}
	r.definition.Methods = append(r.definition.Methods, m)
	return nil
}

// resourcePath returns the path of the resource. API Gateway drops a slash at the
// end.
func (r *reader) resourcePath(path string) string {
	path = r.basePath + "/" + strings.Trim(path, "/")
	if path != "/" {
		path = strings.TrimSuffix(path, "/")
	}
	return path
}

// readParameters reads the parameters of the method request; those of Swagger
// include the body.
func (r *reader) readParameters(m *property.Method, value any, operation map[string]any, at string) error {
	list, ok := value.([]any)
	if !ok {
		if value == nil {
			return nil
		}
		return failf(at+".parameters", "it must be a list")
	}
	for i, each := range list {
		path := at + ".parameters." + strconv.Itoa(i)
		p, err := r.follow(each, path)
		if err != nil {
			return err
		}
		name := text(p["name"])
		var required bool
		if err := decode(p["required"], &required, path+".required"); err != nil {
			return err
		}
		switch in := text(p["in"]); in {
		case "path":
			m.RequestParameters["method.request.path."+name] = true
		case "query":
			m.RequestParameters["method.request.querystring."+name] = required
		case "header":
			m.RequestParameters["method.request.header."+name] = required
		case "body":
			for _, mediaType := range r.consumes(operation) {
				m.RequestModels[mediaType] = r.modelOf(p["schema"], at, "request")
			}
		default:
			r.notice(rules.Of("document-parameter-ignored", "place", path, "location", in))
		}
	}
	return nil
}

// consumes returns the media types that a Swagger operation takes.
func (r *reader) consumes(operation map[string]any) []string {
	return r.mediaTypes(operation, "consumes")
}

func (r *reader) mediaTypes(operation map[string]any, key string) []string {
	list, ok := operation[key].([]any)
	if !ok {
		list, _ = r.root[key].([]any)
	}
	var types []string
	for _, each := range list {
		if name := text(each); name != "" {
			types = append(types, name)
		}
	}
	if len(types) == 0 {
		return []string{jsonType}
	}
	return types
}

// readRequestBody reads the models of OpenAPI's request body.
func (r *reader) readRequestBody(m *property.Method, value any, at string) error {
	if value == nil {
		return nil
	}
	body, err := r.follow(value, at+".requestBody")
	if err != nil {
		return err
	}
	content, err := optionalObject(body["content"], at+".requestBody.content")
	if err != nil {
		return err
	}
	for _, mediaType := range slices.Sorted(maps.Keys(content)) {
		media, _ := content[mediaType].(map[string]any)
		if media["schema"] != nil {
			m.RequestModels[mediaType] = r.modelOf(media["schema"], at, "request", mediaType)
		}
	}
	return nil
}

// readResponses reads the method responses.
func (r *reader) readResponses(m *property.Method, operation map[string]any, at string) error {
	responses, err := optionalObject(operation["responses"], at+".responses")
	if err != nil {
		return err
	}
	for _, status := range slices.Sorted(maps.Keys(responses)) {
		if _, err := strconv.Atoi(status); err != nil {
			continue // default and 2XX make no method response
		}
		path := at + ".responses." + status
		fields, err := r.follow(responses[status], path)
		if err != nil {
			return err
		}
		response := property.MethodResponse{StatusCode: status, ResponseParameters: map[string]bool{}, ResponseModels: map[string]string{}}
		headers, err := optionalObject(fields["headers"], path+".headers")
		if err != nil {
			return err
		}
		for name := range headers {
			response.ResponseParameters["method.response.header."+name] = false
		}
		if schema := fields["schema"]; schema != nil {
			for _, mediaType := range r.mediaTypes(operation, "produces") {
				response.ResponseModels[mediaType] = r.modelOf(schema, path, "response")
			}
		}
		content, err := optionalObject(fields["content"], path+".content")
		if err != nil {
			return err
		}
		for _, mediaType := range slices.Sorted(maps.Keys(content)) {
			media, _ := content[mediaType].(map[string]any)
			if media["schema"] != nil {
				response.ResponseModels[mediaType] = r.modelOf(media["schema"], path, "response", mediaType)
			}
		}
		m.MethodResponses = append(m.MethodResponses, response)
	}
	return nil
}
