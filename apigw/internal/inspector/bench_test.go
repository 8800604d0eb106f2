package inspector_test

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/dev/runner"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/rawheader"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/inspector"
	"example.com/apigw/internal/testapp"
)

// What the benchmark of recording does in one turn.
const (
	clients  = 4   // that send requests at once
	requests = 200 // of each client in one turn
	pages    = 2   // that listen to events
)

// BenchmarkRecording sends the same requests to an app that records them, for its history
// and for pages that listen, and to one that does not, in turns. The metric
// recorded/bare is how long a turn takes with recording, to how long without: the median
// of all turns, since machines do other things too.
func BenchmarkRecording(b *testing.B) {
	for _, path := range []string{"/direct/prod/greet?name=Ada", "/mapped/prod/greet?name=Ada"} {
		b.Run(strings.Trim(path[:7], "/"), func(b *testing.B) {
			history := new(inspector.History)
			hub := inspector.NewEvents(history)
			recorded := serveGreetings(b, func(r *record.Record) { history.Add(r); hub.Request(r) })
			bare := serveGreetings(b, nil)
			listen(b, history, hub)
			send(b, recorded+path) // the first ones are slower
			send(b, bare+path)
			var ratios []float64
			for b.Loop() {
				var with, without time.Duration
				if len(ratios)%2 == 0 { // neither is always the first
					with, without = send(b, recorded+path), send(b, bare+path)
				} else {
					without, with = send(b, bare+path), send(b, recorded+path)
				}
				ratios = append(ratios, with.Seconds()/without.Seconds())
			}
			slices.Sort(ratios)
			b.ReportMetric(ratios[len(ratios)/2], "recorded/bare")
			b.ReportMetric(float64(len(ratios)*2*clients*requests)/b.Elapsed().Seconds(), "requests/s")
		})
	}
}

// serveGreetings serves the sample app with its functions, and returns its URL.
func serveGreetings(b *testing.B, recorded func(*record.Record)) string {
	b.Helper()
	a, err := assembly.Read(testapp.Assembly(), assembly.Options{})
	if err != nil {
		b.Fatal(err)
	}
	served, err := runner.New(runner.Options{
		Root: testapp.Dir(), Bin: b.TempDir(), Functions: function.Options{Log: func(function.LogLine) {}},
		Gateway: gateway.Options{Record: recorded, ErrorLog: log.New(io.Discard, "", 0)},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { served.Close() })
	if err := served.Load(b.Context(), a); err != nil {
		b.Fatal(err)
	}
	server := httptest.NewUnstartedServer(served)
	server.Listener = rawheader.Prepare(server.Config, server.Listener)
	server.Start()
	b.Cleanup(server.Close)
	return server.URL
}

// listen opens streams of events, which are read until the benchmark ends.
func listen(b *testing.B, history *inspector.History, hub *inspector.Events) {
	b.Helper()
	i, err := inspector.New(nil, history, inspector.Options{Events: hub})
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(i)
	var reading sync.WaitGroup
	b.Cleanup(func() {
		hub.Close()
		reading.Wait()
		server.Close()
	})
	for range pages {
		resp, err := http.Get(server.URL + "/_local/events")
		if err != nil {
			b.Fatal(err)
		}
		reading.Go(func() {
			defer resp.Body.Close()
			_, _ = io.Copy(io.Discard, resp.Body)
		})
	}
}

// send sends the requests of one turn, and returns how long they took.
func send(b *testing.B, url string) time.Duration {
	b.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	defer client.CloseIdleConnections()
	began := time.Now()
	var sending sync.WaitGroup
	for range clients {
		sending.Go(func() {
			for range requests {
				resp, err := client.Get(url)
				if err != nil {
					b.Error(err)
					return
				}
				text, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if err != nil || resp.StatusCode != 200 || string(text) != `{"greeting":"Ada"}` {
					b.Errorf("got %d %s, error %v; want 200 and a greeting", resp.StatusCode, text, err)
					return
				}
			}
		})
	}
	sending.Wait()
	return time.Since(began)
}
