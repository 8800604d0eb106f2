// Package events has the types of the real package that the tests need.
package events

type APIGatewayProxyRequest struct {
	Path    string            `json:"path"`
	Body    string            `json:"body"`
	Headers map[string]string `json:"headers"`
}

type APIGatewayProxyResponse struct {
	StatusCode        int                 `json:"statusCode"`
	Headers           map[string]string   `json:"headers"`
	MultiValueHeaders map[string][]string `json:"multiValueHeaders"`
	Body              string              `json:"body"`
	IsBase64Encoded   bool                `json:"isBase64Encoded,omitempty"`
}

type APIGatewayV2HTTPResponse struct {
	StatusCode int      `json:"statusCode"`
	Body       string   `json:"body"`
	Cookies    []string `json:"cookies"`
}
