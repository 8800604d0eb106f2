package gateway

import "example.com/apigw/internal/gateway/gatewayresponse"

// alwaysFails is why every request of a method fails, as it was decided when the
// method was deployed. The zero value is that of a method that works.
type alwaysFails struct {
	failure *gatewayresponse.Error
	at      box  // that no request gets into
	sent    bool // the backend is called, and refuses
}

// in returns the failure of requests that are about to enter a box.
func (a *alwaysFails) in(b box) *gatewayresponse.Error {
	if a.at != b {
		return nil
	}
	return a.failure
}

// alwaysFails decides that every request of a method fails at a box. Of several
// reasons that count which requests meet first.
func (m *method) alwaysFails(at box, failure *gatewayresponse.Error) {
	if m.fails.failure == nil || at < m.fails.at {
		m.fails = alwaysFails{failure: failure, at: at}
	}
}

// alwaysRefused decides the same for a backend that is called, and refuses.
func (m *method) alwaysRefused(failure *gatewayresponse.Error) {
	if m.fails.failure == nil {
		m.fails = alwaysFails{failure: failure, at: backendBox, sent: true}
	}
}
