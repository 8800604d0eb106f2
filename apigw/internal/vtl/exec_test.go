package vtl

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/apigw/internal/java"
)

func mustRender(t testing.TB, text string, refs map[string]java.Value, o *Options) string {
	t.Helper()
	tmpl, err := Parse("t", text)
	if err != nil {
		t.Fatal(err)
	}
	out, err := tmpl.Append(context.Background(), nil, refs, o)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// The two modes, and the switch for conditions.
func TestNullModes(t *testing.T) {
	for _, c := range []struct {
		text string
		o    Options
		want string
	}{
		{`$u|$!u|#if($u)T#{else}F#end`, Options{}, `$u||F`},
		{`$u|$!u|#if($u)T#{else}F#end`, Options{NullIsEmpty: true}, `||T`},
		{`$u|$!u|#if($u)T#{else}F#end`, Options{NullIsEmpty: true, NullIsFalse: true}, `||F`},
		{`#if(!$u)T#{else}F#end#if($u && true)T#{else}F#end`, Options{NullIsEmpty: true, NullIsFalse: true}, `TF`},
		{`#if($u == "")T#{else}F#end`, Options{NullIsEmpty: true, NullIsFalse: true}, `T`},
		{`#set($e = "")#if($e)T#{else}F#end`, Options{NullIsEmpty: true, NullIsFalse: true}, `T`},
	} {
		if got := mustRender(t, c.text, nil, &c.o); got != c.want {
			t.Errorf("%s with %+v: %s, want %s", c.text, c.o, got, c.want)
		}
	}
}

// What refs holds is seen, and not changed but for what is in it.
func TestReferences(t *testing.T) {
	m := java.NewMap(0)
	refs := map[string]java.Value{"x": int32(1), "m": m, "unused": "u"}
	if got := mustRender(t, `$x #set($x = 2)$x #set($m.k = "v")$m.k $missing`, refs, nil); got != "12v $missing" {
		t.Errorf("got %q, want %q", got, "12v $missing")
	}
	if v, _ := m.Get("k"); v != "v" || refs["x"] != int32(1) {
		t.Errorf("got x %v and m.k %v, want 1 and v", refs["x"], v)
	}
}

func TestExecuteWrites(t *testing.T) {
	tmpl, err := Parse("t", "a$x")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := tmpl.Execute(context.Background(), &b, map[string]java.Value{"x": "b"}, nil); err != nil || b.String() != "ab" {
		t.Errorf("got %q, %v; want ab", b.String(), err)
	}
	failing, err := Parse("t", "a$x.substring(9)")
	if err != nil {
		t.Fatal(err)
	}
	b.Reset()
	if err := failing.Execute(context.Background(), &b, map[string]java.Value{"x": "b"}, nil); err == nil || b.Len() != 0 {
		t.Errorf("an execution that fails: got %q, %v; want nothing written and an error", b.String(), err)
	}
	dst := []byte("kept")
	if out, err := failing.Append(context.Background(), dst, map[string]java.Value{"x": "b"}, nil); err == nil || string(out) != "kept" {
		t.Errorf("an execution that fails: got %q, %v; want kept and an error", out, err)
	}
	if out, err := tmpl.Append(context.Background(), dst, nil, nil); err != nil || string(out) != "kepta$x" {
		t.Errorf("got %q, %v; want %q", out, err, "kepta$x")
	}
}

// Every limit ends an execution with an error at a place, and in time.
func TestLimits(t *testing.T) {
	nested := strings.Repeat("#foreach($i in [1..1000])", 4) + "x" + strings.Repeat("#end", 4)
	double := `#foreach($i in [1..100])`
	for _, c := range []struct {
		rule, text string
		o          Options
		want       string
	}{
		{"steps", nested, Options{}, "t:1:"},
		{"steps that are set", nested, Options{MaxSteps: 1000}, "more than 1000 steps"},
		{"output", `#foreach($i in [1..1000])xxxxxxxxxx#end`, Options{MaxOutput: 100}, "the output grows longer than 100 bytes"},
		{"output of bytes that are not text", "\xed\xa7\xa7" + strings.Repeat("\xe3", 90), Options{MaxOutput: 100}, "the output grows longer than 100 bytes"},
		{"output of a value", `#foreach($i in [1..1000])$i#end`, Options{MaxOutput: 101}, "the output grows longer than 101 bytes"},
		{"a string in quotes", `#set($s="ab")` + double + `#set($s="$s$s")#end`, Options{}, "a string grows longer than"},
		{"a sum of strings", `#set($s="ab")` + double + `#set($s=$s+$s)#end`, Options{}, "a string grows too long"},
		{"concat", `#set($s="ab")` + double + `#set($s=$s.concat($s))#end`, Options{}, "makes a string that is too long"},
		{"replace", `#set($s="aaaaaaaaaa")` + double + `#set($s=$s.replace("a","aaaaaaaaaa"))#end`, Options{}, "the text is too long"},
		{"replaceAll", `#set($s="aaaaaaaaaa")` + double + `#set($s=$s.replaceAll("a","aaaaaaaaaa"))#end`, Options{MaxText: 100000, RegexpTime: time.Hour}, "the result is too long"},
		{"replaceFirst", `#set($s="a")` + double + `#set($s=$s.replaceFirst("a","aaaaaaaaaa"))#end`, Options{MaxText: 100, RegexpTime: time.Hour}, "the result is too long"},
		{"repeat", `#set($s="ab")$s.repeat(2000000000)`, Options{}, "the text is too long"},
		{"format width", `#set($s="")$s.format("%100000d", 1)`, Options{}, "the text is too long"},
		{"format precision", `#set($s="")$s.format("%.100000f", 1.0)`, Options{}, "the text is too long"},
		{"format of much", `#set($s="")$s.format("%60000d%60000d%60000d", 1,1,1)`, Options{MaxText: 100000}, "the text is too long"},
		{"join", `#set($s="aaaaaaaaaa")$s.join($s,[$s,$s,$s,$s])`, Options{MaxText: 20}, "the text is too long"},
		{"a list of itself doubled", `#set($l=[1])` + double + `#set($l=[$l,$l])#end$l`, Options{}, "longer than"},
		{"a value in itself", `#set($l=[])#set($q=$l.add([$l]))$l`, Options{}, "nested too deep to print, or holds itself"},
		{"toString of it", `#set($l=[])#set($q=$l.add([$l]))$l.toString()`, Options{}, "nested too deep to print, or holds itself"},
		{"equality of lists that share", `#set($l=[1])#set($k=[1])` + double + `#set($l=[$l,$l])#set($k=[$k,$k])#end#if($l==$k)#end x`, Options{}, "steps"},
		{"hash codes of lists that share", `#set($l=[1])` + double + `#set($l=[$l,$l])#end$l.hashCode() x`, Options{}, "steps"},
		{"contains in lists that share", `#set($l=[1])#set($k=[1])` + double + `#set($l=[$l,$l])#set($k=[$k,$k])#end#set($w=[$l])$w.contains($k) x`, Options{}, "steps"},
		{"addAll of itself", `#set($l=[1])` + double + `#set($q=$l.addAll($l))#end`, Options{}, "more than the limits allow"},
		{"a long range that is kept", `#set($l=[[1..2000000000]])`, Options{}, "t:1:10: the template makes more than"},
		{"memory", `#set($s="aaaaaaaaaa")#set($l=[])#foreach($i in [1..1000])#set($s="$s$i")#set($q=$l.add($s))#end`, Options{MaxMemory: 100000}, "makes more than 100000 bytes of values"},
		{"macros and big numbers", `#set($n=9223372036854775807)` + double + `#set($n=$n*$n)#end`, Options{}, "too many digits"},
		{"multiply of big numbers", `#set($n=9223372036854775808)` + double + `#set($n=$n.multiply($n))#end`, Options{}, "more than the limits allow"},
		{"#evaluate in itself", `#set($e='#evaluate($e)')#evaluate($e)`, Options{}, "nested deeper than"},
		{"#evaluate of much", `#set($s="aaaaaaaaaaaaaaaaaaaa")#set($s=$s.repeat(20000))#evaluate($s)`, Options{}, "#evaluate gets more than"},
		{"#evaluate of deep nesting", `#set($s="#" + "if(true)")#set($s=$s.repeat(1000))#evaluate($s)`, Options{}, "#evaluate: nested deeper than"},
		{"#evaluate many times", `#set($s="aaaaaaaaaaaaaaaaaaaa")#set($s=$s.repeat(10000))#foreach($i in [1..1000])#evaluate($s)#end`, Options{}, "t:1:"},
		{"loops", `#foreach($i in [1..9])#end`, Options{MaxIterations: 8, FailOnMaxIterations: true}, "the loop has more than 8 elements"},
		{"a regular expression", `#set($s="aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")$s.matches("(?:a+)+(b)\1")`, Options{RegexpTime: 20 * time.Millisecond}, "the regular expression takes too long"},
		{"a split", `#set($s="aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")$s.split("(?:a+)+(b)\1")`, Options{RegexpTime: 20 * time.Millisecond}, "the regular expression takes too long"},
		{"a long pattern", `#set($s="a")#set($s=$s.repeat(100000))$s.matches($s)`, Options{}, "The pattern is longer"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			_, failure, err := render(c.text, &c.o)
			if err == nil || failure != "limit" && failure != "method" || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %s: %v, want %s", failure, err, c.want)
			}
			var l *LimitError
			if errors.As(err, &l) && l.Line != 1 {
				t.Errorf("got line %d, want 1: %v", l.Line, l)
			}
		})
	}
}

