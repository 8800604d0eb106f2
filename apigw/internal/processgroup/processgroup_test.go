package processgroup

import (
	"bufio"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"example.com/apigw/internal/testwait"
)

func TestKillEndsWhatTheLeaderStarted(t *testing.T) {
	leader := exec.Command("sh", "-c", "sleep 3600 & echo $!; wait")
	out, err := leader.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	Own(leader)
	if err := leader.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	child, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	Kill(leader.Process.Pid)
	leader.Wait()
	testwait.Until(t, "the child of the leader is gone", func() bool { return !testwait.Alive(child) })
	Kill(leader.Process.Pid) // a group that is gone is no mistake
}
