package detect

import (
	"slices"
	"strings"

	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/vtl"
)

// Quotes returns where a template that makes JSON writes what the client sent between
// quotes as it is, or quotes around JSON.
func Quotes(root vtl.Node, request bool) (found []InTemplate) {
	if !writesJSON(root) {
		return nil
	}
	walkOutput(root, request, func(o *output, n *vtl.Reference) {
		switch {
		case !o.quoted:
		case n.Name == "input" && firstMember(n) == "json":
			found = append(found, InTemplate{n, rules.Of("template-json-quoted", "reference", shown(n))})
		case o.fromClient(n):
			found = append(found, InTemplate{n, rules.Of("template-client-text-unescaped", "reference", shown(n))})
		case o.keepsApostrophes(n):
			found = append(found, InTemplate{n, rules.Of("template-apostrophe", "reference", shown(n))})
		}
	})
	return found
}

// Forms returns where a request template that makes a form writes what the client
// sent without encoding it.
func Forms(root vtl.Node, text string) (found []InTemplate) {
	if !strings.HasPrefix(strings.TrimSpace(text), "Action=") {
		return nil
	}
	walkOutput(root, true, func(o *output, n *vtl.Reference) {
		if strings.HasSuffix(o.before, "=") && n.Name == "input" && o.fromClient(n) {
			found = append(found, InTemplate{n, rules.Of("template-value-not-encoded", "reference", shown(n))})
		}
	})
	return found
}

// output walks what a template prints, and knows whether it is between quotes.
type output struct {
	request bool            // it is a request template
	client  map[string]bool // variables that hold what the client sent
	quoted  bool
	before  string // the text before, for forms
	each    func(o *output, n *vtl.Reference)
}

// walkOutput calls a function for each reference that a template prints.
func walkOutput(root vtl.Node, request bool, each func(o *output, n *vtl.Reference)) {
	o := &output{request: request, client: map[string]bool{}, each: each}
	o.walk(root)
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
			return member == "params" || o.request && (member == "path" || member == "body")
		case "util":
			call, ok := n.Parts[0].(*vtl.MethodCall)
			return ok && (member == "urlDecode" || member == "base64Decode") && len(call.Args) == 1 && o.fromClient(call.Args[0])
		}
		return o.client[n.Name]
	}
	return false
}

// keepsApostrophes reports whether a reference escapes a text of the client as for
// JavaScript, with the escaped apostrophes that JSON does not have.
func (o *output) keepsApostrophes(n *vtl.Reference) bool {
	if n.Name != "util" || len(n.Parts) != 1 || firstMember(n) != "escapeJavaScript" {
		return false
	}
	call, ok := n.Parts[0].(*vtl.MethodCall)
	if !ok || len(call.Args) != 1 {
		return false
	}
	argument, ok := call.Args[0].(*vtl.Reference)
	json := ok && o.request && argument.Name == "input" && firstMember(argument) == "json"
	return json || o.fromClient(call.Args[0])
}

// writesJSON reports whether the first thing that a template prints looks like JSON.
func writesJSON(root vtl.Node) bool {
	first := byte(0)
	vtl.Inspect(root, func(n vtl.Node) bool {
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
