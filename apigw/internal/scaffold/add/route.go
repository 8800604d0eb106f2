package add

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/token"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.com/apigw/contract"
	"example.com/apigw/internal/nearest"
	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/scaffold/project"
)

// RouteOptions are a route to add.
type RouteOptions struct {
	Method, Path string
	Function     string // a folder in functions/
	Door         string // empty: that of the function
	Model        string // the file of a JSON schema, or fields; empty: the route takes no body
	Query        string // names of query parameters, separated by commas
	Authorizer   string // a folder in functions/; empty: anybody may call the route
	Name         string // of the Go function that handles it; empty: made of method and path
}

// newRoute is a route that is about to be added.
type newRoute struct {
	RouteOptions
	door  project.Door
	model *model // nil without one

	// For the templates of its files.
	Handler, Type string
	Route         string // the path
	Path, Query   []member
	Stack         string
	Template      string // the file of the request template, below stacks/templates
	ModelFile     string
}

// Route plans a route of a function.
func Route(root string, options RouteOptions) (*Plan, error) {
	p, err := open(root)
	if err != nil {
		return nil, err
	}
	r := &newRoute{RouteOptions: options, Route: options.Path}
	if err := checkMethod(r.Method); err != nil {
		return nil, err
	}
	wired, err := p.existingFunction(r.Function)
	if err != nil {
		return nil, err
	}
	if r.door, err = p.doorOf(r.Function, wired, r.Door); err != nil {
		return nil, err
	}
	a, err := p.api(r.door)
	if err != nil {
		return nil, err
	}
	if err := checkPath(r.Route, a.paths()); err != nil {
		return nil, err
	}
	if _, there := a.route(r.Method, r.Route); there {
		return nil, fmt.Errorf("%s has the route %s %s already: change what it does in its function", a.source.name, r.Method, r.Route)
	}
	r.Stack = a.source.name
	if err := r.takes(root); err != nil {
		return nil, err
	}
	for _, plan := range []func(*newRoute) error{p.handler, p.wire, p.promise} {
		if err := plan(r); err != nil {
			return nil, err
		}
	}
	if r.door == project.Proxy && r.model != nil && r.model.more {
		p.Notes = append(p.Notes, "behind the proxy the function checks the body: it knows which members there are and of which types, and what else the schema says is for you to check")
	}
	return p, nil
}

// existingFunction returns what makes a function that must be there, and take routes.
func (p *Plan) existingFunction(name string) (*wiredFunction, error) {
	if name == "" {
		return nil, fmt.Errorf("--function is missing: name one of functions/: %s", strings.Join(p.functions(), ", "))
	}
	wired, err := p.function(name)
	switch {
	case err != nil:
		return nil, err
	case wired == nil && slices.Contains(p.functions(), name):
		return nil, fmt.Errorf(`no function of stacks/ has the source "functions/%s": wire it there as the others are, and try again`, name)
	case wired == nil:
		meant := "add it first: go run ./local add function " + rules.Printable(name)
		if near := nearest.Word(name, p.functions()); near != "" {
			meant = "did you mean " + near + "?"
		}
		return nil, fmt.Errorf("there is no function %q: %s", rules.Printable(name), meant)
	case wired.guards:
		return nil, fmt.Errorf("%s is an authorizer, which handles no routes: guard one with --authorizer %s, and name another with --function", name, name)
	}
	return wired, nil
}

// functions lists the programs in functions/.
func (p *Plan) functions() []string {
	var list []string
	entries, err := os.ReadDir(p.path("functions"))
	if err != nil {
		return nil
	}
	for _, entry := range entries {
		if p.onDisk("functions/" + entry.Name() + "/main.go") {
			list = append(list, entry.Name())
		}
	}
	return list
}

// doorOf returns the door that a function is behind.
func (p *Plan) doorOf(name string, wired *wiredFunction, named string) (project.Door, error) {
	if named != "" {
		if _, err := p.door(named); err != nil {
			return "", err
		}
	}
	for _, door := range p.project.Doors {
		a, err := p.api(door)
		if err != nil {
			return "", err
		}
		if a.source.name != wired.source.name || a.decl.Name.Name != wired.decl.Name.Name {
			continue
		}
		if named != "" && project.Door(named) != door {
			return "", fmt.Errorf("%s is behind the door %s, and a function cannot be behind both, since their events differ: add another function with --door %s", name, door, named)
		}
		return door, nil
	}
	return "", fmt.Errorf("%s: %s, which makes the function %s, makes no API: move the function to where its routes are", wired.source.name, wired.decl.Name.Name, name)
}

