package gateway_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/sigv4"
)

// service is a method that calls a service of AWS with a template.
func service(path, uri, template string, parameters ...assembly.Mapping) *assembly.Method {
	m := mappedMethod("POST", path, "f")
	m.Integration.URI, m.Integration.HTTPMethod = uri, "POST"
	m.Integration.RequestParameters = parameters
	m.Integration.RequestTemplates = []assembly.Template{{MediaType: "application/json", Text: template}}
	m.Integration.Responses = []assembly.IntegrationResponse{
		{StatusCode: "200", Templates: []assembly.Template{{MediaType: "application/json", Text: `{"got":$input.json('$.answer')}`}}},
		{StatusCode: "400", SelectionPattern: `4\d{2}`, Templates: []assembly.Template{{MediaType: "application/json", Text: `{"refused":$input.json('$.answer')}`}}},
	}
	m.Responses = []assembly.MethodResponse{{StatusCode: "200"}, {StatusCode: "400"}}
	return m
}

const (
	putItem = "arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem"
	queue   = "arn:aws:apigateway:eu-west-1:sqs:path/123456789012/orders"
	topic   = "arn:aws:apigateway:eu-west-1:sns:action/Publish"
	start   = "arn:aws:apigateway:eu-west-1:states:action/StartSyncExecution"
	object  = "arn:aws:apigateway:eu-west-1:photos.s3:path/{key}"
)

func TestServices(t *testing.T) {
	form := assembly.Mapping{Target: "integration.request.header.Content-Type", Source: "'application/x-www-form-urlencoded'"}
	key := assembly.Mapping{Target: "integration.request.path.key", Source: "method.request.header.Key"}
	tests := []struct {
		rule   string
		method *assembly.Method
		status int // of the service
		// What the service gets.
		address, body string
		header        map[string]string
		// What the client gets.
		want     int
		response string
	}{
		{
			rule: "an action of a service with a JSON protocol is a header", method: service("/", putItem, `{"Item":{"id":{"S":$input.json('$.id')}}}`), status: 200,
			address: "POST /base/", body: `{"Item":{"id":{"S":"a"}}}`,
			header: map[string]string{"X-Amz-Target": "DynamoDB_20120810.PutItem", "Content-Type": "application/x-amz-json-1.0"},
			want:   200, response: `{"got":"yes"}`,
		},
		{
			rule: "a selection pattern chooses by the status of the service", method: service("/", putItem, `{}`), status: 413,
			address: "POST /base/", body: `{}`, want: 400, response: `{"refused":"yes"}`,
		},
		{
			rule: "a path is that of the service, and a mapped Content-Type wins", method: service("/", queue, `Action=SendMessage&MessageBody=$util.urlEncode($input.body)`, form), status: 200,
			address: "POST /base/123456789012/orders", body: "Action=SendMessage&MessageBody=%7B%22id%22%3A%22a%22%7D",
			header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, want: 200, response: `{"got":"yes"}`,
		},
		{
			rule: "an action of another service is a parameter", method: service("/", topic, `x`), status: 200,
			address: "POST /base/?Action=Publish", body: "x", want: 200, response: `{"got":"yes"}`,
		},
		{
			rule: "a synchronous execution of Step Functions", method: service("/", start, `{"input":"$util.escapeJavaScript($input.body)"}`), status: 200,
			address: "POST /base/", body: `{"input":"{\"id\":\"a\"}"}`,
			header: map[string]string{"X-Amz-Target": "AWSStepFunctions.StartSyncExecution"}, want: 200, response: `{"got":"yes"}`,
		},
		{
			rule: "placeholders of the path are filled", method: service("/", object, `x`, key), status: 200,
			address: "POST /base/a%20b", body: "x", want: 200, response: `{"got":"yes"}`,
		},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			var got *http.Request
			var body []byte
			stub := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got = r
				body, _ = io.ReadAll(r.Body)
				w.WriteHeader(test.status)
				io.WriteString(w, `{"answer":"yes"}`)
			}))
			defer stub.Close()
			endpoint, err := url.Parse(stub.URL + "/base/")
			if err != nil {
				t.Fatal(err)
			}
			d := deploy(t, newAPI(test.method), functions{}, func(_ *assembly.Assembly, o *gateway.Options) {
				o.Endpoints = map[string]*url.URL{"dynamodb": endpoint, "sqs": endpoint, "sns": endpoint, "states": endpoint, "s3": endpoint}
				o.Credentials = []sigv4.Credential{{AccessKeyID: "AKIALOCAL", SecretAccessKey: "secret"}}
			})
			expect(t, d.send("POST", "/", `{"id":"a"}`, "Content-Type: application/json", "Key: a b"), test.want, test.response)
			if got == nil {
				t.Fatal("got no request at the service")
			}
			if address := got.Method + " " + got.URL.RequestURI(); address != test.address || string(body) != test.body {
				t.Errorf("got %s with %s at the service, want %s with %s", address, body, test.address, test.body)
			}
			for name, want := range test.header {
				if value := got.Header.Get(name); value != want {
					t.Errorf("got the header %s %q at the service, want %q", name, value, want)
				}
			}
			if signature := got.Header.Get("Authorization"); !strings.Contains(signature, "Credential=AKIALOCAL/") || !strings.Contains(signature, "/eu-west-1/") || !strings.Contains(signature, "Signature=") {
				t.Errorf("got the signature %q, want one of the access key for the region", signature)
			}
			if r := d.record(); r.IntegrationRequest == nil || !strings.Contains(r.IntegrationRequest.URI, ".eu-west-1.amazonaws.com/") || string(r.IntegrationRequest.Body) != test.body {
				t.Errorf("got the integration request %+v in the record, want the address on AWS and the body", r.IntegrationRequest)
			}
		})
	}
}

