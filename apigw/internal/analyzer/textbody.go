package analyzer

import (
	"encoding/json"
	"go/ast"
	"go/constant"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
)

// TextBody finds error texts that are sent as application/json.
var TextBody = &analysis.Analyzer{
	Name: "textbody",
	Doc: "find error texts that are sent as application/json\n\nWithout a Content-Type a REST API says application/json, and a client that believes it fails on plain text. " +
		"Send {\"message\": …}, or set Content-Type to text/plain.",
	Requires: []*analysis.Analyzer{inspect.Analyzer},
	Run:      textBody,
}

func textBody(pass *analysis.Pass) (any, error) {
	functions(pass, func(body *ast.BlockStmt, _ *types.Signature) {
		bodies(pass, body, func(value ast.Expr, lit *ast.CompositeLit) {
			if lit == nil || !isErrorStatus(pass, lit) || !isPlainText(pass, value) {
				return
			}
			if _, ok := field(lit, "Headers"); ok {
				return
			}
			if _, ok := field(lit, "MultiValueHeaders"); ok {
				return
			}
			pass.ReportRangef(value, "this text is sent as application/json: send JSON such as {\"message\": …}, or set the header Content-Type to text/plain")
		})
	})
	return nil, nil
}

// isErrorStatus reports whether a response is certainly an error: its status is
// a constant of 400 or more.
func isErrorStatus(pass *analysis.Pass, lit *ast.CompositeLit) bool {
	value, ok := field(lit, "StatusCode")
	if !ok || value == nil {
		return false
	}
	status := pass.TypesInfo.Types[value].Value
	if status == nil {
		return false
	}
	number, exact := constant.Int64Val(status)
	return exact && number >= 400
}

// isPlainText reports whether a body is certainly text that is not JSON: a
// constant that does not parse, the text of an error, or that of a status.
func isPlainText(pass *analysis.Pass, e ast.Expr) bool {
	if value := pass.TypesInfo.Types[e].Value; value != nil && value.Kind() == constant.String {
		text := constant.StringVal(value)
		return text != "" && !json.Valid([]byte(text))
	}
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return false
	}
	if callee(pass, call) == "net/http.StatusText" {
		return true
	}
	selector, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	return ok && selector.Sel.Name == "Error" && len(call.Args) == 0 && implementsError(pass.TypesInfo.TypeOf(selector.X))
}
