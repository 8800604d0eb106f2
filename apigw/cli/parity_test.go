package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/apigw/apitest"
	"example.com/apigw/internal/testapp"
)

const parityContract = `[
{"rule": "no name", "request": {"method": "GET", "target": "/greet"}, "response": {"status": 200, "body": "{\"greeting\":\"World\"}"}},
{"rule": "an unknown path", "gateway": true, "request": {"method": "GET", "target": "/none"}, "response": {"status": 403, "body": "{\"message\":\"Missing Authentication Token\"}"}}
]`

func TestParity(t *testing.T) {
	deployed := apitest.New(t, testapp.Assembly(), apitest.Build())
	direct, mapped := deployed.URL("direct"), deployed.URL("mapped")
	t.Chdir(t.TempDir())
	write := func(name, text string) string {
		if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	write("test/contract/contract.json", parityContract)
	outputs := write("outputs.json", `{"Sample": {"DirectUrl": "`+direct+`/greet"}}`)
	key := write("key", "a-secret-of-twenty-letters\n")
	broken := write("broken.json", `[{"rule": "x"}]`)
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_PROFILE", "")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", "none")
	t.Setenv("AWS_CONFIG_FILE", "none")
	for _, c := range []struct {
		rule        string
		args        []string
		code        int
		out, errors string
	}{
		{"the same", []string{"--url", direct, "--url", mapped + "/greet"}, 0, "\n\nWhat is deployed responds as the service here does to 4 requests.\n", "building "},
		{"reads alone", []string{"--url", direct, "--reads=true", "--contract", write("writes.json", strings.Replace(parityContract, `"GET", "target": "/none"`, `"DELETE", "target": "/none"`, 1))}, 0, "1 left out, which may write", ""},
		{"URLs of outputs", []string{"--outputs", outputs}, 0, "does to 2 requests.", ""},
		{"with a header and a key", []string{"--url", direct, "--header", "X-Shop: a", "--api-key", "@" + key}, 0, "direct at " + direct, ""},
		{"no such stage", []string{"--url", "direct=" + strings.Replace(direct, "/prod", "/dev", 1)}, 2, "There is no such stage at http://127.0.0.1:", ""},
		{"another path", []string{"--url", "direct=" + direct + "/v1"}, 2, "is that of another API, has a part of the path too many", ""},
		{"another contract", []string{"--url", "proxy=" + direct, "--contract", write("more.json", strings.Replace(parityContract, "/none", "/greet/Ada", 1))}, 0, "2 alike", ""},
		{"nobody listens", []string{"--url", "direct=http://127.0.0.1:1/direct/prod"}, 2, "There is no connection to 127.0.0.1:1", ""},
		{"as annotations", []string{"--url", "direct=http://127.0.0.1:1/direct/prod", "--format", "github"}, 2, "::error title=parity-no-answer::direct: ", ""},
		{"no URL", nil, 2, "", "local: parity: name what is deployed: --url URL"},
		{"an argument", []string{"https://x.example/prod"}, 2, "", `local: parity takes no "https://x.example/prod": flags begin with --`},
		{"http to another machine", []string{"--url", "http://x.example/prod"}, 2, "", "write https, or pass --insecure"},
		{"an unknown format", []string{"--url", direct, "--format", "xml"}, 2, "", `there is no format "xml": there are text, json, github`},
		{"no rate", []string{"--url", direct, "--rps", "0"}, 2, "", "--rps 0: use a number from 0.01"},
		{"no time", []string{"--url", direct, "--timeout", "0s"}, 2, "", "--timeout 0s: use a time above 0"},
		{"a region without a signature", []string{"--url", direct, "--region", "eu-west-1"}, 2, "", "are for --sign, which is missing"},
		{"a signature of nobody", []string{"--url", direct, "--sign"}, 2, "", "--sign finds no access key"},
		{"a header of two lines", []string{"--url", direct, "--header", "A: b\nC: d"}, 2, "", "expected 'NAME: VALUE'"},
		{"a key of two lines", []string{"--url", direct, "--api-key", "a\nb"}, 2, "", "a key is one line"},
		{"no such key file", []string{"--url", direct, "--api-key", "@none"}, 2, "", "--api-key: open none"},
		{"no such contract", []string{"--url", direct, "--contract", "none.json"}, 2, "", "open none.json"},
		{"a wrong contract", []string{"--url", direct, "--contract", broken}, 2, "", `broken.json: line 1: `},
		{"no such outputs", []string{"--outputs", "none.json"}, 2, "", "--outputs: stat none.json"},
		{"a name that there is not", []string{"--url", "other=" + direct}, 2, "", `there is no API "other": there are direct, mapped`},
		{"one URL for two APIs", []string{"--url", "https://x.example/prod"}, 2, "", "1 URLs without a name are for 2 APIs"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			code, out, errors := commandLine("", append([]string{"parity", "-a", testapp.Assembly(), "--rps", "1000"}, c.args...)...)
			if code != c.code || !strings.Contains(out, c.out) || !strings.Contains(errors, c.errors) || c.code == 2 && c.out == "" && strings.Count(errors, "local: ") != 1 {
				t.Errorf("got exit code %d, %q, %q; want %d, %q, %q", code, out, errors, c.code, c.out, c.errors)
			}
		})
	}
	t.Run("no contract in this folder", func(t *testing.T) {
		t.Chdir(t.TempDir())
		code, _, errors := commandLine("", "parity", "-a", testapp.Assembly(), "--url", direct)
		if want := "run this in the folder of go.mod, or name the contract with --contract"; code != 2 || !strings.Contains(errors, want) {
			t.Errorf("got exit code %d, %q; want 2, %q", code, errors, want)
		}
	})
}

func TestParityFindsADifference(t *testing.T) {
	deployed := apitest.New(t, testapp.Assembly(), apitest.Handler("Sample/Direct", func() (string, error) { return "World", nil }))
	direct := deployed.URL("direct")
	t.Chdir(t.TempDir())
	contract := writeFile(t, "contract.json", parityContract)
	code, out, errors := commandLine("", "parity", "-a", testapp.Assembly(), "--url", "direct="+direct, "--contract", contract, "--format", "json")
	if code != 1 || !strings.Contains(out, `"rule": "parity-malformed"`) || !strings.Contains(out, `"outcome": "different"`) {
		t.Errorf("got exit code %d, %s, %q; want 1 and the rule parity-malformed", code, out, errors)
	}
}
