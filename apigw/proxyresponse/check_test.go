package proxyresponse

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func assertEqual[T any](t *testing.T, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %#v\nwant %#v", got, want)
	}
}

// headerLines returns a header as text for comparing: "Name: v1, v2" for each
// field.
func headerLines(h Header) string {
	var lines []string
	for _, field := range h {
		lines = append(lines, field.Name+": "+strings.Join(field.Values, ", "))
	}
	return strings.Join(lines, "\n")
}

func ruleIDs(findings []Violation) []string {
	var ids []string
	for _, f := range findings {
		ids = append(ids, f.Rule)
	}
	return ids
}

const (
	defaultHeader = "Content-Type: application/json"
	errorHeader   = "Content-Type: application/json\nx-amzn-ErrorType: InternalServerErrorException"
	errorBody     = `{"message": "Internal server error"}`
)

// contract has what API Gateway makes of results. The cases with the evidence
// Recorded are responses of the real service.
var contract = []struct {
	name     string
	in       Invocation
	status   int
	header   string
	body     string
	rule     string
	evidence Evidence
}{
	{"a status alone", payload(`{"statusCode":200}`), 200, defaultHeader, "", "body-absent", Recorded},
	{"an empty object", payload(`{}`), 200, defaultHeader, "", "empty-object", Recorded},
	{"headers alone", payload(`{"headers":{"test-header":"value"}}`), 200, "test-header: value\n" + defaultHeader, "", "status-missing", Recorded},
	{"a key too many", payload(`{"statusCode":200,"wrongValue":"value"}`), 502, errorHeader, errorBody, "unknown-key", Recorded},
	{"a status of digits in quotes", payload(`{"statusCode":"201"}`), 201, defaultHeader, "", "status-numeric-string", Recorded},
	{"a status that is a word", payload(`{"statusCode":"test"}`), 502, errorHeader, errorBody, "status-not-number", Recorded},
	{"a status of null", payload(`{"statusCode":null}`), 200, defaultHeader, "", "status-zero", Assumed},
	{"a status of 0", payload(`{"statusCode":0}`), 200, defaultHeader, "", "status-zero", Assumed},
	{"another ordinary status", payload(`{"statusCode":300,"body":"x","headers":{"content-type":"text/plain"}}`), 300, "content-type: text/plain", "x", "status-passed-through", Recorded},
	{"a whole float as status", payload(`{"statusCode":200.0}`), 200, defaultHeader, "", "status-float", Assumed},
	{"a status with a fraction", payload(`{"statusCode":200.5}`), 502, errorHeader, errorBody, "status-fraction", Assumed},
	{"headers of null", payload(`{"statusCode":200,"headers":null}`), 200, defaultHeader, "", "headers-null", Recorded},
	{"a header of true", payload(`{"statusCode":200,"headers":{"test-header":true}}`), 200, "test-header: true\n" + defaultHeader, "", "header-value-boolean", Recorded},
	{"a header of false", payload(`{"statusCode":200,"headers":{"test-header":false}}`), 200, "test-header: false\n" + defaultHeader, "", "header-value-boolean", Recorded},
	{"a header that is a number", payload(`{"statusCode":200,"headers":{"test-header":1.5}}`), 200, "test-header: 1.5\n" + defaultHeader, "", "header-value-number", Assumed},
	{"a header of null", payload(`{"headers":{"a":null}}`), 502, errorHeader, errorBody, "header-value-not-string", Assumed},
	{"a header that is a list", payload(`{"headers":{"a":["1"]}}`), 502, errorHeader, errorBody, "header-value-not-string", Assumed},
	{"a header that is an object", payload(`{"headers":{"a":{}}}`), 502, errorHeader, errorBody, "header-value-not-string", Assumed},
	{"headers that are a list", payload(`{"headers":[]}`), 502, errorHeader, errorBody, "headers-not-object", Assumed},
	{"headers that are a string", payload(`{"headers":"a: b"}`), 502, errorHeader, errorBody, "headers-not-object", Assumed},
	{"lists in multiValueHeaders", payload(`{"statusCode":200,"multiValueHeaders":{"test-multi":["value1","value2"]}}`), 200, "test-multi: value1, value2\n" + defaultHeader, "", "multi-value-headers", Recorded},
	{"a string in multiValueHeaders", payload(`{"statusCode":200,"multiValueHeaders":{"test-multi":"value1"}}`), 502, errorHeader, errorBody, "multi-value-not-list", Recorded},
	{"multiValueHeaders of null", payload(`{"multiValueHeaders":null}`), 200, defaultHeader, "", "multi-value-headers-null", Assumed},
	{"multiValueHeaders as an empty list", payload(`{"multiValueHeaders":[]}`), 502, errorHeader, errorBody, "multi-value-headers-not-object", Documented},
	{"just a string", payload(`"just a string"`), 502, errorHeader, errorBody, "result-is-string", Recorded},
	{"a list", payload(`[]`), 502, errorHeader, errorBody, "result-not-object", Assumed},
	{"a number", payload(`1`), 502, errorHeader, errorBody, "result-not-object", Assumed},
	{"a boolean", payload(`true`), 502, errorHeader, errorBody, "result-not-object", Assumed},
	{"null", payload(`null`), 502, errorHeader, errorBody, "result-null", Documented},
	{"text that is not JSON", payload(`Hello`), 502, errorHeader, errorBody, "result-not-json", Assumed},
	{"no body", payload(`{"statusCode":200}`), 200, defaultHeader, "", "body-absent", Recorded},
	{"a body of null", payload(`{"body":null}`), 200, defaultHeader, "", "body-null", Assumed},
	{"a body that is an object", payload(`{"statusCode":200,"body":{"hey":"dude"}}`), 502, errorHeader, errorBody, "body-not-string", Documented},
	{"a body that is a number", payload(`{"body":1}`), 502, errorHeader, errorBody, "body-other-type", Assumed},
	{"a body that is a boolean", payload(`{"body":false}`), 502, errorHeader, errorBody, "body-other-type", Assumed},
	{"a function error around a good envelope", Invocation{Payload: []byte(`{"statusCode":200}`), FunctionError: "Unhandled"}, 502, errorHeader, errorBody, "function-error", Documented},
	{"an error object without a function error", payload(`{"errorMessage":"boom","errorType":"E"}`), 502, errorHeader, errorBody, "error-object-returned", Assumed},

	{"Content-Type is added", payload(`{"statusCode":200,"body":"{}"}`), 200, defaultHeader, "{}", "content-type-default", Recorded},
	{"content-type of any letter case replaces the default", payload(`{"headers":{"cOnTent-tYpe":"text/html"}}`), 200, "cOnTent-tYpe: text/html", "", "content-type-default", Recorded},
	{
		"values of both maps, spelling of multiValueHeaders",
		payload(`{"headers":{"TEst-multi":"value-solo"},"multiValueHeaders":{"tesT-Multi":["value-multi"]}}`),
		200, "tesT-Multi: value-multi, value-solo\n" + defaultHeader, "", "header-in-both-maps", Recorded,
	},
	{"letter case of other headers is kept", payload(`{"headers":{"tEST-heaDER":"v"}}`), 200, "tEST-heaDER: v\n" + defaultHeader, "", "header-in-both-maps", Recorded},

	{"a matching Accept decodes", binary("image/png", "image/png"), 200, "Content-Type: image/png", "Hi", "base64-not-decoded", Recorded},
	{"no binaryMediaTypes, no decoding", binary("image/png"), 200, "Content-Type: image/png", "SGk=", "base64-not-decoded", Recorded},
	{"no Accept, no decoding", binary("", "image/png"), 200, "Content-Type: image/png", "SGk=", "base64-not-decoded", Recorded},
	{"Content-Type plays no part", binary("text/html", "image/png"), 200, "Content-Type: image/png", "SGk=", "base64-not-decoded", Recorded},
	{"only the first Accept entry counts: hit", binary("image/png,text/html", "image/png"), 200, "Content-Type: image/png", "Hi", "base64-not-decoded", Recorded},
	{"only the first Accept entry counts: miss", binary("text/html,image/png", "image/png"), 200, "Content-Type: image/png", "SGk=", "base64-not-decoded", Recorded},
	{"Accept */* does not match a type", binary("*/*", "image/png"), 200, "Content-Type: image/png", "SGk=", "base64-not-decoded", Recorded},
	{"Accept image/* does not match a type", binary("image/*", "image/png"), 200, "Content-Type: image/png", "SGk=", "base64-not-decoded", Recorded},
	{"application/* matches a subtype", binary("application/whatever", "application/*"), 200, "Content-Type: image/png", "Hi", "base64-not-decoded", Recorded},
	{"application/* matches itself", binary("application/*", "application/*"), 200, "Content-Type: image/png", "Hi", "base64-not-decoded", Recorded},
	{"*/test never matches", binary("application/test", "*/test"), 200, "Content-Type: image/png", "SGk=", "base64-not-decoded", Recorded},
	{"*/* matches every type", binary("text/html", "*/*"), 200, "Content-Type: image/png", "Hi", "base64-not-decoded", Documented},
	{"a malformed Accept does not match", binary("application", "application/*"), 200, "Content-Type: image/png", "SGk=", "base64-not-decoded", Recorded},
	{
		"without the flag text stays text",
		Invocation{Payload: []byte(`{"body":"SGk=","headers":{"a":"b"},"isBase64Encoded":false}`), Accept: "image/png", BinaryMediaTypes: []string{"image/png"}},
		200, "a: b\n" + defaultHeader, "SGk=", "base64-flag-missing", Recorded,
	},
	{
		"decoding what is not base64 is a 500",
		Invocation{Payload: []byte(`{"body":"this is not base64","isBase64Encoded":true}`), Accept: "image/png", BinaryMediaTypes: []string{"image/png"}},
		500, errorHeader, errorBody, "base64-invalid", Recorded,
	},
}

