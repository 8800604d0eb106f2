package observability

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/jsii-runtime-go"

	"example.com/apigw/apitest"
	"example.com/apigw/internal/explain"
	"example.com/apigw/internal/logquery"
	"example.com/apigw/metrics"
)

func TestTheNamespaceIsThatOfTheFunctions(t *testing.T) {
	if defaultNamespace != metrics.DefaultNamespace {
		t.Errorf("got %s, want %s", defaultNamespace, metrics.DefaultNamespace)
	}
}

// alarm is what CloudWatch knows of an alarm.
type alarm struct {
	AlarmName, Statistic, ExtendedStatistic, Namespace, MetricName, TreatMissingData, ComparisonOperator string
	Threshold, EvaluationPeriods, DatapointsToAlarm, Period                                              float64
	AlarmActions, OKActions, Dimensions                                                                  []any
	AlarmDescription                                                                                     string
}

func alarms(t *testing.T, made template) map[string]alarm {
	t.Helper()
	all := map[string]alarm{}
	for _, properties := range made.of("AWS::CloudWatch::Alarm") {
		var a alarm
		convert(t, properties, &a)
		all[a.AlarmName] = a
	}
	return all
}

func TestAlarms(t *testing.T) {
	all := alarms(t, withMonitoring(t, true, MonitoringProps{Alarms: true}))
	for name, want := range map[string]string{
		"Orders direct: failed requests":          "Average of AWS/ApiGateway 5XXError > 0.01, 2 of 3 times 300 s",
		"Orders direct: slow requests":            "p99 of AWS/ApiGateway Latency > 3000, 3 of 3 times 300 s",
		"Orders direct: malformed results":        "Sum of Apis/Orders direct malformed results > 0, 1 of 1 times 300 s",
		"Orders direct/Function: function errors": "Sum of AWS/Lambda Errors > 0, 1 of 1 times 300 s",
		"Orders direct/Function: throttles":       "Sum of AWS/Lambda Throttles > 0, 1 of 1 times 300 s",
		"Orders mapped: failed requests":          "Average of AWS/ApiGateway 5XXError > 0.01, 2 of 3 times 300 s",
		"Orders mapped: slow requests":            "p99 of AWS/ApiGateway Latency > 3000, 3 of 3 times 300 s",
		"Orders mapped: broken integrations":      "Sum of Apis/Orders mapped broken integrations > 0, 1 of 1 times 300 s",
		"Orders mapped/Function: throttles":       "Sum of AWS/Lambda Throttles > 0, 1 of 1 times 300 s",
	} {
		a, ok := all[name]
		got := fmt.Sprintf("%s of %s %s > %v, %v of %v times %v s", a.Statistic+a.ExtendedStatistic, a.Namespace, a.MetricName, a.Threshold, a.DatapointsToAlarm, a.EvaluationPeriods, a.Period)
		if !ok || got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
		if a.TreatMissingData != "notBreaching" || a.ComparisonOperator != "GreaterThanThreshold" || len(a.AlarmActions) > 0 {
			t.Errorf("%s: missing data is %s, operator %s, actions %v, want notBreaching, GreaterThanThreshold and none", name, a.TreatMissingData, a.ComparisonOperator, a.AlarmActions)
		}
		if len(a.AlarmDescription) < 40 || len(a.AlarmDescription) > 1024 {
			t.Errorf("%s: the description has %d characters, want 40 to 1024", name, len(a.AlarmDescription))
		}
		delete(all, name)
	}
	for name := range all {
		t.Errorf("alarm %s, want none by this name", name)
	}
}

// A function behind an API without proxy integration fails to say what is wrong with a
// request: that is an answer, and wakes nobody.
func TestErrorsThatAreAnswersRaiseNoAlarm(t *testing.T) {
	app, stack := app(true)
	newFunction(stack, "Job")
	NewMonitoring(stack, "Monitoring", &MonitoringProps{Alarms: true})
	all := alarms(t, synth(t, app))
	for name, want := range map[string]bool{"direct/Function": true, "mapped/Function": false, "Job": true} {
		if _, got := all["Orders "+name+": function errors"]; got != want {
			t.Errorf("%s: an alarm for errors is %v, want %v", name, got, want)
		}
	}
}

