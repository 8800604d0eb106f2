package runner

import (
	"slices"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
)

func TestCommandsUnderADebugger(t *testing.T) {
	d := &Debugger{Port: 4000, Delve: "/bin/dlv"}
	tests := []struct {
		rule      string
		got, want []string
	}{
		{"a program in Go without one", (*Debugger)(nil).delve("/b"), []string{"/b"}},
		{"a program in Go", d.delve("/b"), []string{"/bin/dlv", "exec", "/b", "--headless", "--listen=127.0.0.1:4000", "--api-version=2", "--accept-multiclient", "--continue", "--check-go-version=false"}},
		{"Node.js without one", (*Debugger)(nil).node([]string{"node", "c.cjs"}, "node"), []string{"node", "c.cjs"}},
		{"Node.js behind a wrapper", d.node([]string{"/opt/wrap", "node", "c.cjs"}, "node"), []string{"/opt/wrap", "node", "--inspect=127.0.0.1:4000", "c.cjs"}},
		{"Node.js", d.node([]string{"node", "--flag", "c.cjs"}, "node"), []string{"node", "--inspect=127.0.0.1:4000", "--flag", "c.cjs"}},
	}
	for _, test := range tests {
		if !slices.Equal(test.got, test.want) {
			t.Errorf("%s: got %q, want %q", test.rule, test.got, test.want)
		}
	}
}

func TestCodeThatCanBeDebugged(t *testing.T) {
	tests := []struct {
		rule string
		code code
		want string
	}{
		{"in Go, built here", code{module: "/m", function: &assembly.Function{Path: "S/F"}}, ""},
		{"in Node.js", code{function: &assembly.Function{Path: "S/F", Runtime: "nodejs22.x"}}, ""},
		{"in Python", code{function: &assembly.Function{Path: "S/F", Runtime: "python3.13"}}, "function S/F cannot run under a debugger here"},
		{"built elsewhere", code{function: &assembly.Function{Path: "S/F", Runtime: "provided.al2023"}}, "it is built elsewhere"},
	}
	for _, test := range tests {
		err := test.code.canBeDebugged()
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", test.rule, err, test.want)
		}
	}
}
