package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// generator makes templates. Most are right; some are broken on purpose.
type generator struct {
	r      *rand.Rand
	depth  int
	macros int // that are being made
}

func newGenerator(seed, n uint64) *generator {
	return &generator{r: rand.New(rand.NewPCG(seed, n))}
}

// prelude sets the variables that templates use. $undef and $null stay null.
const prelude = `#set($x="X")#set($s="Hello World")#set($n=5)#set($z=0)#set($d=2.5)#set($e="")#set($t=true)#set($f=false)` +
	`#set($l=["b","a","c"])#set($m={"a":1,"b":{"c":[7,8]},"a-b":2})#set($L=9223372036854775807)#set($B=9223372036854775808)` +
	`#set($u="aé😀z")#set($ll=[[1,2],[3],[]])#set($i=1)`

// template returns a template. Most of those that do not parse are thrown away:
// there would be too many.
func (g *generator) template(parses func(string) bool) string {
	for {
		if t := g.attempt(); g.chance(15) || parses(t) {
			return t
		}
	}
}

func (g *generator) attempt() string {
	text := ""
	if g.chance(90) {
		text = prelude
	}
	if g.chance(10) {
		return text + g.soup()
	}
	for n := 1 + g.r.IntN(5); n > 0; n-- {
		text += g.piece()
	}
	if g.chance(12) {
		text = g.damage(text)
	}
	return text
}

func (g *generator) chance(percent int) bool { return g.r.IntN(100) < percent }

func (g *generator) pick(choices ...string) string { return choices[g.r.IntN(len(choices))] }

// damage inserts, removes or doubles a bit of the text behind the prelude.
func (g *generator) damage(s string) string {
	from := 0
	if strings.HasPrefix(s, prelude) {
		from = len(prelude)
	}
	r := []rune(s[from:])
	if len(r) == 0 {
		return s
	}
	i := g.r.IntN(len(r))
	n := min(i+1+g.r.IntN(3), len(r))
	switch g.r.IntN(4) {
	case 0:
		r = append(r[:i:i], r[n:]...)
	case 1:
		r = append(append(r[:i:i], []rune(g.token())...), r[i:]...)
	case 2:
		r = append(r[:n:n], r[i:]...)
	default:
		r = r[:i]
	}
	return s[:from] + string(r)
}

// soup returns bits of syntax in any order: what the lexer makes of them is the
// question.
func (g *generator) soup() string {
	text := ""
	for n := 1 + g.r.IntN(12); n > 0; n-- {
		text += g.token()
		if g.chance(25) {
			text += g.pick("x", "$x", "a", "$m.a", " ", "foreach", "set", "end", "if(true)", "{x}", "$l", "(1)", "[0]", "\n")
		}
	}
	return text + g.pick("", "", "#end", "#end#end", ")", "\"", "}")
}

// token returns a bit of syntax.
func (g *generator) token() string {
	return g.pick("$", "#", "\\", "{", "}", "(", ")", "[", "]", "!", ".", ",", ":", "\"", "'", "-", "+", "=", "==", "..", " ", "\n", "\t",
		"#end", "#if", "#else", "#elseif", "#set", "#set(", "#foreach", "#{end}", "#{else}", "##", "#*", "*#", "#**", "#[[", "]]#", "$!", "${", "$!{",
		"$x", "${x}", "$x.", "$m.a", "in", "null", "true", "1", "1.", ".5", "1..", "&&", "||", "<", "%", "#macro(q)", "#break", "#stop", "#@", "@", "_",
		"\r\n", "\r", "$[", "\\$", "\\#", "\\\\", "-1", "$1", "#1", "é", "😀", "`", "|")
}

func (g *generator) blank() string {
	return g.pick("", "", "", " ", "  ", "\t", "\n", " \n", "\r\n", "\n\n", "\n  ", "\r", " \t\n ", "  \n  ")
}

// padding returns what may stand between parts of an expression.
func (g *generator) padding() string {
	return g.pick("", "", "", " ", " ", "  ", "\n", "\t", " \n ")
}

// piece returns one construct with something around it.
func (g *generator) piece() string {
	g.depth++
	defer func() { g.depth-- }()
	return g.blank() + g.construct() + g.pick("", "", "|", ".", g.blank())
}

func (g *generator) body() string {
	if g.depth > 4 {
		return g.pick("", "b", "\n", "$x", " ")
	}
	text := ""
	for n := g.r.IntN(4); n > 0; n-- {
		text += g.piece()
	}
	return text + g.blank()
}

