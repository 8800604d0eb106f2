//go:build velocity

package test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// These tests run the mapping templates with Apache Velocity 1.7, the engine
// that API Gateway behaves like. They need Java and Debian's packages velocity
// and libjsonpath-java: go test -tags velocity ./test

func TestAllowedOriginIsSentBack(t *testing.T) {
	tests := []struct {
		rule    string
		headers map[string]string
		want    string
	}{
		{"an allowed origin", map[string]string{"Origin": "https://b.example"}, "https://b.example"},
		{"as an HTTP/2 client writes it", map[string]string{"origin": "https://a.example"}, "https://a.example"},
		{"another origin", map[string]string{"Origin": "https://c.example"}, ""},
		{"one that only starts alike", map[string]string{"Origin": "https://a.example.evil.example"}, ""},
		{"no origin", nil, ""},
	}
	for name, api := range synth(t, "allowedOrigins", severalOrigins).apis(t) {
		for _, method := range api.Methods {
			for _, response := range method.Integration.IntegrationResponses {
				for _, test := range tests {
					// After its own output, print what the template sets.
					const separator = "---\n"
					template := response.ResponseTemplates["application/json"] + "\n" + separator + "$context.responseOverride.header.Access-Control-Allow-Origin"
					output := velocity(t, []render{{
						Template: template, Body: `{"errorMessage":"BadRequest: x"}`,
						Params:  params{Header: test.headers},
						Context: object{"responseOverride": object{"header": object{}}},
					}})[0]
					body, got, _ := strings.Cut(output, separator)
					if got != test.want {
						t.Errorf("%s %s %s, %s: %q is sent back, want %q", name, method, response.StatusCode, test.rule, got, test.want)
					}
					if body = strings.TrimSuffix(body, "\n"); strings.TrimSpace(body) != body {
						t.Errorf("%s %s %s: body %q, want no space at its ends", name, method, response.StatusCode, body)
					}
				}
			}
		}
	}
}

func TestPreflightTemplates(t *testing.T) {
	for name, api := range synth(t).apis(t) {
		method := api.method(t, "OPTIONS", api.Methods[0].Path)
		outputs := velocity(t, []render{
			{Template: method.Integration.RequestTemplates["application/json"]},
			{Template: method.Integration.IntegrationResponses[0].ResponseTemplates["application/json"]},
		})
		var mock struct{ StatusCode int }
		if err := json.Unmarshal([]byte(outputs[0]), &mock); err != nil || mock.StatusCode != 204 {
			t.Errorf("%s: the MOCK integration reads %q (%v), want statusCode 204", name, outputs[0], err)
		}
		if outputs[1] != "" {
			t.Errorf("%s: body of the preflight %q, want none", name, outputs[1])
		}
	}
}

// render is one line for velocity/Oracle.java.
type render struct {
	Mode     string `json:"mode"`
	Template string `json:"template"`
	Body     string `json:"body"`
	Params   params `json:"params"`
	Context  object `json:"context"`
	Vars     object `json:"vars"`
}

type params struct {
	Path        map[string]string `json:"path"`
	Querystring map[string]string `json:"querystring"`
	Header      map[string]string `json:"header"`
}

var java *velocityProcess

type velocityProcess struct {
	in  io.Writer
	out *bufio.Scanner
}

// velocity renders templates. All tests share one Java program.
func velocity(t *testing.T, renders []render) []string {
	t.Helper()
	if java == nil {
		java = startVelocity(t)
	}
	go func() {
		for _, render := range renders {
			render.Mode = "aws"
			line, err := json.Marshal(render)
			if err != nil {
				return // the reader misses a line of output
			}
			// The program's own JSON reader would drop this character.
			line = bytes.ReplaceAll(line, []byte{0x7f}, []byte(`\u007f`))
			if _, err := java.in.Write(append(line, '\n')); err != nil {
				return
			}
		}
	}()
	var outputs []string
	for _, render := range renders {
		if !java.out.Scan() {
			t.Fatalf("Velocity ended (%v): install Java, velocity and libjsonpath-java", java.out.Err())
		}
		var rendered struct {
			Out   *string
			Error string
		}
		if err := json.Unmarshal(java.out.Bytes(), &rendered); err != nil {
			t.Fatal(err)
		}
		if rendered.Out == nil {
			t.Fatalf("%s: %s", render.Template, rendered.Error)
		}
		outputs = append(outputs, *rendered.Out)
	}
	return outputs
}

func startVelocity(t *testing.T) *velocityProcess {
	t.Helper()
	var jars []string
	for _, jar := range []string{"velocity", "json-path", "json-smart", "accessors-smart", "asm", "slf4j-api", "slf4j-nop", "commons-collections3", "commons-lang", "commons-lang3"} {
		jars = append(jars, "/usr/share/java/"+jar+".jar")
	}
	// It ends with its standard input, which is when the tests end.
	command := exec.Command("java", "-Xss4m", "-Dfile.encoding=UTF-8", "-cp", strings.Join(jars, string(filepath.ListSeparator)), "velocity/Oracle.java")
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	scanner := bufio.NewScanner(out)
	scanner.Buffer(nil, 16<<20)
	return &velocityProcess{in: in, out: scanner}
}
