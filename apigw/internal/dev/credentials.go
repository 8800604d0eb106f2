package dev

import (
	"os"

	"example.com/apigw/internal/gateway/sigv4"
)

// Credentials returns those that clients may sign with, for methods with IAM
// authorization: the ones in the environment, and a pair of the local gateway.
func Credentials() []sigv4.Credential {
	const account = "123456789012"
	local := sigv4.Credential{
		AccessKeyID: "AKIALOCALLOCALLOCALX", SecretAccessKey: "local-secret-access-key",
		AccountID: account, UserARN: "arn:aws:iam::" + account + ":user/local", UserID: "AIDALOCALLOCALLOCALX",
	}
	own := local
	own.AccessKeyID, own.SecretAccessKey = os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY")
	own.SessionToken = os.Getenv("AWS_SESSION_TOKEN")
	if own.AccessKeyID == "" || own.SecretAccessKey == "" {
		return []sigv4.Credential{local}
	}
	return []sigv4.Credential{own, local}
}
