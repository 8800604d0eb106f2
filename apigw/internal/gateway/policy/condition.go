package policy

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// condition is one operator on one key.
type condition struct {
	key      string // in lower case
	operator operator
	values   []string
	set      string // "", forAny or forAll
	ifExists bool
	null     bool // the operator Null
}

const (
	forAny = "ForAnyValue"
	forAll = "ForAllValues"
)

// operator compares a value of the request with one of the policy.
type operator struct {
	matches func(value, wanted string) bool
	negated bool                      // none of the policy's values may match
	check   func(wanted string) error // of a value when the policy is parsed; may be nil
}

// findOperator returns the operator of a name without set prefix and IfExists.
func findOperator(name string) (operator, bool) {
	switch name {
	case "StringEquals":
		return operator{matches: equal}, true
	case "StringNotEquals":
		return operator{matches: equal, negated: true}, true
	case "StringEqualsIgnoreCase":
		return operator{matches: equalFold}, true
	case "StringNotEqualsIgnoreCase":
		return operator{matches: equalFold, negated: true}, true
	case "StringLike":
		return operator{matches: like}, true
	case "StringNotLike":
		return operator{matches: like, negated: true}, true
	case "ArnEquals", "ArnLike":
		return operator{matches: arnLike}, true
	case "ArnNotEquals", "ArnNotLike":
		return operator{matches: arnLike, negated: true}, true
	case "IpAddress":
		return operator{matches: inNetwork, check: checkNetwork}, true
	case "NotIpAddress":
		return operator{matches: inNetwork, negated: true, check: checkNetwork}, true
	case "Bool":
		return operator{matches: equalFold, check: checkBool}, true
	}
	if rest, ok := strings.CutPrefix(name, "Numeric"); ok {
		return ordered(rest, parseNumber)
	}
	if rest, ok := strings.CutPrefix(name, "Date"); ok {
		return ordered(rest, parseDate)
	}
	return operator{}, false
}

// ordered returns the operators of values that can be put in order.
func ordered(name string, parse func(string) (float64, error)) (operator, bool) {
	holds := map[string]func(a, b float64) bool{
		"Equals":            func(a, b float64) bool { return a == b },
		"NotEquals":         func(a, b float64) bool { return a == b },
		"LessThan":          func(a, b float64) bool { return a < b },
		"LessThanEquals":    func(a, b float64) bool { return a <= b },
		"GreaterThan":       func(a, b float64) bool { return a > b },
		"GreaterThanEquals": func(a, b float64) bool { return a >= b },
	}[name]
	return operator{
		matches: func(value, wanted string) bool {
			a, errA := parse(value)
			b, errB := parse(wanted)
			return errA == nil && errB == nil && holds(a, b)
		},
		negated: name == "NotEquals",
		check: func(wanted string) error {
			_, err := parse(wanted)
			return err
		},
	}, holds != nil
}

// holds evaluates the condition.
func (c *condition) holds(values context, variables bool) bool {
	found := values[c.key]
	if c.null {
		return matchesAny(c.values, func(wanted string) bool { return strings.EqualFold(wanted, "true") == (len(found) == 0) })
	}
	if len(found) == 0 {
		return c.ifExists || c.set == forAll || c.operator.negated && c.set != forAny
	}
	wanted := make([]string, 0, len(c.values))
	for _, w := range c.values {
		if variables {
			expanded, ok := values.expand(w)
			if !ok {
				continue
			}
			w = expanded
		}
		wanted = append(wanted, w)
	}
	satisfied := 0
	for _, value := range found {
		found := matchesAny(wanted, func(w string) bool { return c.operator.matches(value, w) })
		if found != c.operator.negated {
			satisfied++
		}
	}
	if c.set == forAll || c.set == "" && c.operator.negated {
		return satisfied == len(found)
	}
	return satisfied > 0
}

func equal(value, wanted string) bool     { return value == plain(wanted) }
func equalFold(value, wanted string) bool { return strings.EqualFold(value, plain(wanted)) }
func like(value, wanted string) bool      { return Match(wanted, value) }

// arnLike matches the six fields of an ARN each for itself.
func arnLike(value, wanted string) bool {
	v, w := strings.SplitN(value, ":", 6), strings.SplitN(wanted, ":", 6)
	if len(v) != 6 || len(w) != 6 {
		return false
	}
	for i := range v {
		if !Match(w[i], v[i]) {
			return false
		}
	}
	return true
}

func parseNetwork(s string) (netip.Prefix, error) {
	if strings.Contains(s, "/") {
		return netip.ParsePrefix(s)
	}
	addr, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Prefix{}, err
	}
	return netip.PrefixFrom(addr, addr.BitLen()), nil
}

func checkNetwork(wanted string) error {
	if _, err := parseNetwork(wanted); err != nil {
		return fmt.Errorf("%q is not an IP address or a CIDR block such as 192.0.2.0/24", wanted)
	}
	return nil
}

func inNetwork(value, wanted string) bool {
	network, err := parseNetwork(wanted)
	if err != nil {
		return false
	}
	addr, err := netip.ParseAddr(value)
	return err == nil && network.Contains(addr.Unmap())
}

func checkBool(wanted string) error {
	if !strings.EqualFold(wanted, "true") && !strings.EqualFold(wanted, "false") {
		return fmt.Errorf("%q is neither true nor false", wanted)
	}
	return nil
}

func parseNumber(s string) (float64, error) {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not a number", s)
	}
	return n, nil
}

// parseDate reads a date as IAM does: in the forms of ISO 8601 or as seconds
// since 1970. It returns the seconds.
func parseDate(s string) (float64, error) {
	if seconds, err := strconv.ParseFloat(s, 64); err == nil && len(s) > len("2006") {
		return seconds, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02", "2006-01", "2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return float64(t.UnixNano()) / float64(time.Second), nil
		}
	}
	return 0, fmt.Errorf("%q is not a date such as 2026-01-31T12:00:00Z", s)
}
