// The CDK app: it reads the settings from the CDK context, builds the stack and
// writes the cloud assembly. The CDK CLI runs it; cdk.json says how.
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"example.com/hello-apigw/stacks"
)

func main() {
	stderr := os.Stderr
	err := synth()
	stopNode(stderr)
	if err != nil {
		fmt.Fprintln(stderr, err)
		os.Exit(1)
	}
}

func synth() (err error) {
	if err := stacks.CheckNode(); err != nil {
		return err
	}
	defer func() {
		// Constructs panic on bad input: say what and where in one sentence.
		if cause := recover(); cause != nil {
			err = constructError(cause)
		}
	}()

	app := awscdk.NewApp(nil)
	context, _ := app.Node().GetAllContext(nil).(map[string]any)
	settings, err := stacks.ParseSettings(context)
	if err != nil {
		return err
	}
	stacks.NewHelloStack(app, "HelloStack", &stacks.HelloStackProps{
		ApiProps: stacks.ApiProps{Settings: settings},
	})
	app.Synth(nil)
	return nil
}

// constructError turns what a construct panicked with into an error: the first
// line of this app on the way there, and the message without the stack trace
// of Node.js below it.
func constructError(cause any) error {
	message, _, _ := strings.Cut(fmt.Sprint(cause), "\n    at ")
	return fmt.Errorf("%s%s", callSite(), strings.TrimSpace(message))
}

// callSite is "file:line: " of the line of this app that asked for what then
// panicked, or empty.
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
		if panicking && err == nil && filepath.IsLocal(file) {
			return fmt.Sprintf("%s:%d: ", filepath.ToSlash(file), frame.Line)
		}
		if frame.Function == "runtime.gopanic" {
			panicking = true
			frames.Next() // the function that panicked only reports
		}
	}
	return ""
}

// stopNode ends the Node.js that the CDK runs in, and passes on what it still
// had to say, such as warnings. Two goroutines of jsii wait for its end, and the
// one that comes second complains: that line is dropped.
func stopNode(stderr *os.File) {
	const complaint = "Runtime process exited abnormally: waitid: no child processes"
	read, write, err := os.Pipe()
	if err != nil {
		jsii.Close()
		return
	}
	os.Stderr = write
	said := make(chan []byte)
	go func() {
		text, _ := io.ReadAll(read)
		said <- text
	}()
	jsii.Close()
	write.Close()
	stderr.Write(bytes.Replace(<-said, []byte(complaint), nil, 1))
}
