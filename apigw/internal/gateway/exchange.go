package gateway

import (
	"context"
	"net/http"
	"time"

	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/uuid"
)

// exchange is a request on its way with its response: what came out of each box so
// far, of the one that failed too. Only [Gateway.serve] and [Gateway.ServeHTTP]
// set the parts, each once and in this order. The boxes get the parts that they
// need, and read them.
type exchange struct {
	request             methodRequest
	reached             box // the last that the request got to
	integrationRequest  integrationRequest
	backendResponse     backendResponse
	integrationResponse integrationResponse
	failure             *gatewayresponse.Error // nil if the request got through
	response            clientResponse
	duration            time.Duration
	release             context.CancelFunc // of the integration's timeout; nil before it begins
}

// end frees what the exchange holds.
func (x *exchange) end() {
	if s := x.backendResponse.stream; s != nil {
		_ = s.stop()
	}
	if x.release != nil {
		x.release()
	}
}

// arrival is what is known of a request before it is read.
type arrival struct {
	id         string // request id, a UUID
	extendedID string
	started    time.Time
	rawMethod  string
	rawPath    string // as the client wrote it, API and stage included
	rawTarget  string // with the query
	unread     bool   // the client has a body that was not read
}

func newArrival(r *http.Request, now time.Time) arrival {
	a := arrival{id: uuid.New(), extendedID: newExtendedID(), started: now, rawMethod: r.Method, rawPath: rawPath(r.URL), unread: r.ContentLength != 0}
	a.rawTarget = a.rawPath
	if r.URL.RawQuery != "" {
		a.rawTarget += "?" + r.URL.RawQuery
	}
	return a
}

// box is one of the boxes that a request passes.
type box uint8

const (
	methodRequestBox box = iota
	integrationRequestBox
	backendBox
	integrationResponseBox
)

// publish hands out what became of the exchange. The end of the response is not sent
// before, so that a client that has it finds the record.
func (g *Gateway) publish(x *exchange) {
	if s := x.backendResponse.stream; s != nil {
		x.backendResponse.took = s.took
	}
	x.duration = g.options.Now().Sub(x.request.started)
	if log := g.options.AccessLog; log != nil && x.request.address.stage != nil {
		if format := x.request.address.stage.accessLog; format != nil {
			log(format.line(x))
		}
	}
	if g.options.Record != nil {
		r := newRecord(x)
		r.APIs = g.definitions
		g.options.Record(r)
	}
}
