package browsertest

import (
	"fmt"
	"os"
	"testing"
)

// scratch is a folder that is removed after the tests.
var scratch string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

// run returns the exit code, after all that was started has ended.
func run(m *testing.M) int {
	var err error
	if scratch, err = os.MkdirTemp("", "browsertest"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(scratch)
	defer chromium.close()
	defer shared.close()
	defer oddShared.close()
	return m.Run()
}
