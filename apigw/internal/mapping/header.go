package mapping

import "net/textproto"

// hidden reports whether API Gateway removes a request header before templates
// see it.
func hidden(name string) bool {
	switch textproto.CanonicalMIMEHeaderKey(name) {
	case "Connection", "Content-Length", "Content-Md5", "Expect", "Max-Forwards", "Proxy-Authenticate", "Server", "Te",
		"Trailer", "Transfer-Encoding", "Upgrade", "Www-Authenticate":
		return true
	}
	return false
}
