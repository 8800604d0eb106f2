package apitest_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"example.com/apigw/apitest"
	"example.com/apigw/proxyresponse"
)

// Copy from these two: they show all of the package.

// A Go function takes the place of a Lambda function.
func TestExampleWithAHandler(t *testing.T) {
	srv := apitest.New(t, "../internal/testapp/cdk.out",
		apitest.Handler("Sample/Direct/Greet", func(context.Context) (proxyresponse.Response, error) {
			return proxyresponse.JSON(200, map[string]string{"greeting": "test"}), nil
		}))

	resp, err := srv.Client().Get(srv.URL("direct") + "/greet")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || string(body) != `{"greeting":"test"}` {
		t.Errorf("body %s, error %v; want the greeting of the test", body, err)
	}
}

// With Build the real functions run. The record of a request shows what happened on
// its way.
func TestExampleWithTheRealFunctions(t *testing.T) {
	srv := apitest.New(t, "../internal/testapp/cdk.out", apitest.Build())

	resp, err := srv.Client().Get(srv.URL("mapped") + "/greet?name=Ada")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()

	record := srv.Record(resp)
	if resp.StatusCode != 200 || record.IntegrationRequest == nil {
		t.Fatalf("status %d, want 200; the execution log:\n%s", resp.StatusCode, strings.Join(record.ExecutionLog(), "\n"))
	}
	if event := string(record.IntegrationRequest.Body); !strings.Contains(event, "Ada") {
		t.Errorf("the template made %s, want Ada in it", event)
	}
	for _, line := range record.ExecutionLog() {
		t.Log(line)
	}
}
