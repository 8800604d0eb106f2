package policy

import (
	"fmt"
	"testing"
)

const (
	apiARN = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5"
	hello  = apiARN + "/prod/GET/hello"
	ada    = "arn:aws:iam::111122223333:user/ada"
)

func TestIdentityPolicies(t *testing.T) {
	statement := func(effect, action, resource string) string {
		return fmt.Sprintf(`{"Effect":"%s","Action":%s,"Resource":%s}`, effect, action, resource)
	}
	const invoke = `"execute-api:Invoke"`
	for _, test := range []struct {
		rule       string
		statements string
		want       Decision
	}{
		{"nothing allows", `[]`, ImplicitDeny},
		{"a statement allows", statement("Allow", invoke, `"`+hello+`"`), Allow},
		{"another resource", statement("Allow", invoke, `"`+apiARN+`/prod/POST/hello"`), ImplicitDeny},
		{"another action", statement("Allow", `"execute-api:ManageConnections"`, `"*"`), ImplicitDeny},
		{"actions have no case", statement("Allow", `"Execute-API:invoke"`, `"*"`), Allow},
		{"actions have wildcards", statement("Allow", `["s3:*","execute-api:Inv?ke"]`, `"*"`), Allow},
		{"resources have case", statement("Allow", invoke, `"`+apiARN+`/prod/GET/Hello"`), ImplicitDeny},
		{"* goes across slashes", statement("Allow", invoke, `"arn:aws:execute-api:*:*:a1b2c3d4e5/*/hello"`), Allow},
		{"? is one character", statement("Allow", invoke, `"`+apiARN+`/prod/GET/hell?"`), Allow},
		{"? is not none", statement("Allow", invoke, `"`+apiARN+`/prod/GET/hello?"`), ImplicitDeny},
		{"the end counts", statement("Allow", invoke, `"`+apiARN+`/prod/GET/hel"`), ImplicitDeny},
		{"a list of resources", statement("Allow", invoke, `["arn:aws:s3:::x","`+hello+`"]`), Allow},
		{"deny wins over allow, before it", `[` + statement("Deny", invoke, `"*"`) + `,` + statement("Allow", invoke, `"*"`) + `]`, ExplicitDeny},
		{"deny wins over allow, after it", `[` + statement("Allow", invoke, `"*"`) + `,` + statement("Deny", `"*"`, `"`+hello+`"`) + `]`, ExplicitDeny},
		{"a deny elsewhere does not count", `[` + statement("Allow", invoke, `"*"`) + `,` + statement("Deny", invoke, `"`+apiARN+`/prod/DELETE/*"`) + `]`, Allow},
		{"NotAction is every other", `{"Effect":"Allow","NotAction":"s3:*","Resource":"*"}`, Allow},
		{"NotAction is not the same", `{"Effect":"Allow","NotAction":"execute-api:*","Resource":"*"}`, ImplicitDeny},
		{"NotResource is every other", `{"Effect":"Deny","Action":"*","NotResource":"` + apiARN + `/prod/POST/*"}`, ExplicitDeny},
		{"NotResource is not the same", `{"Effect":"Deny","Action":"*","NotResource":"` + hello + `"}`, ImplicitDeny},
		{"variables in resources", statement("Allow", invoke, `"`+apiARN+`/prod/GET/${aws:username}"`), Allow},
		{"the value of a variable is not a pattern", statement("Allow", invoke, `"`+apiARN+`/prod/GET/${test:pattern}"`), ImplicitDeny},
		{"variables without a value match nothing", statement("Allow", invoke, `"*${aws:PrincipalTag/x}*"`), ImplicitDeny},
		{"variables may have a default", statement("Allow", invoke, `"`+apiARN+`/prod/GET/${aws:PrincipalTag/x, 'hello'}"`), Allow},
		{"an escaped * is itself", statement("Allow", invoke, `"`+apiARN+`/prod/GET/${*}"`), ImplicitDeny},
		{"a brace that does not close is text", statement("Allow", invoke, `"*${aws"`), ImplicitDeny},
	} {
		t.Run(test.rule, func(t *testing.T) {
			p, err := ParseIdentity([]byte(`{"Version":"2012-10-17","Statement":` + test.statements + `}`))
			if err != nil {
				t.Fatal(err)
			}
			got := p.Decide(Request{Action: "execute-api:Invoke", Resource: hello, Context: map[string][]string{
				"aws:UserName": {"hello"}, "test:pattern": {"*"},
			}})
			if got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
	t.Run("the version of 2008 has no variables", func(t *testing.T) {
		p, err := ParseIdentity([]byte(`{"Statement":{"Effect":"Allow","Action":"*","Resource":"` + apiARN + `/prod/GET/${aws:username}"}}`))
		if err != nil {
			t.Fatal(err)
		}
		for resource, want := range map[string]Decision{hello: ImplicitDeny, apiARN + "/prod/GET/${aws:username}": Allow} {
			if got := p.Decide(Request{Action: "a:b", Resource: resource, Context: map[string][]string{"aws:username": {"hello"}}}); got != want {
				t.Errorf("%s: got %v, want %v", resource, got, want)
			}
		}
	})
	t.Run("an escaped * matches an asterisk", func(t *testing.T) {
		p, err := ParseIdentity([]byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"` + apiARN + `/${*}/*"}}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Decide(Request{Action: "a:b", Resource: apiARN + "/*/x"}); got != Allow {
			t.Errorf("got %v, want %v", got, Allow)
		}
	})
}

func TestResourcePolicies(t *testing.T) {
	for _, test := range []struct {
		rule      string
		principal string // element and value
		resource  string
		caller    []string
		want      Decision
	}{
		{"* is everybody", `"Principal":"*"`, `execute-api:/*`, nil, Allow},
		{"AWS * is everybody", `"Principal":{"AWS":"*"}`, `execute-api:/*`, nil, Allow},
		{"a user", `"Principal":{"AWS":"` + ada + `"}`, `execute-api:/*`, []string{ada}, Allow},
		{"another user", `"Principal":{"AWS":["` + ada + `"]}`, `execute-api:/*`, []string{"arn:aws:iam::111122223333:user/bob"}, ImplicitDeny},
		{"an anonymous caller is not a user", `"Principal":{"AWS":"` + ada + `"}`, `execute-api:/*`, nil, ImplicitDeny},
		{"an account id is all in it", `"Principal":{"AWS":"111122223333"}`, `execute-api:/*`, []string{ada}, Allow},
		{"an account's root is all in it", `"Principal":{"AWS":"arn:aws:iam::111122223333:root"}`, `execute-api:/*`, []string{ada}, Allow},
		{"another account", `"Principal":{"AWS":"arn:aws:iam::999999999999:root"}`, `execute-api:/*`, []string{ada}, ImplicitDeny},
		{"what is not an ARN is in no account", `"Principal":{"AWS":"111122223333"}`, `execute-api:/*`, []string{"ada"}, ImplicitDeny},
		{"a service is not a caller of APIs", `"Principal":{"Service":"apigateway.amazonaws.com"}`, `execute-api:/*`, []string{ada}, ImplicitDeny},
		{"NotPrincipal is every other", `"NotPrincipal":{"AWS":"` + ada + `"}`, `execute-api:/*`, nil, Allow},
		{"NotPrincipal is not the same", `"NotPrincipal":{"AWS":"` + ada + `"}`, `execute-api:/*`, []string{ada}, ImplicitDeny},
		{"short resources are the API's", `"Principal":"*"`, `execute-api:/prod/GET/hello`, nil, Allow},
		{"short resources name the stage first", `"Principal":"*"`, `execute-api:/dev/*`, nil, ImplicitDeny},
		{"long resources", `"Principal":"*"`, apiARN + `/prod/*`, nil, Allow},
	} {
		t.Run(test.rule, func(t *testing.T) {
			p, err := ParseResource([]byte(`{"Version":"2012-10-17","Statement":[{"Sid":"x","Effect":"Allow",`+test.principal+`,"Action":"execute-api:Invoke","Resource":"`+test.resource+`"}]}`), apiARN)
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Decide(Request{Principals: test.caller, Action: "execute-api:Invoke", Resource: hello}); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestConditions(t *testing.T) {
	request := map[string][]string{
		"aws:SourceIp":        {"192.0.2.7"},
		"aws:UserAgent":       {"curl/8"},
		"aws:username":        {"ada"},
		"aws:CurrentTime":     {"2026-03-04T12:00:00Z"},
		"aws:EpochTime":       {"1772625600"},
		"aws:SecureTransport": {"true"},
		"aws:SourceArn":       {"arn:aws:sns:eu-west-1:111122223333:topic"},
		"test:count":          {"5"},
		"test:tags":           {"a", "b"},
		"test:six":            {"::ffff:192.0.2.7"},
	}
	for _, test := range []struct {
		rule, condition string
		want            bool
	}{
		{"IpAddress in a block", `{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}`, true},
		{"IpAddress alone", `{"IpAddress":{"aws:SourceIp":["10.0.0.1","192.0.2.7"]}}`, true},
		{"IpAddress elsewhere", `{"IpAddress":{"aws:SourceIp":"198.51.100.0/24"}}`, false},
		{"IPv4 within IPv6", `{"IpAddress":{"test:six":"192.0.2.7"}}`, true},
		{"NotIpAddress", `{"NotIpAddress":{"aws:SourceIp":["10.0.0.0/8","198.51.100.0/24"]}}`, true},
		{"NotIpAddress of one of them", `{"NotIpAddress":{"aws:SourceIp":["10.0.0.0/8","192.0.2.0/24"]}}`, false},
		{"an address that is not one", `{"IpAddress":{"aws:UserAgent":"192.0.2.0/24"}}`, false},
		{"keys have no case", `{"StringEquals":{"AWS:USERAGENT":"curl/8"}}`, true},
		{"StringEquals has case", `{"StringEquals":{"aws:UserAgent":"Curl/8"}}`, false},
		{"StringEquals has no wildcards", `{"StringEquals":{"aws:UserAgent":"curl/*"}}`, false},
		{"StringNotEquals", `{"StringNotEquals":{"aws:UserAgent":"wget"}}`, true},
		{"StringNotEquals of a missing key holds", `{"StringNotEquals":{"aws:Referer":"x"}}`, true},
		{"StringEquals of a missing key does not", `{"StringEquals":{"aws:Referer":"x"}}`, false},
		{"StringEqualsIfExists of a missing key does", `{"StringEqualsIfExists":{"aws:Referer":"x"}}`, true},
		{"StringEqualsIfExists of a key that is there", `{"StringEqualsIfExists":{"aws:UserAgent":"x"}}`, false},
		{"StringEqualsIgnoreCase", `{"StringEqualsIgnoreCase":{"aws:UserAgent":"CURL/8"}}`, true},
		{"StringNotEqualsIgnoreCase", `{"StringNotEqualsIgnoreCase":{"aws:UserAgent":"CURL/8"}}`, false},
		{"StringLike", `{"StringLike":{"aws:UserAgent":"c?rl/*"}}`, true},
		{"StringNotLike", `{"StringNotLike":{"aws:UserAgent":"c?rl/*"}}`, false},
		{"variables in values", `{"StringLike":{"aws:UserAgent":"${aws:UserAgent}"}}`, true},
		{"escaped characters in values", `{"StringEquals":{"aws:UserAgent":"curl${?}"}}`, false},
		{"variables without a value", `{"StringLike":{"aws:UserAgent":"*${aws:Referer}"}}`, false},
		{"ArnEquals has wildcards", `{"ArnEquals":{"aws:SourceArn":"arn:aws:sns:*:111122223333:t*"}}`, true},
		{"ArnLike stays within fields", `{"ArnLike":{"aws:SourceArn":"arn:aws:*:topic"}}`, false},
		{"ArnNotLike", `{"ArnNotLike":{"aws:SourceArn":"arn:aws:sqs:*:*:*"}}`, true},
		{"ArnNotEquals", `{"ArnNotEquals":{"aws:SourceArn":"arn:aws:sns:*:*:*"}}`, false},
		{"NumericEquals", `{"NumericEquals":{"test:count":5.0}}`, true},
		{"NumericNotEquals", `{"NumericNotEquals":{"test:count":"5"}}`, false},
		{"NumericLessThan", `{"NumericLessThan":{"test:count":"5"}}`, false},
		{"NumericLessThanEquals", `{"NumericLessThanEquals":{"test:count":"5"}}`, true},
		{"NumericGreaterThan", `{"NumericGreaterThan":{"test:count":["9","4"]}}`, true},
		{"NumericGreaterThanEquals", `{"NumericGreaterThanEquals":{"test:count":6}}`, false},
		{"a number that is not one", `{"NumericLessThan":{"aws:UserAgent":"5"}}`, false},
		{"DateGreaterThan", `{"DateGreaterThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}}`, true},
		{"DateLessThan of a day", `{"DateLessThan":{"aws:CurrentTime":"2026-03-04"}}`, false},
		{"DateLessThan of a year", `{"DateLessThan":{"aws:CurrentTime":"2027"}}`, true},
		{"DateEquals of seconds", `{"DateEquals":{"aws:EpochTime":"2026-03-04T12:00Z"}}`, true},
		{"Bool", `{"Bool":{"aws:SecureTransport":true}}`, true},
		{"Bool that is not", `{"Bool":{"aws:SecureTransport":"false"}}`, false},
		{"Null of a missing key", `{"Null":{"aws:Referer":"true"}}`, true},
		{"Null of a key that is there", `{"Null":{"aws:UserAgent":"true"}}`, false},
		{"Null false asks for the key", `{"Null":{"aws:UserAgent":false}}`, true},
		{"ForAnyValue", `{"ForAnyValue:StringEquals":{"test:tags":["b","c"]}}`, true},
		{"ForAnyValue of none", `{"ForAnyValue:StringEquals":{"aws:Referer":["b"]}}`, false},
		{"ForAllValues", `{"ForAllValues:StringEquals":{"test:tags":["a","b","c"]}}`, true},
		{"ForAllValues of one only", `{"ForAllValues:StringEquals":{"test:tags":["a"]}}`, false},
		{"ForAllValues of none", `{"ForAllValues:StringEquals":{"aws:Referer":["b"]}}`, true},
		{"all operators must hold", `{"Bool":{"aws:SecureTransport":true},"StringEquals":{"aws:UserAgent":"x"}}`, false},
		{"all keys must hold", `{"StringEquals":{"aws:UserAgent":"curl/8","aws:username":"bob"}}`, false},
	} {
		t.Run(test.rule, func(t *testing.T) {
			p, err := ParseIdentity([]byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":` + test.condition + `}}`))
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Decide(Request{Action: "execute-api:Invoke", Resource: hello, Context: request}) == Allow; got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestErrorsSayWhere(t *testing.T) {
	const rest = `"Action":"execute-api:Invoke","Resource":"*"`
	statement := func(s string) string { return `{"Version":"2012-10-17","Statement":[` + s + `]}` }
	condition := func(c string) string {
		return statement(`{"Effect":"Allow",` + rest + `,"Condition":` + c + `}`)
	}
	for _, test := range []struct{ rule, document, want string }{
		{"not JSON", `{`, `policy: must be a JSON object`},
		{"null", `null`, `policy: must be a JSON object`},
		{"no statement", `{}`, `policy: the element Statement is missing`},
		{"a wrong version", `{"Version":"2026-01-01","Statement":[]}`, `policy: Version must be "2012-10-17", not "2026-01-01"`},
		{"an unknown element", `{"Statements":[]}`, `policy: there is no element Statements`},
		{"an element in the wrong case", statement(`{"effect":"Allow"}`), `policy: Statement[0]: the element effect must be spelled Effect`},
		{"no effect", statement(`{` + rest + `}`), `policy: Statement[0]: the element Effect is missing`},
		{"a wrong effect", statement(`{"Effect":"permit",` + rest + `}`), `policy: Statement[0]: the element Effect must be "Allow" or "Deny", not "permit"`},
		{"statements that are null", `{"Statement":null}`, `policy: the element Statement is missing`},
		{"a condition that is null", condition(`null`), `policy: Statement[0]: condition: must be an object of operators, each with an object of keys`},
		{"an operator that is null", condition(`{"Bool":null}`), `policy: Statement[0]: condition: Bool: must be an object of keys`},
		{"a value that is null", condition(`{"StringEquals":{"a":null}}`), `policy: Statement[0]: condition: StringEquals: a: must be a text, a number, a boolean, or a list of them, not null`},
		{"no action, in the second statement", statement(`{"Effect":"Deny",` + rest + `},{"Effect":"Allow","Resource":"*"}`), `policy: Statement[1]: the element Action is missing`},
		{"both actions", statement(`{"Effect":"Allow","NotAction":"a:b",` + rest + `}`), `policy: Statement[0]: the elements Action and NotAction exclude each other`},
		{"an action without a service", statement(`{"Effect":"Allow","Action":"Invoke","Resource":"*"}`), `policy: Statement[0]: Action: "Invoke" is not an action such as execute-api:Invoke`},
		{"an action that is not a text", statement(`{"Effect":"Allow","Action":1,"Resource":"*"}`), `policy: Statement[0]: Action: must be a text or a list of texts, not 1`},
		{"no actions", statement(`{"Effect":"Allow","Action":[],"Resource":"*"}`), `policy: Statement[0]: Action: must be a text or a list of texts, not []`},
		{"no resource", statement(`{"Effect":"Allow","Action":"*"}`), `policy: Statement[0]: the element Resource is missing`},
		{"resource null", statement(`{"Effect":"Allow","Action":"*","Resource":null}`), `policy: Statement[0]: Resource: must be a text or a list of texts, not null`},
		{"a resource that is not an ARN", statement(`{"Effect":"Allow","Action":"*","Resource":"/hello"}`), `policy: Statement[0]: Resource: "/hello" is not an ARN`},
		{"an unknown operator", condition(`{"StringIs":{"a":"b"}}`), `policy: Statement[0]: condition: the operator StringIs is not known here`},
		{"an unknown comparison", condition(`{"NumericIs":{"a":"1"}}`), `policy: Statement[0]: condition: the operator NumericIs is not known here`},
		{"a condition that is not an object", condition(`[]`), `policy: Statement[0]: condition: must be an object of operators, each with an object of keys`},
		{"a value that is not one", condition(`{"StringEquals":{"a":{}}}`), `policy: Statement[0]: condition: StringEquals: a: must be a text, a number, a boolean, or a list of them, not {}`},
		{"a network that is not one", condition(`{"IpAddress":{"aws:SourceIp":"192.0.2.0/99"}}`), `policy: Statement[0]: condition: IpAddress: aws:SourceIp: "192.0.2.0/99" is not an IP address or a CIDR block such as 192.0.2.0/24`},
		{"a number that is not one", condition(`{"NumericEquals":{"a":"x"}}`), `policy: Statement[0]: condition: NumericEquals: a: "x" is not a number`},
		{"a date that is not one", condition(`{"DateEquals":{"a":"x"}}`), `policy: Statement[0]: condition: DateEquals: a: "x" is not a date such as 2026-01-31T12:00:00Z`},
		{"a boolean that is not one", condition(`{"Bool":{"a":"x"}}`), `policy: Statement[0]: condition: Bool: a: "x" is neither true nor false`},
	} {
		t.Run(test.rule, func(t *testing.T) {
			_, err := ParseIdentity([]byte(test.document))
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
	for _, test := range []struct{ rule, principal, want string }{
		{"an effect in another case", `"Principal":"*","Effect":"allow",`, `policy: Statement[0]: the element Effect must be "Allow" or "Deny", not "allow"`},
		{"a resource policy without a principal", ``, `policy: Statement[0]: the element Principal is missing`},
		{"a principal without a kind", `"Principal":"` + ada + `",`, `policy: Statement[0]: Principal: must be "*" or an object with AWS, Service, Federated or CanonicalUser: must be a JSON object`},
		{"a kind without principals", `"Principal":{"AWS":[]},`, `policy: Statement[0]: Principal: AWS: must be a text or a list of texts, not []`},
	} {
		t.Run(test.rule, func(t *testing.T) {
			_, err := ParseResource([]byte(statement(`{"Effect":"Allow",`+test.principal+rest+`}`)), apiARN)
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestDecisionsHaveNames(t *testing.T) {
	if got := fmt.Sprint(ImplicitDeny, Allow, ExplicitDeny); got != "implicit deny allow explicit deny" {
		t.Errorf("got %q, want %q", got, "implicit deny allow explicit deny")
	}
}

func TestAResourcePolicyMayLeaveOutTheResource(t *testing.T) {
	p, err := ParseResource([]byte(`{"Statement":[{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke"}]}`), "arn:aws:execute-api:eu-west-1:123456789012:a1")
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Decide(Request{Action: "execute-api:Invoke", Resource: "arn:aws:execute-api:eu-west-1:123456789012:a1/prod/GET/x"}); got != Allow {
		t.Errorf("got %v, want allow", got)
	}
}
