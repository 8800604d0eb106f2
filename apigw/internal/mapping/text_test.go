package mapping

import (
	"strings"
	"testing"
)

func TestEscapeJavaScript(t *testing.T) {
	for _, c := range []struct{ rule, in, want string }{
		{"nothing to escape is not copied", "plain text~\x7f", "plain text~\x7f"},
		{"the empty string", "", ""},
		{"quotes, backslash, slash", `it's "q" / \`, `it\'s \"q\" \/ \\`},
		{"control characters", "\b\n\t\f\r\x00\x1f", `\b\n\t\f\r\u0000\u001F`},
		{"beyond ASCII", "\u0080é€\uffff", `\u0080\u00E9\u20AC\uFFFF`},
		{"beyond U+FFFF as two", "😀", `\uD83D\uDE00`},
		{"half a surrogate pair", "\xed\xa0\x80", `\uD800`},
	} {
		if got := escapeJavaScript(c.in); got != c.want {
			t.Errorf("%s: %s, want %s", c.rule, got, c.want)
		}
	}
}

func TestURLEncode(t *testing.T) {
	for _, c := range []struct{ rule, in, want string }{
		{"recorded: a JSON body", `{"some": "value"}`, "%7B%22some%22%3A+%22value%22%7D"},
		{"recorded: a blank is a plus", "some raw data", "some+raw+data"},
		{"what stays", "azAZ09.-*_", "azAZ09.-*_"},
		{"a tilde is encoded", "~", "%7E"},
		{"a plus is encoded", "x=a+b", "x%3Da%2Bb"},
		{"UTF-8", "é€😀", "%C3%A9%E2%82%AC%F0%9F%98%80"},
		{"half a surrogate pair is a question mark", "a\xed\xa0\x80b", "a%3Fb"},
		{"bytes that are not text", "\xff", "%EF%BF%BD"},
	} {
		if got := urlEncode(c.in); got != c.want {
			t.Errorf("%s: %s, want %s", c.rule, got, c.want)
		}
	}
}

func TestURLDecode(t *testing.T) {
	for _, c := range []struct{ rule, in, want string }{
		{"nothing to decode", "aé", "aé"},
		{"plus and UTF-8", "a+b%20c%C3%a9", "a b cé"},
		{"bytes that are not text", "%ff%C3", "\ufffd\ufffd"},
		{"a sign, which Java's number parser takes", "%+1", "\x01"},
	} {
		if got, err := urlDecode(c.in); got != c.want || err != nil {
			t.Errorf("%s: %q, %v; want %q", c.rule, got, err, c.want)
		}
	}
	for _, in := range []string{"%", "%zz", "a%2", "%-1", "% 1", "%1g"} {
		if got, err := urlDecode(in); err == nil || !strings.Contains(err.Error(), "%25") {
			t.Errorf("%q: got %q, %v; want an error that says %%25", in, got, err)
		}
	}
}

func TestBase64(t *testing.T) {
	if got := base64Encode("é€😀\xed\xa0\x80"); got != "w6nigqzwn5iAPw==" {
		t.Errorf("got %q, want %q", got, "w6nigqzwn5iAPw==")
	}
	for _, c := range []struct{ rule, in, want string }{
		{"with padding", "YQ==", "a"},
		{"without padding", "YQ", "a"},
		{"bits behind the end are ignored", "YR==", "a"},
		{"one padding", "YWI=", "ab"},
		{"nothing", "", ""},
		{"UTF-8", "w6nigqzwn5iA", "é€😀"},
		{"bytes that are not text", "/8M=", "\ufffd\ufffd"},
	} {
		if got, err := base64Decode(c.in); got != c.want || err != nil {
			t.Errorf("%s: %q, %v; want %q", c.rule, got, err, c.want)
		}
	}
	for _, in := range []string{"!!", "Y", "YQ=", "YQ==YQ==", "YWJj=", "YWJj====", "=", "====", "YW I=", "YQ\n==", "YW\nI", "é"} {
		if got, err := base64Decode(in); err == nil {
			t.Errorf("%q: got %q, want an error", in, got)
		}
	}
}

// As Java's decoder, which writes one U+FFFD for the bytes that could have
// become one character.
func TestMalformedUTF8(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"\x80", "�"}, {"a\xffb", "a�b"}, {"\xc3", "�"}, {"\xc3a", "�a"}, {"\xc0\x80", "��"},
		{"\xe2\x82", "�"}, {"\xe2\x82a", "�a"}, {"\xe2a", "�a"}, {"\xe0\x80\x80", "���"}, {"\xe0\xa0a", "�a"},
		{"\xed\xa0\x80", "�"}, {"\xed\xa0a", "�a"}, {"\xed\x9fa", "�a"},
		{"\xf0\x9f\x98", "�"}, {"\xf0\x9f\x98a", "�a"}, {"\xf0\x9fa", "�a"}, {"\xf0a", "�a"}, {"\xf0\x80\x80\x80", "����"},
		{"\xf4\x8f\xbf", "�"}, {"\xf4\x90\x80\x80", "����"}, {"\xf1\x80", "�"}, {"\xf5\x80", "��"},
	} {
		if got := decodeUTF8([]byte(c.in)); got != c.want {
			t.Errorf("% x: %q, want %q", c.in, got, c.want)
		}
	}
}
