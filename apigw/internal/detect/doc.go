// Package detect finds mistakes in mapping templates and selection patterns from their
// text alone. Package lint uses it when an app is read, and package diagnose when
// somebody asks about a request.
package detect
