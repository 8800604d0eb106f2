package mapping

import "strings"

// ExpandPath fills the placeholders of an integration's URI, such as {id}, from
// the path parameters of the integration request. One that has no value stays
// as it is.
func ExpandPath(uri string, value func(name string) (string, bool)) string {
	return expand(uri, "{", "}", func(name string) (string, bool) {
		return value(strings.TrimSuffix(name, "+"))
	})
}

// ExpandStageVariables replaces ${stageVariables.name} in a URI or an ARN. One
// that is not set becomes empty.
func ExpandStageVariables(text string, variables map[string]string) string {
	return expand(text, "${stageVariables.", "}", func(name string) (string, bool) {
		return variables[name], true
	})
}

func expand(s, open, end string, value func(string) (string, bool)) string {
	var b strings.Builder
	for {
		i := strings.Index(s, open)
		if i < 0 {
			break
		}
		n := strings.Index(s[i:], end)
		if n < 0 {
			break
		}
		v, ok := value(s[i+len(open) : i+n])
		if !ok {
			v = s[i : i+n+len(end)]
		}
		b.WriteString(s[:i])
		b.WriteString(v)
		s = s[i+n+len(end):]
	}
	return b.String() + s
}
