// Package security holds what protects an API, as CDK constructs: the TLS policy, who
// may call it and from where, API keys, a web application firewall, and a domain name of
// its own. Each is one property of Options, and off unless it costs nothing and breaks
// nothing. What AWS would refuse at deployment is refused before, with one sentence.
//
// CheckEnvironment, for the environment of functions, is also here.
package security

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// The TLS policies of regional and private APIs. A policy is the oldest version of TLS
// and the ciphers that clients may use.
//
// Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-list.html
const (
	// TLS12 takes TLS 1.2 and 1.3, only with ciphers that have forward secrecy, and
	// key exchange that quantum computers cannot break where the client can do it. It
	// is the default: what browsers and libraries of the last ten years speak.
	TLS12 = "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"
	// TLS13 takes TLS 1.3 alone.
	TLS13 = "SecurityPolicy_TLS13_1_3_2025_09"
	// TLS13FIPS is TLS13 with modules that are validated by FIPS 140.
	TLS13FIPS = "SecurityPolicy_TLS13_1_3_FIPS_2025_09"
	// TLSLegacy takes TLS 1.0 and later, which is what API Gateway does by itself.
	TLSLegacy = "TLS_1_0"
)

// tlsPolicies are those that a regional or private API may have. The ones for
// edge-optimized APIs end with EDGE.
var tlsPolicies = []string{
	TLS12, TLS13, TLS13FIPS, TLSLegacy, "TLS_1_2",
	"SecurityPolicy_TLS13_1_2_PQ_2025_09", "SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09",
	"SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09", "SecurityPolicy_TLS13_1_2_2021_06",
}

// The endpoint access modes.
//
// Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html
const (
	// Strict takes a request only if the name in its TLS handshake is the name in its
	// header Host, and if it came in by this kind of endpoint. It is the default.
	Strict = "STRICT"
	// Basic checks neither. An API that has traffic already is first set to Basic, and
	// to Strict when its access log shows that no client depends on it.
	Basic = "BASIC"
)

// Options protect an API. The zero value is an API that everybody may call, over TLS 1.2
// or later. The comment of each property says what it does, its limits and what it costs in
// us-east-1 without tax; where AWS documents it follows behind "Source".
type Options struct {
	// TLSPolicy is the oldest TLS and the ciphers that the API takes: TLS12 if it is
	// empty. It costs nothing.
	TLSPolicy string

	// EndpointAccessMode is Strict if it is empty. It belongs to the TLS policies that
	// begin with SecurityPolicy_, and the others have none. It costs nothing.
	//
	// Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html
	EndpointAccessMode string

	// IAM lets only callers in that sign their requests with AWS credentials that may
	// call execute-api:Invoke. A route with an authorizer has that instead. It costs
	// nothing.
	//
	// Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/permissions.html
	IAM bool

	// APIKey asks for the header X-Api-Key, which says who is calling and counts it.
	// It is no proof of identity. Nil asks for none. It costs nothing.
	//
	// Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
	APIKey *APIKey

	// AllowedCIDRs are the address ranges that may call ("203.0.113.0/24"). Empty
	// lets all in. A resource policy has 8192 bytes. It costs nothing.
	//
	// Source, also of the next three: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
	AllowedCIDRs []string

	// DeniedCIDRs are the address ranges that may not, also if AllowedCIDRs has them.
	DeniedCIDRs []string

	// AllowedAccounts are the AWS accounts (12 digits) whose users and roles may call
	// besides those of this account. They must sign: it needs IAM.
	AllowedAccounts []string

	// PrivateTo are the VPC endpoints ("vpce-…", for the service execute-api) by which
	// alone the API can be reached. Empty makes a regional API, on the internet. Each
	// endpoint costs by the hour.
	//
	// Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
	PrivateTo []string

	// DualStack lets clients call over IPv6 too. A private API always does. It costs
	// nothing; AllowedCIDRs then need the IPv6 ranges as well.
	//
	// Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-ip-address-type.html
	DualStack bool

	// Firewall is a web ACL of AWS WAF in front of the stage. Nil has none. It costs
	// 5 dollars a month, 1 for each rule, and 0.60 a million requests.
	//
	// Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-aws-waf.html
	Firewall *Firewall

	// Domain is a name of your own for the API. Nil has none. It costs nothing
	// besides the name and its zone.
	//
	// Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html
	Domain *Domain
}

// APIKey is an API key, and the usage plan that limits its requests.
type APIKey struct {
	// RequestsPerSecond and Burst limit the requests of the key; above them the
	// response is 429. Zero leaves the limits of the stage.
	RequestsPerSecond, Burst float64

	// PerMonth is how many requests the key has in a month. Zero is no limit.
	PerMonth float64
}

// Firewall is a web ACL of AWS WAF.
type Firewall struct {
	// RequestsPerAddress is how many requests an IP address has in 5 minutes, from 10
	// to 2,000,000,000. Above it the response is 403. Zero is no limit.
	RequestsPerAddress float64

	// ManagedRules are rule groups of AWS by their names, such as
	// AWSManagedRulesKnownBadInputsRuleSet. Nil takes that one and
	// AWSManagedRulesCommonRuleSet; an empty slice takes none.
	ManagedRules []string
}

