package java

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// maxFormatWidth bounds the width and the precision of a format.
const maxFormatWidth = 1 << 16

// format formats as String.format does in the root locale: strings, integers,
// floats, characters, booleans, hash codes, percent and newline.
func format(lim *Limits, f string, args []Value) (Value, error) {
	// A single null is taken for the array of the arguments, of which each is
	// null then.
	allNull := len(args) == 1 && args[0] == nil
	if len(args) == 1 {
		if a, ok := args[0].(*Array); ok && (a.Elem == "" || a.Elem == "java.lang.String") {
			args = a.items
		}
	}
	var b strings.Builder
	next, last := 0, -1
	for i := 0; i < len(f); {
		if f[i] != '%' {
			n := strings.IndexByte(f[i:], '%')
			if n < 0 {
				n = len(f) - i
			}
			b.WriteString(f[i : i+n])
			i += n
			continue
		}
		s, n, err := parseSpec(f[i:])
		if err != nil {
			return nil, err
		}
		i += n
		if s.width > math.MaxInt32 || s.prec > math.MaxInt32 {
			return nil, exception("java.util.IllegalFormatWidthException", "the width or precision is not an int")
		}
		if s.width > maxFormatWidth || s.prec > maxFormatWidth || b.Len() > lim.MaxText() {
			return nil, ErrTooLong
		}
		switch s.verb {
		case 'n':
			b.WriteByte('\n')
			continue
		case '%':
			b.WriteString(s.pad("%"))
			continue
		}
		at := s.arg - 1
		switch {
		case s.previous:
			at = last
		case s.arg == 0:
			at = next
			next++
		}
		if allNull && at >= 0 {
			at = 0
		}
		if at < 0 || at >= len(args) {
			return nil, exception("java.util.MissingFormatArgumentException", "Format specifier '"+f[i-n:i]+"'")
		}
		last = at
		text, err := s.format(lim, args[at])
		if err != nil {
			return nil, err
		}
		b.WriteString(text)
	}
	if b.Len() > lim.MaxText() {
		return nil, ErrTooLong
	}
	return Mend(b.String()), nil
}

// spec is one %[argument$][flags][width][.precision]conversion.
type spec struct {
	arg                                 int // from 1; 0 for the next one
	previous                            bool
	left, sharp, plus, blank, zero, sep bool
	paren                               bool
	width, prec                         int // -1 without
	verb                                byte
	upper                               bool
}

func parseSpec(f string) (s spec, n int, err error) {
	s.width, s.prec = -1, -1
	i := 1
	if d := digits(f[i:]); d > 0 && i+d < len(f) && f[i+d] == '$' {
		s.arg, _ = strconv.Atoi(f[i : i+d])
		i += d + 1
	} else if strings.HasPrefix(f[i:], "<") {
		s.previous = true
		i++
	}
flags:
	for ; i < len(f); i++ {
		switch f[i] {
		case '-':
			s.left = true
		case '#':
			s.sharp = true
		case '+':
			s.plus = true
		case ' ':
			s.blank = true
		case '0':
			s.zero = true
		case ',':
			s.sep = true
		case '(':
			s.paren = true
		default:
			break flags
		}
	}
	if d := digits(f[i:]); d > 0 {
		if s.width, err = strconv.Atoi(f[i : i+d]); err != nil {
			s.width = math.MaxInt32 + 1
		}
		i += d
	}
	if strings.HasPrefix(f[i:], ".") {
		d := digits(f[i+1:])
		if d == 0 {
			return s, 0, exception("java.util.UnknownFormatConversionException", "Conversion = '.'")
		}
		if s.prec, err = strconv.Atoi(f[i+1 : i+1+d]); err != nil {
			s.prec = math.MaxInt32 + 1
		}
		i += 1 + d
	}
	if i >= len(f) {
		return s, 0, exception("java.util.UnknownFormatConversionException", "Conversion = '%'")
	}
	s.verb = f[i]
	if s.verb >= 'A' && s.verb <= 'Z' {
		s.upper = true
		s.verb |= 0x20
	}
	if !strings.ContainsRune("bhscdoxefgan%", rune(f[i]|0x20)) || strings.ContainsRune("DOFN", rune(f[i])) || f[i] < '%' {
		return s, 0, exception("java.util.UnknownFormatConversionException", "Conversion = '"+f[i:i+1]+"'")
	}
	if f[i] == '%' {
		s.verb, s.upper = '%', false
	}
	return s, i + 1, s.check()
}

