package synth

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// code returns what counts of a Go file: its imports in the order of their names,
// which it adds to imports, and its tokens without comments and formatting.
// Comments that direct the compiler, such as go:embed, count. A file whose imports or
// tokens cannot be read is returned as it is, and so is one with C code in a comment.
func code(source []byte, imports map[string]bool) []byte {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", source, parser.ImportsOnly|parser.SkipObjectResolution)
	if err != nil {
		return source
	}
	var specs []string
	for _, spec := range file.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil || name == "C" {
			return source
		}
		imports[name] = true
		line := "import " + name
		if spec.Name != nil {
			line += " " + spec.Name.Name
		}
		specs = append(specs, line)
	}
	slices.Sort(specs)
	var text strings.Builder
	text.WriteString(strings.Join(specs, "\n"))

	t := tokens{scanner: new(scanner.Scanner), file: files.AddFile("", files.Base(), len(source))}
	t.scanner.Init(t.file, source, nil, scanner.ScanComments)
	offset := func(pos token.Pos) int { return files.Position(pos).Offset }
	for _, declaration := range file.Decls {
		if d, ok := declaration.(*ast.GenDecl); ok && d.Tok == token.IMPORT {
			t.skipped = append(t.skipped, span{offset(d.Pos()), offset(d.End())})
		}
	}
	t.writeTo(&text)
	if t.scanner.ErrorCount > 0 {
		return source
	}
	return []byte(text.String())
}

// span is a part of a file, by offsets.
type span struct{ start, end int }

// tokens are those of a file.
type tokens struct {
	scanner *scanner.Scanner
	file    *token.File
	skipped []span // the declarations of imports
}

// writeTo writes a line for each token that counts. A semicolon or a comma before a
// closing bracket does not, since it depends on where lines end, nor does the letter
// case of numbers, which gofmt changes.
func (t *tokens) writeTo(text *strings.Builder) {
	separator := "" // is written unless a closing bracket follows
	afterImport := false
	for {
		pos, tok, literal := t.scanner.Scan()
		at := t.file.Offset(pos)
		skipped := slices.ContainsFunc(t.skipped, func(s span) bool { return s.start <= at && at < s.end })
		switch {
		case tok == token.EOF:
			return
		case skipped:
			afterImport = true
			continue
		case tok == token.COMMENT:
			if !directive(literal) {
				continue
			}
		case tok == token.SEMICOLON && afterImport:
			afterImport = false
			continue
		}
		afterImport = false
		if tok != token.RPAREN && tok != token.RBRACE {
			text.WriteString(separator)
		}
		separator = ""
		switch tok {
		case token.SEMICOLON, token.COMMA:
			separator = "\n" + tok.String()
		case token.INT, token.FLOAT, token.IMAG:
			text.WriteString("\n" + strings.ToLower(literal))
		case token.IDENT, token.CHAR, token.STRING, token.COMMENT:
			text.WriteString("\n" + literal)
		default:
			text.WriteString("\n" + tok.String())
		}
	}
}

// directive reports whether a comment directs the compiler.
func directive(comment string) bool {
	return strings.HasPrefix(comment, "//go:") && !strings.HasPrefix(comment, "//go:generate ")
}
