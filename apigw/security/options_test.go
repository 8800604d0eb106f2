package security

import (
	"strings"
	"testing"
)

const (
	exampleCertificate = "arn:aws:acm:eu-central-1:111122223333:certificate/0a1b2c3d-0000-4000-8000-000000000000"
	exampleEndpoint    = "vpce-0123456789abcdef0"
)

func TestWhatAWSRefusesIsRefusedBefore(t *testing.T) {
	cases := []struct {
		name    string
		options Options
		want    string // in the error; empty if there is none
	}{
		{"nothing is open to everybody", Options{}, ""},
		{"an unknown TLS policy", Options{TLSPolicy: "TLS_1_3"}, `"TLS_1_3" is not a policy`},
		{"a TLS policy of edge-optimized APIs", Options{TLSPolicy: "SecurityPolicy_TLS13_2025_EDGE"}, "edge-optimized"},
		{"an old TLS policy", Options{TLSPolicy: TLSLegacy}, ""},
		{"an old TLS policy of a private API", Options{TLSPolicy: TLSLegacy, PrivateTo: []string{exampleEndpoint}}, "no TLS older than 1.2"},
		{"an access mode that does not exist", Options{EndpointAccessMode: "LAX"}, `"LAX" is not a mode`},
		{"an access mode with the default policy", Options{EndpointAccessMode: Basic}, ""},
		{"an access mode with an old TLS policy", Options{TLSPolicy: TLSLegacy, EndpointAccessMode: Strict}, "has no access mode"},
		{"an address for a range", Options{AllowedCIDRs: []string{"203.0.113.7"}}, "203.0.113.7/32"},
		{"a range with bits behind its length", Options{DeniedCIDRs: []string{"203.0.113.7/24"}}, "write 203.0.113.0/24"},
		{"ranges of both IPs", Options{AllowedCIDRs: []string{"203.0.113.0/24", "2001:db8::/32"}}, ""},
		{"an account that is no number", Options{IAM: true, AllowedAccounts: []string{"1111"}}, "12 digits"},
		{"accounts without signatures", Options{AllowedAccounts: []string{"111122223333"}}, "set IAM too"},
		{"accounts with signatures", Options{IAM: true, AllowedAccounts: []string{"111122223333"}}, ""},
		{"a VPC for a VPC endpoint", Options{PrivateTo: []string{"vpc-0123456789abcdef0"}}, "not the id of a VPC endpoint"},
		{"a private API", Options{PrivateTo: []string{exampleEndpoint}}, ""},
		{"ranges of the internet for a private API", Options{PrivateTo: []string{exampleEndpoint}, AllowedCIDRs: []string{"203.0.113.0/24"}}, "addresses in the VPC"},
		{"a regional domain for a private API", Options{PrivateTo: []string{exampleEndpoint}, Domain: &Domain{Name: "api.example.com", CertificateARN: exampleCertificate}}, "cannot have a regional domain name"},
		{"a rate without a burst", Options{APIKey: &APIKey{RequestsPerSecond: 5}}, "belong together"},
		{"a negative quota", Options{APIKey: &APIKey{PerMonth: -1}}, "PerMonth is -1"},
		{"a key without limits", Options{APIKey: &APIKey{}}, ""},
		{"a firewall with its usual rules", Options{Firewall: &Firewall{}}, ""},
		{"a firewall without a rule", Options{Firewall: &Firewall{ManagedRules: []string{}}}, "has no rule"},
		{"too few requests an address", Options{Firewall: &Firewall{RequestsPerAddress: 9}}, "takes 10 to 2,000,000,000"},
		{"a rule group that is not of AWS", Options{Firewall: &Firewall{ManagedRules: []string{"Common"}}}, `"Common" is not the name`},
		{"a rule group twice", Options{Firewall: &Firewall{ManagedRules: []string{"AWSManagedRulesCommonRuleSet", "AWSManagedRulesCommonRuleSet"}}}, "in the list twice"},
		{"a URL for a domain name", Options{Domain: &Domain{Name: "https://api.example.com", CertificateARN: exampleCertificate}}, "without https://"},
		{"a domain name with capitals", Options{Domain: &Domain{Name: "API.example.com", CertificateARN: exampleCertificate}}, "lower case"},
		{"a certificate that is no ARN", Options{Domain: &Domain{Name: "api.example.com", CertificateARN: "0a1b"}}, "not a certificate"},
		{"a base path with a slash", Options{Domain: &Domain{Name: "api.example.com", CertificateARN: exampleCertificate, BasePaths: map[string]string{"orders": "/v1"}}}, "not a base path"},
		{"a base path of two parts", Options{Domain: &Domain{Name: "api.example.com", CertificateARN: exampleCertificate, BasePaths: map[string]string{"orders": "v1/orders"}}}, "without a slash"},
		{"a zone as the command line prints it", Options{Domain: &Domain{Name: "api.example.com", CertificateARN: exampleCertificate, HostedZoneID: "/hostedzone/Z0123456789"}}, "not the id of a zone"},
		{"a certificate, a zone and an account that the deployment fills in", Options{IAM: true, AllowedAccounts: []string{"${Token[A.1]}"}, Domain: &Domain{Name: "api.example.com", CertificateARN: "${Token[C.2]}", HostedZoneID: "${Token[Z.3]}"}}, ""},
		{"two APIs on one path", Options{Domain: &Domain{Name: "api.example.com", CertificateARN: exampleCertificate, BasePaths: map[string]string{"a": "v1", "b": "v1"}}}, "a and b have the same path"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := c.options.Check()
			switch {
			case c.want == "" && err != nil:
				t.Errorf("got the error %q, want none", err)
			case c.want != "" && err == nil:
				t.Errorf("got no error, want one with %q", c.want)
			case c.want != "" && !strings.Contains(err.Error(), c.want):
				t.Errorf("got the error %q, want one with %q", err, c.want)
			}
		})
	}
}

