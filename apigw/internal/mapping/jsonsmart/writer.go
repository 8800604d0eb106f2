package jsonsmart

import "example.com/apigw/internal/java"

// Style is how strings are escaped.
type Style uint8

const (
	// Plain is what $input.json writes: json-smart's LT_COMPRESS.
	Plain Style = iota
	// web escapes the slash too, as arrays do when they are printed.
	web
)

// Write prints v as compact JSON: infinite numbers as null, NaN as NaN. The
// printer's limits bound the text and the depth.
func Write(p *java.Printer, v java.Value, style Style) {
	switch v := v.(type) {
	case nil:
		p.WriteString("null")
	case string:
		writeString(p, v, style)
	case bool, int32, int64, int8:
		p.Value(v)
	case float64:
		if v > maxDouble || v < -maxDouble {
			p.WriteString("null")
		} else {
			p.Value(v)
		}
	case *java.Map:
		writeMap(p, v, style)
	case *java.List:
		writeItems(p, v.Items(), style)
	case *java.View:
		items := make([]java.Value, 0, v.Len())
		for e := range v.All() {
			items = append(items, e)
		}
		writeItems(p, items, style)
	case *java.Array:
		items := make([]java.Value, v.Len())
		for i := range items {
			items[i] = v.At(i)
		}
		writeItems(p, items, style)
	case *java.Entry:
		if p.Enter() {
			p.WriteString(`{"key":`)
			Write(p, v.Key(), style)
			p.WriteString(`,"value":`)
			Write(p, v.Value(), style)
			p.WriteByte('}')
			p.Leave()
		}
	case java.Char:
		writeString(p, java.ToString(v), style)
	default: // other numbers; objects of the host, which json-smart cannot know
		p.Value(v)
	}
}

const maxDouble = 0x1p1023 * (1 + (1 - 0x1p-52))

// Text returns v as compact JSON in the plain style. It fails on more than
// [MaxBytes], and on a value that holds itself.
func Text(v java.Value) (string, error) {
	p := java.NewPrinter(nil, MaxBytes)
	Write(p, v, Plain)
	return string(p.Bytes()), p.Err()
}

// printArray prints a JSON array as it prints itself.
func printArray(p *java.Printer, l *java.List) { writeItems(p, l.Items(), web) }

func writeItems(p *java.Printer, items []java.Value, style Style) {
	if !p.Enter() {
		return
	}
	defer p.Leave()
	p.WriteByte('[')
	for i, v := range items {
		if i > 0 {
			p.WriteByte(',')
		}
		Write(p, v, style)
		if p.Err() != nil {
			return
		}
	}
	p.WriteByte(']')
}

func writeMap(p *java.Printer, m *java.Map, style Style) {
	if !p.Enter() {
		return
	}
	defer p.Leave()
	p.WriteByte('{')
	first := true
	for k, v := range m.All() {
		if !first {
			p.WriteByte(',')
		}
		first = false
		if s, ok := k.(string); ok {
			writeString(p, s, style)
		} else {
			writeString(p, java.ToString(k), style)
		}
		p.WriteByte(':')
		Write(p, v, style)
		if p.Err() != nil {
			return
		}
	}
	p.WriteByte('}')
}

// writeString escapes what json-smart escapes: the usual, all control
// characters, and U+2000 to U+20FF.
func writeString(p *java.Printer, s string, style Style) {
	p.WriteByte('"')
	done := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= ' ' && c < 0x7F && c != '"' && c != '\\' && (c != '/' || style == Plain) {
			continue
		}
		size := 1
		unit := rune(c)
		switch {
		case c == 0xC2 && i+1 < len(s) && s[i+1]&0xE0 == 0x80: // U+0080 to U+009F
			unit, size = rune(s[i+1]), 2
		case c == 0xE2 && i+2 < len(s) && s[i+1]&0xFC == 0x80 && s[i+2]&0xC0 == 0x80: // U+2000 to U+20FF
			unit, size = 0x2000|rune(s[i+1]&3)<<6|rune(s[i+2]&0x3F), 3
		case c > 0x7F:
			continue
		}
		p.WriteString(s[done:i])
		writeEscape(p, unit)
		i += size - 1
		done = i + 1
	}
	p.WriteString(s[done:])
	p.WriteByte('"')
}

func writeEscape(p *java.Printer, unit rune) {
	const hex = "0123456789ABCDEF"
	short := byte(0)
	switch unit {
	case '"', '\\', '/':
		short = byte(unit)
	case '\b':
		short = 'b'
	case '\f':
		short = 'f'
	case '\n':
		short = 'n'
	case '\r':
		short = 'r'
	case '\t':
		short = 't'
	default:
		p.WriteString(`\u`)
		for shift := 12; shift >= 0; shift -= 4 {
			p.WriteByte(hex[unit>>shift&0xF])
		}
		return
	}
	p.WriteByte('\\')
	p.WriteByte(short)
}
