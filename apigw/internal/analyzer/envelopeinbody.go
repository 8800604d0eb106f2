package analyzer

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
)

// EnvelopeInBody finds a proxy response that is marshalled into the Body of
// another one, so that the client gets the envelope as its body.
var EnvelopeInBody = &analysis.Analyzer{
	Name:     "envelopeinbody",
	Doc:      "find a proxy response that is marshalled into the Body of another one\n\nThe client gets the whole envelope, {\"statusCode\":…}, as the body of a 200. Return the inner response as it is.",
	Requires: []*analysis.Analyzer{inspect.Analyzer},
	Run:      envelopeInBody,
}

func envelopeInBody(pass *analysis.Pass) (any, error) {
	functions(pass, func(body *ast.BlockStmt, _ *types.Signature) {
		envelopes := map[types.Object]bool{} // variables that hold the JSON of one
		marshals(pass, body, func(assign *ast.AssignStmt, value ast.Expr) {
			if t := pass.TypesInfo.TypeOf(value); isResponse(t) || looksLikeEnvelope(t) {
				if text := object(pass, assign.Lhs[0]); text != nil {
					envelopes[text] = true
				}
			}
		})
		bodies(pass, body, func(value ast.Expr, _ *ast.CompositeLit) {
			if text := bytesOf(pass, value); text != nil && envelopes[text] {
				pass.ReportRangef(value, "the body is a whole proxy response: return that response, or marshal only what the client should get")
			}
		})
	})
	return nil, nil
}

// looksLikeEnvelope reports whether the JSON form of a struct has the members of
// a proxy response.
func looksLikeEnvelope(t types.Type) bool {
	s := structOf(t)
	if s == nil {
		return false
	}
	names := map[string]bool{}
	for i := range s.NumFields() {
		names[jsonName(s, i)] = true
	}
	return names["statusCode"] && names["body"]
}
