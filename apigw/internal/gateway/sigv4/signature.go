package sigv4

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/rules"
)

// signature is what a request says about its signature.
type signature struct {
	algorithm     string
	credential    string
	signedHeaders []string // in lower case, sorted
	signature     string   // in hexadecimal digits
	date          string
	securityToken string
	expires       time.Duration // of the query form
}

// read finds the signature of a request. The error says what is missing.
func read(r *http.Request) (*signature, *gatewayresponse.Error) {
	authorization := r.Header.Get("Authorization")
	query := parseQuery(r.URL.RawQuery)
	switch inQuery := query.has("X-Amz-Algorithm"); {
	case authorization == "" && !inQuery:
		return nil, gatewayresponse.MissingAuthenticationToken(rules.Of("request-not-signed"))
	case authorization != "" && inQuery:
		return nil, gatewayresponse.InvalidSignature("Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.", rules.Of("signature-invalid", "problem", "it is both in the query string and in the header."))
	case inQuery:
		return readQuery(query)
	}
	s, refused := readHeader(authorization, dateHeader(r.Header))
	if refused != nil {
		return nil, refused
	}
	s.securityToken = r.Header.Get("X-Amz-Security-Token")
	return s, nil
}

// dateHeader returns the date of a request that is signed in its headers.
func dateHeader(h http.Header) string {
	if date := h.Get("X-Amz-Date"); date != "" {
		return date
	}
	return h.Get("Date")
}

// readHeader reads an Authorization header, such as
// AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=….
func readHeader(authorization, date string) (*signature, *gatewayresponse.Error) {
	s := &signature{date: date}
	hash := sha256.Sum256([]byte(authorization))
	hashed := base64.StdEncoding.EncodeToString(hash[:])

	name, pairs, ok := strings.Cut(strings.TrimSpace(authorization), " ")
	if !ok {
		name, pairs = "", name
	}
	s.algorithm = name
	found := map[string]bool{}
	for _, pair := range strings.FieldsFunc(pairs, func(r rune) bool { return r == ',' || r == ' ' }) {
		key, value, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, gatewayresponse.IncompleteSignature("Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '" + hashed + "'.")
		}
		found[key] = true
		switch key {
		case "Credential":
			s.credential = value
		case "SignedHeaders":
			s.signedHeaders = splitHeaders(value)
		case "Signature":
			s.signature = value
		}
	}
	var missing strings.Builder
	for _, key := range []string{"Credential", "Signature", "SignedHeaders"} {
		if !found[key] {
			missing.WriteString("Authorization header requires '" + key + "' parameter. ")
		}
	}
	if date == "" {
		missing.WriteString("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ")
	}
	if missing.Len() > 0 {
		return nil, gatewayresponse.IncompleteSignature(missing.String() + "(Hashed with SHA-256 and encoded with Base64) Authorization=" + hashed)
	}
	return s, nil
}

// readQuery reads the signature of a presigned URL.
func readQuery(query parameters) (*signature, *gatewayresponse.Error) {
	var missing strings.Builder
	for _, name := range []string{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"} {
		if query.get(name) == "" {
			missing.WriteString("AWS query-string parameters must include '" + name + "'. ")
		}
	}
	if missing.Len() > 0 {
		return nil, gatewayresponse.IncompleteSignature(missing.String() + "Re-examine the query-string parameters.")
	}
	s := &signature{
		algorithm:     query.get("X-Amz-Algorithm"),
		credential:    query.get("X-Amz-Credential"),
		signedHeaders: splitHeaders(query.get("X-Amz-SignedHeaders")),
		signature:     query.get("X-Amz-Signature"),
		date:          query.get("X-Amz-Date"),
		securityToken: query.get("X-Amz-Security-Token"),
	}
	const week = 7 * 24 * 60 * 60
	if seconds, err := strconv.Atoi(query.get("X-Amz-Expires")); err == nil && seconds > 0 {
		s.expires = time.Duration(min(seconds, week)) * time.Second
	}
	return s, nil
}

func splitHeaders(list string) []string {
	names := strings.Split(strings.ToLower(list), ";")
	slices.Sort(names)
	return names
}
