package test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"

	"example.com/hello-apigw/stacks"
	"example.com/hello-apigw/test/contract"
)

// mappedMethods returns the methods of the API that call a function.
func mappedMethods(t *testing.T) []method {
	t.Helper()
	calls := slices.DeleteFunc(synth(t).api(t, stacks.MappedApiName).Methods, func(m method) bool { return m.HttpMethod == "OPTIONS" })
	if len(calls) == 0 {
		t.Fatal("no method calls a function, want one or more")
	}
	return calls
}

func TestMappedApiTakesNothingButJSON(t *testing.T) {
	for _, method := range mappedMethods(t) {
		if method.Integration.Type != "AWS" {
			t.Errorf("%s: integration type %s, want AWS", method, method.Integration.Type)
		}
		if method.Integration.PassthroughBehavior != "NEVER" {
			t.Errorf("%s: passthrough behavior %s, want NEVER", method, method.Integration.PassthroughBehavior)
		}
		if len(method.Integration.RequestTemplates) != 1 || method.Integration.RequestTemplates["application/json"] == "" {
			t.Errorf("%s: request templates %q, want one for application/json and no other", method, method.Integration.RequestTemplates)
		}
	}
}

// $input.params('name') also finds headers.
func TestRequestTemplatesReadTheParametersTheyMean(t *testing.T) {
	for _, method := range mappedMethods(t) {
		for line := range strings.Lines(method.Integration.RequestTemplates["application/json"]) {
			if !strings.HasPrefix(line, "##") && strings.Contains(line, "$input.params('") {
				t.Errorf("%s: %s also finds headers, want one place, such as $input.params().querystring", method, line)
			}
		}
	}
}

// A template that reads a body that nobody checked makes an event that is not JSON
// of one that is not.
func TestBodiesThatAreReadAreValidated(t *testing.T) {
	for _, method := range mappedMethods(t) {
		reads := strings.Contains(method.Integration.RequestTemplates["application/json"], "$input.json(")
		validated := method.RequestValidatorId != nil && method.RequestModels["application/json"] != nil
		if validated != reads {
			t.Errorf("%s: reads the body %t, validated %t, want both or none", method, reads, validated)
		}
	}
	want(t, func() {
		synth(t).template.AllResourcesProperties(jsii.String("AWS::ApiGateway::RequestValidator"), object{"ValidateRequestBody": true})
	})
}

func TestModelIsAnObjectWithANameAndNothingElse(t *testing.T) {
	want(t, func() {
		synth(t).template.HasResourceProperties(jsii.String("AWS::ApiGateway::Model"), object{
			"ContentType": "application/json",
			"Schema": assertions.Match_ObjectEquals(&object{
				"$schema":              "http://json-schema.org/draft-04/schema#",
				"type":                 "object",
				"properties":           object{"name": object{"type": "string"}},
				"required":             []string{"name"},
				"additionalProperties": false,
			}),
		})
	})
}

// The patterns are Java regular expressions, which Go cannot read. Which texts
// they match is tested in Java.
func TestSelectionPatterns(t *testing.T) {
	for _, method := range mappedMethods(t) {
		got := map[string]string{}
		for _, response := range method.Integration.IntegrationResponses {
			got[response.StatusCode] = response.SelectionPattern
		}
		for status, pattern := range map[string]string{"200": "", "400": `BadRequest: [\s\S]*`, "404": `NotFound: [\s\S]*`, "500": `(?!(BadRequest|NotFound): )[\s\S]+`} {
			if got[status] != pattern {
				t.Errorf("%s: %s is selected by %q, want %q", method, status, got[status], pattern)
			}
		}
	}
}

// The gateway's own errors have the sentences of the contract.
func TestGatewayResponsesSayWhatTheContractSays(t *testing.T) {
	responses := synth(t).api(t, stacks.MappedApiName).Responses
	bodies := map[int][]string{}
	for _, test := range contract.Cases(t) {
		if test.Event == nil && !test.Gateway && test.On("mapped") && !slices.Contains(bodies[test.Response.Status], test.Response.Body) {
			bodies[test.Response.Status] = append(bodies[test.Response.Status], test.Response.Body)
		}
	}
	for kind, status := range map[string]int{"BAD_REQUEST_BODY": 400, "UNSUPPORTED_MEDIA_TYPE": 415} {
		body := responses[kind].ResponseTemplates["application/json"]
		if !slices.Equal(bodies[status], []string{body}) {
			t.Errorf("%s: body %s, want one of %q and no other", kind, body, bodies[status])
		}
		if !json.Valid([]byte(body)) {
			t.Errorf("%s: body %s, want JSON", kind, body)
		}
	}
}
