package lint

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/vtl"
)

// templateChecks read the mapping templates.
func templateChecks() []*Check {
	return []*Check{
		{Name: "template grammar", Rules: []string{"template-does-not-parse"}, Run: checkGrammar},
		{Name: "template names", Rules: []string{"template-name-unknown", "template-directive-unknown", "template-macro-ignored"}, Run: checkTemplateNames},
		{Name: "template quotes", Rules: []string{"template-client-text-unescaped", "template-json-quoted"}, Run: checkQuotes},
		{Name: "template forms", Rules: []string{"template-value-not-encoded"}, Run: checkForms},
		{Name: "template parameters", Rules: []string{"template-param-from-anywhere"}, Run: checkParams},
		{Name: "templates on proxies", Rules: []string{"template-on-proxy"}, Run: checkProxyTemplates},
	}
}

// mappingTemplate is one template of a method.
type mappingTemplate struct {
	method   *Method
	name     string // such as "request template application/json"
	property string
	text     string
	request  bool
	parsed   *vtl.Template // nil if it does not parse
	err      error
}

// mappingTemplates returns the templates that are used.
func (a *App) mappingTemplates() []*mappingTemplate {
	if a.templates != nil {
		return a.templates
	}
	a.templates = []*mappingTemplate{}
	type parsed struct {
		template *vtl.Template
		err      error
	}
	known := map[string]parsed{} // many methods share a template
	add := func(t mappingTemplate) {
		p, ok := known[t.text]
		if !ok {
			p.template, p.err = vtl.Parse(t.name, t.text)
			known[t.text] = p
		}
		t.parsed, t.err = p.template, p.err
		if p.err != nil {
			t.parsed = nil
		}
		a.templates = append(a.templates, &t)
	}
	for _, m := range a.methods {
		if m.in == nil || !m.in.custom() {
			continue
		}
		for _, t := range m.in.templates {
			if t.known && len(t.value) <= maxTemplate {
				add(mappingTemplate{method: m, name: "request template " + t.key, property: "Integration.RequestTemplates." + t.key, text: t.value, request: true})
			}
		}
		for i, r := range m.in.responses {
			for _, t := range r.templates {
				if t.known && len(t.value) <= maxTemplate {
					add(mappingTemplate{method: m, name: "response template " + r.status + " " + t.key,
						property: fmt.Sprintf("Integration.IntegrationResponses.%d.ResponseTemplates.%s", i, t.key), text: t.value})
				}
			}
		}
	}
	return a.templates
}

// reportNode reports what is wrong with a node of a template.
func (p *Pass) reportNode(t *mappingTemplate, n vtl.Node, use rules.Use) {
	p.reportPlace(t, vtl.PlaceOf(n), use)
}

func (p *Pass) reportPlace(t *mappingTemplate, at vtl.Place, use rules.Use) {
	f := t.method.finding(p.App, t.property, use)
	f.Template = &TemplatePlace{Name: t.name, Line: at.Line, Column: at.Column, text: t.text}
	p.add(f)
}

// templates calls a function for each template that parses.
func (p *Pass) templates(check func(*mappingTemplate)) {
	for _, t := range p.mappingTemplates() {
		if t.parsed != nil {
			check(t)
		}
	}
}

func checkGrammar(p *Pass) {
	for _, t := range p.mappingTemplates() {
		if t.err == nil {
			continue
		}
		at := vtl.Place{Line: 1, Column: 1}
		if wrong, ok := errors.AsType[*vtl.ParseError](t.err); ok {
			at = wrong.Place
		}
		problem := t.err.Error()
		if match := call.FindStringSubmatch(at.Text); match != nil && misspelt(match[1]) != "" {
			problem += " (#" + match[1] + " is not a directive: write #" + misspelt(match[1]) + ")"
		}
		p.reportPlace(t, at, rules.Of("template-does-not-parse", "problem", problem))
	}
}

// call is a directive with arguments.
var call = regexp.MustCompile(`#([a-zA-Z]+)\s*\(`)

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

