package assembly_test

import (
	"testing"

	"example.com/apigw/internal/assembly"
)

func TestDomainNames(t *testing.T) {
	const api = `"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "a"}}, "Deployment": {"Type": "AWS::ApiGateway::Deployment", "Properties": {"RestApiId": {"Ref": "Api"}, "StageName": "prod"}},
		"Domain": {"Type": "AWS::ApiGateway::DomainName", "Properties": {"DomainName": "Shop.example.com", "RegionalCertificateArn": "c"}}, `
	mapping := func(properties string) string {
		return `{"Resources": {` + api + `"Map": {"Type": "AWS::ApiGateway::BasePathMapping", "Properties": {"DomainName": {"Ref": "Domain"}, ` + properties + `}}}}`
	}
	for _, c := range []struct {
		rule, template string
		want           string // paths and stages
		notices        []string
	}{
		{"a mapping of a path", mapping(`"BasePath": "orders", "RestApiId": {"Ref": "Api"}, "Stage": "prod"`), "shop.example.com/orders prod;", nil},
		{"a mapping of all paths", mapping(`"RestApiId": {"Ref": "Api"}, "Stage": "prod"`), "shop.example.com/ prod;", nil},
		{"a mapping of all paths by its name", mapping(`"BasePath": "(none)", "RestApiId": {"Ref": "Api"}, "Stage": "prod"`), "shop.example.com/ prod;", nil},
		{"clients name the stage", mapping(`"BasePath": "orders", "RestApiId": {"Ref": "Api"}`), "shop.example.com/orders ;", nil},
		{"a mapping with several parts", `{"Resources": {` + api + `"Map": {"Type": "AWS::ApiGatewayV2::ApiMapping", "Properties": {"DomainName": {"Ref": "Domain"}, "ApiMappingKey": "orders/v1", "ApiId": {"Ref": "Api"}, "Stage": "prod"}},
			"None": {"Type": "AWS::ApiGateway::BasePathMapping", "Properties": {"DomainName": {"Ref": "Domain"}, "RestApiId": {"Ref": "Api"}, "Stage": "prod"}}}}`,
			"shop.example.com/orders/v1 prod; prod;", nil},
		{"a stage that is not there", mapping(`"RestApiId": {"Ref": "Api"}, "Stage": "none"`), "", []string{`S/Map: API a has no stage "none"`}},
		{"an API that is elsewhere", mapping(`"RestApiId": "0123456789", "Stage": "prod"`), "", []string{"S/Map: 0123456789"}},
		{"no domain", `{"Resources": {` + api + `"Map": {"Type": "AWS::ApiGateway::BasePathMapping", "Properties": {"RestApiId": {"Ref": "Api"}, "Stage": "prod"}}}}`, "", []string{"S/Map: DomainName"}},
		{"no name", `{"Resources": {"Domain": {"Type": "AWS::ApiGateway::DomainName", "Properties": {}}}}`, "", []string{"S/Domain: DomainName"}},
		{"client certificates", `{"Resources": {"Domain": {"Type": "AWS::ApiGateway::DomainName", "Properties": {"DomainName": "a.b", "MutualTlsAuthentication": {"TruststoreUri": "s3://b/k"}}}}}`, "", []string{"S/Domain: mutual TLS"}},
		{"routing rules", `{"Resources": {"Rule": {"Type": "AWS::ApiGatewayV2::RoutingRule", "Properties": {}}}}`, "", []string{"S/Rule: Routing rules"}},
		{"a mapping of an HTTP API", `{"Resources": {"Map": {"Type": "AWS::ApiGatewayV2::ApiMapping", "Properties": {"DomainName": "a.b", "ApiId": "h", "Stage": "s"}}, "Domain": {"Type": "AWS::ApiGatewayV2::DomainName", "Properties": {"DomainName": "a.b"}}}}`, "", nil},
	} {
		t.Run(c.rule, func(t *testing.T) {
			a := one(t, assembly.Options{}, c.template, nil)
			expectNotices(t, a, c.notices...)
			got := ""
			for _, d := range a.Domains {
				got += d.Name + "/"
				for _, m := range d.Mappings {
					got += m.Path + " " + m.Stage + ";"
				}
			}
			same(t, "mappings", got, c.want)
		})
	}
}
