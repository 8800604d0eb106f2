package update

import "testing"

func TestMergeGoMod(t *testing.T) {
	const head = "module github.com/you/orders\n\ngo 1.26\n"
	for _, c := range []struct{ rule, before, after, own, want string }{
		{"what the kit raises is raised",
			"require a.com/a v1.0.0\n", "require a.com/a v1.1.0\n", "require a.com/a v1.0.0\n",
			"\nrequire a.com/a v1.1.0\n"},
		{"of two versions the higher one stays",
			"require (\n\ta.com/a v1.0.0\n\tb.com/b v1.0.0\n)\n", "require (\n\ta.com/a v1.1.0\n\tb.com/b v1.3.0\n)\n", "require (\n\ta.com/a v1.2.0\n\tb.com/b v1.2.0\n)\n",
			"\nrequire (\n\ta.com/a v1.2.0\n\tb.com/b v1.3.0\n)\n"},
		{"versions compare by their numbers",
			"require a.com/a v1.2.0\n", "require a.com/a v1.10.0\n", "require a.com/a v1.9.0\n",
			"\nrequire a.com/a v1.10.0\n"},
		{"both sides may require something new",
			"require a.com/a v1.0.0\n", "require (\n\ta.com/a v1.0.0\n\tkit.com/k v1.0.0\n)\n", "require (\n\ta.com/a v1.0.0\n\town.com/o v1.0.0 // ours\n)\n",
			"\nrequire (\n\ta.com/a v1.0.0\n\tkit.com/k v1.0.0\n\town.com/o v1.0.0 // ours\n)\n"},
		{"what the project took out stays out",
			"require (\n\ta.com/a v1.0.0\n\tb.com/b v1.0.0\n)\n", "require (\n\ta.com/a v1.0.0\n\tb.com/b v1.1.0\n)\n", "require a.com/a v1.0.0\n",
			"\nrequire a.com/a v1.0.0\n"},
		{"what the kit took out goes",
			"require (\n\ta.com/a v1.0.0\n\tb.com/b v1.0.0\n)\n", "require a.com/a v1.0.0\n", "require (\n\ta.com/a v1.0.0\n\tb.com/b v1.0.0\n)\n",
			"\nrequire a.com/a v1.0.0\n"},
		{"what the kit took out and the project raised stays",
			"require b.com/b v1.0.0\n", "", "require b.com/b v1.2.0\n",
			"\nrequire b.com/b v1.2.0\n"},
		{"an indirect requirement is still one",
			"", "require a.com/a v1.0.0 // indirect\n", "",
			"\nrequire a.com/a v1.0.0 // indirect\n"},
		{"a replacement that only the kit changed changes",
			"replace e.com/e => ./e\n", "replace e.com/e => ./engine\n", "replace e.com/e => ./e\n",
			"\nreplace e.com/e => ./engine\n"},
		{"a replacement of the project's own stays",
			"replace e.com/e => ./e\n", "replace e.com/e => ./engine\n", "replace (\n\te.com/e => ../mine\n\tf.com/f => ./f\n)\n",
			"\nreplace (\n\te.com/e => ../mine\n\tf.com/f => ./f\n)\n"},
		{"a replacement that the kit took out goes",
			"replace e.com/e => ./e\n", "", "replace e.com/e => ./e\n", ""},
		{"tools are added and taken out",
			"tool e.com/e/cmd/old\n", "tool e.com/e/cmd/new\n", "tool (\n\te.com/e/cmd/old\n\town.com/tool\n)\n",
			"\ntool (\n\te.com/e/cmd/new\n\town.com/tool\n)\n"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got, err := mergeGoMod([]byte(head+c.before), []byte(head+c.after), []byte(head+c.own))
			if want := head + c.want; err != nil || string(got) != want {
				t.Errorf("got %s, %v; want %s", got, err, want)
			}
		})
	}
}

func TestTheHigherVersionOfGoStays(t *testing.T) {
	mod := func(version string) []byte { return []byte("module m.com/m\n\ngo " + version + "\n") }
	for _, c := range []struct{ kit, own, want string }{
		{"1.27", "1.26", "1.27"}, {"1.26", "1.27", "1.27"}, {"1.26.2", "1.26", "1.26.2"},
	} {
		got, err := mergeGoMod(mod("1.26"), mod(c.kit), mod(c.own))
		if want := string(mod(c.want)); err != nil || string(got) != want {
			t.Errorf("the kit has %s and the project %s: got %s, %v; want %s", c.kit, c.own, got, err, want)
		}
	}
}

func TestMergeGoSum(t *testing.T) {
	got := string(mergeGoSum([]byte("b v1 h1:b\na v1 h1:a\n"), []byte("a v1 h1:a\r\nc v1 h1:c")))
	if want := "a v1 h1:a\nb v1 h1:b\nc v1 h1:c\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := mergeGoSum(nil, nil); got != nil {
		t.Errorf("got %q, want no file where there was none", got)
	}
}
