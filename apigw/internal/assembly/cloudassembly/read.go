// Package cloudassembly reads the files of a cloud assembly, the output of cdk
// synth: the manifest, the stacks' templates and the assets. It knows nothing
// of what is inside the templates.
package cloudassembly

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Stack is one CloudFormation stack that the assembly deploys.
type Stack struct {
	Name         string            // as CloudFormation sees it
	DisplayName  string            // as CDK names it, such as Prod/Api
	TemplateFile string            // absolute path
	Account      string            // 12 digits; empty if the stack is not bound to one
	Region       string            // likewise
	Parameters   map[string]string // that the manifest sets
	// ConstructPaths has the construct paths of the logical ids that the manifest
	// knows.
	ConstructPaths map[string]string
	Assets         *Assets // of the assembly that it belongs to
	// Group is the same for stacks that are deployed to one environment: those of a
	// CDK Stage, and those that depend on each other.
	Group int

	id      string   // of its artifact
	depends []string // ids of the artifacts that it depends on
	nested  bool     // its assembly is that of a CDK Stage
}

// howToSynthesize ends the errors about a directory that is not a cloud assembly.
const howToSynthesize = "make a cloud assembly with `npx aws-cdk synth`, which writes it to cdk.out"

// minVersion is the oldest major version of the manifest.s schema. There is no
// newest: fields are only ever added.
const minVersion = 1

// maxNesting is how deep CDK Stages may be in each other.
const maxNesting = 16

// Read reads the manifest of the assembly in dir and those of the assemblies
// nested in it, and returns their stacks in the order of the manifests. The
// templates are not read. Errors name the file, and say how to mend it.
func Read(dir string) ([]*Stack, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("cloud assembly %s: %w", dir, err)
	}
	stacks, err := read(absolute, 0)
	if err != nil {
		return nil, err
	}
	group(stacks)
	return stacks, nil
}

func read(dir string, depth int) ([]*Stack, error) {
	if depth > maxNesting {
		return nil, fmt.Errorf("cloud assembly %s: more than %d assemblies are nested in each other; a manifest names a directory that contains it", dir, maxNesting)
	}
	if info, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cloud assembly %s: there is no such directory: %s", dir, howToSynthesize)
	} else if err != nil {
		return nil, fmt.Errorf("cloud assembly %s: %w", dir, err)
	} else if !info.IsDir() {
		return nil, fmt.Errorf("cloud assembly %s: this is a file; give the directory that holds manifest.json: %s", dir, howToSynthesize)
	}
	file := filepath.Join(dir, "manifest.json")
	var m manifest
	if err := ReadJSON(file, &m); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cloud assembly %s: it should hold manifest.json, the templates and the assets, but has no manifest.json: %s", dir, howToSynthesize)
	} else if err != nil {
		return nil, err
	}
	if err := m.checkVersion(); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}

	assets := AssetsIn(dir)
	for _, a := range m.Artifacts {
		if a.Type == "cdk:asset-manifest" {
			if err := assets.add(filepath.Join(dir, a.Properties.File)); err != nil {
				return nil, fmt.Errorf("artifact %s of %s: %w", a.ID, file, err)
			}
		}
	}
	var stacks []*Stack
	for _, a := range m.Artifacts {
		switch a.Type {
		case "aws:cloudformation:stack":
			stack, err := a.stack(dir, assets)
			if err != nil {
				return nil, fmt.Errorf("artifact %s of %s: %w", a.ID, file, err)
			}
			stack.nested = depth > 0
			stacks = append(stacks, stack)
		case "cdk:cloud-assembly":
			if a.Properties.DirectoryName == "" {
				return nil, fmt.Errorf("artifact %s of %s: it has no directoryName, so its nested assembly cannot be found: %s", a.ID, file, howToSynthesize)
			}
			nested, err := read(filepath.Join(dir, a.Properties.DirectoryName), depth+1)
			if err != nil {
				return nil, err
			}
			stacks = append(stacks, nested...)
		}
	}
	return stacks, nil
}

// manifest is the content of manifest.json.
type manifest struct {
	Version   string    `json:"version"`
	Artifacts artifacts `json:"artifacts"`
}

