package analyzer

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
)

// ResponseAndError finds responses that are returned together with an error, and
// so never reach the client.
var ResponseAndError = &analysis.Analyzer{
	Name: "responseanderror",
	Doc: "find responses that are returned together with an error\n\nPackage lambda drops the result of a handler that returns an error, and the client gets 502. " +
		"Log the error and return the response with nil.",
	Requires: []*analysis.Analyzer{inspect.Analyzer},
	Run:      responseAndError,
}

func responseAndError(pass *analysis.Pass) (any, error) {
	functions(pass, func(body *ast.BlockStmt, signature *types.Signature) {
		if !returnsResponse(signature) {
			return
		}
		checkBlock(pass, body.List, nil)
	})
	return nil, nil
}

// checkBlock looks at the returns of a list of statements. Failed are the errors
// that are known not to be nil there.
func checkBlock(pass *analysis.Pass, list []ast.Stmt, failed []types.Object) {
	for i, statement := range list {
		switch s := statement.(type) {
		case *ast.ReturnStmt:
			if len(s.Results) == 2 && isFailure(pass, s.Results[1], failed) && isFilled(pass, s.Results[0], list[:i]) {
				pass.ReportRangef(s.Results[0], "this response never reaches the client, who gets 502, because an error is returned with it: log the error, and return the response with nil")
			}
		case *ast.IfStmt:
			now := failed
			if err := notNil(pass, s.Cond); err != nil {
				now = append(slices.Clone(failed), err)
			}
			checkBlock(pass, s.Body.List, now)
			if s.Else != nil {
				checkBlock(pass, []ast.Stmt{s.Else}, failed)
			}
		case *ast.BlockStmt:
			checkBlock(pass, s.List, failed)
		case *ast.ForStmt:
			checkBlock(pass, s.Body.List, failed)
		case *ast.RangeStmt:
			checkBlock(pass, s.Body.List, failed)
		case *ast.SwitchStmt:
			checkBlock(pass, s.Body.List, failed)
		case *ast.TypeSwitchStmt:
			checkBlock(pass, s.Body.List, failed)
		case *ast.SelectStmt:
			checkBlock(pass, s.Body.List, failed)
		case *ast.CaseClause:
			checkBlock(pass, s.Body, failed)
		case *ast.CommClause:
			checkBlock(pass, s.Body, failed)
		case *ast.LabeledStmt:
			checkBlock(pass, []ast.Stmt{s.Stmt}, failed)
		}
	}
}

// notNil returns the variable err of a condition "err != nil", alone or joined to
// others by &&, or nil.
func notNil(pass *analysis.Pass, condition ast.Expr) types.Object {
	compare, ok := ast.Unparen(condition).(*ast.BinaryExpr)
	switch {
	case !ok:
		return nil
	case compare.Op == token.LAND:
		if err := notNil(pass, compare.X); err != nil {
			return err
		}
		return notNil(pass, compare.Y)
	case compare.Op == token.NEQ && isNil(pass, compare.Y) && isError(pass.TypesInfo.TypeOf(compare.X)):
		return object(pass, compare.X)
	}
	return nil
}

// isFailure reports whether an expression is certainly an error.
func isFailure(pass *analysis.Pass, e ast.Expr, failed []types.Object) bool {
	if call, ok := ast.Unparen(e).(*ast.CallExpr); ok {
		name := callee(pass, call)
		return name == "errors.New" || name == "fmt.Errorf"
	}
	if lit := literal(e); lit != nil {
		return true
	}
	err := object(pass, e)
	return err != nil && slices.Contains(failed, err)
}

// isFilled reports whether a response says something: a literal with fields, or a
// variable that one of the statements before has filled.
func isFilled(pass *analysis.Pass, e ast.Expr, before []ast.Stmt) bool {
	if lit := literal(e); lit != nil {
		return len(lit.Elts) > 0
	}
	response := object(pass, e)
	if response == nil {
		return false
	}
	for _, statement := range before {
		assign, ok := statement.(*ast.AssignStmt)
		if !ok {
			continue
		}
		for i, left := range assign.Lhs {
			if selector, ok := left.(*ast.SelectorExpr); ok && object(pass, selector.X) == response {
				return true
			}
			if object(pass, left) == response && i < len(assign.Rhs) {
				if lit := literal(assign.Rhs[i]); lit != nil && len(lit.Elts) > 0 {
					return true
				}
			}
		}
	}
	return false
}