func payload(text string) Invocation { return Invocation{Payload: []byte(text)} }

func binary(accept string, types ...string) Invocation {
	return Invocation{
		Payload:          []byte(`{"headers":{"Content-Type":"image/png"},"body":"SGk=","isBase64Encoded":true}`),
		Accept:           accept,
		BinaryMediaTypes: types,
	}
}

func TestCheckReturnsTheResponseOfTheContract(t *testing.T) {
	for _, tc := range contract {
		t.Run(tc.name, func(t *testing.T) {
			v := tc.in.Check()
			assertEqual(t, v.Status, tc.status)
			assertEqual(t, headerLines(v.Header), tc.header)
			assertEqual(t, string(v.Body), tc.body)
			assertEqual(t, v.OK(), tc.header != errorHeader)
			if !v.OK() {
				assertEqual(t, ruleIDs(v.Violations), []string{tc.rule})
			}
		})
	}
}

func TestEveryCaseOfTheContractHasTheEvidenceOfItsRule(t *testing.T) {
	for _, tc := range contract {
		rule, ok := Lookup(tc.rule)
		if !ok {
			t.Errorf("%s: got no rule %q, want one", tc.name, tc.rule)
		}
		exception := tc.name == "*/* matches every type" // the guide adds it to what was recorded
		if rule.Evidence != tc.evidence && !exception {
			t.Errorf("%s: rule %s: got the evidence %s, want %s", tc.name, tc.rule, rule.Evidence, tc.evidence)
		}
	}
}

