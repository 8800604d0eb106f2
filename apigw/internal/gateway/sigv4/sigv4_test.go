package sigv4

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"example.com/apigw/internal/gateway/gatewayresponse"
)

const region = "eu-west-1"

func credential() Credential {
	return Credential{
		AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
		AccountID: "123456789012", UserARN: "arn:aws:iam::123456789012:user/ada", UserID: "AIDAEXAMPLE",
	}
}

func clock() time.Time { return time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC) }

// request makes a request as a server sees it.
func request(method, target, body string) *http.Request {
	return httptest.NewRequest(method, "http://api.example.com"+target, strings.NewReader(body))
}

// signed makes a request that the SDK signs.
func signed(t *testing.T, method, target, body string, c Credential, service, region string, at time.Time) *http.Request {
	t.Helper()
	r := request(method, target, body)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Two", "a   b ")
	r.Header.Add("X-Two", "c")
	err := signer.NewSigner().SignHTTP(context.Background(), sdk(c), r, payloadHash(body), service, region, at)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func sdk(c Credential) aws.Credentials {
	return aws.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken}
}

func payloadHash(body string) string {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:])
}

func verify(r *http.Request, body string, credentials ...Credential) (Identity, *gatewayresponse.Error) {
	return Verify(r, []byte(body), credentials, region, clock())
}

func TestSignaturesOfTheSDK(t *testing.T) {
	for _, test := range []struct{ rule, method, target, body string }{
		{"nothing special", "GET", "/prod/hello", ""},
		{"no path", "GET", "", ""},
		{"a body", "POST", "/prod/hello", `{"name":"Ada"}`},
		{"parameters out of order", "GET", "/prod/hello?b=2&a=2&a=1&c", ""},
		{"parameters with special characters", "GET", "/prod/hello?z=~*'()&q=a+b%2Bc%26d%C3%A4", ""},
		{"a path that is percent-encoded", "GET", "/prod/hello/Ada%20L%2FX/%C3%A4+@", ""},
		{"a path with double slashes", "GET", "/prod//hello/", ""},
		{"a path with dots", "GET", "/prod/./hello/..", ""},
	} {
		t.Run(test.rule, func(t *testing.T) {
			r := signed(t, test.method, test.target, test.body, credential(), service, region, clock())
			got, err := verify(r, test.body, credential())
			if err != nil {
				t.Fatal(err, err.Why())
			}
			own := request(test.method, test.target, test.body)
			Sign(own, []byte(test.body), credential(), region, clock())
			if _, err := verify(own, test.body, credential()); err != nil {
				t.Errorf("signed by Sign: %v %v, want it to be as good", err, err.Why())
			}
			want := Identity{AccessKey: "AKIDEXAMPLE", AccountID: "123456789012", UserARN: "arn:aws:iam::123456789012:user/ada", UserID: "AIDAEXAMPLE"}
			if got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
		t.Run(test.rule+", presigned", func(t *testing.T) {
			r := request(test.method, test.target, test.body)
			url, header, err := signer.NewSigner().PresignHTTP(context.Background(), sdk(credential()), r, payloadHash(test.body), service, region, clock())
			if err != nil {
				t.Fatal(err)
			}
			sent := request(test.method, strings.TrimPrefix(url, "http://api.example.com"), test.body)
			for name, values := range header {
				sent.Header[name] = values
			}
			if _, err := verify(sent, test.body, credential()); err != nil {
				t.Errorf("got %v (%v), want no failure", err, err.Why())
			}
		})
	}
	t.Run("over the network", func(t *testing.T) {
		server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if _, err := verify(r, "hello", credential()); err != nil {
				t.Errorf("got %v (%v), want no failure", err, err.Why())
			}
		}))
		defer server.Close()
		r, err := http.NewRequest("POST", server.URL+"/prod/hello%20you?b=2&a=1", strings.NewReader("hello"))
		if err != nil {
			t.Fatal(err)
		}
		if err := signer.NewSigner().SignHTTP(context.Background(), sdk(credential()), r, payloadHash("hello"), service, region, clock()); err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
	})
	t.Run("clients that clean the path before they sign it", func(t *testing.T) {
		r := signed(t, "GET", "/prod/hello/", "", credential(), service, region, clock())
		r.URL.Path = "/prod//./hello/"
		if _, err := verify(r, "", credential()); err != nil {
			t.Errorf("got %v (%v), want no failure", err, err.Why())
		}
	})
}

