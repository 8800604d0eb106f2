package plan

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"example.com/apigw/internal/assembly"
)

// Limits that AWS sets by default.
const (
	accountRate     = 10_000 // requests a second, of all APIs of an account in a region
	accountBurst    = 5_000
	lowAccountRate  = 2_500
	lowAccountBurst = 1_250
	scalingRate     = 100 // new environments a second, of a function
	scalingBurst    = 1_000
	perEnvironment  = 10  // invocations a second
	payloadMB       = 6   // of a response of Lambda
	gatewaySeconds  = 29  // that API Gateway waits
	unreserved      = 100 // concurrency that functions without a reserved one keep at least
	defaultMemory   = 128
	defaultTimeout  = 3 * time.Second
	logOfInvocation = 800   // bytes of START, END and REPORT, and of a line of metrics
	logOfRequest    = 1_200 // bytes of a line of the access log, in the format of package observability
)

// Limit is a throttle: a rate, and how many requests may come at once.
type Limit struct {
	Rate  float64 `json:"rate"`
	Burst float64 `json:"burst"`
}

// Setting is what stands behind a door.
type Setting struct {
	API          string `json:"api"` // empty without an app
	Stage        string `json:"stage"`
	Region       string `json:"-"`
	Door         string `json:"door"`
	Function     string `json:"function"`
	Memory       int    `json:"memory"` // MB
	Architecture string `json:"architecture"`
	// Timeout is that of the function, GatewayTimeout that of the integration.
	Timeout        float64 `json:"timeout"` // seconds
	GatewayTimeout float64 `json:"gatewayTimeout"`
	Reserved       int     `json:"reserved"`  // 0 is none
	Elsewhere      int     `json:"elsewhere"` // concurrency that other functions have reserved
	Throttle       *Limit  `json:"throttle"`  // of the stage; nil if it has none
	AccessLog      bool    `json:"accessLog"`
	Tracing        bool    `json:"tracing"`
}

// Without returns the settings of doors that no app says anything of.
func without(doors []string) []Setting {
	var all []Setting
	for _, door := range doors {
		all = append(all, Setting{
			Door: door, Memory: defaultMemory, Architecture: "arm64",
			Timeout: defaultTimeout.Seconds(), GatewayTimeout: gatewaySeconds,
		})
	}
	return all
}

// SettingsOf returns what stands behind the doors of an app: for each deployed stage and
// door, the function that most methods call. Without an app, which is nil, there are none.
func SettingsOf(a *assembly.Assembly) []Setting {
	if a == nil {
		return nil
	}
	reserved := 0
	for _, f := range a.Functions {
		if f.Concurrency != nil {
			reserved += *f.Concurrency
		}
	}
	var all []Setting
	for _, api := range a.APIs {
		for _, stage := range api.Stages {
			for _, door := range []string{Proxy, Mapped} {
				if f, method := busiest(a, api, door); f != nil {
					all = append(all, setting(api, stage, door, f, method, reserved))
				}
			}
		}
	}
	return all
}

// busiest returns the function that most methods of a door call, and one of them.
func busiest(a *assembly.Assembly, api *assembly.API, door string) (*assembly.Function, *assembly.Method) {
	kind := "AWS_PROXY"
	if door == Mapped {
		kind = "AWS"
	}
	calls := map[*assembly.Function][]*assembly.Method{}
	for _, m := range api.Methods {
		if m.Integration == nil || m.Integration.Type != kind {
			continue
		}
		if f := called(a, m.Integration.URI); f != nil {
			calls[f] = append(calls[f], m)
		}
	}
	var found *assembly.Function
	for _, f := range a.Functions { // in their order, so that the same is found each time
		if len(calls[f]) > len(calls[found]) {
			found = f
		}
	}
	if found == nil {
		return nil, nil
	}
	return found, calls[found][0]
}

// called returns the function that the URI of an integration calls; nil if it is not one
// of the app, or if a stage variable names it.
func called(a *assembly.Assembly, uri string) *assembly.Function {
	_, after, _ := strings.Cut(uri, "/functions/")
	for _, f := range a.Functions {
		if rest, ok := strings.CutPrefix(after, f.ARN); ok && strings.HasPrefix(rest, "/") || ok && strings.HasPrefix(rest, ":") {
			return f
		}
	}
	return nil
}

func setting(api *assembly.API, stage *assembly.Stage, door string, f *assembly.Function, m *assembly.Method, reserved int) Setting {
	s := Setting{
		API: api.Name, Stage: stage.Name, Region: f.Region, Door: door, Function: cmp.Or(f.Package, f.Folder, f.Name),
		Memory: f.MemoryMB, Architecture: "x86_64",
		Timeout: f.Timeout.Seconds(), GatewayTimeout: m.Integration.Timeout.Seconds(), Elsewhere: reserved,
		AccessLog: stage.AccessLog != nil, Tracing: stage.Tracing,
	}
	if slices.Contains(f.Architectures, "arm64") {
		s.Architecture = "arm64"
	}
	if f.Concurrency != nil {
		s.Reserved = *f.Concurrency
		s.Elsewhere -= s.Reserved
	}
	if t := throttleOf(stage, m); t != nil {
		s.Throttle = &Limit{t.Rate, float64(t.Burst)}
	}
	return s
}

// throttleOf returns the throttle of the most particular setting that has one.
func throttleOf(stage *assembly.Stage, m *assembly.Method) *assembly.Throttle {
	settings := slices.Clone(stage.Settings)
	slices.SortStableFunc(settings, func(a, b assembly.MethodSetting) int {
		return cmp.Compare(strings.Count(a.ResourcePath+a.HTTPMethod, "*"), strings.Count(b.ResourcePath+b.HTTPMethod, "*"))
	})
	for _, s := range settings {
		path := s.ResourcePath == "/*" || s.ResourcePath == m.ResourcePath
		method := s.HTTPMethod == "*" || s.HTTPMethod == m.HTTPMethod
		if s.Throttle != nil && path && method {
			return s.Throttle
		}
	}
	return nil
}
