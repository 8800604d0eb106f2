package add

import (
	"testing"

	"example.com/apigw/contract"
	"example.com/apigw/internal/scaffold/project"
)

func TestATableStaysAsItsOwnerWroteIt(t *testing.T) {
	const text = "[\n    {\n        \"rule\": \"a, b: c\",\n        \"request\": {\"method\": \"GET\", \"target\": \"/a\"},\n        \"response\": {\"status\": 200, \"body\": \"x\"}\n    },\n    {\"rule\":\"two\",\"request\":{\"method\":\"GET\",\"target\":\"/b\"},\"response\":{\"status\":200,\"body\":\"\"}}\n]\n"
	p := &Plan{files: map[string][]byte{contract.File: []byte(text)}}
	table, err := p.table()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.put(table); err != nil {
		t.Fatal(err)
	}
	if got := string(p.files[contract.File]); got != text {
		t.Errorf("got %s, want %s", got, text)
	}
	table.append(contract.Case{Rule: "two", Door: "proxy", Request: contract.Request{Method: "GET", Target: "/c"}, Response: contract.Response{Status: 200, Body: `{"a":1,"b":"\",:"}`}})
	if err := p.put(table); err != nil {
		t.Fatal(err)
	}
	const line = "},\n    " + `{"rule": "two, proxy", "door": "proxy", "request": {"method": "GET", "target": "/c"}, "response": {"status": 200, "body": "{\"a\":1,\"b\":\"\\\",:\"}"}}` + "\n]\n"
	wantIn(t, p, contract.File, line)
}

func TestACaseThatIsRetired(t *testing.T) {
	one, two := []project.Door{project.Proxy}, project.Doors()
	for _, c := range []struct {
		rule, door string
		doors      []project.Door
		want       string // the door of what is left; - if nothing is
	}{
		{"of the only door goes", "", one, "-"},
		{"of both doors is then that of the other", "", two, "mapped"},
		{"of the door itself goes", "proxy", two, "-"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			made := contract.Case{Rule: "r", Door: c.door, Request: contract.Request{Method: "GET", Target: "/"}}
			table := &table{cases: []contract.Case{made}, texts: []string{caseText(made)}}
			table.retire(0, project.Proxy, c.doors)
			got := "-"
			if len(table.cases) > 0 {
				got = table.cases[0].Door
			}
			if got != c.want || len(table.texts) != len(table.cases) {
				t.Errorf("got the door %q, want %q", got, c.want)
			}
		})
	}
}

func TestRoutesOfTargets(t *testing.T) {
	paths := []string{"/", "/a", "/a/{id}", "/a/open", "/f/{rest+}"}
	for target, want := range map[string]string{
		"/": "/", "/a?x=1": "/a", "/a/": "/a", "/a/5": "/a/{id}", "/a/open": "/a/open", "/a/5/6": "", "/f/x/y": "/f/{rest+}", "/f": "", "/b": "",
	} {
		if got := routeOf(target, paths); got != want {
			t.Errorf("%s: got %q, want %q", target, got, want)
		}
	}
}
