package lint

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/rules"
)

// sample are findings of each severity, one of them hostile.
func sample() []Finding {
	return []Finding{
		{Rule: rules.Of("stage-name-invalid", "stage", `"v1.0"`), Severity: Refused, Path: "Shop/Stage", Stack: "Shop", LogicalID: "Stage", Property: "StageName", File: "cdk.out/Shop.template.json", Line: 7},
		{Rule: rules.Of("integration-responses-missing"), Severity: Fails, Path: "Shop/A\x1b[2J\u009b, b:c\r%", Stack: "Shop", LogicalID: "A"},
		{Rule: rules.Of("template-json-quoted", "reference", "$input.json('$.a')"), Severity: Trap, Path: "Shop/B", Stack: "Shop", LogicalID: "B", Template: &TemplatePlace{Name: "request template application/json", Line: 3, Column: 5}, File: "a b.vtl", Line: 3},
	}
}

func written(t *testing.T, format string, found []Finding) string {
	t.Helper()
	var out strings.Builder
	if err := Write(&out, format, found); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestText(t *testing.T) {
	got := written(t, "text", sample())
	for _, want := range []string{
		"the deployment fails:\n  Shop/Stage: \"v1.0\" is not the name of a stage.\n      at StageName, cdk.out/Shop.template.json:7\n      AWS says: Stage name only allows a-zA-Z0-9_\n      fix: ",
		"\n      rule: stage-name-invalid\n",
		"it can be deployed, and then fails:\n  Shop/A",
		"it can be deployed, and is a trap:\n  Shop/B: ",
		"at request template application/json, line 3, a b.vtl:3\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant in it %q", got, want)
		}
	}
}

func TestNoFormatWritesControlCharacters(t *testing.T) {
	for _, format := range Formats() {
		if got := written(t, format, sample()); strings.ContainsAny(got, "\x1b\r\u009b") {
			t.Errorf("%s: got control characters in %q, want escapes", format, got)
		}
	}
}

