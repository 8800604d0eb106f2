package property

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly/cloudassembly"
	"example.com/apigw/internal/assembly/template"
)

// resource returns the resource R of a template, with those properties.
func resource(t *testing.T, properties string) *template.Resource {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "S.template.json")
	text := `{"Parameters": {"Size": {"Type": "Number", "Default": 256}}, "Resources": {"R": {"Type": "T", "Properties": ` + properties + `}}}`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	app, err := template.New([]*cloudassembly.Stack{{Name: "S", TemplateFile: file, Assets: cloudassembly.AssetsIn(dir)}}, template.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return app.Stacks[0].Resources()[0]
}

func TestDecode(t *testing.T) {
	r := resource(t, `{"MemorySize": {"Ref": "Size"}, "Timeout": {"Ref": "AWS::NoValue"}, "Code": {"Ref": "Nothing"}, "Tags": {"Ref": "Nothing"},
		"LoggingConfig": {"LogGroup": {"Ref": "AWS::StackName"}, "SystemLogLevel": "WARN"}}`)
	var f Function
	unread, broken := Decode(r, &f)
	if len(broken) > 0 {
		t.Fatal(broken)
	}
	size := 256
	want := Function{MemorySize: &size, Code: Unresolved{map[string]any{"Ref": "Nothing"}}, LoggingConfig: LoggingConfig{LogGroup: "S"}}
	if !reflect.DeepEqual(f, want) {
		t.Errorf("got %+v, want %+v", f, want)
	}
	if want := []Unread{{"LoggingConfig.SystemLogLevel", "WARN"}, {"Tags", map[string]any{"Ref": "Nothing"}}}; !reflect.DeepEqual(unread, want) {
		t.Errorf("got the unread properties %v, want %v", unread, want)
	}
}

func TestDecodeErrors(t *testing.T) {
	tests := []struct{ name, properties, says string }{
		{"what cannot be resolved", `{"Runtime": {"Ref": "Nothing"}}`, "S.template.json: resource R"},
		{"what is of the wrong type", `{"Environment": {"Variables": {"A": {"B": 1}}}}`, "Properties.Environment.Variables.A: a text is needed here, but there is an object"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, broken := Decode(resource(t, test.properties), &Function{}); len(broken) != 1 || !strings.Contains(broken[0].Err.Error(), test.says) {
				t.Errorf("got the brokenor %v, want one with %s", broken, test.says)
			}
		})
	}
}

func parse(t *testing.T, text string) any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestDecodeValue(t *testing.T) {
	seven, rate := 7, 2.5
	tests := []struct {
		name, json string
		into, want any
	}{
		{"texts, numbers and booleans stay what they are", `{"Enabled":true,"Name":"n"}`, &ApiKey{}, &ApiKey{Enabled: true, Name: "n"}},
		{"a boolean as a text", `{"Enabled":"True"}`, &ApiKey{}, &ApiKey{Enabled: true}},
		{"a number where a text is due", `{"StatusCode":404}`, &GatewayResponse{}, &GatewayResponse{StatusCode: "404"}},
		{"a number as a text", `{"BurstLimit":"7","RateLimit":"2.5"}`, &Throttle{}, &Throttle{BurstLimit: &seven, RateLimit: &rate}},
		{"an integer written as a fraction", `{"BurstLimit":7.0}`, &Throttle{}, &Throttle{BurstLimit: &seven}},
		{"null is not there", `{"Name":null}`, &ApiKey{}, &ApiKey{}},
		{"a single value for a list of one", `{"Types":"EDGE"}`, &EndpointConfiguration{}, &EndpointConfiguration{Types: []string{"EDGE"}}},
		{"maps of booleans", `{"ResponseParameters":{"a":true,"b":"false"}}`, &MethodResponse{}, &MethodResponse{ResponseParameters: map[string]bool{"a": true, "b": false}}},
		{"lists of objects", `{"IntegrationResponses":[{"StatusCode":"200"}]}`, &Integration{}, &Integration{IntegrationResponses: []IntegrationResponse{{StatusCode: "200"}}}},
		{"maps of objects", `{"Throttle":{"/a/GET":{"BurstLimit":7}}}`, &ApiStage{}, &ApiStage{Throttle: map[string]Throttle{"/a/GET": {BurstLimit: &seven}}}},
		{"anything", `{"Schema":{"type":"object"}}`, &Model{}, &Model{Schema: map[string]any{"type": "object"}}},
		{"unresolved", `{"Code":{"ZipFile":"x"}}`, &Function{}, &Function{Code: Unresolved{map[string]any{"ZipFile": "x"}}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := DecodeValue(parse(t, test.json), test.into); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(test.into, test.want) {
				t.Errorf("got %+v, want %+v", test.into, test.want)
			}
		})
	}
}

func TestDecodeValueTellsWhatItDoesNotRead(t *testing.T) {
	unread, err := DecodeValue(parse(t, `{"Colour":1,"MethodSettings":[{"MetricsEnabled":true},{"HttpMethod":"*"}]}`), &Stage{})
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, u := range unread {
		paths = append(paths, u.Path)
	}
	if want := []string{"Colour", "MethodSettings.*.MetricsEnabled"}; !slices.Equal(paths, want) {
		t.Errorf("got %q, want %q", paths, want)
	}
}

func TestDecodeValueErrors(t *testing.T) {
	tests := []struct {
		name, json string
		into       any
		says       string
	}{
		{"no boolean", `{"Enabled":"perhaps"}`, &ApiKey{}, `Enabled: true or false is needed here, but there is "perhaps"`},
		{"no number", `{"BurstLimit":"many"}`, &Throttle{}, `BurstLimit: a number is needed here, but there is "many"`},
		{"no integer", `{"BurstLimit":1.5}`, &Throttle{}, `BurstLimit: an integer is needed here, but there is "1.5"`},
		{"too large", `{"BurstLimit":1e300}`, &Throttle{}, "an integer is needed"},
		{"infinite", `{"RateLimit":"Inf"}`, &Throttle{}, "a number is needed"},
		{"a list for a text", `{"Name":[]}`, &ApiKey{}, "Name: a text is needed here, but there is a list"},
		{"an object for a number", `{"BurstLimit":{}}`, &Throttle{}, "a number is needed here, but there is an object"},
		{"an object for a boolean", `{"Enabled":{}}`, &ApiKey{}, "a boolean is needed"},
		{"a text for an object", `{"Integration":"MOCK"}`, &Method{}, "Integration: an object is needed here, but there is MOCK"},
		{"a text for a map", `{"RequestModels":"x"}`, &Method{}, "RequestModels: an object is needed"},
		{"in a map", `{"RequestParameters":{"method.request.path.id":"x"}}`, &Method{}, "RequestParameters.method.request.path.id: true or false"},
		{"in a list", `{"MethodResponses":[{},{"StatusCode":[]}]}`, &Method{}, "MethodResponses.1.StatusCode: a text is needed"},
		{"the whole", `"x"`, &Method{}, "an object is needed here, but there is x"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := DecodeValue(parse(t, test.json), test.into)
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got the error %v, want one with %s", err, test.says)
			}
		})
	}
}
