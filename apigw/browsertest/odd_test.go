package browsertest

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// odd is the source of a function that does what the name in its event says: a query
// parameter, or a member of the event. For others it is a function that works.
const odd = `package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
)

type odd struct{}

func (odd) Invoke(_ context.Context, payload []byte) ([]byte, error) {
	var event struct {
		Name string
		QueryStringParameters map[string]string
	}
	if err := json.Unmarshal(payload, &event); err != nil {
		return nil, err
	}
	name := event.Name
	if name == "" {
		name = event.QueryStringParameters["name"]
	}
	switch name {
	case "object": // what a function for the other door returns
		return []byte(` + "`{\"Hello\":\"World\"}`" + `), nil
	case "error":
		return nil, errors.New("nothing works")
	case "panic":
		panic("no way out")
	case "markup":
		fmt.Println(%[1]s)
		return result(%[1]s), nil
	case "terminal":
		fmt.Println("\x1b[31mred\x1b[0m\x07\x1b]0;title\x07\x9b2J")
		return result("\x1b[31mred\x1b[0m \u009b2J \u202eright to left"), nil
	case "bytes": // a byte that is not UTF-8
		return bytes.ReplaceAll(result("a?b"), []byte("?"), []byte{0xff}), nil
	case "large":
		return result(strings.Repeat("0123456789abcdef", 5<<20/16)), nil
	}
	return result("hello " + name), nil
}

// result returns a text as a proxy response with a body.
func result(text string) []byte {
	body, _ := json.Marshal(map[string]string{"Hello": text})
	response, _ := json.Marshal(map[string]any{"statusCode": 200, "headers": map[string]string{"Content-Type": "application/json"}, "body": string(body)})
	return response
}

func main() { lambda.Start(odd{}) }
`

// markup would run in a page that takes it for its own.
const markup = `"><script>window.pwned = true</script><img src=x onerror="window.pwned = true"><svg onload="window.pwned = true">{{constructor.constructor('window.pwned=true')()}}</template></textarea></style><a href="javascript:window.pwned=true">x</a>`

// oddKit is a server whose functions are odd.
type oddKit struct {
	*server
	proxy, mapped door
}

func (k *oddKit) close() {
	if k.server != nil {
		k.server.stop()
	}
}

// oddFolder returns a copy of the service whose functions are odd, and its doors.
func oddFolder(t testing.TB) (folder string, proxy, mapped door) {
	t.Helper()
	folder, err := newKit()
	if err != nil {
		t.Fatal(err)
	}
	proxy, mapped = doors(t, folder)
	source := fmt.Sprintf(odd, quoted(markup))
	for _, d := range []door{proxy, mapped} {
		replaceFunction(t, filepath.Join(folder, d.source), source)
	}
	return folder, proxy, mapped
}

// replaceFunction makes a source all that a function consists of.
func replaceFunction(t testing.TB, folder, source string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "main.go"), []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
}

var (
	oddOnce   sync.Once
	oddShared oddKit
)

// oddServer returns the server of odd functions that tests share.
func oddServer(t testing.TB) oddKit {
	t.Helper()
	oddOnce.Do(func() {
		folder, proxy, mapped := oddFolder(t)
		s, err := start(folder, "")
		if err != nil {
			t.Fatal(err)
		}
		oddShared = oddKit{s, proxy, mapped}
	})
	if oddShared.server == nil {
		t.Fatal("the odd functions do not start; an earlier test says why")
	}
	return oddShared
}

// ask sends a GET for a name to a door, and returns the response and the id of the request.
func (s *server) ask(t testing.TB, d door, name string) (answer, string) {
	t.Helper()
	got := s.send(t, "GET", d.path+d.route+"?name="+url.QueryEscape(name), "")
	id := got.header.Get("X-Amzn-Requestid")
	if id == "" {
		t.Fatalf("GET %s%s?name=%s: got no request id among the headers %v, want one", d.path, d.route, name, got.header)
	}
	return got, id
}

func TestOddFunctionsAreOdd(t *testing.T) {
	s := oddServer(t)
	for _, c := range []struct {
		name, asked   string
		proxy, mapped int
	}{
		{"an object is no proxy response", "object", 502, 200},
		{"an error", "error", 502, 500},
		{"a panic", "panic", 502, 500},
		{"markup", "markup", 200, 200},
		{"what a terminal obeys", "terminal", 200, 200},
		{"what is not UTF-8", "bytes", 200, 200},
		{"5 MB", "large", 200, 200},
	} {
		for _, d := range []struct {
			door
			want int
		}{{s.proxy, c.proxy}, {s.mapped, c.mapped}} {
			got, id := s.ask(t, d.door, c.asked)
			if got.status != d.want {
				t.Errorf("%s at %s: got status %d, want %d", c.name, d.path, got.status, d.want)
			}
			record := s.send(t, "GET", "/_local/requests/"+id, "")
			if record.status != 200 || !json.Valid([]byte(record.body)) || !strings.Contains(record.body, id) {
				t.Errorf("%s at %s: got status %d and the record %s, want one as JSON", c.name, d.path, record.status, short(record.body))
			}
		}
	}
}