// Domain is a domain name that leads to APIs.
type Domain struct {
	// Name is the domain name in lower case ("api.example.com").
	Name string

	// CertificateARN is the certificate of the name in AWS Certificate Manager, in the
	// region of the API.
	CertificateARN string

	// HostedZoneID is the zone in Route 53 that gets the name's records. Empty writes
	// none: point the name to the output DomainTarget yourself.
	HostedZoneID string

	// BasePaths are the first part of the path of each API, by the API's name. It is one
	// part, without a slash. An API that is not in it has its name for a path, and one
	// with "" is at the root.
	BasePaths map[string]string

	// OnlyThis turns off the address that API Gateway gives to each API
	// (https://….execute-api.…), so that nobody goes around the name.
	OnlyThis bool
}

// RequestHeaders returns the request headers that callers send because of the options.
// A web page of another origin may send them only if the preflight allows them.
func (o *Options) RequestHeaders() []string {
	var headers []string
	if o.IAM {
		headers = append(headers, "Authorization", "X-Amz-Date", "X-Amz-Security-Token")
	}
	if o.APIKey != nil {
		headers = append(headers, "X-Api-Key")
	}
	return headers
}

func (o *Options) tlsPolicy() string {
	if o.TLSPolicy == "" {
		return TLS12
	}
	return o.TLSPolicy
}

// enhanced reports whether a TLS policy has an endpoint access mode.
func enhanced(policy string) bool { return strings.HasPrefix(policy, "SecurityPolicy_") }

func (o *Options) endpointAccessMode() string {
	if o.EndpointAccessMode == "" && enhanced(o.tlsPolicy()) {
		return Strict
	}
	return o.EndpointAccessMode
}

var (
	accountID     = regexp.MustCompile(`^\d{12}$`)
	vpcEndpointID = regexp.MustCompile(`^vpce-[0-9a-f]{8,17}$`)
	domainName    = regexp.MustCompile(`^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$`)
	certificate   = regexp.MustCompile(`^arn:aws[a-z-]*:acm:([a-z0-9-]+):\d{12}:certificate/[A-Za-z0-9-]+$`)
	basePath      = regexp.MustCompile(`^[A-Za-z0-9$_.+!*'()-]*$`)
	hostedZone    = regexp.MustCompile(`^Z[A-Z0-9]{1,31}$`)
	ruleGroup     = regexp.MustCompile(`^AWSManagedRules[A-Za-z0-9]+RuleSet$|^AWSManagedRules[A-Za-z0-9]+List$`)
)

// resolvedLater reports whether a text is a token of the CDK, such as the ARN of a
// certificate that the same app makes.
func resolvedLater(text string) bool { return strings.Contains(text, "${Token[") }

// Check returns what AWS would refuse, a sentence for each.
func (o *Options) Check() error {
	var problems []error
	refuse := func(format string, values ...any) {
		problems = append(problems, fmt.Errorf("security."+format, values...))
	}

	policy := o.tlsPolicy()
	switch {
	case strings.HasSuffix(policy, "EDGE"):
		refuse("Options.TLSPolicy: %s is for edge-optimized APIs, and this API is regional or private: use security.TLS12 or security.TLS13", policy)
	case !slices.Contains(tlsPolicies, policy):
		refuse("Options.TLSPolicy: %q is not a policy of API Gateway: use security.TLS12, security.TLS13 or one of %s", policy, strings.Join(tlsPolicies[2:], ", "))
	case policy == TLSLegacy && len(o.PrivateTo) > 0:
		refuse("Options.TLSPolicy: a private API takes no TLS older than 1.2: remove TLSPolicy, or use security.TLS12")
	}
	switch mode := o.EndpointAccessMode; {
	case mode != "" && mode != Strict && mode != Basic:
		refuse("Options.EndpointAccessMode: %q is not a mode: use security.Strict or security.Basic", mode)
	case mode != "" && !enhanced(policy):
		refuse("Options.EndpointAccessMode: the TLS policy %s has no access mode: remove EndpointAccessMode, or use a policy that begins with SecurityPolicy_", policy)
	}

	problems = append(problems, checkCIDRs("AllowedCIDRs", o.AllowedCIDRs), checkCIDRs("DeniedCIDRs", o.DeniedCIDRs))
	for _, account := range o.AllowedAccounts {
		if !accountID.MatchString(account) && !resolvedLater(account) {
			refuse("Options.AllowedAccounts: %q is not the number of an account: write its 12 digits", account)
		}
	}
	if len(o.AllowedAccounts) > 0 && !o.IAM {
		refuse("Options.AllowedAccounts: whoever calls without a signature is of no account, so that nobody could call: set IAM too")
	}
	for _, endpoint := range o.PrivateTo {
		if !vpcEndpointID.MatchString(endpoint) && !resolvedLater(endpoint) {
			refuse("Options.PrivateTo: %q is not the id of a VPC endpoint, such as vpce-0123456789abcdef0: `aws ec2 describe-vpc-endpoints` lists them", endpoint)
		}
	}
	if len(o.PrivateTo) > 0 {
		if len(o.AllowedCIDRs)+len(o.DeniedCIDRs) > 0 {
			refuse("Options.AllowedCIDRs: a private API sees the addresses in the VPC, and not those of the internet, so that address ranges would not do what they say: use security groups of the VPC endpoint, or remove PrivateTo")
		}
		if o.Domain != nil {
			refuse("Options.Domain: a private API cannot have a regional domain name: remove Domain or PrivateTo")
		}
	}
	problems = append(problems, o.APIKey.check(), o.Firewall.check(), o.Domain.check())
	return errors.Join(problems...)
}

