//go:build velocity

package schema

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"example.com/apigw/internal/java"
	"example.com/apigw/internal/oracle"
)

const formatsInJava = `
import com.google.common.net.*;
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import javax.mail.internet.InternetAddress;
import org.joda.time.DateTimeFieldType;
import org.joda.time.format.*;

public class Formats {
  static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
      .appendFixedDecimal(DateTimeFieldType.year(), 4).appendLiteral('-')
      .appendFixedDecimal(DateTimeFieldType.monthOfYear(), 2).appendLiteral('-')
      .appendFixedDecimal(DateTimeFieldType.dayOfMonth(), 2).appendLiteral('T')
      .appendFixedDecimal(DateTimeFieldType.hourOfDay(), 2).appendLiteral(':')
      .appendFixedDecimal(DateTimeFieldType.minuteOfHour(), 2).appendLiteral(':')
      .appendFixedDecimal(DateTimeFieldType.secondOfMinute(), 2)
      .appendOptional(new DateTimeFormatterBuilder().appendLiteral('.').appendFractionOfSecond(1, 12).toParser())
      .appendTimeZoneOffset("Z", false, 2, 2).toFormatter();

  public static void main(String[] args) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    for (String line; (line = in.readLine()) != null; ) {
      String[] parts = line.split(" ", -1);
      String text = new String(HexFormat.of().parseHex(parts[1]), StandardCharsets.UTF_8);
      boolean valid;
      try {
        valid = valid(parts[0], text);
      } catch (Exception e) {
        valid = false;
      }
      System.out.println(valid);
    }
  }

  static boolean valid(String format, String text) throws Exception {
    switch (format) {
      case "date-time": TIME.parseDateTime(text); return true;
      case "email": new InternetAddress(text, true); return true;
      case "hostname": InternetDomainName.from(text); return true;
      case "ipv4": return InetAddresses.isInetAddress(text) && InetAddresses.forString(text).getAddress().length == 4;
      case "ipv6": return InetAddresses.isInetAddress(text) && InetAddresses.forString(text).getAddress().length == 16;
      case "uri": new java.net.URI(text); return true;
      case "uuid": UUID.fromString(text); return true;
      case "normal": java.net.URI u = new java.net.URI(text); return u.equals(u.normalize());
    }
    throw new IllegalArgumentException(format);
  }
}
`

// formatPieces are what generated texts of a format are made of.
var formatPieces = map[string][]string{
	"date-time": {"2020-01-02T03:04:05", "2020-12-31T23:59:59.1", "1999-04-30T00:00:00Z", "2020", "-", "02", "29", "T", "t", "00", ":", "24", "23", "59", "60", "Z", "z", "+", "01", "0100", "01:00", ".", ",", "1", "123", "1234567890123", " ", "2019-02-28T12:13:14", "2000-02-29T00:00:00", "1900-02-29T01:01:01", "0000-01-01T23:59:59", "+24:00", "-12:34:56.789", "+123456789", "+01:60", "+0", "２"},
	"email":     {"a", "b.c", "@", "x.org", ".", "..", "<", ">", "(", ")", "\"", "\\", "[", "]", ",", ";", ":", " ", "\n", "\r\n", "\t", "é", "名", "😀", "-", "_", "+", "1", "g:", "a@b.c", "@x,@y:", "Ada <ada@x.org>", "\"q q\"", "(c)", "[1.2.3.4]", "!", "\x7f", "\x01"},
	"hostname":  {"a", "b", "-", "_", ".", "..", "1", "ab", "com", "é", "名", "。", "．", "😀", " ", "A", "!", "xn--p1ai", strings.Repeat("a", 61), strings.Repeat("b.", 60), "0"},
	"ipv4":      {"1", ".", "255", "256", "0", "01", "1.2.3.4", "::ffff:", "::", ":", "%", "eth0", "+", " ", "１", "٣", "a", "000", "1.2.3"},
	"ipv6":      {"1", ":", "::", "ffff", "FFFF", "12345", "0", "1.2.3.4", ".", "%", "eth0", "%1", "a", "g", "::1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7", "::ffff:", "Ａ", "１", "256.1.1.1", "-"},
	"uri":       {"http", "://", ":", "/", "//", "?", "#", "a", "b.c", "x.org", "@", "[", "]", "::1", "%20", "%", "%2", " ", "é", "\u0085", "\u00a0", "😀", "|", "{", "}", "^", "<", "\\", "1.2.3.4", "1.2.3", "256.1.1.1", ":80", ":99999999999", "-", ".", "_", "~", "urn:", "mailto:", "*", ";", "&", "[::1]", "[::1%eth0]", "[1:2]", "[::1.2.3.4]", "[1:2:3:4:5:6:7:8]", "a-", "\x00", "\"", "1"},
	"uuid":      {"1", "-", "a", "f", "g", "00000000", "0000", "12345678-1234-1234-1234-123456789012", "ffffffffffffffff", "7fffffffffffffff", "+", "１", "1-1-1-1-1", "--", " "},
	"normal":    {"a", "/", "//", ".", "..", "./", "../", "http://x", "#", "?", "b", "a:", "%2e", "#/a/../b"},
}