func (m *manifest) checkVersion() error {
	major, _, _ := strings.Cut(m.Version, ".")
	if n, err := strconv.Atoi(major); err != nil || n < minVersion {
		return fmt.Errorf("%q is not a version of a cloud assembly's manifest; is it the manifest of something else? %s", m.Version, howToSynthesize)
	}
	return nil
}

// artifact is one entry of the manifest.
type artifact struct {
	ID          string
	Type        string                     `json:"type"`
	Environment string                     `json:"environment"`
	DisplayName string                     `json:"displayName"`
	Metadata    map[string][]metadataEntry `json:"metadata"`
	Depends     []string                   `json:"dependencies"`
	// AdditionalMetadata names a file with more of them.
	AdditionalMetadata string `json:"additionalMetadataFile"`
	Properties         struct {
		TemplateFile  string            `json:"templateFile"`
		StackName     string            `json:"stackName"`
		Parameters    map[string]string `json:"parameters"`
		File          string            `json:"file"`
		DirectoryName string            `json:"directoryName"`
	} `json:"properties"`
}

type metadataEntry struct {
	Type string `json:"type"`
	Data any    `json:"data"`
}

func (a *artifact) stack(dir string, assets *Assets) (*Stack, error) {
	if a.Properties.TemplateFile == "" {
		return nil, fmt.Errorf("it has no templateFile: %s", howToSynthesize)
	}
	s := &Stack{
		Name:           a.Properties.StackName,
		DisplayName:    a.DisplayName,
		TemplateFile:   filepath.Join(dir, a.Properties.TemplateFile),
		Parameters:     a.Properties.Parameters,
		ConstructPaths: constructPaths(a.Metadata),
		Assets:         assets,
		id:             a.ID,
		depends:        a.Depends,
	}
	if s.Name == "" {
		s.Name = a.ID
	}
	if s.DisplayName == "" {
		s.DisplayName = s.Name
	}
	s.Account, s.Region = environment(a.Environment)
	if a.AdditionalMetadata != "" {
		var more map[string][]metadataEntry
		// Metadata is only for better names, so that it may be broken.
		if err := ReadJSON(filepath.Join(dir, a.AdditionalMetadata), &more); err == nil {
			for id, path := range constructPaths(more) {
				s.ConstructPaths[id] = path
			}
			s.addLegacyAssets(more)
		}
	}
	s.addLegacyAssets(a.Metadata)
	return s, nil
}

// addLegacyAssets reads the assets of the legacy synthesizer. They are in the
// metadata, and where they lie is told to the template by parameters: the key
// in two parts, with || between them.
func (s *Stack) addLegacyAssets(metadata map[string][]metadataEntry) {
	for _, entries := range metadata {
		for _, e := range entries {
			fields, ok := e.Data.(map[string]any)
			if !ok || e.Type != "aws:cdk:asset" {
				continue
			}
			text := func(key string) string { value, _ := fields[key].(string); return value }
			path, hash, bucket, key := text("path"), text("sourceHash"), text("s3BucketParameter"), text("s3KeyParameter")
			if path == "" || hash == "" || key == "" {
				continue
			}
			if s.Parameters == nil {
				s.Parameters = map[string]string{}
			}
			s.Parameters[bucket] = "cdk-assets"
			s.Parameters[key] = "||" + hash
			s.Parameters[text("artifactHashParameter")] = hash
			s.Assets.files = append(s.Assets.files, Asset{Key: hash, Path: s.Assets.Path(path), Zip: text("packaging") == "zip"})
		}
	}
}

// constructPaths returns the construct paths by logical id. The metadata has it the
// other way round.
func constructPaths(metadata map[string][]metadataEntry) map[string]string {
	paths := map[string]string{}
	for path, entries := range metadata {
		for _, e := range entries {
			if id, ok := e.Data.(string); ok && e.Type == "aws:cdk:logicalId" {
				paths[id] = strings.TrimPrefix(path, "/")
			}
		}
	}
	return paths
}

// environment returns the parts of aws://account/region; those that are unknown at
// synthesis are empty.
func environment(text string) (account, region string) {
	account, region, _ = strings.Cut(strings.TrimPrefix(text, "aws://"), "/")
	if account == "unknown-account" {
		account = ""
	}
	if region == "unknown-region" {
		region = ""
	}
	return account, region
}
