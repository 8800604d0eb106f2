// Fault is a function that does what its event says, and fails as its event says. It
// speaks the Runtime API itself, so that it can break the rules.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// event is what the function gets.
type event struct {
	Do   string
	Text string
	Size int
}

// report is the result unless the event says otherwise.
type report struct {
	PID         int
	Text        string
	Header      http.Header
	Environment []string
}

var base = "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/"

func main() {
	switch os.Getenv("INIT") {
	case "exit":
		fmt.Println("no configuration")
		os.Exit(3)
	case "error":
		post("init/error", []byte(`{"errorType":"Init.Broken","errorMessage":"no table"}`), nil)
		select {}
	case "hang":
		time.Sleep(time.Hour)
	}
	for {
		response, err := http.Get(base + "invocation/next")
		if err != nil {
			os.Exit(9)
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		var e event
		json.Unmarshal(body, &e)
		do(e, response.Header.Get("Lambda-Runtime-Aws-Request-Id"), response.Header)
	}
}

// do does what an event says.
func do(e event, id string, header http.Header) {
	switch e.Do {
	case "exit":
		os.Exit(e.Size)
	case "kill":
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	case "hang":
		time.Sleep(time.Hour)
	case "wait":
		wait(e.Text)
	case "print":
		fmt.Println(e.Text)
		fmt.Fprintln(os.Stderr, "error "+e.Text)
	case "garbage":
		chunk := bytes.Repeat([]byte{0, 0xff, 'x', 0x1b}, 64<<10)
		for range e.Size {
			os.Stdout.Write(chunk)
		}
		fmt.Println()
	case "raw":
		post("invocation/"+id+"/response", []byte(e.Text), nil)
		return
	case "large":
		result := bytes.Repeat([]byte{'7'}, e.Size)
		if e.Text == "chunked" {
			fmt.Println("status", send("invocation/"+id+"/response", io.MultiReader(bytes.NewReader(result)), nil))
		} else {
			fmt.Println("status", post("invocation/"+id+"/response", result, nil))
		}
		return
	case "fork":
		// The grandchild keeps stdout and stderr open, and outlives this process.
		child := exec.Command("sleep", "3600")
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		child.Start()
		e.Text = strconv.Itoa(child.Process.Pid)
	case "fork and exit":
		child := exec.Command("sleep", "3600")
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		child.Start()
		fmt.Println(child.Process.Pid)
		os.Exit(1)
	case "escape":
		// The grandchild leaves the process group, and keeps the output open.
		child := exec.Command("sleep", "3")
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		child.Start()
		os.Exit(1)
	case "close output":
		os.Stdout.Close()
		os.Stderr.Close()
	case "error":
		post("invocation/"+id+"/error", []byte(e.Text), map[string]string{"Lambda-Runtime-Function-Error-Type": "Function.Custom"})
		return
	case "error and exit":
		post("invocation/"+id+"/error", []byte(e.Text), nil)
		os.Exit(1)
	case "twice":
		e.Text = ""
		first := post("invocation/"+id+"/response", reply(e, header), nil)
		second := post("invocation/"+id+"/response", []byte(`"again"`), nil)
		third := post("invocation/"+id+"/error", []byte(`"again"`), nil)
		fmt.Println("status", first, second, third)
		return
	case "another id":
		status := post("invocation/another/response", []byte(`"wrong"`), nil)
		e.Text = strconv.Itoa(status)
	case "ask again":
		response, err := http.Get(base + "invocation/next")
		if err == nil {
			body, _ := io.ReadAll(response.Body)
			e.Text = fmt.Sprint(response.StatusCode, " ", string(body))
			response.Body.Close()
		}
	case "never ask":
		post("invocation/"+id+"/response", reply(e, header), nil)
		time.Sleep(time.Hour)
	case "ask late":
		post("invocation/"+id+"/response", reply(e, header), nil)
		wait(e.Text)
		return
	case "late init error":
		e.Text = strconv.Itoa(post("init/error", []byte(`{}`), nil))
	case "trailer":
		trailer(id, e.Text)
		return
	case "stream":
		stream(id, e)
		return
	case "slow body":
		reader, writer := io.Pipe()
		go func() {
			writer.Write([]byte(`{"Text":`))
			time.Sleep(time.Duration(e.Size) * time.Millisecond)
			writer.Write([]byte(`"slow"}`))
			writer.Close()
		}()
		response, err := http.Post(base+"invocation/"+id+"/response", "application/json", reader)
		if err == nil {
			response.Body.Close()
		}
		return
	case "torn body":
		torn(id)
		e.Text = "mended"
	}
	post("invocation/"+id+"/response", reply(e, header), nil)
}

// reply returns the report as JSON.
func reply(e event, header http.Header) []byte {
	body, _ := json.Marshal(report{os.Getpid(), e.Text, header, os.Environ()})
	return body
}

// wait waits until a file is there.
func wait(path string) {
	for _, err := os.Stat(path); err != nil; _, err = os.Stat(path) {
		time.Sleep(time.Millisecond)
	}
}

// post posts a body, and returns the status of the response, or 0.
func post(path string, body []byte, header map[string]string) int {
	return send(path, bytes.NewReader(body), header)
}

// send is post of a body that may be of unknown length.
func send(path string, body io.Reader, header map[string]string) int {
	request, _ := http.NewRequest(http.MethodPost, base+path, body)
	for name, value := range header {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		fmt.Println(err)
		return 0
	}
	defer response.Body.Close()
	io.Copy(io.Discard, response.Body)
	return response.StatusCode
}

// trailer streams the start of a result, and ends it with an error.
func trailer(id, errorBody string) {
	request, _ := http.NewRequest(http.MethodPost, base+"invocation/"+id+"/response", io.MultiReader(strings.NewReader("half a res")))
	request.Header.Set("Lambda-Runtime-Function-Response-Mode", "streaming")
	request.Trailer = http.Header{
		"Lambda-Runtime-Function-Error-Type": {"Function.Torn"},
		"Lambda-Runtime-Function-Error-Body": {errorBody},
	}
	if response, err := http.DefaultClient.Do(request); err == nil {
		response.Body.Close()
	}
}

// stream sends a piece of a result at each gate, which is a file that somebody makes.
func stream(id string, e event) {
	body, out := io.Pipe()
	go func() {
		for i := range e.Size {
			fmt.Fprintf(out, "piece %d;", i)
			wait(e.Text + strconv.Itoa(i))
		}
		out.Close()
	}()
	status := send("invocation/"+id+"/response", body, nil)
	fmt.Println("status", status, post("invocation/"+id+"/error", []byte(`{}`), nil))
}

// torn promises a body and closes the connection before its end.
func torn(id string) {
	connection, err := net.Dial("tcp", os.Getenv("AWS_LAMBDA_RUNTIME_API"))
	if err != nil {
		panic(errors.New("no Runtime API"))
	}
	fmt.Fprintf(connection, "POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\r\nHost: %s\r\nContent-Length: 100\r\n\r\n{",
		id, os.Getenv("AWS_LAMBDA_RUNTIME_API"))
	connection.Close()
}