func TestLimitsOfAlarmsAreProps(t *testing.T) {
	all := alarms(t, withMonitoring(t, true, MonitoringProps{Alarms: true, ErrorShare: jsii.Number(0.05), SlowMilliseconds: jsii.Number(500)}))
	if got := all["Orders direct: failed requests"].Threshold; got != 0.05 {
		t.Errorf("failed requests: threshold %v, want 0.05", got)
	}
	if got := all["Orders direct: slow requests"].Threshold; got != 500 {
		t.Errorf("slow requests: threshold %v, want 500", got)
	}
}

// CloudWatch may publish to the topic, others of the account only over TLS, and every
// alarm says so when it begins and when it is over.
func TestAlarmsByEmail(t *testing.T) {
	made := withMonitoring(t, true, MonitoringProps{Alarms: true, Email: "team@example.com"})
	for name, a := range alarms(t, made) {
		if len(a.AlarmActions) != 1 || len(a.OKActions) != 1 {
			t.Errorf("%s: actions %v and %v, want the topic for both", name, a.AlarmActions, a.OKActions)
		}
	}
	subscription := made.of("AWS::SNS::Subscription")[0]
	if subscription["Protocol"] != "email" || subscription["Endpoint"] != "team@example.com" {
		t.Errorf("subscription %v, want emails to team@example.com", subscription)
	}
	var policy struct {
		PolicyDocument struct {
			Statement []struct {
				Effect, Action string
				Principal      any
				Condition      map[string]any
			}
		}
	}
	convert(t, made.of("AWS::SNS::TopicPolicy")[0], &policy)
	allowed, denied := false, false
	for _, s := range policy.PolicyDocument.Statement {
		text := fmt.Sprint(s.Principal, s.Condition)
		allowed = allowed || s.Effect == "Allow" && strings.Contains(text, "cloudwatch.amazonaws.com") && strings.Contains(text, "aws:SourceAccount")
		denied = denied || s.Effect == "Deny" && strings.Contains(text, "aws:SecureTransport")
	}
	if !allowed || !denied {
		t.Errorf("policy %v, want that CloudWatch of this account may publish, and nobody without TLS", policy.PolicyDocument)
	}
}

// What is free for an account: ten alarms, and 50 metrics on each of three dashboards
// (documented: "Amazon CloudWatch pricing").
func TestTwoDoorsStayWithinTheFreeTier(t *testing.T) {
	made := withMonitoring(t, true, MonitoringProps{Dashboard: true, Alarms: true, Queries: true})
	if got := len(made.of("AWS::CloudWatch::Alarm")); got > 10 {
		t.Errorf("%d alarms, want at most 10", got)
	}
	custom := len(made.of("AWS::Logs::MetricFilter")) + 2*2 // ColdStart and Duration of two functions
	if custom > 10 {
		t.Errorf("%d metrics of its own, want at most 10", custom)
	}
	shown := 0
	for _, w := range dashboard(t, made) {
		shown += len(w.Properties.Metrics)
	}
	if shown == 0 || shown > 50 {
		t.Errorf("the dashboard shows %d metrics, want 1 to 50", shown)
	}
}

type widget struct {
	Type          string
	Width, Height float64
	X, Y          float64
	Properties    struct {
		Title   string
		Metrics [][]any
		Alarms  []any
	}
}

