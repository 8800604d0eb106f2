package apitest_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/apigw/apitest"
	"example.com/apigw/proxyresponse"
)

// protectedAssembly returns a copy of the small app in which the methods of the API
// direct want a signature and an API key, which has one request a month.
func protectedAssembly(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "cdk.out")
	if err := os.CopyFS(dir, os.DirFS("../internal/testapp/cdk.out")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "Sample.template.json")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	type object = map[string]any
	var template struct {
		Resources map[string]object
	}
	if err := json.Unmarshal(text, &template); err != nil {
		t.Fatal(err)
	}
	var stage string
	changed := 0
	for id, resource := range template.Resources {
		if !strings.HasPrefix(id, "DirectRestApi") {
			continue
		}
		properties, _ := resource["Properties"].(object)
		switch resource["Type"] {
		case "AWS::ApiGateway::Stage":
			stage = id
		case "AWS::ApiGateway::Method":
			if properties["HttpMethod"] != "OPTIONS" {
				properties["AuthorizationType"], properties["ApiKeyRequired"] = "AWS_IAM", true
				changed++
			}
		}
	}
	if changed == 0 || stage == "" {
		t.Fatalf("%d methods and the stage %q in the template, want both", changed, stage)
	}
	ref := func(id string) object { return object{"Ref": id} }
	template.Resources["Key"] = object{"Type": "AWS::ApiGateway::ApiKey", "Properties": object{"Enabled": true}}
	template.Resources["Plan"] = object{"Type": "AWS::ApiGateway::UsagePlan", "Properties": object{
		"ApiStages": []any{object{"ApiId": ref("DirectRestApi63C986DD"), "Stage": ref(stage)}},
		"Quota":     object{"Limit": 1, "Period": "MONTH"},
	}}
	template.Resources["PlanKey"] = object{"Type": "AWS::ApiGateway::UsagePlanKey", "Properties": object{
		"KeyId": ref("Key"), "KeyType": "API_KEY", "UsagePlanId": ref("Plan"),
	}}
	if text, err = json.Marshal(template); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// greeter takes the place of the function of the API direct.
func greeter() apitest.Option {
	return apitest.Handler("Sample/Direct/Greet", func(context.Context) (proxyresponse.Response, error) {
		return proxyresponse.JSON(200, "hello"), nil
	})
}

func TestCallersAreLetIn(t *testing.T) {
	dir := protectedAssembly(t)
	caller, stranger := apitest.New(t, dir, greeter(), apitest.AsCaller()), apitest.New(t, dir, greeter())
	for _, c := range []struct {
		rule   string
		srv    *apitest.Server
		method string
		target string
		body   string
		header http.Header
		want   int
	}{
		{"a request is signed and has the key", caller, "GET", "/greet", "", nil, 200},
		{"limits of the key do not hold", caller, "GET", "/greet", "", nil, 200},
		{"the signature covers the body", caller, "POST", "/greet", `{"name":"Ada"}`, http.Header{"Content-Type": {"application/json"}}, 200},
		{"it covers the path as it is written", caller, "GET", "/greet/J%FC%2Fr%20gen", "", nil, 200},
		{"it covers the query as it is written", caller, "GET", "/greet?b=2&a=+%2B&a=1&c", "", nil, 200},
		{"a preflight needs neither", caller, "OPTIONS", "/greet", "", nil, 204},
		{"a path that is unknown is not signed", caller, "GET", "/unknown", "", nil, 403},
		{"a test may leave the signature out", caller, "GET", "/greet", "", http.Header{"Authorization": nil}, 403},
		{"a test may leave the key out", caller, "GET", "/greet", "", http.Header{"X-Api-Key": nil}, 403},
		{"a test may send another key", caller, "GET", "/greet", "", http.Header{"X-Api-Key": {"another"}}, 403},
		{"without the option nothing is signed", stranger, "GET", "/greet", "", nil, 403},
	} {
		t.Run(c.rule, func(t *testing.T) {
			r, err := http.NewRequest(c.method, c.srv.URL("direct")+c.target, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			for name, values := range c.header {
				r.Header[name] = values
			}
			resp, err := c.srv.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != c.want {
				t.Errorf("got %d %s, %v; want %d", resp.StatusCode, body, err, c.want)
			}
			for _, line := range c.srv.Record(resp).MethodRequest.Header {
				if c.want == 204 && (line.Name == "X-Amz-Date" || line.Name == "X-Api-Key") {
					t.Errorf("the preflight has the header %s, want it untouched", line.Name)
				}
			}
		})
	}
}
