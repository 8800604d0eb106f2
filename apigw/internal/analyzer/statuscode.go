package analyzer

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/ctrlflow"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/cfg"
)

// StatusCode finds responses that are returned, on some path, without a status.
var StatusCode = &analysis.Analyzer{
	Name: "statuscode",
	Doc: "find responses that are returned without a StatusCode on some path\n\nA status that is not set is 0, which API Gateway refuses: the client gets 502. " +
		"Set StatusCode wherever the response is returned with a nil error.",
	Requires: []*analysis.Analyzer{inspect.Analyzer, ctrlflow.Analyzer},
	Run:      statusCode,
}

func statusCode(pass *analysis.Pass) (any, error) {
	graphs := pass.ResultOf[ctrlflow.Analyzer].(*ctrlflow.CFGs)
	in := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector)
	in.Preorder([]ast.Node{(*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)}, func(n ast.Node) {
		var graph *cfg.CFG
		var body *ast.BlockStmt
		switch f := n.(type) {
		case *ast.FuncDecl:
			graph, body = graphs.FuncDecl(f), f.Body
		case *ast.FuncLit:
			graph, body = graphs.FuncLit(f), f.Body
		}
		if graph == nil || body == nil {
			return
		}
		shared := sharedVariables(pass, body)
		for _, exit := range missingStatus(pass, graph, shared) {
			pass.ReportRangef(exit, "this response has no StatusCode on some path, so that the client gets 502: set it, such as http.StatusOK")
		}
	})
	return nil, nil
}

// unset is the set of response variables that may have no status yet.
type unset map[types.Object]bool

// missingStatus returns the responses that are returned without a status. It
// follows every path through the function's graph until nothing changes: a
// variable may be unset behind a block if it may be unset behind one before.
func missingStatus(pass *analysis.Pass, graph *cfg.CFG, shared map[types.Object]bool) []ast.Expr {
	before := make([]unset, len(graph.Blocks))
	for i := range before {
		before[i] = unset{}
	}
	for changed := true; changed; {
		changed = false
		for _, block := range graph.Blocks {
			after := transfer(pass, block, before[block.Index], shared, nil)
			for _, next := range block.Succs {
				for variable := range after {
					if !before[next.Index][variable] {
						before[next.Index][variable] = true
						changed = true
					}
				}
			}
		}
	}
	var missing []ast.Expr
	for _, block := range graph.Blocks {
		if block.Live {
			transfer(pass, block, before[block.Index], shared, func(response ast.Expr) { missing = append(missing, response) })
		}
	}
	return missing
}

// transfer returns what may be unset behind a block. Report gets the responses
// that are returned without a status; it may be nil.
func transfer(pass *analysis.Pass, block *cfg.Block, in unset, shared map[types.Object]bool, report func(ast.Expr)) unset {
	now := unset{}
	for variable := range in {
		now[variable] = true
	}
	set := func(target ast.Expr, value ast.Expr) {
		variable := object(pass, target)
		if variable == nil || shared[variable] || !isResponse(variable.Type()) {
			return
		}
		delete(now, variable)
		if value == nil || lacksStatus(pass, value, now) {
			now[variable] = true
		}
	}
	for _, node := range block.Nodes {
		switch n := node.(type) {
		case *ast.ValueSpec:
			for i, name := range n.Names {
				switch {
				case len(n.Values) == 0:
					if _, pointer := types.Unalias(pass.TypesInfo.TypeOf(name)).(*types.Pointer); !pointer {
						set(name, nil)
					}
				case len(n.Values) == len(n.Names):
					set(name, n.Values[i])
				}
			}
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				if selector, ok := left.(*ast.SelectorExpr); ok && selector.Sel.Name == "StatusCode" {
					delete(now, object(pass, selector.X))
				} else if len(n.Lhs) == len(n.Rhs) {
					set(left, n.Rhs[i])
				} else {
					delete(now, object(pass, left))
				}
			}
		case *ast.ReturnStmt:
			if report != nil && len(n.Results) == 2 && isNil(pass, n.Results[1]) && lacksStatus(pass, n.Results[0], now) {
				report(n.Results[0])
			}
		}
	}
	return now
}

// lacksStatus reports whether an expression is a response without a status.
func lacksStatus(pass *analysis.Pass, e ast.Expr, now unset) bool {
	if lit := literal(e); lit != nil {
		if !isResponse(pass.TypesInfo.TypeOf(lit)) {
			return false
		}
		_, ok := field(lit, "StatusCode")
		return !ok
	}
	variable := object(pass, e)
	return variable != nil && now[variable]
}

// sharedVariables returns the response variables that something else may fill:
// their address is taken, they are pointers that are handed on, or function
// literals use them.
func sharedVariables(pass *analysis.Pass, body *ast.BlockStmt) map[types.Object]bool {
	shared := map[types.Object]bool{}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				if variable := object(pass, n.X); variable != nil {
					shared[variable] = true
				}
			}
		case *ast.CallExpr:
			for _, argument := range n.Args {
				if variable := object(pass, argument); variable != nil {
					if _, pointer := types.Unalias(variable.Type()).(*types.Pointer); pointer {
						shared[variable] = true
					}
				}
			}
		case *ast.FuncLit:
			ast.Inspect(n.Body, func(inner ast.Node) bool {
				if name, ok := inner.(*ast.Ident); ok {
					if variable := pass.TypesInfo.Uses[name]; variable != nil && variable.Pos() < n.Pos() {
						shared[variable] = true
					}
				}
				return true
			})
		}
		return true
	})
	return shared
}
