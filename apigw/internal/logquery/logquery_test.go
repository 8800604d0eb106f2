package logquery_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/apigw/internal/logquery"
	"example.com/apigw/internal/rules"
)

// published returns the lines of an execution log that somebody published.
func published(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "explain", "testdata", "execution", file))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

// found returns the names of the queries of a log that find something in lines, without
// their folder.
func found(t *testing.T, log logquery.Log, lines []string) (names []string) {
	t.Helper()
	for _, q := range logquery.All() {
		if q.Log != log {
			continue
		}
		got, err := logquery.Run(q.Text, lines)
		if err != nil {
			t.Fatalf("%s: %v\n%s", q.Name, err, q.Text)
		}
		if len(got) > 0 {
			_, name, _ := strings.Cut(q.Name, "/")
			names = append(names, name)
		}
	}
	return names
}

// What the queries find in published logs; in those that are not named, nothing.
var publishedLogs = map[string][]string{
	"api-key-refused":                  {"API Key…not authorized because method '…' requires API Key and API Key is not associated with a Usage Plan for API Stage…: No Usage Plan found for key and API …"},
	"authorizer-denies":                {"Unauthorized request:"},
	"authorizer-failed":                {"Authorizer error", "AuthorizerConfigurationException"},
	"authorizer-identity-missing":      {"Unauthorized request:"},
	"authorizer-result-invalid":        {"AuthorizerConfigurationException", "Invalid JSON in response:"},
	"backend-response-too-large":       {"Integration response of reported length…is larger than allowed maximum of…bytes."},
	"backend-unreachable":              {"Execution failed due to a network error communicating with endpoint:"},
	"base64-invalid":                   {"Unable to base64 decode the body."},
	"body-invalid":                     {"Request body does not match model schema for content type"},
	"body-not-string-on-several-lines": {"Malformed Lambda proxy response"},
	"body-not-string":                  {"Malformed Lambda proxy response"},
	"body-other-type-on-several-lines": {"Malformed Lambda proxy response"},
	"endpoint-address-invalid":         {"Invalid endpoint address"},
	"error-object-returned":            {"Malformed Lambda proxy response"},
	"event-not-json":                   {"Could not parse request body into json:"},
	"function-error":                   {"customer function error:…. Lambda request id:"},
	"function-exited":                  {"customer function error: RequestId:…Error: Runtime exited with error: exit status…. Lambda request id:", "customer function error:…. Lambda request id:"},
	"function-not-found":               {"Function not found:"},
	"function-out-of-memory":           {"customer function error: RequestId:…Error: Runtime exited with error: signal: killed. Lambda request id:", "customer function error:…. Lambda request id:"},
	"function-panic":                   {"customer function error: RequestId:…Error: Runtime exited with error: exit status 2. Lambda request id:", "customer function error: RequestId:…Error: Runtime exited with error: exit status…. Lambda request id:", "customer function error:…. Lambda request id:"},
	"function-timeout":                 {"customer function error:…. Lambda request id:", "customer function error:…Task timed out after…seconds. Lambda request id:"},
	"gateway-timeout":                  {"Execution failed due to a timeout error"},
	"header-value-not-string":          {"Malformed Lambda proxy response"},
	"integration-role-not-assumable":   {"API Gateway does not have permission to assume the provided role"},
	"invoke-permission-missing":        {"Invalid permissions on Lambda function"},
	"key-case":                         {"Malformed Lambda proxy response"},
	"lambda-throttled-2018":            {"Malformed Lambda proxy response", "Rate Exceeded.", "ReservedFunctionConcurrentInvocationLimitExceeded"},
	"lambda-throttled":                 {"Lambda invocation failed with status: 429. Lambda request id:", "Lambda invocation failed with status:…. Lambda request id:", "Rate Exceeded."},
	"method-response-missing":          {"Output mapping refers to an invalid method response:"},
	"missing-envelope":                 {"Malformed Lambda proxy response"},
	"mock-status-missing-older":        {"statusCode should be an integer which defined in request template"},
	"mock-status-missing":              {"Unable to parse statusCode. It should be an integer that is defined in the request template."},
	"multi-value-headers-not-object":   {"Malformed Lambda proxy response"},
	"multi-value-not-list":             {"Malformed Lambda proxy response"},
	"only-one-line":                    {"Invalid permissions on Lambda function"},
	"policy-denies":                    {"The client is not authorized to perform this operation."},
	"request-template-binary":          {"Unable to transform request"},
	"request-template-failed":          {"Unable to transform request"},
	"response-template-failed":         {"Unable to transform response"},
	"response-too-large":               {"customer function error: Response payload size exceeded maximum allowed payload size (6291556 bytes).", "customer function error:…. Lambda request id:"},
	"result-cut-off-in-the-body":       {"Malformed Lambda proxy response"},
	"result-cut-off":                   {"Malformed Lambda proxy response"},
	"result-is-string":                 {"Malformed Lambda proxy response"},
	"result-not-object":                {"Malformed Lambda proxy response"},
	"result-null":                      {"Malformed Lambda proxy response"},
	"selection-pattern-none-matches":   {"No match for output mapping and no default output mapping configured. Endpoint Response Status Code:"},
	"status-not-number":                {"Malformed Lambda proxy response"},
	"three-at-once":                    {"Execution failed due to a timeout error", "Malformed Lambda proxy response"},
	"throttled":                        {"Key throttle limit exceeded for…. Limit:…Burst:"},
	"unknown-key":                      {"Malformed Lambda proxy response"},
	"without-data":                     {"Malformed Lambda proxy response"},
}

