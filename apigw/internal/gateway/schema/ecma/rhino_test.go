//go:build velocity

package ecma_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"example.com/apigw/internal/gateway/schema/ecma"
	"example.com/apigw/internal/java"
	"example.com/apigw/internal/oracle"
)

const rhino = `
import java.io.*;
import org.mozilla.javascript.*;

public class Patterns {
  public static void main(String[] args) throws Exception {
    Context context = Context.enter();
    Scriptable scope = context.initStandardObjects(null, false);
    context.evaluateString(scope, "function find(re, s) { try { re = new RegExp(re) } catch (e) { return 'invalid' } return '' + re.test(s) }", "find", 1, null);
    Function find = (Function) scope.get("find", scope);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    for (String line; (line = in.readLine()) != null; ) {
      String[] parts = line.split(" ", -1);
      String result;
      try {
        result = Context.toString(find.call(context, scope, scope, new Object[] {text(parts[0]), text(parts[1])}));
      } catch (EcmaError e) {
        result = "late";
      } catch (IndexOutOfBoundsException e) {
        result = "invalid";
      } catch (StackOverflowError e) {
        result = "overflow";
      }
      System.out.println(result);
    }
  }

  static String text(String hex) {
    StringBuilder b = new StringBuilder();
    for (int i = 0; i < hex.length(); i += 4) b.append((char) Integer.parseInt(hex.substring(i, i + 4), 16));
    return b.toString();
  }
}
`

// Generated patterns are read and found as by Rhino. It needs a JDK and Debian's
// package librhino-java.
func TestPatternsAsRhino(t *testing.T) {
	const n = 200_000
	r := rand.New(rand.NewPCG(7, 8))
	patterns, texts := make([]string, n), make([]string, n)
	var lines strings.Builder
	for i := range n {
		patterns[i], texts[i] = randomPattern(r), randomText(r)
		fmt.Fprintf(&lines, "%s %s\n", hex(patterns[i]), hex(texts[i]))
	}
	results, err := oracle.RunClass(oracle.Source{Class: "Patterns", Text: rhino}, lines.String(), "rhino")
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != n {
		t.Fatalf("got %d results of Rhino, want %d", len(results), n)
	}
	differences, valid := 0, 0
	for i, want := range results {
		got := "invalid"
		if re, err := ecma.Compile(patterns[i]); err == nil {
			valid++
			found, err := re.Find(texts[i])
			got = fmt.Sprint(found)
			if err != nil {
				got = "late"
			}
		}
		if got == want || got == "late" || strings.Contains(patterns[i], "(?=)") || strings.Contains(patterns[i], "(?!)") { // documented
			continue
		}
		if differences++; differences <= 20 {
			t.Errorf("%q in %q: got %s, want %s", patterns[i], texts[i], got, want)
		}
	}
	t.Logf("%d patterns, %d valid, %d differences", n, valid, differences)
}

func randomPattern(r *rand.Rand) string {
	pieces := []string{
		"a", "b", "ab", "-", "^", "$", ".", "|", "(", ")", "(?:", "(?=", "(?!", "(?<=", "(?<n>", "(?i)", "[", "]", "[^", "[a-c]", "[^a]", "[a-", "[\\d-", "\\d]", "[]", "[^]", "[\\w-a]", "[[:alpha:]]", "[b-a]", "[\\wz-a]",
		"*", "+", "?", "*?", "++", "{2}", "{1,}", "{0}", "{0,0}?", "{1,2}", "{2,1}", "{,2}", "{1,2", "{1,23", "{a}", "{", "}", "{70000}", "{2}?",
		`\d`, `\D`, `\w`, `\W`, `\s`, `\S`, `\b`, `\B`, `\1`, `\2`, `\8`, `\10`, `\0`, `\012`, `\377`, `\400`, `\x41`, `\x4`, `\u0061`, `\u006`, `\ud83d`, `\cA`, `\c`, `\c1`, `\p{L}`, `\z`, `\A`, `\Q`, `\.`, `\-`, `\/`, `\]`, `\`, `\t`, `\n`, `\v`, `\e`,
		"[\\b]", "[\\cA-\\cZ]", "[\\x41-\\x43]", "[\\u0061-\\u0063]", "[\\1-\\7]", "[\\xg]", "[\\c]", "[a\\", "/", "é", "😀", "\u2028", "\u00a0", "A",
		"(a)", "(b)?", "(a|b)", "(?:a|(b))*", "(a*)", "(?:)", "(?=a)", "(a)|b", "(.)", "[a-z]+", "(?:a?){2}",
	}
	var b strings.Builder
	for range 1 + r.IntN(7) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

func randomText(r *rand.Rand) string {
	pieces := []string{"a", "b", "ab", "c", "A", "1", "-", "_", " ", "\n", "\r", "\u2028", "é", "😀", "\x00", "\x01", "\u00a0", "p{L}", "]", "[", ":", "\\", "z", "{", "}", "8", "\x08", "aa", "bb"}
	var b strings.Builder
	for range r.IntN(7) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

func hex(s string) string {
	var b strings.Builder
	for _, u := range java.Units(s) {
		fmt.Fprintf(&b, "%04X", u)
	}
	return b.String()
}