// The whole time of an execution's regular expressions is bounded: the second
// one gets what the first one left.
func TestRegexpTimeIsShared(t *testing.T) {
	text := `#set($s="aaaaaaaaaaaaaaaaaaaaaaaa!")#foreach($i in [1..1000])#set($q=$s.matches("(?:a+)+(b)\1"))#end`
	_, failure, err := render(text, &Options{RegexpTime: 100 * time.Millisecond})
	if failure != "limit" {
		t.Errorf("got failure %q (%v), want a limit", failure, err)
	}
}

func TestMaxIterations(t *testing.T) {
	for _, c := range []struct {
		max, want int
	}{{0, 1000}, {5, 5}, {-1, 1500}} {
		if got := mustRender(t, `#foreach($i in [1..1500])x#end`, nil, &Options{MaxIterations: c.max}); len(got) != c.want {
			t.Errorf("MaxIterations %d: got %d elements, want %d", c.max, len(got), c.want)
		}
	}
}

func TestCancel(t *testing.T) {
	tmpl, err := Parse("t", strings.Repeat("#foreach($i in [1..1000])", 5)+strings.Repeat("#end", 5))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	_, err = tmpl.Append(ctx, nil, nil, &Options{MaxSteps: 1 << 60})
	var l *LimitError
	if !errors.As(err, &l) || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "t:1:") {
		t.Errorf("got %v, want the end of the context, with a place", err)
	}
	_, err = tmpl.Append(ctx, nil, nil, nil)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a context that has ended: got %v, want its end", err)
	}
}

