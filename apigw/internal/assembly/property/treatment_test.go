package property

import (
	"bufio"
	"os"
	"reflect"
	"strings"
	"testing"
)

// readTypes returns the resource types that are read, each with the Go type of its
// properties.
func readTypes() map[string]reflect.Type {
	return map[string]reflect.Type{
		"AWS::ApiGateway::RestApi":          reflect.TypeFor[RestApi](),
		"AWS::ApiGateway::Resource":         reflect.TypeFor[Resource](),
		"AWS::ApiGateway::Method":           reflect.TypeFor[Method](),
		"AWS::ApiGateway::Model":            reflect.TypeFor[Model](),
		"AWS::ApiGateway::RequestValidator": reflect.TypeFor[RequestValidator](),
		"AWS::ApiGateway::Authorizer":       reflect.TypeFor[Authorizer](),
		"AWS::ApiGateway::GatewayResponse":  reflect.TypeFor[GatewayResponse](),
		"AWS::ApiGateway::DomainName":       reflect.TypeFor[DomainName](),
		"AWS::ApiGateway::BasePathMapping":  reflect.TypeFor[BasePathMapping](),
		"AWS::ApiGateway::Deployment":       reflect.TypeFor[Deployment](),
		"AWS::ApiGateway::Stage":            reflect.TypeFor[Stage](),
		"AWS::ApiGateway::ApiKey":           reflect.TypeFor[ApiKey](),
		"AWS::ApiGateway::UsagePlan":        reflect.TypeFor[UsagePlan](),
		"AWS::ApiGateway::UsagePlanKey":     reflect.TypeFor[UsagePlanKey](),
		"AWS::Lambda::Function":             reflect.TypeFor[Function](),
		"AWS::Lambda::LayerVersion":         reflect.TypeFor[LayerVersion](),
		"AWS::Lambda::Version":              reflect.TypeFor[Version](),
		"AWS::Lambda::Alias":                reflect.TypeFor[Alias](),
		"AWS::Lambda::Permission":           reflect.TypeFor[Permission](),
	}
}

// paths adds the paths of all properties that a type has fields for.
func paths(t reflect.Type, prefix string, into map[string]bool) {
	switch t.Kind() {
	case reflect.Pointer:
		paths(t.Elem(), prefix, into)
	case reflect.Slice, reflect.Map:
		if t.Elem().Kind() == reflect.Struct {
			paths(t.Elem(), join(prefix, "*"), into)
		}
	case reflect.Struct:
		if t == reflect.TypeFor[Unresolved]() {
			switch prefix { // that of Layers has texts alone
			case "Code":
				paths(reflect.TypeFor[Code](), prefix, into)
			case "Content":
				paths(reflect.TypeFor[LayerContent](), prefix, into)
			}
			return
		}
		for i := range t.NumField() {
			path := join(prefix, t.Field(i).Name)
			into[path] = true
			paths(t.Field(i).Type, path, into)
		}
	}
}

// documented returns the properties in the AWS documentation, by resource type.
func documented(t *testing.T) map[string][]string {
	file, err := os.Open("testdata/cloudformation.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	all := map[string][]string{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		resourceType, path, ok := strings.Cut(lines.Text(), " ")
		if !ok {
			t.Fatalf("got the line %q, want a type and a property", lines.Text())
		}
		all[resourceType] = append(all[resourceType], path)
	}
	if len(all) < 35 {
		t.Fatalf("got %d types in the table, want at least 35", len(all))
	}
	return all
}

func TestEveryDocumentedPropertyIsReadOrTreated(t *testing.T) {
	types := readTypes()
	for resourceType, properties := range documented(t) {
		goType, isRead := types[resourceType]
		if whole := TypeTreatment(resourceType); whole.Known {
			if isRead {
				t.Errorf("%s: got it read and treated as a whole, want one of both", resourceType)
			}
			continue
		}
		if !isRead {
			t.Errorf("%s: got it neither read nor treated, want one of both", resourceType)
			continue
		}
		read := map[string]bool{}
		paths(goType, "", read)
		for _, path := range properties {
			treated := TreatmentOf(resourceType, path).Known
			switch {
			case read[path] && treated:
				t.Errorf("%s %s: got it read and treated as unread, want one of both", resourceType, path)
			case !read[path] && !treated:
				t.Errorf("%s %s: got it neither read nor treated, want one of both", resourceType, path)
			}
			delete(read, path)
		}
		for path := range read {
			t.Errorf("%s %s: got it read, want a property that is documented", resourceType, path)
		}
	}
}

func TestEveryTreatmentIsOfADocumentedProperty(t *testing.T) {
	all := documented(t)
	for resourceType := range readTypes() {
		known := map[string]bool{}
		for _, path := range all[resourceType] {
			known[path] = true
		}
		for path, notice := range unread(resourceType) {
			if !known[path] {
				t.Errorf("%s: got a treatment for %s, want one of a documented property", resourceType, path)
			}
			if text := notice.Text(); text != "" && !strings.HasSuffix(text, ".") {
				t.Errorf("%s %s: got the notice %q, want a sentence", resourceType, path, text)
			}
		}
	}
}

func TestTreatmentOf(t *testing.T) {
	tests := []struct {
		name, resourceType, path string
		known, notice            bool
	}{
		{"no effect", "AWS::Lambda::Function", "Description", true, false},
		{"a notice", "AWS::Lambda::Function", "VpcConfig", true, true},
		{"what is in an object is treated as the object", "AWS::Lambda::Function", "VpcConfig.SubnetIds", true, true},
		{"in a list", "AWS::ApiGateway::Stage", "MethodSettings.*.CachingEnabled", true, true},
		{"unknown property", "AWS::Lambda::Function", "Colour", false, false},
		{"unknown type", "AWS::Lambda::Colour", "Description", false, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := TreatmentOf(test.resourceType, test.path)
			if got.Known != test.known || got.Notice.IsZero() == test.notice {
				t.Errorf("got %+v, want known %v and a notice %v", got, test.known, test.notice)
			}
		})
	}
}

func TestTypeTreatmentOfOtherServices(t *testing.T) {
	tests := []struct {
		resourceType, says string
	}{
		{"AWS::ApiGatewayV2::Api", "HTTP APIs"},
		{"AWS::Serverless::Function", "AWS::Serverless"},
		{"AWS::WAFv2::WebACLAssociation", "Web ACLs"},
		{"AWS::Lambda::Url", "Function URLs"},
	}
	for _, test := range tests {
		if got := TypeTreatment(test.resourceType).Notice.Text(); !strings.Contains(got, test.says) {
			t.Errorf("%s: got %q, want a text with %q", test.resourceType, got, test.says)
		}
	}
	if got := TypeTreatment("AWS::DynamoDB::Table"); got.Known {
		t.Errorf("got %+v for a table of DynamoDB, want no treatment", got)
	}
}
