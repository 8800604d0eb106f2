package cloudassembly

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestYAMLIsReadAsJSON(t *testing.T) {
	for _, c := range []struct{ rule, yaml, want string }{
		{"scalars", "a: 1\nb: 1.50\nc: true\nd: ~\ne: yes\nf: 'x'\ng: 0x10\nh: 1e3\n", `{"a":1,"b":1.50,"c":true,"d":null,"e":"yes","f":"x","g":16,"h":1e3}`},
		{"a date is a text", "Version: 2012-10-17\n", `{"Version":"2012-10-17"}`},
		{"a key that is a number", "responses: {200: {description: ok}}\n", `{"responses":{"200":{"description":"ok"}}}`},
		{"anchors, and merges that the mapping's own keys win over", "x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\n", `{"x":{"a":1,"b":2},"y":{"a":1,"b":3}}`},
		{"short forms of functions", "a: !Ref B\nb: !Sub '${C}'\nc: !GetAtt D.E\nd: !Join ['', [1, !Ref F]]\n",
			`{"a":{"Ref":"B"},"b":{"Fn::Sub":"${C}"},"c":{"Fn::GetAtt":"D.E"},"d":{"Fn::Join":["",[1,{"Ref":"F"}]]}}`},
	} {
		value, err := DecodeYAML([]byte(c.yaml))
		if err != nil {
			t.Errorf("%s: got the error %v, want none", c.rule, err)
			continue
		}
		if got, err := json.Marshal(value); err != nil || string(got) != c.want {
			t.Errorf("%s: got %s, %v; want %s", c.rule, got, err, c.want)
		}
	}
}

func TestYAMLThatIsNotRead(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'i'; c++ {
		bomb += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+string(c-1)+",", 9) + "*" + string(c-1) + "]\n"
	}
	for _, c := range []struct{ rule, yaml, want string }{
		{"nothing", "", "it is empty"},
		{"broken", "a: [", "yaml"},
		{"aliases that multiply", bomb, "the document has more than"},
		{"a key that is a list", "? [a]\n: b\n", "a key must be a text"},
	} {
		if _, err := DecodeYAML([]byte(c.yaml)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got the error %v, want one with %q", c.rule, err, c.want)
		}
	}
}
