package browsertest

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// root is the folder of the service that the tests serve.
const root = "../.."

// startLimit bounds the start of the command, which builds the functions of the app.
const startLimit = 3 * time.Minute

// command builds the command of the service once, and returns its file.
var command = sync.OnceValues(func() (string, error) {
	file, err := filepath.Abs(filepath.Join(scratch, "local"))
	if err != nil {
		return "", err
	}
	// Without the folder in it, what is built serves all copies.
	build := exec.Command("go", "build", "-trimpath", "-o", file, "./local")
	build.Dir = root
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build ./local in the folder of the service: %w\n%s", err, output)
	}
	return file, nil
})

// newKit returns the folder of a copy of the service, which a test may change.
func newKit() (string, error) {
	folder, err := os.MkdirTemp(scratch, "kit")
	if err != nil {
		return "", err
	}
	return folder, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		switch {
		case entry.IsDir() && notCopied[entry.Name()]:
			return filepath.SkipDir
		case entry.IsDir():
			return os.MkdirAll(filepath.Join(folder, name), 0o755)
		case !entry.Type().IsRegular():
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(folder, name), content, 0o644)
	})
}

// notCopied are the folders that a clone of the service does not have.
var notCopied = map[string]bool{".git": true, ".build": true, ".cache": true, "cdk.out": true, "node_modules": true}

// door is an API of the service, as the command lists it.
type door struct {
	path   string // of the API and the stage, such as /hello/prod
	route  string // a path below that a GET finds, such as /greet
	source string // the folder of its function
}

// doors returns the API whose function has proxy integration and the one whose has not.
func doors(t testing.TB, folder string) (proxy, mapped door) {
	t.Helper()
	file, err := command()
	if err != nil {
		t.Fatal(err)
	}
	list := exec.Command(file, "routes")
	list.Dir = folder
	output, err := list.CombinedOutput()
	if err != nil {
		t.Fatalf("%s routes: %v\n%s", file, err, output)
	}
	api := ""
	for line := range strings.Lines(string(output)) {
		if found := apiLine.FindStringSubmatch(line); found != nil {
			api = "/" + found[1] + "/" + found[2]
		}
		found := routeLine.FindStringSubmatch(line)
		if found == nil {
			continue
		}
		d := door{path: api, route: found[1], source: found[3]}
		if to := map[string]*door{"AWS_PROXY": &proxy, "AWS": &mapped}[found[2]]; to != nil && to.path == "" {
			*to = d
		}
	}
	if proxy.path == "" || mapped.path == "" {
		t.Fatalf("got the routes\n%swant GET routes with and without proxy integration", output)
	}
	return proxy, mapped
}

var (
	apiLine   = regexp.MustCompile(`^(\S+), stage (\S+)`)
	routeLine = regexp.MustCompile(`^ +GET +(/[^ {]*) +(\S+) +(\./\S+)`)
)

// server is the command of the service, as a process that serves an app.
type server struct {
	url     string
	folder  string
	process *exec.Cmd
	ended   chan struct{}
	output  *output
}

// start serves the app in a folder. Without an address, a free one is chosen.
func start(folder, address string) (*server, error) {
	file, err := command()
	if err != nil {
		return nil, err
	}
	s := &server{folder: folder, process: exec.Command(file, "--listen", cmp.Or(address, "127.0.0.1:0")), ended: make(chan struct{}), output: newOutput()}
	s.process.Dir = folder
	s.process.Stdout, s.process.Stderr = s.output, s.output
	if err := s.process.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(s.ended)
		s.process.Wait() // what it printed says more than how it ended
	}()
	select {
	case s.url = <-s.output.address:
		return s, nil
	case <-s.ended:
		return nil, fmt.Errorf("the command ended before it served anything:\n%s", s.output)
	case <-time.After(startLimit):
		s.stop()
		return nil, fmt.Errorf("the command serves nothing after %v:\n%s", startLimit, s.output)
	}
}

// stop ends the process as Ctrl-C does.
func (s *server) stop() {
	s.process.Process.Signal(syscall.SIGINT)
	select {
	case <-s.ended:
	case <-time.After(limit):
		s.process.Process.Kill()
		<-s.ended
	}
}

// serve serves the app in a folder until the test ends.
func serve(t testing.TB, folder, address string) *server {
	t.Helper()
	s, err := start(folder, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.stop()
		if t.Failed() {
			t.Logf("the command printed at the end:\n%s", s.output.end())
		}
	})
	return s
}

// kit is a server of one copy of the service that tests share which change no file.
type kit struct {
	once sync.Once
	*server
	err error
}

var shared kit

func (k *kit) get(t testing.TB) *server {
	t.Helper()
	k.once.Do(func() {
		folder, err := newKit()
		if err == nil {
			k.server, err = start(folder, "")
		}
		k.err = err
	})
	if k.err != nil {
		t.Fatal(k.err)
	}
	return k.server
}

func (k *kit) close() {
	if k.server != nil {
		k.server.stop()
	}
}

// output keeps what a process prints, and finds the address that it serves.
type output struct {
	mu      sync.Mutex
	text    bytes.Buffer
	address chan string // gets one value
	told    bool
}

func newOutput() *output { return &output{address: make(chan string, 1)} }

var serving = regexp.MustCompile(`(?m)^Serving (http://\S+) `)

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text.Write(p)
	if found := serving.FindSubmatch(o.text.Bytes()); found != nil && !o.told {
		o.told = true
		o.address <- string(found[1])
	}
	return len(p), nil
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// end returns the last of what was printed.
func (o *output) end() string {
	text := o.String()
	return text[max(0, len(text)-2000):]
}

// answer is a response that was read.
type answer struct {
	status int
	header http.Header
	body   string
}

// client follows nothing and knows no proxy, so that it asks the server and nobody else.
var client = &http.Client{Transport: &http.Transport{}, Timeout: startLimit, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// send sends a request as another client than the page. Headers are "Name: value".
func (s *server) send(t testing.TB, method, path, body string, headers ...string) answer {
	t.Helper()
	request, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		if name == "Host" {
			request.Host = value
		} else {
			request.Header.Add(name, value)
		}
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return answer{response.StatusCode, response.Header, string(content)}
}
