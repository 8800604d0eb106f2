package jsonpath_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"

	"example.com/apigw/internal/java"
	"example.com/apigw/internal/mapping/jsonpath"
	"example.com/apigw/internal/mapping/jsonsmart"
)

const document = `{"b": 1, "a": {"list": [{"c": 1, "n": "x"}, {"c": 2, "n": "y"}, {"c": 3}], "k-d": 5, "k.d": 6, "arr": [10, 20, 30, 40]},
	"s": "str", "nul": null, "t": true, "f": 1.5, "e": {}, "el": [], "max": 12345678901, "long": "it's", "a b": 7, "ll": [[1, 2], [3]],
	"books": [{"p": 8, "cat": "ref", "ok": true}, {"p": 12.5, "cat": "fic", "isbn": "1"}, {"p": 22.99, "cat": "Fic", "isbn": "2", "nul": null}]}`

func open(t testing.TB, text string) java.Value {
	t.Helper()
	doc, err := jsonsmart.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// What JsonPath 2.0 reads; empty for missing.
func TestRead(t *testing.T) {
	doc := open(t, document)
	for _, c := range []struct{ rule, path, want string }{
		{"the document", "$.e", "{}"},
		{"names", "$.a.k-d", "5"},
		{"a quote ends a name without quotes", "$.s'", `"str"`},
		{"a bracket spoils a name without quotes", "$.s]", "{}"},
		{"names in brackets", "$['a']['k.d']", "6"},
		{"blanks in a name need brackets", "$['a b']", "7"},
		{"a path without $ begins at the document", "s", `"str"`},
		{"blanks around a path", " $.s ", `"str"`},
		{"@ is the document too", "@.s", `"str"`},
		{"a name behind a bracket needs no dot", "$['a']arr[0]", "10"},
		{"a dot before a bracket", "$.['s']", `"str"`},
		{"a $ within the path changes nothing", "$['a']$['k-d']", "5"},
		{"a missing name", "$.zz", ""},
		{"a missing name on the way", "$.zz.y", ""},
		{"a name of a string", "$.s.length", ""},
		{"a name of null", "$.nul.x", ""},
		{"a name of an array", "$.a.list.c", ""},
		{"length is a name", "$.a.arr.length", ""},
		{"null", "$.nul", "null"},
		{"several names make an object", "$['s','t']", `{"s":"str","t":true}`},
		{"several names of which some are missing", "$['s','zz']", `{"s":"str"}`},

		{"an index", "$.a.arr[1]", "20"},
		{"blanks around an index", "$.a.arr[ 1 ]", "20"},
		{"an index behind other characters", "$.a.arr[x1]", "20"},
		{"an index beyond the end", "$.a.arr[4]", ""},
		{"an index from the end is missing", "$.a.arr[-1]", ""},
		{"an index of null", "$.nul[0]", ""},
		{"the last by length", "$.a.arr[(@.length-1)]", "40"},
		{"the last by size", "$.a.arr[(@.size() - 2)]", "30"},
		{"several indexes", "$.a.arr[0,2]", "[10,30]"},
		{"a comma at the end of indexes does not count", "$.a.arr[2,]", "30"},
		{"one of several indexes beyond the end", "$.a.arr[0,9]", ""},
		{"a slice", "$.a.arr[1:3]", "[20,30]"},
		{"a slice beyond the end", "$.a.arr[2:9]", "[30,40]"},
		{"a slice from", "$.a.arr[2:]", "[30,40]"},
		{"a slice from the end", "$.a.arr[-1:]", "[40]"},
		{"a slice from far before the start", "$.a.arr[-9:]", "[10,20,30,40]"},
		{"a slice to", "$.a.arr[:2]", "[10,20]"},
		{"a slice to the end", "$.a.arr[:-1]", "[10,20,30]"},
		{"a slice between negative numbers is missing", "$.a.arr[-2:-1]", ""},
		{"a slice of nothing", "$.a.arr[3:2]", "[]"},
		{"a slice of an empty array", "$.el[-2:1]", "[]"},
		{"what follows a slice is passed over", "$.a.arr[0:1:2]", "[10]"},
		{"indexes win over slices", "$.a.arr[0,1:3]", "[10,20,40]"},
		{"an index in an array of arrays", "$.ll[0][1]", "2"},

		{"all members", "$.a.list[*].c", "[1,2,3]"},
		{"all members of an object", "$.e.*", "[]"},
		{"all members with a dot", "$.a.arr.*", "[10,20,30,40]"},
		{"what is missing below an array is left out", "$.a.list[*].n", `["x","y"]`},
		{"what is missing below the members of an object ends the path", "$.*.c", ""},
		{"a string has no members", "$.s.*", "[]"},
		{"a filter behind a wildcard leaves out what is missing", "$.a.list[*].n.zz", "[]"},

		{"names at any depth", "$..c", "[1,2,3]"},
		{"none at any depth is an empty array", "$..zz", "[]"},
		{"a name below another at any depth", "$..list[0]", `[{"c":1,"n":"x"}]`},
		{"arrays at any depth", "$.a..[0]", `[{"c":1,"n":"x"},10]`},
		{"an empty array at any depth ends the path", "$..[0]", ""},
		{"an index at any depth that is not last takes all items", "$.ll..[0].x", ""},
		{"several names at any depth", "$..['c','n']", `[{"c":1,"n":"x"},{"c":2,"n":"y"}]`},
		{"everything at any depth", "$.a.arr..*", "[10,20,30,40]"},
		{"filters at any depth", "$.a..[?(@.n)].c", "[1,2]"},
		{"any depth twice finds nothing", "$....c", "[]"},

		{"a filter", "$.books[?(@.p < 10)].cat", `["ref"]`},
		{"greater", "$.books[?(@.p > 12.5)].p", "[22.99]"},
		{"greater or equal", "$.books[?(@.p >= 12.5)].p", "[12.5,22.99]"},
		{"less or equal", "$.books[?(@.p<=12.5)].p", "[8,12.5]"},
		{"equal", "$.books[?(@.cat == 'fic')].p", "[12.5]"},
		{"unequal", "$.books[?(@.cat != 'fic')].p", "[8,22.99]"},
		{"equal numbers by value", "$.books[?(@.p == 8.0)].p", "[8]"},
		{"equal to a Boolean", "$.books[?(@.ok == true)].p", "[8]"},
		{"a missing value equals nothing", "$.books[?(@.ok != true)].p", "[]"},
		{"existence", "$.books[?(@.isbn)].p", "[12.5,22.99]"},
		{"null does not exist", "$.books[?(@.nul)].p", "[]"},
		{"absence", "$.books[?(!@.isbn)].p", "[8]"},
		{"several names must all exist", "$.books[?(@['p','isbn'])].p", "[12.5,22.99]"},
		{"null equals null", "$.books[?(@.nul == null)].p", "[22.99]"},
		{"null is not less", "$.books[?(@.nul < 5)].p", "[]"},
		{"and", "$.books[?(@.p > 10 && @.cat == 'fic')].p", "[12.5]"},
		{"or", "$.books[?(@.p < 10 || @.p > 20)].p", "[8,22.99]"},
		{"and binds closer than or", "$.books[?(@.p < 10 || @.p > 20 && @.cat == 'x')].p", "[8]"},
		{"and before or", "$.books[?(@.p > 20 && @.cat == 'x' || @.p < 10)].p", "[8]"},
		{"a regular expression", "$.books[?(@.cat =~ /f.*/)].p", "[12.5]"},
		{"a regular expression without case", "$.books[?(@.cat =~ /F.*/i)].p", "[12.5,22.99]"},
		{"a regular expression matches the whole value", "$.books[?(@.cat =~ /f/)].p", "[]"},
		{"a regular expression on the left", "$.books[?(/1|2/ =~ @.isbn)].p", "[12.5,22.99]"},
		{"a regular expression and null", "$.books[?(@.nul =~ /.*/)].p", "[]"},
		{"an expression is not equal to a value", "$.books[?(@.cat == /ref/)].p", "[]"},
		{"the item itself", "$.a.arr[?(@ > 15)]", "[20,30,40]"},
		{"the document in a filter", "$.a.arr[?(@ > $.b)]", "[10,20,30,40]"},
		{"existence asks the item even with $", "$.books[?($.isbn)].p", "[12.5,22.99]"},
		{"text in double quotes is compared with the quotes", `$.books[?(@.cat == "fic")].p`, "[]"},
		{"an escaped quote", `$[?(@.long == 'it\'s')].b`, "[1]"},
		{"a filter on an object", "$.a[?(@.k-d == 5)].k-d", "[5]"},
		{"a filter on an object that does not pass", "$.a[?(@.k-d == 6)].k-d", "[]"},
		{"a number on the left is not compared", "$.a.arr[?(15 < @)]", "[]"},
		{"a list and itself", "$.ll[?(@ == @)]", "[[1,2],[3]]"},
		{"a list and a number", "$.ll[?(@ != 1)]", "[]"},
		{"a Boolean and a text", "$[?(@.t == 'TRUE')].b", "[1]"},
		{"Booleans", "$[?(@.t == @.t)].b", "[1]"},
		{"a Boolean and a number", "$[?(@.b == @.t)].b", "[]"},
		{"numbers of two paths", "$[?(@.max > @.f)].b", "[1]"},
		{"a text and a number of two paths", "$[?(@.s == @.b)].b", "[]"},
		{"parentheses do not group", "$.books[?((@.p < 10))].p", "[8]"},
		{"a bracket too many", "$.books[[?(@.p < 10)]].p", "[8]"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			p, err := jsonpath.Compile(c.path)
			if err != nil {
				t.Fatal(err)
			}
			v, found, err := p.Read(context.Background(), doc)
			if err != nil {
				t.Fatal(err)
			}
			if found != (c.want != "") {
				t.Fatalf("got %v, found %v; want it found: %v", v, found, c.want != "")
			}
			if !found {
				return
			}
			if got, err := jsonsmart.Text(v); got != c.want || err != nil {
				t.Errorf("%s: %s, %v; want %s", c.path, got, err, c.want)
			}
			traced, origins, _, err := p.ReadWithOrigins(context.Background(), doc)
			if got, _ := jsonsmart.Text(traced); got != c.want || err != nil || p.Definite() && len(origins) != 1 {
				t.Errorf("%s with origins: got %s from %q, %v; want %s", c.path, got, origins, err, c.want)
			}
		})
	}
}

