package gateway

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/rules"
)

// The values of contentHandling; empty is a third.
const (
	convertToBinary = "CONVERT_TO_BINARY"
	convertToText   = "CONVERT_TO_TEXT"
)

// payload is a body between two boxes: bytes, or text in UTF-8.
type payload struct {
	data   []byte
	binary bool
}

// isBinary reports whether a media type is in an API's binaryMediaTypes: one by
// name, image/* for a family, */* for all. A pattern such as */png matches
// nothing. (Recorded: test_aws_proxy_binary_response; */* from the developer
// guide.)
func isBinary(contentType string, binaryMediaTypes []string) bool {
	if len(binaryMediaTypes) == 0 {
		return false
	}
	family, subtype, _ := strings.Cut(mediaType(contentType), "/")
	for _, pattern := range binaryMediaTypes {
		wantFamily, wantSubtype, _ := strings.Cut(pattern, "/")
		switch {
		case pattern == "*/*":
			return true
		case wantFamily == "*" || family == "" || subtype == "":
			continue
		case strings.EqualFold(wantFamily, family) && (wantSubtype == "*" || strings.EqualFold(wantSubtype, subtype)):
			return true
		}
	}
	return false
}

// acceptsBinary reports whether the first media type that a client accepts is
// binary.
func acceptsBinary(accept string, binaryMediaTypes []string) bool {
	first, _, _ := strings.Cut(accept, ",")
	return strings.Contains(first, "/") && isBinary(first, binaryMediaTypes)
}

// mediaType returns a Content-Type without its parameters.
func mediaType(contentType string) string {
	mediaType, _, _ := strings.Cut(contentType, ";")
	return strings.TrimSpace(mediaType)
}

// requestPayload converts the body of a request. (Recorded:
// test_apigw_s3_binary_support_request, ..._convert_to_binary.)
func requestPayload(body []byte, isBinary bool, handling string) (payload, *gatewayresponse.Error) {
	switch {
	case isBinary && handling == convertToText:
		return payload{data: base64.StdEncoding.AppendEncode(nil, body)}, nil
	case isBinary:
		return payload{body, true}, nil
	case handling == convertToBinary:
		p, err := decoded(body)
		if err != nil {
			return p, gatewayresponse.InvalidBase64(rules.Of("request-base64-invalid", "problem", err))
		}
		return p, nil
	}
	return payload{data: text(body)}, nil
}

// responsePayload converts the body of a backend's response; isBinary is about its
// Content-Type, accepted about what the client accepts. (Recorded:
// test_apigw_s3_binary_support_response_*.)
func responsePayload(body []byte, isBinary, accepted bool, handling string) (payload, *gatewayresponse.Error) {
	switch {
	case isBinary && handling == convertToText, isBinary && handling == "" && !accepted:
		return payload{data: base64.StdEncoding.AppendEncode(nil, body)}, nil
	case isBinary:
		return payload{body, true}, nil
	case handling == convertToBinary, handling == "" && accepted:
		p, err := decoded(body)
		if err != nil {
			return p, gatewayresponse.InvalidBase64(rules.Of("response-base64-invalid", "problem", err))
		}
		return p, nil
	}
	return payload{data: text(body)}, nil
}

// decoded turns base64 into bytes. A function can only return it as a JSON string,
// so quotes around it do not count.
func decoded(body []byte) (payload, error) {
	encoded := bytes.TrimSpace(body)
	if len(encoded) >= 2 && encoded[0] == '"' && encoded[len(encoded)-1] == '"' {
		encoded = encoded[1 : len(encoded)-1]
	}
	data, err := base64.StdEncoding.AppendDecode(nil, encoded)
	if err != nil {
		return payload{}, err
	}
	return payload{data, true}, nil
}

// text returns a body as text: what is not UTF-8 becomes U+FFFD.
func text(body []byte) []byte {
	if utf8.Valid(body) {
		return body
	}
	return bytes.ToValidUTF8(body, []byte(string(utf8.RuneError)))
}
