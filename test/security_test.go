package test

import (
	"slices"
	"strings"
	"testing"

	"example.com/apigw/apitest"
	"example.com/apigw/rollout"
	"example.com/apigw/security"

	"example.com/hello-apigw/stacks"
)

// protections are choices of security.Options. What they do is tested where they are
// made; here it is that the stack takes them.
var protections = map[string]security.Options{
	"nothing": {TLSPolicy: security.TLSLegacy},
	"everything on the internet": {
		TLSPolicy: security.TLS13, IAM: true, DualStack: true,
		APIKey:       &security.APIKey{RequestsPerSecond: 5, Burst: 10, PerMonth: 1000},
		AllowedCIDRs: []string{"203.0.113.0/24"}, DeniedCIDRs: []string{"203.0.113.7/32"},
		AllowedAccounts: []string{"111122223333"},
		Firewall:        &security.Firewall{RequestsPerAddress: 500},
		Domain: &security.Domain{
			Name: "api.example.com", CertificateARN: "arn:aws:acm:eu-central-1:111122223333:certificate/0a1b2c3d-0000-4000-8000-000000000000",
			HostedZoneID: "Z0123456789", OnlyThis: true,
		},
	},
	"everything in a private network": {IAM: true, APIKey: &security.APIKey{}, PrivateTo: []string{"vpce-0123456789abcdef0"}, Firewall: &security.Firewall{}},
}

func protected(t *testing.T, options security.Options) *synthesized {
	t.Helper()
	settings, err := stacks.ParseSettings(nil)
	if err != nil {
		t.Fatal(err)
	}
	settings.Security = options
	return newStackOf(t, settings, nil)
}

// With each there is also a function whose new versions get requests bit by bit.
func TestAWSTakesEveryProtection(t *testing.T) {
	build := func(t *testing.T, options security.Options) *synthesized {
		made := protected(t, options)
		stacks.NewGoFunction(made.stack, "Careful", &stacks.GoFunctionProps{Source: "functions/careful", Rollout: rollout.Canary10Percent5Minutes})
		return made
	}
	for name, options := range protections {
		t.Run(name, func(t *testing.T) {
			apitest.Lint(t, *build(t, options).app.Synth(nil).Directory())
			for _, finding := range nagFindings(t, build(t, options), suppressions) {
				if options.IAM || !strings.Contains(finding, "AwsSolutions-APIG") { // your own choice: TestAwsSolutionsRules
					t.Error(finding)
				}
			}
		})
	}
}

// A page could not call the API otherwise: browsers send a preflight without a
// signature or a key.
func TestPreflightsAreForEverybody(t *testing.T) {
	made := protected(t, protections["everything on the internet"]).read(t)
	for _, api := range made.apis(t) {
		for _, method := range api.Methods {
			preflight := method.HttpMethod == "OPTIONS"
			if open := method.AuthorizationType == "NONE" && !method.ApiKeyRequired; open != preflight {
				t.Errorf("%s %s: open to everybody: %v, want %v", api.Name, method, open, preflight)
			}
			if !preflight {
				continue
			}
			allowed := method.Integration.IntegrationResponses[0].ResponseParameters["method.response.header.Access-Control-Allow-Headers"]
			for _, header := range []string{"Authorization", "X-Api-Key"} {
				if !slices.Contains(strings.Split(strings.Trim(allowed, "'"), ","), header) {
					t.Errorf("%s %s: a page may send %s, want %s among them", api.Name, method, allowed, header)
				}
			}
		}
	}
}
