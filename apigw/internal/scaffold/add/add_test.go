package add

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestAFunctionIsWiredAndHasATest(t *testing.T) {
	for _, c := range []struct {
		rule, door, api, statement, before string
		doors                              []string
	}{
		{"behind the only door", "", "stacks/proxy_api.go", `newProxyFunction(this, "MyOrders", settings, &GoFunctionProps{`, "", []string{"proxy"}},
		{"without proxy integration", "", "stacks/mapped_api.go", `NewGoFunction(this, "MyOrders", &GoFunctionProps{`, "// All routes.\n\t", []string{"mapped"}},
		{"behind one of two", "mapped", "stacks/mapped_api.go", `NewGoFunction(this, "MyOrders", &GoFunctionProps{`, "// All routes.\n\t", []string{"proxy", "mapped"}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			p, err := Function(folderOf(t, fixture(c.doors...)), "my-orders", c.door)
			if err != nil {
				t.Fatal(err)
			}
			created, changed := p.Files()
			if want := []string{"functions/my-orders/main.go", "functions/my-orders/main_test.go"}; !slices.Equal(created, want) || !slices.Equal(changed, []string{c.api}) {
				t.Errorf("got %q and %q, want %q and %s", created, changed, want, c.api)
			}
			wantIn(t, p, c.api, "\n\n\t"+c.statement+"\n\t\tSource:      \"functions/my-orders\",\n", "})\n\n\t"+c.before+"addRoutes(")
			wantIn(t, p, "functions/my-orders/main.go", `"github.com/you/greeter/functions/logging"`, "switch ")
			wantIn(t, p, "functions/my-orders/main_test.go", `contract.CasesOf(t, "my-orders")`)
		})
	}
}

// A name that the code of the stack has already would hide what it stands for.
func TestNamesInTheStackHideNothing(t *testing.T) {
	for name, want := range map[string]string{
		"api": `apiFunction := newProxyFunction(this, "API", settings`, "proxied": `proxiedFunction := newProxyFunction(this, "Proxied", settings`,
		"access-logs": `accessLogs := newProxyFunction(this, "AccessLogsFunction", settings`, "new": `newFunction := newProxyFunction(this, "New", settings`,
	} {
		root := folderOf(t, fixture("proxy"))
		p, err := Function(root, name, "")
		if err != nil {
			t.Fatal(err)
		}
		written(t, p)
		if p, err = Route(root, RouteOptions{Method: "GET", Path: "/x", Function: name}); err != nil {
			t.Fatal(err)
		}
		wantIn(t, p, "stacks/proxy_api.go", want)
	}
}

// written writes a plan to the disk, without compiling anything.
func written(t *testing.T, p *Plan) {
	t.Helper()
	for name, content := range p.files {
		if err := replace(p.path(name), content); err != nil {
			t.Fatal(err)
		}
	}
}

func TestARouteThroughTheProxy(t *testing.T) {
	p, err := Route(folderOf(t, fixture("proxy")), RouteOptions{Method: "PUT", Path: "/greet/{name}", Function: "greet", Model: "text,times:integer,loud?:boolean", Query: "type"})
	if err != nil {
		t.Fatal(err)
	}
	wantIn(t, p, "stacks/proxy_api.go",
		"// for everybody\n", "\t\troute{method: \"PUT\", path: \"/greet/{name}\", call: proxied{greet}},\n\t)\n")
	wantIn(t, p, "functions/greet/main.go",
		"// says hello\n\tcase \"PUT /greet/{name}\":\n\t\treturn putGreetByName(ctx, request)\n\tdefault:\n")
	wantIn(t, p, "functions/greet/put_greet_by_name.go",
		`name, err := url.PathUnescape(request.PathParameters["name"])`,
		"Times *int64  `json:\"times\"`", "Loud  *bool   `json:\"loud,omitempty\"`",
		"Times int64  `json:\"times\"`", "Times: *input.Times,", "Loud:  input.Loud,",
		"if input.Text == nil || input.Times == nil {", `"The body must have text and times."`,
		`request.QueryStringParameters["type"]`)
	wantIn(t, p, "test/contract/contract.json",
		`{"rule": "PUT /greet/{name}", "function": "greet", "request": {"method": "PUT", "target": "/greet/name-1?type=type-1", "headers": {"Content-Type": "application/json"}`,
		`"body": "{\"name\":\"name-1\",\"type\":\"type-1\",\"text\":\"sample\",\"times\":1,\"loud\":true}"`,
		`"rule": "PUT /greet/{name} with a body that does not fit"`, `"Access-Control-Allow-Methods": "GET,PUT,OPTIONS"`)
	if p.files["test/contract/proxy_event.go"] != nil {
		t.Error("the list of routes changed, want it as it was: it has the path")
	}
}

