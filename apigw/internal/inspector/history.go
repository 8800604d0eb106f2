package inspector

import (
	"sync"

	"example.com/apigw/internal/gateway/record"
)

// History keeps the last requests. The zero value is ready, and safe for concurrent
// use.
type History struct {
	mu      sync.Mutex
	ring    []*entry
	oldest  int // in the ring
	count   int
	bytes   int
	dropped int
	byID    map[string]*entry // by the ids of requests
}

// entry is a request that is kept.
type entry struct {
	record *record.Record
	size   int

	summing sync.Once
	summed  Summary
}

// summary returns the summary, which takes a diagnosis when it is first asked for.
func (e *entry) summary() Summary {
	e.summing.Do(func() { e.summed = summarize(e.record) })
	return e.summed
}

// What a History keeps at most: requests, and bytes of all that their records hold.
const (
	maxKept   = 2000
	keptBytes = 32 << 20
	entrySize = 1 << 10 // of what is kept with a record: its summary, and where it is found
)

// Add keeps a request, and drops the oldest if there are too many.
func (h *History) Add(r *record.Record) {
	e := &entry{record: r, size: r.Size() + entrySize}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ring == nil {
		h.ring, h.byID = make([]*entry, maxKept), make(map[string]*entry, maxKept)
	}
	for h.count == maxKept || h.count > 0 && h.bytes+e.size > keptBytes {
		h.drop()
	}
	h.ring[(h.oldest+h.count)%maxKept] = e
	h.count++
	h.bytes += e.size
	h.byID[r.ID] = e
}

// drop forgets the oldest request.
func (h *History) drop() {
	e := h.ring[h.oldest]
	h.ring[h.oldest] = nil
	h.oldest = (h.oldest + 1) % maxKept
	h.count--
	h.bytes -= e.size
	h.dropped++
	if h.byID[e.record.ID] == e {
		delete(h.byID, e.record.ID)
	}
}

// newest returns the requests, the newest first.
func (h *History) newest() []*entry {
	h.mu.Lock()
	defer h.mu.Unlock()
	list := make([]*entry, h.count)
	for i := range list {
		list[i] = h.ring[(h.oldest+h.count-1-i)%maxKept]
	}
	return list
}

// Find returns the request with an id, which may also be the one that Lambda gave
// to the invocation, as the function's log shows it; nil if it is not kept.
func (h *History) Find(id string) *record.Record {
	h.mu.Lock()
	defer h.mu.Unlock()
	if e := h.byID[id]; e != nil {
		return e.record
	}
	for i := range h.count { // few look for the id of an invocation
		r := h.ring[(h.oldest+h.count-1-i)%maxKept].record
		if r.FunctionResult != nil && r.FunctionResult.RequestID == id {
			return r
		}
	}
	return nil
}

// frame returns the event about the request with an id; nil if it is not kept.
func (h *History) frame(id string) []byte {
	h.mu.Lock()
	e := h.byID[id]
	h.mu.Unlock()
	if e == nil {
		return nil
	}
	return frame("request", e.summary())
}

// HistoryState is how full a [History] is.
type HistoryState struct {
	Requests    int `json:"requests"`
	Bytes       int `json:"bytes"` // that the records hold
	MaxRequests int `json:"maxRequests"`
	MaxBytes    int `json:"maxBytes"`
	Dropped     int `json:"dropped"` // requests that were kept, and are not any more
}

// State returns how full the history is.
func (h *History) State() HistoryState {
	h.mu.Lock()
	defer h.mu.Unlock()
	return HistoryState{h.count, h.bytes, maxKept, keptBytes, h.dropped}
}
