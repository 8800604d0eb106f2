package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"example.com/apigw/internal/oracle"
)

// velocity is a running Velocity 1.7.
type velocity struct {
	jvm *oracle.JVM
	cmd *exec.Cmd
	in  *bufio.Writer
	pip io.WriteCloser
	out *bufio.Reader
}

func startVelocity() (*velocity, error) {
	jvm, err := oracle.Compile()
	if err != nil {
		return nil, err
	}
	v := &velocity{jvm: jvm, cmd: jvm.Command("Language")}
	if err := v.start(); err != nil {
		jvm.Close()
		return nil, err
	}
	return v, nil
}

func (v *velocity) start() (err error) {
	v.cmd.Stderr = os.Stderr
	if v.pip, err = v.cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := v.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	v.in, v.out = bufio.NewWriterSize(v.pip, 1<<16), bufio.NewReaderSize(out, 1<<16)
	return v.cmd.Start()
}

func (v *velocity) stop() {
	_ = v.pip.Close()
	_ = v.cmd.Wait()
	v.jvm.Close()
}

// result is what a template rendered to, or the kind of its error.
type result struct {
	out     string
	failure string
	message string
}

func (r result) String() string {
	if r.failure != "" {
		return "error " + r.failure + ": " + r.message
	}
	return strconv.Quote(r.out)
}

// job is one template in one mode, see languages, and its number of those that
// were generated.
type job struct {
	mode, template string
	number         uint64
}

// render renders a batch.
func (v *velocity) render(jobs []job) ([]result, error) {
	results := make([]result, len(jobs))
	failed := make(chan error, 1)
	go func() {
		for _, j := range jobs {
			if _, err := fmt.Fprintf(v.in, "%s %s\n", j.mode, escape(j.template)); err != nil {
				failed <- err
				return
			}
		}
		failed <- v.in.Flush()
	}()
	for i := range results {
		line, err := v.out.ReadString('\n')
		if err != nil {
			return nil, fmt.Errorf("velocity ended at %q: %w", jobs[i].template, err)
		}
		line = strings.TrimSuffix(line, "\n")
		if rest, ok := strings.CutPrefix(line, "out "); ok {
			results[i].out = unescape(rest)
			continue
		}
		rest, ok := strings.CutPrefix(line, "error ")
		if !ok {
			return nil, fmt.Errorf("velocity wrote %q, want a line of out or error", line)
		}
		results[i].failure, results[i].message, _ = strings.Cut(rest, " ")
		results[i].message = unescape(results[i].message)
	}
	return results, <-failed
}

func escape(s string) string {
	var b strings.Builder
	for _, c := range s {
		switch {
		case c == '\\':
			b.WriteString(`\\`)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\r':
			b.WriteString(`\r`)
		case c < ' ':
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// unescape reads what the Java side wrote. A half of a surrogate pair that is
// alone becomes a question mark, as in Java's encoders.
func unescape(s string) string {
	var b strings.Builder
	var high rune
	for i := 0; i < len(s); {
		c, size := utf8.DecodeRuneInString(s[i:])
		i += size
		if c == '\\' {
			switch s[i] {
			case 'n':
				c = '\n'
			case 'r':
				c = '\r'
			case 'u':
				n, _ := strconv.ParseUint(s[i+1:i+5], 16, 16)
				c = rune(n)
				i += 4
			default:
				c = rune(s[i])
			}
			i++
		}
		if high != 0 {
			if r := utf16.DecodeRune(high, c); r != utf8.RuneError {
				b.WriteRune(r)
				high = 0
				continue
			}
			b.WriteByte('?')
			high = 0
		}
		switch {
		case c >= 0xD800 && c < 0xDC00:
			high = c
		case utf16.IsSurrogate(c):
			b.WriteByte('?')
		default:
			b.WriteRune(c)
		}
	}
	if high != 0 {
		b.WriteByte('?')
	}
	return b.String()
}
