package cli

import (
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/dev/devtest"
)

func TestChangesAreServed(t *testing.T) {
	app := devtest.New(t)
	s := start(t, string(app))
	wants := func(path, want string) {
		t.Helper()
		var body string
		for limit := time.Now().Add(2 * time.Minute); time.Now().Before(limit); time.Sleep(10 * time.Millisecond) {
			if _, _, body = s.get(t, path); body == want {
				return
			}
		}
		t.Fatalf("the response of %s is %q, want %q\n%s", path, body, want, s.screen)
	}
	const oldFunction, oldApp = "the last good version of a ran", "the last good version of the app answered"
	wants("/api/first", "one")

	app.Respond(t, `"two"`)
	wants("/api/first", "two")
	s.screen.waitFor(t, `built ./functions/a in `)
	if got := s.screen.String(); strings.Contains(got, oldFunction) || strings.Contains(got, oldApp) {
		t.Errorf("the screen speaks of a last good version, want no word of it:\n%s", got)
	}

	app.Respond(t, "three")
	s.screen.waitFor(t, `functions/a/main.go:9:16: undefined: three\n(?s:.*)The last good version goes on`)
	wants("/api/first", "two")
	s.screen.waitFor(t, `GET /api/first → 200 .*\n(?s:.*)`+oldFunction)

	app.Stage(t, `"second"`)
	s.screen.waitFor(t, `(?s)synthesizing.*The last good version goes on.*synthesizing.*The last good version goes on`)
	wants("/api/first", "two")
	s.screen.waitFor(t, oldApp)
	app.Respond(t, `"four"`)
	wants("/api/second", "four") // which could not be served before
	s.screen.waitFor(t, "the app was read again")
	app.Stage(t, `"third"`)
	wants("/api/third", "four")

	app.Write(t, "cdk.json", `{"app": "echo no such stack; exit 1"}`)
	s.screen.waitFor(t, "no such stack")
	wants("/api/third", "four")
	if code := s.stop(); code != 0 {
		t.Errorf("exit code %d, want 0\n%s", code, s.screen)
	}
}
