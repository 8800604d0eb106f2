package record_test

import (
	"reflect"
	"strings"
	"testing"

	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/rules"
)

// What a record can hold must be plain: something with behaviour, or a type of
// another package, could lead back to the deployment that served the request.
func TestARecordIsPlainValues(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var walk func(where string, typ reflect.Type)
	walk = func(where string, typ reflect.Type) {
		if seen[typ] {
			return
		}
		seen[typ] = true
		switch path := typ.PkgPath(); {
		case path == "" || path == "time" || strings.HasSuffix(path, "/gateway/record"):
		case typ.String() == "mapping.Params", typ.String() == "mapping.Param", typ.String() == "rules.Box":
		default:
			t.Errorf("%s: got the type %v, want one of package record", where, typ)
		}
		if typ.PkgPath() == "time" {
			return
		}
		switch typ.Kind() {
		case reflect.Func, reflect.Interface, reflect.Chan, reflect.UnsafePointer, reflect.Uintptr:
			t.Errorf("%s: got a %v, want a plain value", where, typ.Kind())
		case reflect.Struct:
			for i := range typ.NumField() {
				f := typ.Field(i)
				walk(where+"."+f.Name, f.Type)
			}
		case reflect.Pointer, reflect.Slice, reflect.Array:
			walk(where, typ.Elem())
		case reflect.Map:
			walk(where, typ.Key())
			walk(where, typ.Elem())
		}
	}
	walk("Record", reflect.TypeFor[record.Record]())
	if !seen[reflect.TypeFor[record.Finding]()] {
		t.Error("got no walk through the findings, want one through all parts")
	}
}

func TestCutKeepsTheFirst64KB(t *testing.T) {
	for _, c := range []struct{ size, want int }{{0, 0}, {64 << 10, 64 << 10}, {64<<10 + 1, 64 << 10}} {
		var m record.Message
		m.SetBody(make([]byte, c.size))
		if len(m.Body) != c.want || m.BodySize != c.size {
			t.Errorf("a body of %d bytes: got %d kept of %d, want %d", c.size, len(m.Body), m.BodySize, c.want)
		}
	}
}

func TestDiagnosisOfAFailure(t *testing.T) {
	note := record.Finding{Message: "note"}
	for _, c := range []struct {
		rule string
		r    record.Record
		want []record.Finding
	}{
		{"nothing to say", record.Record{}, nil},
		{"notes of a request that got through", record.Record{Findings: []record.Finding{note}}, []record.Finding{note}},
		{"a failure without a cause says nothing", record.Record{Failure: &record.Failure{Log: "x"}, Findings: []record.Finding{note}}, []record.Finding{note}},
		{"the cause comes last", record.Record{Failure: &record.Failure{Cause: "c", Detail: "d", Rule: "r", Box: rules.Backend, Fix: "f"}, Findings: []record.Finding{note}},
			[]record.Finding{note, {Message: "c", Detail: "d", Rule: "r", Box: rules.Backend, Fix: "f"}}},
	} {
		if got := c.r.Diagnosis(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %+v, want %+v", c.rule, got, c.want)
		}
	}
}