func (g *generator) construct() string {
	if g.depth > 5 {
		return g.pick("t", "$x", "$undef", "5")
	}
	switch n := g.r.IntN(100); {
	case n < 14:
		return g.text()
	case n < 38:
		return g.reference()
	case n < 52:
		return g.set()
	case n < 64:
		return g.ifBlock()
	case n < 74:
		return g.foreach()
	case n < 78:
		return g.escape()
	case n < 82:
		return g.comment()
	case n < 86:
		return g.define()
	case n < 92:
		return g.macro()
	case n < 95:
		return g.evaluate()
	case n < 97:
		return g.pick("#break", "#stop", "#{break}", "#break($foreach)", "#break()", "#stop()", "#stop(\"x\")", "#break($x)", "#break($foreach.parent)")
	case n < 99:
		return g.unknown()
	}
	return g.pick("#include", "#parse", "#include(\"a\")", "#parse(\"a\")", "#parse($undef)", "#include($undef)", "#include(1)", "#literal()a$x#set($q=1)#end", "#literal($x)b#end",
		"#parse(1)", "#include($e)", "#literal()#if(true)x#end#end")
}

func (g *generator) text() string {
	return g.pick("a", "text ", "{\"k\": \"", "\"}", "1-2", "a.b", "é", "😀", "100%", "'q'", "a,b", "(x)", "[y]", "x=1", "\\", "\\\\", "\\a", "/", "http://a/b", "&amp;", "<b>", "a:b", "$5", "$", "$ ", "#",
		"# ", "#1", "#-", "$-", "$_", "$.x", "$1x", "$$", "#$", "$#", "{$", "$[", "$![", "#{", "#}", "##", "$!", "$!5", "$${", "\n", "\r\n", "end", "if", "#!", "$x!", "\t", "  ") + g.pick("", "", "x", " ")
}

func (g *generator) name() string {
	return g.pick("x", "s", "n", "z", "d", "e", "t", "f", "l", "m", "undef", "null", "y", "i", "foreach", "velocityCount", "velocityHasNext", "L", "B", "u", "ll", "a-b", "_v", "q", "X", "x1", "bodyContent", "p")
}

// valueName returns a name that has a value, so that what follows them means something.
func (g *generator) valueName() string {
	return g.pick("x", "s", "n", "d", "l", "m", "t", "l", "m", "s", "u", "ll", "i", "e", "L", "B", "undef", "y", "foreach", "q")
}

func (g *generator) reference() string {
	prefix := ""
	if g.chance(8) {
		prefix = g.pick("\\", "\\\\", "\\\\\\", "\\\\\\\\", "$", "#", "$$", "#$", "$#", "#\\", "$\\", "!", "$!", "\\#", "\\$")
	}
	bang := g.pick("", "", "", "!", "!", "\\!")
	if g.chance(90) && bang == "\\!" {
		bang = ""
	}
	if g.chance(35) {
		return prefix + "$" + bang + "{" + g.pick("", "", "", "", "", "", "", "", "", "", "", "!", " ") + g.path() + g.pick("", "", "", "", "", "", "", "", "", " ") + "}"
	}
	return prefix + "$" + bang + g.path()
}

// ref returns a reference as it stands in expressions, mostly plain.
func (g *generator) ref() string {
	switch g.r.IntN(12) {
	case 0:
		return "${" + g.path() + "}"
	case 1:
		return "$!" + g.path()
	case 2:
		return "$!{" + g.path() + "}"
	case 3, 4, 5:
		return "$" + g.path()
	}
	return "$" + g.name()
}

func (g *generator) path() string {
	if g.chance(40) {
		return g.name()
	}
	p := g.valueName()
	for n := 1 + g.r.IntN(3); n > 0; n-- {
		p += g.part(p)
	}
	return p
}

func (g *generator) part(of string) string {
	switch n := g.r.IntN(20); {
	case n < 2:
		return "." + g.pick("a", "b", "c", "k", "zz", "empty", "class.name", "bytes", "size", "length", "a-b", "index", "count", "hasNext", "first", "last", "parent", "topmost", "Empty", "key", "value", "b.c", "x", "class.simpleName")
	case n < 5:
		return "[" + g.pick("", "", "", " ", "\n") + g.indexArg() + g.pick("", "", "", " ") + "]"
	case n < 6:
		return g.pick(".", "..", ".1", "._x", ". a", ".foo", ".foo()", ".true", "()", "(1)", ".a(", ".size( )", "[ ]", "[a]")
	}
	return g.method(of)
}

func (g *generator) indexArg() string {
	if g.depth > 5 {
		return "0"
	}
	return g.pick("0", "1", "2", "-1", "-3", "9", "\"a\"", "'b'", "\"0\"", "true", "$n", "$z", "$i", "$x", "\"$x\"", "$l.size()", "$undef", g.ref(), "\"zz\"", "-9", "$L", "2147483648")
}

