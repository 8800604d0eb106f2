package send

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Response is what a server sent back.
type Response struct {
	Status int
	Fields []Field
	Body   []byte
	Cut    bool // Body is only the beginning
	Took   time.Duration
}

// Field is a header with its values, under the name that the server wrote.
type Field struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}

// What is kept of a response.
const (
	maxBody = 16 << 20
	maxHead = 64 << 10
)

// Value returns the first value of a header.
func (r *Response) Value(name string) string {
	for _, f := range r.Fields {
		if strings.EqualFold(f.Name, name) {
			return f.Values[0]
		}
	}
	return ""
}

func read(from io.Reader, method string) (*Response, error) {
	var head beginning
	reader := bufio.NewReader(io.TeeReader(from, &head))
	before := 0 // responses that come before the one
	found, err := http.ReadResponse(reader, &http.Request{Method: method})
	for ; err == nil && found.StatusCode < 200 && before < maxHead; before++ {
		found, err = http.ReadResponse(reader, &http.Request{Method: method})
	}
	if err != nil {
		return nil, fmt.Errorf("no response: %w", err)
	}
	defer found.Body.Close()
	r := &Response{Status: found.StatusCode, Fields: fields(head.Bytes(), before)}
	r.Body, err = io.ReadAll(io.LimitReader(found.Body, maxBody+1))
	if len(r.Body) > maxBody {
		r.Body, r.Cut = r.Body[:maxBody:maxBody], true
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("the response breaks off: %w", err)
	}
	return r, nil
}

// beginning keeps the beginning of what is written to it.
type beginning struct{ bytes.Buffer }

func (b *beginning) Write(p []byte) (int, error) {
	b.Buffer.Write(p[:min(len(p), maxHead-b.Len())])
	return len(p), nil
}

// fields returns the headers of a response behind others, as the server wrote them.
// net/http changes the names.
func fields(text []byte, before int) (list []Field) {
	for range before {
		_, text, _ = bytes.Cut(text, []byte("\r\n\r\n"))
	}
	text, _, _ = bytes.Cut(text, []byte("\r\n\r\n"))
	for i, line := range strings.Split(string(text), "\r\n") {
		name, value, ok := strings.Cut(line, ":")
		if i == 0 || !ok {
			continue
		}
		value = strings.TrimSpace(value)
		if at := slices.IndexFunc(list, func(f Field) bool { return f.Name == name }); at >= 0 {
			list[at].Values = append(list[at].Values, value)
		} else {
			list = append(list, Field{name, []string{value}})
		}
	}
	return list
}

func parsed(head []byte) (*http.Request, error) {
	return http.ReadRequest(bufio.NewReader(bytes.NewReader(head)))
}
