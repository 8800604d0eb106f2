// Package sigv4 verifies requests that are signed with AWS Signature Version 4
// for the service execute-api, in the header Authorization or in the query
// string, as methods with AWS_IAM authorization ask for. It also signs them.
package sigv4

import (
	"cmp"
	"crypto/hmac"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/rules"
)

const (
	service    = "execute-api"
	algorithm  = "AWS4-HMAC-SHA256"
	terminator = "aws4_request"
	isoBasic   = "20060102T150405Z"
	// maxSkew is how far a request's date may be from the clock.
	maxSkew = 5 * time.Minute
)

// Credential is an access key that may sign requests.
type Credential struct {
	AccessKeyID     string
	SecretAccessKey string
	SessionToken    string    // of temporary credentials; empty for a user's own
	Expires         time.Time // of temporary credentials; zero is never

	AccountID string // 12 digits; empty: that of the API
	UserARN   string // its end alone, such as user/ada, if there is no AccountID
	UserID    string // such as AIDACKCEVSQ6C2EXAMPLE
}

// Local returns the access key of the gateway on this machine, of a user of the account
// that an API is in.
func Local() Credential {
	return Credential{
		AccessKeyID: "AKIALOCALLOCALLOCALX", SecretAccessKey: "local-secret-access-key",
		UserARN: "user/local", UserID: "AIDALOCALLOCALLOCALX",
	}
}

// Identity is who signed a request, for $context.identity.
type Identity struct {
	AccessKey string // accessKey
	AccountID string // accountId
	UserARN   string // userArn
	UserID    string // caller and user
}

// Verify checks the signature of a request as the client sent it, path and host
// included, against the credentials. Errors are those of AWS, in its order:
// what is missing, the date, the signed headers, the credential scope, the access
// key, the signature, the security token.
func Verify(r *http.Request, body []byte, credentials []Credential, region string, now time.Time) (Identity, *gatewayresponse.Error) {
	s, refused := read(r)
	if refused != nil {
		return Identity{}, refused
	}
	if refused := s.checkDate(now.UTC()); refused != nil {
		return Identity{}, refused
	}
	if !slices.Contains(s.signedHeaders, "host") {
		return Identity{}, gatewayresponse.InvalidSignature("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.", rules.Of("signature-invalid", "problem", "it does not cover the header Host."))
	}
	if s.algorithm != algorithm {
		return Identity{}, gatewayresponse.IncompleteSignature(fmt.Sprintf("Unsupported AWS 'algorithm': '%s'.", s.algorithm))
	}
	scope, refused := s.checkScope(region)
	if refused != nil {
		return Identity{}, refused
	}
	i := slices.IndexFunc(credentials, func(c Credential) bool { return c.AccessKeyID == scope.accessKeyID })
	if i < 0 {
		return Identity{}, gatewayresponse.InvalidSecurityToken(rules.Of("access-key-unknown", "key", scope.accessKeyID))
	}
	c := credentials[i]
	if refused := s.checkSignature(r, body, scope, c.SecretAccessKey); refused != nil {
		return Identity{}, refused
	}
	if s.securityToken != c.SessionToken {
		return Identity{}, gatewayresponse.InvalidSecurityToken(rules.Of("security-token-wrong", "key", c.AccessKeyID))
	}
	if !c.Expires.IsZero() && now.After(c.Expires) {
		return Identity{}, gatewayresponse.ExpiredToken(rules.Of("credentials-expired", "time", c.Expires.UTC().Format(time.RFC3339)))
	}
	return Identity{AccessKey: c.AccessKeyID, AccountID: c.AccountID, UserARN: c.UserARN, UserID: c.UserID}, nil
}

// Sign signs a request that is about to be sent, in its headers. It covers method, path,
// query string, the header Host and the body.
func Sign(r *http.Request, body []byte, c Credential, region string, now time.Time) {
	date := now.UTC().Format(isoBasic)
	r.Header.Set("X-Amz-Date", date)
	s := &signature{signedHeaders: []string{"host", "x-amz-date"}}
	if c.SessionToken != "" {
		r.Header.Set("X-Amz-Security-Token", c.SessionToken)
		s.signedHeaders = append(s.signedHeaders, "x-amz-security-token")
	}
	received := *r // as the gateway will see it
	received.Host = cmp.Or(r.Host, r.URL.Host)
	in := scope{c.AccessKeyID, date[:len("20060102")], region, service, terminator}
	canonical := s.canonicalRequest(&received, canonicalPaths(r.URL.EscapedPath())[0], body)
	r.Header.Set("Authorization", fmt.Sprintf("%s Credential=%s/%s, SignedHeaders=%s, Signature=%s", algorithm, c.AccessKeyID, in,
		strings.Join(s.signedHeaders, ";"), sign(signingKey(c.SecretAccessKey, in), stringToSign(date, in, canonical))))
}

