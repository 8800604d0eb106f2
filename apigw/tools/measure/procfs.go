package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// needProc returns an error if this system does not show its processes.
func needProc() error {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		return fmt.Errorf("this measurement needs the folder /proc of Linux, and this system is %s", runtime.GOOS)
	}
	return nil
}

// residentMemory returns the memory of a process that is in RAM, in bytes.
func residentMemory(pid int) (int, error) {
	status, err := os.ReadFile(procFile(pid, "status"))
	if err != nil {
		return 0, fmt.Errorf("reading the memory of process %d: %w", pid, err)
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kilobytes, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")))
			if err != nil {
				return 0, fmt.Errorf("reading the memory of process %d: %w", pid, err)
			}
			return kilobytes << 10, nil
		}
	}
	return 0, fmt.Errorf("process %d has no memory: it has ended", pid)
}

// openFiles counts the open file descriptors of a process.
func openFiles(pid int) (int, error) {
	entries, err := os.ReadDir(procFile(pid, "fd"))
	if err != nil {
		return 0, fmt.Errorf("counting the open files of process %d: %w", pid, err)
	}
	return len(entries), nil
}

// children lists the processes whose parent is pid.
func children(pid int) ([]int, error) {
	return processes(func(candidate int) bool {
		stat, err := os.ReadFile(procFile(candidate, "stat"))
		if err != nil {
			return false // it has ended meanwhile
		}
		// PID (NAME) STATE PARENT …, where the name may hold anything.
		fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		return len(fields) > 1 && fields[1] == strconv.Itoa(pid)
	})
}

// runningFrom lists the processes whose program is below a folder, whoever their
// parent is by now.
func runningFrom(folder string) ([]int, error) {
	folder, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return nil, fmt.Errorf("listing processes: %w", err)
	}
	return processes(func(candidate int) bool {
		executable, err := os.Readlink(procFile(candidate, "exe"))
		return err == nil && strings.HasPrefix(executable, folder+string(filepath.Separator))
	})
}

func processes(wanted func(pid int) bool) ([]int, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, fmt.Errorf("listing processes: %w", err)
	}
	var found []int
	for _, entry := range entries {
		if pid, err := strconv.Atoi(entry.Name()); err == nil && wanted(pid) {
			found = append(found, pid)
		}
	}
	return found, nil
}

// endAll kills processes.
func endAll(pids []int) error {
	var problems []error
	for _, pid := range pids {
		process, err := os.FindProcess(pid)
		if err == nil {
			err = process.Kill()
		}
		if err != nil && !errors.Is(err, os.ErrProcessDone) {
			problems = append(problems, fmt.Errorf("ending process %d: %w", pid, err))
		}
	}
	return errors.Join(problems...)
}

func procFile(pid int, name string) string {
	return filepath.Join("/proc", strconv.Itoa(pid), name)
}
