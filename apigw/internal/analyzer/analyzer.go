// Package analyzer finds, in the source of Lambda functions, what API Gateway
// refuses or quietly changes when the function runs. Each mistake is an analyzer
// of its own, in a file of its own.
package analyzer

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"
)

// All returns every analyzer, in the order of their names.
func All() []*analysis.Analyzer {
	return []*analysis.Analyzer{
		EnvelopeInBody,
		HandlerType,
		JSONNames,
		MarshalError,
		ResponseAndError,
		StatusCode,
		TextBody,
	}
}

const (
	eventsPath = "github.com/aws/aws-lambda-go/events"
	lambdaPath = "github.com/aws/aws-lambda-go/lambda"
)

// isEvent reports whether t, or what it points to, is the type with this name of
// package events.
func isEvent(t types.Type, name string) bool {
	if pointer, ok := types.Unalias(t).(*types.Pointer); ok {
		t = pointer.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return false
	}
	object := named.Obj()
	return object.Name() == name && object.Pkg() != nil && object.Pkg().Path() == eventsPath
}

// isResponse reports whether t is events.APIGatewayProxyResponse or a pointer to
// one.
func isResponse(t types.Type) bool { return isEvent(t, "APIGatewayProxyResponse") }

// isError reports whether t is the type error.
func isError(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// structOf returns the struct that t is or points to, or nil.
func structOf(t types.Type) *types.Struct {
	if pointer, ok := t.Underlying().(*types.Pointer); ok {
		t = pointer.Elem()
	}
	s, _ := t.Underlying().(*types.Struct)
	return s
}

// isNil reports whether e is the predeclared nil.
func isNil(pass *analysis.Pass, e ast.Expr) bool {
	return pass.TypesInfo.Types[e].IsNil()
}

// literal returns the composite literal that e is, or whose address e takes.
func literal(e ast.Expr) *ast.CompositeLit {
	e = ast.Unparen(e)
	if address, ok := e.(*ast.UnaryExpr); ok && address.Op == token.AND {
		e = ast.Unparen(address.X)
	}
	lit, _ := e.(*ast.CompositeLit)
	return lit
}

// field returns the value of a field in a composite literal with keys; ok is
// false if the literal does not set it. A literal without keys sets all fields,
// and its values are not looked at.
func field(lit *ast.CompositeLit, name string) (value ast.Expr, ok bool) {
	for _, element := range lit.Elts {
		pair, keyed := element.(*ast.KeyValueExpr)
		if !keyed {
			return nil, true
		}
		if key, isName := pair.Key.(*ast.Ident); isName && key.Name == name {
			return pair.Value, true
		}
	}
	return nil, false
}

// callee returns the function that a call calls, as "path.Name", or the empty
// string.
func callee(pass *analysis.Pass, call *ast.CallExpr) string {
	selector, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	f, ok := pass.TypesInfo.Uses[selector.Sel].(*types.Func)
	if !ok || f.Pkg() == nil || f.Signature().Recv() != nil {
		return ""
	}
	return f.Pkg().Path() + "." + f.Name()
}

// object returns the variable that an expression names, or nil.
func object(pass *analysis.Pass, e ast.Expr) types.Object {
	name, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return nil
	}
	return pass.TypesInfo.ObjectOf(name)
}

// functions calls visit for the body of every function and function literal, with
// its signature. Nested literals are visited on their own.
func functions(pass *analysis.Pass, visit func(body *ast.BlockStmt, signature *types.Signature)) {
	in := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector)
	in.Preorder([]ast.Node{(*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)}, func(n ast.Node) {
		switch f := n.(type) {
		case *ast.FuncDecl:
			if object, ok := pass.TypesInfo.Defs[f.Name].(*types.Func); ok && f.Body != nil {
				visit(f.Body, object.Signature())
			}
		case *ast.FuncLit:
			if signature, ok := pass.TypesInfo.TypeOf(f).(*types.Signature); ok {
				visit(f.Body, signature)
			}
		}
	})
}

// ownNodes calls visit for the nodes of a function's body, without those of
// function literals in it, until visit returns false for a subtree.
func ownNodes(body *ast.BlockStmt, visit func(n ast.Node) bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		if _, nested := n.(*ast.FuncLit); nested || n == nil {
			return false
		}
		return visit(n)
	})
}

// returnsResponse reports whether a function returns a proxy response and an
// error.
func returnsResponse(signature *types.Signature) bool {
	results := signature.Results()
	return results.Len() == 2 && isResponse(results.At(0).Type()) && isError(results.At(1).Type())
}

// bodies calls visit for every expression that becomes the Body of a proxy
// response in a function: in a literal or by an assignment. The literal is nil
// for an assignment.
func bodies(pass *analysis.Pass, body *ast.BlockStmt, visit func(value ast.Expr, lit *ast.CompositeLit)) {
	ownNodes(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			if isResponse(pass.TypesInfo.TypeOf(n)) {
				if value, ok := field(n, "Body"); ok && value != nil {
					visit(value, n)
				}
			}
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				selector, ok := left.(*ast.SelectorExpr)
				if ok && selector.Sel.Name == "Body" && len(n.Lhs) == len(n.Rhs) && isResponse(pass.TypesInfo.TypeOf(selector.X)) {
					visit(n.Rhs[i], nil)
				}
			}
		}
		return true
	})
}

// bytesOf returns the variable b where an expression is string(b), or nil.
func bytesOf(pass *analysis.Pass, e ast.Expr) types.Object {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || len(call.Args) != 1 || !pass.TypesInfo.Types[call.Fun].IsType() {
		return nil
	}
	return object(pass, call.Args[0])
}

// marshals calls visit for every "b, err := json.Marshal(value)" of a function.
func marshals(pass *analysis.Pass, body *ast.BlockStmt, visit func(assign *ast.AssignStmt, value ast.Expr)) {
	ownNodes(body, func(n ast.Node) bool {
		assign, ok := n.(*ast.AssignStmt)
		if !ok || len(assign.Lhs) != 2 || len(assign.Rhs) != 1 {
			return true
		}
		call, ok := ast.Unparen(assign.Rhs[0]).(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			return true
		}
		if name := callee(pass, call); name == "encoding/json.Marshal" || name == "encoding/json.MarshalIndent" {
			visit(assign, call.Args[0])
		}
		return true
	})
}

// jsonName returns the name that encoding/json gives a field of a struct; it is
// empty if the field is left out.
func jsonName(s *types.Struct, i int) string {
	f := s.Field(i)
	if !f.Exported() {
		return ""
	}
	tag := reflect.StructTag(s.Tag(i)).Get("json")
	if tag == "-" {
		return ""
	}
	if name, _, _ := strings.Cut(tag, ","); name != "" {
		return name
	}
	return f.Name()
}
