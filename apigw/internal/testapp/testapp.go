// Package testapp is a small app for the tests and measurements of this module:
// the frozen cloud assembly of one stack, and the source of its two functions.
//
// The stack Sample has two APIs with the same routes. The function behind the
// API "direct" has proxy integration, the one behind the API "mapped" has not.
// The assembly is as the CDK writes one, but for the names, and without the
// comments of its mapping templates.
package testapp

import (
	"path/filepath"
	"runtime"
)

// Dir returns the folder of this package.
func Dir() string {
	_, file, _, _ := runtime.Caller(0)
	if !filepath.IsAbs(file) {
		panic("testapp: a build with -trimpath does not know where its source is: build without it")
	}
	return filepath.Dir(file)
}

// Assembly returns the folder of the cloud assembly. The packages of its
// functions are named relative to this module's folder.
func Assembly() string { return filepath.Join(Dir(), "cdk.out") }
