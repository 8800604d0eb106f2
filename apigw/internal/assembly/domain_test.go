package assembly_test

import (
	"fmt"
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

func TestRoutingRules(t *testing.T) {
	const api = `"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "a"}}, "Deployment": {"Type": "AWS::ApiGateway::Deployment", "Properties": {"RestApiId": {"Ref": "Api"}, "StageName": "prod"}},
		"Map": {"Type": "AWS::ApiGateway::BasePathMapping", "Properties": {"DomainName": {"Ref": "Domain"}, "RestApiId": {"Ref": "Api"}, "Stage": "prod"}}, `
	const to = `"Actions": [{"InvokeApi": {"ApiId": {"Ref": "Api"}, "Stage": "prod", "StripBasePath": true}}]`
	const both = "ROUTING_RULE_THEN_BASE_PATH_MAPPING"
	domain := func(mode string) string {
		return `"Domain": {"Type": "AWS::ApiGateway::DomainName", "Properties": {"DomainName": "Shop.example.com", "RoutingMode": "` + mode + `"}}`
	}
	rule := func(id, properties string) string {
		return `, "` + id + `": {"Type": "AWS::ApiGatewayV2::RoutingRule", "Properties": {"DomainNameArn": {"Fn::GetAtt": ["Domain", "DomainNameArn"]}, ` + properties + `}}`
	}
	for _, c := range []struct {
		rule, template, want string
		notices              []string
	}{
		{"in the order of priorities", domain(both) + rule("A", `"Priority": 20, `+to) + rule("B", `"Priority": 3, "Conditions": [{"MatchBasePaths": {"AnyOf": ["/orders/v1"]}}, {"MatchHeaders": {"AnyOf": [{"Header": "X", "ValueGlob": "a*"}]}}], `+to),
			"3 orders/v1 [{X a*}] prod true;20  [] prod true;+1", nil},
		{"rules alone, and a mapping that AWS takes not", domain("ROUTING_RULE_ONLY") + rule("A", `"Priority": 1, `+to), "1  [] prod true;+0", []string{"S/Map: RoutingMode is ROUTING_RULE_ONLY"}},
		{"mappings alone", domain("BASE_PATH_MAPPING_ONLY") + rule("A", `"Priority": 1, `+to), "+1", []string{"S/A: RoutingMode is for mappings alone"}},
		{"one priority for two", domain(both) + rule("A", `"Priority": 1, `+to) + rule("B", `"Priority": 1, `+to), "1  [] prod true;+1", []string{"S/B: has 1 too"}},
		{"no priority", domain(both) + rule("A", to), "+1", []string{"S/A: got 0, want a number from 1"}},
		{"no action", domain(both) + rule("A", `"Priority": 1`), "+1", []string{"S/A: got 0, want the one API"}},
		{"an API that is elsewhere", domain(both) + rule("A", `"Priority": 1, "Actions": [{"InvokeApi": {"ApiId": "0123456789", "Stage": "prod"}}]`), "+1", []string{"S/A: 0123456789"}},
		{"a stage that is not there", domain(both) + rule("A", `"Priority": 1, "Actions": [{"InvokeApi": {"ApiId": {"Ref": "Api"}, "Stage": "none"}}]`), "+1", []string{`S/A: API a has no stage "none"`}},
		{"two base paths", domain(both) + rule("A", `"Priority": 1, "Conditions": [{"MatchBasePaths": {"AnyOf": ["a", "b"]}}], `+to), "+1", []string{"S/A: got 2 base paths"}},
		{"two headers in a condition", domain(both) + rule("A", `"Priority": 1, "Conditions": [{"MatchHeaders": {"AnyOf": [{"Header": "A", "ValueGlob": "1"}, {"Header": "B", "ValueGlob": "2"}]}}], `+to), "+1", []string{"S/A: a condition has 2 headers"}},
		{"three headers", domain(both) + rule("A", `"Priority": 1, "Conditions": [{"MatchHeaders": {"AnyOf": [{"Header": "A", "ValueGlob": "1"}]}}, {"MatchHeaders": {"AnyOf": [{"Header": "B", "ValueGlob": "2"}]}}, {"MatchHeaders": {"AnyOf": [{"Header": "C", "ValueGlob": "3"}]}}], `+to), "+1", []string{"S/A: got 3 headers"}},
		{"no domain", domain(both) + `, "A": {"Type": "AWS::ApiGatewayV2::RoutingRule", "Properties": {"Priority": 1, ` + to + `}}`, "+1", []string{`S/A: DomainNameArn`}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			a := one(t, assembly.Options{}, `{"Resources": {`+api+c.template+`}}`, nil)
			expectNotices(t, a, c.notices...)
			got := ""
			for _, d := range a.Domains {
				for _, r := range d.Rules {
					got += fmt.Sprintf("%d %s %v %s %v;", r.Priority, r.BasePath, r.Headers, r.Stage, r.Strip)
				}
				got += fmt.Sprintf("+%d", len(d.Mappings))
			}
			same(t, "rules, and the number of mappings", got, c.want)
		})
	}
}