// Incomplete returns what AWS says about a signature in the header Authorization
// that lacks something; nil if it lacks nothing, or if there is none.
func Incomplete(r *http.Request) *gatewayresponse.Error {
	authorization := r.Header.Get("Authorization")
	if authorization == "" {
		return nil
	}
	_, refused := readHeader(authorization, dateHeader(r.Header))
	return refused
}

// checkDate compares the date of the signature with the clock.
func (s *signature) checkDate(now time.Time) *gatewayresponse.Error {
	at, err := time.Parse(isoBasic, s.date)
	if err != nil {
		if at, err = http.ParseTime(s.date); err != nil {
			return gatewayresponse.IncompleteSignature(fmt.Sprintf("Date must be in ISO-8601 'basic format'. Got '%s'. See http://en.wikipedia.org/wiki/ISO_8601", s.date))
		}
		s.date = at.UTC().Format(isoBasic)
	}
	limit := max(maxSkew, s.expires)
	if earliest := now.Add(-limit); at.Before(earliest) {
		return gatewayresponse.InvalidSignature(fmt.Sprintf("Signature expired: %s is now earlier than %s (%s - %d min.)",
			s.date, earliest.Format(isoBasic), now.Format(isoBasic), int(limit.Minutes())), rules.Of("signature-invalid", "problem", "it is too old."))
	}
	if latest := now.Add(maxSkew); at.After(latest) {
		return gatewayresponse.InvalidSignature(fmt.Sprintf("Signature not yet current: %s is still later than %s (%s + %d min.)",
			s.date, latest.Format(isoBasic), now.Format(isoBasic), int(maxSkew.Minutes())), rules.Of("signature-invalid", "problem", "its time is still to come."))
	}
	return nil
}

// scope is a credential scope.
type scope struct{ accessKeyID, date, region, service, terminator string }

func (s scope) String() string {
	return s.date + "/" + s.region + "/" + s.service + "/" + s.terminator
}

// checkScope reads the credential and checks what it is scoped to.
func (s *signature) checkScope(region string) (scope, *gatewayresponse.Error) {
	parts := strings.Split(strings.TrimRight(s.credential, "/"), "/")
	if len(parts) != 5 {
		return scope{}, gatewayresponse.IncompleteSignature(fmt.Sprintf("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '%s'", s.credential))
	}
	c := scope{parts[0], parts[1], parts[2], parts[3], parts[4]}
	var problems strings.Builder
	if c.region != region {
		problems.WriteString("Credential should be scoped to a valid region. ")
	}
	if c.service != service {
		problems.WriteString("Credential should be scoped to correct service: '" + service + "'. ")
	}
	if c.terminator != terminator {
		problems.WriteString("Credential should be scoped with a valid terminator: '" + terminator + "', not '" + c.terminator + "'. ")
	}
	if day := s.date[:len("20060102")]; c.date != day {
		fmt.Fprintf(&problems, "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '%s' != '%s', from '%s'.", c.date, day, s.date)
	}
	if problems.Len() > 0 {
		return scope{}, gatewayresponse.InvalidSignature(problems.String(), rules.Of("signature-scope-wrong", "scope", c, "region", region, "service", service))
	}
	return c, nil
}

// checkSignature signs the request again. Of the ways in which clients write the
// path, which differ where it has dots or double slashes, any will do.
func (s *signature) checkSignature(r *http.Request, body []byte, c scope, secret string) *gatewayresponse.Error {
	key := signingKey(secret, c)
	message := "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
	for i, path := range canonicalPaths(r.URL.EscapedPath()) {
		canonical := s.canonicalRequest(r, path, body)
		toSign := stringToSign(s.date, c, canonical)
		if hmac.Equal([]byte(sign(key, toSign)), []byte(s.signature)) {
			return nil
		}
		if i == 0 {
			message += "\n\nThe Canonical String for this request should have been\n'" + canonical + "'" +
				"\n\nThe String-to-Sign should have been\n'" + toSign + "'\n"
		}
	}
	return gatewayresponse.InvalidSignature(message, rules.Of("signature-differs"))
}
