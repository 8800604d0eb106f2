// Command difftest compares the package vtl with Apache Velocity 1.7: it
// generates templates, renders each with both, and prints the smallest template
// it finds for every difference.
//
//	go run ./local/vtl/difftest -n 100000 -seed 1
//
// It needs a JDK and Debian's packages velocity, libcommons-lang-java and
// libcommons-collections3-java.
package main

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

//go:embed Oracle.java
var oracleSource []byte

// oracle is a running Velocity 1.7.
type oracle struct {
	cmd *exec.Cmd
	in  *bufio.Writer
	pip io.WriteCloser
	out *bufio.Reader
	dir string
}

func startOracle(jars string) (*oracle, error) {
	dir, err := os.MkdirTemp("", "difftest")
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "Oracle.java")
	if err := os.WriteFile(file, oracleSource, 0o600); err != nil {
		return nil, err
	}
	var cp []string
	for _, jar := range []string{"velocity.jar", "commons-lang.jar", "commons-collections3.jar"} {
		cp = append(cp, filepath.Join(jars, jar))
	}
	o := &oracle{cmd: exec.Command("java", "-Dfile.encoding=UTF-8", "-cp", strings.Join(cp, ":"), file), dir: dir}
	o.cmd.Stderr = os.Stderr
	if o.pip, err = o.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := o.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	o.in, o.out = bufio.NewWriterSize(o.pip, 1<<16), bufio.NewReaderSize(out, 1<<16)
	return o, o.cmd.Start()
}

func (o *oracle) stop() {
	_ = o.pip.Close()
	_ = o.cmd.Wait()
	_ = os.RemoveAll(o.dir)
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

// job is one template in one mode: plain or aws.
type job struct{ mode, template string }

// render renders a batch.
func (o *oracle) render(jobs []job) ([]result, error) {
	results := make([]result, len(jobs))
	failed := make(chan error, 1)
	go func() {
		for _, j := range jobs {
			if _, err := fmt.Fprintf(o.in, "%s %s\n", j.mode, escape(j.template)); err != nil {
				failed <- err
				return
			}
		}
		failed <- o.in.Flush()
	}()
	for i := range results {
		line, err := o.out.ReadString('\n')
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
			return nil, fmt.Errorf("velocity answered %q", line)
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