func checkTemplateNames(p *Pass) {
	p.templates(func(t *mappingTemplate) {
		set := namesSet(t.parsed.Root())
		compared := map[vtl.Node]bool{}
		said := map[string]bool{} // each name once
		vtl.Inspect(t.parsed.Root(), func(n vtl.Node) bool {
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
				if hint := unknownName(n, set); hint != "" && !compared[n] && !said[name] {
					said[name] = true
					p.reportNode(t, n, rules.Of("template-name-unknown", "reference", shown(n), "hint", hint))
				}
			case *vtl.Word:
				if right := misspelt(n.Name); right != "" {
					p.reportNode(t, n, rules.Of("template-directive-unknown", "name", n.Name, "right", right))
				}
			case *vtl.Macro:
				p.reportNode(t, n, rules.Of("template-macro-ignored", "name", "macro"))
			case *vtl.Evaluate:
				p.reportNode(t, n, rules.Of("template-macro-ignored", "name", "evaluate"))
			}
			return true
		})
	})
}

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
	if near := nearest(n.Name, names, 2); near != "" {
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
	if near := nearest(member, members, max(within, 3)); near != "" && (within == 0 || edits(member, near) <= within) {
		return prefix + near + " has a similar name"
	}
	if within > 0 {
		return ""
	}
	return prefix + " has " + strings.Join(members, ", ")
}

