package analyzer

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
)

// JSONNames finds home-made proxy responses without the JSON names that API
// Gateway reads.
var JSONNames = &analysis.Analyzer{
	Name: "jsonnames",
	Doc: "find home-made proxy responses without their JSON names\n\nencoding/json writes a field without a tag under its own name. API Gateway refuses {\"StatusCode\":200} with 502, " +
		"because the member is called statusCode. Tag the fields, or use events.APIGatewayProxyResponse.",
	Requires: []*analysis.Analyzer{inspect.Analyzer},
	Run:      jsonNames,
}

// members are the members of a proxy response by their names in lower case.
var members = map[string]string{
	"statuscode": "statusCode", "headers": "headers", "multivalueheaders": "multiValueHeaders",
	"body": "body", "isbase64encoded": "isBase64Encoded",
}

func jsonNames(pass *analysis.Pass) (any, error) {
	reported := map[*types.Var]bool{}
	handlers(pass, func(handler ast.Expr, t types.Type) {
		signature, ok := t.Underlying().(*types.Signature)
		if !ok || signature.Results().Len() != 2 {
			return
		}
		result := signature.Results().At(0).Type()
		s := structOf(result)
		if s == nil || !meantAsResponse(s) {
			return
		}
		for i := range s.NumFields() {
			f, name := s.Field(i), jsonName(s, i)
			right, known := members[strings.ToLower(name)]
			if !known || name == right || reported[f] {
				continue
			}
			reported[f] = true
			at := f.Pos()
			if f.Pkg() != pass.Pkg { // its line is in another package
				at = handler.Pos()
			}
			pass.Reportf(at, "the JSON name of %s is %q, and API Gateway reads only %q, so that the client gets 502: tag it `json:%q`, or use events.APIGatewayProxyResponse",
				f.Name(), name, right, right)
		}
	})
	return nil, nil
}

// meantAsResponse reports whether a struct has the fields by which people
// recognize a proxy response.
func meantAsResponse(s *types.Struct) bool {
	found := map[string]bool{}
	for i := range s.NumFields() {
		found[strings.ToLower(s.Field(i).Name())] = true
	}
	return found["statuscode"] && (found["body"] || found["headers"])
}
