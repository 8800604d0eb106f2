package lessons

import (
	"encoding/json"
	"path"
	"strings"
	"testing"
)

// template is the template of the stack, as far as the tests read it.
type template struct {
	Resources map[string]struct {
		Type       string
		Properties struct {
			HttpMethod  string
			Integration struct {
				Type                 string
				Uri                  any
				IntegrationResponses []struct{ StatusCode, SelectionPattern string }
			}
			MethodResponses []struct{ StatusCode string }
			Role            any
		}
		Metadata map[string]any
	}
}

func synthesized(t *testing.T) template {
	t.Helper()
	var made template
	if err := json.Unmarshal(snapshot(t)[StackName+".template.json"], &made); err != nil {
		t.Fatal(err)
	}
	return made
}

// CloudFormation takes 500 resources. Beyond 470 it is time for a second stack.
func TestTheStackFitsIntoATemplate(t *testing.T) {
	if got := len(synthesized(t).Resources); got > 470 {
		t.Errorf("the stack has %d resources, want at most 470", got)
	}
}

func TestEachVariantHasAMethodOfItsDoor(t *testing.T) {
	made := synthesized(t)
	methods := map[string]bool{} // path of the construct, such as lessons/raw-json/broken/GET → proxy
	for _, resource := range made.Resources {
		if resource.Type != "AWS::ApiGateway::Method" {
			continue
		}
		_, where, _ := strings.Cut(strings.TrimSuffix(resource.Metadata["aws:cdk:path"].(string), "/Resource"), "/Default/")
		integration := resource.Properties.Integration
		methods[where] = integration.Type == "AWS_PROXY"
		if integration.Type == "AWS" && (len(integration.IntegrationResponses) == 0 || len(resource.Properties.MethodResponses) == 0) {
			t.Errorf("%s has no responses: without proxy integration every call is a 500", where)
		}
	}
	for _, lesson := range lessons(t) {
		for _, v := range lesson.Variants {
			method, err := lesson.method(v)
			if err != nil {
				t.Fatal(err)
			}
			where := strings.TrimPrefix(v.Route, "/") + "/" + lesson.Request.Method
			if proxy, ok := methods[where]; !ok || proxy != method.Proxy {
				t.Errorf("%s: there is a method %t, with proxy integration %t, want it with %t", where, ok, proxy, method.Proxy)
			}
			delete(methods, where)
		}
	}
	for where := range methods {
		t.Errorf("the method %s belongs to no lesson", where)
	}
}

// The first lesson is that the door decides: one function, two responses.
func TestRawJSONHasOneFunctionBehindBothDoors(t *testing.T) {
	uris := map[string]string{}
	for _, resource := range synthesized(t).Resources {
		if where, ok := resource.Metadata["aws:cdk:path"].(string); ok && resource.Type == "AWS::ApiGateway::Method" {
			uri, err := json.Marshal(resource.Properties.Integration.Uri)
			if err != nil {
				t.Fatal(err)
			}
			uris[path.Dir(where)] = string(uri)
		}
	}
	const route = StackName + "/Api/Default/lessons/raw-json/"
	if broken, mapped := uris[route+"broken/GET"], uris[route+"mapped/GET"]; broken == "" || broken != mapped {
		t.Errorf("the proxy method calls %s\nand the mapped one %s, want the same function", broken, mapped)
	}
}

func TestFunctionsShareTheirRoleAndNameTheirSource(t *testing.T) {
	sources := map[string]bool{}
	roles := map[string]bool{}
	for id, resource := range synthesized(t).Resources {
		if resource.Type != "AWS::Lambda::Function" {
			continue
		}
		role, err := json.Marshal(resource.Properties.Role)
		if err != nil {
			t.Fatal(err)
		}
		roles[string(role)] = true
		source, _ := resource.Metadata["go:package"].(string)
		if source == "" {
			source, _ = resource.Metadata["code:folder"].(string)
		}
		if source == "" || !exists(path.Join("..", source)) {
			t.Errorf("%s has its source in %q, which is not there", id, source)
		}
		sources[source] = true
	}
	if len(roles) != 1 {
		t.Errorf("the functions have %d roles, want one for all", len(roles))
	}
	for _, lesson := range lessons(t) {
		for _, v := range lesson.Variants {
			if source := "./lessons/" + lesson.source(v); !sources[source] {
				t.Errorf("no function is made from %s", source)
			}
		}
	}
}
