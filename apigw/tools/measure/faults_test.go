package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheSharesAreAHundred(t *testing.T) {
	sum := 0
	for _, f := range faults() {
		sum += f.share
	}
	if sum != 100 {
		t.Errorf("the shares come to %d", sum)
	}
}

// with makes a trial of one request of a fault.
func with(t *testing.T, f fault, got answer, invocations string) *trial {
	t.Helper()
	trial := &trial{
		invocations: filepath.Join(t.TempDir(), "invocations"),
		requests:    map[string]*request{}, ids: map[string]string{},
	}
	if err := os.WriteFile(trial.invocations, []byte(invocations), 0o600); err != nil {
		t.Fatal(err)
	}
	trial.note(&tally{fault: f, statuses: map[int]int{}}, "n", got)
	if err := trial.checkInvocations(); err != nil {
		t.Fatal(err)
	}
	return trial
}

func TestWhatIsWrongIsFound(t *testing.T) {
	serves := fault{function: "f", do: "d", want: []answer{served}}
	fails := fault{function: "f", do: "d", want: []answer{badGateway}}
	limited := fault{function: "f", do: "d", want: []answer{served, refused}, invoked: onceIfServed}
	closed := fault{function: "f", do: "d", want: []answer{refused}, invoked: never}
	slow := fault{function: "f", do: "d", want: []answer{gatewayLate}, invoked: atMostOnce}
	for _, c := range []struct {
		rule        string
		fault       fault
		got         answer
		invocations string
		want        string // empty: all is well
	}{
		{"the nonce is the answer", serves, answer{status: 200, body: "n"}, "n\n", ""},
		{"the nonce of another request", serves, answer{status: 200, body: "m"}, "n\n", `answered 200 "m"`},
		{"another status", serves, answer{status: 502, body: badGateway.body}, "n\n", "answered 502"},
		{"a failure", fails, badGateway, "n\n", ""},
		{"a failure without a blank in its text", fails, answer{status: 502, body: `{"message":"Internal server error"}`}, "n\n", "answered 502"},
		{"a second try", fails, badGateway, "n\nn\n", "ran 2 times"},
		{"no try", fails, badGateway, "", "ran 0 times"},
		{"served within the limit", limited, answer{status: 200, body: "n"}, "n\n", ""},
		{"refused at the limit", limited, refused, "", ""},
		{"refused, and run", limited, refused, "n\n", "ran 1 times"},
		{"closed, and run", closed, refused, "n\n", "ran 1 times"},
		{"too slow, and run", slow, gatewayLate, "n\n", ""},
		{"too slow, and not run yet", slow, gatewayLate, "", ""},
		{"an unknown request", serves, answer{status: 200, body: "n"}, "n\nx\n", `"x", which was never sent`},
	} {
		err := with(t, c.fault, c.got, c.invocations).verdict()
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", c.rule, err, c.want)
		}
	}
}

func TestTwoAnswersHaveTwoRequestIDs(t *testing.T) {
	trial := &trial{requests: map[string]*request{}, ids: map[string]string{}}
	of := &tally{fault: fault{want: []answer{badGateway}}, statuses: map[int]int{}}
	got := badGateway
	got.header = http.Header{http.CanonicalHeaderKey("x-amzn-RequestId"): {"same"}}
	trial.note(of, "a", got)
	if trial.wrong != 0 {
		t.Fatal(trial.problems)
	}
	trial.note(of, "b", got)
	if trial.wrong != 1 || !strings.Contains(trial.problems[0], "is also that of request a") {
		t.Errorf("%q", trial.problems)
	}
}