func TestTextsCompareInTheOrderOfUTF16(t *testing.T) {
	doc := open(t, `["a","b","é","`+"\uffff"+`","😀","😁"]`)
	for _, c := range []struct{ path, want string }{
		{"$[?(@ < '😀')]", `["a","b","é"]`},
		{"$[?(@ > '😀')]", `["` + "\uffff" + `","😁"]`},
		{"$[?(@ > 'aa')]", `["b","é","` + "\uffff" + `","😀","😁"]`},
	} {
		p, err := jsonpath.Compile(c.path)
		if err != nil {
			t.Fatal(err)
		}
		v, _, err := p.Read(context.Background(), doc)
		if got, _ := jsonsmart.Text(v); got != c.want || err != nil {
			t.Errorf("%s: %s, %v; want %s", c.path, got, err, c.want)
		}
	}
}

func TestCompileRefuses(t *testing.T) {
	for _, c := range []struct{ path, want string }{
		{"", "a path cannot be empty"},
		{" ", "a path cannot be empty"},
		{"$.", "a path cannot end with a dot"},
		{"$..", "a path cannot end with .."},
		{".", "a path cannot end with .."},
		{"$a", "expected . or [ after $"},
		{"$.a b", "a blank is not allowed outside brackets"},
		{"$[", "cannot read ["},
		{"$.a.b[x]", "cannot read [x]"},
		{`$["a"]`, "a name in brackets takes single quotes: ['name']"},
		{"$['a", "missing ' after ['a"},
		{"$['a'", "missing ] after ['a'"},
		{"$[0", "missing ] after [0"},
		{"$[-]", `"-" is not an index`},
		{"$[:]", `"" is not an index`},
		{"$[0,,1]", `"" is not an index`},
		{"$[99999999999]", `"99999999999" is not an index`},
		{"$[(@.length)]", "expected [(@.length-1)]"},
		{"$[(@.count-1)]", "expected [(@.length-1)]"},
		{"$[(@.length-1]", "expected [(@.length-1)]"},
		{"$[(@.length--1)]", "expected [(@.length-1)]"},
		{"$[@", "expected [(@.length-1)]"},
		{"$[?(@.a]", "the brackets of the filter are not balanced"},
		{"$[?((@.a)]]", "the brackets of the filter are not balanced"},
		{"$[[?(@[)]]", "the brackets of the filter are not balanced"},
		{"$[?a]", "expected a filter like [?(@.name == 'x')]"},
		{"$[?()]", "a condition is missing in the filter"},
		{"$[?(@.a &&)]", "conditions and the operators && and || do not alternate"},
		{"$[?(@.a && && @.b)]", "a condition is missing"},
		{"$[?('x')]", "expected a path like @.name in the filter"},
		{"$[?(@.a == ')]", "not balanced"},
		{"$[?(@.a == /)]", "missing / in the filter"},
		{"$[?(@.a =~ /(/)]", "not balanced"},
		{"$[?(@.a =~ /*/)]", "the regular expression /*/"},
		{"$[?(@.a == !@.b)]", "! only asks whether a name is missing"},
		{"$[?(@..a == 1)]", "the path @..a in the filter can have more than one value"},
		{"$[?(1 == @.a b)]", "in the filter, JSONPath \"@.a b\": a blank is not allowed"},
		{strings.Repeat("a", 10_001), "the path is longer than 10000 characters"},
	} {
		_, err := jsonpath.Compile(c.path)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.40q: %v; want %s", c.path, err, c.want)
		}
	}
}

