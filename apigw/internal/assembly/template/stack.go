package template

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"example.com/apigw/internal/assembly/cloudassembly"
)

const nestedStack = "AWS::CloudFormation::Stack"

// Stack is a stack with its template.
type Stack struct {
	Name        string // as CloudFormation names it
	DisplayName string // as CDK names it, with slashes; construct path of a nested stack
	File        string // of the template
	Account     string
	Region      string
	Partition   string
	Assets      *cloudassembly.Assets
	Group       int  // of [cloudassembly.Stack]
	Bound       bool // the app says which account it is deployed to

	app            *App
	seed           string // that ids are made from: the name, and more if another stack has it too
	doc            *document
	given          map[string]string // values of parameters from the manifest
	parent         *Resource         // a nested stack's resource in its parent
	children       map[string]*Stack // nested stacks, by logical id
	unread         map[string]error  // why a nested stack could not be read
	constructPaths map[string]string
	resources      []*Resource
	byID           map[string]*Resource
	conditions     map[string]bool // that are known
	refs           map[string]any  // values of Ref that are known
	outputs        map[string]string
	unlooped       map[string]error // why loops cannot be run, by their keys
	including      int              // files that include each other at the moment
	circles        map[string]error // by logical id; nil until it is needed
}

// Resource is one resource of a template.
type Resource struct {
	Stack     *Stack
	LogicalID string
	Type      string
	// Path is its construct path without a last "/Resource"; the stack's and the
	// logical id if the template does not say.
	Path string
	// Metadata is as in the template.
	Metadata map[string]any
	// Properties are as in the template, not resolved.
	Properties map[string]any

	condition string
	dependsOn []string
}

// Resources returns the resources by logical id, those too whose condition is
// false.
func (s *Stack) Resources() []*Resource { return s.resources }

// Transforms returns the names of the macros that CloudFormation would run over the
// template, and that have not been run.
func (s *Stack) Transforms() []string {
	list, ok := s.doc.Transform.([]any)
	if !ok {
		list = []any{s.doc.Transform}
	}
	var names []string
	for _, e := range list {
		if object, ok := e.(map[string]any); ok { // one that has parameters
			e = object["Name"]
		}
		if name, ok := e.(string); ok {
			names = append(names, name)
		}
	}
	return names
}

// languageExtensions is the transform that runs loops.
const languageExtensions = "AWS::LanguageExtensions"

// Loops returns why loops (Fn::ForEach) of the template cannot be run, by their keys.
func (s *Stack) Loops() map[string]error { return s.unlooped }

// prepare reads the resources of the document.
func (s *Stack) prepare() {
	s.byID = map[string]*Resource{}
	s.children = map[string]*Stack{}
	s.unread = map[string]error{}
	s.conditions = map[string]bool{}
	s.refs = map[string]any{}
	s.outputs = map[string]string{}
	s.unlooped = map[string]error{}
	s.doc.Conditions = s.runLoops(s.doc.Conditions, place{stack: s, path: "Conditions"})
	s.doc.Resources = s.runLoops(s.doc.Resources, place{stack: s, path: "Resources"})
	s.doc.Outputs = s.runLoops(s.doc.Outputs, place{stack: s, path: "Outputs"})
	for _, id := range slices.Sorted(maps.Keys(s.doc.Resources)) {
		fields, ok := s.doc.Resources[id].(map[string]any)
		if !ok {
			continue
		}
		r := &Resource{Stack: s, LogicalID: id}
		r.Type, _ = fields["Type"].(string)
		r.Metadata, _ = fields["Metadata"].(map[string]any)
		r.Properties, _ = fields["Properties"].(map[string]any)
		r.condition, _ = fields["Condition"].(string)
		r.dependsOn = textList(fields["DependsOn"])
		r.Path = s.constructPath(r)
		s.resources = append(s.resources, r)
		s.byID[id] = r
	}
}

// textList reads what may be a single text or a list of them.
func textList(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var list []string
		for _, e := range v {
			if text, ok := e.(string); ok {
				list = append(list, text)
			}
		}
		return list
	}
	return nil
}

func (s *Stack) constructPath(r *Resource) string {
	path, _ := r.Metadata["aws:cdk:path"].(string)
	if path == "" {
		path = s.constructPaths[r.LogicalID]
	}
	if path == "" {
		return s.DisplayName + "/" + r.LogicalID
	}
	return strings.TrimSuffix(path, "/Resource")
}

// Exists reports whether the resource's condition is true. The error says why that
// cannot be known.
func (r *Resource) Exists() (bool, error) {
	if r.condition == "" {
		return true, nil
	}
	return r.Stack.condition(r.condition, place{stack: r.Stack, resource: r, path: "Condition"})
}

// Text returns a text of the metadata; empty if there is none.
func (r *Resource) Text(key string) string {
	text, _ := r.Metadata[key].(string)
	return text
}

// nested reads the template of a nested stack.
func (s *Stack) nested(r *Resource) (*Stack, error) {
	at := place{stack: s, resource: r, path: "Properties.TemplateURL"}
	file, err := s.nestedTemplate(r, at)
	if err != nil {
		return nil, err
	}
	for ancestor := s; ancestor != nil; ancestor = ancestor.above() {
		if ancestor.File == file {
			return nil, at.errorf("the template %s is nested in itself, so that there is no end to the stacks", filepath.Base(file))
		}
	}
	doc, err := read(file)
	if err != nil {
		return nil, at.errorf("the template of the nested stack: %w", err)
	}
	return &Stack{
		Name: s.Name + "-" + r.LogicalID + "-" + suffix(s.seed, r.LogicalID), DisplayName: r.Path, File: file,
		Account: s.Account, Region: s.Region, Assets: s.Assets, Group: s.Group, Bound: s.Bound,
		seed: s.seed + "-" + r.LogicalID + "-" + suffix(s.seed, r.LogicalID),
		app:  s.app, doc: doc, parent: r, constructPaths: s.constructPaths,
	}, nil
}

// above returns the stack that this one is nested in; nil if there is none.
func (s *Stack) above() *Stack {
	if s.parent == nil {
		return nil
	}
	return s.parent.Stack
}

// nestedTemplate finds the file that TemplateURL stands for.
func (s *Stack) nestedTemplate(r *Resource, at place) (string, error) {
	if path := r.Text("aws:asset:path"); path != "" {
		return s.Assets.Path(path), nil
	}
	url, err := s.text(r.Properties["TemplateURL"], at)
	if err != nil {
		return "", err
	}
	if asset, ok := s.Assets.ByURL(url, s.Account, s.Region, s.Partition); ok {
		return asset.Path, nil
	}
	return "", at.errorf("the template of the nested stack, %s, is not an asset of this assembly, so what is in it does not exist here", url)
}

// fileName returns the base name of the template's file, for messages.
func (s *Stack) fileName() string { return filepath.Base(s.File) }
