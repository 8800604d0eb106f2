package test

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"
)

func TestProxyApiHandsRequestsOverAsTheyAre(t *testing.T) {
	api := synth(t).api(t, "hello-proxy")
	for _, route := range [][2]string{{"GET", "/hello"}, {"POST", "/hello"}, {"GET", "/hello/{name}"}} {
		method := api.method(t, route[0], route[1])
		if method.Integration.Type != "AWS_PROXY" {
			t.Errorf("%s: integration type %s, want AWS_PROXY", method, method.Integration.Type)
		}
		if len(method.Integration.RequestTemplates)+len(method.Integration.IntegrationResponses)+len(method.MethodResponses) > 0 {
			t.Errorf("%s: proxy integration ignores templates, integration responses and method responses", method)
		}
	}
}

func TestProxyFunctionKnowsTheAllowedOrigins(t *testing.T) {
	tests := []struct {
		context              []string
		origins, credentials string
	}{
		{nil, "*", "false"},
		{[]string{"allowedOrigins", "https://a.example,https://b.example", "allowCredentials", "true"}, "https://a.example,https://b.example", "true"},
	}
	for _, test := range tests {
		want(t, func() {
			synth(t, test.context...).template.HasResourceProperties(jsii.String("AWS::Lambda::Function"), object{
				"Environment": object{"Variables": object{"ALLOWED_ORIGINS": test.origins, "ALLOW_CREDENTIALS": test.credentials}},
			})
		})
	}
}

func TestApisAreRegional(t *testing.T) {
	want(t, func() {
		synth(t).template.AllResourcesProperties(jsii.String("AWS::ApiGateway::RestApi"), object{
			"EndpointConfiguration": object{"Types": assertions.Match_ArrayEquals(&[]any{"REGIONAL"})},
		})
	})
}
