package gateway

import (
	"time"

	"example.com/apigw/internal/function"
	"example.com/apigw/internal/mapping"
)

// backendResponse is what comes out of the backend: a function, an HTTP endpoint,
// or nothing but a status with MOCK.
type backendResponse struct {
	sent        bool // the backend was called, though it may not have responded
	took        time.Duration
	status      int // 0 without a response
	header      mapping.Params
	contentType string
	body        []byte
	selector    string           // that selection patterns are matched with
	result      *function.Result // nil if no function ran
	stream      *stream          // in place of the body, if it is sent on while it comes
}
