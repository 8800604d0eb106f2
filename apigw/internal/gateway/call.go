package gateway

import (
	"net/http"
	"time"

	"example.com/apigw/internal/uuid"
)

// call is one request on its way. Its parts are set once, in the order in which
// they are listed, and only read after that.
type call struct {
	gateway    *Gateway
	id         string // request id, a UUID
	extendedID string
	started    time.Time
	record     *Record
	address    address // set when the stage is known
	trace      trace
	request    methodRequest
	method     *method // set when the route is known
	admission  admission
}

func (g *Gateway) newCall(r *http.Request) *call {
	c := &call{gateway: g, id: uuid.New(), extendedID: newExtendedID(), started: g.options.Now()}
	c.record = &Record{
		ID: c.id, ExtendedID: c.extendedID, Time: c.started, Method: r.Method, Path: rawPath(r.URL),
		keepBodies: g.options.Record != nil,
	}
	return c
}

// at is the call once its stage is known.
func (c *call) at(target address) {
	c.address = target
	c.trace = newTrace(c.started, target.stage.Tracing)
	c.record.API, c.record.Stage = target.stage.api.key, target.stage.Name
	c.record.stage = target.stage
}
