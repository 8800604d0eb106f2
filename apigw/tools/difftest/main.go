// Command difftest compares package vtl with Apache Velocity 1.7: it
// generates templates, renders each with both, and prints the smallest template
// it finds for every difference.
//
//	go -C apigw run ./tools/difftest -n 100000 -seed 1
//
// It needs a JDK and Debian's package velocity, and for the classes beside it
// libjsonpath-java.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"example.com/apigw/internal/vtl"
)

func main() {
	n := flag.Int("n", 10000, "templates to compare")
	seed := flag.Uint64("seed", 1, "where the templates begin")
	first := flag.Uint64("first", 0, "the number of the first template")
	stop := flag.Int("stop", 10, "differences after which to stop")
	cases := flag.Bool("cases", false, "print the differences as test cases")
	ask := flag.Bool("ask", false, "render the arguments instead of generated templates")
	flag.Parse()
	v, err := startVelocity()
	if err != nil {
		fmt.Fprintln(os.Stderr, "difftest:", err)
		os.Exit(1)
	}
	defer v.stop()
	if *ask {
		for i, t := range flag.Args() {
			if *cases {
				printCase(v, t, i+1)
			} else {
				fmt.Println(compare(v, t, true))
			}
		}
		return
	}
	if found := run(v, *seed, *first, *n, *stop, *cases); found > 0 {
		v.stop()
		os.Exit(1)
	}
}

// batch is how many templates are sent at once.
const batch = 500

func run(v *velocity, seed, first uint64, n, stop int, cases bool) (found int) {
	began := time.Now()
	stats := map[string]int{}
	for done := 0; done < n && found < stop; done += batch {
		var jobs []job
		for i := range min(batch, n-done) {
			t := newGenerator(seed, first+uint64(done+i)).template(parses)
			for _, mode := range modes(t) {
				jobs = append(jobs, job{mode, t, first + uint64(done+i)})
			}
		}
		theirs, err := v.render(jobs)
		if err != nil {
			fmt.Fprintln(os.Stderr, "difftest:", err)
			return found + 1
		}
		for i, j := range jobs {
			ours := renderOurs(j)
			stats[kindOf(theirs[i])]++
			if same(j, ours, theirs[i]) {
				continue
			}
			found++
			small := minimize(v, j)
			if cases {
				printCase(v, small.template, found)
			} else {
				fmt.Printf("template %d of seed %d, %s:\n%s\n\n", j.number, seed, j.mode, compare(v, small.template, false))
			}
			if found >= stop {
				break
			}
		}
	}
	fmt.Fprintf(os.Stderr, "%d templates in every mode, %d differences, %.0f s; Velocity: %v\n", n, found, time.Since(began).Seconds(), stats)
	return found
}

// languages are the modes, and what they mean for the template engine.
var languages = map[string]struct {
	language vtl.Language
	options  vtl.Options
}{
	"plain":     {},
	"empty":     {options: vtl.Options{NullIsEmpty: true}},
	"forbidden": {language: vtl.Language{NoInlineMacros: true}},
	"aws":       {vtl.Language{NoInlineMacros: true, NoEvaluate: true}, vtl.Options{NullIsEmpty: true}},
}

// modes returns the modes in which a template is compared: as Velocity comes, as
// API Gateway runs it, and where the two differ in their directives also with
// each difference alone.
func modes(template string) []string {
	if strings.Contains(template, "macro") || strings.Contains(template, "evaluate") {
		return []string{"plain", "aws", "empty", "forbidden"}
	}
	return []string{"plain", "aws"}
}

// parses reports whether plain Velocity can read a template. What it cannot, the
// others cannot either, but for wrong uses of #evaluate.
func parses(text string) bool {
	_, err := vtl.Parse("t", text)
	return err == nil
}

func kindOf(r result) string {
	if r.failure == "" {
		return "out"
	}
	return r.failure
}

func renderOurs(j job) (r result) {
	defer func() {
		if p := recover(); p != nil {
			r = result{failure: "panic", message: fmt.Sprint(p)}
		}
	}()
	mode := languages[j.mode]
	t, err := mode.language.Parse("t", j.template)
	if err != nil {
		var limit *vtl.LimitError
		if errors.As(err, &limit) {
			return result{failure: "limit", message: err.Error()}
		}
		return result{failure: "parse", message: err.Error()}
	}
	out, err := t.Append(context.Background(), nil, nil, &mode.options)
	var run *vtl.RuntimeError
	switch {
	case err == nil:
		return result{out: string(out)}
	case errors.As(err, &run):
		return result{failure: string(run.Failure), message: err.Error()}
	}
	return result{failure: "limit", message: err.Error()}
}

