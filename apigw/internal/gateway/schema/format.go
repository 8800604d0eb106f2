package schema

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"example.com/apigw/internal/gateway/schema/ecma"
	"example.com/apigw/internal/java"
)

// formats are those that the library knows in every draft. Each returns what is
// wrong with a text, or nothing. With other formats any text passes.
var formats = map[string]func(s string) string{
	"base64":       base64Problem,
	"date-time":    unless(isDateTime, `string "`, `" is invalid against requested date format(s) [yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,12}Z]`),
	"email":        unless(isEmail, `string "`, `" is not a valid email address`),
	"ipv6":         unless(func(s string) bool { return ipLength(s) == 16 }, `string "`, `" is not a valid IPv6 address`),
	"json-pointer": unless(isPointer, `input string "`, `" is not a valid JSON Pointer`),
	"mac":          unless(isMAC, `input string "`, `" is not a valid MAC address`),
	"md5":          hexProblem(32),
	"regex":        unless(isRegex, `string "`, `" is not a valid ECMA 262 regular expression`),
	"sha1":         hexProblem(40),
	"sha256":       hexProblem(64),
	"sha512":       hexProblem(128),
	"uri":          unless(isURI, `string "`, `" is not a valid URI`),
	"uuid":         unless(isUUID, `input string "`, `" is not a valid UUID`),
}

var (
	hostnameProblem = unless(isHostname, `string "`, `" is not a valid hostname`)
	ipv4Problem     = unless(func(s string) bool { return ipLength(s) == 4 }, `string "`, `" is not a valid IPv4 address`)
)

func unless(valid func(string) bool, before, behind string) func(string) string {
	return func(s string) string {
		if valid(s) {
			return ""
		}
		return before + s + behind
	}
}

func isRegex(s string) bool {
	_, err := ecma.Compile(s)
	return err == nil
}

func isPointer(s string) bool {
	_, ok := tokens(s)
	return ok
}

// hexProblem returns the check of a text of n hexadecimal digits.
func hexProblem(n int) func(string) string {
	return func(s string) string {
		units := java.Units(s)
		if len(units) != n {
			return "input string has incorrect length (" + strconv.Itoa(len(units)) + ", expected " + strconv.Itoa(n) + ")"
		}
		for i, u := range units {
			if u >= utf8.RuneSelf || !isHex(byte(u)) {
				return `illegal character "` + java.FromUnits(units[i:i+1]) + `" in input at index ` + strconv.Itoa(i)
			}
		}
		return ""
	}
}

// base64Problem checks Base64 with padding, which may stand before a line end.
func base64Problem(s string) string {
	units := java.Units(s)
	if len(units)%4 != 0 {
		return "input has illegal length (must be a multiple of 4, found " + strconv.Itoa(len(units)) + ")"
	}
	kept := units
	end := len(units) - lineEnd(units)
	for _, stop := range []int{end, len(units)} {
		n := stop
		for n > 0 && stop-n < 2 && units[n-1] == '=' {
			n--
		}
		if n < stop {
			kept = append(append([]uint16(nil), units[:n]...), units[stop:]...)
			break
		}
	}
	for i, u := range kept {
		if u >= utf8.RuneSelf || !isAlnum(byte(u)) && u != '+' && u != '/' {
			return `illegal character "` + java.FromUnits(units[i:i+1]) + `" at index ` + strconv.Itoa(i) + " (not in Base64 alphabet)"
		}
	}
	return ""
}

// lineEnd returns the length of the line terminator of Java at the end.
func lineEnd(units []uint16) int {
	n := len(units)
	if n == 0 {
		return 0
	}
	switch units[n-1] {
	case '\n':
		if n > 1 && units[n-2] == '\r' {
			return 2
		}
		return 1
	case '\r', 0x85, 0x2028, 0x2029:
		return 1
	}
	return 0
}

func isMAC(s string) bool {
	if len(s) != 17 {
		return false
	}
	for i := range len(s) {
		if i%3 == 2 && s[i] != ':' || i%3 != 2 && !isAlnum(s[i]) {
			return false
		}
	}
	return true
}

