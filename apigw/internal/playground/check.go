package playground

import (
	"context"
	"errors"

	"example.com/apigw/internal/jackson"
	"example.com/apigw/internal/provenance"
	"example.com/apigw/internal/rules"
)

// CheckInput is a function's result, and what decides what a client gets of it.
type CheckInput struct {
	Result           Result   `json:"result"`
	Accept           string   `json:"accept"` // the client's header
	BinaryMediaTypes []string `json:"binaryMediaTypes"`
	// Responses are the integration responses of the door without proxy integration.
	// Without any it has the one that a new method has: 200, without a template.
	Responses []Response `json:"responses"`
}

// CheckOutput is what a client gets at the two doors.
type CheckOutput struct {
	Proxy  Door       `json:"proxy"`
	Mapped MappedDoor `json:"mapped"`
	// Broken is where the result is not JSON; nil if it is.
	Broken *Broken `json:"broken"`
}

// Broken is a place in a text where it is not JSON any more.
type Broken struct {
	Problem string `json:"problem"` // as Lambda says it
	Excerpt string `json:"excerpt"`
	Start   int    `json:"start"`
}

// newBroken returns where a text is not JSON; nil if it is.
func newBroken(text string) *Broken {
	bad, ok := errors.AsType[*jackson.Error](jackson.Check([]byte(text)))
	if !ok {
		return nil
	}
	return &Broken{rules.Printable(bad.Problem), rules.Printable(bad.Excerpt()), provenance.Offset(text, bad.Offset)}
}

// Check returns what a client gets of a function's result. The error is an
// [*InputError].
func Check(ctx context.Context, in CheckInput) (CheckOutput, error) {
	var out CheckOutput
	request := Request{Method: "GET"}
	if in.Accept != "" {
		request.Headers = []Pair{{"Accept", in.Accept}}
	}
	proxy := trial{method: newMethod("AWS_PROXY"), request: request, result: in.Result, binary: in.BinaryMediaTypes}
	got, err := proxy.run(ctx)
	if err != nil {
		return out, err
	}
	out.Proxy, out.Broken = got.door(in.Result.Text), newBroken(in.Result.Text)
	responses := in.Responses
	if len(responses) == 0 {
		responses = []Response{{Status: "200"}}
	}
	out.Mapped, err = mapped(ctx, trial{request: request, result: in.Result, binary: in.BinaryMediaTypes}, responses)
	return out, err
}