// same reports whether two results agree.
func same(j job, ours, theirs result) bool {
	if ours.failure == "" && theirs.failure == "" {
		if normal(ours.out) == normal(theirs.out) {
			return true
		}
		// An address of an object differs.
		return strings.Contains(j.template, "hashCode") && identity.MatchString(j.template)
	}
	if ours.failure == theirs.failure {
		return true
	}
	if ours.failure == "panic" {
		return false
	}
	if ours.failure == "limit" {
		return true // Velocity has no limits but those of the machine
	}
	if strings.Contains(j.template, ".class.") && theirs.failure == "method" {
		return true // methods of the class by reflection are not offered
	}
	if ours.failure == "" || theirs.failure == "" {
		return false
	}
	// What Velocity finds wrong when it sets a template up, it reports as an
	// error of the run in some cases; here it is an error of the template.
	return ours.failure == "parse" && theirs.failure == "runtime"
}

var identity = regexp.MustCompile(`#define|#@|bytes|getBytes|toCharArray|split|toArray|iterator|\.class`)

// normal replaces the addresses that Java prints for objects without toString.
func normal(s string) string {
	for _, p := range []string{"[Ljava.lang.String;@", "[B@", "[C@", "[Ljava.lang.Object;@", "Itr@", "Iterator@", "$Reference@"} {
		for from := 0; ; {
			i := strings.Index(s[from:], p)
			if i < 0 {
				break
			}
			i += from
			start := i
			for start > 0 && (isWord(s[start-1]) || s[start-1] == '$' || s[start-1] == '.') && p[0] != '[' {
				start--
			}
			end := i + len(p)
			for end < len(s) && strings.IndexByte("0123456789abcdef", s[end]) >= 0 {
				end++
			}
			s = s[:start] + "OBJECT" + s[end:]
			from = start + len("OBJECT")
		}
	}
	return s
}

func isWord(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' }

// differs renders one template in one mode with both.
func differs(v *velocity, j job) bool {
	theirs, err := v.render([]job{j})
	return err == nil && !same(j, renderOurs(j), theirs[0])
}

// minimize cuts pieces out of a template as long as the difference stays.
func minimize(v *velocity, j job) job {
	for size := len([]rune(j.template)) / 2; size >= 1; {
		r := []rune(j.template)
		cut := false
		for i := 0; i+size <= len(r); i++ {
			t := j
			t.template = string(r[:i]) + string(r[i+size:])
			if differs(v, t) {
				j, cut = t, true
				break
			}
		}
		if !cut {
			size--
			if size > 12 {
				size = size * 3 / 4
			}
		}
	}
	return j
}

// compare shows what both make of a template.
func compare(v *velocity, t string, both bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q", t)
	for _, mode := range modes(t) {
		j := job{mode, t, 0}
		theirs, err := v.render([]job{j})
		if err != nil {
			return err.Error()
		}
		ours := renderOurs(j)
		if both || !same(j, ours, theirs[0]) {
			fmt.Fprintf(&b, "\n  %-9s velocity %s\n            vtl      %s", mode, theirs[0], ours)
		}
	}
	return b.String()
}

// printCase prints a template with Velocity's results as a line of test data.
func printCase(v *velocity, t string, n int) {
	results, err := v.render([]job{{"empty", t, 0}, {"plain", t, 0}})
	if err != nil {
		fmt.Fprintln(os.Stderr, "difftest:", err)
		return
	}
	c := map[string]any{"id": fmt.Sprintf("fuzzed-%d", n), "template": t}
	aws, plain := results[0], results[1]
	switch {
	case aws.failure != "" && plain.failure == aws.failure:
		c["error"] = aws.failure
	case aws.failure != "":
		c["error"] = aws.failure
		c["out_velocity"] = plain.out
	default:
		c["out"] = aws.out
		if plain.failure != "" {
			c["error_velocity"] = plain.failure
		} else if plain.out != aws.out {
			c["out_velocity"] = plain.out
		}
	}
	line, _ := json.Marshal(c)
	fmt.Println(string(line))
}
