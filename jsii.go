package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/aws/jsii-runtime-go"

	"example.com/hello-apigw/stacks"
)

// The CDK is a library in Node.js, and jsii is what connects it with Go. This
// file makes the errors of the two readable.

// withCDK calls f, which uses the CDK, and then ends the Node.js that the CDK
// runs in. Constructs panic on bad input: withCDK returns that as an error of
// one sentence, which says what is wrong and where.
func withCDK(f func() error) (err error) {
	if err := stacks.CheckNode(); err != nil {
		return err
	}
	defer stopNode()
	defer func() {
		if cause := recover(); cause != nil {
			err = constructError(cause)
		}
	}()
	return f()
}

// constructError turns the value that a construct panicked with into an error:
// the line of this app that led there, and the message without the stack trace
// of Node.js.
func constructError(cause any) error {
	message, _, _ := strings.Cut(fmt.Sprint(cause), "\n    at ")
	return fmt.Errorf("%s%s", callSite(), strings.TrimSpace(message))
}

// callSite returns "file:line: " for the line of this app that called what then
// panicked. It returns an empty string if there is no such line.
func callSite() string {
	folder, err := os.Getwd()
	if err != nil {
		return ""
	}
	callers := make([]uintptr, 64)
	frames := runtime.CallersFrames(callers[:runtime.Callers(1, callers)])
	// The frames are those of the recovery, then runtime.gopanic, then the
	// function that panicked, then its callers.
	panicking := false
	for frame, more := frames.Next(); more; frame, more = frames.Next() {
		file, err := filepath.Rel(folder, frame.File)
		if panicking && err == nil && filepath.IsLocal(file) && !strings.HasPrefix(frame.Function, "example.com/apigw/") {
			return fmt.Sprintf("%s:%d: ", filepath.ToSlash(file), frame.Line)
		}
		if frame.Function == "runtime.gopanic" {
			panicking = true
			frames.Next() // the function that panicked only reports
		}
	}
	return ""
}

// stopNode ends Node.js and passes on what it still writes, such as warnings.
// Two goroutines of jsii wait for its end, and the second one complains:
// stopNode drops that line.
func stopNode() {
	const complaint = "Runtime process exited abnormally: waitid: no child processes"
	stderr := os.Stderr
	defer func() { os.Stderr = stderr }()
	read, write, err := os.Pipe()
	if err != nil {
		jsii.Close()
		return
	}
	os.Stderr = write
	written := make(chan []byte)
	go func() {
		text, _ := io.ReadAll(read)
		written <- text
	}()
	jsii.Close()
	write.Close()
	stderr.Write(bytes.Replace(<-written, []byte(complaint), nil, 1))
}
