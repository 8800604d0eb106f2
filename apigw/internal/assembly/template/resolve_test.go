package template

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly/cloudassembly"
)

// app writes templates to files, named Name=JSON, and reads them as stacks.
func app(t *testing.T, o Options, templates ...string) *App {
	t.Helper()
	dir := t.TempDir()
	var stacks []*cloudassembly.Stack
	for _, each := range templates {
		name, text, _ := strings.Cut(each, "=")
		file := filepath.Join(dir, name+".template.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(name, "nested") {
			continue // only a file, for resources of other stacks
		}
		stacks = append(stacks, &cloudassembly.Stack{
			Name: name, DisplayName: name, TemplateFile: file, Assets: cloudassembly.AssetsIn(dir),
			Parameters: map[string]string{"FromManifest": "manifest"},
		})
	}
	a, err := New(stacks, o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// value resolves the property P of the resource R of the first stack.
func value(t *testing.T, a *App) (any, bool, error) {
	t.Helper()
	r := a.Stacks[0].byID["R"]
	if r == nil {
		t.Fatal("got no resource R in the template, want one")
	}
	return r.Resolve(r.Properties["P"], "P")
}

// surroundings is what the functions under test refer to.
const surroundings = `
	"Parameters": {
		"Size": {"Type": "Number", "Default": 3},
		"Names": {"Type": "CommaDelimitedList", "Default": "a, b,c"},
		"None": {"Type": "List<Number>", "Default": ""},
		"Given": {"Type": "String"},
		"GivenToStack": {"Type": "String"},
		"FromManifest": {"Type": "String"},
		"Missing": {"Type": "String"},
		"Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/path"},
		"StoredList": {"Type": "AWS::SSM::Parameter::Value<List<String>>", "Default": "/path"},
		"Broken": {"Type": "String", "Default": {}}
	},
	"Mappings": {"M": {"us-east-1": {"k": "v", "list": ["x"]}}},
	"Conditions": {
		"Yes": {"Fn::Equals": [{"Ref": "Size"}, "3"]},
		"No": {"Fn::Not": [{"Condition": "Yes"}]},
		"Both": {"Fn::And": [{"Condition": "Yes"}, {"Condition": "No"}]},
		"One": {"Fn::Or": [{"Condition": "No"}, {"Condition": "Yes"}]},
		"Lists": {"Fn::Equals": [["a"], ["a"]]},
		"Unlike": {"Fn::Equals": ["a", ["a"]]},
		"Circle": {"Condition": "Circle2"}, "Circle2": {"Fn::Not": [{"Condition": "Circle"}]},
		"BadName": {"Condition": 1}, "BadKind": "Yes", "BadFunction": {"Fn::Xor": []},
		"BadNot": {"Fn::Not": []}, "BadAnd": {"Fn::And": "x"}, "BadEquals": {"Fn::Equals": ["a"]}, "Absent": {"Condition": "Nowhere"}
	},`

func in(property string) string {
	return `S={` + surroundings + `"Resources": {
		"R": {"Type": "Custom::R", "Properties": {"P": ` + property + `}},
		"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "news"}},
		"Unborn": {"Type": "AWS::SNS::Topic", "Condition": "No"},
		"A": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "B"}}},
		"B": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Fn::GetAtt": ["A", "TopicName"]}}}
	}}`
}

var given = Options{Parameters: map[string]string{"Given": "g", "S:GivenToStack": "s", "GivenToStack": "other"}}

func TestResolve(t *testing.T) {
	tests := []struct{ name, property, want string }{
		{"plain values stay", `{"a": [1, "x", true, null, 1.50]}`, `{"a":[1,"x",true,null,1.50]}`},
		{"Ref to a parameter with a default", `{"Ref": "Size"}`, `"3"`},
		{"Ref to a parameter that is given", `{"Ref": "Given"}`, `"g"`},
		{"a value given to the stack wins", `{"Ref": "GivenToStack"}`, `"s"`},
		{"a value of the manifest", `{"Ref": "FromManifest"}`, `"manifest"`},
		{"Ref to a list", `{"Ref": "Names"}`, `["a","b","c"]`},
		{"Ref to an empty list", `{"Ref": "None"}`, `[]`},
		{"a parameter of the SSM store is made up", `{"Fn::Select": [0, {"Fn::Split": ["-", {"Ref": "Stored"}]}]}`, `"ssm"`},
		{"a list of the SSM store", `{"Fn::Length": {"Ref": "StoredList"}}`, `1`},
		{"Ref among other keys is not a function", `{"Ref": "x", "other": 1}`, `{"Ref":"x","other":1}`},

		{"account", `{"Ref": "AWS::AccountId"}`, `"123456789012"`},
		{"region", `{"Ref": "AWS::Region"}`, `"us-east-1"`},
		{"partition", `{"Ref": "AWS::Partition"}`, `"aws"`},
		{"URL suffix", `{"Ref": "AWS::URLSuffix"}`, `"amazonaws.com"`},
		{"stack name", `{"Ref": "AWS::StackName"}`, `"S"`},
		{"stack id", `{"Fn::Select": [5, {"Fn::Split": [":", {"Fn::Select": [0, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}]}]}`, `"stack"`},
		{"notification ARNs", `{"Ref": "AWS::NotificationARNs"}`, `[]`},
		{"no value takes keys and elements away", `{"a": {"Ref": "AWS::NoValue"}, "b": [{"Ref": "AWS::NoValue"}, 1]}`, `{"b":[1]}`},

		{"GetAtt as a list", `{"Fn::GetAtt": ["Topic", "TopicArn"]}`, `"arn:aws:sns:us-east-1:123456789012:news"`},
		{"GetAtt as a text", `{"Fn::GetAtt": "Topic.TopicName"}`, `"news"`},
		{"GetAtt with a function for the attribute", `{"Fn::GetAtt": ["Topic", {"Fn::Sub": ["Topic${x}", {"x": "Name"}]}]}`, `"news"`},

		{"Join", `{"Fn::Join": ["-", ["a", 1, true, {"Ref": "Size"}, {"Ref": "AWS::NoValue"}]]}`, `"a-1-true-3"`},
		{"Join of a list parameter", `{"Fn::Join": ["+", {"Ref": "Names"}]}`, `"a+b+c"`},
		{"Split", `{"Fn::Split": ["|", "a||b"]}`, `["a","","b"]`},
		{"Select with an index as a text", `{"Fn::Select": ["1", ["a", {"Ref": "Size"}]]}`, `"3"`},
		{"Sub", `{"Fn::Sub": "${AWS::Region}/${Size}/${Topic.TopicName}/${ Topic }"}`, `"us-east-1/3/news/arn:aws:sns:us-east-1:123456789012:news"`},
		{"Sub keeps literals", `{"Fn::Sub": "${!Size} $ {x} $"}`, `"${Size} $ {x} $"`},
		{"Sub with variables", `{"Fn::Sub": ["${x}-${Size}-${y.z}", {"x": {"Ref": "Size"}, "y.z": "dot"}]}`, `"3-3-dot"`},
		{"Base64", `{"Fn::Base64": {"Fn::Sub": "a${Size}"}}`, `"YTM="`},
		{"GetAZs of a region", `{"Fn::GetAZs": "eu-west-1"}`, `["eu-west-1a","eu-west-1b","eu-west-1c"]`},
		{"GetAZs of this region", `{"Fn::Select": [0, {"Fn::GetAZs": ""}]}`, `"us-east-1a"`},
		{"Length", `{"Fn::Length": ["a", {"Ref": "AWS::NoValue"}, "b"]}`, `2`},
		{"ToJsonString", `{"Fn::ToJsonString": {"b": {"Ref": "Size"}, "a": ["<&>", 1.0]}}`, `"{\"a\":[\"<&>\",1.0],\"b\":\"3\"}"`},
		{"Cidr", `{"Fn::Cidr": ["10.0.0.0/16", 3, 8]}`, `["10.0.0.0/24","10.0.1.0/24","10.0.2.0/24"]`},
		{"FindInMap", `{"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "k"]}`, `"v"`},
		{"FindInMap of a list", `{"Fn::FindInMap": ["M", "us-east-1", "list"]}`, `["x"]`},
		{"FindInMap with a default", `{"Fn::FindInMap": ["M", "nowhere", "k", {"DefaultValue": {"Ref": "Size"}}]}`, `"3"`},

		{"If true", `{"Fn::If": ["Yes", "a", "b"]}`, `"a"`},
		{"If false", `{"Fn::If": ["No", "a", "b"]}`, `"b"`},
		{"If leaves the other branch alone", `{"Fn::If": ["Yes", "a", {"Ref": "Nothing"}]}`, `"a"`},
		{"If takes a property away", `{"a": {"Fn::If": ["Both", 1, {"Ref": "AWS::NoValue"}]}}`, `{}`},
		{"Or", `{"Fn::If": ["One", 1, 2]}`, `1`},
		{"Equals of lists", `{"Fn::If": ["Lists", 1, 2]}`, `1`},
		{"Equals of a text and a list", `{"Fn::If": ["Unlike", 1, 2]}`, `2`},
		{"Equals as a value", `{"Fn::Equals": ["a", "a"]}`, `true`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, _, err := value(t, app(t, given, in(test.property)))
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			encoder := json.NewEncoder(&b)
			encoder.SetEscapeHTML(false)
			if err := encoder.Encode(got); err != nil {
				t.Fatal(err)
			}
			if b.String() != test.want+"\n" {
				t.Errorf("got %s, want %s", b.String(), test.want)
			}
		})
	}
}

func TestResolveNoValue(t *testing.T) {
	got, ok, err := value(t, app(t, given, in(`{"Ref": "AWS::NoValue"}`)))
	if err != nil || ok || got != nil {
		t.Errorf("got %v, %v and the error %v, want no value", got, ok, err)
	}
}

func TestResolveErrors(t *testing.T) {
	strict := given
	strict.Strict = true
	tests := []struct{ name, property, says string }{
		{"unknown function", `{"Fn::Jion": []}`, `S.template.json: resource R: Properties.P.Fn::Jion: there is no intrinsic function Fn::Jion: check its spelling`},
		{"macro", `{"Fn::Transform": {"Name": "Own"}}`, "runs at deployment only"},
		{"function beside other keys", `{"Fn::Sub": "x", "y": 1}`, "must be alone in its object"},
		{"reference to nothing", `{"a": [{"Ref": "Nothing"}]}`, `Properties.P.a.0.Ref: there is no parameter and no resource "Nothing" in this template: add it`},
		{"wrong letter case", `{"Ref": "topic"}`, `did you mean "Topic"?`},
		{"wrong letter case of a parameter", `{"Ref": "size"}`, `did you mean "Size"?`},
		{"reference to what a condition takes away", `{"Ref": "Unborn"}`, `does not exist, since its condition No is false`},
		{"unknown pseudo parameter", `{"Ref": "AWS::Region2"}`, "there is no pseudo parameter AWS::Region2"},
		{"Ref to no text", `{"Ref": ["x"]}`, "the name of a parameter or resource is needed here, but there is a list"},
		{"parameter without a value", `{"Ref": "Missing"}`, `parameter "Missing" has no value: give it one with --parameters Missing=VALUE (or S:Missing=VALUE), or a Default`},
		{"default that is not a text", `{"Ref": "Broken"}`, "Parameters.Broken.Default: a text is needed here"},
		{"circular reference", `{"Ref": "A"}`, "circular reference: S.B → S.A.TopicName → S.B: break the circle"},
		{"circular condition", `{"Fn::If": ["Circle", 1, 2]}`, "circular reference: condition S.Circle → condition S.Circle2 → condition S.Circle"},
		{"unknown condition", `{"Fn::If": ["Absent", 1, 2]}`, `there is no condition "Nowhere"`},
		{"condition without a name", `{"Fn::If": ["BadName", 1, 2]}`, "the name of a condition is needed"},
		{"condition that is not a function", `{"Fn::If": ["BadKind", 1, 2]}`, "a condition is one of"},
		{"unknown condition function", `{"Fn::If": ["BadFunction", 1, 2]}`, "there is no condition function Fn::Xor"},
		{"Not of nothing", `{"Fn::If": ["BadNot", 1, 2]}`, "it is used as"},
		{"And of a text", `{"Fn::If": ["BadAnd", 1, 2]}`, "it is used as"},
		{"Equals of one", `{"Fn::If": ["BadEquals", 1, 2]}`, "it is used as"},
		{"If without a name", `{"Fn::If": [1, 1, 2]}`, "the name of a condition is needed"},
		{"If of two", `{"Fn::If": ["Yes", 1]}`, "it is used as"},
		{"GetAtt of a number", `{"Fn::GetAtt": 1}`, "it is used as"},
		{"GetAtt without an attribute", `{"Fn::GetAtt": "Topic"}`, "it is used as"},
		{"GetAtt of one", `{"Fn::GetAtt": ["Topic"]}`, "it is used as"},
		{"GetAtt of no text", `{"Fn::GetAtt": [1, "x"]}`, "a logical id is needed"},
		{"GetAtt of nothing", `{"Fn::GetAtt": "Nothing.Arn"}`, "there is no parameter and no resource"},
		{"Join of a text", `{"Fn::Join": ["", "x"]}`, "a list is needed here, but there is a text"},
		{"Join of an object", `{"Fn::Join": ["", [{"a": 1}]]}`, "a text is needed here, but there is an object"},
		{"Join without a list", `{"Fn::Join": [""]}`, "it is used as"},
		{"Join with a list as delimiter", `{"Fn::Join": [[], []]}`, "a text is needed here, but there is a list"},
		{"Split without a delimiter", `{"Fn::Split": ["", "x"]}`, "the delimiter must not be empty"},
		{"Split of a list", `{"Fn::Split": [",", []]}`, "a text is needed"},
		{"Select beyond the end", `{"Fn::Select": [2, ["a", "b"]]}`, "there is no value 2: the list has 2, counted from 0"},
		{"Select with a text", `{"Fn::Select": ["one", ["a"]]}`, `"one" is not an integer`},
		{"Select of a text", `{"Fn::Select": [0, "a"]}`, "a list is needed"},
		{"Sub without an end", `{"Fn::Sub": "${x"}`, "a ${ has no }"},
		{"Sub of nothing", `{"Fn::Sub": "${Nothing}"}`, `Properties.P.Fn::Sub.${Nothing}: there is no parameter`},
		{"Sub of a list", `{"Fn::Sub": "${Names}"}`, "a text is needed here, but there is a list"},
		{"Sub with a broken variable", `{"Fn::Sub": ["${x}", {"x": {"Ref": "Nothing"}}]}`, "there is no parameter"},
		{"Sub without variables", `{"Fn::Sub": ["x", 1]}`, "an object of names and values"},
		{"Sub without a text", `{"Fn::Sub": [1, {}]}`, "a text is needed"},
		{"Sub of one", `{"Fn::Sub": ["x"]}`, "it is used as"},
		{"Base64 of a list", `{"Fn::Base64": []}`, "a text is needed"},
		{"GetAZs of a list", `{"Fn::GetAZs": []}`, "a text is needed"},
		{"Length of a text", `{"Fn::Length": "x"}`, "a list is needed"},
		{"ToJsonString of a text", `{"Fn::ToJsonString": "x"}`, "an object or a list is needed here, but there is a text"},
		{"Cidr of IPv6", `{"Fn::Cidr": ["fd00::/48", 1, 64]}`, "is not a block of IPv4 addresses"},
		{"Cidr without room", `{"Fn::Cidr": ["10.0.0.0/24", 2, 8]}`, "has no room for 2 subnets"},
		{"Cidr of too many", `{"Fn::Cidr": ["10.0.0.0/8", 257, 8]}`, "the count must be 1 to 256"},
		{"Cidr of one", `{"Fn::Cidr": ["10.0.0.0/8"]}`, "it is used as"},
		{"Cidr with a text", `{"Fn::Cidr": ["10.0.0.0/8", "x", 8]}`, "is not an integer"},
		{"FindInMap of nothing", `{"Fn::FindInMap": ["M", "us-east-1", "x"]}`, "Mappings has no M.us-east-1.x: add it, or give a DefaultValue"},
		{"FindInMap of two", `{"Fn::FindInMap": ["M", "x"]}`, "it is used as"},
		{"FindInMap with a list", `{"Fn::FindInMap": ["M", [], "x"]}`, "a text is needed"},
		{"import of nothing", `{"Fn::ImportValue": "x"}`, `no stack of this assembly exports "x"`},
		{"import of a list", `{"Fn::ImportValue": []}`, "a text is needed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, _, err := value(t, app(t, strict, in(test.property)))
			if err == nil {
				t.Fatalf("got %v, want an error", got)
			}
			if !strings.Contains(err.Error(), test.says) {
				t.Errorf("got the error %s\nwant one with %s", err, test.says)
			}
		})
	}
}

func TestResolveKeepsTextsShort(t *testing.T) {
	long := `{"Fn::Join": ["", [` + strings.TrimSuffix(strings.Repeat(`{"Ref": "Given"},`, 200), ",") + `]]}`
	o := Options{Parameters: map[string]string{"Given": strings.Repeat("x", 10_000)}}
	for _, p := range []string{long, `{"Fn::Sub": "` + strings.Repeat("${Given}", 200) + `"}`} {
		if _, _, err := value(t, app(t, o, in(p))); err == nil || !strings.Contains(err.Error(), "longer than") {
			t.Errorf("got the error %v, want one about the length", err)
		}
	}
}
