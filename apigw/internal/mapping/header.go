package mapping

import "net/textproto"

// DroppedFromRequest reports whether a client's header goes no further than the
// method request: neither templates nor functions see it. (Recorded:
// test_apigateway_header_remapping_aws.)
func DroppedFromRequest(name string) bool {
	switch textproto.CanonicalMIMEHeaderKey(name) {
	case "Connection", "Content-Length", "Content-Md5", "Expect", "Max-Forwards", "Proxy-Authenticate", "Server", "Te",
		"Trailer", "Transfer-Encoding", "Upgrade", "Www-Authenticate":
		return true
	}
	return false
}