func TestEveryProblemIsSaidAtOnce(t *testing.T) {
	err := (&Options{TLSPolicy: "x", AllowedCIDRs: []string{"y"}, APIKey: &APIKey{Burst: 1}}).Check()
	if got := len(strings.Split(err.Error(), "\n")); got != 3 {
		t.Errorf("got %d sentences, want 3:\n%v", got, err)
	}
}

func TestSecretsOfAnEnvironment(t *testing.T) {
	cases := []struct {
		name, variable, value string
		secret                bool
	}{
		{"a password", "DB_PASSWORD", "correct horse", true},
		{"an API key", "STRIPE_API_KEY", "abcdef0123456789", true},
		{"a token", "GITHUB_TOKEN", "abcdef0123456789", true},
		{"an access key by its value", "KEY_OF_BACKUP", "AKIAIOSFODNN7EXAMPLE", true},
		{"a private key by its value", "SIGNER", "-----BEGIN EC PRIVATE KEY-----\nMHc", true},
		{"a URL with a password", "DATABASE", "postgres://app:hunter2@db.example.com/app", true},
		{"a JSON web token by its value", "SESSION", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTYifQ.dozjgNryP4J3jVmNHl0w5N", true},
		{"the ARN of a secret", "DB_SECRET_ARN", "arn:aws:secretsmanager:eu-central-1:111122223333:secret:db", false},
		{"an ARN under the name of a secret", "DB_SECRET", "arn:aws:secretsmanager:eu-central-1:111122223333:secret:db", false},
		{"a parameter's name", "DB_PASSWORD", "/orders/db/password", false},
		{"a value that the deployment fills in", "TOKEN", "${Token[TOKEN.12]}", false},
		{"a switch", "ALLOW_CREDENTIALS", "true", false},
		{"a number", "MAX_TOKEN", "4096", false},
		{"an address to get tokens at", "ISSUER_TOKEN", "https://login.example.com/token", false},
		{"an empty value", "PASSWORD", "", false},
		{"a word that ends alike", "MONKEY", "banana", false},
		{"a table name", "TABLE_NAME", "orders", false},
		{"a name that a secret is part of", "SECRETARY_NAME", "Ada", false},
		{"a URL with a user but no password", "SOURCE", "https://git@example.com/x", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := CheckEnvironment(map[string]string{c.variable: c.value})
			if (err != nil) != c.secret {
				t.Errorf("%s=%s: got %v, want a secret: %v", c.variable, c.value, err, c.secret)
			}
			if err != nil && (strings.Contains(err.Error(), c.value) || !strings.Contains(err.Error(), c.variable)) {
				t.Errorf("got %q, want the name and not the value", err)
			}
		})
	}
}