func TestEveryRecordedResultIsInTheContract(t *testing.T) {
	for _, rule := range Rules() {
		if rule.About != Result || rule.Evidence != Recorded {
			continue
		}
		found := false
		for _, tc := range contract {
			found = found || tc.rule == rule.ID && tc.evidence == Recorded
		}
		if !found {
			t.Errorf("%s: got no recorded case in the contract, want one", rule.ID)
		}
	}
}

func TestCheckNamesRuleAndPlace(t *testing.T) {
	matching := Invocation{Accept: "image/png", BinaryMediaTypes: []string{"image/png"}}
	with := func(in Invocation, text string) Invocation { in.Payload = []byte(text); return in }
	for _, tc := range []struct {
		name       string
		in         Invocation
		violations []string // "rule path got"
		notes      []string
	}{
		{name: "a good envelope", in: payload(`{"statusCode":200,"headers":{"A":"b"},"body":"{}"}`)},
		{name: "space around everything", in: payload(" {\n \"statusCode\" : 200 , \"body\" : \"{}\" }\n")},
		{name: "escaped keys", in: payload(`{"\u0073tatusCode":200}`)},
		{name: "no bytes", in: payload(" \n"), violations: []string{"result-empty $ "}},
		{name: "broken JSON", in: payload(`{"statusCode":200`), violations: []string{`result-not-json $ {"statusCode":200`}},
		{name: "space that is not one of JSON", in: payload("\v{}"), violations: []string{"result-not-json $ \v{}"}},
		{name: "an envelope in a string", in: payload(`"{}"`), violations: []string{`result-is-string $ "{}"`}},
		{name: "plain JSON is one finding", in: payload(`{"Hello":"World","n":1}`), violations: []string{`missing-envelope $ {"Hello":"World","n":1}`}},
		{
			name: "a struct without tags", in: payload(`{"StatusCode":200,"Body":"x","extra":1}`),
			violations: []string{"key-case $.StatusCode 200", `key-case $.Body "x"`, "unknown-key $.extra 1"},
		},
		{
			name: "all violations at once",
			in:   payload(`{"statusCode":"x","headers":{"A":[1],"B":{}},"multiValueHeaders":{"C":"d","E":["f",null,["g"]]},"body":{},"isBase64Encoded":1,"a b":2,"é":3}`),
			violations: []string{
				`unknown-key $["a b"] 2`, `unknown-key $["é"] 3`, `status-not-number $.statusCode "x"`,
				`multi-value-not-list $.multiValueHeaders["C"] "d"`,
				`multi-value-item-not-string $.multiValueHeaders["E"][1] null`, `multi-value-item-not-string $.multiValueHeaders["E"][2] ["g"]`,
				`header-value-not-string $.headers["A"] [1]`, `header-value-not-string $.headers["B"] {}`,
				"base64-flag-not-boolean $.isBase64Encoded 1", "body-not-string $.body {}",
			},
		},
		{name: "a status of true", in: payload(`{"statusCode":true}`), violations: []string{"status-not-number $.statusCode true"}},
		{name: "an empty status", in: payload(`{"statusCode":""}`), violations: []string{`status-not-number $.statusCode ""`}},
		{name: "a negative status", in: payload(`{"statusCode":-1}`), violations: []string{"status-out-of-range $.statusCode -1"}},
		{name: "a status of 99", in: payload(`{"statusCode":99}`), violations: []string{"status-out-of-range $.statusCode 99"}},
		{name: "a status of 600", in: payload(`{"statusCode":600}`), violations: []string{"status-out-of-range $.statusCode 600"}},
		{name: "a status beyond all numbers", in: payload(`{"statusCode":1e999}`), violations: []string{"status-out-of-range $.statusCode 1e999"}},
		{name: "a status of digits beyond all numbers", in: payload(`{"statusCode":"99999999999999999999"}`), violations: []string{`status-out-of-range $.statusCode "99999999999999999999"`}},
		{name: "a status of 0.5", in: payload(`{"statusCode":0.5}`), violations: []string{"status-fraction $.statusCode 0.5"}},
		{name: "a status of 2e2", in: payload(`{"statusCode":2e2}`), notes: []string{"status-float $.statusCode 2e2"}},
		{name: "a status of 103", in: payload(`{"statusCode":103}`), notes: []string{"status-informational $.statusCode 103"}},
		{name: "the last of two equal keys counts", in: payload(`{"statusCode":"x","statusCode":201}`)},
		{name: "a header with a line break", in: payload(`{"statusCode":200,"headers":{"A":"b\nc"}}`), violations: []string{`header-invalid $.headers["A"] "b\nc"`}},
		{name: "a header name with a space", in: payload(`{"statusCode":200,"headers":{"A B":"c"}}`), violations: []string{`header-invalid $.headers["A B"] "c"`}},
		{name: "an empty header name", in: payload(`{"statusCode":200,"multiValueHeaders":{"":["c"]}}`), violations: []string{`header-invalid $.multiValueHeaders[""][0] "c"`}},
		{name: "multiValueHeaders as a string", in: payload(`{"multiValueHeaders":""}`), violations: []string{`multi-value-headers-not-object $.multiValueHeaders ""`}},
		{name: "a body that is a list", in: payload(`{"body":[]}`), violations: []string{"body-other-type $.body []"}},
		{name: "cookies joined", in: payload(`{"statusCode":200,"headers":{"set-cookie":"a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT, b=2"}}`), notes: []string{`set-cookie-joined $.headers["set-cookie"] "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT, b=2"`}},
		{name: "one cookie with a date", in: payload(`{"statusCode":200,"headers":{"Set-Cookie":"a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/"}}`)},
		{name: "a body encoded twice", in: payload(`{"statusCode":200,"body":"\"{\\\"a\\\":1}\""}`), notes: []string{`body-double-encoded $.body "\"{\\\"a\\\":1}\""`}},
		{name: "a body that is a JSON string", in: payload(`{"statusCode":200,"body":"\"Ada\""}`)},
		{name: "an envelope in the body", in: payload(`{"statusCode":200,"body":"{\"statusCode\":404,\"body\":\"\"}"}`), notes: []string{`envelope-in-body $.body "{\"statusCode\":404,\"body\":\"\"}"`}},
		{name: "a body that mentions a statusCode", in: payload(`{"statusCode":200,"body":"{\"statusCode\":404,\"reason\":\"\"}"}`)},
		{name: "text without a Content-Type", in: payload(`{"statusCode":200,"body":"Hello"}`), notes: []string{`content-type-default $.body "Hello"`}},
		{name: "an empty body without a Content-Type", in: payload(`{"statusCode":200,"body":" "}`)},
		{name: "base64 that is not decoded", in: payload(`{"statusCode":200,"body":"SGk=","isBase64Encoded":true}`), notes: []string{`base64-not-decoded $.body "SGk="`}},
		{name: "an empty base64 body", in: payload(`{"statusCode":200,"body":"","isBase64Encoded":true}`)},
		{name: "bad base64 that is not decoded", in: payload(`{"statusCode":200,"body":"%","isBase64Encoded":true}`), notes: []string{`base64-invalid $.body "%"`}},
		{
			name: "bad base64 and another violation", in: with(matching, `{"statusCode":"x","body":"%","isBase64Encoded":true}`),
			violations: []string{`status-not-number $.statusCode "x"`, `base64-invalid $.body "%"`},
		},
		{name: "a flag of null", in: payload(`{"statusCode":200,"isBase64Encoded":null}`)},
		{name: "a header that is dropped", in: payload(`{"statusCode":200,"headers":{"transfer-encoding":"chunked"}}`), notes: []string{`header-dropped $.headers["transfer-encoding"] "chunked"`}},
		{name: "a header that is renamed", in: payload(`{"statusCode":200,"multiValueHeaders":{"Date":["now"]}}`), notes: []string{`header-remapped $.multiValueHeaders["Date"][0] "now"`}},
		{
			name: "a star with credentials", in: payload(`{"statusCode":200,"headers":{"access-control-allow-origin":"*","Access-Control-Allow-Credentials":"true"}}`),
			notes: []string{"cors-star-with-credentials $ Access-Control-Allow-Origin: *, Access-Control-Allow-Credentials: true"},
		},
		{
			name: "several origins", in: payload(`{"statusCode":200,"multiValueHeaders":{"Access-Control-Allow-Origin":["https://a","https://b"]}}`),
			notes: []string{"cors-several-origins $ Access-Control-Allow-Origin: https://a, https://b"},
		},
		{name: "one origin with credentials", in: payload(`{"statusCode":200,"headers":{"Access-Control-Allow-Origin":"https://a","Access-Control-Allow-Credentials":"true"}}`)},
		{
			name: "what is there is shortened", in: payload(`{"statusCode":200,"body":{"a":"` + strings.Repeat("é", 100) + `"}}`),
			violations: []string{`body-not-string $.body {"a":"` + strings.Repeat("é", 35) + `…`},
		},
		{name: "too large", in: payload(`{"body":"` + strings.Repeat("x", MaxPayload) + `"}`), violations: []string{`response-too-large $ {"body":"` + strings.Repeat("x", 68) + "…"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			v := tc.in.Check()
			assertEqual(t, describe(v.Violations), tc.violations)
			assertEqual(t, describe(v.Notes), tc.notes)
			for _, f := range slices.Concat(v.Violations, v.Notes) {
				rule, _ := Lookup(f.Rule)
				assertEqual(t, [3]string{f.Title, f.Fix, string(f.Evidence)}, [3]string{rule.Title, rule.Fix, string(rule.Evidence)})
			}
		})
	}
}