func TestQueriesFindPublishedLogs(t *testing.T) {
	files, err := os.ReadDir(filepath.Join("..", "explain", "testdata", "execution"))
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, file := range files {
		name := strings.TrimSuffix(file.Name(), ".txt")
		want, named := publishedLogs[name]
		if named {
			seen++
		}
		if got := found(t, logquery.Execution, published(t, file.Name())); !slices.Equal(got, want) {
			t.Errorf("%s: found by %q, want %q", name, got, want)
		}
	}
	if seen != len(publishedLogs) {
		t.Errorf("%d of the %d named logs are there, want all", seen, len(publishedLogs))
	}
}

// Lines that were published, or that Lambda's documentation shows.
func TestQueriesFindLinesOfFunctions(t *testing.T) {
	for _, c := range []struct {
		line string
		want []string
	}{
		{`2026-03-01T10:19:35.003Z 9d1e7b4c-3333-4222-8333-0000000000ff Task timed out after 3.00 seconds`, []string{"Task timed out after…seconds"}},
		{`REPORT RequestId: 9d1e7b4c-3333-4222-8333-0000000000ff	Duration: 3000.00 ms	Billed Duration: 3000 ms	Memory Size: 128 MB	Max Memory Used: 30 MB	Status: timeout`, []string{"Status: timeout"}},
		{`RequestId: 9d1e7b4c-3333-4222-8333-0000000000ff Error: Runtime exited with error: signal: killed`, []string{"Runtime exited with error: signal: killed"}},
		{`RequestId: 9d1e7b4c-3333-4222-8333-0000000000ff Error: Runtime exited with error: exit status 2`, []string{"Runtime exited with error: exit status", "Runtime exited with error: exit status 2"}},
		{`panic: runtime error: invalid memory address or nil pointer dereference`, []string{"panic:", "runtime error:"}},
		{`{"time":"2026-03-01T10:19:35Z","level":"ERROR","msg":"internal error","error":"json: unknown field \"resource\"","requestId":"9d1e7b4c"}`, []string{"json: unknown field…resource"}},
		{`[ERROR] Runtime.ImportModuleError: Unable to import module 'app': No module named 'requests'`, []string{"Runtime.ImportModuleError", "Unable to import module", "[ERROR]"}},
		{`2026-03-01T10:19:35.003Z	9d1e7b4c	ERROR	Invoke Error 	{"errorType":"TypeError","errorMessage":"x is not a function"}`, []string{"Invoke Error"}},
		{`START RequestId: 9d1e7b4c-3333-4222-8333-0000000000ff Version: 7`, nil},
		{`REPORT RequestId: 9d1e7b4c	Duration: 1.52 ms	Billed Duration: 2 ms	Memory Size: 128 MB	Max Memory Used: 30 MB	Init Duration: 55.10 ms`, nil},
		{`{"time":"2026-03-01T10:19:35Z","level":"INFO","msg":"greeted","requestId":"9d1e7b4c","traceId":"1-5759e988-bd862e3fe1be46a994272793"}`, nil},
		{`{"_aws":{"Timestamp":1700000000012,"CloudWatchMetrics":[{"Namespace":"Functions","Dimensions":[["FunctionName"]],"Metrics":[{"Name":"Duration","Unit":"Milliseconds"}]}]},"FunctionName":"orders","Duration":1.5,"outcome":"ok"}`, nil},
	} {
		if got := found(t, logquery.Function, []string{c.line}); !slices.Equal(got, c.want) {
			t.Errorf("found by %q, want %q: %s", got, c.want, c.line)
		}
	}
}