// check refuses what Java refuses.
func (s *spec) check() error {
	flags := func() error {
		return exception("java.util.IllegalFormatFlagsException", "the flags do not fit the conversion")
	}
	if (s.left || s.zero) && s.width < 0 && s.verb != 'n' {
		return exception("java.util.MissingFormatWidthException", "a flag needs a width")
	}
	if s.plus && s.blank || s.left && s.zero {
		return flags()
	}
	switch s.verb {
	case 'n':
		if s.width >= 0 || s.prec >= 0 || s.left {
			return flags()
		}
	case '%':
		if s.prec >= 0 || s.sharp || s.plus || s.blank || s.zero || s.sep || s.paren {
			return flags()
		}
	case 's', 'b', 'h', 'c':
		if s.plus || s.blank || s.zero || s.sep || s.paren || s.sharp || s.verb == 'c' && s.prec >= 0 {
			return flags()
		}
	case 'd', 'o', 'x':
		if s.prec >= 0 || s.verb == 'd' && s.sharp || s.verb != 'd' && s.sep {
			return flags()
		}
	case 'e':
		if s.sep {
			return flags()
		}
	case 'g':
		if s.sharp {
			return flags()
		}
	}
	return nil
}

// digits counts the digits that s begins with.
func digits(s string) int {
	return len(s) - len(strings.TrimLeft(s, "0123456789"))
}

func (s *spec) pad(text string) string {
	if s.upper {
		text = upper(text)
	}
	n := s.width - length(text)
	if n <= 0 {
		return text
	}
	if s.left {
		return text + strings.Repeat(" ", n)
	}
	return strings.Repeat(" ", n) + text
}

func (s *spec) cut(text string) string {
	if s.prec >= 0 && s.prec < length(text) {
		return FromUnits(Units(text)[:s.prec])
	}
	return text
}

func (s *spec) wrong(v Value) error {
	return exception("java.util.IllegalFormatConversionException", fmt.Sprintf("%c != %s", s.verb, ClassOf(v)))
}

func (s *spec) format(lim *Limits, v Value) (string, error) {
	switch s.verb {
	case 'b':
		b, isBool := v.(bool)
		return s.pad(s.cut(strconv.FormatBool(isBool && b || !isBool && v != nil))), nil
	case 'h':
		if v == nil {
			return s.pad(s.cut("null")), nil
		}
		return s.pad(s.cut(strconv.FormatUint(uint64(uint32(hashCode(v, 0, lim.steps()))), 16))), nil
	case 's':
		p := NewPrinter(nil, lim.MaxText())
		p.Value(v)
		return s.pad(s.cut(string(p.buf))), p.err
	}
	if v == nil {
		return s.pad(s.cut("null")), nil
	}
	switch s.verb {
	case 'c':
		switch v := v.(type) {
		case Char:
			return s.pad(ToString(v)), nil
		case int32, int16, int8:
			text, ok := runeText(int(ToInt(v)))
			if !ok {
				return "", exception("java.util.IllegalFormatCodePointException", "no such code point")
			}
			return s.pad(text), nil
		}
	case 'd', 'o', 'x':
		if _, isBig := v.(*big.Int); s.verb != 'd' && !isBig && (s.plus || s.blank || s.paren) {
			return "", exception("java.util.FormatFlagsConversionMismatchException", "the flags are for signed numbers")
		}
		if isWhole(v) {
			return s.whole(v), nil
		}
	case 'a':
		switch v.(type) {
		case float64, float32:
			if s.prec < 0 {
				return s.pad(hexDouble(toDouble(v))), nil
			}
		}
	case 'e', 'f', 'g':
		switch v := v.(type) {
		case float64:
			return s.float(v), nil
		case float32:
			return s.float(float64(v)), nil
		case *Decimal:
			return s.float(toDouble(v)), nil
		}
	}
	return "", s.wrong(v)
}

