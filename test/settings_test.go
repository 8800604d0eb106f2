package test

import (
	"reflect"
	"strings"
	"testing"

	"example.com/hello-apigw/stacks"
)

func TestParseSettings(t *testing.T) {
	defaults, err := stacks.ParseSettings(nil) // with the Security that you choose
	if err != nil || defaults.Stage != "prod" || !reflect.DeepEqual(defaults.AllowedOrigins, []string{"*"}) || !defaults.Logging {
		t.Fatalf("without a context: %+v, %v; want the stage prod, any origin, and logs", defaults, err)
	}
	tests := []struct {
		rule    string
		context object
		want    func(*stacks.Settings)
	}{
		{"a stage", object{"stage": "test-2-b"}, func(s *stacks.Settings) { s.Stage = "test-2-b" }},
		{"one origin", object{"allowedOrigins": "https://a.example"}, func(s *stacks.Settings) { s.AllowedOrigins = []string{"https://a.example"} }},
		{"several origins", object{"allowedOrigins": "https://a.example,http://localhost:5173,http://[::1]:8080"}, func(s *stacks.Settings) {
			s.AllowedOrigins = []string{"https://a.example", "http://localhost:5173", "http://[::1]:8080"}
		}},
		{"credentials with an origin", object{"allowedOrigins": "https://a.example", "allowCredentials": "true"}, func(s *stacks.Settings) {
			s.AllowedOrigins, s.AllowCredentials = []string{"https://a.example"}, true
		}},
		{"a switch may be JSON in cdk.json", object{"allowedOrigins": "https://a.example", "allowCredentials": true}, func(s *stacks.Settings) {
			s.AllowedOrigins, s.AllowCredentials = []string{"https://a.example"}, true
		}},
		{"no logs", object{"logging": "off"}, func(s *stacks.Settings) { s.Logging = false }},
		{"who gets alarms", object{"alarmEmail": "team@a.example"}, func(s *stacks.Settings) { s.AlarmEmail = "team@a.example" }},
		{"keys of the CDK are not ours", object{"@aws-cdk/core:checkSecretUsage": true, "aws:cdk:bundling-stacks": []any{}, "availability-zones:account=1": []any{}, "acknowledged-issue-numbers": []any{34892}, "cli-telemetry": false}, func(*stacks.Settings) {}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			want := defaults
			test.want(&want)
			got, err := stacks.ParseSettings(test.context)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, %v, want %+v", got, err, want)
			}
		})
	}
}

func TestParseSettingsSaysWhatIsWrong(t *testing.T) {
	tests := []struct {
		rule    string
		context object
		want    string
	}{
		{"an unknown key", object{"stgae": "test"}, `context key "stgae" is unknown`},
		{"an empty stage", object{"stage": ""}, `context key "stage": "" is not a stage name`},
		{"a stage with a slash", object{"stage": "a/b"}, `"a/b" is not a stage name`},
		{"a stage that makes the name of the stack too long", object{"stage": strings.Repeat("a", 128)}, "and CloudFormation takes 128: use a shorter one"},
		{"a stage that is too long", object{"stage": strings.Repeat("a", 129)}, "is not a stage name"},
		{"a name beside an address", object{"alarmEmail": "Team <team@a.example>"}, `context key "alarmEmail": "Team <team@a.example>" is not an address alone`},
		{"a star among origins", object{"allowedOrigins": "https://a.example,*"}, `"*" is not a web origin`},
		{"an origin without a scheme", object{"allowedOrigins": "a.example"}, `"a.example" is not a web origin`},
		{"an origin with a path", object{"allowedOrigins": "https://a.example/app"}, `"https://a.example/app" is not a web origin`},
		{"an origin with a slash at the end", object{"allowedOrigins": "https://a.example/"}, "is not a web origin"},
		{"an origin with a user", object{"allowedOrigins": "https://me@a.example"}, "is not a web origin"},
		{"an origin in upper case", object{"allowedOrigins": "https://A.example"}, "is not a web origin"},
		{"an origin with template syntax", object{"allowedOrigins": `https://a.example$x"`}, "is not a web origin"},
		{"an origin without a host", object{"allowedOrigins": "https://:443"}, "is not a web origin"},
		{"a space after the comma", object{"allowedOrigins": "https://a.example, https://b.example"}, `" https://b.example" is not a web origin`},
		{"an empty list", object{"allowedOrigins": ""}, `"" is not a web origin`},
		{"an origin twice", object{"allowedOrigins": "https://a.example,https://a.example"}, "is in the list twice"},
		{"a switch that is neither on nor off", object{"logging": "maybe"}, `context key "logging": "maybe" is not a value for it: use -c logging=on or -c logging=off`},
		{"credentials that are neither true nor false", object{"allowCredentials": "yes"}, `use -c allowCredentials=true or -c allowCredentials=false`},
		{"credentials for any origin", object{"allowCredentials": "true"}, `browsers refuse credentials with the origin "*"`},
		{"every mistake is named", object{"stage": "a/b", "logging": "maybe"}, "is not a stage name"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			_, err := stacks.ParseSettings(test.context)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("error %v, want one with %q", err, test.want)
			}
			if len(test.context) == 1 && strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v, want one sentence", err)
			}
		})
	}
}

func TestCheckNode(t *testing.T) {
	tests := []struct{ rule, script, want string }{
		{"a new Node.js is fine", "echo v24.1.0", ""},
		{"the oldest that works is fine", "echo v20.0.0", ""},
		{"an old one is named", "echo v18.19.1", `needs Node.js 20 or newer, and "node" is v18.19.1`},
		{"something else called node", "echo Usage: node", "needs Node.js 20 or newer"},
		{"one that does not start", "exit 3", `running "node" failed (exit status 3)`},
		{"a missing one", "", `running "node" failed`},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			t.Setenv("PATH", folderWith(t, "node", test.script))
			err := stacks.CheckNode()
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}
