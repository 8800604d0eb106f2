package function

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

// Runnable says why this host cannot execute a bootstrap: it is missing, lacks
// the executable bit, is built for another system or architecture, or is neither
// a program nor a script. It is nil if nothing speaks against it.
func Runnable(command string) error {
	info, err := os.Stat(command)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s is missing: build the function, or name the file bootstrap", command)
	case err != nil:
		return fmt.Errorf("%s cannot be executed: %w", command, err)
	case info.IsDir():
		return fmt.Errorf("%s is a folder: it must be the function's program", command)
	case runtime.GOOS != "windows" && info.Mode()&0o111 == 0:
		return fmt.Errorf("%s is not executable: chmod +x %s", command, command)
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
		return fmt.Errorf("%s is neither a program nor a script with a #! line", command)
	case built[0] == script:
		return interpreter(command, start)
	case !slices.Contains(built, host):
		return fmt.Errorf("%s is built for %s, but this host is %s: build it from its source", command, strings.Join(built, ", "), host)
	}
	return nil
}

// script stands for a file that an interpreter runs, on any platform.
const script = "script"

// platforms lists what an executable file is built for, such as linux/arm64.
func platforms(file *os.File, start []byte) []string {
	switch {
	case bytes.HasPrefix(start, []byte("#!")):
		return []string{script}
	case bytes.HasPrefix(start, []byte(elf.ELFMAG)):
		program, err := elf.NewFile(file)
		if err != nil || program.Type != elf.ET_EXEC && program.Type != elf.ET_DYN {
			return nil
		}
		system := "linux" // most ELF files do not say
		if program.OSABI == elf.ELFOSABI_FREEBSD {
			system = "freebsd"
		}
		return []string{system + "/" + elfArchitecture(program)}
	case bytes.HasPrefix(start, []byte("MZ")):
		if runtime.GOOS == "windows" {
			return []string{"windows/" + runtime.GOARCH} // Windows says best what it can run
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

func machoArchitecture(cpu macho.Cpu) string {
	switch cpu {
	case macho.CpuAmd64:
		return "amd64"
	case macho.CpuArm64:
		return "arm64"
	}
	return strings.ToLower(strings.TrimPrefix(cpu.String(), "Cpu"))
}

// interpreter says why a script cannot run: its interpreter is not there.
func interpreter(command string, start []byte) error {
	line, _, _ := bytes.Cut(start[2:], []byte("\n"))
	if bytes.HasSuffix(line, []byte("\r")) {
		return fmt.Errorf("%s has Windows line breaks: its first line must end in a line feed alone", command)
	}
	fields := strings.Fields(string(line))
	if len(fields) == 0 {
		return fmt.Errorf("%s has a #! line that names no interpreter", command)
	}
	if _, err := os.Stat(fields[0]); err != nil {
		return fmt.Errorf("%s needs the interpreter %s, which is not on this host", command, fields[0])
	}
	return nil
}
