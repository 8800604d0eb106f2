package mapping

import "testing"

func TestExpandPath(t *testing.T) {
	value := func(name string) (string, bool) {
		v, ok := map[string]string{"id": "42", "proxy": "a/b", "open": "{id}"}[name]
		return v, ok
	}
	for _, c := range []struct{ rule, in, want string }{
		{"a placeholder", "https://h/{id}/x", "https://h/42/x"},
		{"several", "{id}{id}", "4242"},
		{"a greedy one", "/{proxy+}", "/a/b"},
		{"one without a value stays", "/{zz}/{id}", "/{zz}/42"},
		{"values are not expanded again", "/{open}", "/{id}"},
		{"a brace that stays open", "/{id", "/{id"},
		{"none", "/x", "/x"},
	} {
		if got := ExpandPath(c.in, value); got != c.want {
			t.Errorf("%s: %s, want %s", c.rule, got, c.want)
		}
	}
}

func TestExpandStageVariables(t *testing.T) {
	variables := map[string]string{"host": "h.example"}
	for in, want := range map[string]string{
		"https://${stageVariables.host}/x": "https://h.example/x",
		"f:${stageVariables.zz}:1":         "f::1", // one that is not set is empty
		"${stageVariables.host":            "${stageVariables.host",
		"$stageVariables.host {host}":      "$stageVariables.host {host}",
	} {
		if got := ExpandStageVariables(in, variables); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}
