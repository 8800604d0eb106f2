package contract

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// Routes are the paths of the API, as its resources name them.
var Routes = []string{"/hello", "/hello/{name}"}

// Route returns the route that a target has, and its path parameters as the
// client sent them. The route is empty if the target has none.
func Route(target string) (route string, parameters map[string]string) {
	path, _, _ := strings.Cut(target, "?")
	parts := strings.Split(strings.TrimSuffix(path, "/"), "/")
	for _, pattern := range slices.Sorted(slices.Values(Routes)) { // a name comes before a variable
		if values, ok := match(strings.Split(pattern, "/"), parts); ok {
			return pattern, values
		}
	}
	return "", nil
}

// match compares the parts of a path with those of a route, of which the last may
// be {rest+}. It returns the values of the variables.
func match(names, parts []string) (map[string]string, bool) {
	values := map[string]string{}
	for i, name := range names {
		switch variable := strings.Trim(name, "{+}"); {
		case i >= len(parts):
			return nil, false
		case strings.HasSuffix(name, "+}"):
			values[variable] = strings.Join(parts[i:], "/")
			return values, true
		case strings.HasPrefix(name, "{"):
			values[variable] = parts[i]
		case name != parts[i]:
			return nil, false
		}
	}
	return values, len(names) == len(parts)
}

// proxyEvent is the event of a Lambda proxy integration, in the order in which
// API Gateway writes it, and with null for what is empty. ("Input format of a
// Lambda function for proxy integration" in the API Gateway developer guide.)
type proxyEvent struct {
	Resource                        string              `json:"resource"`
	Path                            string              `json:"path"`
	HTTPMethod                      string              `json:"httpMethod"`
	Headers                         map[string]string   `json:"headers"`
	MultiValueHeaders               map[string][]string `json:"multiValueHeaders"`
	QueryStringParameters           map[string]string   `json:"queryStringParameters"`
	MultiValueQueryStringParameters map[string][]string `json:"multiValueQueryStringParameters"`
	PathParameters                  map[string]string   `json:"pathParameters"`
	StageVariables                  map[string]string   `json:"stageVariables"`
	RequestContext                  map[string]any      `json:"requestContext"`
	Body                            *string             `json:"body"`
	IsBase64Encoded                 bool                `json:"isBase64Encoded"`
}

// ProxyEvent returns the event with which API Gateway calls the function of a
// proxy integration for the request.
func ProxyEvent(t testing.TB, request Request) []byte {
	t.Helper()
	path, rawQuery, _ := strings.Cut(request.Target, "?")
	route, parameters := Route(request.Target)
	event := proxyEvent{
		Resource:   route,
		Path:       path,
		HTTPMethod: request.Method,
		Headers: map[string]string{
			"Accept": "*/*", "Host": "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com", "User-Agent": "curl/8.5.0",
			"X-Amzn-Trace-Id": "Root=1-66a3f2b1-0123456789abcdef01234567", "X-Forwarded-For": "198.51.100.7",
			"X-Forwarded-Port": "443", "X-Forwarded-Proto": "https",
		},
		MultiValueHeaders: map[string][]string{},
	}
	for name, value := range request.Headers {
		event.Headers[name] = value
	}
	for name, value := range event.Headers {
		event.MultiValueHeaders[name] = []string{value}
	}
	if len(parameters) > 0 {
		event.PathParameters = parameters // still percent-encoded
	}
	query, err := url.ParseQuery(rawQuery)
	if err != nil {
		t.Fatal(err)
	}
	if len(query) > 0 {
		event.MultiValueQueryStringParameters = query
		event.QueryStringParameters = map[string]string{}
		for name, values := range query {
			event.QueryStringParameters[name] = values[len(values)-1]
		}
	}
	if request.Body != "" {
		event.Body = &request.Body
	}
	event.RequestContext = requestContext(event)
	payload, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	return payload
}

func requestContext(event proxyEvent) map[string]any {
	identity := map[string]any{"sourceIp": "198.51.100.7", "userAgent": "curl/8.5.0"}
	for _, unset := range []string{"cognitoIdentityPoolId", "accountId", "cognitoIdentityId", "caller", "principalOrgId",
		"accessKey", "cognitoAuthenticationType", "cognitoAuthenticationProvider", "userArn", "user"} {
		identity[unset] = nil
	}
	return map[string]any{
		"resourceId": "abc123", "resourcePath": event.Resource, "httpMethod": event.HTTPMethod,
		"extendedRequestId": "OhHjPFP9oAMFkpg=", "requestTime": "26/Jul/2026:19:03:13 +0000",
		"path": "/prod" + event.Path, "accountId": "123456789012", "protocol": "HTTP/1.1", "stage": "prod",
		"domainPrefix": "a1b2c3d4e5", "requestTimeEpoch": 1785092593000,
		"requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", "identity": identity,
		"domainName":   "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com",
		"deploymentId": "d3ploy", "apiId": "a1b2c3d4e5",
	}
}