// Generated texts are valid in the formats as in Java and the libraries Guava,
// joda-time and javax.mail. It needs a JDK and Debian's packages libguava-java,
// libjoda-time-java and libmail-java.
func TestFormatsAsJava(t *testing.T) {
	const n = 30_000
	r := rand.New(rand.NewPCG(9, 10))
	type question struct{ format, text string }
	var questions []question
	var lines strings.Builder
	for _, format := range []string{"date-time", "email", "hostname", "ipv4", "ipv6", "uri", "uuid", "normal"} {
		pieces := formatPieces[format]
		for range n {
			var b strings.Builder
			for range r.IntN(8) {
				b.WriteString(pieces[r.IntN(len(pieces))])
			}
			questions = append(questions, question{format, b.String()})
			fmt.Fprintf(&lines, "%s %s\n", format, hex.EncodeToString([]byte(b.String())))
		}
	}
	results, err := oracle.RunClass(oracle.Source{Class: "Formats", Text: formatsInJava}, lines.String(), "guava", "joda-time", "javax.mail")
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != len(questions) {
		t.Fatalf("got %d results of Java, want %d", len(results), len(questions))
	}
	differences, valid := map[string]int{}, map[string]int{}
	for i, q := range questions {
		got := false
		if q.format == "normal" {
			u, ok := parseURI(q.text)
			got = ok && u.normal()
		} else {
			got = draft4.formats[q.format](q.text) == ""
		}
		if got {
			valid[q.format]++
		}
		if fmt.Sprint(got) != results[i] {
			if differences[q.format]++; differences[q.format] <= 8 {
				t.Errorf("%s of %q: got %v, want %s", q.format, q.text, got, results[i])
			}
		}
	}
	t.Logf("%d texts; valid: %v; different: %v", len(questions), valid, differences)
}

