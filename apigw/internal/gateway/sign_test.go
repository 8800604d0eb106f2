package gateway_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

// sign makes the header lines of a signature of version 4, for a GET request
// without query string and body (IAM user guide, "Create a signed AWS API
// request").
func sign(accessKey, secret, host, path string, now time.Time) []string {
	date := now.Format("20060102T150405Z")
	scope := date[:8] + "/" + region + "/execute-api/aws4_request"
	canonical := strings.Join([]string{"GET", path, "", "host:" + host, "x-amz-date:" + date, "", "host;x-amz-date", hash("")}, "\n")
	toSign := strings.Join([]string{"AWS4-HMAC-SHA256", date, scope, hash(canonical)}, "\n")
	key := []byte("AWS4" + secret)
	for part := range strings.SplitSeq(scope, "/") {
		key = keyed(key, part)
	}
	return []string{
		"X-Amz-Date: " + date,
		"Authorization: AWS4-HMAC-SHA256 Credential=" + accessKey + "/" + scope + ", SignedHeaders=host;x-amz-date, Signature=" + hex.EncodeToString(keyed(key, toSign)),
	}
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func keyed(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}
