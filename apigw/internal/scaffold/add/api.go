package add

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"path"
	"slices"
	"strings"

	"example.com/apigw/internal/nearest"
	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/scaffold/project"
)

// stacks is the folder of the infrastructure.
const stacks = "stacks"

// api is the function in stacks/ that makes the API of a door.
type api struct {
	door   project.Door
	source *source
	decl   *ast.FuncDecl
	add    *ast.CallExpr // addRoutes(api, settings, route{…}, …)
	at     ast.Stmt      // the statement with that call
	routes []wiredRoute
}

// wiredRoute is a route in the list of an API.
type wiredRoute struct {
	method, path string
	literal      *ast.CompositeLit
	function     string // the variable of the function that it calls
	authorizer   string // the variable of its authorizer; empty if it has none
}

func (r wiredRoute) String() string { return r.method + " " + r.path }

// integrationType is the type in stacks/ of the integrations of a door.
var integrationType = map[project.Door]string{project.Proxy: "proxied", project.Mapped: "mapped"}

// api finds the API of a door: by its routes, or by its name if it has none.
func (p *Plan) api(door project.Door) (*api, error) {
	list, err := p.sources(stacks, false)
	if err != nil {
		return nil, err
	}
	var named, found *api
	for _, s := range list {
		for _, decl := range s.file.Decls {
			function, ok := decl.(*ast.FuncDecl)
			if !ok || function.Body == nil {
				continue
			}
			a := &api{door: door, source: s, decl: function}
			ofDoor := a.findRoutes()
			switch {
			case a.add != nil && ofDoor && found == nil:
				found = a
			case function.Name.Name == apiConstructor(door):
				named = a
			}
		}
	}
	switch {
	case found != nil:
		return found, nil
	case named != nil && named.add != nil:
		return named, nil
	case named != nil:
		return nil, fmt.Errorf("%s: %s calls addRoutes nowhere, so that there is no list to add a route to: write addRoutes(api, settings) into it", named.source.name, apiConstructor(door))
	}
	return nil, fmt.Errorf("stacks/ has no function %s, and no call of addRoutes with routes of the door %s: take it back from git, or name the other door with --door", apiConstructor(door), door)
}

// apiConstructor returns the name of the function that makes the API of a door.
func apiConstructor(door project.Door) string {
	return "New" + strings.ToUpper(string(door[:1])) + string(door[1:]) + "Api"
}

// findRoutes finds the list of routes, and reports whether one of them is of the door.
func (a *api) findRoutes() (ofDoor bool) {
	for _, statement := range a.decl.Body.List {
		expression, ok := statement.(*ast.ExprStmt)
		if !ok || calledName(expression.X) != "addRoutes" {
			continue
		}
		if a.add == nil { // routes are added to the first list
			a.add, a.at = expression.X.(*ast.CallExpr), statement
		}
		for _, argument := range expression.X.(*ast.CallExpr).Args {
			literal := literalOf(argument, "route")
			if literal == nil {
				continue
			}
			r := wiredRoute{literal: literal, method: unquote(field(literal, "method", 0)), path: unquote(field(literal, "path", 1))}
			if call := literalOf(field(literal, "call", 2), integrationType[a.door]); call != nil {
				ofDoor = true
				if name, ok := field(call, "function", 0).(*ast.Ident); ok {
					r.function = name.Name
				}
			}
			if name, ok := field(literal, "authorizer", 3).(*ast.Ident); ok && name.Name != "nil" {
				r.authorizer = name.Name
			}
			a.routes = append(a.routes, r)
		}
	}
	return ofDoor
}

// before returns the place for a statement before the routes, and before the comment
// that belongs to them.
func (a *api) before() token.Pos {
	for _, comment := range a.source.file.Comments {
		if a.source.set.Position(comment.End()).Line+1 == a.source.set.Position(a.at.Pos()).Line {
			return comment.Pos()
		}
	}
	return a.at.Pos()
}

// paths lists the paths of the routes.
func (a *api) paths() []string {
	var list []string
	for _, r := range a.routes {
		if r.path != "" && !slices.Contains(list, r.path) {
			list = append(list, r.path)
		}
	}
	return list
}

// route returns the route with a method and a path.
func (a *api) route(method, path string) (wiredRoute, bool) {
	i := slices.IndexFunc(a.routes, func(r wiredRoute) bool { return r.method == method && r.path == path })
	if i < 0 {
		return wiredRoute{}, false
	}
	return a.routes[i], true
}

