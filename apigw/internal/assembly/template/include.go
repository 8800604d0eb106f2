package template

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"example.com/apigw/internal/assembly/cloudassembly"
)

// maxIncludes is how deep files may include each other.
const maxIncludes = 16

// transform resolves Fn::Transform, which may have other keys beside it. AWS::Include
// puts the content of a file in its place; other macros run at deployment only.
func (s *Stack) transform(object map[string]any, at place) (any, error) {
	call, _ := object["Fn::Transform"].(map[string]any)
	at = at.in("Fn::Transform")
	name, _ := call["Name"].(string)
	parameters, _ := call["Parameters"].(map[string]any)
	if name != "AWS::Include" {
		return nil, at.errorf("the macro %q of CloudFormation (Fn::Transform) runs at deployment only: write out what it would make", name)
	}
	location, err := s.text(parameters["Location"], at.in("Parameters.Location"))
	if err != nil {
		return nil, err
	}
	file, err := s.included(location, at)
	if err != nil {
		return nil, err
	}
	if err := s.app.enter("the file "+file, at); err != nil {
		return nil, err
	}
	defer s.app.leave()
	if s.including++; s.including > maxIncludes {
		return nil, at.errorf("more than %d files include each other", maxIncludes)
	}
	defer func() { s.including-- }()
	var content any
	if err := cloudassembly.ReadDocument(file, &content); err != nil {
		return nil, at.errorf("%w", err)
	}
	fields, ok := content.(map[string]any)
	if !ok {
		return nil, at.errorf("%s has %s, and an object is needed here", filepath.Base(file), kind(content))
	}
	out := map[string]any{}
	for key, value := range fields {
		out[key] = value
	}
	for key, value := range object {
		if key != "Fn::Transform" {
			out[key] = value
		}
	}
	return s.resolve(out, at)
}

// included finds the file that AWS::Include names by its place in S3: an asset, or a
// file beside the template, which is uploaded before the deployment.
func (s *Stack) included(location string, at place) (string, error) {
	if asset, ok := s.Assets.ByURL(location, s.Account, s.Region, s.Partition); ok {
		return asset.Path, nil
	}
	path := location
	if after, ok := strings.CutPrefix(location, "s3://"); ok {
		_, path, _ = strings.Cut(after, "/")
	}
	path = filepath.FromSlash(path)
	for _, candidate := range []string{path, filepath.Base(path)} {
		if !filepath.IsLocal(candidate) {
			continue
		}
		file := filepath.Join(filepath.Dir(s.File), candidate)
		if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
			return file, nil
		}
	}
	return "", at.errorf("the file that AWS::Include names, %s, is neither an asset of this assembly nor a file beside the template", location)
}
