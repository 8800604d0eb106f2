package update

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// mergeGoMod merges what a kit changed in its go.mod, from before to after, into that
// of a project. Of two versions it keeps the higher one. What is not needed any more,
// or is missing, is the business of go mod tidy.
func mergeGoMod(before, after, own []byte) ([]byte, error) {
	old, err := modfile.Parse("go.mod of the last kit", before, nil)
	if err != nil {
		return nil, err
	}
	newer, err := modfile.Parse("go.mod of the kit", after, nil)
	if err != nil {
		return nil, err
	}
	file, err := modfile.Parse("go.mod", own, nil)
	if err != nil {
		return nil, err
	}

	if newer.Go != nil && (file.Go == nil || higher("v"+newer.Go.Version, "v"+file.Go.Version)) {
		if err := file.AddGoStmt(newer.Go.Version); err != nil {
			return nil, err
		}
	}
	if newer.Toolchain != nil && file.Toolchain == nil && old.Toolchain == nil {
		if err := file.AddToolchainStmt(newer.Toolchain.Name); err != nil {
			return nil, err
		}
	}
	mergeRequires(old, newer, file)
	if err := mergeReplaces(old, newer, file); err != nil {
		return nil, err
	}
	oldTools, newTools, ownTools := toolsOf(old), toolsOf(newer), toolsOf(file)
	for _, tool := range newTools {
		if !slices.Contains(oldTools, tool) && !slices.Contains(ownTools, tool) {
			if err := file.AddTool(tool); err != nil {
				return nil, err
			}
		}
	}
	for _, tool := range oldTools {
		if !slices.Contains(newTools, tool) && slices.Contains(ownTools, tool) {
			if err := file.DropTool(tool); err != nil {
				return nil, err
			}
		}
	}
	file.SortBlocks()
	file.Cleanup()
	return file.Format()
}

// mergeRequires adds what the kit requires now, and raises versions. A requirement that
// the project took out stays out, and one that only the kit took out goes.
func mergeRequires(old, newer, own *modfile.File) {
	before, after, ours := requiresOf(old), requiresOf(newer), requiresOf(own)
	var list []*modfile.Require
	for path, mine := range ours {
		last, known := before[path]
		kit, stays := after[path]
		if known && !stays && last.Mod.Version == mine.Mod.Version {
			continue
		}
		r := modfile.Require{Mod: mine.Mod, Indirect: mine.Indirect}
		if stays && higher(kit.Mod.Version, mine.Mod.Version) {
			r.Mod.Version = kit.Mod.Version
		}
		list = append(list, &r)
	}
	for path, kit := range after {
		if ours[path] == nil && before[path] == nil {
			list = append(list, &modfile.Require{Mod: kit.Mod, Indirect: kit.Indirect})
		}
	}
	slices.SortFunc(list, func(a, b *modfile.Require) int { return strings.Compare(a.Mod.Path, b.Mod.Path) })
	own.SetRequireSeparateIndirect(list)
}

// mergeReplaces takes over what the kit changed, where the project did not.
func mergeReplaces(old, newer, own *modfile.File) error {
	before, after, ours := replacesOf(old), replacesOf(newer), replacesOf(own)
	for from, to := range after {
		if mine, has := ours[from]; to != before[from] && (!has || mine == before[from]) {
			if err := own.AddReplace(from.Path, from.Version, to.Path, to.Version); err != nil {
				return err
			}
		}
	}
	for from, to := range before {
		if _, stays := after[from]; !stays && ours[from] == to {
			if err := own.DropReplace(from.Path, from.Version); err != nil {
				return err
			}
		}
	}
	return nil
}

// higher reports whether one version is above another.
func higher(a, b string) bool { return semver.Compare(a, b) > 0 }

func requiresOf(file *modfile.File) map[string]*modfile.Require {
	requires := map[string]*modfile.Require{}
	for _, r := range file.Require {
		requires[r.Mod.Path] = r
	}
	return requires
}

func replacesOf(file *modfile.File) map[module.Version]module.Version {
	replaces := map[module.Version]module.Version{}
	for _, r := range file.Replace {
		replaces[r.Old] = r.New
	}
	return replaces
}

func toolsOf(file *modfile.File) []string {
	var tools []string
	for _, tool := range file.Tool {
		tools = append(tools, tool.Path)
	}
	return tools
}

// mergeGoSum returns the lines of both files. A line too many does no harm.
func mergeGoSum(a, b []byte) []byte {
	var sum []string
	for _, text := range [][]byte{a, b} {
		for line := range bytes.Lines(text) {
			sum = append(sum, strings.TrimRight(string(line), "\r\n"))
		}
	}
	slices.Sort(sum)
	sum = slices.DeleteFunc(slices.Compact(sum), func(line string) bool { return line == "" })
	if len(sum) == 0 {
		return nil
	}
	return fmt.Appendf(nil, "%s\n", strings.Join(sum, "\n"))
}