func describe(findings []Violation) []string {
	var texts []string
	for _, f := range findings {
		texts = append(texts, f.Rule+" "+f.Path+" "+f.Got)
	}
	return texts
}

func TestCheckSendsHeadersAsTheGatewayDoes(t *testing.T) {
	for _, tc := range []struct{ name, payload, want string }{
		{"a value in both maps is sent once", `{"headers":{"a":"1"},"multiValueHeaders":{"A":["1","2"]}}`, "A: 1, 2"},
		{"a value twice in one list is sent twice", `{"multiValueHeaders":{"A":["1","1"]}}`, "A: 1, 1"},
		{"two spellings in one map are one header", `{"headers":{"set-cookie":"a=1","Set-Cookie":"b=2"}}`, "set-cookie: a=1, b=2"},
		{"an empty list sends nothing", `{"multiValueHeaders":{"A":[]}}`, ""},
		{"booleans and numbers in lists are text", `{"multiValueHeaders":{"A":[true,1]}}`, "A: true, 1"},
		{"renamed headers keep their spelling", `{"headers":{"connection":"close","WWW-Authenticate":"Basic"}}`, "x-amzn-Remapped-connection: close\nx-amzn-Remapped-WWW-Authenticate: Basic"},
		{"Transfer-Encoding is dropped", `{"headers":{"Transfer-Encoding":"chunked"}}`, ""},
		{"bytes that are not UTF-8 are replaced", "{\"headers\":{\"A\":\"\xff\"}}", "A: \uFFFD"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			v := Check([]byte(tc.payload))
			assertEqual(t, ruleIDs(v.Violations), nil)
			want := strings.TrimPrefix(tc.want+"\n"+defaultHeader, "\n")
			assertEqual(t, headerLines(v.Header), want)
		})
	}
}

