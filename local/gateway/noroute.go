package gateway

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"

	"example.com/hello-apigw/local/gateway/gatewayresponse"
)

// noRoute is the answer where no method serves a path. A request without the
// header Authorization misses its token; with one, API Gateway tries to read a
// signature in it (seen in answers that users published).
func noRoute(q *methodRequest) *gatewayresponse.Error {
	cause := diagnosisError("no method serves " + q.httpMethod + " " + q.path + "; GET /_local/apis lists the routes")
	problem := signatureProblem(q)
	if problem == "" {
		return &gatewayresponse.Error{
			Type: gatewayresponse.MissingAuthenticationToken, Status: http.StatusForbidden,
			Message: "Missing Authentication Token", Cause: cause,
		}
	}
	return &gatewayresponse.Error{
		Type: gatewayresponse.Default4XX, Status: http.StatusForbidden,
		Message: problem, ErrorType: "IncompleteSignatureException", Cause: cause,
	}
}

// signatureProblem says what an Authorization header lacks of a signature of
// version 4; empty if there is no header, or nothing is missing.
func signatureProblem(q *methodRequest) string {
	value := firstHeader(q.header, "Authorization")
	if value == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(value))
	hash := base64.StdEncoding.EncodeToString(sum[:])
	if !strings.Contains(value, "=") {
		return "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '" + hash + "'."
	}
	var missing strings.Builder
	for _, name := range [...]string{"Credential", "Signature", "SignedHeaders"} {
		if !strings.Contains(value, name+"=") {
			missing.WriteString("Authorization header requires '" + name + "' parameter. ")
		}
	}
	if header(q.header, "X-Amz-Date") == nil && header(q.header, "Date") == nil {
		missing.WriteString("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ")
	}
	if missing.Len() == 0 {
		return ""
	}
	return missing.String() + "(Hashed with SHA-256 and encoded with Base64) Authorization=" + hash
}