func TestReadFails(t *testing.T) {
	doc := open(t, document)
	for _, c := range []struct{ rule, path, want string }{
		{"an index of a string", "$.s[0]", `an index needs an array, but there is the string "str"`},
		{"an index of an object", "$.e[0]", "an index needs an array, but there is an object"},
		{"an index of a number in a list", "$.a.list[*].c[0]", "there is 1"},
		{"a filter of a number", "$.b[?(@.x)]", "a filter needs an array or an object, but there is 1"},
		{"a filter of null", "$.nul[?(@.x)]", "there is null"},
		{"several names on the way", "$['a','b'].c", "several names in one bracket can only be the end"},
		{"a placeholder for a filter", "$.books[?]", "[?] holds no condition"},
		{"a placeholder at any depth", "$..[?,?]", "[?] holds no condition"},
		{"a number compared with a text", "$.books[?(@.p == 'fic')]", `the filter compares a number with "fic", which is not a number`},
		{"a number compared with the text of a path", "$[?(@.b == @.s)]", `compares a number with "str"`},
		{"an index of a string in a filter", "$.books[?(@.cat[0])]", "an index needs an array"},
		{"the same behind and", "$.books[?(@.cat[0] && @.p)]", "an index needs an array"},
		{"a match without a regular expression", "$.books[?(@.cat =~ 'fic')]", "needs a regular expression between slashes"},
	} {
		p, err := jsonpath.Compile(c.path)
		if err != nil {
			t.Fatal(err)
		}
		_, found, err := p.Read(context.Background(), doc)
		var invalid *jsonpath.EvalError
		if found || !errors.As(err, &invalid) || !strings.Contains(err.Error(), c.want) || invalid.Path != c.path {
			t.Errorf("%s: found %v, %v; want %s", c.rule, found, err, c.want)
		}
	}
	p, _ := jsonpath.Compile("$[?(@ < 1)]")
	if _, _, err := p.Read(context.Background(), open(t, "[NaN]")); err == nil || !strings.Contains(err.Error(), "NaN, which cannot be ordered") {
		t.Errorf("NaN: got %v, want it not ordered", err)
	}
}

