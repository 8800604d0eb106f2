package parity

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/apigw/contract"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/testapp"
)

func TestParseURL(t *testing.T) {
	for _, test := range []struct {
		name, text     string
		insecure       bool
		wantName, want string // the URL, or a part of the error
		wrong          bool
	}{
		{"a stage", "https://a1.execute-api.eu-central-1.amazonaws.com/prod", false, "", "https://a1.execute-api.eu-central-1.amazonaws.com/prod", false},
		{"a name", "proxy=https://api.example/v1", false, "proxy", "https://api.example/v1", false},
		{"an equals sign in a path", "https://api.example/a=b", false, "", "https://api.example/a=b", false},
		{"blanks around", " https://api.example/v1 ", false, "", "https://api.example/v1", false},
		{"http on this machine", "http://127.0.0.1:3000/a/prod", false, "", "http://127.0.0.1:3000/a/prod", false},
		{"http on this machine by name", "http://localhost:3000/a/prod", false, "", "http://localhost:3000/a/prod", false},
		{"http on this machine in IPv6", "http://[::1]:3000/a/prod", false, "", "http://[::1]:3000/a/prod", false},
		{"http elsewhere", "http://api.example/v1", false, "", "would send requests, keys and signatures where anybody on the way can read them", true},
		{"http elsewhere on purpose", "http://api.example/v1", true, "", "http://api.example/v1", false},
		{"a host that only looks like this machine", "http://localhost.example/v1", false, "", "anybody on the way", true},
		{"http to AWS", "http://a1.execute-api.eu-central-1.amazonaws.com/prod", true, "", "API Gateway serves https alone", true},
		{"no stage", "https://a1.execute-api.eu-central-1.amazonaws.com/", false, "", "has no stage: append its name", true},
		{"no scheme", "a1.execute-api.eu-central-1.amazonaws.com/prod", false, "", "is not the URL of an API", true},
		{"another scheme", "ftp://api.example/v1", false, "", "is not the URL of an API", true},
		{"no URL", "https://a b/", false, "", "is not a URL", true},
		{"a password", "https://me:secret@api.example/v1", false, "", "has a user or a password in it", true},
		{"a query", "https://api.example/v1?x=1", false, "", "has a query or a fragment", true},
		{"control characters", "https://api.example/\x1b[2J", false, "", `\x1b`, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			name, u, err := ParseURL(test.text, test.insecure)
			switch {
			case test.wrong && (err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "secret@") || strings.Contains(err.Error(), "\x1b")):
				t.Errorf("got %v, %v; want the error %q", u, err, test.want)
			case !test.wrong && (err != nil || name != test.wantName || u.String() != test.want):
				t.Errorf("got %q, %v, %v; want %q, %s", name, u, err, test.wantName, test.want)
			}
		})
	}
}

// apis are those of the sample app.
func apis(t *testing.T) []gateway.Deployed {
	t.Helper()
	r, _ := side{}.start(t)
	return r.APIs("")
}

