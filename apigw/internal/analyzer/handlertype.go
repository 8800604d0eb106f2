package analyzer

import (
	"fmt"
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"
)

// HandlerType finds handlers that package lambda refuses when the function
// starts, and handlers of proxy events whose result cannot be a proxy response.
var HandlerType = &analysis.Analyzer{
	Name: "handlertype",
	Doc: "find handlers of a type that does not fit\n\nPackage lambda takes a function of at most two parameters, the first of two a context.Context, and at most two results, the last an error. " +
		"Everything else fails on every invocation. A handler of a proxy event returns a proxy response.",
	Requires: []*analysis.Analyzer{inspect.Analyzer},
	Run:      handlerType,
}

func handlerType(pass *analysis.Pass) (any, error) {
	handlers(pass, func(handler ast.Expr, t types.Type) {
		if wrong := wrongHandler(t); wrong != "" {
			pass.ReportRangef(handler, "%s", wrong)
			return
		}
		signature, ok := t.Underlying().(*types.Signature)
		if !ok || !takes(signature, "APIGatewayProxyRequest") {
			return
		}
		if wrong := wrongResult(signature); wrong != "" {
			pass.ReportRangef(handler, "%s", wrong)
		}
	})
	return nil, nil
}

// starters are the functions of package lambda that take a handler, and its
// place among their arguments.
var starters = map[string]int{
	lambdaPath + ".Start":                 0,
	lambdaPath + ".StartWithOptions":      0,
	lambdaPath + ".StartWithContext":      1,
	lambdaPath + ".NewHandler":            0,
	lambdaPath + ".NewHandlerWithOptions": 0,
}

// handlers calls visit for every handler that is given to package lambda.
func handlers(pass *analysis.Pass, visit func(handler ast.Expr, t types.Type)) {
	in := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector)
	in.Preorder([]ast.Node{(*ast.CallExpr)(nil)}, func(n ast.Node) {
		call := n.(*ast.CallExpr)
		place, ok := starters[callee(pass, call)]
		if !ok || place >= len(call.Args) {
			return
		}
		visit(call.Args[place], pass.TypesInfo.TypeOf(call.Args[place]))
	})
}

// wrongHandler returns what package lambda says about a handler of type t, or
// the empty string. The rules are those of lambda.NewHandler, which checks them
// when the function starts.
func wrongHandler(t types.Type) string {
	if hasInvoke(t) {
		return ""
	}
	signature, ok := t.Underlying().(*types.Signature)
	if !ok {
		if types.IsInterface(t) {
			return "" // known only when it runs
		}
		return fmt.Sprintf("a handler is a function, and this is %s: every invocation fails", t)
	}
	parameters, results := signature.Params(), signature.Results()
	switch n := parameters.Len(); {
	case n > 2:
		return fmt.Sprintf("a handler takes at most a context and an event, and this one takes %d parameters: every invocation fails", n)
	case n == 2 && !isContext(parameters.At(0).Type()):
		return "the first of two parameters of a handler is a context.Context: every invocation fails"
	case n == 1:
		first := parameters.At(0).Type()
		if i, ok := first.Underlying().(*types.Interface); ok && i.NumMethods() > 0 && !isContext(first) {
			return "a handler cannot take an interface other than context.Context: every invocation fails"
		}
	}
	switch n := results.Len(); {
	case n > 2:
		return fmt.Sprintf("a handler returns at most a result and an error, and this one returns %d values: every invocation fails", n)
	case n > 0 && !implementsError(results.At(n-1).Type()):
		return "the last result of a handler is an error: every invocation fails"
	}
	return ""
}

// hasInvoke reports whether t is a lambda.Handler by its method.
func hasInvoke(t types.Type) bool {
	method, _, _ := types.LookupFieldOrMethod(t, true, nil, "Invoke")
	_, ok := method.(*types.Func)
	return ok
}

func isContext(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "context" && named.Obj().Name() == "Context"
}

func implementsError(t types.Type) bool {
	return types.Implements(t, types.Universe.Lookup("error").Type().Underlying().(*types.Interface))
}

// takes reports whether the event of a handler is this type of package events.
func takes(signature *types.Signature, event string) bool {
	parameters := signature.Params()
	return parameters.Len() > 0 && isEvent(parameters.At(parameters.Len()-1).Type(), event)
}

// wrongResult returns why the result of a handler of proxy events cannot be a
// proxy response, or the empty string where it can.
func wrongResult(signature *types.Signature) string {
	results := signature.Results()
	if results.Len() < 2 {
		return "a handler of API Gateway requests returns a response; without one the client gets 502"
	}
	switch t := results.At(0).Type(); {
	case isEvent(t, "APIGatewayV2HTTPResponse"):
		return "APIGatewayV2HTTPResponse has the member cookies, which a REST API refuses with 502: return events.APIGatewayProxyResponse"
	case isText(t):
		return "a proxy response is an object, and this handler returns text, so that the client gets 502: return events.APIGatewayProxyResponse"
	}
	return ""
}

func isText(t types.Type) bool {
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsString != 0
}
