// Package testwait helps tests to wait for what happens in other goroutines and
// processes.
package testwait

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Limit bounds waits that end at once unless something is broken.
const Limit = 30 * time.Second

// Until waits until a condition holds. It fails the test when that takes longer
// than [Limit]; what says in words what the condition is.
func Until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(Limit); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not so after %v: %s", Limit, what)
		}
	}
}

// Receive returns the next value of a channel. It fails the test when none comes
// within [Limit]; what says in words what the value is.
func Receive[T any](t testing.TB, what string, from <-chan T) T {
	t.Helper()
	select {
	case value := <-from:
		return value
	case <-time.After(Limit):
		t.Fatalf("not there after %v: %s", Limit, what)
		panic("unreachable")
	}
}

// Alive reports whether a process runs. A zombie does not.
func Alive(pid int) bool {
	if runtime.GOOS == "linux" {
		stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		if err != nil {
			return false
		}
		_, state, _ := strings.Cut(string(stat), ") ")
		return !strings.HasPrefix(state, "Z") && !strings.HasPrefix(state, "X")
	}
	process, err := os.FindProcess(pid)
	return err == nil && process.Signal(syscall.Signal(0)) == nil
}
