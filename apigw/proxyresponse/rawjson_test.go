package proxyresponse

import (
	"encoding/json"
	"testing"
)

func TestUnquotedReadsStringsAsEncodingJSONDoes(t *testing.T) {
	for _, text := range []string{
		`""`, `"plain"`, `"é"`, `"\"\\\/\b\f\n\r\t"`, `"a\u00e9b\u0000"`,
		`"\ud83d\ude00"`, `"\ud83dx"`, `"\ud83d\u0041"`, `"\ude00\ud83d"`, `"\ud83d\n"`, `"end\\"`,
	} {
		var want string
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got := string(rawValue(text).unquoted()); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func TestMembersAndElementsCutValuesExactly(t *testing.T) {
	object := rawValue(" { \"a\" : [ 1 , \"]\" , {\"b\":\"}\"} ] ,\n\"c\\\"\":-1.5e3 , \"d\":{ } ,\"e\":true}"[1:])
	want := []string{`"a"=[ 1 , "]" , {"b":"}"} ]`, `"c\""=-1.5e3`, `"d"={ }`, `"e"=true`}
	var got []string
	for key, value := range members(object) {
		got = append(got, string(key)+"="+string(value))
	}
	assertEqual(t, got, want)

	got = nil
	for value := range elements(rawValue(`[ 1 ,[],"a,b", null]`)) {
		got = append(got, string(value))
	}
	assertEqual(t, got, []string{`1`, `[]`, `"a,b"`, `null`})

	for range members(object) {
		break // it must stop when its caller does
	}
	for range elements(rawValue(`[1,2]`)) {
		break
	}
}
