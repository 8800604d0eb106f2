package export

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"example.com/apigw/internal/gateway/record"
)

// Curl returns a command that sends the request again, to the server at a host and
// port. It is for shells as POSIX has them. The error says why there is nothing.
func Curl(r *record.Record, host string) (string, error) {
	s, err := newSent(r)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	if note := s.note(); note != "" {
		out.WriteString("# " + oneLine(note) + "\n")
	}
	text := isText(s.body)
	if !text {
		out.WriteString("echo " + base64.StdEncoding.EncodeToString(s.body) + " | base64 --decode | ")
	}
	out.WriteString("curl -i")
	for _, option := range s.options() {
		out.WriteString(" " + option)
	}
	out.WriteString(" " + quoted("http://"+host+s.target))
	argument := func(option, value string) { out.WriteString(" \\\n  " + option + " " + quoted(value)) }
	if s.host != "" && s.host != host {
		argument("-H", "Host: "+s.host)
	}
	for _, line := range s.lines {
		switch {
		case strings.EqualFold(line.Name, "User-Agent") && strings.HasPrefix(line.Value, "curl/"), strings.EqualFold(line.Name, "Accept") && line.Value == "*/*":
		case line.Value == "":
			argument("-H", line.Name+";") // which is how curl writes that there is no value
		default:
			argument("-H", line.Name+": "+line.Value)
		}
	}
	for _, name := range []string{"User-Agent", "Accept", "Content-Type"} {
		if _, ok := s.has(name); !ok && (name != "Content-Type" || len(s.body) > 0) {
			argument("-H", name+":") // curl has one of its own
		}
	}
	switch {
	case !text:
		argument("--data-binary", "@-")
	case len(s.body) > 0:
		argument("--data-raw", string(s.body))
	}
	return out.String() + "\n", nil
}

// options returns the options about method and path.
func (s *sent) options() (list []string) {
	switch {
	case s.method == "HEAD" && len(s.body) == 0:
		list = append(list, "--head")
	case s.method != "GET" || len(s.body) > 0:
		list = append(list, "-X "+quoted(s.method))
	}
	if strings.ContainsAny(s.target, "[]{}") {
		list = append(list, "--globoff")
	}
	if strings.Contains(s.target, "/.") {
		list = append(list, "--path-as-is")
	}
	return list
}

// isText reports whether a body can be an argument of a command, and be read there.
func isText(body []byte) bool {
	return utf8.Valid(body) && strings.IndexFunc(string(body), func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f }) < 0
}

// quoted quotes a text for a shell, if it needs that.
func quoted(text string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:@%+,", r)
	}
	if text != "" && strings.IndexFunc(text, func(r rune) bool { return !plain(r) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// oneLine keeps a text in one line.
func oneLine(text string) string { return strings.NewReplacer("\n", " ", "\r", " ").Replace(text) }