// firstMember returns the name after the first dot of a reference.
func firstMember(n *vtl.Reference) string {
	if len(n.Parts) == 0 {
		return ""
	}
	switch part := n.Parts[0].(type) {
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

// misspelt returns the directive that a word could mean; empty if it is a word of
// its own.
func misspelt(word string) string {
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
	return nearest(word, slices.DeleteFunc(slices.Clone(directives), func(d string) bool { return len(d) < 3 }), within)
}

// nearest returns the name that is at most so many edits away, and nearer than the
// others; empty if there is none.
func nearest(name string, names []string, within int) string {
	best, fewest := "", within+1
	for _, each := range names {
		if n := edits(name, each); n < fewest && n < len(name) && each != name {
			best, fewest = each, n
		}
	}
	return best
}

// maxName bounds the names that are compared.
const maxName = 64

// edits returns how many letters have to be changed, added, removed or exchanged
// with the next one to turn one word into another. Letter case counts.
func edits(from, to string) int {
	if len(from) > maxName || len(to) > maxName {
		return maxName
	}
	before, row := make([]int, len(to)+1), make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(from) {
		next := make([]int, len(to)+1)
		next[0] = i + 1
		for j := range len(to) {
			cost := 1
			if from[i] == to[j] {
				cost = 0
			}
			next[j+1] = min(row[j]+cost, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && from[i] == to[j-1] && from[i-1] == to[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(to)]
}

// output walks what a template prints, and knows whether it is between quotes.
type output struct {
	template *mappingTemplate
	client   map[string]bool // variables that hold what the client sent
	quoted   bool
	before   string // the text before, for forms
	each     func(o *output, n *vtl.Reference)
}

// walkOutput calls a function for each reference that a template prints.
func walkOutput(t *mappingTemplate, each func(o *output, n *vtl.Reference)) {
	o := &output{template: t, client: map[string]bool{}, each: each}
	o.walk(t.parsed.Root())
}

func (o *output) walk(n vtl.Node) {
	switch n := n.(type) {
	case *vtl.Block:
		for _, c := range n.Nodes {
			o.walk(c)
		}
	case *vtl.Text:
		o.text(n.Text)
	case *vtl.Word:
		o.text(n.String())
	case *vtl.Reference:
		o.each(o, n)
		o.before = ""
	case *vtl.Set:
		o.client[n.Target.Name] = len(n.Target.Parts) == 0 && o.fromClient(n.Value) || len(n.Target.Parts) > 0 && o.client[n.Target.Name]
	case *vtl.If:
		quoted := o.quoted
		for i, arm := range n.Arms {
			after := o.quoted
			o.quoted = quoted
			o.walk(arm.Body)
			if i > 0 {
				o.quoted = after // that of the first
			}
		}
	case *vtl.Foreach:
		if item, ok := n.Item.(*vtl.Reference); ok {
			o.client[item.Name] = n.List != nil && o.fromClient(n.List)
		}
		if n.Body != nil {
			o.walk(n.Body)
		}
	}
}

// text passes over text that is printed.
func (o *output) text(text string) {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			o.quoted = !o.quoted
		}
	}
	o.before += text
}

// harmless are methods whose results have no quotes in them, or that people take
// quotes out with.
var harmless = []string{
	"size", "length", "isEmpty", "contains", "containsKey", "containsValue", "equals", "equalsIgnoreCase", "indexOf",
	"lastIndexOf", "matches", "startsWith", "endsWith", "hashCode", "compareTo", "replace", "replaceAll", "replaceFirst",
	"keySet", "split",
}

// fromClient reports whether the value of a node is a text that the client chose, as
// it was sent.
func (o *output) fromClient(n vtl.Node) bool {
	switch n := n.(type) {
	case *vtl.Interpolated:
		found := false
		vtl.Inspect(n.Body, func(c vtl.Node) bool {
			r, ok := c.(*vtl.Reference)
			found = found || ok && o.fromClient(r)
			return !ok
		})
		return found
	case *vtl.Group:
		return o.fromClient(n.Inner)
	case *vtl.Binary:
		return n.Op == "+" && (o.fromClient(n.Left) || o.fromClient(n.Right))
	case *vtl.Reference:
		for _, part := range n.Parts {
			if call, ok := part.(*vtl.MethodCall); ok && slices.Contains(harmless, call.Name) {
				return false
			}
		}
		member := firstMember(n)
		switch n.Name {
		case "input":
			return member == "params" || o.template.request && (member == "path" || member == "body")
		case "util":
			call, ok := n.Parts[0].(*vtl.MethodCall)
			return ok && (member == "urlDecode" || member == "base64Decode") && len(call.Args) == 1 && o.fromClient(call.Args[0])
		}
		return o.client[n.Name]
	}
	return false
}

// writesJSON reports whether the first thing that a template prints looks like JSON.
func writesJSON(t *mappingTemplate) bool {
	first := byte(0)
	vtl.Inspect(t.parsed.Root(), func(n vtl.Node) bool {
		if text, ok := n.(*vtl.Text); ok && first == 0 {
			if trimmed := strings.TrimSpace(text.Text); trimmed != "" {
				first = trimmed[0]
			}
		}
		switch n.(type) {
		case *vtl.Block, *vtl.If, *vtl.Foreach:
			return first == 0
		}
		return false
	})
	return first == '{' || first == '['
}

func checkQuotes(p *Pass) {
	p.templates(func(t *mappingTemplate) {
		if !writesJSON(t) {
			return
		}
		walkOutput(t, func(o *output, n *vtl.Reference) {
			switch {
			case !o.quoted:
			case n.Name == "input" && firstMember(n) == "json":
				p.reportNode(t, n, rules.Of("template-json-quoted", "reference", shown(n)))
			case o.fromClient(n):
				p.reportNode(t, n, rules.Of("template-client-text-unescaped", "reference", shown(n)))
			}
		})
	})
}

func checkForms(p *Pass) {
	p.templates(func(t *mappingTemplate) {
		if !t.request || !strings.HasPrefix(strings.TrimSpace(t.text), "Action=") {
			return
		}
		walkOutput(t, func(o *output, n *vtl.Reference) {
			if strings.HasSuffix(o.before, "=") && n.Name == "input" && o.fromClient(n) {
				p.reportNode(t, n, rules.Of("template-value-not-encoded", "reference", shown(n)))
			}
		})
	})
}

func checkParams(p *Pass) {
	p.templates(func(t *mappingTemplate) {
		vtl.Inspect(t.parsed.Root(), func(n vtl.Node) bool {
			r, ok := n.(*vtl.Reference)
			if !ok || r.Name != "input" || len(r.Parts) == 0 {
				return true
			}
			call, ok := r.Parts[0].(*vtl.MethodCall)
			if !ok || call.Name != "params" || len(call.Args) != 1 {
				return true
			}
			literal, ok := call.Args[0].(*vtl.Literal)
			if !ok {
				return true
			}
			name, ok := literal.Value.(string)
			if ok && t.method.headerMayAnswer(name) {
				p.reportNode(t, n, rules.Of("template-param-from-anywhere", "name", name))
			}
			return true
		})
	})
}

// headerMayAnswer reports whether a header can take the place of a parameter that the
// method declares in the query string alone, and does not insist on.
func (m *Method) headerMayAnswer(name string) bool {
	query := false
	for _, parameter := range m.parameters {
		parts := requestParameter.FindStringSubmatch(parameter.key)
		if parts == nil || parts[2] != name {
			continue
		}
		switch strings.TrimPrefix(parts[1], "multivalue") {
		case "querystring":
			query = !(parameter.value == "true" && m.validatesParams)
		default:
			return false
		}
	}
	return query && !strings.Contains(m.resourcePath, "{"+name+"}")
}

func checkProxyTemplates(p *Pass) {
	p.integrations(func(m *Method, in *integration) {
		if in.proxy() && len(in.templates) > 0 {
			p.reportMethod(m, "Integration.RequestTemplates", rules.Of("template-on-proxy", "type", in.kind, "kind", "request templates"))
		}
		if in.proxy() && slices.ContainsFunc(in.responses, func(r integrationResponse) bool { return len(r.templates)+len(r.parameters) > 0 }) {
			p.reportMethod(m, "Integration.IntegrationResponses", rules.Of("template-on-proxy", "type", in.kind, "kind", "integration responses"))
		}
	})
}
