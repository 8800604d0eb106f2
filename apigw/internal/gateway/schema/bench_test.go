package schema

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

const orderModel = `{
  "$schema": "http://json-schema.org/draft-04/schema#", "title": "Order", "type": "object", "additionalProperties": false,
  "required": ["id", "customer", "lines"],
  "properties": {
    "id": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{6}$"},
    "created": {"type": "string", "format": "date-time"},
    "customer": {"type": "object", "required": ["name", "email"], "properties": {"name": {"type": "string", "minLength": 1, "maxLength": 80}, "email": {"type": "string", "format": "email"}, "tier": {"enum": ["basic", "gold"]}}},
    "lines": {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"$ref": "#/definitions/line"}}
  },
  "definitions": {"line": {"type": "object", "required": ["sku", "quantity"], "properties": {"sku": {"type": "string"}, "quantity": {"type": "integer", "minimum": 1}, "price": {"type": "number", "minimum": 0, "multipleOf": 0.01}}}}
}`

func order(lines int) string {
	var b strings.Builder
	b.WriteString(`{"id":"AB-123456","created":"2024-05-06T07:08:09Z","customer":{"name":"Ada Lovelace","email":"ada@example.org","tier":"gold"},"lines":[`)
	for i := range lines {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"sku":"S%d","quantity":%d,"price":%d.25}`, i, i+1, i)
	}
	b.WriteString(`]}`)
	return b.String()
}

func BenchmarkValidate(b *testing.B) {
	set, errs := Compile(models("Order", orderModel), apiID)
	if len(errs) > 0 {
		b.Fatal(errs)
	}
	for _, bench := range []struct {
		name, body string
		details    int
	}{
		{"small", order(2), 0},
		{"large", order(1000), 0},
		{"wrong", strings.Replace(order(2), "gold", "silver", 1), 1},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(len(bench.body)))
			b.ReportAllocs()
			for b.Loop() {
				details, err := set.Validate(context.Background(), "Order", []byte(bench.body))
				if err != nil || len(details) != bench.details {
					b.Fatalf("got %q, %v, want %d details", details, err, bench.details)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, errs := Compile(models("Order", orderModel), apiID); len(errs) > 0 {
			b.Fatal(errs)
		}
	}
}