// Lines of access logs, in the format of package observability with the
// words of published responses.
func TestQueriesFindLinesOfAccessLogs(t *testing.T) {
	for _, c := range []struct {
		line string
		want []string
	}{
		{`{"requestId":"a","status":"502","responseType":"DEFAULT_5XX","error":"Internal server error","integrationError":"-"}`, []string{"502 Internal server error"}},
		{`{"requestId":"a","status":"504","responseType":"INTEGRATION_TIMEOUT","error":"Endpoint request timed out"}`, []string{"504 Endpoint request timed out"}},
		{`{"requestId":"a","status":"403","responseType":"MISSING_AUTHENTICATION_TOKEN","error":"Missing Authentication Token"}`, []string{"403 Missing Authentication Token"}},
		{`{"requestId":"a","status":"403","responseType":"ACCESS_DENIED","error":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:eu-west-1:********9012:a1b2c3d4e5/prod/GET/"}`,
			[]string{"403 User:…is not authorized to perform: execute-api:Invoke on resource:"}},
		{`{"requestId":"a","status":"500","responseType":"AUTHORIZER_CONFIGURATION_ERROR","error":"-"}`, []string{"500 AuthorizerConfigurationException"}},
		{`{"requestId":"a","status":"403","responseType":"INVALID_SIGNATURE","error":"The request signature we calculated does not match the signature you provided."}`, []string{"403 InvalidSignatureException"}},
		{`{"requestId":"a","status":"500","responseType":"-","error":"-"}`, nil},
		{`{"requestId":"a","status":"429","responseType":"THROTTLED","error":"Too Many Requests"}`, []string{"429 Too Many Requests"}},
		{`{"requestId":"a","status":"404","responseType":"-","error":"-"}`, nil},
		{`{"requestId":"a","status":"200","responseType":"-","error":"-"}`, nil},
	} {
		if got := found(t, logquery.Access, []string{c.line}); !slices.Equal(got, c.want) {
			t.Errorf("found by %q, want %q: %s", got, c.want, c.line)
		}
	}
}

// Each symptom that a log has leads to a query that names the rule.
func TestEverySymptomHasAQuery(t *testing.T) {
	filled := strings.NewReplacer("{", "", "}", "")
	for _, rule := range rules.All() {
		check := func(log logquery.Log, line string) {
			for _, q := range logquery.All() {
				if got, err := logquery.Run(q.Text, []string{line}); err == nil && q.Log == log && len(got) > 0 && slices.Contains(q.Rules, rule.ID) {
					return
				}
			}
			t.Errorf("%s: no query finds %s", rule.ID, line)
		}
		for _, sign := range rule.Signs {
			switch sign.In {
			case rules.ExecutionLog, rules.ResultText:
				check(logquery.Execution, filled.Replace(sign.Text))
			case rules.FunctionLog:
				check(logquery.Function, filled.Replace(sign.Text))
			}
		}
		line, _, _ := strings.Cut(rule.Log, "\n")
		line, inFunction := strings.CutSuffix(line, " (in the log of the function)")
		switch {
		case rule.Box == rules.Deployment, line == "", strings.HasPrefix(line, "Method completed with status: 2"), strings.HasPrefix(line, "Successfully completed "):
		case inFunction:
			check(logquery.Function, line)
		default:
			check(logquery.Execution, "(a1b2c301) "+filled.Replace(line))
		}
	}
}

