// Package userpool checks tokens as an authorizer of the type COGNITO_USER_POOLS does:
// signature, issuer, audience, expiry, use and scopes. The tokens are signed by a key
// of this machine, or by those of a user pool whose public keys are at hand.
package userpool

import (
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/java/regex"
	"example.com/apigw/internal/rules"
)

// Authorizer decides by a token who may call. It is safe for concurrent use.
type Authorizer struct {
	config   *assembly.Authorizer
	keys     Keys
	now      func() time.Time
	issuers  []string
	audience *regex.Regexp // nil without an expression
}

// New returns an authorizer of the type COGNITO_USER_POOLS.
func New(config *assembly.Authorizer, keys Keys, now func() time.Time) (*Authorizer, error) {
	a := &Authorizer{config: config, keys: keys, now: now}
	for _, arn := range config.ProviderARNs {
		issuer, err := IssuerOf(arn)
		if err != nil {
			return nil, fmt.Errorf("authorizer %s: %w", config.Name, err)
		}
		a.issuers = append(a.issuers, issuer)
	}
	if config.ValidationExpression != "" {
		expression, err := regex.Compile(config.ValidationExpression)
		if err != nil {
			return nil, fmt.Errorf("the validation expression of authorizer %s: %w", config.Name, err)
		}
		a.audience = expression
	}
	return a, nil
}

// IssuerOf returns what the tokens of a user pool name as their issuer.
func IssuerOf(arn string) (string, error) {
	fields := strings.Split(arn, ":")
	if len(fields) != 6 || fields[2] != "cognito-idp" {
		return "", fmt.Errorf("%q is not the ARN of a user pool, which is arn:aws:cognito-idp:REGION:ACCOUNT:userpool/ID", arn)
	}
	id, ok := strings.CutPrefix(fields[5], "userpool/")
	if !ok || id == "" {
		return "", fmt.Errorf("%q is not the ARN of a user pool, which is arn:aws:cognito-idp:REGION:ACCOUNT:userpool/ID", arn)
	}
	return "https://cognito-idp." + fields[3] + ".amazonaws.com/" + id, nil
}

// Claims are those of a token, as $context.authorizer.claims has them: all are texts.
type Claims map[string]string

// Values returns the claims as templates read them.
func (c Claims) Values() map[string]any {
	values := make(map[string]any, len(c))
	for name, text := range c {
		values[name] = text
	}
	return values
}

// Check decides on the value of the identity source. Without scopes of the method the
// token must be an identity token, and with scopes an access token that has one of
// them (developer guide, "Integrate a REST API with an Amazon Cognito user pool").
func (a *Authorizer) Check(header string, scopes []string, requestID string) (Claims, *gatewayresponse.Error) {
	token := strings.TrimSpace(header)
	if scheme, rest, ok := strings.Cut(token, " "); ok && strings.EqualFold(scheme, "Bearer") {
		token = strings.TrimSpace(rest)
	}
	refuse := func(format string, args ...any) *gatewayresponse.Error {
		return gatewayresponse.Unauthorized(rules.Of("user-pool-token-refused", "authorizer", a.config.Name, "problem", fmt.Sprintf(format, args...), "request", requestID))
	}
	if token == "" {
		return nil, refuse("there is none")
	}
	claims := jwt.MapClaims{}
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"RS256"}), jwt.WithJSONNumber(), jwt.WithExpirationRequired(), jwt.WithTimeFunc(a.now))
	ours := false
	_, err := parser.ParseWithClaims(token, claims, func(t *jwt.Token) (any, error) {
		key, own, err := a.keyOf(t)
		ours = own
		return key, err
	})
	switch {
	case errors.Is(err, jwt.ErrTokenExpired):
		return nil, gatewayresponse.TokenExpired(rules.Of("user-pool-token-expired", "authorizer", a.config.Name, "when", date(claims["exp"])))
	case err != nil:
		return nil, refuse("%s", reason(err))
	}
	if issuer, _ := claims["iss"].(string); ours && !slices.Contains(a.issuers, issuer) {
		return nil, refuse("its issuer is %q, and the authorizer is for %s", issuer, strings.Join(a.issuers, ", "))
	}
	use, _ := claims["token_use"].(string)
	if failure := a.checkUse(claims, use, scopes, refuse); failure != nil {
		return nil, failure
	}
	return texts(claims), nil
}

// keyOf returns the key that a token names.
func (a *Authorizer) keyOf(t *jwt.Token) (key *rsa.PublicKey, own bool, err error) {
	id, _ := t.Header["kid"].(string)
	if key, own := a.keys.find(id); key != nil {
		return key, own, nil
	}
	return nil, false, fmt.Errorf("no key is known with its kid %q", id)
}

func (a *Authorizer) checkUse(claims jwt.MapClaims, use string, scopes []string, refuse func(string, ...any) *gatewayresponse.Error) *gatewayresponse.Error {
	audience, _ := claims["aud"].(string)
	switch {
	case len(scopes) == 0 && use != "id":
		return refuse("its token_use is %q, and a method without scopes wants an identity token, %q", use, "id")
	case len(scopes) > 0 && use != "access":
		return refuse("its token_use is %q, and a method with scopes wants an access token, %q", use, "access")
	case len(scopes) > 0:
		granted, _ := claims["scope"].(string)
		if !slices.ContainsFunc(strings.Fields(granted), func(scope string) bool { return slices.Contains(scopes, scope) }) {
			return refuse("its scopes are %q, and the method wants one of %s", granted, strings.Join(scopes, ", "))
		}
		audience, _ = claims["client_id"].(string)
	}
	if a.audience == nil {
		return nil
	}
	ok, err := a.audience.Matches(audience)
	if err != nil {
		return refuse("its audience %q could not be compared with %s: %s", audience, a.audience, err)
	}
	if !ok {
		return refuse("its audience %q does not match %s", audience, a.audience)
	}
	return nil
}

// reason returns what is wrong with a token, without the words of the library.
func reason(err error) string {
	switch {
	case errors.Is(err, jwt.ErrTokenMalformed):
		return "it is not a JSON Web Token, which has three parts with points between them"
	case errors.Is(err, jwt.ErrTokenSignatureInvalid):
		return "its signature is not valid"
	case errors.Is(err, jwt.ErrTokenRequiredClaimMissing), errors.Is(err, jwt.ErrInvalidType):
		return "it has no time of expiry, exp, that is a number"
	case errors.Is(err, jwt.ErrTokenNotValidYet), errors.Is(err, jwt.ErrTokenUsedBeforeIssued):
		return "it is not valid yet"
	}
	return strings.TrimPrefix(err.Error(), jwt.ErrTokenUnverifiable.Error()+": error while executing keyfunc: ")
}

// texts returns claims as texts. Times of issue and expiry are dates as Java prints
// them, and lists are joined by commas, as published events show them.
func texts(claims jwt.MapClaims) Claims {
	out := Claims{}
	for name, value := range claims {
		if name == "exp" || name == "iat" {
			out[name] = date(value)
			continue
		}
		out[name] = text(value)
	}
	return out
}

func text(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case []any:
		parts := make([]string, len(value))
		for i, part := range value {
			parts[i] = text(part)
		}
		return strings.Join(parts, ",")
	}
	out, err := json.Marshal(value)
	if err != nil { // it came from JSON
		return ""
	}
	return string(out)
}

func date(value any) string {
	number, ok := value.(json.Number)
	if !ok {
		return text(value)
	}
	seconds, err := number.Int64()
	if err != nil {
		return number.String()
	}
	return time.Unix(seconds, 0).UTC().Format("Mon Jan 02 15:04:05 UTC 2006")
}
