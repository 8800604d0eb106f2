package mapping

import "testing"

func TestMockStatus(t *testing.T) {
	for _, c := range []struct {
		rule, in string
		want     int
	}{
		{"recorded: a key without quotes", `{statusCode: 200}`, 200},
		{"strict JSON", ` { "statusCode" : 404 } `, 404},
		{"single quotes", `{'statusCode': 200}`, 200},
		{"stray commas", `{"statusCode": 200 ,, }`, 200},
		{"nonsense beside it", `{statusCode: 200, super{ f}oo: [ba r]}`, 200},
		{"text behind the brace", `{"statusCode": 200} and more`, 200},
		{"the last of two", `{"statusCode": 200, "statusCode": 201}`, 201},
		{"zero", `{"statusCode": 0}`, 0},
		{"a negative integer", `{"statusCode": -1000}`, -1000},
	} {
		if got, err := MockStatus(c.in); got != c.want || err != nil {
			t.Errorf("%s: %d, %v; want %d", c.rule, got, err, c.want)
		}
	}
	for _, c := range []struct{ rule, in string }{
		{"a string", `{"statusCode": "200"}`},
		{"an open brace", `{"statusCode": 200`},
		{"no braces", `statusCode: 200`},
		{"mixed quotes", `{"statusCode': 200 }`},
		{"a fraction", `{"statusCode": 200.0}`},
		{"null", `{"statusCode": null}`},
		{"no statusCode", `{}`},
		{"another case", `{"StatusCode": 200}`},
		{"an array", `[200]`},
		{"nothing", ``},
		{"more than an Integer holds", `{"statusCode": 3000000000}`},
	} {
		if got, err := MockStatus(c.in); err != errMockStatus {
			t.Errorf("%s: got %d, %v; want %v", c.rule, got, err, errMockStatus)
		}
	}
}