func TestCheckMergesLongHeaders(t *testing.T) {
	var multi, single, want []string
	for i := range 40 {
		multi = append(multi, fmt.Sprintf(`"X-%d":["a"]`, i))
		single = append(single, fmt.Sprintf(`"x-%d":"b"`, i))
		want = append(want, fmt.Sprintf("X-%d: a, b", i))
	}
	v := Check([]byte(`{"headers":{` + strings.Join(single, ",") + `},"multiValueHeaders":{` + strings.Join(multi, ",") + `}}`))
	assertEqual(t, headerLines(v.Header), strings.Join(append(want, defaultHeader), "\n"))
}

func TestCheckReplacesWhatIsNotUTF8InTheBody(t *testing.T) {
	assertEqual(t, string(Check([]byte("{\"body\":\"a\xff\"}")).Body), "a\uFFFD")
}

func TestCheckWritesTheLogOfTheGateway(t *testing.T) {
	failed := Invocation{Payload: []byte(`{"errorMessage":"boom","errorType":"E"}`), FunctionError: "Unhandled", RequestID: "8a6e"}
	for _, tc := range []struct {
		name string
		in   Invocation
		want string
	}{
		{"accepted", payload(`{}`), "Successfully completed execution"},
		{"malformed", payload(`[]`), "Execution failed due to configuration error: Malformed Lambda proxy response"},
		{"bad base64", contract[len(contract)-1].in, "Execution failed due to configuration error: Unable to base64 decode the body."},
		{"function error", failed, "Lambda execution failed with status 200 due to customer function error: boom. Lambda request id: 8a6e"},
		{"function error without an error object", Invocation{FunctionError: "Unhandled"}, "Lambda execution failed with status 200 due to customer function error: . Lambda request id: "},
		{
			"too large", payload(strings.Repeat(" ", MaxPayload+1)),
			"Lambda execution failed with status 200 due to customer function error: Response payload size exceeded maximum allowed payload size (6291556 bytes).. Lambda request id: ",
		},
	} {
		t.Run(tc.name, func(t *testing.T) { assertEqual(t, tc.in.Check().Log, tc.want) })
	}
}

