package cli

import (
	"io"
	"regexp"
	"strings"
	"testing"

	"example.com/apigw/internal/dev"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/record"
)

// mappedRecord is the record of a request to a method with mappings, whose function
// had a result.
func mappedRecord(payload string) *record.Record {
	pattern := ""
	message := record.Message{Status: 200, SelectionPattern: &pattern}
	message.SetBody([]byte(payload))
	return &record.Record{
		ID: "r-1", API: "shop", Stage: "prod", Method: "GET", Path: "/shop/prod/orders", ResourcePath: "/orders", Status: 200,
		IntegrationResponse: &message, MethodResponse: message, FunctionResult: &record.FunctionResult{Function: "f", Payload: []byte(payload)},
		Definition: &record.Method{Integration: "AWS", Responses: []record.Response{{Status: "200"}}, Function: &record.Function{Name: "f", Runtime: "nodejs22.x"}},
	}
}

func TestTheConsoleShowsTheFirstFinding(t *testing.T) {
	rejected := mappedRecord(`{"a":1}`)
	rejected.Status, rejected.Failure = 500, &record.Failure{Type: "DEFAULT_5XX", Cause: "the template \x1b[2J fails"}
	both := mappedRecord(`{"statusCode":404,"body":"gone"}`)
	both.Definition.Responses[0].Headers = []record.HeaderMapping{{Name: "X-A", Source: "'b'"}}
	both.Definition.Declared = []record.Declared{{Status: "200"}}
	for _, c := range []struct {
		name string
		r    *record.Record
		want string // behind the first line
	}{
		{"a good response has its line alone", mappedRecord(`{"a":1}`), ``},
		{"a success that is wrong", mappedRecord(`{"statusCode":404,"body":"gone"}`), "" +
			"  ▸ Proxy integration is off, and the envelope comes out as the body.\n" +
			"    at $: {\"statusCode\":404,\"body\":\"gone\"}\n" +
			"    fix: return value; // if proxy integration stays off\n" +
			"    rule: proxy-off-for-envelope (documented), tool rules proxy-off-for-envelope\n"},
		{"the others are counted", both, "" +
			"  ▸ Proxy integration is off, and the envelope comes out as the body.\n" +
			"    at $: {\"statusCode\":404,\"body\":\"gone\"}\n" +
			"    fix: return value; // if proxy integration stays off\n" +
			"    rule: proxy-off-for-envelope (documented), tool rules proxy-off-for-envelope\n" +
			"    and 1 more, box by box: http://127.0.0.1:3000/_local/requests/r-1\n"},
		{"a failure, without control characters", rejected, "  ▸ the template \\x1b[2J fails\n    box by box: http://127.0.0.1:3000/_local/requests/r-1\n"},
	} {
		var out strings.Builder
		newConsole(io.Discard, logErrors, "http://127.0.0.1:3000", "tool").writeRequest(&out, c.r)
		shown := regexp.MustCompile(`(?m)^    \(r-1\) .*\n`).ReplaceAllString(out.String(), "") // the execution log
		first, rest, _ := strings.Cut(shown, "\n")
		if !strings.HasSuffix(first, "ms (r-1)") || rest != c.want {
			t.Errorf("%s: got %q, want a line for the request and %q", c.name, out.String(), c.want)
		}
	}
}

func TestTheConsoleSaysWhatAChangeOfTheAppBrings(t *testing.T) {
	orders := gateway.Deployed{Name: "orders", Stage: "prod", URL: "u", Routes: []gateway.Route{{Method: "GET", Path: "/a", Integration: "MOCK"}}}
	stock := gateway.Deployed{Name: "stock", Stage: "prod", URL: "v", Routes: []gateway.Route{{Method: "GET", Path: "/b", Integration: "MOCK"}}}
	locked := orders
	locked.Routes, locked.APIKeys = []gateway.Route{{Method: "GET", Path: "/a", Integration: "MOCK", APIKeyRequired: true}}, []gateway.APIKey{{Name: "k", Value: "0123"}}
	for _, c := range []struct {
		rule       string
		after      []gateway.Deployed
		want, none string
	}{
		{"nothing", []gateway.Deployed{orders, stock}, "the app was read again in 0.00 s\n", "stage prod"},
		{"a key", []gateway.Deployed{locked, stock}, "in 0.00 s\n\norders, stage prod\n  GET  /a  MOCK  API key\n  API key k: 0123\n  curl --header 'x-api-key: 0123' u/a\n", "stock"},
		{"an API less", []gateway.Deployed{orders}, "\nstock, stage prod, is not served any more\n", "orders"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			var out strings.Builder
			shown := newConsole(&out, logErrors, "", "")
			served := []gateway.Deployed{orders, stock}
			shown.follow(func() []gateway.Deployed { return served })
			shown.serves()
			served = c.after
			shown.event(dev.Loaded{Again: true})
			shown.close()
			if got := out.String(); !strings.Contains(got, c.want) || strings.Contains(got, c.none) {
				t.Errorf("got %q, want %q and no %q", got, c.want, c.none)
			}
		})
	}
}

func TestMetricsAreShownToThoseWhoWantAll(t *testing.T) {
	const metrics = `{"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"Functions"}]},"Duration":1}`
	for _, c := range []struct {
		rule  string
		level logLevel
		text  string
		shown bool
	}{
		{"metrics", logErrors, metrics, false},
		{"metrics, in full", logFull, metrics, true},
		{"a line of the function's own", logErrors, `{"msg":"greeted"}`, true},
		{"a line about metrics", logErrors, "wrote " + metrics, true},
	} {
		var out strings.Builder
		shown := newConsole(&out, c.level, "", "")
		shown.function(function.LogLine{Function: "orders", RequestID: "id-1", Text: c.text})
		shown.close()
		if got := strings.Contains(out.String(), c.text); got != c.shown {
			t.Errorf("%s: shown is %v, want %v; got %q", c.rule, got, c.shown, out.String())
		}
	}
}

func TestAnIDIsShownOnce(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a line of console.log", "2026-01-02T03:04:05.678Z\tid-1\tINFO\thello\tyou", "INFO\thello\tyou"},
		{"one from before the first request", "2026-01-02T03:04:05.678Z\tundefined\tERROR\tUncaught", "ERROR\tUncaught"},
		{"a line with another id", "2026-01-02T03:04:05.678Z\tid-2\tINFO\thello", "2026-01-02T03:04:05.678Z\tid-2\tINFO\thello"},
		{"any other line", "hello", "hello"},
	} {
		if got := withoutID(function.LogLine{RequestID: "id-1", Text: c.text}); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
