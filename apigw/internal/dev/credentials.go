package dev

import (
	"fmt"
	"os"
	"path/filepath"

	"example.com/apigw/internal/gateway/sigv4"
	"example.com/apigw/internal/gateway/userpool"
)

// UserPoolKeyFile returns the file of the key that signs tokens in place of the user
// pools of the app in root. Git ignores it.
func UserPoolKeyFile(root string) string { return filepath.Join(root, ".build", "user-pool.pem") }

// UserPools returns the keys of tokens for the app in root: its own, and those of a
// file in the format of a user pool's jwks.json, if one is named.
func UserPools(root, jwks string) (userpool.Keys, error) {
	keys := userpool.Keys{Own: UserPoolKeyFile(root)}
	if jwks == "" {
		return keys, nil
	}
	if err := keys.ReadJWKS(jwks); err != nil {
		return keys, fmt.Errorf("--jwks: %w", err)
	}
	return keys, nil
}

// Credentials returns those that clients may sign with, for methods with IAM
// authorization, as a user of the account that an API is in: the ones in the environment, and a pair of the local gateway.
func Credentials() []sigv4.Credential {
	local := sigv4.Local()
	own := local
	own.AccessKeyID, own.SecretAccessKey = os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY")
	own.SessionToken = os.Getenv("AWS_SESSION_TOKEN")
	if own.AccessKeyID == "" || own.SecretAccessKey == "" {
		return []sigv4.Credential{local}
	}
	return []sigv4.Credential{own, local}
}