// isUUID reports whether java.util.UUID.fromString takes a text: five hexadecimal
// numbers, which may be short.
func isUUID(s string) bool {
	parts := strings.Split(s, "-")
	if len(parts) != 5 || len(java.Units(s)) > 36 {
		return false
	}
	for _, part := range parts {
		digits := strings.TrimPrefix(part, "+")
		if digits == "" {
			return false
		}
		value := uint64(0)
		for _, c := range digits {
			d := digitOf(c, 16)
			if d < 0 || value > (1<<63-1-uint64(d))/16 {
				return false
			}
			value = value*16 + uint64(d)
		}
	}
	return true
}

// digitOf returns the value of a digit in any script, or -1, as Java's
// Character.digit of a char.
func digitOf(c rune, radix int) int {
	d := -1
	switch {
	case c >= '0' && c <= '9':
		d = int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'z' && c < utf8.RuneSelf:
		d = int(c|0x20-'a') + 10
	case c >= 'Ａ' && c <= 'Ｚ':
		d = int(c-'Ａ') + 10
	case c >= 'ａ' && c <= 'ｚ':
		d = int(c-'ａ') + 10
	case c <= 0xFFFF && unicode.Is(unicode.Nd, c):
		zero := c
		for unicode.Is(unicode.Nd, zero-1) {
			zero--
		}
		d = int(c-zero) % 10
	}
	if d >= radix {
		return -1
	}
	return d
}

// isDateTime reports whether joda-time reads a text as a date, a time with up to
// twelve digits of a fraction, and an offset.
func isDateTime(s string) bool {
	const date, form = len("2006-01-02"), "2006-01-02T15:04:05"
	if len(s) < len(form) || s[date]|0x20 != 't' || !isDate(s[:date]) || !isTime(s[date+1:len(form)]) {
		return false
	}
	rest := s[len(form):]
	if strings.HasPrefix(rest, ".") {
		digits := 0
		for digits < 12 && digits+1 < len(rest) && isDigit(rest[digits+1]) {
			digits++
		}
		if digits == 0 {
			return false
		}
		rest = rest[1+digits:]
	}
	return isOffset(rest)
}

// isDate reports whether a text is a date of the calendar, such as 2006-01-02.
func isDate(s string) bool {
	const form = "0000-00-00"
	if len(s) != len(form) {
		return false
	}
	for i := range len(form) {
		if form[i] == '0' && !isDigit(s[i]) || form[i] == '-' && s[i] != '-' {
			return false
		}
	}
	year, _ := strconv.Atoi(s[:4])
	month, _ := strconv.Atoi(s[5:7])
	day, _ := strconv.Atoi(s[8:])
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return month >= 1 && month <= 12 && day >= 1 && date.Day() == day
}

// isTime reports whether a text is a time such as 15:04:05.
func isTime(s string) bool {
	return len(s) == len("15:04:05") && two(s, 23) && s[2] == ':' && two(s[3:], 59) && s[5] == ':' && two(s[6:], 59)
}

// isOffset reports whether a text is Z or an offset of hours, with minutes, seconds
// and a fraction or without, all with separators or none.
func isOffset(s string) bool {
	if s == "Z" || s == "z" {
		return true
	}
	if len(s) < 3 || s[0] != '+' && s[0] != '-' || !two(s[1:], 23) {
		return false
	}
	s = s[3:]
	separated := strings.HasPrefix(s, ":")
	for range 2 {
		if s == "" {
			return true
		}
		if separated {
			if s[0] != ':' {
				return false
			}
			s = s[1:]
		}
		if !two(s, 59) {
			return false
		}
		s = s[2:]
	}
	if s == "" {
		return true
	}
	if separated {
		if s[0] != '.' && s[0] != ',' {
			return false
		}
		s = s[1:]
	}
	if s == "" || len(s) > 3 {
		return false
	}
	return strings.Trim(s, "0123456789") == ""
}

// two reports whether a text begins with a number of two digits up to max.
func two(s string, max int) bool {
	return len(s) >= 2 && isDigit(s[0]) && isDigit(s[1]) && int(s[0]-'0')*10+int(s[1]-'0') <= max
}

