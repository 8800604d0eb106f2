package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/apigw/internal/testapp"
)

// screen is a terminal that tests read while it is written to.
type screen struct {
	mu   sync.Mutex
	text strings.Builder
	// ended is closed when the command has ended.
	ended chan struct{}
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// waitFor waits until the screen shows a pattern, and returns the text of its last
// group. A command that ends first fails the test at once.
func (s *screen) waitFor(t *testing.T, pattern string) string {
	t.Helper()
	expression := regexp.MustCompile(pattern)
	for limit := time.Now().Add(2 * time.Minute); time.Now().Before(limit); {
		var ended bool
		select {
		case <-s.ended:
			ended = true
		case <-time.After(5 * time.Millisecond):
		}
		if found := expression.FindStringSubmatch(s.String()); found != nil {
			return found[len(found)-1]
		}
		if ended {
			t.Fatalf("the command has ended, and its screen does not show %q:\n%s", pattern, s)
		}
	}
	t.Fatalf("after two minutes the screen does not show %q:\n%s", pattern, s)
	return ""
}

// served is the command while it serves.
type served struct {
	base   string
	screen *screen
	stop   func() int // ends it and returns the exit code
}

// start runs the command in the folder of an app, until the test ends.
func start(t *testing.T, folder string, args ...string) *served {
	t.Helper()
	t.Chdir(folder)
	ctx, cancel := context.WithCancel(context.Background())
	s := &served{screen: &screen{ended: make(chan struct{})}}
	code := make(chan int, 1)
	go func() {
		defer close(s.screen.ended)
		code <- run(ctx, &terminal{command: "local", in: strings.NewReader(""), out: s.screen, err: s.screen}, append([]string{"--listen", "127.0.0.1:0"}, args...))
	}()
	s.stop = sync.OnceValue(func() int {
		cancel()
		return <-code
	})
	t.Cleanup(func() { s.stop() })
	s.base = s.screen.waitFor(t, `Serving (http://\S+) `)
	return s
}

func (s *served) get(t *testing.T, path string) (status int, header http.Header, body string) {
	t.Helper()
	response, err := http.Get(s.base + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(content)
}

func TestServe(t *testing.T) {
	variables := writeFile(t, "env.json", `{"Parameters": {"ALLOWED_ORIGINS": "https://page.example"}}`)
	access := filepath.Join(t.TempDir(), "access.log")
	s := start(t, t.TempDir(), "--app", testapp.Assembly(), "--log", "full", "--no-watch", "--env-vars", variables, "--access-log", access)

	for _, door := range []string{"direct", "mapped"} {
		if status, _, body := s.get(t, "/"+door+"/prod/greet?name=Ada"); status != 200 || body != `{"greeting":"Ada"}` {
			t.Errorf("%s: %d %s, want 200 and a greeting for Ada", door, status, body)
		}
	}
	if _, header, _ := s.get(t, "/direct/prod/greet"); header.Get("Access-Control-Allow-Origin") != "https://page.example" {
		t.Errorf("the header is %v, want the allowed origin of --env-vars", header)
	}

	var apis []struct {
		Name, LogicalID, Stage, URL string
		Routes                      []struct{ Method, Path, Integration, Function string }
	}
	_, _, body := s.get(t, "/_local/apis")
	if err := json.Unmarshal([]byte(body), &apis); err != nil {
		t.Fatal(err)
	}
	if len(apis) != 2 || apis[0].Name != "direct" || apis[0].URL != s.base+"/direct/prod" || len(apis[0].Routes) != 5 {
		t.Errorf("the APIs are %s, want direct with 5 routes, and another", body)
	}

	_, header, _ := s.get(t, "/direct/prod/greet/")
	id := header.Get("x-amzn-RequestId")
	s.screen.waitFor(t, regexp.QuoteMeta(id)+`\) Method completed with status: 200`)
	if status, _, body := s.get(t, "/_local/requests/"+id); status != 200 || !strings.Contains(body, "Starting execution for request: "+id) {
		t.Errorf("the record of a request: %d %s, want 200 and its execution log", status, body)
	}
	s.screen.waitFor(t, `(?m)^  direct \[.*greeted`)
	s.screen.waitFor(t, `(?m)^building ./internal/testapp/functions/direct`)
	s.screen.waitFor(t, `access log: \{"requestId"`)
	if status, _, body := s.get(t, "/"); status != 200 || !strings.Contains(body, "curl "+s.base+"/mapped/prod/greet") {
		t.Errorf("/: %d %s, want 200 and a command to try", status, body)
	}
	if code := s.stop(); code != 0 {
		t.Errorf("exit code %d, want 0\n%s", code, s.screen)
	}
	lines, err := os.ReadFile(access)
	if err != nil || !strings.Contains(string(lines), `"resource":"/greet","status":"200"`) || !strings.Contains(string(lines), id) {
		t.Errorf("access log %s, error %v; want a line with the route, the status and the id %s", lines, err, id)
	}
}

// TestTheRootOfACustomDomainIsTheAPIs has what the CDK's own test integ.domain-name-dualstack
// deploys and asks: a mapping without a base path, whose root is a method.
func TestTheRootOfACustomDomainIsTheAPIs(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{
		"manifest.json": `{"version": "36.0.0", "artifacts": {"S": {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/unknown-region", "properties": {"templateFile": "S.template.json"}}}}`,
		"S.template.json": `{"Resources": {
			"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "a"}},
			"Method": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Api"}, "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "HttpMethod": "GET", "AuthorizationType": "NONE",
				"MethodResponses": [{"StatusCode": "200"}], "Integration": {"Type": "MOCK", "RequestTemplates": {"application/json": "{\"statusCode\": 200}"},
					"IntegrationResponses": [{"StatusCode": "200", "ResponseTemplates": {"application/json": "{\"message\":\"hello\"}"}}]}}},
			"Deployment": {"Type": "AWS::ApiGateway::Deployment", "DependsOn": "Method", "Properties": {"RestApiId": {"Ref": "Api"}, "StageName": "prod"}},
			"Domain": {"Type": "AWS::ApiGateway::DomainName", "Properties": {"DomainName": "shop.example.com", "EndpointConfiguration": {"Types": ["REGIONAL"], "IpAddressType": "dualstack"}}},
			"Map": {"Type": "AWS::ApiGateway::BasePathMapping", "Properties": {"DomainName": {"Ref": "Domain"}, "RestApiId": {"Ref": "Api"}, "Stage": "prod"}}}}`,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := start(t, t.TempDir(), "--app", folder, "--no-watch")
	for _, c := range []struct {
		host, path string
		status     int
		body       string
	}{
		{"shop.example.com", "/", 200, `{"message":"hello"}`},
		{"shop.example.com", "/_local/apis", 403, `{"message":"Missing Authentication Token"}`},
		{"other.example.com", "/_local/apis", 403, "the inspector answers requests to a loopback address"},
	} {
		request, err := http.NewRequest("GET", s.base+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = c.host
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || response.StatusCode != c.status || !strings.Contains(string(body), c.body) {
			t.Errorf("%s%s: got %d %s, error %v; want %d %s", c.host, c.path, response.StatusCode, body, err, c.status, c.body)
		}
	}
}

// foreign copies the assembly of the sample app into the folder of a test, so that
// it changes alone. The packages of its functions are those of this module.
func foreign(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(testapp.Assembly())); err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestAnAssemblyThatIsMadeAgainIsReadAgain(t *testing.T) {
	folder := foreign(t)
	s := start(t, testapp.Dir(), "--app", folder)
	if status, _, _ := s.get(t, "/direct/prod/greet"); status != 200 {
		t.Fatalf("status %d, want 200\n%s", status, s.screen)
	}
	events := s.listen(t)
	file := filepath.Join(folder, "Sample.template.json")
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	s.screen.waitFor(t, "The last good version goes on")
	if status, _, _ := s.get(t, "/direct/prod/greet"); status != 200 {
		t.Errorf("after a broken template: status %d, want 200", status)
	}
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(good), `"Name": "direct"`, `"Name": "new-name"`)), 0o644); err != nil {
		t.Fatal(err)
	}
	s.screen.waitFor(t, "read again")
	if status, _, _ := s.get(t, "/new-name/prod/greet"); status != 200 {
		t.Errorf("after the change: status %d, want 200\n%s", status, s.screen)
	}
	status, header, _ := s.get(t, "/direct/prod/greet")
	if status != 403 {
		t.Errorf("the API that was renamed: status %d, want 403", status)
	}
	id := header.Get("x-amzn-RequestId")
	s.screen.waitFor(t, "box by box: "+s.base+"/_local/requests/"+id+"\n")
	for _, want := range []string{`"kind":"load-failed"`, `"status":200`, `"kind":"loaded"`, `"id":"` + id + `"`} {
		events.waitFor(t, want)
	}
	if code := s.stop(); code != 0 {
		t.Errorf("exit code %d while a page listens, want 0", code)
	}
	if rest, err := io.ReadAll(events.lines); err != nil {
		t.Errorf("got %q, error %v; want the end of the events when the runner ends", rest, err)
	}
}

// listener listens to the events of a runner.
type listener struct{ lines *bufio.Reader }

func (s *served) listen(t *testing.T) listener {
	t.Helper()
	response, err := http.Get(s.base + "/_local/events")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	l := listener{bufio.NewReader(response.Body)}
	l.waitFor(t, `"instance":`)
	return l
}

// waitFor reads until an event has a text.
func (l listener) waitFor(t *testing.T, text string) {
	t.Helper()
	for {
		line, err := l.lines.ReadString('\n')
		if err != nil {
			t.Fatalf("got %v, want an event with %s", err, text)
		}
		if strings.HasPrefix(line, "data: ") && strings.Contains(line, text) {
			return
		}
	}
}

func TestCommandLinesThatCannotBeServed(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	empty := t.TempDir()
	broken := foreign(t)
	if err := os.WriteFile(filepath.Join(broken, "manifest.json"), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		rule string
		args []string
		want string
	}{
		{"a port that is taken", []string{"--listen", taken.Addr().String(), "--app", testapp.Assembly()}, "choose another place with --listen"},
		{"an address without a port", []string{"--listen", "nowhere"}, "expected HOST:PORT, such as 127.0.0.1:3000"},
		{"a folder without an assembly", []string{"--listen", "127.0.0.1:0", "--app", empty}, "manifest.json"},
		{"a folder that is not there", []string{"--listen", "127.0.0.1:0", "--app", filepath.Join(empty, "none")}, "none"},
		{"a manifest that is not JSON", []string{"--listen", "127.0.0.1:0", "--app", broken}, "manifest.json"},
		{"a folder that is not there, by a name alone", []string{"--listen", "127.0.0.1:0", "--app", "cdk.out.missing"}, "--app cdk.out.missing: there is no such folder"},
		{"a command that fails", []string{"--listen", "127.0.0.1:0", "--app", "echo no such thing; exit 3"}, "no such thing"},
		{"context for a folder", []string{"--listen", "127.0.0.1:0", "--app", testapp.Assembly(), "-c", "stage=x"}, "no effect"},
		{"an access log that cannot be written", []string{"--listen", "127.0.0.1:0", "--access-log", empty}, "--access-log"},
		{"variables that are not there", []string{"--env-vars", filepath.Join(empty, "env.json")}, "--env-vars"},
		{"variables that are not JSON", []string{"--env-vars", writeFile(t, "env.json", "[]")}, `expected {"FunctionName"`},
		{"a variable that is a list", []string{"--env-vars", writeFile(t, "env.json", `{"F": {"X": []}}`)}, "X of F must be a text"},
	} {
		code, out, errors := commandLine("", c.args...)
		if code != 1 || !strings.Contains(errors, c.want) || strings.Contains(errors, "goroutine") {
			t.Errorf("%s: exit code %d, %s, %s; want %s", c.rule, code, out, errors, c.want)
		}
	}
}

func TestRoutes(t *testing.T) {
	code, out, errors := commandLine("", "routes", "--app", testapp.Assembly(), "--listen", "localhost:80")
	if code != 0 || errors != "" || !strings.Contains(out, "./internal/testapp/functions/mapped") || !strings.Contains(out, "curl http://localhost:80/direct/prod/greet") {
		t.Errorf("exit code %d, %s, %s; want 0, packages and a command to try", code, out, errors)
	}
	if code, _, errors := commandLine("", "routes", "x"); code != 2 || !strings.Contains(errors, `routes takes no "x"`) {
		t.Errorf("exit code %d, %s; want 2 and what routes does not take", code, errors)
	}
}

func TestInvoke(t *testing.T) {
	t.Chdir(t.TempDir())
	event := writeFile(t, "event.json", `{"name": "Ada"}`)
	for _, c := range []struct {
		rule      string
		args      []string
		code      int
		out, errs string
	}{
		{"by its folder, with an event", []string{"mapped", "--event", `{"name":"Ada"}`}, 0, `{"greeting":"Ada"}` + "\n", "greeted"},
		{"by its construct path, with a file", []string{"Sample/Mapped/Greet", "--event", "@" + event}, 0, `{"greeting":"Ada"}` + "\n", "START RequestId"},
		{"an error of the function", []string{"Sample/Mapped", "--event", `{"name":""}`}, 1, "BadRequest", "X-Amz-Function-Error is Unhandled"},
		{"an unknown function", []string{"greeter"}, 2, "", `there is no function "greeter": the app has direct, mapped`},
		{"a name of several", []string{"Greet"}, 2, "", "could be several"},
	} {
		code, out, errs := commandLine("", append([]string{"invoke", "--app", testapp.Assembly()}, c.args...)...)
		if code != c.code || !strings.Contains(out, c.out) || !strings.Contains(errs, c.errs) {
			t.Errorf("%s: exit code %d, %s, %s; want %d, %s, %s", c.rule, code, out, errs, c.code, c.out, c.errs)
		}
	}
}
