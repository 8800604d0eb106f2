package userpool

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"example.com/apigw/internal/assembly"
)

var noon = time.Date(2026, 7, 29, 12, 0, 0, 0, time.UTC)

const issuer = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc"

func TestTokens(t *testing.T) {
	file := filepath.Join(t.TempDir(), "below", "key.pem")
	own, err := OwnKey(file)
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		t.Fatal(err)
	}
	pool, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		t.Fatal(err)
	}
	keys := Keys{Own: file}
	if err := keys.ReadJWKS(jwks(t, pool)); err != nil {
		t.Fatal(err)
	}
	id := func(claims map[string]any) Token {
		return Token{Issuer: issuer, ClientID: "web", Lifetime: time.Hour, Claims: claims}
	}
	access := func(scope string) Token {
		return Token{Issuer: issuer, ClientID: "web", Access: true, Lifetime: time.Hour, Claims: map[string]any{"scope": scope}}
	}
	tests := []struct {
		rule   string
		token  Token
		key    *rsa.PrivateKey
		scopes []string
		change func(token string) string
		// want is the message of the failure; empty is none. why is part of its reason.
		want, why string
	}{
		{rule: "an identity token", token: id(nil)},
		{rule: "with the scheme Bearer", token: id(nil), change: func(token string) string { return "bearer  " + token }},
		{rule: "an access token with one of the scopes", token: access("a/read a/write"), scopes: []string{"a/write", "a/admin"}},
		{rule: "a token of a pool whose keys are known", token: Token{Issuer: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_real", ClientID: "web", Lifetime: time.Hour}, key: pool},
		{rule: "none", token: id(nil), change: func(string) string { return "" }, want: "Unauthorized", why: "there is none"},
		{rule: "not a token", token: id(nil), change: func(string) string { return "hello" }, want: "Unauthorized", why: "not a JSON Web Token"},
		{rule: "a signature for other claims", token: id(nil), change: func(token string) string {
			parts := strings.Split(token, ".")
			parts[1] = base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"admin","token_use":"id","exp":9999999999,"iss":"` + issuer + `"}`))
			return strings.Join(parts, ".")
		}, want: "Unauthorized", why: "signature is not valid"},
		{rule: "a key that nobody knows", token: id(nil), key: foreign, want: "Unauthorized", why: "no key is known"},
		{rule: "an unsigned token", token: id(nil), change: func(token string) string {
			parts := strings.Split(token, ".")
			return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + parts[1] + "."
		}, want: "Unauthorized", why: "signature is not valid"},
		{rule: "an expired token", token: Token{Issuer: issuer, ClientID: "web", Lifetime: -time.Minute}, want: "The incoming token has expired", why: "Wed Jul 29 11:59:00 UTC 2026"},
		{rule: "a token that never expires", token: id(map[string]any{"exp": nil}), want: "Unauthorized", why: "no time of expiry"},
		{rule: "another issuer", token: Token{Issuer: issuer + "d", ClientID: "web", Lifetime: time.Hour}, want: "Unauthorized", why: "its issuer is"},
		{rule: "an access token where no scope is asked for", token: access("a/read"), want: "Unauthorized", why: "wants an identity token"},
		{rule: "an identity token where a scope is asked for", token: id(nil), scopes: []string{"a/read"}, want: "Unauthorized", why: "wants an access token"},
		{rule: "an access token without the scope", token: access("a/read"), scopes: []string{"a/write"}, want: "Unauthorized", why: `its scopes are "a/read"`},
		{rule: "another audience", token: Token{Issuer: issuer, ClientID: "app", Lifetime: time.Hour}, want: "Unauthorized", why: `its audience "app"`},
	}
	config := &assembly.Authorizer{
		Name: "pool", Type: "COGNITO_USER_POOLS", ProviderARNs: []string{"arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abc"}, ValidationExpression: "web|shop",
	}
	a, err := New(config, keys, func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			key, kid := own, ""
			if test.key != nil {
				key = test.key
			}
			if key == pool {
				kid = "real"
			}
			token := sign(t, test.token, key, kid)
			if test.change != nil {
				token = test.change(token)
			}
			claims, failure := a.Check(token, test.scopes, "r1")
			if test.want == "" {
				if failure != nil {
					t.Fatalf("got %v: %s, want claims", failure, failure.Why())
				}
				if claims["sub"] == "" || claims["exp"] != "Wed Jul 29 13:00:00 UTC 2026" {
					t.Errorf("got the claims %v, want a subject and the expiry as Java prints dates", claims)
				}
				return
			}
			if failure == nil || failure.Status != 401 || failure.Message != test.want || !strings.Contains(failure.Why(), test.why) {
				t.Errorf("got %v with the claims %v, want 401 %q because of %q", failure, claims, test.want, test.why)
				if failure != nil {
					t.Logf("the reason is: %s", failure.Why())
				}
			}
		})
	}
}

// sign signs a token. A key of a pool has an id of its own.
func sign(t *testing.T, token Token, key *rsa.PrivateKey, kid string) string {
	t.Helper()
	text, err := token.Sign(key, noon)
	if err != nil {
		t.Fatal(err)
	}
	if kid == "" {
		return text
	}
	parsed, _, err := jwt.NewParser().ParseUnverified(text, jwt.MapClaims{})
	if err != nil {
		t.Fatal(err)
	}
	parsed.Header["kid"] = kid
	text, err = parsed.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func jwks(t *testing.T, key *rsa.PrivateKey) string {
	t.Helper()
	content, err := json.Marshal(map[string]any{"keys": []any{map[string]string{
		"kid": "real", "kty": "RSA", "alg": "RS256", "use": "sig",
		"n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()),
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return write(t, string(content))
}

func write(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// Published: what events show of a token's claims.
func TestClaimsAreTexts(t *testing.T) {
	got := texts(jwt.MapClaims{
		"sub": "ada", "email_verified": true, "auth_time": json.Number("1469814773"), "exp": json.Number("1469818373"), "iat": json.Number("1469814773"),
		"cognito:groups": []any{"admin", "users"}, "identities": []any{map[string]any{"userId": "1"}}, "nothing": nil,
	})
	want := Claims{
		"sub": "ada", "email_verified": "true", "auth_time": "1469814773", "exp": "Fri Jul 29 18:52:53 UTC 2016", "iat": "Fri Jul 29 17:52:53 UTC 2016",
		"cognito:groups": "admin,users", "identities": `{"userId":"1"}`, "nothing": "null",
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestIssuerOf(t *testing.T) {
	tests := []struct{ rule, arn, want string }{
		{"a pool", "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abc", issuer},
		{"an identity pool", "arn:aws:cognito-identity:us-east-1:123456789012:identitypool/x", ""},
		{"no id", "arn:aws:cognito-idp:us-east-1:123456789012:userpool/", ""},
		{"nothing", "", ""},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			got, err := IssuerOf(test.arn)
			if got != test.want || (err == nil) != (test.want != "") {
				t.Errorf("got %q and %v, want %q", got, err, test.want)
			}
		})
	}
}

func TestKeyFiles(t *testing.T) {
	for _, test := range []struct{ rule, content, want string }{
		{"no JSON", "<html>", "expected {"},
		{"no keys", `{"keys":[]}`, "has no keys"},
		{"a key of another kind", `{"keys":[{"kid":"a","kty":"EC","n":"","e":""}]}`, `the key "a" is not an RSA key`},
		{"a modulus that is not base64", `{"keys":[{"kid":"a","kty":"RSA","n":"!","e":"AQAB"}]}`, `the key "a" is not an RSA key`},
	} {
		t.Run(test.rule, func(t *testing.T) {
			err := new(Keys).ReadJWKS(write(t, test.content))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
	if _, err := OwnKey(write(t, "nonsense")); err == nil || !strings.Contains(err.Error(), "is not a key: delete it") {
		t.Errorf("got %v, want the advice to delete it", err)
	}
	file := filepath.Join(t.TempDir(), "key.pem")
	first, err := OwnKey(file)
	if err != nil {
		t.Fatal(err)
	}
	again, err := OwnKey(file)
	if err != nil || !first.Equal(again) {
		t.Errorf("got another key, and %v, want the same", err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v and %v, want a file that only the user can read", info.Mode(), err)
	}
}

func TestConfiguration(t *testing.T) {
	for _, test := range []struct {
		rule   string
		config assembly.Authorizer
		want   string
	}{
		{"a pool that is none", assembly.Authorizer{ProviderARNs: []string{"x"}}, "is not the ARN of a user pool"},
		{"an expression that is none", assembly.Authorizer{ValidationExpression: "("}, "the validation expression"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			_, err := New(&test.config, Keys{}, time.Now)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}