func TestOrigins(t *testing.T) {
	doc := open(t, document)
	for _, c := range []struct{ path, want string }{
		{"$.a.list[*].c", "$.a.list[0].c $.a.list[1].c $.a.list[2].c"},
		{"$['a b']", "$['a b']"},
		{"$['s','t']", "$['s','t']"},
		{"$..c", "$.a.list[0].c $.a.list[1].c $.a.list[2].c"},
		{"$.a.arr[(@.length-1)]", "$.a.arr[3]"},
		{"$.books[?(@.isbn)].p", "$.books[1].p $.books[2].p"},
		{"$.e.*", ""},
		{"$.ll..[0]", "$.ll[0] $.ll[0][0] $.ll[1][0]"},
	} {
		p, err := jsonpath.Compile(c.path)
		if err != nil {
			t.Fatal(err)
		}
		_, origins, _, err := p.ReadWithOrigins(context.Background(), doc)
		if got := strings.Join(origins, " "); got != c.want || err != nil {
			t.Errorf("%s: %s, %v; want %s", c.path, got, err, c.want)
		}
	}
}

func TestDocumentsThatHoldThemselvesFail(t *testing.T) {
	m := java.NewMap(1)
	m.Put("m", m)
	m.Put("l", java.NewList(m, m))
	for _, path := range []string{"$..a", "$..*", "$..[?(@.m)]"} {
		p, err := jsonpath.Compile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := p.Read(context.Background(), m); err == nil {
			t.Errorf("%s: got no error, want one", path)
		}
	}
}