func (g *generator) args(list ...string) string {
	if g.chance(4) {
		list = append(list, g.operand())
	}
	if g.chance(4) && len(list) > 0 {
		list[g.r.IntN(len(list))] = g.operand()
	}
	if g.chance(3) && len(list) > 0 {
		list = list[1:]
	}
	pad := g.pick("", "", "", " ")
	return "(" + pad + strings.Join(list, g.pick(",", ",", ", ", " , ", ",\n")) + pad + ")"
}

func (g *generator) method(of string) string {
	if g.depth > 6 {
		return ".toString()"
	}
	g.depth++
	defer func() { g.depth-- }()
	switch strings.TrimRight(of, "0123456789") {
	case "l", "ll":
		return g.listMethod()
	case "m":
		return g.mapMethod()
	case "n", "i", "z", "d", "L", "B":
		return g.numberMethod()
	case "t", "f":
		return g.pick(".toString()", ".booleanValue()", ".equals(true)", ".compareTo(false)", ".hashCode()", ".valueOf(\"TRUE\")", ".parseBoolean(\"x\")", ".compareTo(1)", ".logicalAnd(true,false)")
	case "foreach":
		return g.pick(".index", ".count", ".hasNext", ".hasNext()", ".first", ".last", ".parent.index", ".topmost.count", ".size()", ".isFirst()", ".getIndex()", ".x", ".put(\"k\",1)", ".get(\"k\")", ".toString()", ".isEmpty()", ".keySet()")
	case "s", "x", "u", "e":
		return g.stringMethod()
	}
	switch g.r.IntN(4) {
	case 0:
		return g.listMethod()
	case 1:
		return g.mapMethod()
	case 2:
		return g.numberMethod()
	}
	return g.stringMethod()
}

func (g *generator) stringMethod() string {
	str := func() string { return g.stringArg() }
	num := func() string {
		return g.pick("0", "1", "2", "3", "5", "11", "-1", "99", "$n", "$i", "$s.length()", "$s.indexOf(\"o\")")
	}
	switch g.r.IntN(30) {
	case 0, 1:
		return ".length()"
	case 2, 3:
		return ".substring" + g.args(num())
	case 4:
		return ".substring" + g.args(num(), num())
	case 5:
		return ".indexOf" + g.args(str())
	case 6:
		return ".lastIndexOf" + g.args(str())
	case 7:
		return g.pick(".indexOf", ".lastIndexOf", ".startsWith") + g.args(str(), num())
	case 8:
		return g.pick(".contains", ".startsWith", ".endsWith", ".concat") + g.args(str())
	case 9:
		return g.pick(".equals", ".equalsIgnoreCase", ".compareTo", ".compareToIgnoreCase", ".contentEquals") + g.args(str())
	case 10, 11:
		return g.pick(".toUpperCase()", ".toLowerCase()", ".trim()", ".isEmpty()", ".toString()", ".hashCode()", ".intern()")
	case 12, 13:
		return ".replace" + g.args(str(), str())
	case 14, 15:
		return ".replaceAll" + g.args(g.regexp(), g.pick("'-'", "''", "'[$1]'", "'$0'", "'\\$'", "'x$'", "'$2'", "'\\\\'", "'${n}'", "'a'", str()))
	case 16:
		return ".replaceFirst" + g.args(g.regexp(), g.pick("'-'", "''", "'<$0>'", str()))
	case 17, 18, 19:
		return ".split" + g.args(g.regexp()) + g.pick("", ".size()", "[0]", "[1]", ".get(0)", ".isEmpty()", "[-1]", ".contains(\"o\")", ".subList(0,1)", ".indexOf(\"b\")", ".length", ".set(0,\"q\")", ".set(0,1)", ".add(\"x\")")
	case 20:
		return ".split" + g.args(g.regexp(), g.pick("0", "1", "2", "-1", "5")) + ".size()"
	case 21:
		return ".matches" + g.args(g.regexp())
	case 22:
		return ".charAt" + g.args(num()) + g.pick("", "", ".toString()", ".compareTo(\"a\")", ".hashCode()")
	case 23, 24:
		return ".format" + g.formatArgs()
	case 25:
		return ".valueOf" + g.args(g.pick("1", "2.50", "true", "$l", "\"x\"", "$m", "'q'"))
	case 26:
		return g.pick(".strip()", ".isBlank()", ".repeat(2)", ".stripLeading()", ".stripTrailing()", ".codePointAt(0)", ".repeat(-1)", ".repeat(0)", ".toCharArray()[0]", ".toCharArray().size()", ".bytes.size()", ".empty", ".blank", ".indexOf(111)", ".lastIndexOf(108)", ".subSequence(0,1)", ".getBytes()[0]", ".getClass().getName()", ".join(\"-\",$l)", ".join(\"-\",\"a\",\"b\")")
	}
	return g.pick(".length()", ".toUpperCase()", ".foo()", ".size()", ".equals($x)", ".substring(1)")
}

