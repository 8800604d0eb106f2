package mask

import "testing"

func TestSecret(t *testing.T) {
	for _, test := range []struct{ rule, secret, want string }{
		{"the last six characters stay", "0123456789bMZHBg", "**********bMZHBg"},
		{"short texts have nothing to hide", "abcdef", "abcdef"},
		{"nothing stays nothing", "", ""},
		{"characters count, not bytes", "äöüßabc", "*öüßabc"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := Secret(test.secret); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