func TestJSON(t *testing.T) {
	var got []record
	if err := json.Unmarshal([]byte(written(t, "json", sample())), &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 || got[0].Rule != "stage-name-invalid" || got[0].Severity != Refused || got[0].Line != 7 || got[0].AWS == "" || got[2].Template.Line != 3 {
		t.Errorf("got %+v, want the three findings", got)
	}
	if empty := written(t, "json", nil); empty != "[]\n" {
		t.Errorf("got %q for no findings, want an empty list", empty)
	}
}

func TestGitHub(t *testing.T) {
	got := written(t, "github", sample())
	for i, want := range []string{
		"::error file=cdk.out/Shop.template.json,line=7,title=stage-name-invalid::the deployment fails: Shop/Stage: ",
		`::error title=integration-responses-missing::it can be deployed, and then fails: Shop/A\x1b[2J\u009b, b:c\r%25: `,
		"::warning file=a b.vtl,line=3,title=template-json-quoted::it can be deployed, and is a trap: ",
	} {
		if lines := strings.Split(got, "\n"); len(lines) != 4 || !strings.HasPrefix(lines[i], want) {
			t.Errorf("got\n%s\nwant the line %d to begin with %q", got, i+1, want)
		}
	}
}

// The parts of SARIF 2.1.0 that its schema requires.
func TestSARIF(t *testing.T) {
	for name, found := range map[string][]Finding{"three findings": sample(), "none": nil} {
		var log map[string]any
		if err := json.Unmarshal([]byte(written(t, "sarif", found)), &log); err != nil {
			t.Fatal(err)
		}
		if log["version"] != "2.1.0" || !strings.Contains(log["$schema"].(string), "sarif-2.1.0") {
			t.Errorf("%s: got the version %v and the schema %v, want 2.1.0", name, log["version"], log["$schema"])
		}
		runs, _ := log["runs"].([]any)
		if len(runs) != 1 {
			t.Fatalf("%s: got %d runs, want one", name, len(runs))
		}
		run := runs[0].(map[string]any)
		driver := run["tool"].(map[string]any)["driver"].(map[string]any)
		ruleList, isList := driver["rules"].([]any)
		if driver["name"] == "" || !isList {
			t.Errorf("%s: got the driver %v, want a name and a list of rules", name, driver)
		}
		results, isList := run["results"].([]any)
		if !isList || len(results) != len(found) {
			t.Fatalf("%s: got the results %v, want %d", name, run["results"], len(found))
		}
		for i, each := range results {
			result := each.(map[string]any)
			index := int(result["ruleIndex"].(float64))
			if id := ruleList[index].(map[string]any)["id"]; id != result["ruleId"] {
				t.Errorf("result %d: got the rule %v at the index of %v, want the same", i, id, result["ruleId"])
			}
			if level := result["level"]; level != "error" && level != "warning" {
				t.Errorf("result %d: got the level %v, want error or warning", i, level)
			}
			if text, _ := result["message"].(map[string]any)["text"].(string); text == "" {
				t.Errorf("result %d: got no message, want one", i)
			}
			location := result["locations"].([]any)[0].(map[string]any)
			if physical, ok := location["physicalLocation"].(map[string]any); ok {
				uri := physical["artifactLocation"].(map[string]any)["uri"].(string)
				line := physical["region"].(map[string]any)["startLine"].(float64)
				if strings.Contains(uri, " ") || line < 1 {
					t.Errorf("result %d: got %q, line %v, want a URI and a line from 1", i, uri, line)
				}
			} else if found[i].File != "" {
				t.Errorf("result %d: got no physical location, want %s", i, found[i].File)
			}
		}
	}
}

func TestAnUnknownFormat(t *testing.T) {
	if err := Write(new(bytes.Buffer), "xml", nil); err == nil || !strings.Contains(err.Error(), "text, json, github, sarif") {
		t.Errorf("got the error %v, want one with the formats", err)
	}
}

func TestSuppressions(t *testing.T) {
	for _, c := range []struct {
		name, rule, path string
		want             []string // paths that are left
	}{
		{"the very path", "r1", "Shop/Api/GET", []string{"Shop/Api/POST", "Shop/Other", "Shop/Api/GET r2"}},
		{"a star for a part", "r1", "Shop/*/GET", []string{"Shop/Api/POST", "Shop/Other", "Shop/Api/GET r2"}},
		{"all below", "r1", "Shop/Api/**", []string{"Shop/Other", "Shop/Api/GET r2"}},
		{"all below a star", "r1", "Shop/*/**", []string{"Shop/Api/GET r2"}},
		{"a star is one part", "r1", "Shop/*", []string{"Shop/Api/GET", "Shop/Api/POST", "Shop/Api/GET r2"}},
		{"no path", "r1", "", []string{"Shop/Api/GET r2"}},
		{"all", "r1", "**", []string{"Shop/Api/GET r2"}},
		{"another rule", "r3", "", []string{"Shop/Api/GET", "Shop/Api/POST", "Shop/Other", "Shop/Api/GET r2"}},
	} {
		var found []Finding
		for _, path := range []string{"Shop/Api/GET", "Shop/Api/POST", "Shop/Other"} {
			found = append(found, Finding{Rule: rules.Of("r1"), Path: path})
		}
		found = append(found, Finding{Rule: rules.Of("r2"), Path: "Shop/Api/GET"})
		left, suppressed, unused := Suppress(found, []Suppression{{c.rule, c.path, "because"}})
		var got []string
		for _, f := range left {
			if f.Rule.ID() != "r1" {
				f.Path += " " + f.Rule.ID()
			}
			got = append(got, f.Path)
		}
		if !reflect.DeepEqual(got, c.want) || suppressed != 4-len(c.want) || len(unused) == 1 != (suppressed == 0) {
			t.Errorf("%s: got %q left, %d suppressed and %d unused, want %q left", c.name, got, suppressed, len(unused), c.want)
		}
	}
}

func TestFilesOfSuppressions(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a good one", `[{"rule": "cors-header-missing", "path": "Shop/**", "reason": "only servers call it"}]`, ""},
		{"an empty list", `[]`, ""},
		{"an empty file", ``, "is not a list of suppressions"},
		{"cut off", `[{"rule": "cors-`, "is not a list of suppressions"},
		{"an object", `{}`, "is not a list of suppressions"},
		{"binary", "\x00\x01\xff", "is not a list of suppressions"},
		{"more behind it", `[] []`, "goes on after the list"},
		{"a member that there is not", `[{"rule": "cors-header-missing", "reson": "x"}]`, `unknown field "reson"`},
		{"a rule that there is not", `[{"rule": "cors", "reason": "x"}]`, `there is no rule "cors"`},
		{"no reason", `[{"rule": "cors-header-missing", "reason": " "}]`, "without a reason"},
		{"a path that is not a pattern", `[{"rule": "cors-header-missing", "path": "[", "reason": "x"}]`, "is not a pattern"},
		{"a huge one", `["` + strings.Repeat("a", maxSuppressFile) + `"]`, "should be a short list"},
	} {
		file := filepath.Join(t.TempDir(), "lint.json")
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := ReadSuppressions(file)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got the error %v, want %q", c.name, err, c.want)
		}
	}
}

func TestLocate(t *testing.T) {
	resources := good()
	change{vtlText, "#set($a = 1)\n" + `{"padding": "so that the file is long enough",` + "\n" + `"name": "$input.path('$.name')"}`}.apply(t, resources)
	change{"Stage|StageName", "v1.0"}.apply(t, resources)
	root := writeApp(t, resources)
	// The template in the stack has a line before the text of the file.
	if err := os.MkdirAll(filepath.Join(root, "templates"), 0o750); err != nil {
		t.Fatal(err)
	}
	source := `{"padding": "so that the file is long enough",` + "\r\n" + `"name": "$input.path('$.name')"}` + "\r\n"
	if err := os.WriteFile(filepath.Join(root, "templates", "order.vtl"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	report, err := Run(root, assembly.Options{})
	if err != nil {
		t.Fatal(err)
	}
	Locate(report.Found, root)
	if len(report.Found) != 2 {
		t.Fatalf("got %v, want two findings", ids(report.Found))
	}
	stage, name := report.Found[0], report.Found[1]
	text, err := os.ReadFile(filepath.Join(root, "Shop.template.json"))
	if err != nil {
		t.Fatal(err)
	}
	if line := strings.Split(string(text), "\n")[stage.Line-1]; stage.File != "Shop.template.json" || !strings.Contains(line, `"Stage"`) {
		t.Errorf("got %s:%d, which is %q, want the line of the stage", stage.File, stage.Line, line)
	}
	if name.File != "templates/order.vtl" || name.Line != 2 || name.Template.Line != 3 {
		t.Errorf("got %s:%d, line %d of the template, want templates/order.vtl:2 and line 3", name.File, name.Line, name.Template.Line)
	}
}

func TestNoticesAreSaidOnce(t *testing.T) {
	found := []Finding{
		{Rule: rules.Of("mapping-expression-invalid", "target", "t", "source", "s"), Severity: Refused, Path: "Shop/Api/GET"},
		{Rule: rules.Of("model-schema-invalid", "problem", "p"), Severity: Refused, Path: "Shop/Api/Order"},
		{Rule: rules.Of("template-json-quoted", "reference", "r"), Severity: Trap, Path: "Shop/Api/GET"},
		{Rule: rules.Of("template-name-unknown", "name", "n", "problem", "p"), Severity: Trap, Path: "Shop/Api/PUT"},
	}
	notices := []assembly.Notice{
		assembly.NewNotice("Shop/Api/GET", rules.Of("mapping-unreadable", "problem", "p")),
		assembly.NewNotice("Shop/Api/POST", rules.Of("mapping-unreadable", "problem", "p")),
		assembly.NewNotice("Shop/Api", rules.Of("model-invalid", "model", "Order", "problem", "p")),
		assembly.NewNotice("Shop/Api/GET", rules.Of("cache-not-done")),
	}
	var got []string
	for _, n := range Notices(found, notices) {
		got = append(got, n.Rule.ID()+" "+n.Path)
	}
	want := []string{"mapping-expression-invalid Shop/Api/GET", "model-schema-invalid Shop/Api/Order", "template-name-unknown Shop/Api/PUT", "mapping-unreadable Shop/Api/POST", "cache-not-done Shop/Api/GET"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for notice, refusals := range same {
		for _, id := range append(refusals, notice) {
			if _, ok := rules.Lookup(id); !ok {
				t.Errorf("got the rule %q, want one of the rulebook", id)
			}
		}
	}
}

// A LambdaRestApi is told from other APIs by the tree of constructs alone.
func TestLambdaRestApiWithoutProxy(t *testing.T) {
	for _, c := range []struct {
		name, class string
		changes     []change
		want        bool
	}{
		{"a LambdaRestApi whose method declares responses", "aws-cdk-lib.aws_apigateway.LambdaRestApi", nil, true},
		{"a RestApi", "aws-cdk-lib.aws_apigateway.RestApi", nil, false},
		{"one with the greedy resource", "aws-cdk-lib.aws_apigateway.LambdaRestApi", []change{{"Rest|PathPart", "{proxy+}"}}, false},
		{"one that declares no responses", "aws-cdk-lib.aws_apigateway.LambdaRestApi", []change{{"Direct|MethodResponses", nil}}, false},
		{"no tree", "", nil, false},
	} {
		resources := good()
		for _, each := range append([]change{{"Rest|PathPart", "items"}, {"Direct|MethodResponses", list{object{"StatusCode": "200"}}}}, c.changes...) {
			each.apply(t, resources)
		}
		dir := writeApp(t, resources)
		if c.class != "" {
			tree, err := json.Marshal(object{"tree": object{"path": "", "children": object{"Shop": object{"path": "Shop", "children": object{
				"Api": object{"path": "Shop/Api", "constructInfo": object{"fqn": c.class}}}}}}})
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "tree.json"), tree, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		report, err := Run(dir, assembly.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(strings.Join(ids(report.Found), " "), "rest-api-proxy-false Direct"); got != c.want {
			t.Errorf("%s: got %v, %q, want %v", c.name, got, ids(report.Found), c.want)
		}
	}
}

// The methods and gateway responses of an OpenAPI document are checked like others.
func TestDocuments(t *testing.T) {
	operation := func(integration object) object {
		return object{"openapi": "3.0.1", "info": object{"title": "shop", "version": "1"}, "paths": object{"/orders/{id}": object{"get": object{
			"parameters":                      list{object{"name": "id", "in": "path", "required": true, "schema": object{"type": "string"}}},
			"responses":                       object{"200": object{"description": "ok", "headers": object{"Version": object{"schema": object{"type": "string"}}}}},
			"x-amazon-apigateway-integration": integration,
		}}}}
	}
	responses := object{"default": object{"statusCode": "200", "responseParameters": object{"method.response.header.Version": "'1'"}}}
	for _, c := range []struct {
		name        string
		integration object
		want        string // rule of the first finding
	}{
		{"nothing wrong", object{"type": "http", "httpMethod": "GET", "uri": "http://a.example/", "requestParameters": object{"integration.request.path.id": "method.request.path.id"}, "responses": responses}, ""},
		{"a parameter that is not declared", object{"type": "http", "httpMethod": "GET", "uri": "http://a.example/", "requestParameters": object{"integration.request.path.id": "method.request.path.name"}, "responses": responses}, "mapping-parameter-undeclared"},
		{"a template that is not one", object{"type": "http", "httpMethod": "GET", "uri": "http://a.example/", "requestTemplates": object{"application/json": "#if("}, "responses": responses}, "template-does-not-parse"},
		{"no responses", object{"type": "http", "httpMethod": "GET", "uri": "http://a.example/"}, "integration-responses-missing"},
	} {
		deployment := object{"Type": "AWS::ApiGateway::Deployment", "Properties": object{"RestApiId": ref("Api"), "StageName": "prod"}}
		found := find(t, map[string]object{
			"Api":        {"Type": "AWS::ApiGateway::RestApi", "Properties": object{"Body": operation(c.integration)}},
			"Deployment": deployment,
		})
		got := ""
		if len(found) > 0 {
			got = found[0].Rule.ID()
			if found[0].Path != "Shop/Api/orders/{id} GET" {
				t.Errorf("%s: got the path %q, want that of the method", c.name, found[0].Path)
			}
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q first", c.name, ids(found), c.want)
		}
	}
}

// What a macro or a loop adds to a template may be what a reference means.
func TestReferencesToWhatIsAddedAtDeployment(t *testing.T) {
	for name, change := range map[string]func(object){
		"a transform": func(template object) { template["Transform"] = list{"AWS::Serverless-2016-10-31"} },
		"a loop that cannot be run": func(template object) {
			template["Resources"].(object)["Fn::ForEach::All"] = list{"Name", list{"A"}}
		},
		"language extensions": func(template object) { template["Transform"] = "AWS::LanguageExtensions" },
	} {
		resources := object{"Queue": object{"Type": "AWS::SQS::Queue", "Properties": object{"QueueName": ref("Later")}}}
		template := object{"Resources": resources}
		change(template)
		dir := writeApp(t, nil)
		text, err := json.Marshal(template)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "Shop.template.json"), text, 0o600); err != nil {
			t.Fatal(err)
		}
		report, err := Run(dir, assembly.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if want := name == "language extensions"; (len(report.Found) > 0) != want {
			t.Errorf("%s: got %q, want a finding: %v", name, ids(report.Found), want)
		}
	}
}
