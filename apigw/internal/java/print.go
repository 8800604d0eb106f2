package java

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	mathbits "math/bits"
	"strconv"
	"unicode/utf8"
)

// Printer writes values as Java's toString does. It stops at a length and a
// depth, so that values which share or hold themselves print in bounded time.
type Printer struct {
	buf   []byte
	max   int // bytes of buf
	depth int
	err   error
}

// maxPrintDepth bounds the nesting of a printed value. Java's stack overflows
// some thousands deep.
const maxPrintDepth = 1000

var (
	// ErrTooLong says that a text is longer than it may be.
	ErrTooLong = errors.New("the text is too long")
	errTooDeep = errors.New("the value is nested too deep to print, or holds itself")
)

// NewPrinter returns a printer that appends to dst and stops at max bytes in
// all; 0 means no limit.
func NewPrinter(dst []byte, max int) *Printer {
	p := new(Printer)
	p.Reset(dst, max)
	return p
}

// Reset begins anew, as [NewPrinter] does.
func (p *Printer) Reset(dst []byte, max int) {
	if max <= 0 {
		max = int(^uint(0) >> 1)
	}
	*p = Printer{buf: dst, max: max}
}

// Bytes returns what was printed so far, behind what the buffer held before.
func (p *Printer) Bytes() []byte { return p.buf }

// Err returns why the printer stopped, or nil.
func (p *Printer) Err() error { return p.err }

// Busy reports whether the printer is within a value that it prints.
func (p *Printer) Busy() bool { return p.depth > 0 }

// Fail stops the printer.
func (p *Printer) Fail(err error) { p.err = err }

// Lend hands the buffer to f for a while, which may use the room behind what is
// printed and returns the buffer with the same contents.
func (p *Printer) Lend(f func(buf []byte) []byte) { p.buf = f(p.buf) }

// room reports whether n more bytes are allowed.
func (p *Printer) room(n int) bool {
	if p.err == nil && n > p.max-len(p.buf) {
		p.err = ErrTooLong
	}
	return p.err == nil
}

// WriteString appends s.
func (p *Printer) WriteString(s string) {
	if p.room(len(s)) {
		p.buf = append(p.buf, s...)
	}
}

// WriteByte appends c. It returns nil: see [Printer.Err].
func (p *Printer) WriteByte(c byte) error {
	if p.room(1) {
		p.buf = append(p.buf, c)
	}
	return nil
}

// Enter counts a level of nesting and reports whether it is allowed. Every
// Enter that reports true needs a Leave.
func (p *Printer) Enter() bool {
	if p.depth >= maxPrintDepth && p.err == nil {
		p.err = errTooDeep
	}
	if p.err != nil {
		return false
	}
	p.depth++
	return true
}

// Leave ends a level of nesting.
func (p *Printer) Leave() { p.depth-- }

// Value prints v; null prints as "null".
func (p *Printer) Value(v Value) {
	switch v := v.(type) {
	case nil:
		p.WriteString("null")
	case string:
		p.WriteString(v)
	case bool:
		if v {
			p.WriteString("true")
		} else {
			p.WriteString("false")
		}
	case int32:
		p.integer(int64(v))
	case int64:
		p.integer(v)
	case int8:
		p.integer(int64(v))
	case int16:
		p.integer(int64(v))
	case float64:
		if p.room(32) {
			p.buf = appendDouble(p.buf, v, 64)
		}
	case float32:
		if p.room(32) {
			p.buf = appendDouble(p.buf, float64(v), 32)
		}
	case *big.Int:
		if p.room(v.BitLen()/3 + 2) {
			p.buf = v.Append(p.buf, 10)
		}
	case *Decimal:
		p.WriteString(v.String())
	case Char:
		if p.room(utf8.UTFMax) {
			p.buf = append(p.buf, FromUnits([]uint16{uint16(v)})...)
		}
	case *Map:
		p.printMap(v)
	case *List:
		if v.stale() && p.err == nil {
			p.err = errConcurrent
		}
		p.printList(v)
	case *View:
		p.printView(v)
	case *Entry:
		if p.Enter() {
			p.Value(v.key)
			p.WriteByte('=')
			p.Value(v.Value())
			p.Leave()
		}
	case *Array:
		p.WriteString(v.class() + "@1b6d3586")
	case *Iterator:
		p.WriteString("java.util.ArrayList$Itr@1b6d3586")
	case *Class:
		p.WriteString("class " + v.Name)
	case TextAppender:
		if p.Enter() {
			v.AppendText(p)
			p.Leave()
		}
	case Object:
	default:
		p.WriteString(fmt.Sprint(v))
	}
}

func (p *Printer) integer(n int64) {
	if p.room(20) || p.err == ErrTooLong && p.max-len(p.buf) > 0 && fits(n, p.max-len(p.buf)) {
		p.err = nil
		p.buf = strconv.AppendInt(p.buf, n, 10)
	}
}

