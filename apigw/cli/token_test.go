package cli

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/dev"
	"example.com/apigw/internal/gateway/userpool"
	"example.com/apigw/internal/testapp"
)

// pools is an app with two APIs that are behind user pools.
const pools = `{"Resources": {
  "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "a"}},
  "One": {"Type": "AWS::ApiGateway::Authorizer", "Properties": {"RestApiId": {"Ref": "Api"}, "Name": "one", "Type": "COGNITO_USER_POOLS", "ProviderARNs": ["arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_one"]}},
  "Get": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Api"}, "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "HttpMethod": "GET", "AuthorizationType": "COGNITO_USER_POOLS", "AuthorizerId": {"Ref": "One"}, "Integration": {"Type": "MOCK"}}}SECOND
}}`

const second = `,
  "Two": {"Type": "AWS::ApiGateway::Authorizer", "Properties": {"RestApiId": {"Ref": "Api"}, "Name": "two", "Type": "COGNITO_USER_POOLS", "ProviderARNs": ["arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_two"]}},
  "Put": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Api"}, "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "HttpMethod": "PUT", "AuthorizationType": "COGNITO_USER_POOLS", "AuthorizerId": {"Ref": "Two"}, "Integration": {"Type": "MOCK"}}}`

func TestToken(t *testing.T) {
	one, two := cloudAssembly(t, strings.Replace(pools, "SECOND", "", 1)), cloudAssembly(t, strings.Replace(pools, "SECOND", second, 1))
	t.Chdir(t.TempDir())
	root, err := filepath.EvalSymlinks(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		rule   string
		args   []string
		code   int
		errs   string
		pool   string
		scopes []string
		claims map[string]string
	}{
		{rule: "an identity token", args: []string{"--app", one, "--claim", "sub=ada", "--claim", `cognito:groups=["a","b"]`}, pool: "one",
			claims: map[string]string{"sub": "ada", "cognito:groups": "a,b", "aud": "local-client", "token_use": "id"}},
		{rule: "an access token", args: []string{"--app", one, "--scope", "a/read", "--scope", "a/write", "--client", "web"}, pool: "one", scopes: []string{"a/write"},
			claims: map[string]string{"scope": "a/read a/write", "client_id": "web", "token_use": "access"}},
		{rule: "of the pool that is named", args: []string{"--app", two, "--pool", "us-east-1_two"}, pool: "two"},
		{rule: "of the pool that is named as messages name it", args: []string{"--app", two, "--pool", "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_two"}, pool: "two"},
		{rule: "of which pool", args: []string{"--app", two}, code: 2, errs: "name the user pool with --pool: the app has https://cognito-idp.us-east-1.amazonaws.com/us-east-1_one, https://"},
		{rule: "of an unknown pool", args: []string{"--app", one, "--pool", "x"}, code: 2, errs: "--pool x: the app's user pools are https://"},
		{rule: "without a pool", args: []string{"--app", testapp.Assembly()}, code: 1, errs: "no method of the app is behind a Cognito user pool"},
		{rule: "a claim without a value", args: []string{"--claim", "sub"}, code: 2, errs: "expected NAME=VALUE"},
	} {
		code, out, errs := commandLine("", append([]string{"token"}, c.args...)...)
		if code != c.code || !strings.Contains(errs, c.errs) {
			t.Errorf("%s: got exit code %d, %s; want %d, %s", c.rule, code, errs, c.code, c.errs)
			continue
		}
		if c.code != 0 {
			continue
		}
		keys, err := dev.UserPools(root, "")
		if err != nil {
			t.Fatal(err)
		}
		authorizer, err := userpool.New(&assembly.Authorizer{ProviderARNs: []string{"arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_" + c.pool}}, keys, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		claims, failure := authorizer.Check(out, c.scopes, "r")
		if failure != nil {
			t.Errorf("%s: got a token that is refused: %s", c.rule, failure.Why())
		}
		for name, want := range c.claims {
			if claims[name] != want {
				t.Errorf("%s: got the claim %s %q, want %q", c.rule, name, claims[name], want)
			}
		}
	}
	if _, err := dev.UserPools(root, "nowhere.json"); err == nil || !strings.Contains(err.Error(), "--jwks: ") {
		t.Errorf("got %v for a file that is missing, want the name of the flag", err)
	}
}

// cloudAssembly writes a cloud assembly of one stack.
func cloudAssembly(t *testing.T, template string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"manifest.json":     `{"version":"48.0.0","artifacts":{"App":{"type":"aws:cloudformation:stack","environment":"aws://unknown-account/unknown-region","properties":{"templateFile":"App.template.json"}}}}`,
		"App.template.json": template,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestHowLongATokenIsValidIsADuration(t *testing.T) {
	for _, text := range []string{"tomorrow", "1 h", "60"} {
		set := flag.NewFlagSet("token", flag.ContinueOnError)
		set.SetOutput(io.Discard)
		defineToken(set)
		if err := set.Parse([]string{"--expires", text}); err == nil || !strings.Contains(err.Error(), "expected a duration such as 90s") {
			t.Errorf("%s: got the error %v, want one that says what a duration is", text, err)
		}
	}
}
