package vtl

import (
	"context"
	"fmt"
	"go/ast"
	goparser "go/parser"
	gotoken "go/token"
	"maps"
	"slices"
	"strings"
	"testing"
)

// declaredKinds lists the types of nodes that node.go declares.
func declaredKinds(t *testing.T) map[string]bool {
	t.Helper()
	file, err := goparser.ParseFile(gotoken.NewFileSet(), "node.go", nil, goparser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		if s, ok := spec.Type.(*ast.StructType); ok {
			for _, f := range s.Fields.List {
				if embedded, ok := f.Type.(*ast.Ident); ok && f.Names == nil && embedded.Name == "span" {
					kinds[spec.Name.Name] = true
				}
			}
		}
		return false
	})
	return kinds
}

// everyKind returns templates that hold every kind of node, each expression in every
// place where one can stand.
func everyKind() []string {
	templates := []string{
		`text## comment`, `#*c*#$a.b.c($d)[0]`, `#if($a)b#elseif("$c")d#{else}e#end`, `#foreach($i in [1])$i#break#end`, `#foreach($i in [1])#break($foreach)#end`,
		`#define($a)b#end$a`, `#macro(m $a)$a#end#m($b)#@m($c)d#end`, `#evaluate("a")`, `#stop`, `#stop($a)`, `#include($null)`, `#set($a.b[0] = 1)`,
		`#set($a = {}) #set($a.b = 1) #set($a["b"] = 1) #set($a.b() = 1)`, `#set($a = !true)`, `#set($a = "x" + !true)`, `#if(!$a || ($b && 1 < 2))c#end`,
	}
	operands := []string{`$a`, `$a.b`, `1`, `'s'`, `"s$a"`, `true`, `[$a, 1]`, `{"k": $a}`, `[1..2]`}
	for _, x := range append(operands, `1 + 2`, `(1)`, `!$a`, `1 == 2`) {
		templates = append(templates, `#set($v = `+x+`)`, `#if(`+x+`)a#end`, `#set($v = (`+x+`) + "s")`, `#set($v = "s" + (`+x+`))`)
	}
	for _, x := range operands {
		templates = append(templates, `#set($v = "s" + `+x+`)`, `$a.f(`+x+`)`, `#foreach($i in [1] `+x+`)a#end`)
	}
	for _, x := range append(operands, "word") {
		templates = append(templates, `#macro(m $a)$a#{if}($a)b#end#end#m(`+x+`)`)
	}
	return templates
}

// The kinds of nodes form a closed set: every one can be inspected and executed,
// with a trace and without.
func TestEveryKindOfNode(t *testing.T) {
	missing := declaredKinds(t)
	for _, text := range everyKind() {
		parsed, err := Parse("t", text)
		if err != nil {
			// A macro that is called with a word is an error of the run.
			t.Errorf("%s: got %v, want no error", text, err)
			continue
		}
		Inspect(parsed.Root(), func(n Node) bool {
			delete(missing, strings.TrimPrefix(fmt.Sprintf("%T", n), "*vtl."))
			if x, ok := n.(Expr); ok {
				literalOf(x)
				isConstant(x)
			}
			return true
		})
		for _, o := range []*Options{{}, {NullIsEmpty: true}, {Trace: &Trace{}}} {
			// Some of the templates fail. None may meet a node that is not known.
			_, _ = parsed.Append(context.Background(), nil, nil, o)
		}
	}
	if len(missing) > 0 {
		t.Errorf("got no template that holds %v, want one for every kind", slices.Sorted(maps.Keys(missing)))
	}
}

// strange is a node, an expression and a part that no switch knows.
type strange struct{ span }

func (*strange) expr() {}
func (*strange) part() {}

// A node of an unknown kind panics: a new kind that a switch forgot shows at
// once.
func TestUnknownNode(t *testing.T) {
	e := (&Template{syms: newSymbols(nil), macros: newMacros(nil)}).start(context.Background(), nil, nil)
	defer e.end()
	n := &strange{}
	for name, use := range map[string]func(){
		"Inspect":    func() { Inspect(n, func(Node) bool { return true }) },
		"literalOf":  func() { literalOf(n) },
		"isConstant": func() { isConstant(n) },
		"node":       func() { _ = e.node(n) },
		"value":      func() { _, _ = e.value(n) },
		"truth":      func() { _, _ = e.truth(n) },
		"follow":     func() { _, _ = e.follow(nil, n, "x") },
		"set": func() {
			e.vars = append(e.vars, "x")
			_ = e.set(&Set{Target: &Reference{Parts: []Part{n}}, Value: &Literal{Value: int32(1)}})
		},
		"part of a trace": func() { newRecorder(&Trace{}).part(&refTrace{}, n, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				want := "vtl: unexpected node of type *vtl.strange"
				if got := recover(); got != want {
					t.Errorf("got panic %v, want %s", got, want)
				}
			}()
			use()
		})
	}
}
