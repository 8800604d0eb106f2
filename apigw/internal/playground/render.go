package playground

import (
	"bytes"
	"context"
	"encoding/json"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/provenance"
)

// RenderInput is a mapping template of one direction, with what it is about.
type RenderInput struct {
	Direction Direction `json:"direction"`
	Request   Request   `json:"request"`

	// Of a request:
	Template    string `json:"template"`
	MediaType   string `json:"mediaType"`   // that the template is for; application/json if it is empty
	Passthrough string `json:"passthrough"` // passthrough behavior; WHEN_NO_MATCH if it is empty

	// Of a response:
	Result    Result     `json:"result"`
	Responses []Response `json:"responses"`
}

// Direction is that of a template.
type Direction string

// The directions.
const (
	ToFunction Direction = "request"
	ToClient   Direction = "response"
)

// RenderOutput is what came of a template: one of the two is set.
type RenderOutput struct {
	Request  *Rendered   `json:"request,omitempty"`
	Response *MappedDoor `json:"response,omitempty"`
}

// Rendered is what a request template made.
type Rendered struct {
	Used      BodyFrom          `json:"used"`
	Trace     *provenance.Trace `json:"trace"` // nil where no template was used
	Event     *Event            `json:"event"` // nil where the request did not get that far
	Overrides Overrides         `json:"overrides"`
	Problems  []Problem         `json:"problems"`
	// Client is what the client gets if the function returns an empty object.
	Client Door `json:"client"`
}

// BodyFrom says where the body of an integration request comes from.
type BodyFrom string

// Where a body comes from.
const (
	FromTemplate BodyFrom = "template"
	PassedOn     BodyFrom = "passthrough"
	Refused      BodyFrom = "refused" // the request ended before
)

// Event is what Lambda gets.
type Event struct {
	Accepted bool `json:"accepted"` // it is JSON, and the function runs
	Text          // with line breaks and indents if it is JSON
	// Broken is where the body of the request is not JSON; nil if it is.
	Broken *Broken `json:"broken"`
}

// Render returns what comes of a template. The error is an [*InputError].
func Render(ctx context.Context, in RenderInput) (RenderOutput, error) {
	switch in.Direction {
	case ToFunction:
		out, err := renderRequest(ctx, in)
		return RenderOutput{Request: out}, err
	case ToClient:
		out, err := mapped(ctx, trial{request: in.Request, result: in.Result}, in.Responses)
		return RenderOutput{Response: &out}, err
	}
	return RenderOutput{}, inputError("the direction %q is none: use request or response", in.Direction)
}

func renderRequest(ctx context.Context, in RenderInput) (*Rendered, error) {
	t := trial{method: newMethod("AWS"), request: in.Request, result: Result{Text: "{}"}}
	addResponses(t.method, []Response{{Status: "200"}})
	i := t.method.Integration
	i.PassthroughBehavior = orElse(in.Passthrough, i.PassthroughBehavior)
	switch i.PassthroughBehavior {
	case "WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER":
	default:
		return nil, inputError("the passthrough behavior %q is none: use WHEN_NO_MATCH, WHEN_NO_TEMPLATES or NEVER", in.Passthrough)
	}
	mediaType := orElse(in.MediaType, "application/json")
	i.RequestTemplates = []assembly.Template{{MediaType: mediaType, Text: in.Template}}
	got, err := t.run(ctx)
	if err != nil {
		return nil, err
	}
	out := &Rendered{Used: Refused, Client: got.door("{}"), Overrides: noOverrides()}
	parsed, problems := parse("request template "+mediaType, in.Template, true)
	out.Problems = append([]Problem{}, problems...)
	r := got.record
	if r.IntegrationRequest == nil || got.context == nil {
		return out, nil
	}
	body := in.Request.Body
	out.Used = PassedOn
	if r.IntegrationRequest.Template != "" {
		out.Used, body = FromTemplate, ""
	}
	if out.Used == FromTemplate && parsed != nil {
		again := newRun(got, &t)
		again.template = provenance.Template{Name: parsed.Name(), MediaType: mediaType, Text: in.Template}
		trace, wrong := again.traceRequest(ctx, parsed)
		out.Trace, out.Overrides = trace, again.overrides()
		out.Problems = append(out.Problems, wrong...)
		body = trace.Output
	}
	if r.Details.BackendCalled {
		out.Event = newEvent(got.event, body)
	}
	return out, nil
}

// newEvent returns the event that a function got, or that Lambda refused: got is nil
// then, and body the text that is not JSON.
func newEvent(got []byte, body string) *Event {
	if got == nil {
		return &Event{Text: newText([]byte(body)), Broken: newBroken(body)}
	}
	var pretty bytes.Buffer
	if json.Indent(&pretty, got, "", "  ") != nil {
		pretty.Reset()
		pretty.Write(got)
	}
	return &Event{Accepted: true, Text: newText(pretty.Bytes())}
}
