package rules_test

import (
	"regexp"
	"strings"
	"testing"

	"example.com/apigw/internal/rules"
)

func TestFindReadsTheSentencesOfTheRulebook(t *testing.T) {
	const failed = "Execution failed due to configuration error: "
	for _, c := range []struct {
		name  string
		in    rules.Place
		lines []string
		want  string // the first rule; empty for none
	}{
		{"a sentence without placeholders", rules.ExecutionLog, []string{failed + "Invalid permissions on Lambda function"}, "invoke-permission-missing"},
		{"a sentence with a value", rules.ExecutionLog, []string{failed + "Output mapping refers to an invalid method response: 418"}, "method-response-missing"},
		{"a value in the middle", rules.ExecutionLog, []string{failed + "Integration response of reported length 20000000 is larger than allowed maximum of 10485760 bytes."}, "backend-response-too-large"},
		{"the more particular rule goes first", rules.ExecutionLog, []string{"Lambda invocation failed with status: 429. Lambda request id: 1", failed + "Rate Exceeded."}, "lambda-throttled"},
		{"all lines of a rule must be there", rules.ExecutionLog, []string{"Lambda invocation failed with status: 403. Lambda request id: 1"}, "lambda-refused"},
		{"a sentence that is cut off", rules.ExecutionLog, []string{"Request body does not match model schema for content type application/json: [object has [TRUNCATED]"}, "body-invalid"},
		{"a sentence of an older log", rules.ExecutionLog, []string{failed + "statusCode should be an integer which defined in request template"}, "mock-status-missing"},
		{"a sign is a part of a line", rules.FunctionLog, []string{"2026-11-26T02:27:03Z 5f1 Task timed out after 3.00 seconds"}, "function-timeout"},
		{"a sign counts in its place alone", rules.ExecutionLog, []string{"Task timed out after 3.00 seconds"}, ""},
		{"a good end shows nothing", rules.ExecutionLog, []string{"Successfully completed execution", "Method completed with status: 200"}, ""},
		{"a gateway response shows nothing by itself", rules.ExecutionLog, []string{"Gateway response type: DEFAULT_5XX with status code: 500"}, ""},
		{"the start of a sentence that is not cut off", rules.ExecutionLog, []string{failed + "Invalid permissions"}, ""},
		{"no lines", rules.ExecutionLog, nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if found := rules.Find(c.in, c.lines...); len(found) > 0 {
				got = found[0].Rule.ID
			}
			if got != c.want {
				t.Errorf("got the rule %q, want %q", got, c.want)
			}
		})
	}
}

func TestFindReturnsTheValuesOfPlaceholders(t *testing.T) {
	found := rules.Find(rules.ExecutionLog, "Key throttle limit exceeded for RestApi abc, Stage prod. Limit: 10.00 Burst: 5")
	if len(found) != 1 {
		t.Fatalf("got %d rules, want one", len(found))
	}
	for name, want := range map[string]string{"place": "RestApi abc, Stage prod", "rate": "10.00", "burst": "5"} {
		if got := found[0].Values[name]; got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// Every sentence that the engine writes is read again, with any values.
func TestEverySentenceOfTheRulebookIsFound(t *testing.T) {
	for _, rule := range rules.All() {
		if rule.Box == rules.Deployment || rule.Log == "" {
			continue
		}
		own := false
		lines := logLines(rule)
		for _, match := range rules.Find(rules.ExecutionLog, lines...) {
			own = own || match.Rule.ID == rule.ID
		}
		if shows := len(lines) > 0; own != shows {
			t.Errorf("%s: got the rule found: %v, want %v, in the lines %q", rule.ID, own, shows, lines)
		}
	}
}

func TestResponseIsThatOfTheSentence(t *testing.T) {
	for _, c := range []struct {
		rule string
		want rules.Response
		ok   bool
	}{
		{"body-not-string", rules.Response{Status: 502, Body: `{"message": "Internal server error"}`, ErrorType: "InternalServerErrorException"}, true},
		{"route-unknown", rules.Response{Status: 403, Body: `{"message":"Missing Authentication Token"}`}, true},
		{"authorizer-failed", rules.Response{Status: 500, Body: `{"message":null}`, ErrorType: "AuthorizerConfigurationException"}, true},
		{"parameters-missing", rules.Response{Status: 400, Body: `{"message": "Missing required request parameters: [names]"}`}, true},
		{"body-too-large", rules.Response{Status: 413, Body: "HTTP content length exceeded 10485760 bytes."}, true},
		{"headers-too-large", rules.Response{Body: "HTTP header is larger than 10240 bytes."}, true},
		{"signature-invalid", rules.Response{Status: 403, ErrorType: "InvalidSignatureException"}, true},
		{"function-missing", rules.Response{}, false},
	} {
		rule, _ := rules.Lookup(c.rule)
		if got, ok := rule.Response(); got != c.want || ok != c.ok {
			t.Errorf("%s: got %+v, %v; want %+v, %v", c.rule, got, ok, c.want, c.ok)
		}
	}
}

func TestAResponseAllowsWhatAClientGot(t *testing.T) {
	policy := rules.Response{Status: 403, Body: `{"Message":"User: … is not authorized to perform: …"}`}
	signature := rules.Response{Status: 403, ErrorType: "InvalidSignatureException"}
	for _, c := range []struct {
		name      string
		response  rules.Response
		status    int
		body      string
		errorType string
		want      bool
	}{
		{"what stands for anything", policy, 403, `{"Message":"User: anonymous is not authorized to perform: x"}`, "", true},
		{"blanks between parts", policy, 403, `{"Message": "User: a is not authorized to perform: x"}` + "\n", "", true},
		{"another status", policy, 500, `{"Message":"User: a is not authorized to perform: x"}`, "", false},
		{"a status that is not known", policy, 0, `{"Message":"User: a is not authorized to perform: x"}`, "", true},
		{"more text", policy, 403, `{"Message":"User: a is not authorized to perform: x"} and more`, "", false},
		{"an error type alone", signature, 403, "x", "InvalidSignatureException", true},
		{"an error type that is not there", signature, 403, "x", "", false},
	} {
		if got := c.response.Allows(c.status, c.body, c.errorType); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// logLines returns the log of a rule with values in place of its placeholders,
// without the lines that every log ends in.
func logLines(rule rules.Rule) (lines []string) {
	if strings.HasSuffix(rule.Log, " (in the log of the function)") {
		return nil
	}
	for line := range strings.SplitSeq(rule.Log, "\n") {
		if !ends.MatchString(line) {
			lines = append(lines, hole.ReplaceAllString(line, "some value"))
		}
	}
	return lines
}

var (
	ends = regexp.MustCompile(`^(Method completed|Successfully completed|Gateway response type)`)
	hole = regexp.MustCompile(`\{[a-z]+\}|<[a-zA-Z]+>`)
)
