package runner

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/testwait"
)

// The functions of the stress test do what the query string says. One that lies sends
// a result for a request that is not its own, then its own result, and then another.
const (
	stressNode = `const http = require("http");
const post = (id, text) => new Promise((done) => http.request("http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2018-06-01/runtime/invocation/" + id + "/response", { method: "POST" }, (r) => r.resume().on("end", done)).end(text));
const answer = (body) => ({ statusCode: 200, body });
exports.handler = async (event, context) => {
  const { do: what, n } = event.queryStringParameters;
  console.log(n);
  switch (what) {
    case "crash": process.exit(3);
    case "throw": throw new Error(n);
    case "late": setImmediate(() => { throw new Error(n); }); return new Promise(() => {});
    case "hang": for (;;);
    case "lie":
      await post("00000000-0000-0000-0000-000000000000", JSON.stringify(answer("stolen")));
      await post(context.awsRequestId, JSON.stringify(answer(n)));
      return answer("too late");
  }
  return answer(n);
};`
	stressPython = `import json, os, sys, threading, urllib.request
def post(id, body):
    try:
        urllib.request.urlopen(urllib.request.Request("http://%s/2018-06-01/runtime/invocation/%s/response" % (os.environ["AWS_LAMBDA_RUNTIME_API"], id), json.dumps(answer(body)).encode())).read()
    except OSError:
        pass
def answer(body):
    return {"statusCode": 200, "body": body}
def handler(event, context):
    what, n = event["queryStringParameters"]["do"], event["queryStringParameters"]["n"]
    print(n)
    if what == "crash":
        os._exit(3)
    if what == "throw":
        raise Exception(n)
    if what == "late":
        sys.exit(2)
    if what == "hang":
        threading.Event().wait()
    if what == "lie":
        post("00000000-0000-0000-0000-000000000000", "stolen")
        post(context.aws_request_id, n)
        return answer("too late")
    return answer(n)
`
	stressGo = `package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

var api = "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/"

func post(id, kind, text string) {
	done, err := http.Post(api+id+"/"+kind, "application/json", strings.NewReader(text))
	if err != nil {
		os.Exit(1)
	}
	io.Copy(io.Discard, done.Body)
	done.Body.Close()
}

func answer(body string) string {
	return fmt.Sprintf("{\"statusCode\":200,\"body\":%q}", body)
}

func main() {
	for {
		next, err := http.Get(api + "next")
		if err != nil {
			os.Exit(1)
		}
		var event struct{ QueryStringParameters struct{ Do, N string } }
		if json.NewDecoder(next.Body).Decode(&event) != nil {
			os.Exit(1)
		}
		next.Body.Close()
		id, n := next.Header.Get("Lambda-Runtime-Aws-Request-Id"), event.QueryStringParameters.N
		fmt.Println(n)
		switch event.QueryStringParameters.Do {
		case "crash":
			os.Exit(3)
		case "late":
			panic(n)
		case "throw":
			post(id, "error", "{\"errorMessage\":\""+n+"\"}")
			continue
		case "hang":
			select {}
		case "lie":
			post("00000000-0000-0000-0000-000000000000", "response", answer("stolen"))
			post(id, "response", answer(n))
			post(id, "response", answer("too late"))
			continue
		}
		post(id, "response", answer(n))
	}
}
`
)

// stressed is how many requests TestStress sends; the variable STRESS is another
// number.
func stressed(t *testing.T) int {
	if text := os.Getenv("STRESS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			t.Fatalf("STRESS is %q, want a number of requests", text)
		}
		return n
	}
	return 600
}

// Every request gets the answer that belongs to it, also when others are in the hands
// of functions that crash, hang and lie, and nothing is left of any.
func TestStress(t *testing.T) {
	requests := stressed(t)
	node, python, program := interpreted(t, "node", "nodejs22.x"), interpreted(t, "python", "python3.12"), hello("go")
	node.Inline, python.Inline = stressNode, stressPython
	functions := []*assembly.Function{node, python, program}
	// The functions that hang are others with the same code: their timeout is short, and
	// that of those which have to answer is longer than any machine is slow.
	var hanging []*assembly.Function
	for _, f := range functions {
		f.Timeout = time.Minute
		hangs := *f
		hangs.Name, hangs.Timeout = f.Name+"-hangs", 2*time.Second
		hangs.ARN = f.ARN + "-hangs"
		hanging = append(hanging, &hangs)
	}
	goroutines := runtime.NumGoroutine()
	a := newApp(t, Options{})
	a.write(t, "functions/go/main.go", stressGo)
	a.load(t, append(slices.Clone(functions), hanging...)...)
	server := httptest.NewServer(a.runner)
	client := server.Client()
	client.Transport.(*http.Transport).MaxIdleConnsPerHost = 64

	// Most are in order; a few of each 100 are not.
	wrongs := map[int]string{7: "crash", 23: "throw", 41: "late", 59: "lie", 60: "lie", 83: "throw"}
	var next atomic.Int64
	counts := map[string]*atomic.Int64{}
	for _, what := range []string{"echo", "crash", "throw", "late", "hang", "lie"} {
		counts[what] = new(atomic.Int64)
	}
	var senders sync.WaitGroup
	for range 64 {
		senders.Go(func() {
			for {
				n := int(next.Add(1))
				if n > requests {
					return
				}
				what := wrongs[n%100]
				switch {
				case n%500 == 250: // each of these takes the whole timeout
					what = "hang"
				case what == "":
					what = "echo"
				}
				f := functions[n%len(functions)]
				if what == "hang" {
					f = hanging[n%len(functions)]
				}
				status, body, err := fetch(client, fmt.Sprintf("%s/api/prod/%s?do=%s&n=%d", server.URL, f.Name, what, n))
				wantStatus, wantBody := 200, strconv.Itoa(n)
				if what == "crash" || what == "throw" || what == "late" || what == "hang" {
					wantStatus, wantBody = 502, `{"message": "Internal server error"}`
				}
				if err != nil || status != wantStatus || body != wantBody {
					t.Errorf("%s %s %d: got %d %.200q, error %v, want %d %q", f.Name, what, n, status, body, err, wantStatus, wantBody)
				}
				counts[what].Add(1)
			}
		})
	}
	senders.Wait()
	var total int64
	for what, count := range counts {
		total += count.Load()
		t.Logf("%s: %d", what, count.Load())
	}
	if total != int64(requests) {
		t.Errorf("got %d responses, want one for each of %d requests", total, requests)
	}
	server.Close()
	client.CloseIdleConnections()
	if err := a.runner.Close(); err != nil {
		t.Error(err)
	}
	if left := childrenOf(t); len(left) > 0 {
		t.Errorf("got the child processes %v left, want none", left)
	}
	testwait.Until(t, "no goroutine is left", func() bool { return runtime.NumGoroutine() <= goroutines })
	if entries, err := filepath.Glob(filepath.Join(a.root, ".build", "local", "running*")); err != nil || len(entries) > 0 {
		t.Errorf("got the folders %v left, want none", entries)
	}
}

func fetch(client *http.Client, url string) (status int, body string, err error) {
	response, err := client.Get(url)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), err
}

// childrenOf returns the ids of the child processes of this one, on Linux.
func childrenOf(t *testing.T) []string {
	t.Helper()
	lists, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, list := range lists {
		if content, err := os.ReadFile(list); err == nil { // threads come and go
			all = append(all, strings.Fields(string(content))...)
		}
	}
	return all
}