func TestWorkIsBounded(t *testing.T) {
	doc := open(t, "["+strings.Repeat("[1,1,1,1,1,1,1,1,1,1],", 500)+"]")
	p, err := jsonpath.Compile("$[?(@[0] == $[0][0] && $[1][1] == 1 && $[2][2] == 1)][?(@ == $[3][3])]" + strings.Repeat("$", 2000))
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = p.Read(context.Background(), doc)
	if err == nil || !strings.Contains(err.Error(), "it visits more than 2000000 values") {
		t.Errorf("got %v, want the limit of values", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err = p.Read(ctx, doc); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func TestFiltersWithinFiltersAreBounded(t *testing.T) {
	path := "$" + strings.Repeat("[?(@", 50) + ".a" + strings.Repeat(")]", 50)
	if _, err := jsonpath.Compile(path); err == nil {
		t.Error("got no error, want one of the nesting")
	}
}

func TestCacheIsBoundedAndShared(t *testing.T) {
	var cache jsonpath.Cache
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for i := range 1000 {
				path := "$.a" + strconv.Itoa(i%400)
				p, err := cache.Compile(path)
				if err != nil || p.String() != path {
					t.Errorf("got %v, %v; want %s", p, err, path)
				}
			}
		})
	}
	wait.Wait()
	a, _ := cache.Compile("$.a")
	if b, _ := cache.Compile("$.a"); a != b {
		t.Error("a path that is used again: got another, want the one before")
	}
	if _, err := cache.Compile("$."); err == nil {
		t.Error("a path that does not compile: got no error, want one")
	}
}

func FuzzPath(f *testing.F) {
	for _, seed := range []string{"$.a.list[*].c", "$..['c','n']", "$.books[?(@.p < 10 && @.cat == 'x' || !@.isbn)].p", "$.a.arr[-2:]", "$[(@.length-1)]", "$...a", "[?]", "$.books[?(@.cat =~ /f.*/i)]"} {
		f.Add(seed, document)
	}
	f.Fuzz(func(t *testing.T, path, text string) {
		p, err := jsonpath.Compile(path)
		if err != nil {
			return
		}
		doc, err := jsonsmart.Parse(text)
		if err != nil {
			return
		}
		v, found, err := p.Read(context.Background(), doc)
		traced, _, tracedFound, tracedErr := p.ReadWithOrigins(context.Background(), doc)
		if found != tracedFound || (err == nil) != (tracedErr == nil) {
			t.Errorf("%s of %s with origins: got found %v, %v; want what comes without: %v, %v", path, text, tracedFound, tracedErr, found, err)
		}
		a, _ := jsonsmart.Text(v)
		if b, _ := jsonsmart.Text(traced); a != b {
			t.Errorf("%s of %s with origins: got %s, want %s", path, text, b, a)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	doc := open(b, document)
	for _, path := range []string{"$.a.list[1].c", "$.a.list[*].c", "$..c", "$.books[?(@.p < 20)].cat"} {
		p, err := jsonpath.Compile(path)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(path, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := p.Read(context.Background(), doc); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := jsonpath.Compile("$.books[?(@.p < 10 && @.cat == 'fic')].isbn"); err != nil {
			b.Fatal(err)
		}
	}
}