func (g *generator) formatArgs() string {
	f := g.pick("%s", "%d", "%05d", "%5s|", "%-5s|", "%.2f", "%x", "%X", "%b", "%c", "%e", "%g", "%%", "%n", "%,d", "%+d", "%10.3f", "%s %s", "%2$s %1$s", "%S", "%h", "%o", "%(d", "%.3s", "%q", "%", "%08.2f", "% d", "%.0f", "%<s", "%s%<s", "%#x", "%E", "%-08d", "%.1e", "%B")
	list := []string{"\"" + f + "\""}
	for n := g.r.IntN(3); n > 0; n-- {
		list = append(list, g.pick("1", "42", "-7", "2.5", "-0.125", "\"abc\"", "true", "$x", "$n", "$d", "$l", "1234567", "1.0E10", "$undef", "1234567.891", "0.5", "1.5", "65", "$L", "$B"))
	}
	return "(" + strings.Join(list, ",") + ")"
}

func (g *generator) regexp() string {
	return g.pick("'l+'", "' '", "'o'", "'[aeiou]'", "'.'", "'(\\w)(\\w)'", "'\\s+'", "'|'", "'\\|'", "','", "''", "'(l)'", "'^H'", "'d$'", "'[^a-z]'", "'H.*'", "'(?i)h'", "'[a-c&&[^b]]'",
		"'\\d+'", "'x*'", "'a|b'", "'\\bW'", "'(?<n>o)'", "'(?=o)'", "'(?<!l)l'", "'\\p{Upper}'", "'[\\p{L}&&[^l]]'", "'l*+'", "'\\Qo\\E'", "'('", "'['", "'*'", "'a{1,2}'", "'\\.'", "'$'", "'^'",
		"'.*'", "'\\w+'", "'(a)?b'", "'\\x41'", "'é'", "'😀'", "'\\u0061'", "'[\\h]'", "'l{2}'", "'(.)\\1'", "'\\W'", "'z?'", "'(?s).*'", "'\\\\'", "\"b\"", g.str())
}

func (g *generator) listMethod() string {
	v := func() string {
		return g.pick("\"a\"", "\"zz\"", "1", "0", "$x", "[1,2]", "3", "$undef", g.operand())
	}
	num := func() string { return g.pick("0", "1", "2", "3", "-1", "9", "$i", "$z") }
	switch g.r.IntN(20) {
	case 0, 1, 2:
		return g.pick(".size()", ".isEmpty()", ".size()")
	case 3, 4:
		return ".get" + g.args(num())
	case 5:
		return ".add" + g.args(v())
	case 6:
		return ".add" + g.args(num(), v())
	case 7:
		return ".set" + g.args(num(), v())
	case 8:
		return ".remove" + g.args(v())
	case 9:
		return g.pick(".contains", ".indexOf", ".lastIndexOf", ".equals") + g.args(v())
	case 10:
		return g.pick(".addAll", ".containsAll", ".removeAll", ".retainAll") + g.args(g.pick("[\"a\"]", "$l", "[1..3]", "$m.keySet()", "[]", "$m", "$ll", "$undef"))
	case 11:
		return ".subList" + g.args(num(), num())
	case 12:
		return g.pick(".clear()", ".toString()", ".hashCode()", ".iterator().next()", ".toArray()[0]", ".toArray().size()", ".iterator().hasNext()", ".clone()")
	case 13:
		return ".addAll" + g.args(num(), g.pick("[7]", "$l"))
	case 14:
		return g.pick(".empty", ".foo()", ".length()", ".first", ".isEmpty", ".class.name")
	}
	return g.pick(".size()", ".get(0)", ".get(1)", "[0]", ".isEmpty()")
}

