package gateway_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/record"
)

// nowhere is a client that looks at nothing.
type nowhere struct{ header http.Header }

func (n *nowhere) Header() http.Header         { return n.header }
func (n *nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (n *nowhere) WriteHeader(int)             {}

// BenchmarkProxyGET measures what the gateway adds to the call of a function, with
// and without somebody who records.
func BenchmarkProxyGET(b *testing.B) {
	for _, recorded := range []bool{false, true} {
		name := "plain"
		if recorded {
			name = "recorded"
		}
		b.Run(name, func(b *testing.B) {
			fs := functions{"f": returns(`{"statusCode":200,"headers":{"Content-Type":"application/json"},"body":"{\"Hello\":\"World\"}"}`)}
			var o gateway.Options
			if recorded {
				o.Record = func(*record.Record) {}
			}
			g, err := gateway.New(assemble(newAPI(proxyMethod("GET", "/hello/{name}", "f"), proxyMethod("ANY", "/{proxy+}", "f")), fs), fs, o)
			if err != nil {
				b.Fatal(err)
			}
			r := httptest.NewRequest("GET", "/hello/prod/hello/Ada?lang=en", nil)
			r.Header = http.Header{
				"Accept": {"*/*"}, "Accept-Encoding": {"gzip, deflate, br"}, "User-Agent": {"bench/1.0"}, "Origin": {"https://example.com"},
			}
			w := &nowhere{http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				g.ServeHTTP(w, r)
			}
		})
	}
}

// BenchmarkMockGET has two templates on its way.
func BenchmarkMockGET(b *testing.B) {
	g, err := gateway.New(assemble(newAPI(says("GET", "/hello/{name}", `{"Hello":"$input.params('name')"}`)), nil), functions{}, gateway.Options{})
	if err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/hello/prod/hello/Ada?lang=en", nil)
	w := &nowhere{http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		g.ServeHTTP(w, r)
	}
}