// dashboard returns the widgets of a dashboard. What is known only after a deployment is
// written as its logical id.
func dashboard(t *testing.T, made template) []widget {
	t.Helper()
	body := made.of("AWS::CloudWatch::Dashboard")[0]["DashboardBody"]
	var text strings.Builder
	for _, part := range body.(object)["Fn::Join"].([]any)[1].([]any) {
		switch part := part.(type) {
		case string:
			text.WriteString(part)
		case object:
			fmt.Fprint(&text, strings.NewReplacer(`"`, ``, `\`, ``).Replace(fmt.Sprint(part)))
		}
	}
	var board struct{ Widgets []widget }
	if err := json.Unmarshal([]byte(text.String()), &board); err != nil {
		t.Fatalf("the body of the dashboard is not JSON: %v\n%s", err, text.String())
	}
	return board.Widgets
}

func TestTheDashboard(t *testing.T) {
	made := withMonitoring(t, true, MonitoringProps{Dashboard: true, Alarms: true, Namespace: "Shop"})
	shown := map[string]string{}
	for _, w := range dashboard(t, made) {
		shown[w.Properties.Title] = fmt.Sprint(w.Properties.Metrics, len(w.Properties.Alarms))
		if w.X+w.Width > 24 {
			t.Errorf("%s ends at column %v, want at most 24", w.Properties.Title, w.X+w.Width)
		}
	}
	for title, want := range map[string][]string{
		"Alarms":                                    {"9"},
		"direct: requests":                          {"AWS/ApiGateway Count", "4XXError", "5XXError", "Apis/Orders direct malformed results"},
		"direct: latency in ms":                     {"stat:p50", "p90", "p99"},
		"direct: integration and function in ms":    {"IntegrationLatency", "AWS/Lambda Duration"},
		"mapped: requests":                          {"Apis/Orders mapped broken integrations"},
		"direct/Function: invocations":              {"Invocations", "Errors", "Throttles"},
		"direct/Function: at once, and cold starts": {"ConcurrentExecutions", "Shop ColdStart FunctionName", "yAxis:right"},
		"direct/Function: failures by rule":         {`SEARCH('{"Shop",FunctionName,Rule} MetricName="Failures" FunctionName=`},
	} {
		for _, part := range want {
			if !strings.Contains(shown[title], part) {
				t.Errorf("%s: shows %s, want %q in it", title, shown[title], part)
			}
		}
	}
}

// The patterns count the lines that they are about, in logs that were published and in
// those that this engine writes.
func TestFilterPatternsCountPublishedLines(t *testing.T) {
	patterns := map[string]string{}
	for _, f := range withMonitoring(t, true, MonitoringProps{Dashboard: true}).of("AWS::Logs::MetricFilter") {
		transformation := f["MetricTransformations"].([]any)[0].(object)
		patterns[fmt.Sprint(transformation["MetricName"])] = fmt.Sprint(f["FilterPattern"])
		if transformation["MetricValue"] != "1" || transformation["DefaultValue"] != nil {
			t.Errorf("the filter %v, want 1 for each line, and no value otherwise, which would cost", transformation)
		}
	}
	malformed, broken := patterns["direct malformed results"], patterns["mapped broken integrations"]
	files, err := filepath.Glob(filepath.Join("..", "internal", "explain", "testdata", "execution", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no published logs: %v", err)
	}
	counted := map[string][2]int{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(text), "\n")
		if got, want := count(t, malformed, lines), strings.Count(string(text), "Malformed Lambda proxy response"); got != want {
			t.Errorf("%s: %d malformed results, want %d", file, got, want)
		}
		counted[strings.TrimSuffix(filepath.Base(file), ".txt")] = [2]int{count(t, malformed, lines), count(t, broken, lines)}
	}
	for file, want := range map[string][2]int{
		"missing-envelope": {1, 1}, "body-not-string": {1, 1}, "result-null": {1, 1}, "lambda-throttled-2018": {1, 1},
		"lambda-throttled": {0, 0}, "function-error": {0, 0}, "function-timeout": {0, 0}, "gateway-timeout": {0, 0},
		"good-proxy": {0, 0}, "good-mapped": {0, 0}, "function-chose-the-status": {0, 0},
		"invoke-permission-missing": {0, 1}, "response-template-failed": {0, 1}, "method-response-missing": {0, 1}, "selection-pattern-none-matches": {0, 1},
	} {
		if got := counted[file]; got != want {
			t.Errorf("%s: %d malformed results and %d broken integrations, want %d and %d", file, got[0], got[1], want[0], want[1])
		}
	}
}

func count(t *testing.T, pattern string, lines []string) (n int) {
	t.Helper()
	for _, line := range lines {
		matches, err := logquery.MatchFilterPattern(pattern, line)
		if err != nil {
			t.Fatal(err)
		}
		if matches {
			n++
		}
	}
	return n
}

// What this engine logs of requests is found by filters and queries as what AWS logs is.
func TestFiltersAndQueriesFindWhatTheEngineLogs(t *testing.T) {
	made := withMonitoring(t, true, MonitoringProps{Dashboard: true, Alarms: true, Queries: true})
	result := ""
	access := make(chan string, 1)
	server := apitest.New(t, made.dir, apitest.AccessLog(func(line string) { access <- line }),
		apitest.Handler("Orders/direct/Function", func() (json.RawMessage, error) {
			if message, failed := strings.CutPrefix(result, "error: "); failed {
				return nil, fmt.Errorf("%s", message)
			}
			return json.RawMessage(result), nil
		}),
		apitest.Handler("Orders/mapped/Function", func() (string, error) { return "", nil }))
	for _, c := range []struct {
		rule, result, path string
		malformed          int
		execution, access  string // the last parts of the names of queries
	}{
		{"a good result", `{"statusCode":200,"body":""}`, "/", 0, "", ""},
		{"a result without the envelope", `{"Hello":"World"}`, "/", 1, "Malformed Lambda proxy response", "502 Internal server error"},
		{"a body that is an object", `{"statusCode":200,"body":{}}`, "/", 1, "Malformed Lambda proxy response", "502 Internal server error"},
		{"a function error", "error: no", "/", 0, "customer function error:…. Lambda request id:", "502 Internal server error"},
		{"a status of its own", `{"statusCode":500,"body":"Internal server error"}`, "/", 0, "", ""},
		{"no such path", "", "/none", 0, "", "403 Missing Authentication Token"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			result = c.result
			response, err := server.Client().Get(server.URL("direct") + c.path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, response.Body); err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			lines := server.Record(response).ExecutionLog()
			if got := count(t, malformedPattern, lines); got != c.malformed {
				t.Errorf("%d malformed results, want %d:\n%s", got, c.malformed, strings.Join(lines, "\n"))
			}
			find := func(folder string, lines []string) (names []string) {
				for _, q := range made.of("AWS::Logs::QueryDefinition") {
					name := fmt.Sprint(q["Name"])
					found, err := logquery.Run(fmt.Sprint(q["QueryString"]), lines)
					if err != nil {
						t.Errorf("%s: %v", name, err)
					}
					if last, ok := strings.CutPrefix(name, "Orders/"+folder+"/"); ok && len(found) > 0 {
						names = append(names, last)
					}
				}
				return names
			}
			if got := find("execution log", lines); c.execution == "" && len(got) > 0 || c.execution != "" && !slices.Contains(got, c.execution) {
				t.Errorf("the queries %q find the execution log, want %q", got, c.execution)
			}
			line := <-access
			if got := find("client sees", []string{line}); c.access == "" && len(got) > 0 || c.access != "" && !slices.Contains(got, c.access) {
				t.Errorf("the queries %q find the access log, want %q: %s", got, c.access, line)
			}
			if !json.Valid([]byte(line)) {
				t.Errorf("the access log has a line that is not JSON: %s", line)
			}
			explained := 0
			if err := explain.Read(strings.NewReader(line), "", func(e explain.Explanation) error {
				explained++
				if e.Input != "access log" || len(e.Causes) == 0 && c.access != "" {
					t.Errorf("explained as %s with %d causes, want an access log with causes if it is a failure: %s", e.Input, len(e.Causes), line)
				}
				return nil
			}); err != nil || explained != 1 {
				t.Errorf("%d explanations (error %v), want one: %s", explained, err, line)
			}
		})
	}
}

func TestQueriesReadTheLogsOfTheStack(t *testing.T) {
	folders := map[string]int{}
	for _, q := range withMonitoring(t, true, MonitoringProps{Queries: true}).of("AWS::Logs::QueryDefinition") {
		parts := strings.Split(fmt.Sprint(q["Name"]), "/")
		folders[parts[1]]++
		if groups := len(q["LogGroupNames"].([]any)); len(parts) != 3 || parts[0] != "Orders" || groups != 2 {
			t.Errorf("query %s reads %d log groups, want a name of three parts below Orders, and 2 groups", q["Name"], groups)
		}
		if name := fmt.Sprint(q["Name"]); len(name) > 255 {
			t.Errorf("the name %s has %d bytes, want at most 255", name, len(name))
		}
	}
	var want []struct{ Log string }
	if err := json.Unmarshal(queriesFile, &want); err != nil {
		t.Fatal(err)
	}
	if total := folders["client sees"] + folders["execution log"] + folders["function log"]; total != len(want) || folders["client sees"] == 0 || folders["function log"] == 0 {
		t.Errorf("queries by folder are %v, want %d in all three", folders, len(want))
	}
	if got := len(withMonitoring(t, false, MonitoringProps{Queries: true}).of("AWS::Logs::QueryDefinition")); got != folders["function log"] {
		t.Errorf("%d queries without logs of the APIs, want those of functions alone, %d", got, folders["function log"])
	}
}

func TestTheAccessLogHasEverythingThatExplainsAFailure(t *testing.T) {
	format := accessLogFormat()
	var members map[string]string
	if err := json.Unmarshal([]byte(format), &members); err != nil {
		t.Fatalf("the format is not JSON: %v", err)
	}
	if len(members) != len(accessLogFields) || len(format) > 3000 {
		t.Errorf("%d members of %d characters, want %d with different names, and at most 3000", len(members), len(format), len(accessLogFields))
	}
	variable := regexp.MustCompile(`^\$context(\.[a-zA-Z]+)+$`)
	for name, value := range members {
		if !variable.MatchString(value) {
			t.Errorf("%s is %s, want a variable", name, value)
		}
	}
	for _, want := range []string{
		"requestId", "extendedRequestId", "xrayTraceId", "error.message", "error.responseType", "error.validationErrorString",
		"integration.error", "integration.status", "integration.integrationStatus", "integration.latency", "integration.requestId",
		"authorizer.error", "authorizer.status", "authorizer.latency", "authorize.error", "authenticate.error", "waf.error", "waf.status",
		"identity.sourceIp", "protocol", "resourcePath", "path", "status",
	} {
		if !strings.Contains(format, `"$context.`+want+`"`) {
			t.Errorf("the format lacks $context.%s", want)
		}
	}
	if strings.ContainsAny(format, "\r\n") {
		t.Error("the format has several lines, want one")
	}
}

// The topic that props name gets the alarms, and none is made.
func TestAlarmsToATopic(t *testing.T) {
	app, stack := app(true)
	topic := awssns.Topic_FromTopicArn(stack, jsii.String("Pager"), jsii.String("arn:aws:sns:eu-west-1:123456789012:pager"))
	NewMonitoring(stack, "Monitoring", &MonitoringProps{Alarms: true, Topic: topic})
	made := synth(t, app)
	for name, a := range alarms(t, made) {
		if want := []any{"arn:aws:sns:eu-west-1:123456789012:pager"}; !slices.Equal(a.AlarmActions, want) {
			t.Errorf("%s: actions %v, want %v", name, a.AlarmActions, want)
		}
	}
	if got := len(made.of("AWS::SNS::Topic")); got != 0 {
		t.Errorf("%d topics, want none", got)
	}
}
