package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/apigw/internal/testapp"
)

// broken writes an app whose stage has a name that AWS refuses, and a proxy
// integration with a template, which is a trap. It returns the folder of the app.
func broken(t *testing.T) string {
	t.Helper()
	return writeAssembly(t, `{"Resources": {
		"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "shop"}},
		"Get": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Api"}, "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
			"HttpMethod": "GET", "AuthorizationType": "NONE", "Integration": {"Type": "HTTP_PROXY", "IntegrationHttpMethod": "GET", "Uri": "http://127.0.0.1:1/",
			"RequestTemplates": {"application/json": "{}"}}}},
		"Deployment": {"Type": "AWS::ApiGateway::Deployment", "DependsOn": "Get", "Properties": {"RestApiId": {"Ref": "Api"}}},
		"Stage": {"Type": "AWS::ApiGateway::Stage", "Properties": {"RestApiId": {"Ref": "Api"}, "DeploymentId": {"Ref": "Deployment"}, "StageName": "v1.0"}}
	}}`)
}

// writeAssembly writes an app with a cloud assembly of one stack in cdk.out.
func writeAssembly(t *testing.T, template string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "cdk.out"), 0o750); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"manifest.json": `{"version": "36.0.0", "artifacts": {"Shop": {"type": "aws:cloudformation:stack", "environment": "aws://123456789012/us-east-1",
			"properties": {"templateFile": "Shop.template.json"}}}}`,
		"Shop.template.json": template,
	} {
		if err := os.WriteFile(filepath.Join(dir, "cdk.out", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestLintExitCodes(t *testing.T) {
	clean := testapp.Assembly()
	dir := broken(t)
	t.Chdir(dir)
	write := func(name, text string) string {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	both := write("both.json", `[{"rule": "stage-name-invalid", "path": "Shop/*", "reason": "only served here"}, {"rule": "template-on-proxy", "reason": "it documents"}]`)
	unused := write("unused.json", `[{"rule": "cors-header-missing", "path": "Shop/**", "reason": "only servers call it"}]`)
	wrong := write("wrong.json", `[{"rule": "cors-header-missing"}]`)
	huge := write("huge.json", strings.Repeat(" ", 2<<20))
	for _, c := range []struct {
		rule   string
		args   []string
		code   int
		out    string // in the output
		errors string // in the errors
	}{
		{"a clean app", []string{"-a", clean}, 0, "", ""},
		{"findings", []string{"-a", "cdk.out"}, 1, "the deployment fails:\n  Shop/Stage: \"v1.0\" is not the name of a stage.", ""},
		{"what AWS says", []string{"-a", "cdk.out"}, 1, "AWS says: Stage name only allows a-zA-Z0-9_", ""},
		{"the place", []string{"-a", "cdk.out"}, 1, "cdk.out/Shop.template.json:7", ""},
		{"a trap", []string{"-a", "cdk.out"}, 1, "it can be deployed, and is a trap:\n  Shop/Get: ", ""},
		{"findings as JSON", []string{"-a", "cdk.out", "--format", "json"}, 1, `"rule": "stage-name-invalid"`, ""},
		{"findings for GitHub", []string{"-a", "cdk.out", "--format", "github"}, 1, "::error file=cdk.out/Shop.template.json,line=7,title=stage-name-invalid::", ""},
		{"a report", []string{"-a", "cdk.out", "--format", "sarif"}, 1, `"version": "2.1.0"`, ""},
		{"all suppressed", []string{"-a", "cdk.out", "--suppress", both}, 0, "", "suppressed: 2"},
		{"a suppression of nothing", []string{"-a", "cdk.out", "--suppress", unused}, 1, "Shop/Stage", `the suppression of cors-header-missing at "Shop/**" matches nothing`},
		{"a suppression without a reason", []string{"-a", "cdk.out", "--suppress", wrong}, 2, "", "without a reason"},
		{"a huge file of suppressions", []string{"-a", "cdk.out", "--suppress", huge}, 2, "", "should be a short list"},
		{"no file of suppressions", []string{"-a", "cdk.out", "--suppress", "none.json"}, 2, "", "none.json"},
		{"a format that there is not", []string{"-a", "cdk.out", "--format", "xml"}, 2, "", `there is no format "xml"`},
		{"an argument", []string{"app"}, 2, "", `lint takes no "app"`},
		{"a folder without an assembly", []string{"-a", "."}, 2, "", "manifest.json"},
	} {
		code, out, errors := commandLine("", append([]string{"lint"}, c.args...)...)
		if code != c.code || !strings.Contains(out, c.out) || !strings.Contains(errors, c.errors) || c.errors == "" && errors != "" {
			t.Errorf("%s: got the exit code %d, %q and %q, want %d, %q and %q", c.rule, code, out, errors, c.code, c.out, c.errors)
		}
		if code == 2 && (out != "" || strings.Count(errors, "\n") != 1) {
			t.Errorf("%s: got %q and %q, want one line of errors", c.rule, out, errors)
		}
	}
}

// The file of suppressions in the folder of the app needs no flag.
func TestLintReadsTheSuppressionsOfTheApp(t *testing.T) {
	t.Chdir(broken(t))
	if err := os.WriteFile("lint.json", []byte(`[{"rule": "template-on-proxy", "path": "Shop/Get", "reason": "it documents"}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, _ := commandLine("", "lint", "-a", "cdk.out", "--format", "json")
	var found []struct{ Rule string }
	if err := json.Unmarshal([]byte(out), &found); err != nil || code != 1 || len(found) != 1 || found[0].Rule != "stage-name-invalid" {
		t.Errorf("got the exit code %d and %s, want 1 and the rule stage-name-invalid alone", code, out)
	}
}

func TestLintOfFilesThatAreNotAnAssembly(t *testing.T) {
	for _, c := range []struct{ rule, template, want string }{
		{"empty", "", "ends too early"},
		{"cut off", `{"Resources": {"Api": `, "ends too early"},
		{"binary", "\x7fELF\x00\xff", "not JSON"},
		{"a list", "[]", "must not be a JSON array"},
	} {
		t.Chdir(writeAssembly(t, c.template))
		code, out, errors := commandLine("", "lint", "-a", "cdk.out")
		if code != 2 || out != "" || !strings.Contains(errors, c.want) || strings.Count(errors, "\n") != 1 {
			t.Errorf("%s: got the exit code %d, %q and %q, want 2 and one line with %q", c.rule, code, out, errors, c.want)
		}
	}
	// A gigabyte without content takes no place on the disk.
	dir := writeAssembly(t, "{}")
	if err := os.Truncate(filepath.Join(dir, "cdk.out", "Shop.template.json"), 1<<30); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	if code, _, errors := commandLine("", "lint", "-a", "cdk.out"); code != 2 || !strings.Contains(errors, "more than 64 MB") {
		t.Errorf("got the exit code %d and %q for a gigabyte, want 2 and that it is too large", code, errors)
	}
}

func TestServeSaysWhatAWSRefuses(t *testing.T) {
	s := start(t, broken(t), "--app", "cdk.out", "--no-watch")
	want := `The deployment of this app fails:\n  Shop/Stage: "v1.0" is not the name of a stage.\n    AWS says: Stage name only allows a-zA-Z0-9_\n    fix: `
	s.screen.waitFor(t, want)
	if strings.Contains(s.screen.String(), "template-on-proxy") {
		t.Errorf("got a trap at start, want refusals alone:\n%s", s.screen)
	}
}
