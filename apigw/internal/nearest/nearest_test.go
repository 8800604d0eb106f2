package nearest

import "testing"

func TestWord(t *testing.T) {
	for _, c := range []struct{ rule, word, want string }{
		{"two letters that changed places", "oders", "orders"},
		{"a letter too many", "orderss", "orders"},
		{"nothing is like it", "payments", ""},
		{"a short word is like no other", "ab", ""},
		{"the nearest of two", "order", "orders"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if got := Word(c.word, []string{"hello", "orders", "ac"}); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
