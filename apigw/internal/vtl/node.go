package vtl

import (
	"fmt"

	"example.com/apigw/internal/java"
)

// Node is a piece of a parsed template. The set of its types is closed.
type Node interface {
	// Position returns where the node starts, in the text that it was parsed from:
	// the template, or the contents of a string literal in it.
	Position() Pos
	// String returns the node's text. The texts of the nodes of a block, one after
	// the other, are the text of the block, and parsing them yields the same
	// nodes again.
	String() string

	where() *span
}

// Expr is a node that has a value: a literal, a reference or an operation.
type Expr interface {
	Node
	expr()
}

// span is the text of a node.
type span struct {
	src        *source
	begin, end int32 // with what belongs to no node, such as comments, before it
	pos        int32 // of the first token
}

func (s *span) Position() Pos  { return Pos(s.pos) }
func (s *span) String() string { return s.src.text[s.begin:s.end] }
func (s *span) where() *span   { return s }

type (
	// Text is text that is printed as it stands. Escapes, and what looks like a
	// directive and is not one, are texts too.
	Text struct {
		span
		Text string // what is printed
	}

	// Comment prints nothing, but for a $ that touches it on the left.
	Comment struct {
		span
		text string
	}

	// Block is a sequence of nodes: a template, or the body of a directive.
	Block struct {
		span
		Nodes []Node
		steps []Node // Nodes without comments, with texts joined
	}

	// Reference is $name with its properties, calls and indexes.
	Reference struct {
		span
		Name  string // without the $
		Parts []Part
		Quiet bool // $!name prints nothing when it is null

		slot    int
		form    refForm
		escaped bool   // an odd number of backslashes: prints as text
		prefix  string // the backslashes that stay, printed before it
		more    string // dollars and hashes that touch it on the left
		null    string // what stands for it when it is null
		lit     string // its text in messages and concatenations
		plain   bool   // $name alone: a macro's argument may stand for it
	}

	// Part is one step of a reference: [Property], [MethodCall] or [Index].
	Part interface {
		Node
		part()
	}

	// Property is .name
	Property struct {
		span
		Name string
	}

	// MethodCall is .name(args)
	MethodCall struct {
		span
		Name string
		Args []Expr
	}

	// Index is [expr]
	Index struct {
		span
		Arg Expr
	}

	// Set is #set($target = value)
	Set struct {
		span
		Target *Reference
		Value  Expr

		slot int // of a target without parts
	}

	// If is #if(cond) … #elseif(cond) … #else … #end. The arms are tried in
	// order; an #else is an arm without a condition.
	If struct {
		span
		Arms []Arm
	}

	// Arm is one case of an [If].
	Arm struct {
		Cond Expr // nil for #else
		Body *Block
	}

	// Foreach is #foreach($item in list) … #end
	Foreach struct {
		span
		Item Node // what stands for the loop variable
		List Node // nil when it is missing, which fails when it runs
		Body Node // what is printed for each element

		slot int
	}

	// Define is #define($name) … #end
	Define struct {
		span
		Body *Block

		slot int
	}

	// Macro is #macro(name $a $b) … #end
	Macro struct {
		span
		Name   string
		Params []string
		Body   *Block

		slots []int
	}

	// Word is a directive that the language does not know: the call of a macro,
	// or text when there is no macro of that name.
	Word struct {
		span
		Name string
		Args []Expr
		Body *Block // of #@name(…) … #end, else nil

		text  string // what is printed when there is no such macro
		macro *Macro // when it is known at parse time
	}

	// Evaluate is #evaluate(arg)
	Evaluate struct {
		span
		Arg Expr
	}

	// Include is #parse or #include, which cannot find anything.
	Include struct {
		span
		Name string
		Args []Expr
	}

	// Break is #break or #break($foreach)
	Break struct {
		span
		Scope Expr // nil for the innermost loop
	}

	// Stop is #stop
	Stop struct {
		span
		Arg Expr // evaluated for nothing but its effects; nil without
	}
)