func TestMatch(t *testing.T) {
	list := apis(t)
	outputs, err := Outputs(testapp.Assembly())
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		urls []string
		want []string // API and URL, or a part of the error
	}{
		{"by the name of the API", []string{"mapped=https://m.example", "direct=https://d.example"}, []string{"direct https://d.example", "mapped https://m.example"}},
		{"by the door", []string{"proxy=https://d.example"}, []string{"direct https://d.example"}},
		{"by the output", []string{"MappedUrl=https://m.example"}, []string{"mapped https://m.example"}},
		{"by the path of a local gateway", []string{"http://127.0.0.1:1/mapped/prod"}, []string{"mapped http://127.0.0.1:1/mapped/prod"}},
		{"by the host of a local gateway", []string{"http://mapped.execute-api.localhost:1/prod"}, []string{"mapped http://mapped.execute-api.localhost:1/prod"}},
		{"in the order of the APIs", []string{"https://d.example", "https://m.example"}, []string{"direct https://d.example", "mapped https://m.example"}},
		{"the rest", []string{"https://m.example", "direct=https://d.example"}, []string{"direct https://d.example", "mapped https://m.example"}},
		{"another local gateway for all", []string{"http://127.0.0.1:1"}, []string{"direct http://127.0.0.1:1", "mapped http://127.0.0.1:1"}},
		{"one for two", []string{"https://x.example"}, []string{"1 URLs without a name are for 2 APIs (direct, mapped): name them, as in --url direct=URL"}},
		{"three for two", []string{"https://x.example", "https://y.example", "https://z.example"}, []string{"3 URLs without a name are for 2 APIs"}},
		{"a name that there is not", []string{"dirrect=https://x.example"}, []string{`there is no API "dirrect": there are direct, mapped`}},
		{"an API twice", []string{"direct=https://x.example", "proxy=https://y.example"}, []string{"are both for the API direct: keep one, or name the other, as in --url mapped=URL"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var named []Named
			for _, text := range test.urls {
				name, u, err := ParseURL(text, false)
				if err != nil {
					t.Fatal(err)
				}
				named = append(named, Named{name, u})
			}
			targets, err := Match(list, outputs, named)
			var got []string
			for _, target := range targets {
				got = append(got, target.API+" "+target.URL.String())
			}
			if err != nil {
				if len(test.want) != 1 || !strings.Contains(err.Error(), test.want[0]) {
					t.Errorf("got the error %v, want %q", err, test.want)
				}
			} else if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	if _, err := Match(nil, nil, nil); err == nil {
		t.Error("a service without an API: got no error")
	}
}

func TestReadOutputs(t *testing.T) {
	outputs, err := Outputs(testapp.Assembly())
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, text, want string }{
		{
			"what cdk deploy writes", `{"Sample": {"DirectUrl": "https://d.execute-api.eu-west-1.amazonaws.com/prod/greet", "MappedUrl": "https://m.execute-api.eu-west-1.amazonaws.com/prod/greet",
				"DirectRestApiEndpoint7F45733B": "https://d.execute-api.eu-west-1.amazonaws.com/prod/", "Bucket": "b"}}`,
			"DirectRestApiEndpoint7F45733B https://d.execute-api.eu-west-1.amazonaws.com/prod/ MappedUrl https://m.execute-api.eu-west-1.amazonaws.com/prod/greet",
		},
		{"outputs of another service", `{"Other": {"Url": "https://x.example/"}}`, "has no output with the URL of an API of this service"},
		{"no outputs", `[]`, "expected what cdk deploy --outputs-file writes"},
		{"a URL with http", `{"Sample": {"DirectUrl": "http://x.example/"}}`, "outputs.json: DirectUrl: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "outputs.json")
			if err := os.WriteFile(file, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			named, err := ReadOutputs(file, outputs, false)
			var parts []string
			for _, n := range named {
				parts = append(parts, n.Name, n.URL.String())
			}
			got := strings.Join(parts, " ")
			if err != nil {
				got = err.Error()
			}
			if !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	if _, err := ReadOutputs(filepath.Join(t.TempDir(), "none.json"), outputs, false); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: got %v", err)
	}
}

func TestCompareJSON(t *testing.T) {
	for _, test := range []struct {
		name, here, there string
		want              []string // differences as text
	}{
		{"the same", `{"a":[1,"x",null,true]}`, `{ "a" : [1, "x", null, true] }`, nil},
		{"the order of keys", `{"a":1,"b":2}`, `{"b":2,"a":1}`, nil},
		{"how numbers are written", `[1.0, 1e2, -0, 0.10]`, `[1, 100, 0, 1e-1]`, nil},
		{"long numbers that differ at the end", `12345678901234567890123`, `12345678901234567890124`, []string{`body $: here 12345678901234567890123, there 12345678901234567890124`}},
		{"exponents beyond measure", `1e999999999`, `1e999999998`, []string{`body $: here 1e999999999, there 1e999999998`}},
		{"escapes in strings", `"\u00fc"`, `"ü"`, nil},
		{"the order of values", `[1,2]`, `[2,1]`, []string{"body $[0]: here 1, there 2", "body $[1]: here 2, there 1"}},
		{"a value more", `[1]`, `[1,2]`, []string{"body $: here 1 value, there 2 values"}},
		{"a key less", `{"a":1,"b c":2}`, `{"a":1}`, []string{`body $["b c"]: here 2, there missing`}},
		{"a key more", `{}`, `{"a":{"b":1}}`, []string{`body $.a: here missing, there {"b":1}`}},
		{"null is not nothing", `{"a":null}`, `{}`, []string{`body $.a: here null, there missing`}},
		{"types", `{"a":1,"b":"true","c":[],"d":null}`, `{"a":"1","b":true,"c":{},"d":0}`, []string{
			`body $.a: here 1, there "1"`, `body $.b: here "true", there true`, `body $.c: here [], there {}`, `body $.d: here null, there 0`,
		}},
		{"no JSON here", `x`, `{}`, []string{`body: here x, there {}`}},
		{"text that differs far behind", strings.Repeat("x", 1000) + "a", strings.Repeat("x", 1000) + "b", []string{
			"body from byte 960: here " + strings.Repeat("x", 40) + "a, there " + strings.Repeat("x", 40) + "b",
		}},
		{"control characters", "a\x1b[2J", "b\r\n", []string{`body: here a\x1b[2J, there b\r\n`}},
		{"nothing there", `{}`, ``, []string{`body: here {}, there empty`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			view := func(text string) view { return place{}.of(&response{header: http.Header{}, body: []byte(text)}) }
			var got []string
			for _, d := range compareBodies(view(test.here), view(test.there)) {
				got = append(got, d.String())
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q\nwant %q", got, test.want)
			}
		})
	}
	many := compareBodies(place{}.of(&response{body: []byte(`[` + strings.Repeat("1,", 999) + `1]`)}), place{}.of(&response{body: []byte(`[` + strings.Repeat("2,", 999) + `1]`)}))
	if len(many) != maxDifferences {
		t.Errorf("many differences: got %d, want %d", len(many), maxDifferences)
	}
}

func TestWhatNamesThePlaceIsNoDifference(t *testing.T) {
	here, there := newPlace("http://127.0.0.1:3000/direct/prod"), newPlace("https://a1.execute-api.eu-west-1.amazonaws.com/v1")
	for _, test := range []struct {
		name, here, there string
		same              bool
	}{
		{"a URL", "http://127.0.0.1:3000/direct/prod/greet", "https://a1.execute-api.eu-west-1.amazonaws.com/v1/greet", true},
		{"a path", `{"next":"/direct/prod/greet?page=2"}`, `{"next":"/v1/greet?page=2"}`, true},
		{"a longer path", "/direct/production", "/v1uction", false},
		{"a host", "served by 127.0.0.1:3000", "served by a1.execute-api.eu-west-1.amazonaws.com", true},
		{"the ARN of a method", "arn:aws:execute-api:us-east-1:123456789012:abc/prod/GET/greet", "arn:aws:execute-api:eu-west-1:********9012:a1/v1/GET/greet", true},
		{"the ARN of another method", "arn:aws:execute-api:us-east-1:123456789012:abc/prod/GET/greet", "arn:aws:execute-api:eu-west-1:********9012:a1/v1/POST/greet", false},
	} {
		if got := here.neutral(test.here) == there.neutral(test.there); got != test.same {
			t.Errorf("%s: got %q and %q, want the same %v", test.name, here.neutral(test.here), there.neutral(test.there), test.same)
		}
	}
}

func TestThePaceKeepsToItsRate(t *testing.T) {
	p, now := &pace{every: 100 * time.Millisecond}, time.Unix(0, 0)
	var got []time.Duration
	for range 3 {
		got = append(got, p.delay(now))
	}
	got = append(got, p.delay(now.Add(time.Second)))
	if want := []time.Duration{0, 100 * time.Millisecond, 200 * time.Millisecond, 0}; !slices.Equal(got, want) {
		t.Errorf("got the delays %v, want %v", got, want)
	}
}

func TestNoMoreThanAFewRequestsAreUnderWayAtATime(t *testing.T) {
	var now, most atomic.Int32
	scenario{there: side{before: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n := now.Add(1)
			for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
			}
			next.ServeHTTP(w, r)
			now.Add(-1)
		})
	}}}.run(t)
	if got := most.Load(); got < 1 || got > concurrency {
		t.Errorf("got %d requests at a time, want at most %d", got, concurrency)
	}
}