func TestQueriesAreWhatAWSTakes(t *testing.T) {
	names := map[string]bool{}
	for _, q := range logquery.All() {
		if names[q.Name] {
			t.Errorf("two queries have the name %s", q.Name)
		}
		names[q.Name] = true
		if stack := 20; len(q.Name)+stack > 255 {
			t.Errorf("the name %s has %d bytes, want at most %d, so that the name of a stack fits before it", q.Name, len(q.Name), 255-stack)
		}
		if len(q.Text) == 0 || len(q.Text) > 10_000 {
			t.Errorf("%s: the query has %d characters, want 1 to 10000", q.Name, len(q.Text))
		}
		if strings.Count(q.Name, "/") != 1 {
			t.Errorf("the name %s is not in one folder", q.Name)
		}
		for _, id := range q.Rules {
			if _, ok := rules.Lookup(id); !ok {
				t.Errorf("%s: no rule has the id %s", q.Name, id)
			}
		}
	}
}

func TestRun(t *testing.T) {
	lines := []string{"one", "two", `{"status":"502","error":"Internal server error"}`, `{"status":200}`}
	for _, c := range []struct {
		rule, query string
		want        []string
	}{
		{"a text", `filter @message like "two"`, lines[1:2]},
		{"letter case counts", `filter @message like "Two"`, nil},
		{"a number in quotes", `filter status = 502`, lines[2:3]},
		{"a number", `filter status = 200`, lines[3:4]},
		{"both", `filter status = 502 and error like "Internal"`, lines[2:3]},
		{"one alone is not enough", `filter status = 502 and error like "Endpoint"`, nil},
		{"a field that is missing", `filter error like "n"`, lines[2:3]},
		{"a comment", "# rules: a, b\nfields @message\n| filter @message like \"o\"\n| limit 1", lines[:1]},
		{"no filter", "fields @message", lines},
	} {
		got, err := logquery.Run(c.query, lines)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, %v, want %q", c.rule, got, err, c.want)
		}
	}
	for _, query := range []string{"", "stats count()", "filter", "filter status > 1", `filter @message like /a/`, `filter @message like "a" or status = 1`, `filter @message like "a"b"`, "limit none", "limit 0"} {
		if got, err := logquery.Run(query, lines); err == nil {
			t.Errorf("%q: got %q, want an error", query, got)
		}
	}
}

func TestMatchFilterPattern(t *testing.T) {
	const line = `(a1b2c301) Execution failed due to configuration error: Rate Exceeded.`
	for pattern, want := range map[string]bool{
		``:                         true,
		`Execution`:                true,
		`execution`:                false,
		`"configuration error"`:    true,
		`"error configuration"`:    false,
		`error Rate`:               true,
		`error Malformed`:          false,
		`"Execution failed" -Rate`: false,
		`failed -Malformed`:        true,
		`-"Rate Exceeded"`:         false,
		`"say \"no\""`:             false,
	} {
		if got, err := logquery.MatchFilterPattern(pattern, line); err != nil || got != want {
			t.Errorf("%s: got %v, %v, want %v", pattern, got, err, want)
		}
	}
	for _, pattern := range []string{`"open`, `?optional`, `{ $.status = 502 }`, `[a, b]`, `%regex%`, `a"b"`} {
		if _, err := logquery.MatchFilterPattern(pattern, line); err == nil {
			t.Errorf("%s: no error, want one", pattern)
		}
	}
}
