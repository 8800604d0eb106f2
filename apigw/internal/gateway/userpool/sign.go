package userpool

import (
	"crypto/rsa"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"example.com/apigw/internal/uuid"
)

// Token is what is asked of a token for a laptop.
type Token struct {
	Issuer   string
	ClientID string
	Access   bool // an access token; else an identity token
	Lifetime time.Duration
	// Claims are further ones, and replace those that the token would have.
	Claims map[string]any
}

// Sign returns the token as its text, signed with a key.
func (t Token) Sign(key *rsa.PrivateKey, now time.Time) (string, error) {
	subject := uuid.New()
	claims := jwt.MapClaims{
		"iss": t.Issuer, "sub": subject, "iat": now.Unix(), "auth_time": now.Unix(), "exp": now.Add(t.Lifetime).Unix(),
		"jti": uuid.New(), "origin_jti": uuid.New(), "event_id": uuid.New(),
	}
	if t.Access {
		claims["token_use"], claims["client_id"], claims["username"], claims["version"] = "access", t.ClientID, subject, 2
	} else {
		claims["token_use"], claims["aud"], claims["cognito:username"], claims["email_verified"] = "id", t.ClientID, subject, true
	}
	for name, value := range t.Claims {
		claims[name] = value
	}
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	token.Header["kid"] = keyID(&key.PublicKey)
	return token.SignedString(key)
}