func TestAPostIsNotSentTwiceAfterABrokenConnection(t *testing.T) {
	var posts atomic.Int32
	r := scenario{there: side{before: instead(func(http.ResponseWriter, *http.Request) bool {
		posts.Add(1)
		panic(http.ErrAbortHandler)
	})}, cases: []contract.Case{post("x")}, urls: map[string]string{"direct": "/direct/prod"}}.run(t)
	if r.Outcome != NotCompared || posts.Load() != 1 {
		t.Errorf("got %s after %d requests, want not compared after 1", r.Outcome, posts.Load())
	}
}

func TestAStageThatCannotBeReachedIsGivenUp(t *testing.T) {
	var requests atomic.Int32
	transport := failing{errors.New("no route to host")}
	r := scenario{options: func(o *Options) {
		o.Transport = counting{transport, &requests}
	}, urls: map[string]string{"direct": "/direct/prod"}}.run(t)
	if got := requests.Load(); r.Outcome != NotCompared || got > 3*(maxUnreachable+concurrency) {
		t.Errorf("got %s after %d requests, want not compared after a few", r.Outcome, got)
	}
}

// counting counts requests.
type counting struct {
	http.RoundTripper
	n *atomic.Int32
}

func (c counting) RoundTrip(r *http.Request) (*http.Response, error) {
	c.n.Add(1)
	return c.RoundTripper.RoundTrip(r)
}