func (g *generator) mapMethod() string {
	k := func() string {
		return g.pick("\"a\"", "\"b\"", "\"zz\"", "\"a-b\"", "1", "$x", "'k'", "$undef", "2.5", "[1]", "true")
	}
	v := func() string { return g.operand() }
	switch g.r.IntN(18) {
	case 0, 1:
		return g.pick(".size()", ".isEmpty()", ".keySet()", ".values()", ".entrySet()", ".hashCode()", ".toString()", ".clear()")
	case 2, 3, 4:
		return ".get" + g.args(k())
	case 5, 6:
		return ".put" + g.args(k(), v())
	case 7:
		return ".remove" + g.args(k())
	case 8:
		return g.pick(".containsKey", ".containsValue", ".equals") + g.args(k())
	case 9:
		return ".putAll" + g.args(g.pick("{\"z\":1}", "$m", "{}", "$undef", "$l", "{1:2}"))
	case 10:
		return g.pick(".getOrDefault", ".putIfAbsent", ".remove", ".replace") + g.args(k(), v())
	case 11:
		return g.pick(".keySet().size()", ".keySet()[0]", ".keySet().toArray()[0]", ".values().contains(1)", ".keySet().contains(\"a\")", ".entrySet().iterator().next().key", ".entrySet().toArray()[0].value", ".keySet().remove(\"a\")", ".values().remove(1)", ".keySet().add(\"x\")", ".keySet().isEmpty()", ".values().size()", ".entrySet().iterator().next().setValue(9)", ".values().toArray()[0]", ".entrySet()")
	case 12:
		return g.pick(".b.c", ".b[\"c\"]", ".b.c[0]", ".a", ".b", ".k", ".A", ".empty", ".size", ".class.name", ".b.c.size()")
	}
	return g.pick(".get(\"b\")", ".a", ".b", ".get(\"a\")", ".size()")
}

func (g *generator) numberMethod() string {
	v := func() string {
		return g.pick("1", "0", "-1", "5", "2.5", "\"7\"", "\"x\"", "$n", "$d", "3000000000", "\"-12\"", "255", "$L", "\"1e3\"", "$undef", "\" 7\"", "\"\"")
	}
	switch g.r.IntN(8) {
	case 0:
		return g.pick(".intValue()", ".longValue()", ".doubleValue()", ".toString()", ".hashCode()", ".floatValue()", ".byteValue()", ".shortValue()")
	case 1:
		return g.pick(".equals", ".compareTo") + g.args(v())
	case 2:
		return g.pick(".parseInt", ".valueOf", ".parseDouble", ".parseLong", ".decode") + g.args(v())
	case 3:
		return g.pick(".max", ".min", ".sum", ".compare") + g.args(v(), v())
	case 4:
		return g.pick(".toHexString", ".toBinaryString", ".toOctalString", ".toString", ".signum", ".bitCount", ".isNaN", ".reverse", ".highestOneBit") + g.args(g.pick("1", "0", "-1", "5", "255", "$n", "$d"))
	case 5:
		return g.pick(".parseInt(\"ff\",16)", ".valueOf(\"11\",2)", ".toString(255,16)", ".isNaN()", ".isInfinite()", ".abs()", ".negate()", ".signum()", ".MAX_VALUE", ".class.name")
	}
	return g.pick(".toString()", ".intValue()", ".equals(5)", ".foo()")
}

// str returns a string literal.
func (g *generator) str() string {
	if g.chance(45) {
		return g.quote("'", g.pick("a", "", "o", "l", "a b", "$x", "it''s", "\\n", "#if(true)y#end", "\"", "é", "😀", " ", "\\u0041", "a,b,,c", "#", "$", "x\ny"))
	}
	if g.depth > 5 {
		return g.quote("\"", "x")
	}
	g.depth++
	defer func() { g.depth-- }()
	text := g.pick("a", "", "o", "l", "$x", "a$x", "${x}b", "$undef", "$!undef", "a#b", "5$", "$", "#", "a ## b", "##", "\\", "\\$x", "\\\\", "$l.size()", "\\n", "'q'", "\"\"", "é", "a\nb", "$s.length()", "\\u0041", "\\\\$x", "#set($y=3)$y",
		"#if($t)y#end", "#foreach($k in $l)$k#end", "$m", "$y", "#foo", "#foo()", "#end", "#if(", "\\u12", "$x.foo", "${x", "#*c*#", "#*", "#[[$x]]#", "a#stop", "a#break", "\n", " ", "$", "${x}", "#set($y=1)", "$foreach.index")
	if g.chance(10) {
		text = g.piece()
		text = strings.ReplaceAll(text, "\"", "\"\"")
	}
	return g.quote("\"", text)
}

// quote puts quotes around a text. Within a string they are doubled, or not, by
// mistake.
func (g *generator) quote(q, text string) string { return q + text + q }

func (g *generator) stringArg() string {
	return g.pick("\"a\"", "\"o\"", "\"l\"", "'H'", "\"zz\"", "\"\"", "\"World\"", "$x", "\"hello world\"", "$s", "$e", "\"é\"", "\"$x\"", "'l'", "$undef", "$n", g.str())
}

func (g *generator) number() string {
	return g.pick("0", "1", "2", "5", "-1", "-7", "007", "1.5", "-1.5", ".5", "1.", "1.10", "1e3", "1E-3", "100", "3", "10", "2147483647", "-2147483648", "2147483648", "9223372036854775807", "9223372036854775808", "100000000.0", "1.0e-5", "123456789012.5", "0.1", "0.2", "-0.0", "1e400", "1.5f", "5L", "7", "1000000")
}