// variable returns a name for a new variable in the function that makes the API, which
// hides nothing that the function may need.
func (p *Plan) variable(a *api, wanted, suffix string) (string, error) {
	list, err := p.sources(stacks, false)
	if err != nil {
		return "", err
	}
	taken := declared(list)
	maps.Copy(taken, imported(a.source))
	ast.Inspect(a.decl, func(node ast.Node) bool {
		if name, ok := node.(*ast.Ident); ok {
			taken[name.Name] = true
		}
		return true
	})
	for _, name := range []string{"len", "cap", "new", "make", "nil", "true", "false", "string", "any", "error", "append", "panic", "map", "init"} {
		taken[name] = true
	}
	if token.IsKeyword(wanted) || taken[wanted] {
		wanted += suffix
	}
	if taken[wanted] {
		return "", fmt.Errorf("%s: the name %s is taken: choose another name", a.source.name, wanted)
	}
	return wanted, nil
}

// constructID returns an id for a new construct of an API that no other has: every text
// in stacks/ counts.
func (p *Plan) constructID(wanted, suffix string) (string, error) {
	list, err := p.sources(stacks, false)
	if err != nil {
		return "", err
	}
	taken := map[string]bool{}
	for _, s := range list {
		ast.Inspect(s.file, func(node ast.Node) bool {
			if literal, ok := node.(*ast.BasicLit); ok {
				taken[unquote(literal)] = true
			}
			return true
		})
	}
	if taken[wanted] {
		wanted += suffix
	}
	if taken[wanted] {
		return "", fmt.Errorf("stacks/ has %q already: choose another name", wanted)
	}
	return wanted, nil
}

// wiredFunction is a function in the stack.
type wiredFunction struct {
	source   *source
	decl     *ast.FuncDecl // the function of stacks/ that makes it
	at       ast.Stmt
	variable string // empty if none holds it
	guards   bool   // it is an authorizer
}

// function finds what makes the function in the folder functions/NAME.
func (p *Plan) function(name string) (*wiredFunction, error) {
	list, err := p.sources(stacks, false)
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		for _, decl := range s.file.Decls {
			function, ok := decl.(*ast.FuncDecl)
			if !ok || function.Body == nil {
				continue
			}
			for _, statement := range function.Body.List {
				if !makes(statement, "functions/"+name) {
					continue
				}
				found := &wiredFunction{source: s, decl: function, at: statement, guards: hasLiteral(statement, "authorizer")}
				if assigned, ok := statement.(*ast.AssignStmt); ok && len(assigned.Lhs) == 1 {
					if variable, ok := assigned.Lhs[0].(*ast.Ident); ok && variable.Name != "_" {
						found.variable = variable.Name
					}
				}
				return found, nil
			}
		}
	}
	return nil, nil
}

// makes reports whether a statement makes the function with a source.
func makes(statement ast.Stmt, source string) bool {
	found := false
	ast.Inspect(statement, func(node ast.Node) bool {
		if literal, ok := node.(*ast.CompositeLit); ok {
			if kind, ok := literal.Type.(*ast.Ident); ok && kind.Name == "GoFunctionProps" {
				found = found || path.Clean(unquote(field(literal, "Source", 0))) == source
			}
		}
		return true
	})
	return found
}

// hasLiteral reports whether a node has a struct literal of a type.
func hasLiteral(node ast.Node, typeName string) bool {
	found := false
	ast.Inspect(node, func(node ast.Node) bool {
		if expression, ok := node.(ast.Expr); ok {
			found = found || literalOf(expression, typeName) != nil
		}
		return true
	})
	return found
}

// door returns the door that a command is for: the one that it names, or the only one
// of the project.
func (p *Plan) door(named string) (project.Door, error) {
	if named == "" {
		if len(p.project.Doors) == 1 {
			return p.project.Doors[0], nil
		}
		return "", fmt.Errorf("this project has both doors: say which with --door proxy or --door mapped")
	}
	if !slices.Contains(project.Doors(), project.Door(named)) {
		meant := ""
		if near := nearest.Word(named, []string{"proxy", "mapped"}); near != "" {
			meant = ": did you mean " + near + "?"
		}
		return "", fmt.Errorf("there is no door %q: use proxy or mapped%s", rules.Printable(named), meant)
	}
	if door := project.Door(named); p.project.Has(door) {
		return door, nil
	}
	return "", fmt.Errorf("this project has no door %s, only %s: leave --door out", named, p.project.Doors[0])
}
