package greeting

import (
	"strings"
	"testing"
)

func TestHello(t *testing.T) {
	tests := []struct {
		rule string
		name string
		want error
	}{
		{"a name is greeted", "Ada", nil},
		{"a space is a character", " ", nil},
		{"markup is only text", `<b>"'$#{}\`, nil},
		{"length counts characters, not bytes", strings.Repeat("ü", 64), nil},
		{"a character outside the basic plane counts once", strings.Repeat("😀", 64), nil},
		{"an empty name is refused", "", ErrName},
		{"65 characters are refused", strings.Repeat("a", 65), ErrName},
		{"a line break is refused", "Ada\nEve", ErrName},
		{"a NUL is refused", "Ada\x00", ErrName},
		{"a C1 control character is refused", "Ada\u0085", ErrName},
		{"DEL is refused", "Ada\x7f", ErrName},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			got, err := Hello(test.name)
			if err != test.want {
				t.Fatalf("Hello(%q): error %v, want %v", test.name, err, test.want)
			}
			if err == nil && got != test.name {
				t.Errorf("Hello(%q) = %q, want the same name", test.name, got)
			}
		})
	}
}
