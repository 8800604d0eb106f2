package lint

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"example.com/apigw/internal/assembly/template"
	"example.com/apigw/internal/rules"
)

// cloudFormationChecks are what CloudFormation itself refuses.
func cloudFormationChecks() []*Check {
	return []*Check{
		{Name: "references", Rules: []string{"template-type-missing", "template-reference-unknown", "template-function-unknown"}, Run: checkReferences},
		{Name: "circles", Rules: []string{"template-circle"}, Run: checkCircles},
		{Name: "required properties", Rules: []string{"property-missing"}, Run: checkRequired},
		{Name: "names", Rules: []string{"name-twice", "log-group-name-invalid"}, Run: checkNames},
	}
}

// isExpanded reports whether CloudFormation adds resources to a template that are not
// in it yet.
func isExpanded(s *template.Stack) bool {
	for _, name := range s.Transforms() {
		if name != "AWS::LanguageExtensions" {
			return true
		}
	}
	return len(s.Loops()) > 0
}

func checkReferences(p *Pass) {
	for _, r := range p.resources {
		if strings.HasPrefix(r.LogicalID, "Fn::") {
			continue // a loop
		}
		if r.Type == "" {
			p.report(r, "", rules.Of("template-type-missing"))
			continue
		}
		if p.expanded[r.Stack] {
			continue
		}
		for _, name := range r.Undeclared() {
			p.report(r, "", rules.Of("template-reference-unknown", "name", name))
		}
		if name := unknownFunction(r.Properties, 0); name != "" {
			p.report(r, "", rules.Of("template-function-unknown", "name", name))
		}
	}
}

// intrinsic are the functions of CloudFormation and of its language extensions.
var intrinsic = []string{
	"And", "Base64", "Cidr", "Contains", "EachMemberEquals", "EachMemberIn", "Equals", "FindInMap", "GetAtt", "GetAZs",
	"GetStackOutput", "If", "ImportValue", "Join", "Length", "Not", "Or", "RefAll", "Select", "Split", "Sub",
	"ToJsonString", "Transform", "ValueOf", "ValueOfAll",
}

// unknownFunction returns the first call, in the order of keys, of a function that
// there is not; empty if there is none.
func unknownFunction(v any, depth int) string {
	if depth > maxDepth {
		return ""
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if name := unknownFunction(e, depth+1); name != "" {
				return name
			}
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			name, call := strings.CutPrefix(key, "Fn::")
			if call && len(v) == 1 && !slices.Contains(intrinsic, name) && !strings.HasPrefix(name, "ForEach::") {
				return key
			}
			if name := unknownFunction(v[key], depth+1); name != "" {
				return name
			}
		}
	}
	return ""
}

func checkCircles(p *Pass) {
	seen := map[string]bool{} // stack and circle: each is said once
	for _, r := range p.resources {
		err := r.Circular()
		if err == nil {
			continue
		}
		_, circle, _ := strings.Cut(err.Error(), "CloudFormation refuses: ")
		circle, _, _ = strings.Cut(circle, ": drop")
		links := strings.Split(circle, " → ")
		first := links[0]
		for _, link := range links {
			first = min(first, link)
		}
		if key := r.Stack.Name + " " + first; !seen[key] {
			seen[key] = true
			p.report(r, "", rules.Of("template-circle", "circle", circle))
		}
	}
}

// required has the properties without which CloudFormation refuses a resource, by
// type. Those that another rule is about are not among them.
var required = map[string][]string{
	"AWS::ApiGateway::Resource":         {"RestApiId", "ParentId", "PathPart"},
	"AWS::ApiGateway::Method":           {"RestApiId", "ResourceId", "HttpMethod"},
	"AWS::ApiGateway::Model":            {"RestApiId"},
	"AWS::ApiGateway::RequestValidator": {"RestApiId"},
	"AWS::ApiGateway::Authorizer":       {"RestApiId", "Name", "Type"},
	"AWS::ApiGateway::GatewayResponse":  {"RestApiId", "ResponseType"},
	"AWS::ApiGateway::Deployment":       {"RestApiId"},
	"AWS::ApiGateway::Stage":            {"RestApiId"},
	"AWS::ApiGateway::UsagePlanKey":     {"KeyId", "KeyType", "UsagePlanId"},
	"AWS::Lambda::Function":             {"Code", "Role"},
	"AWS::Lambda::Version":              {"FunctionName"},
	"AWS::Lambda::Alias":                {"FunctionName", "FunctionVersion", "Name"},
	"AWS::Lambda::Permission":           {"Action", "FunctionName", "Principal"},
}

func checkRequired(p *Pass) {
	for _, r := range p.resources {
		for _, property := range required[r.Type] {
			if _, ok := r.get(property); !ok {
				p.report(r, property, rules.Of("property-missing", "property", property, "type", r.Type))
			}
		}
	}
}

// namedBy has the property that names a resource in its account, by type.
var namedBy = map[string]string{
	"AWS::Lambda::Function": "FunctionName",
	"AWS::Logs::LogGroup":   "LogGroupName",
}

var logGroupName = regexp.MustCompile(`^[.\-_/#A-Za-z0-9]{1,512}$`)

func checkNames(p *Pass) {
	seen := map[string]*Resource{}
	for _, r := range p.resources {
		property, ok := namedBy[r.Type]
		name := ""
		if ok {
			name = r.text(property)
		}
		if name == "" {
			continue
		}
		key := strings.Join([]string{r.Stack.Account, r.Stack.Region, r.Type, name}, " ")
		if other := seen[key]; other != nil {
			p.report(r, property, rules.Of("name-twice", "name", name, "other", other.Path))
		} else {
			seen[key] = r
		}
		if r.Type == "AWS::Logs::LogGroup" && (strings.HasPrefix(name, "aws/") || !logGroupName.MatchString(name)) {
			p.report(r, property, rules.Of("log-group-name-invalid", "name", name))
		}
	}
}