// isHostname reports whether Guava's InternetDomainName takes a text.
func isHostname(s string) bool {
	s = strings.NewReplacer("\u3002", ".", "\uFF0E", ".", "\uFF61", ".").Replace(s)
	s = strings.TrimSuffix(s, ".")
	parts := strings.Split(s, ".")
	if len(java.Units(s)) > 253 || len(parts) > 127 {
		return false
	}
	for i, part := range parts {
		if n := len(java.Units(part)); n < 1 || n > 63 {
			return false
		}
		for j := range len(part) {
			if c := part[j]; c < utf8.RuneSelf && !isAlnum(c) && c != '-' && c != '_' {
				return false
			}
		}
		if first, last := part[0], part[len(part)-1]; strings.IndexByte("-_", first) >= 0 || strings.IndexByte("-_", last) >= 0 ||
			i == len(parts)-1 && isDigit(first) {
			return false
		}
	}
	return true
}

// ipLength returns how many bytes the IP address has that Guava's InetAddresses
// reads, or 0. An IPv4 address that is mapped into IPv6 is one of IPv4.
func ipLength(s string) int {
	colon, dot, scope := false, false, -1
scan:
	for i, c := range s {
		switch {
		case c == '.':
			dot = true
		case c == ':':
			if dot {
				return 0
			}
			colon = true
		case c == '%':
			scope = i
			break scan
		case digitOf(c, 16) < 0:
			return 0
		}
	}
	if !colon {
		if dot && scope < 0 && ipv4Parts(s) != nil {
			return 4
		}
		return 0
	}
	if dot {
		last := strings.LastIndexByte(s, ':')
		quad := ipv4Parts(s[last+1:])
		if quad == nil {
			return 0
		}
		s = s[:last+1] + strconv.FormatInt(int64(quad[0]<<8|quad[1]), 16) + ":" + strconv.FormatInt(int64(quad[2]<<8|quad[3]), 16)
	}
	if scope >= 0 && scope < len(s) {
		s = s[:scope]
	}
	groups := ipv6Groups(s)
	if groups == nil {
		return 0
	}
	for i, g := range groups {
		switch {
		case i == 5 && g == 0xFFFF:
			return 4
		case g != 0:
			return 16
		}
	}
	return 16
}

// ipv4Parts returns the four bytes of an IPv4 address, or nil.
func ipv4Parts(s string) []int {
	parts := strings.Split(s, ".")
	if len(parts) != 4 {
		return nil
	}
	bytes := make([]int, 4)
	for i, part := range parts {
		digits := []rune(part)
		if len(digits) < 1 || len(digits) > 3 || len(digits) > 1 && digits[0] == '0' {
			return nil
		}
		for _, c := range digits {
			d := digitOf(c, 10)
			if d < 0 {
				return nil
			}
			bytes[i] = bytes[i]*10 + d
		}
		if bytes[i] > 255 {
			return nil
		}
	}
	return bytes
}

// ipv6Groups returns the eight groups of an IPv6 address, or nil.
func ipv6Groups(s string) []int {
	head, tail, skipped := strings.Cut(s, "::")
	read := func(s string) ([]int, bool) {
		if s == "" {
			return nil, true
		}
		var groups []int
		for part := range strings.SplitSeq(s, ":") {
			digits := []rune(part)
			if len(digits) < 1 || len(digits) > 4 {
				return nil, false
			}
			n := 0
			for _, c := range digits {
				d := digitOf(c, 16)
				if d < 0 {
					return nil, false
				}
				n = n<<4 | d
			}
			groups = append(groups, n)
		}
		return groups, true
	}
	first, ok1 := read(head)
	last, ok2 := read(tail)
	n := len(first) + len(last)
	if !ok1 || !ok2 || skipped && n > 7 || !skipped && n != 8 {
		return nil
	}
	groups := append(make([]int, 0, 8), first...)
	for range 8 - n {
		groups = append(groups, 0)
	}
	return append(groups, last...)
}
