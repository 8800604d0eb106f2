package record_test

import (
	"bytes"
	"reflect"
	"testing"

	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/mapping"
)

// memory returns how many bytes a value leads to. What was deployed is shared, and does
// not count.
func memory(v reflect.Value, seen map[uintptr]bool) (n int) {
	switch v.Kind() {
	case reflect.String:
		return v.Len()
	case reflect.Pointer:
		if v.IsNil() || v.Type() == reflect.TypeFor[*record.Method]() || seen[v.Pointer()] {
			return 0
		}
		seen[v.Pointer()] = true
		return int(v.Type().Elem().Size()) + memory(v.Elem(), seen)
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[[]*record.API]() || v.Cap() > 0 && seen[v.Pointer()] {
			return 0
		}
		if v.Cap() > 0 {
			seen[v.Pointer()] = true
		}
		n = v.Cap() * int(v.Type().Elem().Size())
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return n
		}
		for i := range v.Len() {
			n += memory(v.Index(i), seen)
		}
	case reflect.Struct:
		if v.Type().PkgPath() == "time" {
			return 0
		}
		for i := range v.NumField() {
			n += memory(v.Field(i), seen)
		}
	}
	return n
}

func TestTheSizeOfARecordIsThatOfAllItHolds(t *testing.T) {
	body := bytes.Repeat([]byte{'x'}, 10_000)
	many := make(mapping.Params, 500)
	for i := range many {
		many[i] = mapping.Param{Name: "X-Some-Name", Values: []string{"some value", "another one"}}
	}
	full := called()
	full.MethodRequest.SetBody(body)
	full.MethodRequest.SetInput([]byte("something else"))
	full.IntegrationRequest.Header = many
	full.IntegrationResponse.SetBody(body)
	full.FunctionResult.Payload = full.IntegrationResponse.Body
	full.Context = make([]byte, 100, 2000)
	full.Sent = record.Sent{Target: "/a/b?c", Lines: make([]record.Line, 300)}
	full.Failure = &record.Failure{Log: string(body), Cause: string(body), Fix: "fix", Detail: "detail"}
	full.Findings = []record.Finding{{Message: string(body), Got: "got", Fix: "fix"}}
	full.APIs, full.Definition = make([]*record.API, 1000), &record.Method{Path: string(body)}
	own := called()
	own.FunctionResult.Payload = body
	for name, r := range map[string]*record.Record{"empty": new(record.Record), "small": admitted(), "large": full, "a payload of its own": own} {
		want := memory(reflect.ValueOf(r), map[uintptr]bool{})
		if got := r.Size(); got < want*9/10 || got > want*11/10 {
			t.Errorf("%s: got %d bytes, want about %d", name, got, want)
		}
	}
}

func TestTheInputOfATemplate(t *testing.T) {
	long := bytes.Repeat([]byte{'x'}, 70_000)
	for _, c := range []struct {
		rule        string
		body, input []byte
		kept        int // of the input, beside the body
		want        []byte
		whole       bool
	}{
		{"the body is kept once", []byte("body"), []byte("body"), 0, []byte("body"), true},
		{"text that was made of it is kept too", []byte("\xff"), []byte("\uFFFD"), 3, []byte("\uFFFD"), true},
		{"no body", nil, nil, 0, nil, true},
		{"a long body is kept once", long, long, 0, long[:64<<10], false},
		{"a long input", []byte("body"), long, 64 << 10, long[:64<<10], false},
	} {
		var m record.Message
		m.SetBody(c.body)
		m.SetInput(c.input)
		if got, whole := m.TemplateInput(); !bytes.Equal(got, c.want) || whole != c.whole || len(m.Input) != c.kept {
			t.Errorf("%s: got %d bytes, whole: %v, %d bytes kept beside the body; want %d, %v, %d", c.rule, len(got), whole, len(m.Input), len(c.want), c.whole, c.kept)
		}
	}
}

func TestContextValuesAreThoseOfTemplates(t *testing.T) {
	r := &record.Record{Context: []byte(`{"a":"1","n":1700000000000,"identity":{"user":null},"authorizer":{"latency":7,"x":"y"}}`)}
	want := map[string]any{"a": "1", "n": int64(1700000000000), "identity": map[string]any{"user": nil}, "authorizer": map[string]any{"latency": int64(7), "x": "y"}}
	if got := r.ContextValues(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %#v, want %#v", got, want)
	}
	if got := new(record.Record).ContextValues(); len(got) != 0 {
		t.Errorf("without a stage: got %v, want nothing", got)
	}
}
