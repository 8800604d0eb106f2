package main

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/gateway/sigv4"
)

func TestRoutesAreCountedByTheTemplatesAlone(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"S.template.json": `{"Resources": {
			"Api": {"Type": "AWS::ApiGateway::RestApi"},
			"M": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Api"}, "HttpMethod": "GET", "Integration": {"Type": "MOCK"}}},
			"One": {"Type": "AWS::ApiGateway::Stage", "Properties": {"RestApiId": {"Ref": "Api"}, "StageName": "one"}},
			"Two": {"Type": "AWS::ApiGateway::Deployment", "Properties": {"RestApiId": {"Ref": "Api"}, "StageName": "two"}},
			"None": {"Type": "AWS::ApiGateway::Deployment", "Properties": {"RestApiId": {"Ref": "Api"}}}}}`,
		"T.template.json": `{"Resources": {
			"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": {"paths": {"/a": {"summary": "x", "parameters": [], "post": {},
				"x-amazon-apigateway-any-method": {"x-amazon-apigateway-integration": {"type": "aws_proxy"}}}}}}},
			"One": {"Type": "AWS::ApiGateway::Stage", "Properties": {"RestApiId": {"Ref": "Api"}, "StageName": "one"}}}}`,
		"broken.template.json": `{`,
		"other.json":           `{"Resources": {}}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := expectedRoutes(dir)
	slices.Sort(got)
	if want := []string{"ANY AWS_PROXY", "GET MOCK", "GET MOCK", "POST "}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTheTableOfAssemblies(t *testing.T) {
	all := []servedAssembly{
		{name: "good", expects: []string{"GET MOCK", "GET AWS_PROXY"}, calls: []call{
			{method: "GET", integration: "MOCK", outcome: reached}, {method: "GET", integration: "AWS", outcome: notDone, reason: "The function S/F does not run here: x"},
		}, notices: 2},
		{name: "useless", expects: []string{"GET AWS"}, calls: []call{{method: "GET", integration: "AWS", outcome: notDone, reason: "The function S/G does not run here: x"}}},
		{name: "broken", refused: "no", panics: 1},
	}
	var out strings.Builder
	if err := printAssemblies(&out, all); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"good                         yes      2       2   1      1        0            0          1    0       yes     2        0\n",
		"useless                      yes      1       1   1      0        0            0          1    0       no      0        0\n",
		"broken                       no       0       0   0      0        0            0          0    0       no      0        1\n",
		"3 assemblies, 2 with routes  2        3       3   2      1        0            0          2    0       1       2        1\n",
		"broken is not served: no", "2 × 501: The function … does not run here: x\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("got\n%s\nwant in it\n%s", &out, want)
		}
	}
	if err := printAssemblies(full{}, all); err == nil {
		t.Error("got no error from a full disk, want one")
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestRequestsAreSigned(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	r, err := http.NewRequest(http.MethodPost, "http://127.0.0.1:3000/a%20b/prod/x", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	signRequest(r, "{}", "eu-west-1", now)
	r.Host = r.URL.Host
	local := []sigv4.Credential{{AccessKeyID: "AKIALOCALLOCALLOCALX", SecretAccessKey: "local-secret-access-key"}}
	if _, failure := sigv4.Verify(r, []byte("{}"), local, "eu-west-1", now); failure != nil {
		t.Errorf("got %v, want a signature that is right", failure)
	}
}

func TestTheRegionOfAnAssembly(t *testing.T) {
	for manifest, want := range map[string]string{
		`{"artifacts": {"S": {"environment": "aws://123456789012/eu-central-1"}}}`:      "eu-central-1",
		`{"artifacts": {"S": {"environment": "aws://unknown-account/unknown-region"}}}`: "us-east-1",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "manifest.json"), []byte(manifest), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := regionOf(dir); got != want {
			t.Errorf("%s: got %s, want %s", manifest, got, want)
		}
	}
}
