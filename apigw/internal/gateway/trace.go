package gateway

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"strings"
	"time"
)

// trace is the X-Ray trace of a call, in the three forms in which others see it.
type trace struct {
	root  string // 1-…
	event string // header X-Amzn-Trace-Id of the function's event
	full  string // what Lambda, backends and the client get
}

// newTrace begins a trace. (Recorded: test_invocation_trace_id.)
func newTrace(now time.Time, sampled bool) trace {
	var id [12]byte
	binary.BigEndian.PutUint64(id[:], rand.Uint64())
	binary.BigEndian.PutUint32(id[8:], rand.Uint32())
	text := make([]byte, 0, len("1-")+8+1+24)
	text = append(text, "1-"...)
	text = hex.AppendEncode(text, binary.BigEndian.AppendUint32(nil, uint32(now.Unix())))
	text = append(text, '-')
	text = hex.AppendEncode(text, id[:])
	root := string(text)
	return trace{root: root, event: "Root=" + root, full: completed(root, "", sampledText(sampled))}
}

// continued returns the trace of a client that sent a header: it keeps what the
// header has, and generates what it leaves out (recorded:
// test_invocation_trace_id). A header without a root changes nothing.
func (t trace) continued(header string) trace {
	var root, parent, sampled string
	for part := range strings.SplitSeq(header, ";") {
		key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch strings.ToLower(key) {
		case "root":
			root = value
		case "parent":
			parent = value
		case "sampled":
			sampled = value
		}
	}
	if root == "" {
		return t
	}
	if sampled == "" {
		_, sampled, _ = strings.Cut(t.full, "Sampled=")
	}
	t.root = root
	t.full = completed(root, parent, sampled)
	t.event = t.full
	return t
}

func completed(root, parent, sampled string) string {
	if parent == "" {
		parent = hex.EncodeToString(binary.BigEndian.AppendUint64(nil, rand.Uint64()))
	}
	return "Root=" + root + ";Parent=" + parent + ";Sampled=" + sampled
}

func sampledText(sampled bool) string {
	if sampled {
		return "1"
	}
	return "0"
}

// newExtendedID makes an extended request id, such as OhHjPFP9oAMFkpg=. It is base64
// with the alphabet for URLs.
func newExtendedID() string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:], rand.Uint64())
	binary.BigEndian.PutUint64(b[8:], rand.Uint64())
	return base64.URLEncoding.EncodeToString(b[:11])
}
