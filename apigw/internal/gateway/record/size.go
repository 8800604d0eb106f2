package record

import (
	"reflect"

	"example.com/apigw/internal/mapping"
)

// The sizes of values without what they point to.
var (
	recordSize  = sizeOf[Record]()
	messageSize = sizeOf[Message]()
	resultSize  = sizeOf[FunctionResult]()
	failureSize = sizeOf[Failure]()
	findingSize = sizeOf[Finding]()
	lambdaSize  = sizeOf[LambdaCall]()
	lineSize    = sizeOf[Line]()
	paramSize   = sizeOf[mapping.Param]()
	textSize    = sizeOf[string]()
)

func sizeOf[T any]() int { return int(reflect.TypeFor[T]().Size()) }

// Size returns how many bytes of memory the record holds. What it shares with other
// records does not count: what was deployed. What it shares with itself may count
// twice.
func (r *Record) Size() int {
	n := recordSize + len(r.ID) + len(r.ExtendedID) + len(r.Method) + len(r.Path) + cap(r.Context)
	n += len(r.Sent.Target) + cap(r.Sent.Lines)*lineSize
	for _, line := range r.Sent.Lines {
		n += len(line.Name) + len(line.Value)
	}
	n += r.MethodRequest.held() + r.MethodResponse.held()
	for _, m := range []*Message{r.IntegrationRequest, r.IntegrationResponse} {
		if m != nil {
			n += messageSize + m.held()
		}
	}
	if f := r.FunctionResult; f != nil {
		n += resultSize + len(f.RequestID) + len(f.FunctionError)
		if r.IntegrationResponse == nil || !same(f.Payload, r.IntegrationResponse.Body) {
			n += cap(f.Payload)
		}
	}
	if f := r.Failure; f != nil {
		n += failureSize + len(f.Log) + len(f.Cause) + len(f.Fix) + len(f.Detail)
	}
	n += cap(r.Findings) * findingSize
	for _, f := range r.Findings {
		n += len(f.Message) + len(f.Path) + len(f.Got) + len(f.Fix) + len(f.Detail)
	}
	n += len(r.Details.RequestPath) + len(r.Details.TraceRoot) + cap(r.Details.Admission)*textSize
	for _, line := range r.Details.Admission {
		n += len(line)
	}
	if l := r.Details.Lambda; l != nil {
		n += lambdaSize + len(l.RequestID) + len(l.Source)
	}
	return n
}

// same reports whether two slices begin at the same byte.
func same(a, b []byte) bool { return len(a) > 0 && len(b) > 0 && &a[0] == &b[0] }

// held returns the size of what a message points to.
func (m *Message) held() int {
	n := len(m.Method) + len(m.URI) + cap(m.Body) + cap(m.Input)
	for _, params := range []mapping.Params{m.PathParams, m.Query, m.Header} {
		n += cap(params) * paramSize
		for _, p := range params {
			n += len(p.Name) + cap(p.Values)*textSize
			for _, value := range p.Values {
				n += len(value)
			}
		}
	}
	return n
}