// queryName is the name of a parameter that is easy to write in URLs and templates.
var queryName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._-]*$`)

// takes finds out what the route takes of a request.
func (r *newRoute) takes(root string) error {
	taken := map[string]string{}
	add := func(list *[]member, kind, name string) error {
		m := newMember(name)
		if other := taken[m.Go]; other != "" {
			return fmt.Errorf("%s %s has the same name in Go as %s: rename one", kind, name, other)
		}
		taken[m.Go] = kind + " " + name
		*list = append(*list, m)
		return nil
	}
	if r.Model != "" {
		if !slices.Contains([]string{"POST", "PUT", "PATCH"}, r.Method) {
			return fmt.Errorf("--model: a %s has no body: leave it out, or use POST, PUT or PATCH", r.Method)
		}
		var err error
		if r.model, err = readModel(root, r.Model); err != nil {
			return err
		}
		if r.door == project.Mapped || r.model.members == nil {
			taken["Body"] = "the body"
		}
	}
	if r.Authorizer != "" && r.door == project.Mapped {
		taken["Caller"] = "the caller"
	}
	for part := range strings.SplitSeq(r.Route, "/") {
		if variable := variableOf(part); variable != "" {
			if err := add(&r.Path, "the variable", variable); err != nil {
				return err
			}
		}
	}
	for name := range strings.SplitSeq(r.RouteOptions.Query, ",") {
		if name = strings.TrimSpace(name); name == "" && r.RouteOptions.Query == "" {
			continue
		}
		if !queryName.MatchString(name) {
			return fmt.Errorf("--query: %q is not the name of a query parameter: use letters, digits, '-', '.' and '_', and commas between names", rules.Printable(name))
		}
		if err := add(&r.Query, "the query parameter", name); err != nil {
			return err
		}
	}
	return nil
}

// What the templates ask of a route.

// HasBody reports whether it takes a body.
func (r *newRoute) HasBody() bool { return r.model != nil }

// Members are those of the body; none if it is not an object whose members are known.
func (r *newRoute) Members() []member {
	if r.model == nil || r.door == project.Mapped {
		return r.modelMembers()
	}
	// Behind the proxy nobody else looks whether a member is there: nil is not.
	list := slices.Clone(r.model.members)
	for i := range list {
		if list[i].GoType != raw {
			list[i].GoType = "*" + list[i].GoType
		}
	}
	return list
}

func (r *newRoute) modelMembers() []member {
	if r.model == nil {
		return nil
	}
	return r.model.members
}

// shown is a member of the response, and the expression for its value.
type shown struct {
	member
	Value string
}

// Shown are the members of the body that are in the response beside the parameters.
func (r *newRoute) Shown() []shown {
	var list []shown
	for _, m := range r.Members() {
		if slices.ContainsFunc(slices.Concat(r.Path, r.Query), func(other member) bool { return other.Go == m.Go || other.Name == m.Name }) {
			continue
		}
		s := shown{m, r.Decoded() + "." + m.Go}
		if plain, pointer := strings.CutPrefix(m.GoType, "*"); pointer && m.Must { // the handler has looked whether it is there
			s.GoType, s.Value = plain, "*"+s.Value
		}
		list = append(list, s)
	}
	return list
}

// Required are the members that must be there.
func (r *newRoute) Required() []member {
	return slices.DeleteFunc(slices.Clone(r.Members()), func(m member) bool { return !m.Must })
}

// Empty reports whether the response has no members.
func (r *newRoute) Empty() bool { return len(r.Path)+len(r.Query) == 0 && !r.HasBody() }

// Missing is what the client reads if one of them is not there.
func (r *newRoute) Missing() string {
	var names []string
	for _, m := range r.Required() {
		names = append(names, m.Name)
	}
	last := len(names) - 1
	if last > 0 {
		names = []string{strings.Join(names[:last], ", ") + " and " + names[last]}
	}
	return "The body must have " + strings.Join(names, "") + "."
}

// Raw reports whether some of the body stays JSON.
func (r *newRoute) Raw() bool {
	isRaw := func(m member) bool { return m.GoType == raw }
	return r.model != nil && (r.model.members == nil || slices.ContainsFunc(r.model.members, isRaw))
}

// Decoded is the expression for the body in the handler.
func (r *newRoute) Decoded() string {
	if r.door == project.Mapped {
		return "input.Body"
	}
	return "input"
}

// made is a member of the input in a request template.
type made struct{ Name, Value string }

// Made lists what the request template makes.
func (r *newRoute) Made() []made {
	const text = `"$util.escapeJavaScript($%s.get('%s')).replaceAll("\\'", "'")"`
	var list []made
	for _, m := range r.Path {
		list = append(list, made{m.Name, fmt.Sprintf(text, "path", m.Name)})
	}
	for _, m := range r.Query {
		list = append(list, made{m.Name, fmt.Sprintf("#if($query.containsKey('%s'))"+text+"#{else}null#end", m.Name, "query", m.Name)})
	}
	if r.HasBody() {
		list = append(list, made{"body", "$input.json('$')"})
	}
	if r.Authorizer != "" {
		list = append(list, made{"caller", `"$context.authorizer.caller"`})
	}
	return list
}

// handler plans the Go function that handles the route, and the case that calls it.
func (p *Plan) handler(r *newRoute) error {
	folder := "functions/" + r.Function
	r.Handler = handlerName(r.Method, r.Route)
	if r.Name != "" {
		if !identifier.MatchString(r.Name) || token.IsKeyword(r.Name) {
			return fmt.Errorf("--name: %q is not a name for a Go function: begin with a small letter, and use letters and digits", rules.Printable(r.Name))
		}
		r.Handler = r.Name
	}
	r.Type = strings.ToUpper(r.Handler[:1]) + r.Handler[1:]
	list, err := p.sources(folder, true)
	if err != nil {
		return err
	}
	names := declared(list)
	for _, name := range []string{r.Handler, r.Type + "Input", r.Type + "Output", r.Type + "Body"} {
		if names[name] {
			return fmt.Errorf("%s declares %s already: choose another name with --name", folder, name)
		}
	}
	r.Template, r.ModelFile = "mapped/"+snake(r.Handler)+".vtl", "mapped/"+snake(r.Handler)+".json"
	if err := p.addCase(r); err != nil {
		return err
	}
	if r.door == project.Mapped && !names["call"] {
		data := functionOptions{Name: r.Function, Module: p.project.Module}
		for _, file := range []string{"call.go", "call_test.go"} {
			if err := p.createFrom("mapped_"+file+".tmpl", folder+"/"+file, data); err != nil {
				return err
			}
		}
	}
	if err := p.createFrom(string(r.door)+"_route.go.tmpl", folder+"/"+goFile(snake(r.Handler)), r); err != nil {
		return err
	}
	if r.door == project.Proxy {
		return nil
	}
	if r.model != nil {
		if err := p.create(stacks+"/templates/"+r.ModelFile, r.model.text); err != nil {
			return err
		}
	}
	return p.createFrom("request.vtl.tmpl", stacks+"/templates/"+r.Template, r)
}

// addCase adds the case of the route to the switch of its function.
func (p *Plan) addCase(r *newRoute) error {
	folder := "functions/" + r.Function
	list, err := p.sources(folder, false)
	if err != nil {
		return err
	}
	route := strconv.Quote(r.Method + " " + r.Route)
	for _, s := range list {
		for _, decl := range s.file.Decls {
			function, ok := decl.(*ast.FuncDecl)
			if !ok || function.Body == nil {
				continue
			}
			chosen := r.switchOf(s, function)
			if chosen == nil {
				continue
			}
			var parameters []string
			for _, list := range function.Type.Params.List {
				for _, name := range list.Names {
					parameters = append(parameters, name.Name)
				}
			}
			if len(parameters) != 2 {
				break
			}
			call := r.Handler + "(" + strings.Join(parameters, ", ") + ")"
			if r.door == project.Mapped {
				call = fmt.Sprintf("call(%s, %s.Input, %s)", parameters[0], parameters[1], r.Handler)
			}
			for _, clause := range chosen.Body.List {
				if strings.Contains(s.of(clause), route+":") {
					return fmt.Errorf("%s handles %s already: change what is there", s.name, route)
				}
			}
			return p.insertCase(s, chosen, "case "+route+":\nreturn "+call+"\n")
		}
	}
	what := `switch over request.HTTPMethod + " " + request.Resource`
	call := r.Handler + "(ctx, request)"
	if r.door == project.Mapped {
		what, call = "switch over event.Route", "call(ctx, event.Input, "+r.Handler+")"
	}
	return noPlace(folder, what+", as add function writes it into a function for several routes", "case "+route+":\n\treturn "+call)
}

// switchOf returns the switch over routes in a function; nil if it has none.
func (r *newRoute) switchOf(s *source, function *ast.FuncDecl) *ast.SwitchStmt {
	var found *ast.SwitchStmt
	ast.Inspect(function.Body, func(node ast.Node) bool {
		if candidate, ok := node.(*ast.SwitchStmt); ok && found == nil {
			head := string(s.text[s.offset(candidate.Pos()):s.offset(candidate.Body.Lbrace)])
			proxied := strings.Contains(head, ".HTTPMethod") && strings.Contains(head, ".Resource")
			if r.door == project.Proxy && proxied || r.door == project.Mapped && strings.Contains(head, ".Route") {
				found = candidate
			}
		}
		return true
	})
	return found
}

// insertCase puts a case behind the last one that is not the default.
func (p *Plan) insertCase(s *source, chosen *ast.SwitchStmt, text string) error {
	after := s.offset(chosen.Body.Lbrace)
	for _, statement := range chosen.Body.List {
		if clause, ok := statement.(*ast.CaseClause); ok && clause.List != nil {
			after = s.offset(clause.End())
		}
	}
	end := s.offset(chosen.Body.Rbrace)
	if line := strings.IndexByte(string(s.text[after:end]), '\n'); line >= 0 {
		end = after + line + 1
	}
	return p.write(s.name, slices.Concat(s.text[:end], []byte(text), s.text[end:]))
}

// wire plans the route in the stack.
func (p *Plan) wire(r *newRoute) error {
	wired, err := p.function(r.Function)
	if err != nil {
		return err
	}
	a, err := p.api(r.door)
	if err != nil {
		return err
	}
	if wired.variable == "" {
		if wired.variable, err = p.variable(a, uncamel(camel(r.Function)), "Function"); err != nil {
			return err
		}
		if _, ok := wired.at.(*ast.ExprStmt); !ok {
			return noPlace(wired.source.name, "variable that holds the function "+r.Function, wired.variable+" := …")
		}
		if err := p.insert(wired.source, wired.at.Pos(), wired.variable+" := "); err != nil {
			return err
		}
	}
	call := "proxied{" + wired.variable + "}"
	if r.door == project.Mapped {
		call = fmt.Sprintf("mapped{function: %s, template: %q}", wired.variable, r.Template)
		if r.model != nil {
			id, err := p.constructID(r.Type+"Body", "Model")
			if err != nil {
				return err
			}
			call = fmt.Sprintf("mapped{function: %s, template: %q, model: addModel(api, %q, %q)}", wired.variable, r.Template, id, r.ModelFile)
		}
	}
	authorized := ""
	if r.Authorizer != "" {
		guard, err := p.guard(r.Authorizer, r.door)
		if err != nil {
			return err
		}
		authorized = ", authorizer: " + guard.variable
	}
	if a, err = p.api(r.door); err != nil {
		return err
	}
	var last ast.Node
	if n := len(a.add.Args); n > 0 {
		last = a.add.Args[n-1]
	}
	element := fmt.Sprintf("route{method: %q, path: %q, call: %s%s}", r.Method, r.Route, call, authorized)
	if last != nil && literalOf(a.add.Args[len(a.add.Args)-1], "route") == nil { // the first route
		return p.insert(a.source, last.End(), ",\n"+element+",\n")
	}
	return p.insertInList(a.source, last, a.add.Rparen, element)
}

// promise plans what the contract says of the route.
func (p *Plan) promise(r *newRoute) error {
	if err := p.addToRoutes(r); err != nil {
		return err
	}
	a, err := p.api(r.door)
	if err != nil {
		return err
	}
	t, err := p.table()
	if err != nil {
		return err
	}
	p.retire(t, a, r.door, func(c contract.Case, path string) bool {
		return path == r.Route && (c.Request.Method == "OPTIONS" || c.Request.Method == r.Method && c.Gateway)
	})
	cases, err := p.casesOf(r)
	if err != nil {
		return err
	}
	door := ""
	if len(p.project.Doors) > 1 {
		door = string(r.door)
	}
	for _, c := range append(cases, p.preflight(a, r.Route)) {
		c.Door, c.Function = door, r.Function
		t.append(c)
	}
	return p.put(t)
}

// retire takes the cases of an API out that are not right any more.
func (p *Plan) retire(t *table, a *api, door project.Door, old func(c contract.Case, path string) bool) {
	for i := len(t.cases) - 1; i >= 0; i-- {
		if c := t.cases[i]; c.On(string(door)) && old(c, routeOf(c.Request.Target, a.paths())) {
			t.retire(i, door, p.project.Doors)
		}
	}
}

// addToRoutes adds the path to contract.Routes, in which the events of proxy
// integrations are looked for.
func (p *Plan) addToRoutes(r *newRoute) error {
	list, err := p.sources("test/contract", false)
	if err != nil {
		return err
	}
	for _, s := range list {
		for _, decl := range s.file.Decls {
			general, ok := decl.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range general.Specs {
				value, ok := spec.(*ast.ValueSpec)
				if !ok || len(value.Names) != 1 || value.Names[0].Name != "Routes" || len(value.Values) != 1 {
					continue
				}
				literal, ok := value.Values[0].(*ast.CompositeLit)
				if !ok {
					continue
				}
				var last ast.Node
				for _, element := range literal.Elts {
					if unquote(element) == r.Route {
						return nil
					}
					last = element
				}
				return p.insertInList(s, last, literal.Rbrace, strconv.Quote(r.Route))
			}
		}
	}
	if r.door == project.Mapped {
		return nil // which a project without proxy integration does not have
	}
	return noPlace("test/contract", "list Routes", strconv.Quote(r.Route)+",")
}

// targetOf returns a path with a value for each variable.
func targetOf(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if variable := variableOf(part); variable != "" {
			parts[i] = variable + "-1"
		}
	}
	return strings.Join(parts, "/")
}

// preflight returns the case of the preflight of a path.
func (p *Plan) preflight(a *api, path string) contract.Case {
	var allowed []string
	for _, r := range a.routes {
		if r.path == path {
			allowed = append(allowed, r.method)
		}
	}
	slices.Sort(allowed)
	return contract.Case{
		Rule: "preflight of " + path, Gateway: true,
		Request: contract.Request{Method: "OPTIONS", Target: targetOf(path), Headers: map[string]string{
			"Origin": "https://page.example", "Access-Control-Request-Method": allowed[0],
		}},
		Response: contract.Response{Status: http.StatusNoContent, Headers: map[string]string{
			"Access-Control-Allow-Methods": strings.Join(append(allowed, "OPTIONS"), ","),
		}},
	}
}

// casesOf returns what the contract says of a new route.
func (p *Plan) casesOf(r *newRoute) ([]contract.Case, error) {
	route := r.Method + " " + r.Route
	request := contract.Request{Method: r.Method, Target: targetOf(r.Route)}
	var query []string
	for _, m := range r.Query {
		query = append(query, m.Name+"="+m.Name+"-1")
	}
	with := request
	if len(query) > 0 {
		with.Target += "?" + strings.Join(query, "&")
	}
	var cases []contract.Case
	add := func(rule string, request contract.Request, response contract.Response, event json.RawMessage) {
		cases = append(cases, contract.Case{Rule: rule, Request: request, Authorized: r.Authorizer != "", Event: event, Response: response})
	}
	if !r.HasBody() {
		text, event := r.answer(true, nil, nil)
		add(route, with, contract.Response{Status: http.StatusOK, Body: text}, event)
		if len(query) > 0 {
			text, event := r.answer(false, nil, nil)
			add(route+" without a query", request, contract.Response{Status: http.StatusOK, Body: text}, event)
		}
	} else {
		with.Headers = map[string]string{"Content-Type": "application/json"}
		good, bad := with, with
		if body, members := r.model.sample(); body != nil {
			good.Body = string(body)
			text, event := r.answer(true, body, members)
			add(route, good, contract.Response{Status: http.StatusOK, Body: text}, event)
		} else {
			p.Notes = append(p.Notes, "the schema is too particular for an example: write a case with a good body into "+contract.File)
		}
		body, refusal, err := p.refusal(r)
		if err != nil {
			return nil, err
		}
		if body != nil {
			bad.Body = string(body)
			add(route+" with a body that does not fit", bad, contract.Response{Status: http.StatusBadRequest, Body: refusal}, nil)
		}
	}
	if r.Authorizer != "" {
		cases = append(cases, withoutToken(route, request))
	}
	return cases, nil
}

// withoutToken returns the case of a request that its authorizer refuses.
func withoutToken(route string, request contract.Request) contract.Case {
	return contract.Case{
		Rule: route + " without a token", Request: request, Gateway: true,
		Response: contract.Response{Status: http.StatusUnauthorized, Body: `{"message":"Unauthorized"}`},
	}
}

// answer returns the response of a new handler, and the event of a request template.
func (r *newRoute) answer(query bool, body []byte, members map[string]json.RawMessage) (text string, event json.RawMessage) {
	var output, input []string
	pair := func(name string, value []byte) string { return strconv.Quote(name) + ":" + string(value) }
	for _, m := range r.Path {
		p := pair(m.Name, []byte(strconv.Quote(m.Name+"-1")))
		output, input = append(output, p), append(input, p)
	}
	for _, m := range r.Query {
		if query {
			p := pair(m.Name, []byte(strconv.Quote(m.Name+"-1")))
			output, input = append(output, p), append(input, p)
		} else {
			input = append(input, pair(m.Name, []byte("null")))
		}
	}
	if body != nil {
		input = append(input, pair("body", body))
		if r.Members() == nil {
			output = append(output, pair("body", body))
		}
		for _, m := range r.Shown() {
			if value, there := members[m.Name]; there {
				output = append(output, pair(m.Name, value))
			}
		}
	}
	if r.Authorizer != "" {
		input = append(input, pair("caller", []byte(`"tests"`)))
	}
	if r.door == project.Mapped {
		event = json.RawMessage("{" + pair("route", []byte(strconv.Quote(r.Method+" "+r.Route))) + `,"input":{` + strings.Join(input, ",") + "}}")
	}
	return "{" + strings.Join(output, ",") + "}", event
}

// refusal returns a body that does not fit, and what a client of it reads; nil if
// there is none.
func (p *Plan) refusal(r *newRoute) (body []byte, text string, err error) {
	message := func(sentence string) string { return `{"message":` + strconv.Quote(sentence) + "}" }
	if r.door == project.Proxy {
		switch {
		case r.Members() == nil:
			return []byte("no JSON"), message("The request body is not valid JSON."), nil
		case len(r.Required()) > 0:
			return []byte("{}"), message(r.Missing()), nil
		}
		return []byte("[]"), message("The request body must be an object."), nil
	}
	if body = r.model.misfit(); body == nil {
		return nil, "", nil
	}
	sentence, err := p.read(stacks + "/templates/mapped/invalid_body.json")
	if err != nil {
		return nil, "", fmt.Errorf("the response to a body that does not fit: %w: take the file back from git", err)
	}
	return body, strings.TrimSuffix(string(sentence), "\n"), nil
}

// guard finds an authorizer of a door by the folder of its function.
func (p *Plan) guard(name string, door project.Door) (*wiredFunction, error) {
	var guards []string
	for _, function := range p.functions() {
		if wired, err := p.function(function); err == nil && wired != nil && wired.guards {
			guards = append(guards, function)
		}
	}
	wired, err := p.function(name)
	switch {
	case err != nil:
		return nil, err
	case wired == nil || !wired.guards:
		meant := fmt.Sprintf("add the route without --authorizer, and then go run ./local add authorizer %s --route 'METHOD PATH'", rules.Printable(name))
		if near := nearest.Word(name, guards); near != "" {
			meant = "did you mean " + near + "?"
		} else if len(guards) > 0 {
			meant = "there is " + strings.Join(guards, ", ")
		}
		return nil, fmt.Errorf("there is no authorizer %q: %s", rules.Printable(name), meant)
	case wired.variable == "":
		return nil, noPlace(wired.source.name, "variable that holds the authorizer "+name, name+" := &authorizer{…}")
	}
	a, err := p.api(door)
	if err != nil {
		return nil, err
	}
	if a.decl.Name.Name != wired.decl.Name.Name {
		return nil, fmt.Errorf("the authorizer %s belongs to another API than the route, and an API has its own: add one with another name, go run ./local add authorizer NAME --route 'METHOD PATH'", name)
	}
	return wired, nil
}
