package inspector

import (
	"slices"
	"sync"

	"example.com/apigw/internal/gateway/record"
)

// History keeps the last requests. It is safe for concurrent use.
type History struct {
	mu      sync.Mutex
	records []*record.Record // a ring
	next    int
	bytes   int
}

// maxKept is how many requests a History keeps at most.
const maxKept = 200

// keptBytes bounds the bodies of what is kept: large bodies leave room for fewer
// requests.
const keptBytes = 16 << 20

// Add keeps a request, and drops the oldest if there are too many.
func (h *History) Add(r *record.Record) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.records == nil {
		h.records = make([]*record.Record, maxKept)
	}
	h.drop(h.next)
	h.records[h.next] = r
	h.bytes += size(r)
	h.next = (h.next + 1) % maxKept
	for oldest := h.next; h.bytes > keptBytes; oldest = (oldest + 1) % maxKept {
		h.drop(oldest)
	}
}

func (h *History) drop(at int) {
	if old := h.records[at]; old != nil {
		h.bytes -= size(old)
		h.records[at] = nil
	}
}

func size(r *record.Record) int {
	n := len(r.MethodRequest.Body) + len(r.MethodResponse.Body)
	if r.IntegrationRequest != nil {
		n += len(r.IntegrationRequest.Body)
	}
	if r.IntegrationResponse != nil {
		n += len(r.IntegrationResponse.Body)
	}
	if r.FunctionResult != nil {
		n += len(r.FunctionResult.Payload)
	}
	return n
}

// newest returns the requests, the newest first.
func (h *History) newest() []*record.Record {
	h.mu.Lock()
	defer h.mu.Unlock()
	var list []*record.Record
	for i := range h.records {
		if r := h.records[(h.next+i)%len(h.records)]; r != nil {
			list = append(list, r)
		}
	}
	slices.Reverse(list)
	return list
}

// Find returns the request with an id, which may also be the one that Lambda gave
// to the invocation, as the function's log shows it; nil if it is not kept.
func (h *History) Find(id string) *record.Record {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.records {
		if r != nil && (r.ID == id || r.FunctionResult != nil && r.FunctionResult.RequestID == id) {
			return r
		}
	}
	return nil
}
