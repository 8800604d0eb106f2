package openapi

import (
	"maps"
	"slices"
	"strings"

	"example.com/apigw/internal/assembly/property"
)

// readIntegration reads the extension x-amazon-apigateway-integration.
func (r *reader) readIntegration(value any, at string) (*property.Integration, error) {
	renamed, err := r.rename(value, at, map[string]string{
		"type": "Type", "uri": "Uri", "httpMethod": "IntegrationHttpMethod", "credentials": "Credentials",
		"passthroughBehavior": "PassthroughBehavior", "contentHandling": "ContentHandling",
		"timeoutInMillis": "TimeoutInMillis", "requestParameters": "RequestParameters",
		"requestTemplates": "RequestTemplates", "connectionType": "ConnectionType",
		"responseTransferMode": "ResponseTransferMode",
		"responses":            "",                       // read below
		"cacheKeyParameters":   "", "cacheNamespace": "", // without caching, which is reported
	})
	if err != nil {
		return nil, err
	}
	var i property.Integration
	if err := decode(renamed, &i, at); err != nil {
		return nil, err
	}
	i.Type = strings.ToUpper(i.Type)
	i.PassthroughBehavior = strings.ToUpper(i.PassthroughBehavior)
	i.ContentHandling = strings.ToUpper(i.ContentHandling)
	i.IntegrationHttpMethod = strings.ToUpper(i.IntegrationHttpMethod)
	if i.IntegrationHttpMethod == "X-AMAZON-APIGATEWAY-ANY-METHOD" {
		i.IntegrationHttpMethod = "ANY"
	}
	fields, _ := value.(map[string]any)
	responses, err := optionalObject(fields["responses"], at+".responses")
	if err != nil {
		return nil, err
	}
	for _, pattern := range slices.Sorted(maps.Keys(responses)) {
		response, err := r.readIntegrationResponse(pattern, responses[pattern], at+".responses."+pattern)
		if err != nil {
			return nil, err
		}
		i.IntegrationResponses = append(i.IntegrationResponses, response)
	}
	return &i, nil
}

// readIntegrationResponse reads an integration response, whose key is its
// selection pattern.
func (r *reader) readIntegrationResponse(pattern string, value any, at string) (property.IntegrationResponse, error) {
	var response property.IntegrationResponse
	renamed, err := r.rename(value, at, map[string]string{
		"statusCode": "StatusCode", "responseParameters": "ResponseParameters",
		"responseTemplates": "ResponseTemplates", "contentHandling": "ContentHandling",
	})
	if err != nil {
		return response, err
	}
	if err := decode(renamed, &response, at); err != nil {
		return response, err
	}
	response.ContentHandling = strings.ToUpper(response.ContentHandling)
	if pattern != "default" {
		response.SelectionPattern = pattern
	}
	return response, nil
}