func TestServicesThatAreNowhere(t *testing.T) {
	proxy := proxyMethod("GET", "/proxy", "f")
	proxy.Integration.URI = queue
	wrong := service("/wrong", "arn:aws:apigateway:eu-west-1:sqs:queue/x", `x`)
	d := deploy(t, newAPI(service("/", putItem, `{"id":$input.json('$.id')}`), proxy, wrong), functions{})
	const where = "Nobody says where the AWS service dynamodb is on this machine, so calls answer 501 with the request that it would get. " +
		"Start with --endpoint dynamodb=URL, such as that of DynamoDB Local, ElasticMQ or a stub: the request goes there, signed, and the response is mapped. Or try the method on a deployed stage."
	got := d.send("POST", "/", `{"id":"a"}`, "Content-Type: application/json")
	for _, want := range []string{
		"Not implemented by the local gateway: " + where, "\nPOST https://dynamodb.eu-west-1.amazonaws.com/\n", "\nX-Amz-Target: DynamoDB_20120810.PutItem\n", "\n\n{\"id\":\"a\"}\n",
	} {
		if got.status != 501 || !strings.Contains(got.body, want) {
			t.Errorf("got %d %s, want 501 and %q", got.status, got.body, want)
		}
	}
	if r := d.record(); r.IntegrationRequest == nil || string(r.IntegrationRequest.Body) != `{"id":"a"}` || r.Details.BackendCalled {
		t.Errorf("got %+v in the record, want the rendered request, which is not sent", r.IntegrationRequest)
	}
	if routes := d.gateway.APIs("")[0].Routes; routes[0].Reason != where {
		t.Errorf("got the reason %q, want %q", routes[0].Reason, where)
	}
	expect(t, d.get("/proxy"), 501, "Not implemented by the local gateway: The integration is a proxy for the AWS service sqs, so every call answers 501. Use the type AWS, with mapping templates.\n")
	if got := d.send("POST", "/wrong", "{}", "Content-Type: application/json"); got.status != 500 {
		t.Errorf("got %d %s for a URI without path and action, want 500", got.status, got.body)
	}
}

func TestParseEndpoint(t *testing.T) {
	tests := []struct{ rule, service, address, want string }{
		{"a service", "DynamoDB", "http://127.0.0.1:8000", ""},
		{"with a path", "sqs", "https://localhost:9324/base", ""},
		{"no scheme", "sqs", "127.0.0.1:9324", "is not the URL of a service"},
		{"no host", "sqs", "http:///x", "is not the URL of a service"},
		{"a query", "sqs", "http://localhost?x", "is not the URL of a service"},
		{"Lambda, whose functions run here", "lambda", "http://localhost", "is not a service that integrations call by its name"},
		{"a host name", "sqs.eu-west-1", "http://localhost", "is not a service that integrations call by its name"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			name, endpoint, err := gateway.ParseEndpoint(test.service, test.address)
			if test.want != "" {
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("got %v, want %q", err, test.want)
				}
				return
			}
			if err != nil || name != strings.ToLower(test.service) || endpoint.String() != test.address {
				t.Errorf("got %s, %s, %v", name, endpoint, err)
			}
		})
	}
}
