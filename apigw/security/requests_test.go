package security

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/jsii-runtime-go"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/sigv4"
)

// credential is an access key that the gateway of these tests knows.
var credential = sigv4.Credential{AccessKeyID: "AKIAEXAMPLEEXAMPLEXX", SecretAccessKey: "secret", UserARN: "user/tester", UserID: "AIDAEXAMPLE"}

// served returns a gateway in front of the API orders, which responds to GET by itself, and
// to preflights.
func served(t *testing.T, options *Options) *gateway.Gateway {
	t.Helper()
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir())})
	stack := awscdk.NewStack(app, jsii.String("Stack"), nil)
	api := NewRestApi(stack, "RestApi", &awsapigateway.RestApiProps{RestApiName: jsii.String("orders"), CloudWatchRole: jsii.Bool(false)}, options)
	for method, options := range map[string]*awsapigateway.MethodOptions{
		"GET":     {},
		"OPTIONS": {AuthorizationType: awsapigateway.AuthorizationType_NONE, ApiKeyRequired: jsii.Bool(false)},
	} {
		options.MethodResponses = &[]*awsapigateway.MethodResponse{{StatusCode: jsii.String("200")}}
		api.Root().AddMethod(jsii.String(method), awsapigateway.NewMockIntegration(&awsapigateway.IntegrationOptions{
			RequestTemplates:     &map[string]*string{"application/json": jsii.String(`{"statusCode":200}`)},
			IntegrationResponses: &[]*awsapigateway.IntegrationResponse{{StatusCode: jsii.String("200")}},
		}), options)
	}

	read, err := assembly.Read(*app.Synth(nil).Directory(), assembly.Options{})
	if err != nil {
		t.Fatal(err)
	}
	g, err := gateway.New(read, nobody{}, gateway.Options{Credentials: []sigv4.Credential{credential}})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// nobody is called by none of the methods here.
type nobody struct{}

func (nobody) Invoke(context.Context, string, function.Invocation) (function.Result, error) {
	return function.Result{}, errors.New("there is no function")
}

// The local gateway reads what the options write: a request that AWS would refuse is
// refused here too.
func TestRequestsAreLetInOrNot(t *testing.T) {
	signed := func(r *http.Request, _ *gateway.Gateway) {
		empty := sha256.Sum256(nil)
		key := aws.Credentials{AccessKeyID: credential.AccessKeyID, SecretAccessKey: credential.SecretAccessKey}
		if err := signer.NewSigner().SignHTTP(context.Background(), key, r, hex.EncodeToString(empty[:]), "execute-api", "us-east-1", time.Now()); err != nil {
			panic(err)
		}
	}
	withKey := func(r *http.Request, g *gateway.Gateway) {
		r.Header.Set("X-Api-Key", g.APIs("")[0].APIKeys[0].Value)
	}
	withWrongKey := func(r *http.Request, _ *gateway.Gateway) { r.Header.Set("X-Api-Key", strings.Repeat("x", 40)) }
	from := func(address string) func(*http.Request, *gateway.Gateway) {
		return func(r *http.Request, _ *gateway.Gateway) { r.RemoteAddr = address }
	}
	byName := func(r *http.Request, _ *gateway.Gateway) { r.Host, r.URL.Path = "api.example.com", "/orders" }
	byOtherName := func(r *http.Request, _ *gateway.Gateway) { r.Host, r.URL.Path = "other.example.com", "/orders" }

	byOtherEndpoint := func(r *http.Request, _ *gateway.Gateway) {
		r.Host, r.URL.Path = "orders-vpce-0fffffffffffffff0.execute-api.localhost", "/prod/"
	}

	preflight := func(r *http.Request, _ *gateway.Gateway) { r.Method = "OPTIONS" }

	cases := []struct {
		name    string
		options Options
		request func(*http.Request, *gateway.Gateway)
		want    int
	}{
		{"everybody if nothing is said", Options{}, from("198.51.100.1:4711"), 200},
		{"IAM: not signed", Options{IAM: true}, nil, 403},
		{"IAM: signed", Options{IAM: true}, signed, 200},
		{"accounts: a user of the API's own", Options{IAM: true, AllowedAccounts: []string{"111122223333"}}, signed, 200},
		{"accounts: not signed", Options{IAM: true, AllowedAccounts: []string{"111122223333"}}, nil, 403},
		{"accounts: a preflight, which nobody signs", Options{IAM: true, AllowedAccounts: []string{"111122223333"}}, preflight, 200},
		{"accounts: a preflight from an address that is denied", Options{IAM: true, AllowedAccounts: []string{"111122223333"}, DeniedCIDRs: []string{"192.0.2.0/24"}}, preflight, 403},
		{"IAM: a preflight", Options{IAM: true}, preflight, 200},
		{"key: a preflight", Options{APIKey: &APIKey{}}, preflight, 200},
		{"key: none", Options{APIKey: &APIKey{}}, nil, 403},
		{"key: a wrong one", Options{APIKey: &APIKey{}}, withWrongKey, 403},
		{"key: the right one", Options{APIKey: &APIKey{}}, withKey, 200},
		{"allowed addresses: inside", Options{AllowedCIDRs: []string{"203.0.113.0/24"}}, from("203.0.113.9:4711"), 200},
		{"allowed addresses: outside", Options{AllowedCIDRs: []string{"203.0.113.0/24"}}, from("198.51.100.1:4711"), 403},
		{"allowed addresses: inside, with IPv6", Options{AllowedCIDRs: []string{"2001:db8::/32"}}, from("[2001:db8::9]:4711"), 200},
		{"denied addresses: inside", Options{DeniedCIDRs: []string{"203.0.113.0/24"}}, from("203.0.113.9:4711"), 403},
		{"denied addresses: outside", Options{DeniedCIDRs: []string{"203.0.113.0/24"}}, from("198.51.100.1:4711"), 200},
		{"denied addresses win", Options{AllowedCIDRs: []string{"203.0.113.0/24"}, DeniedCIDRs: []string{"203.0.113.9/32"}}, from("203.0.113.9:4711"), 403},
		{"a domain: by its name", Options{Domain: &Domain{Name: "api.example.com", CertificateARN: exampleCertificate}}, byName, 200},
		{"a domain: by another name", Options{Domain: &Domain{Name: "api.example.com", CertificateARN: exampleCertificate}}, byOtherName, 403},
		{"a private API: by its endpoint", Options{PrivateTo: []string{exampleEndpoint}}, nil, 200},
		{"a private API: by another endpoint", Options{PrivateTo: []string{exampleEndpoint}}, byOtherEndpoint, 403},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g := served(t, &c.options)
			request := httptest.NewRequest("GET", "http://127.0.0.1:3000/orders/prod/", nil)
			if c.request != nil {
				c.request(request, g)
			}
			response := httptest.NewRecorder()
			g.ServeHTTP(response, request)
			if response.Code != c.want {
				t.Errorf("got the status %d, want %d: %s", response.Code, c.want, response.Body)
			}
		})
	}
}
