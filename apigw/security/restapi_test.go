package security

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

type object = map[string]any

// template is a stack with an API of each name, as CloudFormation gets it.
func template(t *testing.T, options *Options, names ...string) map[string]resource {
	t.Helper()
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Stack"), nil)
	for _, name := range names {
		api := NewRestApi(constructs.NewConstruct(stack, jsii.String(name)), "RestApi", &awsapigateway.RestApiProps{
			RestApiName:    jsii.String(name),
			CloudWatchRole: jsii.Bool(false),
		}, options)
		api.Root().AddMethod(jsii.String("GET"), awsapigateway.NewMockIntegration(nil), nil)
	}
	text, err := json.Marshal(assertions.Template_FromStack(stack, nil).ToJSON())
	if err != nil {
		t.Fatal(err)
	}
	var made struct{ Resources map[string]resource }
	if err := json.Unmarshal(text, &made); err != nil {
		t.Fatal(err)
	}
	return made.Resources
}

type resource struct {
	Type       string
	Properties object
}

// all returns the properties of the resources of a type.
func all(resources map[string]resource, kind string) []object {
	var found []object
	for _, r := range resources {
		if r.Type == kind {
			found = append(found, r.Properties)
		}
	}
	return found
}

// at returns what is at a path of members and indices: "Policy.Statement.1.Effect".
func at(value any, path string) any {
	for part := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case object:
			value = v[part]
		case []any:
			var i int
			fmt.Sscan(part, &i)
			if i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}