func TestACertificateThatNobodyVouchesForIsRefused(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	server.Config.ErrorLog = nil
	r := scenario{urls: map[string]string{"direct": server.URL + "/direct/prod"}}.run(t)
	if got := found(r); !slices.Equal(got, []string{"direct: not compared: parity-certificate"}) {
		t.Errorf("got %q, %s", got, r.Sentence)
	}
}

func TestFindCredentials(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"credentials": "[default]\naws_access_key_id = AD\naws_secret_access_key = SD\n[ work ]\n# aws_access_key_id = no\naws_access_key_id=AW\naws_secret_access_key=S=W\naws_session_token=TW\n",
		"config":      "[default]\nregion = eu-west-1\n[profile other]\naws_access_key_id = AO\naws_secret_access_key = SO\n[profile sso]\nsso_session = x\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files := map[string]string{"AWS_SHARED_CREDENTIALS_FILE": filepath.Join(dir, "credentials"), "AWS_CONFIG_FILE": filepath.Join(dir, "config")}
	for _, test := range []struct {
		name, profile string
		env           map[string]string
		want          string // id, secret and token, or a part of the error
	}{
		{"the environment", "", map[string]string{"AWS_ACCESS_KEY_ID": "AE", "AWS_SECRET_ACCESS_KEY": "SE", "AWS_SESSION_TOKEN": "TE"}, "AE SE TE"},
		{"a profile wins over the environment", "work", map[string]string{"AWS_ACCESS_KEY_ID": "AE", "AWS_SECRET_ACCESS_KEY": "SE"}, "AW S=W TW"},
		{"the default profile", "", nil, "AD SD "},
		{"the profile of the environment", "", map[string]string{"AWS_PROFILE": "other"}, "AO SO "},
		{"a profile without keys", "sso", nil, `nor in the profile "sso": run eval "$(aws configure export-credentials --profile sso --format env)"`},
		{"a profile that there is not", "none", nil, `nor in the profile "none"`},
		{"no files", "", map[string]string{"AWS_SHARED_CREDENTIALS_FILE": dir + "/x", "AWS_CONFIG_FILE": dir + "/y"}, `nor in the profile "default"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, err := FindCredentials(test.profile, func(name string) string {
				if value, ok := test.env[name]; ok {
					return value
				}
				return files[name]
			})
			got := c.AccessKeyID + " " + c.SecretAccessKey + " " + c.SessionToken
			if err != nil {
				got = err.Error()
			}
			if !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestTheRegionOfASignature(t *testing.T) {
	for _, test := range []struct{ url, want string }{
		{"https://a1.execute-api.eu-central-1.amazonaws.com/prod", "eu-central-1"},
		{"https://a1.execute-api.cn-north-1.amazonaws.com.cn/prod", "cn-north-1"},
		{"https://a1.execute-api.eu-west-1.api.aws/prod", "eu-west-1"},
		{"https://a1-vpce-0123.execute-api.us-east-1.amazonaws.com/prod", "us-east-1"},
		{"https://api.example/prod", ""},
	} {
		_, u, err := ParseURL(test.url, false)
		if err != nil {
			t.Fatal(err)
		}
		if got := regionOf(u); got != test.want {
			t.Errorf("%s: got %q, want %q", test.url, got, test.want)
		}
	}
	_, u, _ := ParseURL("https://api.example/prod", false)
	err := (&Signer{}).sign(t.Context(), &http.Request{URL: u}, nil)
	if err == nil || !strings.Contains(err.Error(), "pass --region") {
		t.Errorf("a custom domain: got %v, want an error that names --region", err)
	}
}

func TestFormats(t *testing.T) {
	r := scenario{there: side{edit: func(t *testing.T, r resources) { r.remove(t, "DirectRestApigreetnameGET") }}}.run(t)
	t.Run("json", func(t *testing.T) {
		var got struct {
			Outcome, Sentence, Rule string
			APIs                    []struct {
				Name, URL                                   string
				Cases, Compared, Different, Writes, LeftOut int
				Findings                                    []struct {
					Rule, Box, Title, Fix, Page string
					Cases                       []struct {
						Rule, Method, Target string
						Line                 int
						Differences          []Difference
					}
				}
			}
		}
		if err := json.Unmarshal([]byte(text(t, r, "json")), &got); err != nil {
			t.Fatal(err)
		}
		direct := got.APIs[0]
		if got.Outcome != "different" || got.Rule != "parity-route-missing" || direct.Name != "direct" || direct.Cases != 15 || direct.Compared != 15 || direct.Different != 3 || direct.Writes != 4 || direct.LeftOut != 1 ||
			len(direct.Findings) != 1 || direct.Findings[0].Box != "method request" || len(direct.Findings[0].Cases) != 3 || direct.Findings[0].Page == "" {
			t.Errorf("got %+v", got)
		}
		if want := (Difference{What: "status", Here: "200", There: "403"}); !reflect.DeepEqual(direct.Findings[0].Cases[0].Differences[0], want) || direct.Findings[0].Cases[0].Line != 6 {
			t.Errorf("got %+v, want %+v first, of line 6", direct.Findings[0].Cases[0], want)
		}
	})
	const writes = "::notice title=parity::9 requests may create, change or delete data where the service is deployed: --reads leaves them out."
	t.Run("github", func(t *testing.T) {
		lines := strings.Split(strings.TrimSpace(text(t, r, "github")), "\n")
		want := "::error file=contract.json,line=6,title=parity-route-missing::direct, method request: The stage of direct has no GET /greet/{name}, or asks for a signature of AWS there. (3 requests)%0Astatus: here 200, there 403%0A"
		if len(lines) != 3 || lines[0] != writes || !strings.HasPrefix(lines[1], want) || !strings.HasPrefix(lines[2], "::error title=parity::The stage of direct has no GET /greet/{name}: run cdk deploy") {
			t.Errorf("got %q, want %q", lines, want)
		}
	})
	t.Run("github, without differences", func(t *testing.T) {
		if got := text(t, scenario{}.run(t), "github"); got != writes+"\n::notice title=parity::What is deployed responds as the service here does to 31 requests.\n" {
			t.Errorf("got %q", got)
		}
	})
	if err := r.Write(new(bytes.Buffer), "xml"); err == nil || !strings.Contains(err.Error(), "text, json, github") {
		t.Errorf("an unknown format: got %v", err)
	}
}

func TestWhatIsWrongWithTheOptionsIsSaid(t *testing.T) {
	_, service := side{}.start(t)
	_, u, err := ParseURL("http://127.0.0.1:1/x", false)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		o    Options
		want string
	}{
		{Options{Targets: []Target{{"other", u}}}, `the service here has no API "other"`},
		{Options{Rate: -1}, "a rate of -1 requests a second"},
	} {
		if _, err := Run(t.Context(), service, test.o); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want %q", err, test.want)
		}
	}
}
