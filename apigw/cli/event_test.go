package cli

import (
	"fmt"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
)

func TestNoticesOfManyResourcesAreOneLine(t *testing.T) {
	asset := "/app/cdk.out/asset." + strings.Repeat("0123", 16)
	notice := func(path, message string) assembly.Notice { return assembly.Notice{Path: path, Message: message} }
	var many []assembly.Notice
	for i := range 10 {
		many = append(many, notice(fmt.Sprintf("S/F%d", i), "No layers."))
	}
	for _, c := range []struct {
		rule    string
		notices []assembly.Notice
		want    string
	}{
		{"nothing", nil, ""},
		{"one of a kind stands beside its path", []assembly.Notice{notice("S/A", "No cache."), notice("S/B", "No layers.")}, "  S/A: No cache.\n  S/B: No layers.\n"},
		{"the same is said once", []assembly.Notice{notice("S/A", "No layers."), notice("S/B", "No cache."), notice("S/C", "No layers.")}, "  No layers.\n    S/A, S/C\n  S/B: No cache.\n"},
		{"names and assets do not count", []assembly.Notice{
			notice("S/A", "The function S/A does not run here: its asset "+asset+" is not there."),
			notice("S/B", "The function S/B does not run here: its asset "+asset+".zip is not there."),
		}, "  The function … does not run here: its asset … is not there.\n    S/A, S/B\n"},
		{"a resource is named once", []assembly.Notice{notice("S/A", "Twice."), notice("S/A", "Twice.")}, "  Twice.\n    S/A\n"},
		{"the list ends", many, "  No layers.\n    S/F0, S/F1, S/F2, S/F3, S/F4, S/F5, S/F6, S/F7, and 2 more\n"},
	} {
		var out strings.Builder
		writeNotices(&out, c.notices)
		want := c.want
		if want != "" {
			want = "\nWhat this app asks for, and what is different here:\n" + want
		}
		if out.String() != want {
			t.Errorf("%s: got %q, want %q", c.rule, out.String(), want)
		}
	}
}