// A template is executed by many at once.
func TestConcurrency(t *testing.T) {
	text := `#macro(m $a)[$a]#end#foreach($i in [1..50])$n:$i.toString()#m("$n")#evaluate('$new$n')#set($new=$n)#if($foreach.hasNext),#end#end`
	tmpl, err := Parse("t", text)
	if err != nil {
		t.Fatal(err)
	}
	want := func(n int) string {
		return strings.TrimSuffix(mustRender(t, text, map[string]java.Value{"n": int32(n)}, nil), "")
	}
	var wg sync.WaitGroup
	for n := range 8 {
		expected := want(n)
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 50 {
				out, err := tmpl.Append(context.Background(), nil, map[string]java.Value{"n": int32(n)}, nil)
				if err != nil || string(out) != expected {
					t.Errorf("%d: got %q, %v; want %q", n, out, err, expected)
					return
				}
			}
		}()
	}
	wg.Wait()
}

// Halves of surrogate pairs meet again, or print as question marks.
func TestSurrogates(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`$u.substring(0,2)`, "a?"},
		{`$u.substring(2)`, "?b"},
		{`$u.substring(0,2).concat($u.substring(2))`, "a😀b"},
		{`$u.charAt(1)$u.charAt(2)`, "😀"},
		{`#set($x="$u.charAt(1)$u.charAt(2)")$x $x.length()`, "😀 2"},
		{`#set($x="\uD83D\uDE00")$x $x.length()`, "😀 2"},
		{`#set($x="\uD83D")$x`, "?"},
		{`$u.replace("", "-")`, "-a-?-?-b-"},
		{`$u.indexOf(128512)$u.indexOf(55357)$u.indexOf(56832)`, "112"},
		{`$u.bytes.size()`, "6"},
		{`퟿퀀`, "퟿퀀"},
	} {
		if got := mustRender(t, c.text, map[string]java.Value{"u": "a😀b"}, nil); got != c.want {
			t.Errorf("%s: %q, want %q", c.text, got, c.want)
		}
	}
}