func TestARouteThroughTemplates(t *testing.T) {
	p, err := Route(folderOf(t, fixture("mapped")), RouteOptions{Method: "POST", Path: "/meet/{id}", Function: "meet", Model: "text,note?", Query: "lang"})
	if err != nil {
		t.Fatal(err)
	}
	wantIn(t, p, "stacks/mapped_api.go",
		`route{method: "POST", path: "/meet/{id}", call: mapped{function: meet, template: "mapped/post_meet_by_id.vtl", model: addModel(api, "PostMeetByIDBody", "mapped/post_meet_by_id.json")}},`)
	wantIn(t, p, "stacks/templates/mapped/post_meet_by_id.vtl", `"route": "POST /meet/{id}"`, `"body": $input.json('$')`, "#if($query.containsKey('lang'))", "#{else}null#end,\n")
	wantIn(t, p, "stacks/templates/mapped/post_meet_by_id.json", `"required": ["text"]`, `"additionalProperties": false`)
	wantIn(t, p, "functions/meet/main.go", "switch e.Route {\n\tcase \"POST /meet/{id}\":\n\t\treturn call(c, e.Input, postMeetByID)\n\tdefault:")
	wantIn(t, p, "functions/meet/post_meet_by_id.go", "import \"context\"\n", "Lang *string", "Text: input.Body.Text,")
	wantIn(t, p, "functions/meet/call.go", "func call[")
	wantIn(t, p, "test/contract/contract.json",
		`"event": {"route": "POST /meet/{id}", "input": {"id": "id-1", "lang": "lang-1", "body": {"note": "sample", "text": "sample"}}}`,
		`"response": {"status": 400, "body": "{\"message\":\"no\"}"}`)
}

// What the gateway refused is not refused any more, and a new method is in the
// preflight.
func TestTheContractKnowsWhatIsNoLongerRefused(t *testing.T) {
	for _, c := range []struct {
		rule          string
		doors         []string
		want, wantNot []string
	}{
		{"with one door", []string{"proxy"}, []string{`"rule": "PUT /greet", "function"`, `an unknown path`}, []string{"PUT is unknown"}},
		{"the other door still refuses it", []string{"proxy", "mapped"}, []string{`{"rule": "PUT is unknown", "door": "mapped",`, `"rule": "PUT /greet", "door": "proxy"`}, nil},
	} {
		t.Run(c.rule, func(t *testing.T) {
			p, err := Route(folderOf(t, fixture(c.doors...)), RouteOptions{Method: "PUT", Path: "/greet", Function: "greet"})
			if err != nil {
				t.Fatal(err)
			}
			wantIn(t, p, "test/contract/contract.json", c.want...)
			wantNotIn(t, p, "test/contract/contract.json", c.wantNot...)
			wantIn(t, p, "test/contract/contract.json", "\n]\n")
		})
	}
}