func (s *spec) whole(v Value) string {
	b := toBig(v)
	if s.verb != 'd' {
		if _, isBig := v.(*big.Int); !isBig && b.Sign() < 0 {
			// Two's complement, as wide as the type.
			width := uint(32)
			switch v.(type) {
			case int64:
				width = 64
			case int8:
				width = 8
			case int16:
				width = 16
			}
			b = new(big.Int).Add(b, new(big.Int).Lsh(big.NewInt(1), width))
		}
	}
	base := map[byte]int{'d': 10, 'o': 8, 'x': 16}[s.verb]
	text := new(big.Int).Abs(b).Text(base)
	if s.sharp {
		text = map[byte]string{'o': "0", 'x': "0x"}[s.verb] + text
	}
	return s.signed(text, b.Sign() < 0)
}

// signed adds the sign, the separators and the zeros.
func (s *spec) signed(text string, negative bool) string {
	if s.sep {
		text = group(text)
	}
	before, after := "", ""
	switch {
	case negative && s.paren:
		before, after = "(", ")"
	case negative:
		before = "-"
	case s.plus:
		before = "+"
	case s.blank:
		before = " "
	}
	if s.zero {
		if n := s.width - len(before) - len(after) - len(text); n > 0 {
			if strings.HasPrefix(text, "0x") && s.sharp {
				text = "0x" + strings.Repeat("0", n) + text[2:]
			} else {
				text = strings.Repeat("0", n) + text
			}
		}
	}
	return s.pad(before + text + after)
}

func group(text string) string {
	end := strings.IndexByte(text, '.')
	if end < 0 {
		end = len(text)
	}
	for i := end - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

func (s *spec) float(f float64) string {
	prec := s.prec
	if prec < 0 {
		prec = 6
	}
	switch {
	case f != f:
		z := *s
		z.zero = false
		return z.pad("NaN")
	case math.IsInf(f, 0):
		z := *s
		z.zero, z.sep = false, false
		return z.signed("Infinity", f < 0)
	}
	abs := math.Abs(f)
	verb := s.verb
	if verb == 'g' {
		if prec == 0 {
			prec = 1
		}
		// The exponent that the number has when it is rounded decides.
		rounded := roundHalfUp(abs, 'e', prec-1)
		exp, _ := strconv.Atoi(rounded[strings.IndexByte(rounded, 'e')+1:])
		verb = 'e'
		prec--
		if exp >= -4 && exp <= prec {
			verb = 'f'
			prec -= exp
		}
	}
	text := roundHalfUp(abs, verb, max(prec, 0))
	if s.sharp && prec == 0 {
		text += "."
	}
	return s.signed(text, math.Signbit(f))
}

// roundHalfUp formats as Java does: the shortest decimal form of the number,
// rounded half up.
func roundHalfUp(f float64, verb byte, prec int) string {
	d, _ := new(big.Rat).SetString(strconv.FormatFloat(f, 'e', -1, 64))
	if verb == 'f' {
		return ratText(d, prec)
	}
	exp := 0
	if d.Sign() != 0 {
		exp = int(math.Floor(math.Log10(f)))
		scale(d, -exp)
		for d.Cmp(big.NewRat(10, 1)) >= 0 {
			scale(d, -1)
			exp++
		}
		for d.Cmp(big.NewRat(1, 1)) < 0 {
			scale(d, 1)
			exp--
		}
	}
	text := ratText(d, prec)
	if strings.HasPrefix(text, "10") {
		scale(d, -1)
		exp++
		text = ratText(d, prec)
	}
	return fmt.Sprintf("%se%+03d", text, exp)
}

func scale(r *big.Rat, exp int) {
	if exp >= 0 {
		r.Mul(r, new(big.Rat).SetInt(pow10(exp)))
	} else {
		r.Quo(r, new(big.Rat).SetInt(pow10(-exp)))
	}
}

// ratText prints with a number of digits behind the point, rounded half up.
func ratText(r *big.Rat, prec int) string {
	n := new(big.Int).Mul(r.Num(), pow10(prec))
	n.Lsh(n, 1).Add(n, r.Denom())
	n.Quo(n, new(big.Int).Lsh(r.Denom(), 1))
	text := n.String()
	if prec == 0 {
		return text
	}
	for len(text) <= prec {
		text = "0" + text
	}
	return text[:len(text)-prec] + "." + text[len(text)-prec:]
}
