package explain

// completed returns the start of a JSON text as a whole one, with what was begun
// closed: what it has is what the whole has too. A member whose value had not begun
// or is cut off in a number or a word is left out.
func completed(start string) string {
	var open []byte // the brackets that are to be closed
	inText, escaped := false, false
	whole, wholeOpen := 0, 0 // the text up to its last complete value, and how many brackets are open there
	key := false             // the text that is being read is a key
	mark := func(i int) { whole, wholeOpen = i, len(open) }
	value := -1 // where a number or a word begins
	afterColon := false
	for i := 0; i < len(start); i++ {
		c := start[i]
		if inText {
			switch {
			case escaped:
				escaped = false
			case c == '\\':
				escaped = true
			case c == '"':
				inText = false
				if !key {
					mark(i + 1)
				}
			}
			continue
		}
		switch c {
		case '"':
			inText = true
			key = len(open) > 0 && open[len(open)-1] == '}' && !afterColon
			afterColon = false
		case ':':
			afterColon = true
		case '{', '[':
			open = append(open, c+2)
			afterColon = false
			mark(i + 1)
		case '}', ']', ',':
			if value >= 0 {
				mark(i)
				value = -1
			}
			if c != ',' {
				if len(open) == 0 || open[len(open)-1] != c {
					return start // not JSON
				}
				open = open[:len(open)-1]
				mark(i + 1)
			}
			afterColon = false
		case ' ', '\t', '\n', '\r':
		default:
			if value < 0 {
				value = i
			}
		}
	}
	if inText && !key {
		end := len(start)
		for escaped || end > 0 && badEnd(start[:end]) {
			end--
			escaped = false
		}
		return start[:end] + `"` + closing(open)
	}
	return start[:whole] + closing(open[:wholeOpen])
}

// badEnd reports whether a text ends in an escape that is cut off.
func badEnd(text string) bool {
	for n := 1; n <= 5 && n <= len(text); n++ {
		if text[len(text)-n] == '\\' {
			backslashes := 0
			for i := len(text) - n; i >= 0 && text[i] == '\\'; i-- {
				backslashes++
			}
			return backslashes%2 == 1 && (n == 1 || text[len(text)-n+1] == 'u' && n < 6)
		}
	}
	return false
}

func closing(open []byte) string {
	text := make([]byte, 0, len(open))
	for i := len(open) - 1; i >= 0; i-- {
		text = append(text, open[i])
	}
	return string(text)
}
