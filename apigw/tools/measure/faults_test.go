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
		t.Errorf("got shares of %d in all, want 100", sum)
	}
}

// with makes a trial of one request of a fault.
func with(t *testing.T, f fault, got response, invocations string) *trial {
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
	serves := fault{function: "f", do: "d", want: []response{served}}
	fails := fault{function: "f", do: "d", want: []response{badGateway}}
	limited := fault{function: "f", do: "d", want: []response{served, refused}, invoked: onceIfServed}
	closed := fault{function: "f", do: "d", want: []response{refused}, invoked: never}
	slow := fault{function: "f", do: "d", want: []response{gatewayLate}, invoked: atMostOnce}
	for _, c := range []struct {
		rule        string
		fault       fault
		got         response
		invocations string
		want        string // empty: all is well
	}{
		{"the nonce is the body", serves, response{status: 200, body: "n"}, "n\n", ""},
		{"the nonce of another request", serves, response{status: 200, body: "m"}, "n\n", `got 200 "m"`},
		{"another status", serves, response{status: 502, body: badGateway.body}, "n\n", "got 502"},
		{"a failure", fails, badGateway, "n\n", ""},
		{"a failure without a blank in its text", fails, response{status: 502, body: `{"message":"Internal server error"}`}, "n\n", "got 502"},
		{"a second try", fails, badGateway, "n\nn\n", "ran 2 times"},
		{"no try", fails, badGateway, "", "ran 0 times"},
		{"served within the limit", limited, response{status: 200, body: "n"}, "n\n", ""},
		{"refused at the limit", limited, refused, "", ""},
		{"refused, and run", limited, refused, "n\n", "ran 1 times"},
		{"closed, and run", closed, refused, "n\n", "ran 1 times"},
		{"too slow, and run", slow, gatewayLate, "n\n", ""},
		{"too slow, and not run yet", slow, gatewayLate, "", ""},
		{"an unknown request", serves, response{status: 200, body: "n"}, "n\nx\n", `"x", which was never sent`},
	} {
		err := with(t, c.fault, c.got, c.invocations).verdict()
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: got error %v, want %q", c.rule, err, c.want)
		}
	}
}

func TestTwoResponsesHaveTwoRequestIDs(t *testing.T) {
	trial := &trial{requests: map[string]*request{}, ids: map[string]string{}}
	of := &tally{fault: fault{want: []response{badGateway}}, statuses: map[int]int{}}
	got := badGateway
	got.header = http.Header{http.CanonicalHeaderKey("x-amzn-RequestId"): {"same"}}
	trial.note(of, "a", got)
	if trial.wrong != 0 {
		t.Fatal(trial.problems)
	}
	trial.note(of, "b", got)
	if trial.wrong != 1 || !strings.Contains(trial.problems[0], "is also that of request a") {
		t.Errorf("got the problems %q, want one: the id is also that of request a", trial.problems)
	}
}