func TestEachOptionReachesTheTemplate(t *testing.T) {
	domain := &Domain{Name: "api.example.com", CertificateARN: exampleCertificate, HostedZoneID: "Z0123456789", BasePaths: map[string]string{"orders": ""}, OnlyThis: true}
	cases := []struct {
		name    string
		options *Options
		kind    string // of the resource, the only one of its kind
		path    string
		want    any
	}{
		{"TLS 1.2 if nothing is said", nil, "RestApi", "SecurityPolicy", TLS12},
		{"the strict access mode if nothing is said", &Options{}, "RestApi", "EndpointAccessMode", "STRICT"},
		{"a regional API if nothing is said", &Options{}, "RestApi", "EndpointConfiguration", object{"Types": []any{"REGIONAL"}}},
		{"everybody may call if nothing is said", &Options{}, "RestApi", "Policy", nil},
		{"everybody may call a method if nothing is said", &Options{}, "Method", "AuthorizationType", "NONE"},
		{"no key if nothing is said", &Options{}, "Method", "ApiKeyRequired", nil},
		{"the TLS policy", &Options{TLSPolicy: TLS13}, "RestApi", "SecurityPolicy", TLS13},
		{"no access mode for an old TLS policy", &Options{TLSPolicy: TLSLegacy}, "RestApi", "EndpointAccessMode", nil},
		{"the access mode", &Options{EndpointAccessMode: Basic}, "RestApi", "EndpointAccessMode", "BASIC"},
		{"IAM", &Options{IAM: true}, "Method", "AuthorizationType", "AWS_IAM"},
		{"a key is asked for", &Options{APIKey: &APIKey{}}, "Method", "ApiKeyRequired", true},
		{"a usage plan without limits", &Options{APIKey: &APIKey{}}, "UsagePlan", "Throttle", nil},
		{"the limits of a usage plan", &Options{APIKey: &APIKey{RequestsPerSecond: 5, Burst: 10}}, "UsagePlan", "Throttle", object{"RateLimit": 5.0, "BurstLimit": 10.0}},
		{"the quota of a usage plan", &Options{APIKey: &APIKey{PerMonth: 1000}}, "UsagePlan", "Quota", object{"Limit": 1000.0, "Period": "MONTH"}},
		{"a key in the usage plan", &Options{APIKey: &APIKey{}}, "UsagePlanKey", "KeyType", "API_KEY"},
		{"address ranges that may call", &Options{AllowedCIDRs: []string{"203.0.113.0/24"}}, "RestApi", "Policy.Statement.1.Condition", object{"NotIpAddress": object{"aws:SourceIp": []any{"203.0.113.0/24"}}}},
		{"what may not call is denied", &Options{AllowedCIDRs: []string{"203.0.113.0/24"}}, "RestApi", "Policy.Statement.1.Effect", "Deny"},
		{"address ranges that may not call", &Options{DeniedCIDRs: []string{"198.51.100.0/24"}}, "RestApi", "Policy.Statement.1.Condition", object{"IpAddress": object{"aws:SourceIp": []any{"198.51.100.0/24"}}}},
		{"everything else is allowed", &Options{DeniedCIDRs: []string{"198.51.100.0/24"}}, "RestApi", "Policy.Statement.0.Effect", "Allow"},
		{"a policy for all routes", &Options{DeniedCIDRs: []string{"198.51.100.0/24"}}, "RestApi", "Policy.Statement.0.Resource", "execute-api:/*"},
		{"a private API", &Options{PrivateTo: []string{exampleEndpoint}}, "RestApi", "EndpointConfiguration", object{"Types": []any{"PRIVATE"}, "IpAddressType": "dualstack", "VpcEndpointIds": []any{exampleEndpoint}}},
		{"a private API is for its endpoints", &Options{PrivateTo: []string{exampleEndpoint}}, "RestApi", "Policy.Statement.1.Condition", object{"StringNotEquals": object{"aws:SourceVpce": []any{exampleEndpoint}}}},
		{"IPv6", &Options{DualStack: true}, "RestApi", "EndpointConfiguration.IpAddressType", "dualstack"},
		{"a firewall", &Options{Firewall: &Firewall{RequestsPerAddress: 500}}, "WebACL", "Rules.0.Statement.RateBasedStatement.Limit", 500.0},
		{"a firewall has AWS's rules", &Options{Firewall: &Firewall{}}, "WebACL", "Rules.1.Statement.ManagedRuleGroupStatement.Name", "AWSManagedRulesCommonRuleSet"},
		{"a firewall has the rules of the option", &Options{Firewall: &Firewall{ManagedRules: []string{"AWSManagedRulesSQLiRuleSet"}}}, "WebACL", "Rules.0.Name", "AWSManagedRulesSQLiRuleSet"},
		{"a domain", &Options{Domain: domain}, "DomainName", "RegionalCertificateArn", exampleCertificate},
		{"a domain has the TLS policy of the API", &Options{Domain: domain, TLSPolicy: TLS13}, "DomainName", "SecurityPolicy", TLS13},
		{"a domain has the access mode of the API", &Options{Domain: domain}, "DomainName", "EndpointAccessMode", "STRICT"},
		{"a domain for IPv6", &Options{Domain: domain, DualStack: true}, "DomainName", "EndpointConfiguration.IpAddressType", "dualstack"},
		{"an API at the root", &Options{Domain: domain}, "BasePathMapping", "BasePath", nil},
		{"the record of a domain", &Options{Domain: domain}, "RecordSet", "Type", "A"},
		{"the domain alone", &Options{Domain: domain}, "RestApi", "DisableExecuteApiEndpoint", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			found := all(template(t, c.options, "orders"), kinds[c.kind])
			if len(found) != 1 {
				t.Fatalf("got %d resources of type %s, want 1", len(found), kinds[c.kind])
			}
			if got := at(found[0], c.path); !reflect.DeepEqual(got, c.want) {
				t.Errorf("%s: got %v, want %v", c.path, got, c.want)
			}
		})
	}
}

var kinds = map[string]string{
	"RestApi": "AWS::ApiGateway::RestApi", "Method": "AWS::ApiGateway::Method",
	"UsagePlan": "AWS::ApiGateway::UsagePlan", "UsagePlanKey": "AWS::ApiGateway::UsagePlanKey",
	"DomainName": "AWS::ApiGateway::DomainName", "BasePathMapping": "AWS::ApiGateway::BasePathMapping",
	"WebACL": "AWS::WAFv2::WebACL", "RecordSet": "AWS::Route53::RecordSet",
}

func TestAPIsOfAStackShareWhatCosts(t *testing.T) {
	resources := template(t, &Options{
		APIKey: &APIKey{}, Firewall: &Firewall{}, DualStack: true,
		Domain: &Domain{Name: "api.example.com", CertificateARN: exampleCertificate, HostedZoneID: "Z0123456789"},
	}, "orders", "invoices")
	for kind, want := range map[string]int{
		"AWS::WAFv2::WebACL": 1, "AWS::WAFv2::WebACLAssociation": 2,
		"AWS::ApiGateway::DomainName": 1, "AWS::ApiGateway::BasePathMapping": 2,
		"AWS::Route53::RecordSet": 2, "AWS::ApiGateway::UsagePlan": 2, "AWS::ApiGateway::ApiKey": 2,
	} {
		if got := len(all(resources, kind)); got != want {
			t.Errorf("got %d resources of type %s, want %d", got, kind, want)
		}
	}
}

