package executable

import (
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestRunnable(t *testing.T) {
	elf := func(machine uint16) []byte { // only the header matters
		header := make([]byte, 64)
		copy(header, "\x7fELF\x02\x01\x01")
		binary.LittleEndian.PutUint16(header[16:], 2) // ET_EXEC
		binary.LittleEndian.PutUint16(header[18:], machine)
		binary.LittleEndian.PutUint32(header[20:], 1)
		binary.LittleEndian.PutUint16(header[52:], 64)
		return header
	}
	mach := func(cpu, fileType uint32) []byte {
		header := make([]byte, 32)
		for i, value := range []uint32{0xfeedfacf, cpu, 0, fileType} {
			binary.LittleEndian.PutUint32(header[4*i:], value)
		}
		return header
	}
	freeBSD := elf(62)
	freeBSD[7] = 9          // ELFOSABI_FREEBSD
	powerPC := elf(21 << 8) // big-endian
	powerPC[5] = 2
	binary.BigEndian.PutUint16(powerPC[16:], 2)
	binary.BigEndian.PutUint32(powerPC[20:], 1)
	binary.BigEndian.PutUint16(powerPC[52:], 64)
	universal := func(program []byte) []byte { // with one architecture
		header := make([]byte, 32)
		for i, value := range []uint32{0xcafebabe, 1, 0x0100000c, 0, uint32(len(header)), uint32(len(program)), 0} {
			binary.BigEndian.PutUint32(header[4*i:], value)
		}
		return append(header, program...)
	}
	host := runtime.GOOS + "/" + runtime.GOARCH
	tests := []struct {
		rule    string
		content []byte
		mode    os.FileMode
		want    string // empty: it can run
	}{
		{"a program for another architecture", elf(22), 0o755, "is built for linux/s390x, but this host is " + host},
		{"32 bits", elf(3), 0o755, "is built for linux/386"},
		{"arm", elf(40), 0o755, "is built for linux/arm,"},
		{"RISC-V", elf(243), 0o755, "is built for linux/riscv64"},
		{"PowerPC", elf(21), 0o755, "is built for linux/ppc64le"},
		{"big-endian PowerPC", powerPC, 0o755, "is built for linux/ppc64,"},
		{"FreeBSD", freeBSD, 0o755, "is built for freebsd/amd64"},
		{"an architecture without a Go name", elf(8), 0o755, "is built for linux/mips"},
		{"a Mach-O program", mach(0x01000007, 2), 0o755, "is built for darwin/amd64"},
		{"a Mach-O program for arm64", mach(0x0100000c, 2), 0o755, "is built for darwin/arm64"},
		{"a universal Mach-O program", universal(mach(0x0100000c, 2)), 0o755, "is built for darwin/arm64"},
		{"a Mach-O program for PowerPC", mach(18, 2), 0o755, "is built for darwin/ppc"},
		{"a Windows program", []byte("MZ\x90\x00"), 0o755, "is built for windows"},
		{"a broken ELF file", []byte("\x7fELFnothing"), 0o755, "neither a program nor a script"},
		{"a Mach-O library", mach(0x01000007, 6), 0o755, "neither a program nor a script"},
		{"a text", []byte("hello"), 0o755, "neither a program nor a script"},
		{"nothing", nil, 0o755, "neither a program nor a script"},
		{"no executable bit", []byte("#!/bin/sh\n"), 0o644, "is not executable: run chmod +x"},
		{"a script", []byte("#!/bin/sh\nexit\n"), 0o755, ""},
		{"a script with arguments", []byte("#! /usr/bin/env bash\n"), 0o755, ""},
		{"a script without an interpreter", []byte("#!\n"), 0o755, "without an interpreter"},
		{"a script whose interpreter is missing", []byte("#!/var/lang/bin/node\n"), 0o755, "needs the interpreter /var/lang/bin/node"},
		{"a script from Windows", []byte("#!/bin/sh\r\n"), 0o755, "has Windows line breaks"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			if strings.HasSuffix(test.want, "is built for "+host) {
				test.want = "" // it can run on such a Mac
			}
			path := filepath.Join(t.TempDir(), "bootstrap")
			if err := os.WriteFile(path, test.content, test.mode); err != nil {
				t.Fatal(err)
			}
			err := Runnable(path)
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got the error %v, want one that holds %q (or none)", err, test.want)
			}
		})
	}
	for path, want := range map[string]string{
		filepath.Join(t.TempDir(), "bootstrap"): "is missing",
		t.TempDir():                             "is a folder",
		"/dev/null/bootstrap":                   "cannot be executed",
	} {
		if err := Runnable(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Runnable(%s): got the error %v, want one that holds %q", path, err, want)
		}
	}
}

func TestAFunctionBuiltForLambdaIsNotRunnableElsewhere(t *testing.T) {
	architecture := map[bool]string{true: "amd64", false: "arm64"}[runtime.GOARCH == "arm64"]
	dir := module(t, "package main\n\nfunc main() {}\n")
	out := filepath.Join(t.TempDir(), "bootstrap")
	err := Build(context.Background(), dir, "./hello", out, "GOOS=linux", "GOARCH="+architecture)
	if err == nil {
		t.Fatal("got no error for a program that this host cannot run, want one")
	}
	if want := "linux/" + architecture; !strings.Contains(err.Error(), want) {
		t.Errorf("got the error %v, want one that holds %q", err, want)
	}
}