func TestAnAuthorizerGuardsRoutes(t *testing.T) {
	for _, kind := range []string{"token", "request"} {
		t.Run(kind, func(t *testing.T) {
			p, err := Authorizer(folderOf(t, fixture("proxy")), AuthorizerOptions{Name: "tokens", Type: kind, Cache: 300, Routes: []string{"GET /greet/{name}"}})
			if err != nil {
				t.Fatal(err)
			}
			wantIn(t, p, "stacks/proxy_api.go", "tokens := &authorizer{IAuthorizer: awsapigateway.New"+strings.ToUpper(kind[:1])+kind[1:]+"Authorizer(", "jsii.Number(300)",
				`route{method: "GET", path: "/greet/{name}", call: proxied{greet}, authorizer: tokens},`, `"github.com/aws/jsii-runtime-go"`)
			wantNotIn(t, p, "stacks/proxy_api.go", `path: "/greet", call: proxied{greet}, authorizer`)
			wantIn(t, p, "functions/tokens/main.go", "func authorize(")
			wantIn(t, p, "test/contract/contract.json",
				`{"rule": "a greeting", "request": {"method": "GET", "target": "/greet/Ada"}, "authorized": true,`,
				`"rule": "GET /greet/{name} without a token"`)
			token := strings.TrimPrefix(p.Notes[0], "the token of the caller owner is in no file, so keep it: ")
			if want := "curl --header 'Authorization: Bearer " + token + "' "; len(p.Notes) != 2 || !strings.Contains(p.Notes[1], want) {
				t.Errorf("notes %q, want one with %s", p.Notes, want)
			}
			for name, content := range p.files {
				if len(token) < 20 || strings.Contains(string(content), token) {
					t.Errorf("the token %q is in %s, want it nowhere", token, name)
				}
			}
		})
	}
}

func TestARouteOfAnAuthorizer(t *testing.T) {
	root := folderOf(t, fixture("proxy"))
	p, err := Authorizer(root, AuthorizerOptions{Name: "tokens", Routes: []string{"GET /greet"}})
	if err != nil {
		t.Fatal(err)
	}
	written(t, p)
	if p, err = Route(root, RouteOptions{Method: "DELETE", Path: "/greet/{name}", Function: "greet", Authorizer: "tokens"}); err != nil {
		t.Fatal(err)
	}
	wantIn(t, p, "stacks/proxy_api.go", `route{method: "DELETE", path: "/greet/{name}", call: proxied{greet}, authorizer: tokens},`)
	wantIn(t, p, "functions/greet/delete_greet_by_name.go", `request.RequestContext.Authorizer["caller"]`)
	if _, err := Route(root, RouteOptions{Method: "PUT", Path: "/greet", Function: "greet", Authorizer: "token"}); !said(err, "did you mean tokens?") {
		t.Errorf("an authorizer that is misspelt: error %v, want the nearest name", err)
	}
	if _, err := Route(root, RouteOptions{Method: "PUT", Path: "/greet", Function: "tokens"}); !said(err, "tokens is an authorizer") {
		t.Errorf("a route of an authorizer: error %v, want that it handles none", err)
	}
	if _, err := Function(root, "tokens", ""); !said(err, "functions/tokens is there already: choose another name") {
		t.Errorf("a function with the name of an authorizer: error %v, want that it is there", err)
	}
	if _, err := Authorizer(root, AuthorizerOptions{Name: "keys", Routes: []string{"GET /greet"}}); !said(err, "is guarded by tokens already") {
		t.Errorf("a second authorizer: error %v, want that a route has one", err)
	}
}