// operand returns a literal or a reference.
func (g *generator) operand() string {
	if g.depth > 6 {
		return g.pick("1", "\"a\"", "$x", "true")
	}
	g.depth++
	defer func() { g.depth-- }()
	switch n := g.r.IntN(100); {
	case n < 30:
		return g.ref()
	case n < 50:
		return g.number()
	case n < 70:
		return g.str()
	case n < 78:
		return g.pick("true", "false", "true", "false", "null", "TRUE")
	case n < 86:
		return g.list()
	case n < 92:
		return g.mapLiteral()
	}
	return g.rangeLiteral()
}

func (g *generator) list() string {
	var items []string
	for n := g.r.IntN(4); n > 0; n-- {
		items = append(items, g.padding()+g.operand()+g.padding())
	}
	if len(items) == 0 {
		return g.pick("[]", "[]", "[]", "[ ]")
	}
	return "[" + strings.Join(items, ",") + g.pick("", "", "", "", "", "", "", ",") + "]"
}

func (g *generator) mapLiteral() string {
	var items []string
	for n := g.r.IntN(3); n > 0; n-- {
		key := g.pick("\"a\"", "'b'", "\"k\"", "$x", "1", "\"$x\"", "true", "\"c\"", "\"a\"", "a", "2.5", "$undef")
		items = append(items, g.padding()+key+g.padding()+":"+g.padding()+g.operand()+g.padding())
	}
	if len(items) == 0 {
		return g.pick("{}", "{ }", "{}", "{\n}")
	}
	return "{" + strings.Join(items, ",") + g.pick("", "", "", "", "", "", "", ",") + "}"
}

func (g *generator) rangeLiteral() string {
	bound := func() string {
		return g.pick("1", "3", "0", "-1", "5", "$n", "$z", "$i", "$l.size()", "$undef", "$d", "$x", "1.5", "\"a\"", "${n}")
	}
	pad := func() string { return g.pick("", "", "", " ") }
	return "[" + pad() + bound() + pad() + ".." + pad() + bound() + pad() + "]"
}

func (g *generator) expression() string {
	if g.depth > 5 {
		return g.operand()
	}
	g.depth++
	defer func() { g.depth-- }()
	switch n := g.r.IntN(100); {
	case n < 40:
		return g.padding() + g.operand() + g.padding()
	case n < 62:
		op := g.pick("+", "+", "-", "*", "/", "%", "- ", " + ", " * ", " - ")
		return g.expression() + op + g.expression()
	case n < 82:
		op := g.pick("==", "==", "!=", "<", ">", "<=", ">=", " eq ", " ne ", " lt ", " gt ", " le ", " ge ", " == ", "===", "=")
		return g.expression() + op + g.expression()
	case n < 90:
		return g.expression() + g.pick("&&", "||", " and ", " or ", " && ", " || ", "&", "|") + g.expression()
	case n < 95:
		return g.pick("!", "!", " !", "not ", "!!", "! ", "-") + g.operand()
	}
	return "(" + g.expression() + ")"
}

func (g *generator) set() string {
	target := "$" + g.pick("y", "y", "y", "x", "q", "p", "i", "undef", "l", "m", "n", "a", "foreach")
	switch g.r.IntN(10) {
	case 0:
		target = "$" + g.pick("m.k", "m[\"k\"]", "l[0]", "l[9]", "m.b.c", "m.b.z", "undef.b", "x.foo", "m.zz.k", "l[-1]", "m[$x]", "m.a-b", "m[1]", "foreach.v", "m.b[\"q\"]", "l.size()", "m.get(\"b\").k", "ll[0][1]", "x[0]", "l[\"0\"]")
	case 1:
		target = g.pick("${y}", "$!y", "$!{y}", "\\$y", "$$y", "y", "$true", "${m.k}", "$1", "#y", "$\\!y", "$y.", "$!m.k")
	}
	open := g.pick("#set(", "#set(", "#set(", "#set (", "#set( ", "#{set}(", "#set\t(", "#set(\n", "#set\n(", "# set(", "#set")
	if g.chance(85) {
		open = "#set("
	}
	return open + target + g.padding() + g.pick("=", "=", "=", "=", "=", "=", "=", "=", "=", "=", "=", "=", "==", "+=", "") + g.expression() + ")" + g.pick("", "", g.pick(" ", "\n", " \n", "  ", "\t\n", "\r\n", "\r", " \r"))
}

func (g *generator) condition() string {
	if g.chance(45) {
		return g.pick("true", "false", "$t", "$f", "!$f", "$undef", "$n==5", "$x==\"X\"", "$l.isEmpty()", "$e", "1", "\"a\"", "$foreach.hasNext", "$x")
	}
	return g.expression()
}

