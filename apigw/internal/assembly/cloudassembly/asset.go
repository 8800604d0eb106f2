package cloudassembly

import (
	"fmt"
	"path/filepath"
	"sort"
	"strings"
)

// Assets are the files that are uploaded to S3 when the assembly is deployed.
type Assets struct {
	dir   string
	files []Asset
}

// Asset is a file or a directory, and the object in S3 that it becomes.
type Asset struct {
	Key  string // object key; may hold ${AWS::AccountId}, ${AWS::Region} and ${AWS::Partition}
	Path string // absolute
	Zip  bool   // a directory that is uploaded as a zip file
}

// AssetsIn returns the assets of an assembly in that directory that has none.
func AssetsIn(dir string) *Assets { return &Assets{dir: dir} }

// add reads an asset manifest.
func (a *Assets) add(file string) error {
	var m struct {
		Files map[string]struct {
			Source struct {
				Path      string `json:"path"`
				Packaging string `json:"packaging"`
			} `json:"source"`
			Destinations map[string]struct {
				ObjectKey string `json:"objectKey"`
			} `json:"destinations"`
		} `json:"files"`
	}
	if err := ReadJSON(file, &m); err != nil {
		return err
	}
	for id, f := range m.Files {
		if f.Source.Path == "" {
			continue // made by a command when it is deployed
		}
		for _, d := range f.Destinations {
			if d.ObjectKey == "" {
				return fmt.Errorf("%s: asset %s has a destination without an objectKey: %s", file, id, howToSynthesize)
			}
			a.files = append(a.files, Asset{
				Key:  d.ObjectKey,
				Path: absolute(filepath.Dir(file), f.Source.Path),
				Zip:  f.Source.Packaging == "zip",
			})
		}
	}
	sort.Slice(a.files, func(i, j int) bool { return a.files[i].Key < a.files[j].Key })
	return nil
}

// ByKey returns the asset with the given object key, in which placeholders are
// filled in as account, region and partition say.
func (a *Assets) ByKey(key, account, region, partition string) (Asset, bool) {
	fill := strings.NewReplacer("${AWS::AccountId}", account, "${AWS::Region}", region, "${AWS::Partition}", partition)
	for _, f := range a.files {
		if fill.Replace(f.Key) == key {
			return f, true
		}
	}
	return Asset{}, false
}

// ByURL returns the asset whose object key ends a URL of S3.
func (a *Assets) ByURL(url, account, region, partition string) (Asset, bool) {
	for rest := url; ; {
		_, after, found := strings.Cut(rest, "/")
		if !found {
			return Asset{}, false
		}
		if asset, ok := a.ByKey(after, account, region, partition); ok {
			return asset, true
		}
		rest = after
	}
}

// Path returns a path of the metadata aws:asset:path, which is relative to the
// directory of the manifest, as an absolute one.
func (a *Assets) Path(path string) string { return absolute(a.dir, path) }

func absolute(dir, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}
