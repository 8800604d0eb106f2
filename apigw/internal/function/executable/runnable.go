package executable

import (
	"bytes"
	"debug/elf"
	"debug/macho"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strings"
)

// Runnable returns nil if this host can execute a bootstrap. The error says why it
// cannot: the file is missing, is not executable, is built for another system or
// architecture, or is neither a program nor a script.
func Runnable(command string) error {
	info, err := os.Stat(command)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s is missing: build the function, or name the file bootstrap", command)
	case err != nil:
		return fmt.Errorf("%s cannot be executed: %w", command, err)
	case info.IsDir():
		return fmt.Errorf("%s is a folder: put the function's program there", command)
	case runtime.GOOS != "windows" && info.Mode()&0o111 == 0:
		return fmt.Errorf("%s is not executable: run chmod +x %s", command, command)
	}
	file, err := os.Open(command)
	if err != nil {
		return fmt.Errorf("%s cannot be executed: %w", command, err)
	}
	defer file.Close()
	start := make([]byte, 256)
	n, _ := file.ReadAt(start, 0)
	start = start[:n]

	host := runtime.GOOS + "/" + runtime.GOARCH
	switch built := platforms(file, start); {
	case len(built) == 0:
		return fmt.Errorf("%s is neither a program nor a script: build the function, or begin the script with a #! line", command)
	case built[0] == script:
		return checkInterpreter(command, start)
	case !slices.Contains(built, host):
		return fmt.Errorf("%s is built for %s, but this host is %s: build it from its source for this host", command, strings.Join(built, ", "), host)
	}
	return nil
}

// script stands for a file that an interpreter runs, on any platform. It is not a
// name of a platform.
const script = "script"

// platforms returns what an executable file is built for, such as linux/arm64.
// Start is the beginning of the file.
func platforms(file *os.File, start []byte) []string {
	switch {
	case bytes.HasPrefix(start, []byte("#!")):
		return []string{script}
	case bytes.HasPrefix(start, []byte(elf.ELFMAG)):
		program, err := elf.NewFile(file)
		if err != nil || program.Type != elf.ET_EXEC && program.Type != elf.ET_DYN {
			return nil
		}
		system := "linux" // most ELF files do not name their system
		if program.OSABI == elf.ELFOSABI_FREEBSD {
			system = "freebsd"
		}
		return []string{system + "/" + elfArchitecture(program)}
	case bytes.HasPrefix(start, []byte("MZ")):
		if runtime.GOOS == "windows" {
			return []string{"windows/" + runtime.GOARCH} // Windows itself knows best what it can run
		}
		return []string{"windows"}
	}
	if fat, err := macho.NewFatFile(file); err == nil {
		var all []string
		for _, a := range fat.Arches {
			all = append(all, "darwin/"+machoArchitecture(a.Cpu))
		}
		return all
	}
	if program, err := macho.NewFile(file); err == nil && program.Type == macho.TypeExec {
		return []string{"darwin/" + machoArchitecture(program.Cpu)}
	}
	return nil
}

// elfArchitecture returns Go's name of a program's architecture, if it has one.
func elfArchitecture(program *elf.File) string {
	switch program.Machine {
	case elf.EM_X86_64:
		return "amd64"
	case elf.EM_AARCH64:
		return "arm64"
	case elf.EM_386:
		return "386"
	case elf.EM_ARM:
		return "arm"
	case elf.EM_RISCV:
		return "riscv64"
	case elf.EM_PPC64:
		if program.Data == elf.ELFDATA2LSB {
			return "ppc64le"
		}
		return "ppc64"
	case elf.EM_S390:
		return "s390x"
	}
	return strings.ToLower(strings.TrimPrefix(program.Machine.String(), "EM_"))
}

// machoArchitecture returns Go's name of an architecture, if it has one.
func machoArchitecture(cpu macho.Cpu) string {
	switch cpu {
	case macho.CpuAmd64:
		return "amd64"
	case macho.CpuArm64:
		return "arm64"
	}
	return strings.ToLower(strings.TrimPrefix(cpu.String(), "Cpu"))
}

// checkInterpreter returns why the interpreter of a script cannot run, or nil.
func checkInterpreter(command string, start []byte) error {
	line, _, _ := bytes.Cut(start[2:], []byte("\n"))
	if bytes.HasSuffix(line, []byte("\r")) {
		return fmt.Errorf("%s has Windows line breaks: end its first line in a line feed alone", command)
	}
	fields := strings.Fields(string(line))
	if len(fields) == 0 {
		return fmt.Errorf("%s has a #! line without an interpreter: write one such as #!/bin/sh", command)
	}
	if _, err := os.Stat(fields[0]); err != nil {
		return fmt.Errorf("%s needs the interpreter %s, which this host does not have: install it, or change the #! line", command, fields[0])
	}
	return nil
}