func TestAnAuthorizerGuardsMoreRoutes(t *testing.T) {
	root := folderOf(t, fixture("proxy", "mapped"))
	p, err := Authorizer(root, AuthorizerOptions{Name: "tokens", Routes: []string{"GET /greet"}})
	if err != nil {
		t.Fatal(err)
	}
	written(t, p)
	if p, err = Authorizer(root, AuthorizerOptions{Name: "tokens", Routes: []string{"GET /greet/{name}"}}); err != nil {
		t.Fatal(err)
	}
	created, changed := p.Files()
	if want := []string{"stacks/proxy_api.go", "test/contract/contract.json"}; len(created) > 0 || !slices.Equal(changed, want) {
		t.Errorf("new %q, changed %q, want nothing new, and %q", created, changed, want)
	}
	wantIn(t, p, "stacks/proxy_api.go", `path: "/greet", call: proxied{greet}, authorizer: tokens}`, `path: "/greet/{name}", call: proxied{greet}, authorizer: tokens}`)
	wantIn(t, p, "test/contract/contract.json", `"rule": "GET /greet/{name} without a token"`)
	if got := strings.Count(string(p.files["stacks/proxy_api.go"]), "&authorizer{"); got != 1 {
		t.Errorf("%d authorizers, want the one that was there", got)
	}
	for _, c := range []struct {
		rule, want string
		options    AuthorizerOptions
	}{
		{"the route that it guards", "is guarded by tokens already", AuthorizerOptions{Routes: []string{"GET /greet"}}},
		{"another type", "leave --type and --cache out", AuthorizerOptions{Type: "request", Routes: []string{"GET /greet/{name}"}}},
		{"no route", "--route is missing", AuthorizerOptions{}},
		{"a route of the other API", "add one with another name", AuthorizerOptions{Routes: []string{"GET /meet"}}},
	} {
		c.options.Name = "tokens"
		if _, err := Authorizer(root, c.options); !said(err, c.want) {
			t.Errorf("%s: error %v, want %q", c.rule, err, c.want)
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	proxyOnly, both := fixture("proxy"), fixture("proxy", "mapped")
	route := func(o RouteOptions) func(string) (*Plan, error) {
		return func(root string) (*Plan, error) { return Route(root, o) }
	}
	function := func(name, door string) func(string) (*Plan, error) {
		return func(root string) (*Plan, error) { return Function(root, name, door) }
	}
	authorizer := func(o AuthorizerOptions) func(string) (*Plan, error) {
		return func(root string) (*Plan, error) { return Authorizer(root, o) }
	}
	for _, c := range []struct {
		rule  string
		files map[string]string
		plan  func(string) (*Plan, error)
		want  string
	}{
		{"a folder that is no project", map[string]string{"a": ""}, function("orders", ""), "has no kit.json"},
		{"a project without its stacks", map[string]string{"kit.json": proxyOnly["kit.json"], "go.mod": ""}, function("orders", ""), "has no stacks"},
		{"a function that there is", proxyOnly, function("greet", ""), "functions/greet is there already: choose another name, or add a route to it: go run ./local add route METHOD PATH --function greet"},
		{"a package that there is", proxyOnly, function("logging", ""), "functions/logging is there already"},
		{"no door where there are two", both, function("orders", ""), "say which with --door"},
		{"a door that is misspelt", both, function("orders", "maped"), "did you mean mapped?"},
		{"a door that the project does not have", proxyOnly, function("orders", "mapped"), "this project has no door mapped"},
		{"no function", proxyOnly, route(RouteOptions{Method: "GET", Path: "/x"}), "--function is missing: name one of functions/: greet"},
		{"a function that is misspelt", proxyOnly, route(RouteOptions{Method: "GET", Path: "/x", Function: "gret"}), "did you mean greet?"},
		{"an unknown function", proxyOnly, route(RouteOptions{Method: "GET", Path: "/x", Function: "payments"}), "add it first: go run ./local add function payments"},
		{"a function that is in no stack", with(proxyOnly, map[string]string{"functions/other/main.go": "package main"}), route(RouteOptions{Method: "GET", Path: "/x", Function: "other"}), `has the source "functions/other"`},
		{"a function of the other door", both, route(RouteOptions{Method: "GET", Path: "/x", Function: "greet", Door: "mapped"}), "greet is behind the door proxy"},
		{"a keyword as a path", proxyOnly, route(RouteOptions{Method: "GET", Path: "x", Function: "greet"}), "does not begin with a slash"},
		{"a route that there is", proxyOnly, route(RouteOptions{Method: "GET", Path: "/greet", Function: "greet"}), "has the route GET /greet already"},
		{"another variable at the place of one", proxyOnly, route(RouteOptions{Method: "GET", Path: "/greet/{id}", Function: "greet"}), "use the same name"},
		{"a body of a GET", proxyOnly, route(RouteOptions{Method: "GET", Path: "/x", Function: "greet", Model: "a"}), "a GET has no body"},
		{"a schema that is not there", proxyOnly, route(RouteOptions{Method: "POST", Path: "/x", Function: "greet", Model: "x.json"}), "name the file of a JSON schema"},
		{"a schema that is not JSON", with(proxyOnly, map[string]string{"x.json": "{"}), route(RouteOptions{Method: "POST", Path: "/x", Function: "greet", Model: "x.json"}), "this is not a JSON schema"},
		{"a schema that is none", with(proxyOnly, map[string]string{"x.json": `{"type": "objekt"}`}), route(RouteOptions{Method: "POST", Path: "/x", Function: "greet", Model: "x.json"}), "API Gateway would not take this schema"},
		{"a type that is misspelt", proxyOnly, route(RouteOptions{Method: "POST", Path: "/x", Function: "greet", Model: "a:interger"}), "did you mean integer?"},
		{"a field that is none", proxyOnly, route(RouteOptions{Method: "POST", Path: "/x", Function: "greet", Model: "a b"}), `"a b" is not a field`},
		{"a field twice", proxyOnly, route(RouteOptions{Method: "POST", Path: "/x", Function: "greet", Model: "a,a"}), "the field a is there twice"},
		{"two fields of one name in Go", proxyOnly, route(RouteOptions{Method: "POST", Path: "/x", Function: "greet", Model: "a-b,aB"}), "have the same name in Go, AB"},
		{"a query parameter that is none", proxyOnly, route(RouteOptions{Method: "GET", Path: "/x", Function: "greet", Query: "a,,b"}), "is not the name of a query parameter"},
		{"a query parameter with the name of a variable", proxyOnly, route(RouteOptions{Method: "GET", Path: "/x/{id}", Function: "greet", Query: "id"}), "the same name in Go as the variable id"},
		{"a name that is none in Go", proxyOnly, route(RouteOptions{Method: "GET", Path: "/x", Function: "greet", Name: "list orders"}), "is not a name for a Go function"},
		{"a name that the function has", proxyOnly, route(RouteOptions{Method: "GET", Path: "/x", Function: "greet", Name: "handle"}), "declares handle already"},
		{"a keyword as a name", proxyOnly, route(RouteOptions{Method: "GET", Path: "/x", Function: "greet", Name: "func"}), "is not a name for a Go function"},
		{"an authorizer that is not there", proxyOnly, route(RouteOptions{Method: "GET", Path: "/x", Function: "greet", Authorizer: "tokens"}), `there is no authorizer "tokens"`},
		{"an authorizer without a route", proxyOnly, authorizer(AuthorizerOptions{Name: "tokens"}), `name one or more of "GET /greet", "GET /greet/{name}"`},
		{"an authorizer of a route that is misspelt", proxyOnly, authorizer(AuthorizerOptions{Name: "tokens", Routes: []string{"GET /gret"}}), `did you mean "GET /greet"?`},
		{"a route twice", proxyOnly, authorizer(AuthorizerOptions{Name: "tokens", Routes: []string{"GET /greet", "GET /greet"}}), "is there twice"},
		{"an authorizer for two APIs", both, authorizer(AuthorizerOptions{Name: "tokens", Routes: []string{"GET /greet", "GET /meet"}}), "add an authorizer for each API"},
		{"an unknown kind", proxyOnly, authorizer(AuthorizerOptions{Name: "tokens", Type: "tokn", Routes: []string{"GET /greet"}}), "did you mean token?"},
		{"a cache for too long", proxyOnly, authorizer(AuthorizerOptions{Name: "tokens", Cache: 3601, Routes: []string{"GET /greet"}}), "to 3600"},
		{"a file that is there already", with(proxyOnly, map[string]string{"functions/greet/get_x.go": "package main"}), route(RouteOptions{Method: "GET", Path: "/x", Function: "greet"}), "functions/greet/get_x.go is there already"},
		{"a stack that does not parse", with(proxyOnly, map[string]string{"stacks/proxy_api.go": "package stacks\nfunc {"}), route(RouteOptions{Method: "GET", Path: "/x", Function: "greet"}), "stacks/proxy_api.go:2:6"},
		{"a contract that does not parse", with(proxyOnly, map[string]string{"test/contract/contract.json": "[{]"}), route(RouteOptions{Method: "GET", Path: "/x", Function: "greet"}), "test/contract/contract.json: line 1"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			root := folderOf(t, c.files)
			before := tree(t, root)
			if _, err := c.plan(root); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
			if after := tree(t, root); !maps.Equal(before, after) {
				t.Errorf("files changed: got %v, want %v", after, before)
			}
		})
	}
}

// An owner changes the code, and what it is found by is what it declares.
func TestCodeThatAnOwnerChanged(t *testing.T) {
	changed := func(from, to string) map[string]string {
		return map[string]string{"stacks/proxy_api.go": strings.Replace(proxyAPI, from, to, 1)}
	}
	list := proxyAPI[strings.Index(proxyAPI, "addRoutes("):strings.Index(proxyAPI, "\treturn api")]
	for _, c := range []struct {
		rule  string
		files map[string]string
		file  string
		want  string
	}{
		{"a file with another name", map[string]string{"stacks/proxy_api.go": "package stacks\n", "stacks/api.go": proxyAPI}, "stacks/api.go", "\t\troute{method: \"GET\", path: \"/x\", call: proxied{greet}},\n\t)\n"},
		{"a function with another name", changed("func NewProxyApi(", "func Greeter("), "stacks/proxy_api.go", `path: "/x", call: proxied{greet}},`},
		{"all routes in one line", changed(list, "addRoutes(api, settings, route{method: \"GET\", path: \"/greet\", call: proxied{greet}})\n"), "stacks/proxy_api.go",
			`call: proxied{greet}}, route{method: "GET", path: "/x", call: proxied{greet}})`},
		{"no comma behind the last route", changed(list, "addRoutes(api, settings,\n\t\troute{method: \"GET\", path: \"/greet\", call: proxied{greet}}) // all\n"), "stacks/proxy_api.go",
			`call: proxied{greet}}, route{method: "GET", path: "/x", call: proxied{greet}}) // all`},
		{"no route yet", changed(list, "addRoutes(api, settings)\n"), "stacks/proxy_api.go", "addRoutes(api, settings,\n\t\troute{method: \"GET\", path: \"/x\", call: proxied{greet}},\n\t)\n"},
		{"a comment behind the last route", changed("/greet/{name}\", call: proxied{greet}},\n", "/greet/{name}\", call: proxied{greet}}, // one,\n\t\t// and more, later\n"), "stacks/proxy_api.go",
			"// one,\n\t\t// and more, later\n\t\troute{method: \"GET\", path: \"/x\", call: proxied{greet}},\n\t)\n"},
		{"routes without names of fields", changed(list, "addRoutes(api, settings,\n\t\troute{\"GET\", \"/greet\", proxied{greet}, nil},\n\t)\n"), "stacks/proxy_api.go", `path: "/x", call: proxied{greet}},`},
		{"a variable with another name", changed("greet := newProxyFunction", "salute := newProxyFunction"), "stacks/proxy_api.go", `path: "/x", call: proxied{salute}},`},
		{"a switch in another file and function", map[string]string{"functions/greet/main.go": "package main\n",
			"functions/greet/router.go": "package main\n\nfunc dispatch(c context.Context, r events.APIGatewayProxyRequest) (any, error) {\n\tkey := \"\"\n\tswitch key = r.HTTPMethod + \" \" + r.Resource; key {\n\t}\n\treturn nil, nil\n}\n"},
			"functions/greet/router.go", "case \"GET /x\":\n\t\treturn getX(c, r)\n\t}"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			p, err := Route(folderOf(t, with(fixture("proxy"), c.files)), RouteOptions{Method: "GET", Path: "/x", Function: "greet"})
			if err != nil {
				t.Fatal(err)
			}
			wantIn(t, p, c.file, c.want)
		})
	}
}

