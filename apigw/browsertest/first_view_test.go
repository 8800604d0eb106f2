package browsertest

import (
	"testing"
	"time"

	"example.com/apigw/internal/inspector/page"
)

// BenchmarkFirstView tells how long the pages take that a browser opens first, with all
// that they are made of, as a multiple of the time that the list of routes takes.
func BenchmarkFirstView(b *testing.B) {
	s := shared.get(b)
	b.Run("server", func(b *testing.B) {
		var view, apis time.Duration
		for b.Loop() {
			view += timed(func() { s.send(b, "GET", page.Views()[0].Path, "", browserAccepts) })
			apis += timed(func() { s.send(b, "GET", "/_local/apis", "", "Accept: application/json") })
		}
		b.ReportMetric(float64(view)/float64(apis), "times-apis")
	})
	b.Run("browser", func(b *testing.B) {
		var view, apis float64
		for b.Loop() {
			b.StopTimer()
			p := open(b, s.url+page.Views()[0].Path, laptop)
			p.until("the first view is there", `performance.getEntriesByName('first-contentful-paint').length && performance.getEntriesByType('resource').some((e) => e.name.endsWith('/_local/apis'))`)
			b.StartTimer()
			// The times that the browser itself noted: its first paint with content, and the list.
			times := eval[[]float64](p, `Promise.resolve([
				performance.getEntriesByName('first-contentful-paint')[0].startTime,
				performance.getEntriesByType('resource').find((e) => e.name.endsWith('/_local/apis')).duration])`)
			view += times[0]
			apis += times[1]
		}
		b.ReportMetric(view/float64(b.N), "ms-first-paint")
		b.ReportMetric(apis/float64(b.N), "ms-apis")
		b.ReportMetric(view/apis, "times-apis")
	})
}

func timed(do func()) time.Duration {
	begin := time.Now()
	do()
	return time.Since(begin)
}
