// Package record is what happened to a request, box by box, as plain values. It
// holds nothing of the gateway that served the request. The execution log and the
// diagnosis are views of it, which are made when somebody asks.
package record

import (
	"bytes"
	"time"

	"example.com/apigw/internal/mapping"
	"example.com/apigw/internal/rules"
)

// Record is what happened to one request. Nothing changes it once it is handed out.
type Record struct {
	ID           string // request id
	ExtendedID   string
	Time         time.Time
	API          string // as URLs name it; empty if none was found
	Stage        string
	Method       string // of HTTP
	Path         string // as the client wrote it, API and stage included
	ResourcePath string // empty if no route was found
	Status       int    // that the client got
	Duration     time.Duration
	// IntegrationDuration is how long the backend took.
	IntegrationDuration time.Duration

	// Sent is the request as the client wrote it.
	Sent Sent

	// What went into the boxes and came out of them. The integration request is nil if
	// the request did not get that far; of one that failed it has what was known.
	MethodRequest       Message
	IntegrationRequest  *Message
	IntegrationResponse *Message        // nil without a response of the backend
	FunctionResult      *FunctionResult // nil if no function ran
	MethodResponse      Message

	Failure  *Failure  // nil if the request got through
	Findings []Finding // what should be known besides

	// What the execution log shows and no message has.
	Details Details

	// Context is what $context had before templates changed it, as JSON; nil if no
	// stage was found.
	Context []byte

	// What was deployed when the request came.
	APIs       []*API  // all of them
	Definition *Method // nil if no route was found
}

// Sent is a request as the client wrote it, without its body.
type Sent struct {
	Method string
	Target string // path and query
	Lines  []Line // of the header, in their order
	// Unread means that the client had a body that nobody read.
	Unread bool
}

// Line is a line of a header.
type Line struct{ Name, Value string }

// Details is what the execution log shows of a request besides the messages.
type Details struct {
	APIID         string
	RequestPath   string   // behind the stage
	TraceRoot     string   // root of the X-Ray trace
	Tracing       bool     // the stage has tracing
	Admission     []string // lines about who may call
	Admitted      bool     // the caller was let in
	PolicyCached  bool     // the authorizer's result was one that was kept
	BackendCalled bool
	Streams       bool        // the response was sent on while it came
	Lambda        *LambdaCall // nil if Lambda is not the backend
}

// LambdaCall is what the execution log shows of the call of a function.
type LambdaCall struct {
	RequestID string
	Source    string // ARN of the method
	ByRole    bool   // the integration has a role
}

// Message is what went into a box, or came out of it.
type Message struct {
	Method     string // of HTTP; empty where there is none
	URI        string
	Status     int // of a response
	PathParams mapping.Params
	Query      mapping.Params
	Header     mapping.Params
	Body       []byte // the first 64 KB at most
	BodySize   int    // in bytes, of the whole body
	Binary     bool   // the body is not text
	// Template is the mapping template for the body: its media type, empty if none was
	// used.
	Template string
	// Input is the body as the mapping template behind it read it, where that is not
	// Body: text that was made of binary data, for instance. The first 64 KB at most.
	Input     []byte
	InputSize int // of the whole input; 0 without a template
	// SelectionPattern is the pattern that chose the integration response; nil if none
	// was chosen, empty for the default response.
	SelectionPattern *string
}

// SetBody keeps the beginning of a body.
func (m *Message) SetBody(body []byte) { m.Body, m.BodySize = Cut(body), len(body) }

// SetInput keeps the beginning of what a template read of the body.
func (m *Message) SetInput(input []byte) {
	m.InputSize = len(input)
	if !bytes.Equal(input[:min(len(input), MaxBody)], m.Body) {
		m.Input = Cut(input)
	}
}

// TemplateInput returns what a template read of the body; whole is false if only the
// beginning was kept.
func (m *Message) TemplateInput() (input []byte, whole bool) {
	input = m.Input
	if input == nil {
		input = m.Body
	}
	return input, len(input) == m.InputSize
}

// FunctionResult is what Lambda returned.
type FunctionResult struct {
	Function        string // its name
	ARN             string // without a qualifier
	RequestID       string // Lambda's
	ExecutedVersion string
	FunctionError   string
	Payload         []byte // the first 64 KB at most
	PayloadSize     int
	Duration        time.Duration
	Cold            bool
}

// MaxBody is how many bytes of a body a record keeps.
const MaxBody = 64 << 10

// Cut returns the beginning of a body, without keeping the memory of the rest.
func Cut(body []byte) []byte {
	if len(body) <= MaxBody {
		return body
	}
	return append([]byte(nil), body[:MaxBody]...)
}

// Failure is why a request did not get through, so that the gateway itself made the
// response.
type Failure struct {
	Type   string // of the gateway response
	Log    string // lines of the execution log; may be empty
	Rule   string // id in the rulebook; may be empty
	Box    rules.Box
	Cause  string // for the person at the laptop; may be empty
	Fix    string // what to do; may be empty
	Detail string // such as the line of a template with a caret
}

// Refused reports whether the gateway itself made the response, because the request
// did not get through.
func (r *Record) Refused() bool { return r.Failure != nil }

// Finding is one thing that a person should know about a request.
type Finding struct {
	Message string `json:"message"`
	Rule    string `json:"rule,omitempty"` // id in the rulebook
	// Box is where in the picture the rule belongs.
	Box    rules.Box `json:"box,omitempty"`
	Path   string    `json:"path,omitempty"` // JSON path of the place
	Got    string    `json:"got,omitempty"`
	Fix    string    `json:"fix,omitempty"`
	Detail string    `json:"detail,omitempty"` // such as the line of a template with a caret
}

// Diagnosis returns what the gateway itself noted about the request: why it failed,
// and what it let through although it is probably a mistake. Package diagnose finds
// more in a record.
func (r *Record) Diagnosis() []Finding {
	findings := r.Findings
	if r.Failure == nil || r.Failure.Cause == "" {
		return findings
	}
	return append(findings[:len(findings):len(findings)], Finding{
		Message: r.Failure.Cause, Rule: r.Failure.Rule, Box: r.Failure.Box, Fix: r.Failure.Fix, Detail: r.Failure.Detail,
	})
}
