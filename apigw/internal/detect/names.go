package detect

import (
	"slices"
	"strings"

	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/vtl"
)

// InTemplate is something wrong at a node of a template.
type InTemplate struct {
	Node vtl.Node
	Use  rules.Use
}

// Names returns the names in a template that nothing sets, and the words that look
// like directives and are not, each name once.
func Names(root vtl.Node) (found []InTemplate) {
	report := func(n vtl.Node, use rules.Use) { found = append(found, InTemplate{n, use}) }
	set := namesSet(root)
	compared := map[vtl.Node]bool{}
	said := map[string]bool{} // each name once
	vtl.Inspect(root, func(n vtl.Node) bool {
		switch n := n.(type) {
		case *vtl.Binary:
			if n.Op == "==" || n.Op == "!=" {
				compared[n.Left], compared[n.Right] = true, true
			}
		case *vtl.Reference:
			name := n.Name + "." + firstMember(n)
			if !slices.Contains(roots, n.Name) {
				name = n.Name
			}
			if hint := unknownOverride(n); hint != "" && !compared[n] && !said[n.String()] {
				said[n.String()] = true
				report(n, rules.Of("template-override-unknown", "reference", shown(n), "hint", hint))
			}
			if hint := unknownName(n, set); hint != "" && !compared[n] && !said[name] {
				said[name] = true
				report(n, rules.Of("template-name-unknown", "reference", shown(n), "hint", hint))
			}
		case *vtl.Word:
			if right := Directive(n.Name); right != "" {
				report(n, rules.Of("template-directive-unknown", "name", n.Name, "right", right))
			}
		case *vtl.Macro:
			report(n, rules.Of("template-macro-ignored", "name", "macro"))
		case *vtl.Evaluate:
			report(n, rules.Of("template-macro-ignored", "name", "evaluate"))
		}
		return true
	})
	return found
}

// The names that a template begins with, and the members of those that have a fixed
// set.
var (
	roots        = []string{"input", "context", "stageVariables", "util"}
	inputMembers = []string{"body", "json", "path", "params"}
	utilMembers  = []string{"escapeJavaScript", "parseJson", "urlEncode", "urlDecode", "base64Encode", "base64Decode"}
	// contextMembers are the documented ones, and what a map of Java has.
	contextMembers = []string{
		"accountId", "apiId", "authorizer", "awsEndpointRequestId", "awsEndpointRequestId2", "customDomain", "deploymentId",
		"domainName", "domainPrefix", "endpointType", "error", "extendedRequestId", "httpMethod", "identity", "integration",
		"isCanaryRequest", "operationName", "path", "protocol", "requestId", "requestOverride", "requestTime",
		"requestTimeEpoch", "resourceId", "resourcePath", "responseOverride", "stage", "status", "waf", "wafResponseCode",
		"webaclArn", "xrayTraceId",
	}
	// loopNames are what a loop sets.
	loopNames = []string{"foreach", "velocityCount", "velocityHasNext"}
	// nothings are names that people compare with, since nothing sets them.
	nothings = []string{"null", "nil", "none", "undefined", "empty", "nothing", "void"}
)

// namesSet returns the names that a template sets anywhere.
func namesSet(root vtl.Node) map[string]bool {
	set := map[string]bool{}
	vtl.Inspect(root, func(n vtl.Node) bool {
		switch n := n.(type) {
		case *vtl.Set:
			set[n.Target.Name] = true
		case *vtl.Foreach:
			if item, ok := n.Item.(*vtl.Reference); ok {
				set[item.Name] = true
			}
		case *vtl.Define:
			for name := range strings.FieldsFuncSeq(n.String(), func(r rune) bool { return !isNameRune(r) && r != '$' }) {
				if name, ok := strings.CutPrefix(name, "$"); ok {
					set[name] = true
					break
				}
			}
		case *vtl.Macro:
			for _, name := range n.Params {
				set[strings.TrimPrefix(name, "$")] = true
			}
		}
		return true
	})
	return set
}

