package function

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/function/executable"
)

func TestOtherRuntimes(t *testing.T) {
	tests := []struct {
		runtime, needs, source string
	}{
		{"a shell with curl", "curl", `#!/bin/sh
headers=$(mktemp)
while true; do
	event=$(curl -sS -LD "$headers" "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next")
	id=$(grep -Fi Lambda-Runtime-Aws-Request-Id "$headers" | tr -d '[:space:]' | cut -d: -f2)
	printf '%s' "$event" | curl -sS -X POST --data-binary @- "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$id/response" >/dev/null
done
`},
		{"Node.js", "node", `#!/usr/bin/env node
const http = require('http');
const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({keepAlive: true, maxSockets: 1});
function call(method, path, body, done) {
	const request = http.request({hostname, port, path: '/2018-06-01/runtime/invocation/' + path, method, agent}, response => {
		const chunks = [];
		response.on('data', chunk => chunks.push(chunk));
		response.on('end', () => done(response, Buffer.concat(chunks)));
	});
	request.end(body);
}
(function loop() {
	call('GET', 'next', null, (response, event) => {
		call('POST', response.headers['lambda-runtime-aws-request-id'] + '/response', event, loop);
	});
})();
`},
	}
	for _, test := range tests {
		t.Run(test.runtime, func(t *testing.T) {
			program, err := exec.LookPath(test.needs)
			if err != nil {
				t.Skipf("there is no %s here", test.needs)
			}
			bootstrap := filepath.Join(t.TempDir(), "bootstrap")
			if err := os.WriteFile(bootstrap, []byte(test.source), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := executable.Runnable(bootstrap); err != nil {
				t.Fatal(err)
			}
			l := newLab(t, Options{})
			err = l.Set(Spec{Name: "fault", Command: []string{bootstrap}, Timeout: time.Minute,
				Environment: map[string]string{"PATH": filepath.Dir(program) + ":/usr/local/bin:/usr/bin:/bin", "TMPDIR": t.TempDir()}})
			if err != nil {
				t.Fatal(err)
			}
			for _, event := range []string{`{"a":1}`, `"` + strings.Repeat("x", 2<<20) + `"`, `"ü"`} {
				result, err := l.Invoke(context.Background(), "fault", Invocation{Payload: []byte(event)})
				if err != nil || string(result.Payload) != event || result.FunctionError != "" {
					t.Errorf("%.20s: got %q %.200s, error %v, want the event\nlog: %.2000q", event, result.FunctionError, result.Payload, err, l.lines())
				}
			}
		})
	}
}