func TestAnOptionThatIsRefusedEndsTheSynthesis(t *testing.T) {
	for name, options := range map[string]*Options{
		"a policy that does not exist":      {TLSPolicy: "x"},
		"the same path for a second API":    {Domain: &Domain{Name: "api.example.com", CertificateARN: exampleCertificate, BasePaths: map[string]string{"orders": "v1", "invoices": "v1"}}},
		"a path that is another API's name": {Domain: &Domain{Name: "api.example.com", CertificateARN: exampleCertificate, BasePaths: map[string]string{"orders": "invoices"}}},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				err, ok := recover().(error)
				if !ok || !strings.HasPrefix(err.Error(), "security.") {
					t.Errorf("got the panic %v, want an error of this package", err)
				}
			}()
			template(t, options, "orders", "invoices")
			t.Error("got a template, want a panic")
		})
	}
}

func TestHeadersOfCallers(t *testing.T) {
	options := Options{IAM: true, APIKey: &APIKey{}}
	want := []string{"Authorization", "X-Amz-Date", "X-Amz-Security-Token", "X-Api-Key"}
	if got := options.RequestHeaders(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestACertificateIsInTheRegionOfTheAPI(t *testing.T) {
	for region, want := range map[string]string{
		"eu-central-1": "",
		"eu-west-1":    "the certificate is in eu-central-1 and the API in eu-west-1",
	} {
		t.Run(region, func(t *testing.T) {
			stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Stack"), &awscdk.StackProps{Env: &awscdk.Environment{Region: jsii.String(region)}})
			defer func() {
				got := fmt.Sprint(recover())
				if refused := got != "<nil>"; refused != (want != "") || !strings.Contains(got, want) {
					t.Errorf("got the panic %s, want %q", got, want)
				}
			}()
			NewRestApi(stack, "RestApi", &awsapigateway.RestApiProps{RestApiName: jsii.String("orders"), CloudWatchRole: jsii.Bool(false)}, &Options{
				Domain: &Domain{Name: "api.example.com", CertificateARN: exampleCertificate},
			})
		})
	}
}

func TestWhatAPIsShareIsMadeWithTheSameOptions(t *testing.T) {
	domain := func(name, certificate string) *Options {
		return &Options{Domain: &Domain{Name: name, CertificateARN: certificate}}
	}
	other := strings.Replace(exampleCertificate, "0a1b", "1b2c", 1)
	const differs = "the APIs of a stack share one, and these have different options for it"
	for _, c := range []struct {
		rule          string
		first, second *Options
		own           string // the id of a construct that the stack has already
		want          string // in the panic; empty if there is none
	}{
		{"the same domain", domain("api.example.com", exampleCertificate), domain("api.example.com", exampleCertificate), "", ""},
		{"two names", domain("api.example.com", exampleCertificate), domain("shop.example.com", exampleCertificate), "", "security.Domain: " + differs},
		{"two certificates", domain("api.example.com", exampleCertificate), domain("api.example.com", other), "", "security.Domain: " + differs},
		{"the same firewall", &Options{Firewall: &Firewall{}}, &Options{Firewall: &Firewall{}}, "", ""},
		{"two firewalls", &Options{Firewall: &Firewall{}}, &Options{Firewall: &Firewall{RequestsPerAddress: 500}}, "", "security.Firewall: " + differs},
		{"a construct of the owner", &Options{Firewall: &Firewall{}}, nil, "Firewall", `the stack has a construct "Firewall" of its own`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			defer func() {
				got := fmt.Sprint(recover())
				if refused := got != "<nil>"; refused != (c.want != "") || !strings.Contains(got, c.want) {
					t.Errorf("got the panic %s, want %q in it", got, c.want)
				}
			}()
			stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Stack"), nil)
			if c.own != "" {
				constructs.NewConstruct(stack, jsii.String(c.own))
			}
			for name, options := range map[string]*Options{"orders": c.first, "invoices": c.second} {
				NewRestApi(constructs.NewConstruct(stack, jsii.String(name)), "RestApi", &awsapigateway.RestApiProps{RestApiName: jsii.String(name), CloudWatchRole: jsii.Bool(false)}, options)
			}
		})
	}
}
