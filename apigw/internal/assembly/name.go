package assembly

import "path"

// SourceName returns what people know a function by: its package, or else its
// construct path. CDK makes up its real name.
func (f *Function) SourceName() string {
	if f.Package != "" {
		return f.Package
	}
	return f.Path
}

// ShortName returns the last part of the package of a function, or else its
// construct path.
func (f *Function) ShortName() string {
	if f.Package != "" {
		return path.Base(f.Package)
	}
	return f.Path
}