const valuesInJava = `
import com.fasterxml.jackson.databind.*;
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;

public class Values {
  public static void main(String[] args) throws Exception {
    ObjectMapper mapper = new ObjectMapper()
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    PrintStream out = new PrintStream(System.out, false, "UTF-8");
    for (String line; (line = in.readLine()) != null; ) {
      String text = new String(HexFormat.of().parseHex(line), StandardCharsets.UTF_8);
      JsonNode node;
      try {
        node = mapper.readTree(text);
      } catch (IOException | NumberFormatException e) {
        out.println("invalid");
        continue;
      }
      if (node == null || node.isMissingNode()) {
        out.println("invalid");
        continue;
      }
      Map<String, JsonNode> map = new HashMap<>();
      for (Iterator<Map.Entry<String, JsonNode>> i = node.fields(); i.hasNext(); ) {
        Map.Entry<String, JsonNode> e = i.next();
        map.put(e.getKey(), e.getValue());
      }
      out.println(HexFormat.of().formatHex((node + " " + hash(node) + " " + map.keySet()).getBytes(StandardCharsets.UTF_8)));
    }
    out.flush();
  }

  static int hash(JsonNode n) {
    if (n.isNumber()) return Double.valueOf(n.doubleValue()).hashCode();
    if (!n.isContainerNode()) return n.hashCode();
    int h = 0;
    if (n.isArray()) {
      for (JsonNode e : n) h = 31 * h + hash(e);
      return h;
    }
    for (Iterator<Map.Entry<String, JsonNode>> i = n.fields(); i.hasNext(); ) {
      Map.Entry<String, JsonNode> e = i.next();
      h = 31 * h + (e.getKey().hashCode() ^ hash(e.getValue()));
    }
    return h;
  }
}
`

// Generated values are read, printed and hashed as by Jackson and in the order of
// java.util.HashMap. It needs a JDK and Debian's package libjackson2-databind-java.
func TestValuesAsJackson(t *testing.T) {
	const n = 100_000
	pieces := []string{
		"{", "}", "[", "]", ",", ":", " ", "\n", "null", "true", "false", "nullx", "truefalse", "NaN", "-", "0", "-0", "1", "01", "1.0", "-0.0", "300.0", "1e2", "1E+2", "1e-7", "1.5e-10", "0.1e1", "1.", ".5", "1e", "+1",
		"2147483648", "9223372036854775807", "9223372036854775808", "123456789012345678901234567890.1200", "1e308", "1e309", "0e5", "1e400", "-1.7976931348623157e308", "0.30000000000000004",
		`"a"`, `"b":1`, `"Aa":1`, `"BB":2`, `"é😀"`, `"\u0041\u00e9"`, `"\ud83d\ude00"`, `"\ud83d"`, `"\n\t\b\f\r\u0001\u001f\u007f\/"`, "\"\x01\"", "\"\u2028\"", `"\x"`, `"`, `"k":{`, `"list":[1,2]`, `"z":null`, `"id":1,"name":2,"age":3`, "[1,[2,{}]]", "{}", "[]", "//", "'a'", "\ufeff",
	}
	r := rand.New(rand.NewPCG(11, 12))
	texts := make([]string, n)
	var lines strings.Builder
	for i := range texts {
		var b strings.Builder
		for range 1 + r.IntN(4) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		texts[i] = b.String()
		if r.IntN(2) == 0 {
			var members []string
			for range r.IntN(20) {
				members = append(members, fmt.Sprintf(`"%c%d":%s`, 'a'+rune(r.IntN(26)), r.IntN(99), pieces[r.IntN(len(pieces))]))
			}
			texts[i] = "{" + strings.Join(members, ",") + "}"
		}
		fmt.Fprintf(&lines, "%s\n", hex.EncodeToString([]byte(texts[i])))
	}
	results, err := oracle.RunClass(oracle.Source{Class: "Values", Text: valuesInJava}, lines.String(), "jackson-core", "jackson-annotations", "jackson-databind")
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != n {
		t.Fatalf("got %d results of Jackson, want %d", len(results), n)
	}
	differences, valid := 0, 0
	for i, text := range texts {
		got := "invalid"
		if v, err := parse([]byte(text)); err == nil {
			valid++
			order := v.names()
			hashOrder(order)
			got = string(java.Printable(fmt.Appendf(nil, "%s %d %s", v, v.hash(), listed(order))))
		}
		want := results[i]
		if want != "invalid" {
			b, err := hex.DecodeString(want)
			if err != nil {
				t.Fatal(err)
			}
			want = string(b)
		}
		if got != want {
			if differences++; differences <= 10 {
				t.Errorf("%q:\n got %s\nwant %s", text, got, want)
			}
		}
	}
	t.Logf("%d texts, %d valid, %d different", n, valid, differences)
}
