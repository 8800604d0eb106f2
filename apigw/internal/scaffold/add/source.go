package add

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
)

// source is a Go file as it will be.
type source struct {
	name string // from the root
	text []byte
	set  *token.FileSet
	file *ast.File
}

// sources parses the Go files of a folder, without tests if they are not wanted.
func (p *Plan) sources(folder string, tests bool) ([]*source, error) {
	names, err := p.goFiles(folder)
	if err != nil {
		return nil, err
	}
	var list []*source
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") && !tests {
			continue
		}
		s, err := p.source(name)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

// source parses one Go file.
func (p *Plan) source(name string) (*source, error) {
	text, err := p.read(name)
	if err != nil {
		return nil, err
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("%w: correct it first", err)
	}
	return &source{name: name, text: text, set: set, file: file}, nil
}

func (s *source) offset(pos token.Pos) int { return s.set.Position(pos).Offset }

// of returns the text of a node.
func (s *source) of(node ast.Node) string {
	return string(s.text[s.offset(node.Pos()):s.offset(node.End())])
}

// insert puts text into the file at a place. What the parser knew of the file is old
// then.
func (p *Plan) insert(s *source, at token.Pos, text string) error {
	offset := s.offset(at)
	return p.write(s.name, slices.Concat(s.text[:offset], []byte(text), s.text[offset:]))
}

// insertInList puts an element behind the last of a list in brackets, whose closing
// one is at end.
func (p *Plan) insertInList(s *source, last ast.Node, end token.Pos, element string) error {
	if last == nil {
		return p.insert(s, end, "\n"+element+",\n")
	}
	between := string(s.text[s.offset(last.End()):s.offset(end)])
	if s.set.Position(last.End()).Line == s.set.Position(end).Line { // all in one line
		if strings.Contains(between, ",") {
			return p.insert(s, end, " "+element)
		}
		return p.insert(s, last.End(), ", "+element)
	}
	if !strings.Contains(withoutComments(between), ",") { // the list ends behind its last element
		return p.insert(s, last.End(), ",\n"+element)
	}
	return p.insert(s, end, element+",\n")
}

// withoutComments returns what stands between an element and the end of its list,
// without the comments there.
func withoutComments(text string) string {
	var code strings.Builder
	for line := range strings.Lines(text) {
		before, _, _ := strings.Cut(line, "//")
		code.WriteString(before)
	}
	return code.String()
}

// importing adds imports to a file that does not have them.
func (p *Plan) importing(name string, paths ...string) error {
	for _, wanted := range paths {
		s, err := p.source(name)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(s.file.Imports, func(i *ast.ImportSpec) bool { return unquote(i.Path) == wanted }) {
			continue
		}
		var nearest *ast.ImportSpec
		longest := -1
		for _, spec := range s.file.Imports {
			if n := commonPrefix(unquote(spec.Path), wanted); n > longest {
				nearest, longest = spec, n
			}
		}
		if nearest == nil {
			err = p.insert(s, s.file.Name.End(), "\n\nimport "+strconv.Quote(wanted))
		} else if decl := importDecl(s.file, nearest); decl.Lparen.IsValid() {
			err = p.insert(s, nearest.Pos(), strconv.Quote(wanted)+"\n")
		} else {
			err = p.insert(s, decl.Pos(), "import "+strconv.Quote(wanted)+"\n")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// importDecl returns the declaration that an import is in.
func importDecl(file *ast.File, spec *ast.ImportSpec) *ast.GenDecl {
	for _, decl := range file.Decls {
		if general, ok := decl.(*ast.GenDecl); ok && general.Pos() <= spec.Pos() && spec.End() <= general.End() {
			return general
		}
	}
	return nil
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// unquote returns the value of a string literal; empty if the expression is none.
func unquote(expression ast.Expr) string {
	if literal, ok := expression.(*ast.BasicLit); ok && literal.Kind == token.STRING {
		if text, err := strconv.Unquote(literal.Value); err == nil {
			return text
		}
	}
	return ""
}

// literalOf returns the composite literal that an expression is, or points to, if its
// type has a name.
func literalOf(expression ast.Expr, typeName string) *ast.CompositeLit {
	if pointer, ok := expression.(*ast.UnaryExpr); ok && pointer.Op == token.AND {
		expression = pointer.X
	}
	if literal, ok := expression.(*ast.CompositeLit); ok {
		if name, ok := literal.Type.(*ast.Ident); ok && name.Name == typeName {
			return literal
		}
	}
	return nil
}

// field returns the value of a field of a struct literal: by its name, or by its
// place if the literal has no names.
func field(literal *ast.CompositeLit, name string, place int) ast.Expr {
	for i, element := range literal.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			if key, ok := pair.Key.(*ast.Ident); ok && key.Name == name {
				return pair.Value
			}
		} else if i == place {
			return element
		}
	}
	return nil
}

// calledName returns the name of the function that an expression calls.
func calledName(expression ast.Expr) string {
	if call, ok := expression.(*ast.CallExpr); ok {
		switch function := call.Fun.(type) {
		case *ast.Ident:
			return function.Name
		case *ast.SelectorExpr:
			return function.Sel.Name
		}
	}
	return ""
}

// declared lists the names that the files of a package declare.
func declared(list []*source) map[string]bool {
	names := map[string]bool{}
	for _, s := range list {
		for _, decl := range s.file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				if decl.Recv == nil {
					names[decl.Name.Name] = true
				}
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						names[spec.Name.Name] = true
					case *ast.ValueSpec:
						for _, name := range spec.Names {
							names[name.Name] = true
						}
					}
				}
			}
		}
	}
	return names
}

// imported lists the names by which a file knows the packages that it imports.
func imported(s *source) map[string]bool {
	names := map[string]bool{}
	for _, spec := range s.file.Imports {
		name := path.Base(unquote(spec.Path))
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = true
	}
	names["constructs"], names["jsii"] = true, true // whose paths end with something else
	return names
}

// noPlace is the error for code in which the place to change was not found.
func noPlace(where, what, lines string) error {
	return fmt.Errorf("%s: found no %s: nothing was written. Put this there yourself, or undo what changed it:\n\n\t%s", where, what, strings.ReplaceAll(lines, "\n", "\n\t"))
}