func (g *generator) ifBlock() string {
	s := g.pick("#if", "#if", "#if", "#if", "#{if}", "#if ", "#if\n") + "(" + g.padding() + g.condition() + g.padding() + ")" + g.gobble() + g.body()
	for n := g.r.IntN(3) - 1; n > 0; n-- {
		s += g.pick("#elseif", "#elseif", "#{elseif}", "#elseif ") + "(" + g.condition() + ")" + g.gobble() + g.body()
	}
	if g.chance(35) {
		s += g.pick("#else", "#{else}", "#else ", "#else\n", "#{else}\n", "#{else} \n", "#elsex") + g.body()
	}
	return s + g.end()
}

// gobble returns blanks that may be dropped.
func (g *generator) gobble() string {
	return g.pick("", "", "", "\n", " \n", "\t", " ", "\r\n", "  \t\n")
}

func (g *generator) end() string {
	return g.pick("#end", "#end", "#end", "#end", "#{end}", "#{end}", "#end\n", "#end \n", "#end ", "#{end}\n", "#end\r\n", "#end\t", "#endx")
}

func (g *generator) foreach() string {
	v := g.pick("$i", "$k", "$v", "$k", "${k}", "$!k", "$x", "$l", "$foreach", "k")
	if g.chance(80) {
		v = "$k"
	}
	list := g.pick("[1..3]", "$l", "[\"p\",\"q\"]", "$m", "$m.keySet()", "$m.entrySet()", "$m.values()", "$s.split(\" \")", "[]", "$undef", "\"abc\"", "5", "$ll", "[1,$undef,3]", "{\"a\":1,\"b\":2}", "[3..1]", "$k", "$l.iterator()", g.operand(), "[$null]")
	head := g.pick("#foreach", "#foreach", "#foreach", "#{foreach}", "#foreach ") + "(" + g.pick("", "", " ") + v + " " + g.pick("in", "in", "in", "in", "in", "of", "") + g.pick(" ", " ", "") + list + g.pick("", "", " ", ", $x") + ")"
	if g.chance(85) {
		head = "#foreach($k in " + list + ")"
	}
	body := g.pick("", "$k", "$k,", "$k#if($foreach.hasNext),#end", "$foreach.index", "$velocityCount", "$foreach.count:$k", "#if($foreach.index==1)#break#end$k", "$k.key", "#set($y=$k)", "$velocityHasNext", "$foreach.last", "$k\n", "#set($k=9)$k", "$foreach.parent.index", "$foreach.info", "$foreach.info.column $foreach.info.depth", "$foreach.parent.info.line", "$l.add(1)", "#stop", "$foreach", "$k.value", "#set($foreach.v=$k)$foreach.v")
	return head + g.gobble() + body + g.body() + g.end()
}

func (g *generator) escape() string {
	return g.pick("\\", "\\\\", "\\\\\\", "\\\\\\\\") + g.pick("$x", "${x}", "$!x", "$undef", "#if(true)a#end", "#set($y=1)", "#end", "#else", "#foo", "#foreach", "#stop", "#{if}", "$5", " ", "#mac()", "a", "\"", "#", "$", "$m.zz", "$!{undef}", "#macro", "#break", "#elseif", "#{foreach}", "${undef}", "#set", "##c\n", "#*c*#", "#[[x]]#", "$x.length()")
}

func (g *generator) comment() string {
	return g.pick("## c\n", "##\n", "## c $x #if\n", "#* c *#", "#** doc *#", "#*\n*#", "##c\r\n", "#*$x*#", "#**#", "#***#", "#[[ $x #if ]]#", "#[[]]#", "#[[a]]b]]#", "#[[x]]#\n", "## $", "#* # *#", "##", "#*", "#[[", "## c\r", "#*##*#", "#[[#**]]#", "#* #[[ *#", "##$\n", "#*\\*#", "##\\\n")
}

func (g *generator) define() string {
	name := g.pick("$q", "$q", "$q", "${q}", "$p", "$x")
	use := g.pick("$q", "$!q", "${q}", "\"$q\"", "$q$q", "#set($y=$q)$y", "#if($q==\"a\")y#end", "$q.toString()", "$s.concat($q)", "#set($y=\"$q\")$y", "#set($y=$q+1)$y", "#set($y=[$q])$y", "#if($q)y#end", "$q.length()", "\\$q", "\\\\$q", "$!q.foo")
	return "#define(" + g.pick("", " ") + name + g.pick("", " ") + ")" + g.gobble() + g.pick("a", "hi $x", "$q", "", "[$y]", "#set($y=2)", "#break z") + g.body() + g.end() + use
}

