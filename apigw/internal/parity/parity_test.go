package parity

import (
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"example.com/apigw/contract"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // of the functions, which refuse names on purpose
	os.Exit(m.Run())
}

func TestTheSameServiceRespondsAlike(t *testing.T) {
	r := scenario{}.run(t)
	if got := found(r); len(got) != 0 || r.Outcome != Same || r.APIs[0].Compared != 15 || r.APIs[1].Compared != 16 {
		t.Errorf("got %s, %q, %s", r.Outcome, got, text(t, r, "text"))
	}
}

func TestReadsSendsNothingThatMayWrite(t *testing.T) {
	for _, test := range []struct {
		rule    string
		reads   bool
		methods []string // that reach the stages
		out     []string
		without string
	}{
		{"all requests", false, []string{"DELETE", "GET", "HEAD", "OPTIONS", "POST"},
			[]string{"9 requests may create, change or delete data where the service is deployed: --reads leaves them out.\n\ndirect at "}, "which may write"},
		{"reads alone", true, []string{"GET", "HEAD", "OPTIONS"},
			[]string{"11 requests, 11 alike, 0 different, 1 left out, for which a function has to fail, 4 left out, which may write\n", "to 22 requests."}, "--reads"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			var mu sync.Mutex
			var methods []string
			r := scenario{
				there: side{before: func(gateway http.Handler) http.Handler {
					return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						mu.Lock()
						if !slices.Contains(methods, r.Method) {
							methods = append(methods, r.Method)
						}
						mu.Unlock()
						gateway.ServeHTTP(w, r)
					})
				}},
				options: func(o *Options) { o.Reads = test.reads },
			}.run(t)
			slices.Sort(methods)
			if !slices.Equal(methods, test.methods) {
				t.Errorf("got the methods %q, want %q", methods, test.methods)
			}
			got := text(t, r, "text")
			for _, want := range test.out {
				if !strings.Contains(got, want) {
					t.Errorf("got %s\nwant %q", got, want)
				}
			}
			if strings.Contains(got, test.without) {
				t.Errorf("got %s\nwant nothing of %q", got, test.without)
			}
		})
	}
	t.Run("a contract that only writes", func(t *testing.T) {
		writes := slices.DeleteFunc(cases(t), func(c contract.Case) bool { return c.Request.Method != http.MethodPost })
		r := scenario{cases: writes, options: func(o *Options) { o.Reads = true }}.run(t)
		if want := "leave --reads out"; r.Outcome != NotCompared || !strings.Contains(r.Sentence, want) {
			t.Errorf("got %s, %q; want %q, %q", r.Outcome, r.Sentence, NotCompared, want)
		}
	})
}
