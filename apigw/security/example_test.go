package security_test

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/jsii-runtime-go"

	"example.com/apigw/security"
)

// The examples compile and are not run: a stack of each would take seconds.

var (
	stack awscdk.Stack
	props = &awsapigateway.RestApiProps{RestApiName: jsii.String("orders")}
)

func ExampleNewRestApi() {
	security.NewRestApi(stack, "RestApi", props, &security.Options{})
}

func ExampleOptions_tls() {
	security.NewRestApi(stack, "RestApi", props, &security.Options{
		TLSPolicy:          security.TLS13,
		EndpointAccessMode: security.Basic, // for an API that has traffic already
	})
}

func ExampleOptions_iam() {
	security.NewRestApi(stack, "RestApi", props, &security.Options{
		IAM:             true,
		AllowedAccounts: []string{"111122223333"},
	})
}

func ExampleOptions_addresses() {
	security.NewRestApi(stack, "RestApi", props, &security.Options{
		AllowedCIDRs: []string{"203.0.113.0/24", "2001:db8::/32"},
		DeniedCIDRs:  []string{"203.0.113.66/32"},
		DualStack:    true,
	})
}

func ExampleOptions_private() {
	security.NewRestApi(stack, "RestApi", props, &security.Options{
		PrivateTo: []string{"vpce-0123456789abcdef0"},
	})
}

func ExampleAPIKey() {
	security.NewRestApi(stack, "RestApi", props, &security.Options{
		APIKey: &security.APIKey{RequestsPerSecond: 5, Burst: 10, PerMonth: 100_000},
	})
}

func ExampleFirewall() {
	security.NewRestApi(stack, "RestApi", props, &security.Options{
		Firewall: &security.Firewall{
			RequestsPerAddress: 500,
			ManagedRules:       []string{"AWSManagedRulesAmazonIpReputationList"},
		},
	})
}

func ExampleDomain() {
	security.NewRestApi(stack, "RestApi", props, &security.Options{
		Domain: &security.Domain{
			Name:           "api.example.com",
			CertificateARN: "arn:aws:acm:eu-central-1:111122223333:certificate/0a1b2c3d-0000-4000-8000-000000000000",
			HostedZoneID:   "Z0123456789",
			BasePaths:      map[string]string{"orders": ""}, // https://api.example.com/…
			OnlyThis:       true,
		},
	})
}

func ExampleOptions_RequestHeaders() {
	options := security.Options{IAM: true}
	options.RequestHeaders() // for Access-Control-Allow-Headers of preflights
}

func ExampleOptions_Check() {
	options := security.Options{TLSPolicy: "TLS_1_3"}
	if err := options.Check(); err != nil {
		panic(err) // NewRestApi does the same
	}
}

func ExampleCheckEnvironment() {
	err := security.CheckEnvironment(map[string]string{"DB_PASSWORD": "correct horse"})
	if err != nil {
		panic(err)
	}
}
