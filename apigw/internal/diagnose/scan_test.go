package diagnose

import (
	"encoding/json"
	"testing"
)

// FuzzScan compares the members that scan finds with those of encoding/json.
func FuzzScan(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"a":1}`, ` { "a" : "b\\" , "c":[1,{"d":"}"}] ,"e":{"f":"]\""}} `, `{"\u0061":"x","a":"y"}`, `[1]`, `"x"`, `{"a"`, `{"a":"`, `{"a":[`, `{"a":1,`, `{,}`, `{"a" 1}`, `{"\ud800":1}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got := scan(data)
		var want map[string]json.RawMessage
		if err := json.Unmarshal(data, &want); err != nil || want == nil {
			return // whatever it finds there, it must end
		}
		if got == nil {
			t.Fatalf("%q: got no object, want %d members", data, len(want))
		}
		last := map[string]string{}
		for _, m := range got {
			last[m.name] = string(m.value)
		}
		if len(last) != len(want) {
			t.Fatalf("%q: got the members %q, want %q", data, last, want)
		}
		for name, value := range want {
			if last[name] != string(value) {
				t.Errorf("%q: member %q: got %q, want %q", data, name, last[name], value)
			}
		}
	})
}
