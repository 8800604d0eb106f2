package project

import "fmt"

// Trailers of the message of a commit that holds what a kit makes of a project's
// answers, and nothing else. The first commit of a project is one, and so is each
// that an update adds beside the project's own. A newer kit is merged with what the
// last of them holds as the base.
const (
	// TreeTrailer has the id of the commit's tree, by which a commit that was amended
	// with something else is told from one that holds the kit's files alone.
	TreeTrailer = "Kit-Tree"
	// VersionTrailer has the version of the kit, for people.
	VersionTrailer = "Kit-Version"
)

// CommitMessage returns the message of such a commit. The tree is what git write-tree
// prints before the commit.
func CommitMessage(title string, kit Kit, tree string) string {
	return fmt.Sprintf("%s\n\n%s: %s\n%s: %s\n", title, VersionTrailer, kit.Version, TreeTrailer, tree)
}
