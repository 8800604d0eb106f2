package rawheader

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

const (
	// maxBlock is what a header block may have: a little more than net/http
	// allows by default.
	maxBlock = http.DefaultMaxHeaderBytes + 8<<10
	// maxPending is how many header blocks are kept that no handler asked for. The
	// oldest go first, since handlers ask in the order of the requests.
	maxPending = 16
)

// recorder follows the bytes of one connection: it keeps header blocks and skips
// bodies. Once it cannot follow, it stays silent for the rest of the connection.
type recorder struct {
	mu      sync.Mutex // reading and handling are different goroutines
	state   state
	block   []byte   // the header block, or the chunk line, that is coming in
	skip    int64    // bytes of body before the next block
	pending []string // blocks that no handler has asked for
}

type state uint8

const (
	inHeader  state = iota
	inBody          // of skip bytes
	inChunk         // of skip bytes, the line break after it included
	inSize          // the line with the size of the next chunk
	inTrailer       // lines after the last chunk
	lost
)

func (r *recorder) write(p []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(p) > 0 {
		switch r.state {
		case inBody, inChunk:
			n := min(int64(len(p)), r.skip)
			p, r.skip = p[n:], r.skip-n
			if r.skip == 0 && r.state == inBody {
				r.state = inHeader
			} else if r.skip == 0 {
				r.state = inSize
			}
		case lost:
			return
		default:
			i := bytes.IndexByte(p, '\n')
			if i < 0 {
				i = len(p) - 1
			}
			line := p[:i+1]
			p = p[i+1:]
			r.block = append(r.block, line...)
			if len(r.block) > maxBlock {
				r.lose()
			} else if line[i] == '\n' {
				r.endLine()
			}
		}
	}
}

// endLine looks at the line that block ends with.
func (r *recorder) endLine() {
	line := lastLine(r.block)
	switch r.state {
	case inSize:
		size, _, _ := strings.Cut(string(line), ";")
		n, err := strconv.ParseInt(strings.TrimSpace(size), 16, 62)
		switch {
		case err != nil || n < 0:
			r.lose()
		case n == 0:
			r.state = inTrailer
		default:
			r.state, r.skip = inChunk, n+2
		}
		r.block = r.block[:0]
	case inTrailer:
		r.block = r.block[:0]
		if len(line) == 0 {
			r.state = inHeader
		}
	case inHeader:
		if len(line) == 0 {
			r.endBlock()
		}
	}
}

// lastLine returns the last line of a text that ends with a line break, without it.
func lastLine(text []byte) []byte {
	text = bytes.TrimSuffix(text[:len(text)-1], []byte("\r"))
	return text[bytes.LastIndexByte(text, '\n')+1:]
}

// endBlock keeps the header block and finds out how long the body is.
func (r *recorder) endBlock() {
	block := string(r.block)
	r.block = r.block[:0]
	if strings.HasPrefix(block, "PRI * HTTP/2.0") { // the lines of HTTP/2 are compressed
		r.lose()
		return
	}
	if len(r.pending) == maxPending {
		r.pending = append(r.pending[:0], r.pending[1:]...)
	}
	r.pending = append(r.pending, block)
	for line := range strings.SplitSeq(block, "\n") {
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch {
		case strings.EqualFold(name, "Transfer-Encoding"):
			if strings.EqualFold(value, "chunked") {
				r.state = inSize
				return
			}
			r.lose()
			return
		case strings.EqualFold(name, "Content-Length"):
			n, err := strconv.ParseInt(value, 10, 62)
			if err != nil || n < 0 {
				r.lose()
				return
			}
			r.skip = n
			if n > 0 {
				r.state = inBody
			}
		case strings.EqualFold(name, "Upgrade"):
			defer r.lose() // whatever follows may be another protocol
		}
	}
}

func (r *recorder) lose() {
	r.state = lost
	r.block = nil
}

// take returns the lines of the oldest block that is the request's. Blocks
// before it belong to requests that nobody asked about.
func (r *recorder) take(req *http.Request) ([]Line, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, block := range r.pending {
		if lines, ok := parse(block, req); ok {
			r.pending = append(r.pending[:0], r.pending[i+1:]...)
			return lines, true
		}
	}
	return nil, false
}
