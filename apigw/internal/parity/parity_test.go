package parity

import (
	"log/slog"
	"os"
	"testing"
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