func fits(n int64, room int) bool { return len(strconv.FormatInt(n, 10)) <= room }

func (p *Printer) printMap(m *Map) {
	if !p.Enter() {
		return
	}
	defer p.Leave()
	if m.Print != nil {
		m.Print(p, m)
		return
	}
	p.Entries(m, m)
}

// Entries prints a map that stands for itself, or for the loop that it belongs
// to.
func (p *Printer) Entries(m *Map, self Value) {
	element := func(v Value) {
		if v == self {
			p.WriteString("(this Map)")
		} else {
			p.Value(v)
		}
	}
	p.WriteByte('{')
	first := true
	for k, v := range m.All() {
		if !first {
			p.WriteString(", ")
		}
		first = false
		element(k)
		p.WriteByte('=')
		element(v)
		if p.err != nil {
			return
		}
	}
	p.WriteByte('}')
}

func (p *Printer) printList(l *List) {
	if !p.Enter() {
		return
	}
	defer p.Leave()
	if l.Print != nil {
		l.Print(p, l)
		return
	}
	p.WriteByte('[')
	for i := range l.Len() {
		v := l.At(i)
		if i > 0 {
			p.WriteString(", ")
		}
		if v == Value(l) {
			p.WriteString("(this Collection)")
		} else {
			p.Value(v)
		}
		if p.err != nil {
			return
		}
	}
	p.WriteByte(']')
}

func (p *Printer) printView(v *View) {
	if !p.Enter() {
		return
	}
	defer p.Leave()
	p.WriteByte('[')
	first := true
	for e := range v.All() {
		if !first {
			p.WriteString(", ")
		}
		first = false
		p.Value(e)
		if p.err != nil {
			return
		}
	}
	p.WriteByte(']')
}

// defaultTextLimit bounds the text of one value where no execution sets a limit.
const defaultTextLimit = 64 << 20

// ToString prints one value as Java does; null is "null". Text beyond 64 MB, or
// a nesting beyond 1000, is cut off.
func ToString(v Value) string {
	switch v := v.(type) {
	case string:
		return v
	case nil:
		return "null"
	}
	p := NewPrinter(nil, defaultTextLimit)
	p.Value(v)
	return Mend(string(p.buf))
}

// appendDouble prints as Double.toString: plain between 1e-3 and 1e7, else with
// an exponent, and always with a digit behind the point.
func appendDouble(b []byte, f float64, bits int) []byte {
	switch {
	case f != f:
		return append(b, "NaN"...)
	case f > maxFloat:
		return append(b, "Infinity"...)
	case f < -maxFloat:
		return append(b, "-Infinity"...)
	}
	abs := f
	if abs < 0 {
		abs = -abs
	}
	if abs == 0 || abs >= 1e-3 && abs < 1e7 {
		start := len(b)
		b = strconv.AppendFloat(b, f, 'f', -1, bits)
		for i := start; i < len(b); i++ {
			if b[i] == '.' {
				return b
			}
		}
		return append(b, ".0"...)
	}
	var tmp [32]byte
	e := strconv.AppendFloat(tmp[:0], f, 'e', -1, bits) // d.ddde±xx
	if abs < 1<<63 && abs == math.Trunc(abs) {
		e = appendWhole(tmp[:0], f, bits)
	}
	i := 0
	for e[i] != 'e' {
		i++
	}
	b = append(b, e[:i]...)
	if i < 3 || e[1] != '.' && e[2] != '.' {
		b = append(b, ".0"...)
	}
	b = append(b, 'E')
	e = e[i+1:]
	if e[0] == '-' {
		b = append(b, '-')
	}
	e = e[1:]
	if e[0] == '0' {
		e = e[1:]
	}
	return append(b, e...)
}

// appendWhole writes a whole number below 2^63 as d.ddde±xx. Java drops as many
// digits of the exact number as its last bits cannot determine, which can be one
// less than the shortest form that reads back as the same number.
func appendWhole(b []byte, f float64, bits int) []byte {
	n := uint64(math.Abs(f))
	mantissa := 53
	if bits == 32 {
		mantissa = 24
	}
	exp := 0
	if spare := mathbits.Len64(n) - 2 - mantissa; spare > 1 {
		exp = int(float64(spare) * math.Log10(2))
		p := uint64(math.Pow10(exp))
		n = (n + p/2) / p
	}
	for n%10 == 0 {
		n /= 10
		exp++
	}
	digits := strconv.FormatUint(n, 10)
	if f < 0 {
		b = append(b, '-')
	}
	b = append(b, digits[0])
	if len(digits) > 1 {
		b = append(append(b, '.'), digits[1:]...)
	}
	return fmt.Appendf(b, "e+%02d", exp+len(digits)-1)
}
