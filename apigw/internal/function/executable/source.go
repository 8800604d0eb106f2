package executable

import "debug/buildinfo"

// Source returns where the program in a file was built from, as the go command
// wrote it into the file: the path of its package, and that of the module that the
// package is in. It reports false for a file that does not say so. A program says
// it without its debugging information, too, and for any system.
func Source(file string) (pkg, module string, ok bool) {
	info, err := buildinfo.ReadFile(file)
	if err != nil || info.Main.Path == "" || info.Path == "" || info.Path == "command-line-arguments" {
		return "", "", false
	}
	return info.Path, info.Main.Path, true
}
