package vtl

import "time"

// Options say how a template is executed. The zero value is Velocity 1.7 as it
// comes, within the default limits.
type Options struct {
	// NullIsEmpty makes every reference that is null evaluate to the empty
	// string, not only where it is printed. Amazon API Gateway does that.
	NullIsEmpty bool
	// NullIsFalse makes a null reference false as a condition also where
	// NullIsEmpty makes it the empty string, which is true.
	NullIsFalse bool

	// MaxIterations ends a loop after that many elements. 0 means
	// 1000, a negative number no limit.
	MaxIterations int
	// FailOnMaxIterations makes a loop that has more elements than MaxIterations
	// fail instead of ending silently.
	FailOnMaxIterations bool

	// MaxSteps bounds the work of an execution: nodes that are executed and
	// elements that are made. 0 means 5 million.
	MaxSteps int
	// MaxOutput bounds the output, in bytes. 0 means 10 MB.
	MaxOutput int
	// MaxText bounds each string that is made on the way, in bytes. 0 means
	// 10 MB.
	MaxText int
	// MaxMemory bounds the bytes of all strings and elements that are made on
	// the way together. 0 means 256 MB.
	MaxMemory int
	// RegexpTime bounds the time that all regular expressions of the execution
	// may take together. 0 means half a second.
	RegexpTime time.Duration

	// Hint explains the failure of a method or an index: it gets the text of the
	// reference, such as $util.urlDecode($x), and returns what to do about it,
	// or "".
	Hint func(reference string) string

	// Trace, if set, gets where the output comes from.
	Trace *Trace
}

// The limits that hold where [Options] do not set others.
const (
	defaultIterations = 1000
	defaultSteps      = 5_000_000
	defaultOutput     = 10 << 20
	defaultMemory     = 256 << 20
	defaultRegexpTime = 500 * time.Millisecond
)

// Depths at which an execution fails. Macros have the depth that Velocity
// allows.
const (
	maxMacroDepth  = 20
	maxDefineDepth = 2
	maxExecDepth   = 1000 // nodes within nodes
)

func orDefault(n, d int) int {
	if n == 0 {
		return d
	}
	return n
}