func TestCheckDoesNotShareMemoryWithThePayload(t *testing.T) {
	text := []byte(`{"statusCode":200,"body":"plain"}`)
	v := Check(text)
	clear(text)
	assertEqual(t, string(v.Body), "plain")
}

// Each payload is a quarter of what Lambda allows; a check in quadratic time
// would take minutes.
func TestCheckTakesLinearTime(t *testing.T) {
	fill := func(prefix, suffix string, item func(i int) string) string {
		var b strings.Builder
		b.WriteString(prefix)
		for i := 0; b.Len() < MaxPayload/4; i++ {
			b.WriteString(item(i))
		}
		return b.String() + suffix
	}
	mixedCase := func(i int) string { // the letters of one name, in ever different letter case
		name := []byte("aaaaaaaaaaaaaaaaaaaa")
		for bit := range name {
			name[bit] -= byte(i>>bit&1) * ('a' - 'A')
		}
		return string(name)
	}
	for name, payload := range map[string]string{
		"unknown keys":        fill(`{"body":""`, `}`, func(i int) string { return fmt.Sprintf(`,"k%d":0`, i) }),
		"header names":        fill(`{"headers":{"a":"b"`, `}}`, func(i int) string { return fmt.Sprintf(`,"k%d":""`, i) }),
		"bad header values":   fill(`{"headers":{"a":"b"`, `}}`, func(i int) string { return fmt.Sprintf(`,"k%d":[]`, i) }),
		"spellings of a name": fill(`{"multiValueHeaders":{"aaaaaaaaaaaaaaaaaaaa":["1","2","3"]},"headers":{"a":"b"`, `}}`, func(i int) string { return `,"` + mixedCase(i) + `":""` }),
		"values of a name":    fill(`{"multiValueHeaders":{"a":["b"`, `]},"headers":{"a":"x","A":"y"}}`, func(i int) string { return `,"v"` }),
		"remapped values":     fill(`{"multiValueHeaders":{"Date":["b"`, `]}}`, func(i int) string { return `,"v"` }),
		"backslashes":         fill(`{"body":"`, `"}`, func(int) string { return `\\` }),
		"commas in a cookie":  fill(`{"headers":{"Set-Cookie":"a=b`, `"}}`, func(int) string { return `,` }),
		"nested lists":        strings.Repeat("[", MaxPayload/4),
		"nested body":         `{"body":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			v := Check([]byte(payload))
			if len(v.Violations) > 100 || len(v.Notes) > 100 {
				t.Errorf("got %d violations and %d notes, want at most 100 of each", len(v.Violations), len(v.Notes))
			}
		})
	}
}

// A check may allocate a little more than encoding/json does for the same bytes.
func TestCheckAllocatesLittle(t *testing.T) {
	text := typicalResult()
	decode := testing.AllocsPerRun(100, func() { decodeEnvelope(text) })
	check := testing.AllocsPerRun(100, func() { Check(text) })
	if check > decode+10 {
		t.Errorf("got %.0f allocations of Check, want at most 10 more than the %.0f of encoding/json", check, decode)
	}
}

// typicalResult returns an envelope of 1 KiB with the headers that functions send.
func typicalResult() []byte {
	r := JSON(200, map[string]string{"Hello": strings.Repeat("World ", 112)}).
		WithHeader("Cache-Control", "max-age=60").
		WithHeader("ETag", `"33a64df551425fcc55e4d42a148795d9f25f89d4"`).
		WithHeader("Access-Control-Allow-Origin", "https://www.example.com").
		WithHeader("Vary", "Origin").
		WithHeader("Set-Cookie", "a=1", "b=2")
	text, err := r.MarshalJSON()
	if err != nil {
		panic(err)
	}
	return text
}

func decodeEnvelope(text []byte) {
	var e envelope
	if err := json.Unmarshal(text, &e); err != nil {
		panic(err)
	}
}

func BenchmarkCheck(b *testing.B) {
	text := typicalResult()
	b.Logf("payload of %d bytes", len(text))
	var nsDecode, nsCheck float64
	b.Run("encoding-json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			decodeEnvelope(text)
		}
		nsDecode = float64(b.Elapsed().Nanoseconds()) / float64(b.N)
	})
	b.Run("valid-1KiB", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Check(text)
		}
		nsCheck = float64(b.Elapsed().Nanoseconds()) / float64(b.N)
		b.ReportMetric(nsCheck/nsDecode, "x-encoding-json")
	})
	b.Run("malformed", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Check([]byte(`{"Hello":"World"}`))
		}
	})
}

func TestTheFixOfCookiesNamesTheFormat(t *testing.T) {
	v := Check([]byte(`{"statusCode":200,"body":"x","cookies":["a=1"],"other":1}`))
	if v.Status != 502 || len(v.Violations) != 2 {
		t.Fatalf("got %d and %+v, want 502 and two violations", v.Status, v.Violations)
	}
	if fix := v.Violations[0].Fix; !strings.Contains(fix, "format 2.0") || !strings.Contains(fix, "multiValueHeaders") {
		t.Errorf("got the fix %q, want one that names the format 2.0 and multiValueHeaders", fix)
	}
	if fix := v.Violations[1].Fix; strings.Contains(fix, "2.0") {
		t.Errorf("got the fix %q for another member, want the general one", fix)
	}
}