// Host objects: properties, methods, printing, looping, assigning.
func TestObjects(t *testing.T) {
	h := &hostObject{values: map[string]java.Value{"name": "n", "list": java.NewList("a", "b")}}
	for _, c := range []struct{ text, want string }{
		{`$h.name`, "n"},
		{`$h.missing|$h.missing()`, "$h.missing|$h.missing()"},
		{`$h.echo("x")|$h.get("name")|$h["name"]`, "x|n|n"},
		{`$h.list[1]`, "b"},
		{`$h`, "host"},
		{`"$h" $p|`, `"host" |`},
		{`#foreach($i in $h)$i,#end`, "1,2,"},
		{`#foreach($i in $p)$i,#end`, ""},
		{`#set($h.name = 5)$h.name`, "5"},
		{`#set($h.fixed = 5)$h.fixed|`, "$h.fixed|"},
		{`#set($p.x = 5)ok`, "ok"},
		{`#set($h["k"] = 5)$h.k`, "5"},
		{`$h[-1]`, "last"},
		{`#if($h == $h)same#end#if($h == $p)no#end`, "same"},
		{`$h.equals($h)$h.hashCode()`, "true0"},
		{`$h.toString()`, "host"},
		{`$g`, "[7 8]"},
		{`$g.x $g.y()|`, "$g.x $g.y()|"},
		{`#if($g == $g)y#end`, "y"},
		{`$h.limits()`, "10485760"},
		{`$l`, "<a><b>"},
		{`[$ll]`, "[[<a><b>]]"},
		{`$q`, ""},
		{`$mm`, "{a=1, b=, c=3}"},
	} {
		quiet := java.NewMap(0)
		quiet.Put("x", "y")
		quiet.Print = func(*java.Printer, *java.Map) {}
		outer := java.NewMap(0)
		outer.Put("a", int32(1))
		outer.Put("b", quiet)
		outer.Put("c", int32(3))
		printed := java.NewList("a", "b")
		printed.Print = func(p *java.Printer, l *java.List) {
			for _, v := range l.Items() {
				p.WriteString("<")
				p.Value(v)
				_ = p.WriteByte('>')
			}
		}
		refs := map[string]java.Value{"h": h, "p": plainObject{}, "g": []int{7, 8}, "l": printed, "ll": java.NewList(printed), "q": quiet, "mm": outer}
		if got := mustRender(t, c.text, refs, nil); got != c.want {
			t.Errorf("%s: %q, want %q", c.text, got, c.want)
		}
	}
}

type hostObject struct{ values map[string]java.Value }