// macro defines a macro and calls it, in either order.
func (g *generator) macro() string {
	if g.macros > 2 {
		return "$x"
	}
	g.macros++
	defer func() { g.macros-- }()
	name := g.pick("mac", "mac", "mac", "f", "f_x", "m1", "set2")
	params := g.pick("", " $a", " $a $b", " $a, $b", " $a $a", " ${a}", " $x", " \"a\"", " a", " $!a", "\n$a\n", " $a.b")
	if g.chance(80) {
		params = g.pick("", " $a", " $a $b", " $a, $b")
	}
	body := g.pick("", "$a", "[$a,$b]", "$!a", "$a$a", "#set($a=9)$a", "#set($y=7)", "$a.length()", "#if($a)y#end", "$bodyContent", "#break z", "#stop", "\\$a", "${a}", "$a|$b", "\"$a\"", "#foreach($k in $a)$k#end", "#foreach($a in [1,2])$a#end$a", "$a.foo", "#mac($a)", "#set($b=$a)$b", "$y", "#f(1)", "\\\\$a", "#set($j=$a - 1)#if($a>0)#mac($j)#end", "$a.add(1)$a", "#define($q)$a#end$q")
	def := "#macro(" + name + params + ")" + g.gobble() + body + g.body() + g.end()
	call := g.macroCall(name)
	switch g.r.IntN(4) {
	case 0:
		return call + def
	case 1:
		return def + call + g.macroCall(name)
	case 2:
		return "\\#" + name + "()" + def + "\\#" + name + "(1)" + "\\\\#" + name + "()" + call
	}
	return def + call
}

func (g *generator) macroCall(name string) string {
	arg := func() string {
		return g.pick("1", "\"z\"", "$x", "$undef", "$l", "[1,2]", "{\"k\":1}", "true", "$l.remove(0)", "\"$x\"", "$m.put(\"k\",1)", "'s'", "2.5", "$y", "word", "[1..2]", "$!x", "${x}", "\\$x", "\"#set($y=4)$y\"", g.operand(), "$a", "$k")
	}
	var list []string
	for n := g.r.IntN(3); n > 0; n-- {
		list = append(list, arg())
	}
	args := strings.Join(list, g.pick(" ", ",", ", ", " , "))
	switch g.r.IntN(10) {
	case 0:
		return "#" + name + g.pick("", " ", "\n", ".x", "-")
	case 1:
		return "#{" + name + "}" + g.pick("", "(", "("+args+")", "x")
	case 2:
		return "#@" + name + "(" + args + ")" + g.gobble() + "body$x" + g.end()
	case 3:
		return "#" + name + " (" + args + ")"
	}
	return "#" + name + "(" + g.pick("", " ") + args + g.pick("", " ") + ")" + g.pick("", "\n", " \n")
}

func (g *generator) evaluate() string {
	return g.pick("#evaluate(\"$x\")", "#evaluate('$x')", "#evaluate('#set($y=1)$y')", "#evaluate($undef)", "#evaluate($s)", "#evaluate(\"#if(\")", "#evaluate('#if(')", "#evaluate('#stop')a", "#evaluate('#break')a",
		"#evaluate('#macro(mac $a)<$a>#end')#mac(1)", "#evaluate($n)", "#evaluate('$foreach.index')", "#evaluate()", "#evaluate(1)", "#evaluate('a' 'b')", "#evaluate", "#evaluate('$velocityCount')", "#evaluate('a\n')", "#evaluate('\\\\$x')",
		"#foreach($k in [1,2])#evaluate('$k')#end", "#foreach($k in [1,2])#evaluate('$foreach.count')#end", "#evaluate('#foreach($k in [1,2])$k#end')", "#evaluate('#evaluate(\"$x\")')", "#evaluate('')", "#evaluate('$')", "#evaluate(\"$\")", "#evaluate($l)", "#evaluate('#define($q)z#end')$q", "#evaluate('#end')")
}

func (g *generator) unknown() string {
	return g.pick("#foo", "#foo()", "#foo($x)", "#foo(\"a\" $x)", "#{foo}", "#foo bar", "#foo(bar)", "#@foo()b#end", "#@foo", "#@", "#foo ($undef)", "#foo(1,2)", "#if2", "#iff(true)", "#ends", "#elsex", "#setx($y=1)", "#_a", "#return", "#foo([1,2])", "#foo({\"a\":1})", "#foo(\n$x\n)", "#foo(true)", "#foo(\"\"\"\")", "#foo(+)", "#foo(", "#{foo", "#foo.bar", "#foo-bar", "#foo(#bar)", "#foo(\\$x)", "#foo(1..2)", "#FOO()", fmt.Sprintf("#foo%d", g.r.IntN(3)))
}
