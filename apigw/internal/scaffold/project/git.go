package project

import (
	"os"
	"slices"
	"strings"
)

// otherRepository are the variables by which git names a repository to what it runs,
// such as a hook.
var otherRepository = []string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"}

// GitEnvironment returns the environment of this process for git, which is then about
// the folder that it runs in, also within a hook of another repository.
func GitEnvironment() []string {
	return slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return slices.Contains(otherRepository, name)
	})
}