func (h *hostObject) Property(name string) (java.Value, bool) { v, ok := h.values[name]; return v, ok }

func (h *hostObject) SetProperty(name string, v java.Value) bool {
	if name == "fixed" {
		return false
	}
	h.values[name] = v
	return true
}

func (h *hostObject) AppendText(p *java.Printer) { p.WriteString("host") }

func (h *hostObject) Iterate() *java.Iterator {
	return java.NewIterator([]java.Value{int32(1), int32(2)})
}

func (h *hostObject) Call(c java.Caller, name string, args []java.Value) (java.Value, error) {
	switch {
	case name == "echo" && len(args) == 1:
		return args[0], nil
	case name == "size" && len(args) == 0:
		return int32(3), nil
	case name == "get" && len(args) == 1:
		if args[0] == int32(2) {
			return "last", nil
		}
		key, _ := args[0].(string)
		return h.values[key], nil
	case name == "put" && len(args) == 2:
		key, ok := args[0].(string)
		if !ok {
			return nil, java.ErrNoMethod
		}
		h.values[key] = args[1]
		return nil, nil
	case name == "limits":
		if err := c.Limits().Charge(10); err != nil || c.Context() == nil || RecorderOf(c) != nil {
			return nil, err
		}
		return int32(c.Limits().MaxText()), nil
	}
	return nil, java.ErrNoMethod
}

type plainObject struct{}

func (plainObject) Property(string) (java.Value, bool) { return nil, false }

func (plainObject) Call(java.Caller, string, []java.Value) (java.Value, error) {
	return nil, java.ErrNoMethod
}

// Where nothing is recorded, recording does nothing.
func TestNilRecorder(t *testing.T) {
	r := RecorderOf(nil)
	r.Read("x")
	r.Origin(java.NewList(), "x")
	if r != nil {
		t.Errorf("got %v without an execution, want nil", r)
	}
}

