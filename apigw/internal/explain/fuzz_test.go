package explain_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/apigw/internal/explain"
	"example.com/apigw/internal/rules"
)

// Whatever the input is, it is explained or refused, and nothing of it can steer a
// terminal.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "execution", "*.txt"))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	for _, text := range []string{
		"HTTP/2 502 \nx-amzn-requestid: 1\n\n{\"message\": \"Internal server error\"}",
		`{"errorMessage":"x","errorType":"y"}`, `{"statusCode":200,"body":{}}`, `{"requestId":"1","status":"502","errorMessage":"x"}`,
		"REPORT RequestId: 5f1e2d3c-1111-4222-8333-444444444444\tMemory Size: 128 MB\tMax Memory Used: 128 MB\tStatus: timeout",
		`1 - - [x] "GET / HTTP/1.1" 502 2`, `CREATE_FAILED | AWS::ApiGateway::Method | A (Service: ApiGateway, Status Code: 400)`,
		`{"StackEvents":[{"ResourceStatus":"CREATE_FAILED","ResourceType":"AWS::ApiGateway::Method","ResourceStatusReason":"x (Service: ApiGateway)"}]}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		shown := 0
		err := explain.Read(strings.NewReader(text), "", func(e explain.Explanation) error {
			shown++
			var out strings.Builder
			if err := e.WriteText(&out, "tool"); err != nil {
				t.Error(err)
			}
			if got := out.String(); got != rules.Printable(got) {
				t.Errorf("got %q for %q, want no control characters", got, text)
			}
			return nil
		})
		switch {
		case err == nil && shown == 0 && len(text) == 0:
			t.Errorf("got nothing for %q, want an explanation or an error", text)
		case err != nil && !errors.Is(err, explain.ErrUnrecognized) && !errors.Is(err, explain.ErrEmpty):
			t.Errorf("got %v for %q, want an explanation or that it is not known", err, text)
		}
	})
}
