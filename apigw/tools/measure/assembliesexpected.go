package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// expectedRoutes counts the routes of an assembly by its templates alone, without the
// code that serves it: a method and a type of integration for each stage. What a
// condition leaves out, or is in a document elsewhere, is not known here.
func expectedRoutes(dir string) (routes []string) {
	_ = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".template.json") {
			return nil // what cannot be read has no routes
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return nil
		}
		var t rawTemplate
		if json.Unmarshal(content, &t) == nil {
			routes = append(routes, t.routes()...)
		}
		return nil
	})
	return routes
}

// rawTemplate is a template as far as routes go.
type rawTemplate struct {
	Resources map[string]struct {
		Type       string
		Properties struct {
			RestAPIID   any    `json:"RestApiId"`
			StageName   any    // of a stage, or a deployment
			HTTPMethod  string `json:"HttpMethod"`
			Integration struct{ Type string }
			Body        struct {
				Paths map[string]map[string]any `json:"paths"`
			}
		}
	}
}

func (t *rawTemplate) routes() (routes []string) {
	methods, stages := map[string][]string{}, map[string]int{}
	for id, r := range t.Resources {
		api := referred(r.Properties.RestAPIID)
		switch r.Type {
		case "AWS::ApiGateway::RestApi":
			for _, operations := range r.Properties.Body.Paths {
				methods[id] = append(methods[id], operationsOf(operations)...)
			}
		case "AWS::ApiGateway::Method":
			methods[api] = append(methods[api], r.Properties.HTTPMethod+" "+r.Properties.Integration.Type)
		case "AWS::ApiGateway::Stage":
			stages[api]++
		case "AWS::ApiGateway::Deployment":
			if r.Properties.StageName != nil {
				stages[api]++
			}
		}
	}
	for api, list := range methods {
		for range stages[api] {
			routes = append(routes, list...)
		}
	}
	return routes
}

// operationsOf returns the methods of a path of an OpenAPI document.
func operationsOf(operations map[string]any) (list []string) {
	for method, operation := range operations {
		method = strings.ToUpper(method)
		if method == "X-AMAZON-APIGATEWAY-ANY-METHOD" {
			method = "ANY"
		}
		if !slices.Contains([]string{"ANY", "GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS"}, method) {
			continue
		}
		kind := ""
		if fields, ok := operation.(map[string]any); ok {
			if integration, ok := fields["x-amazon-apigateway-integration"].(map[string]any); ok {
				kind, _ = integration["type"].(string)
			}
		}
		list = append(list, method+" "+strings.ToUpper(kind))
	}
	return list
}

// referred returns what a property refers to, as it is written.
func referred(value any) string {
	if fields, ok := value.(map[string]any); ok {
		if name, ok := fields["Ref"].(string); ok {
			return name
		}
	}
	text, _ := json.Marshal(value)
	return string(text)
}

var region = regexp.MustCompile(`"environment": *"aws://[^/"]*/([a-z]+-[a-z-]+-\d)"`)

// regionOf returns the region of an assembly.
func regionOf(dir string) string {
	content, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		return "us-east-1"
	}
	if match := region.FindSubmatch(content); match != nil {
		return string(match[1])
	}
	return "us-east-1"
}

// signRequest signs a request with the runner's own access key (IAM user guide, "Create
// a signed AWS API request").
func signRequest(r *http.Request, body, region string, now time.Time) {
	date := now.UTC().Format("20060102T150405Z")
	scope := date[:8] + "/" + region + "/execute-api/aws4_request"
	path := strings.ReplaceAll(r.URL.EscapedPath(), "%", "%25") // each part is encoded twice
	canonical := strings.Join([]string{r.Method, path, "", "host:" + r.URL.Host, "x-amz-date:" + date, "", "host;x-amz-date", hexHash(body)}, "\n")
	key := []byte("AWS4" + "local-secret-access-key")
	for part := range strings.SplitSeq(scope, "/") {
		key = keyedHash(key, part)
	}
	signature := hex.EncodeToString(keyedHash(key, strings.Join([]string{"AWS4-HMAC-SHA256", date, scope, hexHash(canonical)}, "\n")))
	r.Header.Set("X-Amz-Date", date)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIALOCALLOCALLOCALX/"+scope+", SignedHeaders=host;x-amz-date, Signature="+signature)
}

func hexHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func keyedHash(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}
