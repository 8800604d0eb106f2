package test

import (
	"slices"
	"testing"

	"github.com/aws/jsii-runtime-go"

	"example.com/hello-apigw/stacks"
	"example.com/hello-apigw/test/contract"
)

func TestProxyApiHandsRequestsOverAsTheyAre(t *testing.T) {
	calls := 0
	for _, method := range synth(t).api(t, stacks.ProxyApiName).Methods {
		if method.HttpMethod == "OPTIONS" {
			continue
		}
		calls++
		if method.Integration.Type != "AWS_PROXY" {
			t.Errorf("%s: integration type %s, want AWS_PROXY", method, method.Integration.Type)
		}
		if n := len(method.Integration.RequestTemplates) + len(method.Integration.IntegrationResponses) + len(method.MethodResponses); n > 0 {
			t.Errorf("%s: %d templates, integration responses and method responses, want 0: proxy integration ignores them", method, n)
		}
	}
	if calls == 0 {
		t.Error("no method calls the function, want one or more")
	}
}

// ProxyEvent finds the route of a request in this list.
func TestContractNamesTheRoutes(t *testing.T) {
	for _, method := range synth(t).api(t, stacks.ProxyApiName).Methods {
		if !slices.Contains(contract.Routes, method.Path) {
			t.Errorf("%s is missing in contract.Routes, test/contract/proxy_event.go: add it", method.Path)
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