type (
	// Literal is a number, true, false, or a string that is not interpolated.
	Literal struct {
		span
		Value java.Value

		truth bool // as a condition: only true is
		lit   string
	}

	// Interpolated is a string in double quotes that is rendered as a template.
	Interpolated struct {
		span
		Body *Block

		cut bool // drop the last character: it was only added for the parser
		lit string
	}

	// ListLiteral is [a, b]
	ListLiteral struct {
		span
		Items []Expr
		lit   string
	}

	// MapLiteral is {key: value}
	MapLiteral struct {
		span
		Keys, Values []Expr
		lit          string
	}

	// Range is [from..to]
	Range struct {
		span
		From, To Expr
		lit      string
	}

	// Binary is left op right
	Binary struct {
		span
		Op          string // one of || && == != < <= > >= + - * / %
		Left, Right Expr

		op  tokenKind
		lit string
	}

	// Group is an expression in parentheses.
	Group struct {
		span
		Inner Expr
		lit   string
	}

	// Not is !operand
	Not struct {
		span
		Operand Expr
	}

	// BareWord is a name without a $ among arguments: in of a #foreach, or a
	// mistake. It has no value.
	BareWord struct {
		span
		Name string
	}
)

func (*Property) part()   {}
func (*MethodCall) part() {}
func (*Index) part()      {}

func (*Reference) expr()    {}
func (*Literal) expr()      {}
func (*Interpolated) expr() {}
func (*ListLiteral) expr()  {}
func (*MapLiteral) expr()   {}
func (*Range) expr()        {}
func (*Binary) expr()       {}
func (*Not) expr()          {}
func (*Group) expr()        {}
func (*BareWord) expr()     {}

type refForm uint8

const (
	formNormal refForm = iota
	formBraced
	formQuiet
	formBare    // a name without a $, which is null
	formEscaped // $\!name, which is text
)

// literalOf returns the text of an expression as the language quotes it, which
// string concatenation puts in the place of a null.
func literalOf(e Expr) string {
	switch e := e.(type) {
	case *Reference:
		return e.lit
	case *Literal:
		return e.lit
	case *Interpolated:
		return e.lit
	case *ListLiteral:
		return e.lit
	case *MapLiteral:
		return e.lit
	case *Range:
		return e.lit
	case *Binary:
		return e.lit
	case *Group:
		return e.lit
	case *BareWord:
		return e.Name
	case *Not:
		return ""
	}
	panic(unknown(e))
}

// unknown returns what a switch over the kinds of nodes panics with where it does
// not know one. The set is closed, so that the switch lacks a case.
func unknown(n Node) string { return fmt.Sprintf("vtl: unexpected node of type %T", n) }

// Inspect calls f for a node and, if f returns true, for the nodes in it, in the
// order of the text. With it a host finds references that it wants to
// explain.
func Inspect(n Node, f func(Node) bool) {
	if !f(n) {
		return
	}
	exprs := func(list ...Expr) {
		for _, x := range list {
			if x != nil {
				Inspect(x, f)
			}
		}
	}
	block := func(b *Block) {
		if b != nil {
			Inspect(b, f)
		}
	}
	switch n := n.(type) {
	case *Block:
		for _, c := range n.Nodes {
			Inspect(c, f)
		}
	case *Reference:
		for _, p := range n.Parts {
			Inspect(p, f)
		}
	case *MethodCall:
		exprs(n.Args...)
	case *Index:
		exprs(n.Arg)
	case *Set:
		exprs(n.Target, n.Value)
	case *If:
		for _, a := range n.Arms {
			exprs(a.Cond)
			block(a.Body)
		}
	case *Foreach:
		for _, c := range []Node{n.Item, n.List, n.Body} {
			if c != nil {
				Inspect(c, f)
			}
		}
	case *Define:
		block(n.Body)
	case *Macro:
		block(n.Body)
	case *Word:
		exprs(n.Args...)
		block(n.Body)
	case *Evaluate:
		exprs(n.Arg)
	case *Include:
		exprs(n.Args...)
	case *Break:
		exprs(n.Scope)
	case *Stop:
		exprs(n.Arg)
	case *Interpolated:
		block(n.Body)
	case *ListLiteral:
		exprs(n.Items...)
	case *MapLiteral:
		for i := range n.Keys {
			exprs(n.Keys[i], n.Values[i])
		}
	case *Range:
		exprs(n.From, n.To)
	case *Binary:
		exprs(n.Left, n.Right)
	case *Not:
		exprs(n.Operand)
	case *Group:
		exprs(n.Inner)
	case *Text, *Comment, *Property, *Literal, *BareWord:
	default:
		panic(unknown(n))
	}
}
