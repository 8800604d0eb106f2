package project

import "testing"

func TestCommitMessage(t *testing.T) {
	got := CommitMessage("Kit 1.2.0", Kit{Version: "1.2.0", Commit: "0b3d68a"}, "4b825dc642cb6eb9a060e54bf8d69288fbee4904")
	want := "Kit 1.2.0\n\nKit-Version: 1.2.0\nKit-Tree: 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