func checkCIDRs(name string, ranges []string) error {
	var problems []error
	for _, text := range ranges {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			problems = append(problems, fmt.Errorf("security.Options.%s: %q is not an address range: write it as 203.0.113.0/24, and one address as 203.0.113.7/32", name, text))
		} else if prefix != prefix.Masked() {
			problems = append(problems, fmt.Errorf("security.Options.%s: %s has bits set behind its length: write %s", name, text, prefix.Masked()))
		}
	}
	return errors.Join(problems...)
}

func (k *APIKey) check() error {
	if k == nil {
		return nil
	}
	var problems []error
	for _, number := range []struct {
		name  string
		value float64
	}{{"RequestsPerSecond", k.RequestsPerSecond}, {"Burst", k.Burst}, {"PerMonth", k.PerMonth}} {
		if number.value < 0 || number.value != number.value {
			problems = append(problems, fmt.Errorf("security.APIKey.%s is %v: use a number above 0, or 0 for no limit", number.name, number.value))
		}
	}
	if (k.RequestsPerSecond > 0) != (k.Burst > 0) {
		problems = append(problems, errors.New("security.APIKey: RequestsPerSecond and Burst belong together: set both, or neither"))
	}
	return errors.Join(problems...)
}

func (f *Firewall) check() error {
	if f == nil {
		return nil
	}
	var problems []error
	if n := f.RequestsPerAddress; n != 0 && !(n >= 10 && n <= 2_000_000_000) {
		problems = append(problems, fmt.Errorf("security.Firewall.RequestsPerAddress is %v: AWS WAF takes 10 to 2,000,000,000 requests in 5 minutes, and 0 is no limit", n))
	}
	for i, name := range f.ManagedRules {
		if !ruleGroup.MatchString(name) {
			problems = append(problems, fmt.Errorf("security.Firewall.ManagedRules: %q is not the name of a rule group of AWS, such as AWSManagedRulesCommonRuleSet", name))
		}
		if slices.Contains(f.ManagedRules[:i], name) {
			problems = append(problems, fmt.Errorf("security.Firewall.ManagedRules: %s is in the list twice: remove one", name))
		}
	}
	if f.RequestsPerAddress == 0 && f.ManagedRules != nil && len(f.ManagedRules) == 0 {
		problems = append(problems, errors.New("security.Firewall has no rule, lets everything through, and costs 5 dollars a month: set RequestsPerAddress or ManagedRules, or remove Firewall"))
	}
	return errors.Join(problems...)
}

func (d *Domain) check() error {
	if d == nil {
		return nil
	}
	var problems []error
	if !domainName.MatchString(d.Name) {
		problems = append(problems, fmt.Errorf("security.Domain.Name: %q is not a domain name: write it in lower case and without https://, such as api.example.com", d.Name))
	}
	if !certificate.MatchString(d.CertificateARN) && !resolvedLater(d.CertificateARN) {
		problems = append(problems, fmt.Errorf("security.Domain.CertificateARN: %q is not a certificate of AWS Certificate Manager: `aws acm list-certificates` in the region of the API lists them", d.CertificateARN))
	}
	if d.HostedZoneID != "" && !hostedZone.MatchString(d.HostedZoneID) && !resolvedLater(d.HostedZoneID) {
		problems = append(problems, fmt.Errorf("security.Domain.HostedZoneID: %q is not the id of a zone, such as Z0123456789: `aws route53 list-hosted-zones` lists them, with /hostedzone/ before the id", d.HostedZoneID))
	}
	taken := map[string]string{}
	for _, api := range slices.Sorted(maps.Keys(d.BasePaths)) {
		path := d.BasePaths[api]
		if !basePath.MatchString(path) {
			problems = append(problems, fmt.Errorf("security.Domain.BasePaths: %q of %s is not a base path: use letters, digits and $-_.+!*'(), without a slash, and \"\" for the root", path, api))
		}
		if other, ok := taken[path]; ok {
			problems = append(problems, fmt.Errorf("security.Domain.BasePaths: %s and %s have the same path %q: give each its own", other, api, path))
		}
		taken[path] = api
	}
	return errors.Join(problems...)
}
