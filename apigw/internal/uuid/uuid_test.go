package uuid

import (
	"regexp"
	"testing"
)

func TestNewReturnsDifferentUUIDsOfVersion4(t *testing.T) {
	form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := map[string]bool{}
	for range 1000 {
		id := New()
		if !form.MatchString(id) {
			t.Fatalf("got %q, want the form of a UUID of version 4", id)
		}
		if seen[id] {
			t.Fatalf("got %q twice, want different ids", id)
		}
		seen[id] = true
	}
}