// Where each piece of the output comes from.
func TestTrace(t *testing.T) {
	for _, c := range []struct{ rule, text, want string }{
		{"text reads nothing", `abc`, `abc()`},
		{"a call that the host reports", `a $input.params('tenant')`, `a ()acme($input.params('tenant'))`},
		{"elements of what the host reports", `$input.path('$').items[1].id`, `id-001($.items[1].id)`},
		{"through a variable", `#set($r = $input.path('$'))$r.items[2].id`, `id-002($.items[2].id)`},
		{"in a loop", `#set($r = $input.path('$'))#foreach($i in $r.items.subList(0,1))$i.id#end`, `id-000($.items)`},
		{"in a loop over what the host reports", `#foreach($i in $input.path('$').items)#if($foreach.index < 2)$i.id;#end#end`, `id-000($.items[0].id);()id-001($.items[1].id);()`},
		{"scalar elements", `#foreach($x in $input.path('$').items[0].tags)$x#end`, `a0($.items[0].tags[0])b($.items[0].tags[1])c($.items[0].tags[2])`},
		{"a result of several", `#set($x = $input.path('$').items[0].id + $input.params('tenant'))$x`, `id-000acme($.items[0].id $input.params('tenant'))`},
		{"a string in quotes", `#set($x = "<$input.params('tenant')>")$x.length()`, `6($input.params('tenant'))`},
		{"arguments", `$util.escapeJavaScript($input.params('tenant'))`, `acme($input.params('tenant'))`},
		{"what was put into a map", `#set($m = {})#set($m.k = $input.params('tenant'))$m`, `{k=acme}($input.params('tenant'))`},
		{"put by a method", `#set($m = {})$!m.put("k", $input.params('tenant'))$m`, `{k=acme}($input.params('tenant'))`},
		{"a map's get", `$input.path('$').get("items").get(0).get("id")`, `id-000($.items[0].id)`},
		{"keys that are not names", `$input.path('$')['a b']['1']|`, `$input.path('$')['a b']['1']($['a b'])|()`},
		{"a size", `$input.path('$').items.size()`, `20($.items)`},
		{"a name's origin", `$context.identity.sourceIp $stageVariables`, `1.2.3.4($context.identity.sourceIp) ()T($stageVariables)`},
		{"a condition is not the text's input", `#if($input.params('tenant') == "acme")yes#end`, `yes()`},
		{"a macro's argument", `#macro(m $a)<$a>#end#m($input.params('tenant'))`, `<()acme($input.params('tenant'))>()`},
		{"a block", `#define($b)[$input.params('tenant')]#end$b`, `[()acme($input.params('tenant'))]()`},
		{"an unknown macro", `a#foo($x)b`, `a()#foo($x)()b()`},
		{"what #evaluate renders", `#evaluate('a$input.params("tenant")')`, `a()acme($input.params('tenant'))`},
		{"a value that was assigned again", `#set($x = $input.params('tenant'))#set($x = "y")$x`, `y()`},
		{"a derived value in a loop", `#set($l = [$input.params('tenant')])#foreach($x in $l)$x#end`, `acme($input.params('tenant'))`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			tmpl, err := Parse("t", c.text)
			if err != nil {
				t.Fatal(err)
			}
			refs := benchRefs(t)
			refs["stageVariables"] = "T"
			trace := &Trace{Origins: map[string]string{"context": "$context", "stageVariables": "$stageVariables", "none": "x"}}
			out, err := tmpl.Append(context.Background(), nil, refs, &Options{Trace: trace})
			if err != nil {
				t.Fatal(err)
			}
			got, at := "", 0
			for _, s := range trace.Spans {
				if s.Start != at || s.Line == 0 || s.Column == 0 || s.Node == nil {
					t.Errorf("span %+v, want its start at %d", s, at)
				}
				at = s.End
				got += string(out[s.Start:s.End]) + "(" + strings.Join(s.Inputs, " ") + ")"
			}
			if got != c.want || at != len(out) {
				t.Errorf("%s\n got %s\nwant %s", c.text, got, c.want)
			}
			plain, err := tmpl.Append(context.Background(), nil, benchRefs(t), nil)
			if err == nil && c.rule != "a name's origin" && !bytes.Equal(plain, out) {
				t.Errorf("with a trace: got %s, want what comes without, %s", out, plain)
			}
		})
	}
}

// The spans of a whole template cover its output.
func TestTraceOfBench(t *testing.T) {
	tmpl, err := Parse("bench.vtl", benchText(t))
	if err != nil {
		t.Fatal(err)
	}
	var trace Trace
	out, err := tmpl.Append(context.Background(), nil, benchRefs(t), &Options{NullIsEmpty: true, Trace: &trace})
	if err != nil {
		t.Fatal(err)
	}
	at := 0
	for _, s := range trace.Spans {
		if s.Start != at {
			t.Fatalf("got a span from %d, want it from %d: %+v", s.Start, at, s)
		}
		at = s.End
	}
	if at != len(out) {
		t.Errorf("got spans of %d bytes, want %d", at, len(out))
	}
	want, err := os.ReadFile("testdata/bench.out")
	if err != nil {
		t.Fatal(err)
	}
	if string(out) != string(want) {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
}

// An execution without a trace allocates nothing for it.
func TestTraceCostsNothingWhenOff(t *testing.T) {
	tmpl, err := Parse("t", `$m.a.b $m["a"] #set($x = 1)$x`)
	if err != nil {
		t.Fatal(err)
	}
	inner := java.NewMap(0)
	inner.Put("b", "v")
	m := java.NewMap(0)
	m.Put("a", inner)
	refs := map[string]java.Value{"m": m}
	var out []byte
	n := testing.AllocsPerRun(100, func() {
		if out, err = tmpl.Append(context.Background(), out[:0], refs, nil); err != nil {
			t.Fatal(err)
		}
	})
	if n > 1 { // a pool may be emptied at any time
		t.Errorf("got %v allocations, want 1 at most", n)
	}
}