func TestAPlaceThatIsNotFoundIsNamedWithTheLines(t *testing.T) {
	for _, c := range []struct {
		rule    string
		changed map[string]string
		wants   []string
	}{
		{"a function that handles one thing", map[string]string{"functions/greet/main.go": "package main\n"}, []string{"functions/greet: found no switch over", "case \"GET /x\":\n\t\treturn getX(ctx, request)"}},
		{"an API without a list", map[string]string{"stacks/proxy_api.go": strings.Replace(proxyAPI, "addRoutes(", "plainRoutes(", 1)}, []string{"calls addRoutes nowhere"}},
		{"no list of routes for events", map[string]string{"test/contract/proxy_event.go": "package contract\n"}, []string{"test/contract: found no list Routes", `"/x",`}},
		{"no API", map[string]string{"stacks/proxy_api.go": "package stacks\n\nfunc other() { f(&GoFunctionProps{Source: \"functions/greet\"}) }\n"}, []string{"has no function NewProxyApi"}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			_, err := Route(folderOf(t, with(fixture("proxy"), c.changed)), RouteOptions{Method: "GET", Path: "/x", Function: "greet"})
			for _, want := range c.wants {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("error %v, want one with %q", err, want)
				}
			}
		})
	}
}

func TestSchemasOfAnyShape(t *testing.T) {
	for _, c := range []struct{ rule, schema, door, file, want, rules string }{
		{"members that stay JSON", `{"type": "object", "properties": {"lines": {"type": "array", "items": {"type": "string"}}}, "required": ["lines"]}`, "proxy",
			"functions/greet/post_x.go", "Lines json.RawMessage `json:\"lines\"`", `POST /x with a body`},
		{"a list", `{"type": "array", "items": {"type": "integer"}}`, "proxy", "functions/greet/post_x.go", "type PostXInput = json.RawMessage", `POST /x with a body`},
		{"a list, mapped", `{"type": "array", "items": {"type": "integer"}}`, "mapped", "functions/meet/post_x.go", "type PostXBody = json.RawMessage", `POST /x with a body`},
		{"anything at all", `{}`, "mapped", "functions/meet/post_x.go", "Body json.RawMessage `json:\"body\"`", `"rule": "POST /x",`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			root := folderOf(t, with(fixture(c.door), map[string]string{"x.json": c.schema}))
			function := map[string]string{"proxy": "greet", "mapped": "meet"}[c.door]
			p, err := Route(root, RouteOptions{Method: "POST", Path: "/x", Function: function, Model: "x.json"})
			if err != nil {
				t.Fatal(err)
			}
			wantIn(t, p, c.file, c.want)
			wantIn(t, p, "test/contract/contract.json", c.rules)
		})
	}
}

// A route that takes nothing has types without members, as a person would write them.
func TestTypesWithoutMembers(t *testing.T) {
	for door, want := range map[string][]string{
		"greet": {"type GetXOutput struct{}\n", "return GetXOutput{}, nil\n"},
		"meet":  {"type GetXInput struct{}\n", "type GetXOutput struct{}\n", "return GetXOutput{}, nil\n"},
	} {
		p, err := Route(folderOf(t, fixture("proxy", "mapped")), RouteOptions{Method: "GET", Path: "/x", Function: door})
		if err != nil {
			t.Fatal(err)
		}
		wantIn(t, p, "functions/"+door+"/get_x.go", want...)
	}
}
