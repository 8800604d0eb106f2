package template

import (
	"strings"
	"testing"
)

// textOf resolves the property P of a resource to a text.
func textOf(t *testing.T, a *App, stack, id string) (string, error) {
	t.Helper()
	for _, s := range a.Stacks {
		if s.DisplayName == stack {
			if r := s.byID[id]; r != nil {
				return r.ResolveText("P")
			}
		}
	}
	t.Fatalf("got no resource %s in stack %s, want one", id, stack)
	return "", nil
}

func TestReferencesAmongStacks(t *testing.T) {
	a := app(t, Options{Strict: true},
		`One={"Resources": {
			"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "news"}},
			"Inner": {"Type": "AWS::CloudFormation::Stack", "Metadata": {"aws:asset:path": "nested1.template.json", "aws:cdk:path": "One/Inner/Resource"},
				"Properties": {"Parameters": {"Name": {"Fn::GetAtt": ["Topic", "TopicName"]}, "List": {"Fn::Split": [",", "a,b"]}, "Nothing": {"Ref": "AWS::NoValue"}}}},
			"R": {"Type": "Custom::R", "Properties": {"P": {"Fn::GetAtt": ["Inner", "Outputs.Greeting"]}}},
			"NoOutput": {"Type": "Custom::R", "Properties": {"P": {"Fn::GetAtt": ["Inner", "Outputs.Nothing"]}}},
			"Unborn": {"Type": "Custom::R", "Properties": {"P": {"Fn::GetAtt": ["Inner", "Outputs.Unborn"]}}},
			"Id": {"Type": "Custom::R", "Properties": {"P": {"Ref": "Inner"}}}
		}, "Outputs": {
			"Name": {"Value": {"Fn::GetAtt": ["Topic", "TopicName"]}, "Export": {"Name": {"Fn::Sub": "${AWS::StackName}:Name"}}},
			"Broken": {"Value": "x", "Export": {"Name": {"Ref": "Nowhere"}}},
			"Plain": {"Value": "x"}
		}}`,
		`Two={"Resources": {
			"R": {"Type": "Custom::R", "Properties": {"P": {"Fn::ImportValue": "One:Name"}}},
			"Self": {"Type": "Custom::R", "Properties": {"P": {"Fn::ImportValue": "Circle"}}}
		}, "Outputs": {
			"Circle": {"Value": {"Fn::ImportValue": "Circle"}, "Export": {"Name": "Circle"}}
		}}`,
		`nested1={"Parameters": {"Name": {"Type": "String"}, "List": {"Type": "CommaDelimitedList"}, "Nothing": {"Type": "String", "Default": "d"}, "Missing": {"Type": "String"}},
			"Conditions": {"No": {"Fn::Equals": ["a", "b"]}},
			"Resources": {
				"R": {"Type": "Custom::R", "Properties": {"P": {"Fn::Sub": ["${Name} ${x} ${Nothing} ${AWS::StackName}", {"x": {"Fn::Select": [1, {"Ref": "List"}]}}]}}},
				"M": {"Type": "Custom::R", "Properties": {"P": {"Ref": "Missing"}}},
				"Deeper": {"Type": "AWS::CloudFormation::Stack", "Condition": "No", "Metadata": {"aws:asset:path": "nested2.template.json"}}
			},
			"Outputs": {"Greeting": {"Value": {"Fn::Sub": "Hello ${Name}"}}, "Unborn": {"Condition": "No", "Value": "x"}}}`,
		`nested2={"Resources": {}}`,
	)
	tests := []struct{ name, stack, id, want, fails string }{
		{"an output of a nested stack, made of a parameter from its parent", "One", "R", "Hello news", ""},
		{"an import from another stack", "Two", "R", "news", ""},
		{"parameters of a nested stack", "One/Inner", "R", "news b d One-Inner-", ""},
		{"a nested stack's id", "One", "Id", "arn:aws:cloudformation:us-east-1:123456789012:stack/One-Inner-", ""},
		{"an output that is not there", "One", "NoOutput", "", `stack One/Inner has no output "Nothing"`},
		{"an output whose condition is false", "One", "Unborn", "", `output "Unborn" of stack One/Inner does not exist`},
		{"a parameter that the parent does not give", "One/Inner", "M", "", `parameter "Missing" has no value: give it one under Parameters of resource Inner`},
		{"an import of itself", "Two", "Self", "", "circular reference: output Two.Circle → output Two.Circle"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := textOf(t, a, test.stack, test.id)
			switch {
			case test.fails != "" && (err == nil || !strings.Contains(err.Error(), test.fails)):
				t.Errorf("got the error %v, want one with %s", err, test.fails)
			case test.fails == "" && err != nil:
				t.Error(err)
			case !strings.HasPrefix(got, test.want):
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	if len(a.Stacks) != 3 {
		t.Errorf("got %d stacks, want them without the one whose condition is false", len(a.Stacks))
	}
}

func TestNestedStackThatCannotBeRead(t *testing.T) {
	tests := []struct{ name, resource, says string }{
		{"file is missing", `"Metadata": {"aws:asset:path": "gone.json"}`, "gone.json"},
		{"template is not an asset", `"Properties": {"TemplateURL": "https://example.com/a/b.json"}`, "is not an asset of this assembly"},
		{"URL cannot be resolved", `"Properties": {"TemplateURL": {"Ref": "Nothing"}}`, `"Nothing"`},
		{"nested in itself", `"Metadata": {"aws:asset:path": "S.template.json"}`, "nested in itself"},
		{"nested in what it nests", `"Metadata": {"aws:asset:path": "nested1.template.json"}`, "nested in itself"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			template := `{"Resources": {
				"Inner": {"Type": "AWS::CloudFormation::Stack", ` + test.resource + `},
				"R": {"Type": "Custom::R", "Properties": {"P": {"Fn::GetAtt": ["Inner", "Outputs.X"]}}}}}`
			a := app(t, Options{Strict: true}, "S="+template, "nested1="+template)
			if len(a.Unread) != 1 || !strings.Contains(a.Unread[0].Err.Error(), test.says) {
				t.Errorf("got the unread stacks %v, want one with %s", a.Unread, test.says)
			}
			if _, err := textOf(t, a, "S", "R"); err == nil {
				t.Error("got no error for a reference to its output, want one")
			}
		})
	}
}

func TestAccountAndRegion(t *testing.T) {
	a := app(t, Options{Account: "999988887777", Region: "cn-north-1"}, in(`{"Fn::Sub": "${AWS::AccountId} ${AWS::Region} ${AWS::Partition} ${AWS::URLSuffix}"}`))
	got, _, err := value(t, a)
	if want := "999988887777 cn-north-1 aws-cn amazonaws.com.cn"; err != nil || got != want {
		t.Errorf("got %v, %v, want %s", got, err, want)
	}
	if got := partition("us-gov-west-1"); got != "aws-us-gov" {
		t.Errorf("got the partition %s, want the one of GovCloud", got)
	}
}

func TestResourceExists(t *testing.T) {
	a := app(t, Options{}, `S={"Conditions": {"No": {"Fn::Equals": ["a", "b"]}}, "Resources": {
		"R": {"Type": "T"}, "N": {"Type": "T", "Condition": "No"}, "B": {"Type": "T", "Condition": "Gone"}, "Broken": "text"}}`)
	s := a.Stacks[0]
	if exists, err := s.byID["R"].Exists(); !exists || err != nil {
		t.Errorf("without a condition: got %v, %v, want true", exists, err)
	}
	if exists, err := s.byID["N"].Exists(); exists || err != nil {
		t.Errorf("with a false condition: got %v, %v, want false", exists, err)
	}
	if _, err := s.byID["B"].Exists(); err == nil || !strings.Contains(err.Error(), "resource B: Condition: there is no condition") {
		t.Errorf("with an unknown condition: got the error %v, want one that names it", err)
	}
	if len(s.Resources()) != 3 {
		t.Errorf("got %d resources, want them without what is not an object", len(s.Resources()))
	}
}

func TestTransformsAndLoops(t *testing.T) {
	a := app(t, Options{}, `One={"Transform": "AWS::Serverless-2016-10-31", "Resources": {"Fn::ForEach::Names": ["N", ["a"], {"R${N}": {"Type": "T"}}]}}`, `Two={"Transform": ["A", {"Name": "B"}]}`,
		`Three={"Transform": ["AWS::LanguageExtensions"], "Resources": {"Fn::ForEach::Names": ["N", ["a", "b"], {"R${N}": {"Type": "T"}}]}}`)
	if got := strings.Join(append(a.Stacks[0].Transforms(), a.Stacks[1].Transforms()...), " "); got != "AWS::Serverless-2016-10-31 A B" {
		t.Errorf("got the transforms %s, want those of the template", got)
	}
	if got := a.Stacks[0].Loops(); len(got) != 1 || got["Fn::ForEach::Names"] == nil || !strings.Contains(got["Fn::ForEach::Names"].Error(), "loops need the transform AWS::LanguageExtensions") {
		t.Errorf("without the transform: got the loops %v, want that the one needs it", got)
	}
	if three := a.Stacks[2]; len(three.Loops()) != 0 || three.byID["Ra"] == nil || three.byID["Rb"] == nil {
		t.Errorf("with the transform: got the loops %v and the resources %v, want Ra and Rb", three.Loops(), three.byID)
	}
}

func TestConstructPath(t *testing.T) {
	a := app(t, Options{}, `S={"Resources": {
		"A": {"Type": "T", "Metadata": {"aws:cdk:path": "S/Api/Resource"}},
		"B": {"Type": "T", "Metadata": {"aws:cdk:path": "S/Api/ResourcePolicy"}},
		"C": {"Type": "T"}, "D": {"Type": "T"}}}`)
	s := a.Stacks[0]
	s.constructPaths = map[string]string{"C": "S/FromManifest/Resource"}
	s.prepare()
	for id, want := range map[string]string{"A": "S/Api", "B": "S/Api/ResourcePolicy", "C": "S/FromManifest", "D": "S/D"} {
		if got := s.byID[id].Path; got != want {
			t.Errorf("%s: got the path %s, want %s", id, got, want)
		}
	}
}

func TestCircular(t *testing.T) {
	tests := []struct{ name, a, b, says string }{
		{"two resources that refer to each other", `"Properties": {"P": {"Ref": "B"}}`, `"Properties": {"P": [{"Fn::GetAtt": ["A", "Arn"]}]}`, "A → B → A"},
		{"through DependsOn", `"DependsOn": "B"`, `"DependsOn": ["A"]`, "A → B → A"},
		{"through Sub", `"Properties": {"P": {"Fn::Sub": "${B.Arn} ${!A}"}}`, `"Properties": {"P": {"Fn::Sub": ["${A}${x}", {"x": 1}]}}`, "A → B → A"},
		{"with itself", `"Properties": {"P": {"Fn::GetAtt": "A.Arn"}}`, ``, "A → A"},
		{"in the branch that is taken", `"Properties": {"P": {"Fn::If": ["Yes", {"Ref": "B"}, 1]}}`, `"DependsOn": "A"`, "A → B → A"},
		{"not in the other branch", `"Properties": {"P": {"Fn::If": ["Yes", 1, {"Ref": "B"}]}}`, `"DependsOn": "A"`, ""},
		{"not through what does not exist", `"DependsOn": "B", "Condition": "No"`, `"DependsOn": "A"`, ""},
		{"not through variables of Sub", `"Properties": {"P": {"Fn::Sub": ["${B}", {"B": "x"}]}}`, `"DependsOn": "A"`, ""},
		{"not in one direction", `"Properties": {"P": {"Ref": "B"}}`, ``, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := strings.TrimSuffix(`"Type": "T", `+test.b, ", ")
			a := app(t, Options{}, `S={"Conditions": {"Yes": {"Fn::Equals": ["a", "a"]}, "No": {"Fn::Equals": ["a", "b"]}},
				"Resources": {"A": {"Type": "T", `+test.a+`}, "B": {`+b+`}}}`)
			err := a.Stacks[0].byID["A"].Circular()
			switch {
			case test.says == "" && err != nil:
				t.Error(err)
			case test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says)):
				t.Errorf("got the error %v, want one with %s", err, test.says)
			}
		})
	}
}

func TestWhatAResourceRefersTo(t *testing.T) {
	a := app(t, Options{}, `S={"Parameters": {"Size": {"Type": "Number"}}, "Resources": {"Other": {"Type": "T"},
		"R": {"Type": "T", "Properties": {"A": {"Ref": "Size"}, "B": {"Fn::GetAtt": ["Other", "Arn"]}, "C": {"Fn::Sub": "${Gone.Arn} ${AWS::Region}"}}}}}`)
	r := a.Stacks[0].byID["R"]
	for _, c := range []struct{ rule, got, want string }{
		{"parameters, resources and what is neither", strings.Join(r.Dependencies(), " "), "AWS::Region Gone Other Size"},
		{"what the template does not declare", strings.Join(r.Undeclared(), " "), "Gone"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.rule, c.got, c.want)
		}
	}
}
