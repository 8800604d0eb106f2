package dev

import (
	"time"

	"example.com/apigw/internal/assembly"
)

// Event is something that happens to an app while people develop it: a value of
// one of the types in this file.
type Event interface{ event() }

// Synthesizing means that the cloud assembly is about to be made.
type Synthesizing struct {
	Command string   // of [App]; empty for the app in its root
	Context []string // of [App]
}

// Building means that functions are about to be built.
type Building struct{ Packages []string }

// Loaded means that the app is served as its cloud assembly is now.
type Loaded struct {
	// Again is whether another version was served before.
	Again     bool
	Took      time.Duration
	Functions []*assembly.Function
	Notices   []assembly.Notice
}

// LoadFailed means that the app cannot be served as it is now. The last good
// version is still served.
type LoadFailed struct{ Err error }

// Built means that functions run with their new code.
type Built struct {
	Functions []*assembly.Function
	Took      time.Duration
}

// BuildFailed means that the new code of functions cannot run. Their last good
// version still does.
type BuildFailed struct {
	Functions []*assembly.Function
	Err       error
	// First is whether there is no good version yet: what invokes them is answered so.
	First bool
}

// Installing means that a tool is about to be installed, which takes a while.
type Installing struct{ Tool string }

// DebuggerReady means that a function runs under a debugger.
type DebuggerReady struct {
	Function *assembly.Function
	Address  string
	Go       bool // it is in Go; else in Node.js
}

// LessonsLoaded means that the lessons of the app are served as they are now.
type LessonsLoaded struct {
	Took      time.Duration
	Functions []*assembly.Function
}

// LessonsFailed means that they cannot be. The last good version, if there is one, is
// still served.
type LessonsFailed struct{ Err error }

// NotWatched means that changes are not seen.
type NotWatched struct{ Err error }

// NotLearned means that it is not known which files functions are made of, so
// that each change of a Go file builds all of them.
type NotLearned struct{ Err error }

func (Synthesizing) event()  {}
func (Building) event()      {}
func (Loaded) event()        {}
func (LoadFailed) event()    {}
func (Built) event()         {}
func (BuildFailed) event()   {}
func (Installing) event()    {}
func (DebuggerReady) event() {}
func (LessonsLoaded) event() {}
func (LessonsFailed) event() {}
func (NotWatched) event()    {}
func (NotLearned) event()    {}
