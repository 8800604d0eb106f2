package route_test

import (
	"slices"
	"strings"
	"testing"

	"example.com/apigw/internal/gateway/route"
)

func tree(t testing.TB, routes ...string) *route.Tree[string] {
	t.Helper()
	var tree route.Tree[string]
	for _, r := range routes {
		method, path, _ := strings.Cut(r, " ")
		if err := tree.Add(path, method, r); err != nil {
			t.Fatal(err)
		}
	}
	return &tree
}

func TestFind(t *testing.T) {
	cases := []struct {
		name   string
		routes []string
		method string
		path   string
		want   string // empty is none
		params []route.Param
	}{
		{"the root", []string{"GET /"}, "GET", "/", "GET /", nil},
		{"static before parameter before greedy", []string{"GET /a", "GET /{p}", "GET /{p+}"}, "GET", "/a", "GET /a", nil},
		{"parameter before greedy", []string{"GET /a", "GET /{p}", "GET /{q+}"}, "GET", "/b", "GET /{p}", []route.Param{{Name: "p", Value: "b"}}},
		{"greedy takes several parts", []string{"GET /{p}", "GET /{q+}"}, "GET", "/b/c", "GET /{q+}", []route.Param{{Name: "q", Value: "b/c"}}},
		{"the method decides too: test_proxy_routing_with_hardcoded_resource_sibling", []string{"POST /test", "OPTIONS /{proxy+}"}, "OPTIONS", "/test", "OPTIONS /{proxy+}", []route.Param{{Name: "proxy", Value: "test"}}},
		{"backtracking: test_routing_with_hardcoded_resource_sibling_order", []string{"GET /part1/hard", "GET /{param+}"}, "GET", "/part1/random", "GET /{param+}", []route.Param{{Name: "param", Value: "part1/random"}}},
		{"backtracking out of a parameter", []string{"GET /{a}/x", "GET /{b+}"}, "GET", "/1/y", "GET /{b+}", []route.Param{{Name: "b", Value: "1/y"}}},
		{"parameters from left to right", []string{"GET /{a}/x/{b}/{c+}"}, "GET", "/1/x/2/3/4", "GET /{a}/x/{b}/{c+}", []route.Param{{Name: "a", Value: "1"}, {Name: "b", Value: "2"}, {Name: "c", Value: "3/4"}}},
		{"a greedy parameter needs a value", []string{"GET /a/{p+}"}, "GET", "/a", "", nil},
		{"also with a slash at the end", []string{"GET /a/{p+}"}, "GET", "/a/", "", nil},
		{"by name before ANY", []string{"ANY /a", "GET /a"}, "GET", "/a", "GET /a", nil},
		{"ANY", []string{"ANY /a", "GET /a"}, "DELETE", "/a", "ANY /a", nil},
		{"ANY is for seven methods", []string{"ANY /a"}, "TRACE", "/a", "", nil},
		{"ANY is not a method of a client", []string{"ANY /a"}, "ANY", "/a", "", nil},
		{"GET does not serve HEAD", []string{"GET /a"}, "HEAD", "/a", "", nil},
		{"double slashes in front of a name", []string{"GET /a/b"}, "GET", "//a//b", "GET /a/b", nil},
		{"one slash at the end", []string{"GET /a"}, "GET", "/a/", "GET /a", nil},
		{"slashes in a greedy value stay", []string{"GET /{p+}"}, "GET", "/a//b/", "GET /{p+}", []route.Param{{Name: "p", Value: "a//b"}}},
		{"names may be percent-encoded", []string{"GET /a"}, "GET", "/%61", "GET /a", nil},
		{"an encoded slash is part of a value", []string{"GET /{p}"}, "GET", "/a%2Fb", "GET /{p}", []route.Param{{Name: "p", Value: "a%2Fb"}}},
		{"a broken escape is not a name", []string{"GET /a", "GET /{p}"}, "GET", "/%zz", "GET /{p}", []route.Param{{Name: "p", Value: "%zz"}}},
		{"nothing", nil, "GET", "/", "", nil},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			got, params, ok := tree(t, tc.routes...).Find(tc.path, tc.method)
			if ok != (tc.want != "") || ok && got != tc.want || !slices.Equal(params, tc.params) {
				t.Errorf("got %q %v %v, want %q %v", got, params, ok, tc.want, tc.params)
			}
		})
	}
}

func TestDecoded(t *testing.T) {
	for value, want := range map[string]string{"a%20b+c": "a b+c", "%2F": "/", "%zz": "%zz"} {
		if got := (route.Param{Value: value}).Decoded(); got != want {
			t.Errorf("%s: got %s, want %s", value, got, want)
		}
	}
}

func TestAddRefuses(t *testing.T) {
	for _, tc := range []struct{ name, path string }{
		{"the same again", "/a/{p}"}, {"another name in the same place", "/a/{q}"}, {"no slash", "a"}, {"an empty part", "/a//b"},
		{"no name", "/{}"}, {"no greedy name", "/{+}"}, {"no end", "/{a"}, {"more after greedy", "/g/{p+}/x"},
	} {
		if err := tree(t, "GET /a/{p}", "GET /g/{p+}").Add(tc.path, "GET", "x"); err == nil {
			t.Errorf("%s: got no error, want one", tc.name)
		}
	}
}

// FuzzFind: whatever the path is, what is found fits it.
func FuzzFind(f *testing.F) {
	for _, path := range []string{"/", "//", "/a/b", "/%00", "/a//b/", "/x/1/y/%2f", "a", strings.Repeat("/a", 2000)} {
		f.Add(path, "GET")
	}
	tree := tree(f, "GET /", "GET /a/b", "ANY /a/{p}", "POST /a/{p}/c", "GET /x/{y}/{z+}", "ANY /{all+}")
	f.Fuzz(func(t *testing.T, path, method string) {
		got, params, ok := tree.Find(path, method)
		if !ok {
			return
		}
		if strings.Count(got, "{") != len(params) {
			t.Errorf("got the parameters %v, want those of %s", params, got)
		}
		for _, p := range params {
			if p.Value == "" || !strings.Contains(path, p.Value) {
				t.Errorf("got the value %q, want a part of %q", p.Value, path)
			}
		}
	})
}
