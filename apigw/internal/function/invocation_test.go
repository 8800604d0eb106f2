package function

import "testing"

func TestErrorMessage(t *testing.T) {
	for _, test := range []struct{ rule, payload, want string }{
		{"an error of Lambda", `{"errorType":"E","errorMessage":"it \"broke\""}`, `it "broke"`},
		{"a result with such a member", `{"errorMessage":"x","statusCode":200}`, "x"},
		{"a member that is not a string", `{"errorMessage":1}`, ""},
		{"another letter case", `{"ErrorMessage":"x"}`, ""},
		{"another object", `{"message":"x"}`, ""},
		{"a list", `["errorMessage"]`, ""},
		{"a string", `"errorMessage"`, ""},
		{"not JSON", `{"errorMessage"`, ""},
		{"nothing", "", ""},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := (Result{Payload: []byte(test.payload)}).ErrorMessage(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
