package explain

import (
	"bufio"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// decoded returns input as UTF-8 without a byte order mark. Files that PowerShell
// writes are in UTF-16.
func decoded(in *bufio.Reader) io.Reader {
	mark, _ := in.Peek(3)
	switch {
	case string(mark) == "\uFEFF":
		in.Discard(len(mark))
	case len(mark) >= 2 && mark[0] == 0xff && mark[1] == 0xfe:
		in.Discard(2)
		return &utf16Reader{in: in, order: binary.LittleEndian}
	case len(mark) >= 2 && mark[0] == 0xfe && mark[1] == 0xff:
		in.Discard(2)
		return &utf16Reader{in: in, order: binary.BigEndian}
	}
	return in
}

// utf16Reader turns UTF-16 into UTF-8.
type utf16Reader struct {
	in    io.Reader
	order binary.ByteOrder
	high  rune   // the first half of a character whose second half is to come
	left  []byte // of what was read
	err   error
}

func (r *utf16Reader) Read(p []byte) (int, error) {
	for len(r.left) == 0 && r.err == nil {
		var units [1024]byte
		n, err := io.ReadFull(r.in, units[:])
		r.err = err
		for i := 0; i+1 < n; i += 2 {
			r.add(rune(r.order.Uint16(units[i:])))
		}
	}
	if len(r.left) == 0 {
		if r.err == io.ErrUnexpectedEOF {
			r.err = io.EOF
		}
		return 0, r.err
	}
	n := copy(p, r.left)
	r.left = r.left[n:]
	return n, nil
}

func (r *utf16Reader) add(unit rune) {
	switch {
	case r.high != 0:
		r.left = utf8.AppendRune(r.left, utf16.DecodeRune(r.high, unit))
		r.high = 0
	case utf16.IsSurrogate(unit):
		r.high = unit
	default:
		r.left = utf8.AppendRune(r.left, unit)
	}
}
