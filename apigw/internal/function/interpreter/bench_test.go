package interpreter_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/function"
	"example.com/apigw/internal/function/executable"
	"example.com/apigw/internal/function/interpreter"
)

// echo returns its event.
var echo = map[interpreter.Language]string{
	interpreter.Node:   `exports.handler = async (event) => event`,
	interpreter.Python: "def handler(event, context):\n    return event\n",
}

var runtimes = map[interpreter.Language]string{interpreter.Node: "nodejs22.x", interpreter.Python: "python3.12"}

// stand is a host with an echo in each language, and one in Go.
type stand struct {
	host  *function.Host
	specs map[string]function.Spec
	found map[interpreter.Language]interpreter.Interpreter
}

func newStand(b *testing.B) *stand {
	b.Helper()
	folder := b.TempDir()
	if err := interpreter.Write(folder); err != nil {
		b.Fatal(err)
	}
	host, err := function.NewHost(function.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { host.Close() })
	program := filepath.Join(folder, "go", "bootstrap")
	if err := executable.Build(context.Background(), "..", "./testdata/echo", program); err != nil {
		b.Fatal(err)
	}
	s := &stand{host: host, specs: map[string]function.Spec{"Go": {Name: "Go", Command: []string{program}, Timeout: time.Minute}}, found: map[interpreter.Language]interpreter.Interpreter{}}
	for language, code := range echo {
		_, version, _ := interpreter.Of(runtimes[language])
		i, err := new(interpreter.Finder).Find(language, version)
		if err != nil {
			b.Fatal(err)
		}
		s.found[language] = i
		dir := filepath.Join(folder, string(language))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, language.InlineFile()), []byte(code), 0o600); err != nil {
			b.Fatal(err)
		}
		s.specs[string(language)] = function.Spec{
			Name: string(language), Handler: "index.handler", Dir: dir, Timeout: time.Minute,
			Command: i.Command(folder, interpreter.Function{Runtime: runtimes[language]}),
		}
	}
	for _, spec := range s.specs {
		if err := host.Set(spec); err != nil {
			b.Fatal(err)
		}
	}
	return s
}

// times has the times that each of several things took.
type times map[string][]time.Duration

// measure notes how long do takes.
func (t times) measure(b *testing.B, what string, do func() error) {
	begun := time.Now()
	err := do()
	t[what] = append(t[what], time.Since(begun))
	if err != nil {
		b.Fatal(err)
	}
}

// report reports the medians, and their ratios to that of another thing.
func (t times) report(b *testing.B, whats []string, to map[string]string) {
	b.ReportMetric(0, "ns/op") // the sum of all means nothing
	median := func(what string) float64 {
		slices.Sort(t[what])
		return float64(t[what][len(t[what])/2].Microseconds())
	}
	for _, what := range whats {
		unit := strings.NewReplacer(" ", "-", "/", "-").Replace(what)
		b.ReportMetric(median(what), "µs/"+unit)
		if other := to[what]; other != "" {
			b.ReportMetric(median(what)/median(other), unit+"/"+strings.NewReplacer(" ", "-").Replace(other))
		}
	}
}

func invoke(host *function.Host, name string, event []byte) func() error {
	return func() error {
		_, err := host.Invoke(context.Background(), name, function.Invocation{Payload: event})
		return err
	}
}

// BenchmarkWarm compares invocations of functions that run already. The languages
// take turns, so that all see the same load of the machine.
func BenchmarkWarm(b *testing.B) {
	for _, size := range []struct {
		name  string
		event []byte
	}{
		{"small", []byte(`{"name":"Ada"}`)},
		{"100KB", []byte(`"` + strings.Repeat("x", 100<<10) + `"`)},
	} {
		b.Run(size.name, func(b *testing.B) {
			s, t := newStand(b), times{}
			whats := []string{"Go", "Node.js", "Python"}
			for _, what := range whats {
				for range 200 { // compilers at run time need that
					if err := invoke(s.host, what, size.event)(); err != nil {
						b.Fatal(err)
					}
				}
			}
			for b.Loop() {
				for _, what := range whats {
					t.measure(b, what, invoke(s.host, what, size.event))
				}
			}
			t.report(b, whats, map[string]string{"Node.js": "Go", "Python": "Go"})
		})
	}
}

// BenchmarkCold compares the first invocation of a function with the least that its
// interpreter needs to start and end.
func BenchmarkCold(b *testing.B) {
	s, t := newStand(b), times{}
	for b.Loop() {
		for _, language := range interpreter.Languages() {
			nothing := []string{"-e", "0"}
			if language == interpreter.Python {
				nothing = []string{"-c", "0"}
			}
			alone := exec.Command(s.found[language].Program, nothing...)
			alone.Env = []string{"PATH=" + os.Getenv("PATH")} // variables such as NODE_EXTRA_CA_CERTS cost time
			t.measure(b, string(language)+" alone", alone.Run)
			host, err := function.NewHost(function.Options{})
			if err != nil {
				b.Fatal(err)
			}
			if err := host.Set(s.specs[string(language)]); err != nil {
				b.Fatal(err)
			}
			t.measure(b, string(language), invoke(host, string(language), []byte(`{"name":"Ada"}`)))
			host.Close() // the end of its process is not measured
		}
	}
	t.report(b, []string{"Node.js alone", "Node.js", "Python alone", "Python"}, map[string]string{"Node.js": "Node.js alone", "Python": "Python alone"})
}