// TestPublishedVectors checks examples of the test suite and the documentation of
// AWS, which are of other services.
func TestPublishedVectors(t *testing.T) {
	vectors := scope{"AKIDEXAMPLE", "20150830", "us-east-1", "service", terminator}
	iam := vectors
	iam.service = "iam"
	const date = "X-Amz-Date: 20150830T123600Z"
	for _, test := range []struct {
		name, method, target, body string
		scope                      scope
		headers                    []string
		host, want                 string
	}{
		{"get-vanilla", "GET", "/", "", vectors, []string{date}, "example.amazonaws.com", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
		{"get-vanilla-query-order-key-case", "GET", "/?Param2=value2&Param1=value1", "", vectors, []string{date}, "example.amazonaws.com", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
		{"get-header-value-trim", "GET", "/", "", vectors, []string{"My-Header1: value1", `My-Header2: "a   b   c"`, date}, "example.amazonaws.com", "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
		{"post-vanilla", "POST", "/", "", vectors, []string{date}, "example.amazonaws.com", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
		{"post-x-www-form-urlencoded", "POST", "/", "Param1=value1", vectors, []string{"Content-Type: application/x-www-form-urlencoded", date}, "example.amazonaws.com", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
		{"ListUsers", "GET", "/?Action=ListUsers&Version=2010-05-08", "", iam, []string{"Content-Type: application/x-www-form-urlencoded; charset=utf-8", date}, "iam.amazonaws.com", "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := request(test.method, test.target, test.body)
			r.Host = test.host
			names := "host"
			for _, line := range test.headers {
				name, value, _ := strings.Cut(line, ":")
				r.Header.Set(name, value)
				names += ";" + name
			}
			s := &signature{signedHeaders: splitHeaders(names)}
			canonical := s.canonicalRequest(r, canonicalPaths(r.URL.EscapedPath())[0], []byte(test.body))
			got := sign(signingKey(credential().SecretAccessKey, test.scope), stringToSign("20150830T123600Z", test.scope, canonical))
			if got != test.want {
				t.Errorf("got %s, want %s for\n%s", got, test.want, canonical)
			}
		})
	}
	t.Run("signing key", func(t *testing.T) {
		if got := hex.EncodeToString(signingKey(credential().SecretAccessKey, iam)); got != "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9" {
			t.Errorf("got %q, want %q", got, "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9")
		}
	})
}

// mismatch returns the response to a wrong signature of the request that most tests
// send, with what is different in them. (A user of execute-api published one.)
func mismatch(method, target, host, two, body string) string {
	uri, query, _ := strings.Cut(target, "?")
	canonical := method + "\n" + uri + "\n" + query + "\ncontent-length:4\ncontent-type:application/json\nhost:" + host +
		"\nx-amz-date:20260304T120000Z\nx-two:" + two + "\n\ncontent-length;content-type;host;x-amz-date;x-two\n" + payloadHash(body)
	return "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details." +
		"\n\nThe Canonical String for this request should have been\n'" + canonical + "'" +
		"\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20260304T120000Z\n20260304/eu-west-1/execute-api/aws4_request\n" + payloadHash(canonical) + "'\n"
}

const (
	signedBy = "The request was signed with another secret"
	badKey   = "The security token included in the request is invalid."
)

func TestRefusals(t *testing.T) {
	ordinary := func(t *testing.T) *http.Request {
		return signed(t, "POST", "/prod/hello?a=1", "body", credential(), service, region, clock())
	}
	at := func(d time.Duration) func(*testing.T) *http.Request {
		return func(t *testing.T) *http.Request {
			return signed(t, "POST", "/prod/hello", "body", credential(), service, region, clock().Add(d))
		}
	}
	replaced := func(old, with string) func(*testing.T) *http.Request {
		return func(t *testing.T) *http.Request {
			r := ordinary(t)
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), old, with, 1))
			return r
		}
	}
	edited := func(edit func(*http.Request)) func(*testing.T) *http.Request {
		return func(t *testing.T) *http.Request {
			r := ordinary(t)
			edit(r)
			return r
		}
	}
	presigned := func(drop string) func(*testing.T) *http.Request {
		return func(t *testing.T) *http.Request {
			url, _, err := signer.NewSigner().PresignHTTP(context.Background(), sdk(credential()), request("POST", "/prod/hello", "body"), payloadHash("body"), service, region, clock())
			if err != nil {
				t.Fatal(err)
			}
			return request("POST", strings.Replace(strings.TrimPrefix(url, "http://api.example.com"), drop, "X-Other", 1), "body")
		}
	}
	for _, test := range []struct {
		rule    string
		request func(*testing.T) *http.Request
		kind    gatewayresponse.Type
		errType string
		message string
		cause   string // part of it
	}{
		{"unsigned", func(*testing.T) *http.Request { return request("POST", "/", "body") },
			gatewayresponse.TypeMissingAuthenticationToken, "MissingAuthenticationTokenException", "Missing Authentication Token", "is not signed"},
		{"another body", func(t *testing.T) *http.Request {
			return signed(t, "POST", "/prod/hello", "????", credential(), service, region, clock())
		}, gatewayresponse.TypeInvalidSignature, "InvalidSignatureException", mismatch("POST", "/prod/hello", "api.example.com", "a b,c", "body"), signedBy},
		{"another secret", func(t *testing.T) *http.Request {
			c := credential()
			c.SecretAccessKey = "other"
			return signed(t, "POST", "/prod/hello", "body", c, service, region, clock())
		}, gatewayresponse.TypeInvalidSignature, "InvalidSignatureException", mismatch("POST", "/prod/hello", "api.example.com", "a b,c", "body"), signedBy},
		{"another method", edited(func(r *http.Request) { r.Method = "GET" }), gatewayresponse.TypeInvalidSignature, "InvalidSignatureException", mismatch("GET", "/prod/hello?a=1", "api.example.com", "a b,c", "body"), signedBy},
		{"another path", edited(func(r *http.Request) { r.URL.Path = "/prod/admin" }), gatewayresponse.TypeInvalidSignature, "InvalidSignatureException", mismatch("POST", "/prod/admin?a=1", "api.example.com", "a b,c", "body"), signedBy},
		{"another query", edited(func(r *http.Request) { r.URL.RawQuery = "a=2" }), gatewayresponse.TypeInvalidSignature, "InvalidSignatureException", mismatch("POST", "/prod/hello?a=2", "api.example.com", "a b,c", "body"), signedBy},
		{"another host", edited(func(r *http.Request) { r.Host = "other.example.com" }), gatewayresponse.TypeInvalidSignature, "InvalidSignatureException", mismatch("POST", "/prod/hello?a=1", "other.example.com", "a b,c", "body"), signedBy},
		{"another signed header", edited(func(r *http.Request) { r.Header.Set("X-Two", "x") }), gatewayresponse.TypeInvalidSignature, "InvalidSignatureException", mismatch("POST", "/prod/hello?a=1", "api.example.com", "x", "body"), signedBy},
		{"an unknown access key", func(t *testing.T) *http.Request {
			c := credential()
			c.AccessKeyID = "AKIDOTHER"
			return signed(t, "POST", "/prod/hello", "body", c, service, region, clock())
		}, gatewayresponse.TypeAccessDenied, "AccessDeniedException", badKey, "The access key AKIDOTHER is not known here"},
		{"a security token that is not one", func(t *testing.T) *http.Request {
			c := credential()
			c.SessionToken = "token"
			return signed(t, "POST", "/prod/hello", "body", c, service, region, clock())
		}, gatewayresponse.TypeAccessDenied, "AccessDeniedException", badKey, "The security token is not the one of the access key AKIDEXAMPLE"},
		{"too old", at(-5*time.Minute - time.Second), gatewayresponse.TypeInvalidSignature, "InvalidSignatureException",
			"Signature expired: 20260304T115459Z is now earlier than 20260304T115500Z (20260304T120000Z - 5 min.)", ""},
		{"too young", at(5*time.Minute + time.Second), gatewayresponse.TypeInvalidSignature, "InvalidSignatureException",
			"Signature not yet current: 20260304T120501Z is still later than 20260304T120500Z (20260304T120000Z + 5 min.)", ""},
		{"another region", func(t *testing.T) *http.Request {
			return signed(t, "POST", "/prod/hello", "body", credential(), service, "us-east-1", clock())
		}, gatewayresponse.TypeInvalidSignature, "InvalidSignatureException", "Credential should be scoped to a valid region. ", "must be of the region eu-west-1 and the service execute-api"},
		{"another service", func(t *testing.T) *http.Request {
			return signed(t, "POST", "/prod/hello", "body", credential(), "lambda", region, clock())
		}, gatewayresponse.TypeInvalidSignature, "InvalidSignatureException", "Credential should be scoped to correct service: 'execute-api'. ", "20260304/eu-west-1/lambda/aws4_request"},
		{"another terminator", replaced("aws4_request", "aws5"), gatewayresponse.TypeInvalidSignature, "InvalidSignatureException",
			"Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'. ", ""},
		{"another day", replaced("/20260304/", "/20260303/"), gatewayresponse.TypeInvalidSignature, "InvalidSignatureException",
			"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20260303' != '20260304', from '20260304T120000Z'.", ""},
		{"a credential of four parts", replaced("/20260304/", "/"), gatewayresponse.TypeDefault4XX, "IncompleteSignatureException",
			"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIDEXAMPLE/eu-west-1/execute-api/aws4_request'", ""},
		{"another algorithm", replaced("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA512"), gatewayresponse.TypeDefault4XX, "IncompleteSignatureException",
			"Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512'.", ""},
		{"a host that is not signed", replaced(";host;", ";"), gatewayresponse.TypeInvalidSignature, "InvalidSignatureException",
			"'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.", ""},
		{"a date that is not one", edited(func(r *http.Request) { r.Header.Set("X-Amz-Date", "201") }), gatewayresponse.TypeDefault4XX, "IncompleteSignatureException",
			"Date must be in ISO-8601 'basic format'. Got '201'. See http://en.wikipedia.org/wiki/ISO_8601", ""},
		{"another Authorization", edited(func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") }), gatewayresponse.TypeDefault4XX, "IncompleteSignatureException",
			"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'uTem/WB082UJMN2ajD6lH6UChGpTAddMJSx2iu923No='.", ""},
		{"both forms", edited(func(r *http.Request) { r.URL.RawQuery = "X-Amz-Algorithm=AWS4-HMAC-SHA256" }), gatewayresponse.TypeInvalidSignature, "InvalidSignatureException",
			"Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.", ""},
		{"a query without its parameters", func(*testing.T) *http.Request {
			return request("GET", "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260304T120000Z", "")
		}, gatewayresponse.TypeDefault4XX, "IncompleteSignatureException",
			"AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine the query-string parameters.", ""},
		{"a query without its signature", presigned("X-Amz-Signature"), gatewayresponse.TypeDefault4XX, "IncompleteSignatureException",
			"AWS query-string parameters must include 'X-Amz-Signature'. Re-examine the query-string parameters.", ""},
	} {
		t.Run(test.rule, func(t *testing.T) {
			identity, err := verify(test.request(t), "body", credential())
			if err == nil {
				t.Fatal("got no failure, want one")
			}
			if identity != (Identity{}) {
				t.Errorf("got the identity %+v, want none", identity)
			}
			if err.Type != test.kind || err.ErrorType != test.errType || err.Status != 403 || err.Message != test.message {
				t.Errorf("got %s %s %d %q, want %s %s 403 %q", err.Type, err.ErrorType, err.Status, err.Message, test.kind, test.errType, test.message)
			}
			if test.cause != "" && (!strings.Contains(err.Why(), test.cause)) {
				t.Errorf("cause %q, want %q in it", err.Why(), test.cause)
			}
		})
	}
}

func TestTimes(t *testing.T) {
	t.Run("five minutes either way pass", func(t *testing.T) {
		for _, d := range []time.Duration{-5 * time.Minute, 5 * time.Minute} {
			r := signed(t, "GET", "/", "", credential(), service, region, clock().Add(d))
			if _, err := verify(r, "", credential()); err != nil {
				t.Errorf("%v: got %v, want no failure", d, err)
			}
		}
	})
	t.Run("a presigned URL passes until it expires", func(t *testing.T) {
		for _, test := range []struct {
			age  time.Duration
			want string
		}{
			{10 * time.Minute, ""},
			{10*time.Minute + time.Second, "Signature expired: 20260304T114959Z is now earlier than 20260304T115000Z (20260304T120000Z - 10 min.)"},
		} {
			url, _, err := signer.NewSigner().PresignHTTP(context.Background(), sdk(credential()), request("GET", "/prod?X-Amz-Expires=600", ""), payloadHash(""), service, region, clock().Add(-test.age))
			if err != nil {
				t.Fatal(err)
			}
			_, refused := verify(request("GET", strings.TrimPrefix(url, "http://api.example.com"), ""), "", credential())
			if refused == nil && test.want != "" || refused != nil && refused.Message != test.want {
				t.Errorf("%v: got %v, want %q", test.age, refused, test.want)
			}
		}
	})
	t.Run("the header Date will do", func(t *testing.T) {
		r := request("GET", "/", "")
		r.Header.Set("Date", clock().Format(http.TimeFormat))
		c := scope{"AKIDEXAMPLE", "20260304", region, service, terminator}
		s := &signature{signedHeaders: []string{"date", "host"}}
		made := sign(signingKey(credential().SecretAccessKey, c), stringToSign("20260304T120000Z", c, s.canonicalRequest(r, "/", nil)))
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"+c.String()+",SignedHeaders=host;date,Signature="+made)
		if _, err := verify(r, "", credential()); err != nil {
			t.Errorf("got %v (%v), want no failure", err, err.Why())
		}
	})
	t.Run("temporary credentials", func(t *testing.T) {
		c := credential()
		c.SessionToken = "token"
		c.Expires = clock()
		r := signed(t, "GET", "/", "", c, service, region, clock())
		if _, err := verify(r, "", c); err != nil {
			t.Errorf("got %v (%v), want no failure", err, err.Why())
		}
		c.Expires = clock().Add(-time.Second)
		if _, err := verify(r, "", c); err == nil || err.Type != gatewayresponse.TypeExpiredToken || err.ErrorType != "ExpiredTokenException" {
			t.Errorf("got %v, want ExpiredTokenException", err)
		}
	})
}

func TestIncomplete(t *testing.T) {
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return base64.StdEncoding.EncodeToString(sum[:])
	}
	equal := func(s string) string {
		return "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '" + hash(s) + "'."
	}
	const lacks = "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. "
	const date = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
	for _, test := range []struct{ rule, authorization, date, want string }{
		{"no header (test_routing_not_found)", "", "", ""},
		{"a token without an equals sign", "Bearer abc", "", equal("Bearer abc")},
		{"one word", "allow", "", equal("allow")},
		{"a value with an equals sign", "Basic dXNlcg==", "", lacks + date + "(Hashed with SHA-256 and encoded with Base64) Authorization=" + hash("Basic dXNlcg==")},
		{"with a date", "Basic dXNlcg==", "20260304T120000Z", lacks + "(Hashed with SHA-256 and encoded with Base64) Authorization=" + hash("Basic dXNlcg==")},
		{"a signature", "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=b", "20260304T120000Z", ""},
	} {
		t.Run(test.rule, func(t *testing.T) {
			r := request("GET", "/prod/nowhere", "")
			if test.date != "" {
				r.Header.Set("X-Amz-Date", test.date)
			}
			if test.authorization != "" {
				r.Header.Set("Authorization", test.authorization)
			}
			refused := Incomplete(r)
			if test.want == "" {
				if refused != nil {
					t.Errorf("got %v, want no failure", refused)
				}
				return
			}
			if refused == nil || refused.Message != test.want || refused.Status != 403 || refused.ErrorType != "IncompleteSignatureException" {
				t.Errorf("got %+v, want 403 IncompleteSignatureException: %s", refused, test.want)
			}
		})
	}
}
