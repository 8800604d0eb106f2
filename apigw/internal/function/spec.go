package function

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"time"
)

// Spec is the configuration of a function, as CreateFunction takes it.
type Spec struct {
	Name    string // required
	ARN     string // without a qualifier; a host knows the function by it
	Version string // such as 1; empty is $LATEST

	// Command is what a process runs: the absolute path of the bootstrap, then
	// its arguments. A Go handler needs none.
	Command []string
	Dir     string // LAMBDA_TASK_ROOT and working directory; empty: that of the bootstrap
	Handler string // as configured, for custom runtimes that want it

	// Environment holds the function's own environment variables.
	Environment map[string]string
	Timeout     time.Duration // of one invocation; 0 is Lambda's default, 3 s
	MemoryMB    int           // 0 is Lambda's default, 128; the function sees it, nobody enforces it

	// Concurrency is the reserved concurrency: how many invocations may run at once.
	// 0 refuses every invocation. If it is nil, the host's limit holds.
	Concurrency *int

	// Debugged says that somebody may hold the process at a breakpoint: nothing times
	// out, and there is one process, whose next revision starts after its end.
	Debugged bool

	LogGroup string // empty is /aws/lambda/ and the name
	Region   string // empty is us-east-1
}

// untimed stands for no timeout: Lambda's deadline is a time in any case.
const untimed = 7 * 24 * time.Hour

// key returns what a host knows the function by: two of one name are in different
// accounts or regions.
func (s Spec) key() string { return cmp.Or(s.ARN, s.Name) }

// checked returns the spec with its defaults, and with maps and slices of its own.
func (s Spec) checked() (Spec, error) {
	if s.Name == "" {
		return s, errors.New("a function has no name: set Spec.Name")
	}
	switch {
	case s.Timeout < 0:
		return s, fmt.Errorf("function %s: the timeout is %v: it must be positive", s.Name, s.Timeout)
	case s.Timeout == 0:
		s.Timeout = 3 * time.Second
	}
	if s.Debugged {
		s.Timeout = untimed
	}
	if s.Concurrency != nil && *s.Concurrency < 0 {
		return s, fmt.Errorf("function %s: the concurrency is %d: it must not be negative", s.Name, *s.Concurrency)
	}
	if s.MemoryMB == 0 {
		s.MemoryMB = 128
	}
	if s.Version == "" {
		s.Version = "$LATEST"
	}
	if s.Region == "" {
		s.Region = "us-east-1"
	}
	if s.ARN == "" {
		s.ARN = "arn:aws:lambda:" + s.Region + ":000000000000:function:" + s.Name
	}
	if s.LogGroup == "" {
		s.LogGroup = "/aws/lambda/" + s.Name
	}
	s.Command = slices.Clone(s.Command)
	s.Environment = maps.Clone(s.Environment)
	return s, nil
}

// checkedCommand is checked for a function that runs as processes, and so needs a
// command.
func (s Spec) checkedCommand() (Spec, error) {
	s, err := s.checked()
	if err != nil {
		return s, err
	}
	if len(s.Command) == 0 || !filepath.IsAbs(s.Command[0]) {
		return s, fmt.Errorf("function %s: the command %q must start with the absolute path of a bootstrap", s.Name, s.Command)
	}
	if s.Dir == "" {
		s.Dir = filepath.Dir(s.Command[0])
	}
	return s, nil
}
