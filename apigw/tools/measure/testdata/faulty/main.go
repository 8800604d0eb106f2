// Faulty is a function that fails in the way that the request asks for: ?do=WAY.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	switch {
	case len(os.Args) > 1: // what "leave" leaves behind
		time.Sleep(10 * time.Minute)
		return
	case os.Getenv("INIT") == "exit":
		os.Exit(3)
	}
	lambda.Start(faulty{})
}

type faulty struct{}

// Invoke implements [lambda.Handler], so that the result can be any bytes.
func (faulty) Invoke(_ context.Context, payload []byte) ([]byte, error) {
	var event struct {
		QueryStringParameters struct{ Do, Nonce string }
	}
	if err := json.Unmarshal(payload, &event); err != nil {
		return nil, err
	}
	nonce := event.QueryStringParameters.Nonce
	if err := remember(nonce); err != nil {
		return nil, err
	}
	switch event.QueryStringParameters.Do {
	case "work":
		time.Sleep(20 * time.Millisecond)
	case "error":
		return nil, errors.New("no table")
	case "exit":
		os.Exit(1)
	case "kill":
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	case "hang":
		time.Sleep(10 * time.Minute)
	case "dawdle":
		time.Sleep(time.Second)
	case "garbage":
		return []byte{0, 0xff, '{', 0x1b, '"'}, nil
	case "malformed":
		return []byte(`{"nonce":"` + nonce + `"}`), nil
	case "large":
		return bytes.Repeat([]byte{' '}, 7<<20), nil
	case "leave":
		child := exec.Command(os.Args[0], "left behind")
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		if err := child.Start(); err != nil {
			return nil, err
		}
		os.Exit(1)
	}
	return json.Marshal(struct {
		StatusCode int    `json:"statusCode"`
		Body       string `json:"body"`
	}{200, nonce})
}

// remember adds the nonce to the list of all invocations.
func remember(nonce string) error {
	list, err := os.OpenFile(os.Getenv("INVOCATIONS"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(list, nonce); err != nil {
		return err
	}
	return list.Close()
}
