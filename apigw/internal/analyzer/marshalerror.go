package analyzer

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
)

// MarshalError finds bodies made by json.Marshal whose error is thrown away.
var MarshalError = &analysis.Analyzer{
	Name: "marshalerror",
	Doc: "find bodies made by json.Marshal whose error is ignored\n\nWhere the value cannot be marshalled the client gets 200 and an empty body. " +
		"Values that always can, such as structs of text and whole numbers, are no finding.",
	Requires: []*analysis.Analyzer{inspect.Analyzer},
	Run:      marshalError,
}

func marshalError(pass *analysis.Pass) (any, error) {
	functions(pass, func(body *ast.BlockStmt, _ *types.Signature) {
		unchecked := map[types.Object]*ast.AssignStmt{}
		marshals(pass, body, func(assign *ast.AssignStmt, value ast.Expr) {
			name, ok := assign.Lhs[1].(*ast.Ident)
			if !ok || name.Name != "_" || !canFail(pass.TypesInfo.TypeOf(value), nil) {
				return
			}
			if text := object(pass, assign.Lhs[0]); text != nil {
				unchecked[text] = assign
			}
		})
		bodies(pass, body, func(value ast.Expr, _ *ast.CompositeLit) {
			text := bytesOf(pass, value)
			if assign := unchecked[text]; text != nil && assign != nil {
				pass.ReportRangef(assign, "if this value has no JSON form the client gets an empty body: check the error of json.Marshal")
				delete(unchecked, text)
			}
		})
	})
	return nil, nil
}

// canFail reports whether json.Marshal can fail for some value of type t.
// Outer are the types around t, so that a recursive type ends.
func canFail(t types.Type, outer []types.Type) bool {
	for _, o := range outer {
		if types.Identical(o, t) {
			return true // a value may contain itself
		}
	}
	outer = append(outer, t)
	for _, method := range []string{"MarshalJSON", "MarshalText"} {
		if m, _, _ := types.LookupFieldOrMethod(t, true, nil, method); m != nil {
			return true
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&(types.IsString|types.IsBoolean|types.IsInteger) == 0
	case *types.Pointer:
		return canFail(u.Elem(), outer)
	case *types.Slice:
		return canFail(u.Elem(), outer)
	case *types.Array:
		return canFail(u.Elem(), outer)
	case *types.Map:
		key, ok := u.Key().Underlying().(*types.Basic)
		return !ok || key.Info()&(types.IsString|types.IsInteger) == 0 || canFail(u.Elem(), outer)
	case *types.Struct:
		for i := range u.NumFields() {
			if jsonName(u, i) != "" && canFail(u.Field(i).Type(), outer) {
				return true
			}
		}
		return false
	}
	return true
}
