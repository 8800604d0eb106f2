package gateway_test

import (
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway"
)

// TestRoutingRules has the examples of the developer guide: how rules are evaluated, and
// the tables of wildcards and of base paths that are stripped.
func TestRoutingRules(t *testing.T) {
	var c catch
	api := newAPI(proxyMethod("GET", "/", "f"), proxyMethod("GET", "/{proxy+}", "f"))
	for _, stage := range []string{"1", "2", "3", "4"} {
		api.Stages = append(api.Stages, &assembly.Stage{Name: stage, DeploymentID: "d" + stage})
	}
	rule := func(path, stage string, strip bool, headers ...string) assembly.RoutingRule {
		r := assembly.RoutingRule{BasePath: path, API: api, Stage: stage, Strip: strip}
		for _, h := range headers {
			name, value, _ := strings.Cut(h, ":")
			r.Headers = append(r.Headers, assembly.HeaderGlob{Name: name, Value: value})
		}
		return r
	}
	globs := func(host string, headers ...string) *assembly.Domain {
		return &assembly.Domain{Name: host, Rules: []assembly.RoutingRule{rule("", "1", false, headers...)}}
	}
	d := deploy(t, api, functions{"f": c.handle}, func(a *assembly.Assembly, _ *gateway.Options) {
		a.Domains = []*assembly.Domain{
			{Name: "only.example.com", Rules: []assembly.RoutingRule{
				rule("", "1", false, "Hello:World"), rule("PetStoreShopper", "2", false, "Accept:image/webp", "Pet:Dog-*"), rule("", "3", false)}},
			{Name: "both.example.com", Rules: []assembly.RoutingRule{
				rule("", "1", false, "Hello:World"), rule("PetStoreShopper", "2", false, "Accept:image/webp", "Pet:Dog-*")},
				Mappings: []assembly.BasePath{{Path: "PetStoreShopper/cats", API: api, Stage: "4"}, {Path: "PetStoreShopper", API: api, Stage: "3"}}},
			{Name: "*.example.org", Rules: []assembly.RoutingRule{
				rule("", "1", false, "Host:a.example.org"), rule("", "2", false, "Host:b.example.org"), rule("", "3", false)}},
			{Name: "strip.example.com", Rules: []assembly.RoutingRule{
				rule("PetStoreShopper/dogs", "1", true), rule("PetStoreShopper", "2", true), rule("Kept", "3", false)}},
			globs("begins.example.com", "x-version:a*"), globs("ends.example.com", "x-version:*a"), globs("has.example.com", "x-version:*a*"),
			globs("two.example.com", "x-version:b*", "x-version:*a"), globs("any.example.com", "x-version:*"), globs("json.example.com", "Accept:*json"),
		}
	})
	const none = "none" // no stage: 403
	for _, test := range []struct {
		rule, host, path, headers string
		stage, proxy              string
	}{
		{"a header", "only.example.com", "/", "Hello: World\n", "1", "null"},
		{"the first that fits", "only.example.com", "/PetStoreShopper", "Hello: World\nPet: Dog-Bella\nAccept: image/webp\n", "1", `"PetStoreShopper"`},
		{"a path and two headers", "only.example.com", "/PetStoreShopper", "Pet: Dog-Bella\nAccept: image/webp\n", "2", `"PetStoreShopper"`},
		{"one of two headers", "only.example.com", "/PetStoreShopper", "Pet: Dog-Bella\n", "3", `"PetStoreShopper"`},
		{"letters of a name do not count", "only.example.com", "/", "hello: World\n", "1", "null"},
		{"those of a value do", "only.example.com", "/", "Hello: world\n", "3", "null"},
		{"those of a path do", "only.example.com", "/petstoreshopper", "Pet: Dog-Bella\nAccept: image/webp\n", "3", `"petstoreshopper"`},
		{"a mapping, where no rule fits", "both.example.com", "/PetStoreShopper", "Accept: image/webp\nPet: Cats\n", "3", "null"},
		{"a rule before mappings", "both.example.com", "/PetStoreShopper/cats", "Hello: World\n", "1", `"PetStoreShopper/cats"`},
		{"neither", "both.example.com", "/Admin", "Pet: Dog-Bella\n", none, ""},
		{"the name called", "a.example.org:3000", "/", "", "1", "null"},
		{"another name", "b.example.org", "/", "", "2", "null"},
		{"any other name", "testing.example.org", "/", "", "3", "null"},
		{"all of the path stripped", "strip.example.com", "/PetStoreShopper/dogs", "", "1", "null"},
		{"its beginning stripped", "strip.example.com", "/PetStoreShopper/birds", "", "2", `"birds"`},
		{"stripped before a query", "strip.example.com", "/PetStoreShopper?birds=available", "", "2", "null"},
		{"not stripped", "strip.example.com", "/Kept/dogs", "", "3", `"Kept/dogs"`},
		{"parts are whole", "strip.example.com", "/Kept2", "", none, ""},
		{"a* alpha", "begins.example.com", "/", "x-version: alpha\n", "1", "null"},
		{"a* beta", "begins.example.com", "/", "x-version: beta\n", none, ""},
		{"*a beta", "ends.example.com", "/", "x-version: beta\n", "1", "null"},
		{"*a account", "ends.example.com", "/", "x-version: account\n", none, ""},
		{"*a* backup", "has.example.com", "/", "x-version: backup\n", "1", "null"},
		{"*a* users", "has.example.com", "/", "x-version: user\n", none, ""},
		{"b* and *a, beta", "two.example.com", "/", "x-version: beta\n", "1", "null"},
		{"b* and *a, backup", "two.example.com", "/", "x-version: backup\n", none, ""},
		{"*", "any.example.com", "/", "x-version: users\n", "1", "null"},
		{"* without the header", "any.example.com", "/", "", none, ""},
		{"a line of several", "json.example.com", "/", "Accept: application/json\nAccept: text/xml\n", "1", "null"},
		{"literally", "json.example.com", "/", "Accept: application/json,text/xml\n", none, ""},
	} {
		a := d.raw("GET " + test.path + " HTTP/1.1\nHost: " + test.host + "\n" + test.headers + "\n")
		if test.stage == none {
			if a.status != 403 || a.body != `{"message":"Forbidden"}` {
				t.Errorf("%s: got %d %s, want 403 Forbidden", test.rule, a.status, a.body)
			}
			continue
		}
		if a.status != 200 {
			t.Errorf("%s: got %d %s, want 200", test.rule, a.status, a.body)
			continue
		}
		path, _, _ := strings.Cut(test.path, "?")
		for member, want := range map[string]string{"requestContext.stage": `"` + test.stage + `"`, "path": `"` + path + `"`, "requestContext.path": `"` + path + `"`} {
			if got := c.event(t, member); got != want {
				t.Errorf("%s: got the %s %s, want %s", test.rule, member, got, want)
			}
		}
		want := "null"
		if test.proxy != "null" {
			want = `{"proxy":` + test.proxy + `}`
		}
		if got := strings.ReplaceAll(c.event(t, "pathParameters"), " ", ""); got != want {
			t.Errorf("%s: got the path parameters %s, want %s", test.rule, got, want)
		}
	}
	listed := ""
	for _, stage := range d.gateway.APIs("http://127.0.0.1:3000") {
		if stage.Stage == "1" {
			listed = strings.Join(stage.Domains, " ")
		}
	}
	if want := "https://strip.example.com/PetStoreShopper/dogs"; listed != want {
		t.Errorf("got the URLs %s, want %s", listed, want)
	}
}