func isNameRune(r rune) bool {
	return r == '_' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// unknownName returns what a reference could mean that nothing sets; empty if
// something does, or if it is text.
func unknownName(n *vtl.Reference, set map[string]bool) string {
	text := n.String()
	if !strings.Contains(text, "$") || strings.Contains(text, `\`) {
		return ""
	}
	member := firstMember(n)
	switch {
	case set[n.Name] && !slices.Contains(roots, n.Name):
		return ""
	case n.Name == "input":
		return unknownMember("$input.", member, inputMembers, 0)
	case n.Name == "util":
		return unknownMember("$util.", member, utilMembers, 0)
	case n.Name == "context":
		return unknownMember("$context.", member, contextMembers, 2)
	case slices.Contains(roots, n.Name), slices.Contains(loopNames, n.Name), slices.Contains(nothings, strings.ToLower(n.Name)):
		return ""
	}
	names := append(slices.Clone(roots), loopNames[0])
	for name := range set {
		names = append(names, name)
	}
	slices.Sort(names)
	if near := Nearest(n.Name, names, 2); near != "" {
		return "$" + near + " has a similar name"
	}
	return "there are $input, $context, $stageVariables and $util, and what #set and #foreach set"
}

// unknownMember returns which member could be meant, if one is unknown. With a
// distance it must be that near to one: others may be there too.
func unknownMember(prefix, member string, members []string, within int) string {
	if member == "" || slices.Contains(members, member) {
		return ""
	}
	if near := Nearest(member, members, max(within, 3)); near != "" && (within == 0 || Edits(member, near) <= within) {
		return prefix + near + " has a similar name"
	}
	if within > 0 {
		return ""
	}
	return prefix + " has " + strings.Join(members, ", ")
}

// overrides are the members of $context that templates set, with what these have.
var overrides = map[string][]string{
	"requestOverride":  {"header", "path", "querystring"},
	"responseOverride": {"header", "status"},
}

// unknownOverride returns which override could be meant, if a reference is to one that
// there is not.
func unknownOverride(n *vtl.Reference) string {
	members := overrides[firstMember(n)]
	if n.Name != "context" || members == nil || len(n.Parts) < 2 {
		return ""
	}
	if _, ok := n.Parts[1].(*vtl.Property); !ok {
		return ""
	}
	return unknownMember("$context."+firstMember(n)+".", memberAt(n, 1), members, 0)
}

// firstMember returns the name after the first dot of a reference.
func firstMember(n *vtl.Reference) string { return memberAt(n, 0) }

// memberAt returns the name after a dot of a reference; empty if there is none.
func memberAt(n *vtl.Reference, i int) string {
	if len(n.Parts) <= i {
		return ""
	}
	switch part := n.Parts[i].(type) {
	case *vtl.Property:
		return part.Name
	case *vtl.MethodCall:
		return part.Name
	}
	return ""
}

// shown returns a reference for a message, on one line.
func shown(n vtl.Node) string {
	text := strings.TrimSpace(n.String())
	if i := strings.IndexByte(text, '$'); i > 0 {
		text = text[i:]
	}
	if r := []rune(strings.Join(strings.Fields(text), " ")); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return strings.Join(strings.Fields(text), " ")
}

// directives are those that people misspell.
var directives = []string{"set", "if", "elseif", "else", "end", "foreach", "stop", "break", "include", "parse", "define"}

// foreign are directives of other languages, and what they are here.
var foreign = map[string]string{
	"elif": "elseif", "elsif": "elseif", "elseIf": "elseif", "endif": "end", "endfor": "end", "endforeach": "end",
	"for": "foreach", "each": "foreach", "fi": "end", "End": "end", "Else": "else", "If": "if", "Set": "set",
}

// Directive returns the directive that a word could mean; empty if it is a word of
// its own.
func Directive(word string) string {
	if right := foreign[word]; right != "" {
		return right
	}
	switch word {
	case "set", "if", "elseif", "foreach", "define":
		return word + "(…)" // its parenthesis does not follow it
	}
	if slices.Contains(directives, word) || len(word) < 3 {
		return ""
	}
	within := 1
	if len(word) > 5 {
		within = 2
	}
	return Nearest(word, slices.DeleteFunc(slices.Clone(directives), func(d string) bool { return len(d) < 3 }), within)
}
