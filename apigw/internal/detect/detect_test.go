package detect

import (
	"slices"
	"testing"

	"example.com/apigw/internal/java/regex"
	"example.com/apigw/internal/vtl"
)

func TestWhatIsWrongWithATemplate(t *testing.T) {
	for _, c := range []struct {
		name, text string
		find       func(root vtl.Node, text string) []InTemplate
		want       []string // rules
	}{
		{"right names", `#set($a = $input.params('x'))#foreach($b in [1])$a $b $foreach.index $context.requestId $stageVariables.t $util.urlEncode('a')#end`, names, nil},
		{"a name that nothing sets", `$qeury.x`, names, []string{"template-name-unknown"}},
		{"each name once", `$qeury.x $qeury.y`, names, []string{"template-name-unknown"}},
		{"a comparison with a name that nothing sets is a test", `#if($x == $null)a#end`, names, nil},
		{"a member that is not there", `$util.toJson('a')`, names, []string{"template-name-unknown"}},
		{"an override that is none", `#set($context.responseOverride.statusCode = 404)`, names, []string{"template-override-unknown"}},
		{"a header in the place of an override", `#set($context.responseOverride.Location = "a")`, names, []string{"template-override-unknown"}},
		{"overrides", `#set($context.responseOverride.status = 404)#set($context.responseOverride.header.A = "b")#set($context.requestOverride.path.p = "q")$context.responseOverride.keySet()`, names, nil},
		{"an override of another part", `#set($context.requestOverride.query.a = "b")`, names, []string{"template-override-unknown"}},
		{"a directive that is none", `#esle`, names, []string{"template-directive-unknown"}},
		{"client text in quotes", `{"a": "$input.params('x')"}`, quotes, []string{"template-client-text-unescaped"}},
		{"encoded client text", `{"a": "$util.base64Encode($input.params('x'))"}`, quotes, nil},
		{"JSON in quotes", `{"a": "$input.json('$.x')"}`, quotes, []string{"template-json-quoted"}},
		{"JSON", `{"a": $input.json('$.x')}`, quotes, nil},
		{"a template that makes no JSON", `<a b="$input.params('x')"/>`, quotes, nil},
		{"a form", `Action=Publish&Message=$input.params('x')`, Forms, []string{"template-value-not-encoded"}},
		{"an encoded form", `Action=Publish&Message=$util.urlEncode($input.params('x'))`, Forms, nil},
		{"no form", `Message=$input.params('x')`, Forms, nil},
	} {
		parsed, err := vtl.Parse("t", c.text)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var got []string
		for _, found := range c.find(parsed.Root(), c.text) {
			got = append(got, found.Use.ID())
			if found.Node == nil {
				t.Errorf("%s: got no place, want one", c.name)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func names(root vtl.Node, _ string) []InTemplate  { return Names(root) }
func quotes(root vtl.Node, _ string) []InTemplate { return Quotes(root, true) }

func TestWhatIsWrongWithAPattern(t *testing.T) {
	for pattern, want := range map[string]string{
		`\[BadRequest\].*`: "", `(?s).+`: "", `Invalid.*`: "", `^Invalid.*$`: "",
		`(\n|.)*`: "pattern-matches-success", `.*`: "pattern-matches-success", `a|`: "pattern-matches-success",
		`400`: "pattern-is-status", `4\d{2}`: "pattern-is-status", `^5..$`: "pattern-is-status",
		`Invalid*`: "pattern-is-prefix", `^Invalid`: "pattern-is-prefix", `^\[BadRequest\]`: "pattern-is-prefix",
	} {
		compiled, err := regex.Compile(pattern)
		if err != nil {
			t.Errorf("%s: %v", pattern, err)
			continue
		}
		if got := Pattern("400", pattern, compiled).ID(); got != want {
			t.Errorf("%s: got %q, want %q", pattern, got, want)
		}
	}
}

func TestTheNearestName(t *testing.T) {
	names := []string{"statusCode", "headers", "body"}
	for name, want := range map[string]string{"statuscode": "statusCode", "statusCodes": "statusCode", "haeders": "headers", "bdy": "body", "message": "", "body": "", "": ""} {
		if got := Nearest(name, names, 2); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}
