package function

import (
	"os"
	"runtime"
	"slices"
	"strconv"
)

// oneCPU is the memory, in MB, with which a function gets the time of a whole CPU
// (documented: "Configure Lambda function memory" in Lambda's developer guide). Go
// programs with less get one CPU here, not all: many of them at once would keep
// each other from working.
const oneCPU = 1769

// Path is the variable PATH of functions that do not set it.
const Path = "/usr/local/bin:/usr/bin/:/bin:/opt/bin"

// environment returns the variables of a process as NAME=value, sorted by name:
// those that Lambda sets, then base, then the function's own, of which the later
// win. AWS_LAMBDA_RUNTIME_API and what the system needs win over all.
//
// AWS_EXECUTION_ENV is missing, as it is for custom runtimes on Lambda.
func environment(s Spec, base map[string]string, runtimeAPI, logStream string) []string {
	variables := map[string]string{
		"AWS_LAMBDA_FUNCTION_NAME":        s.Name,
		"AWS_LAMBDA_FUNCTION_VERSION":     s.Version,
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(s.MemoryMB),
		"AWS_LAMBDA_LOG_GROUP_NAME":       s.LogGroup,
		"AWS_LAMBDA_LOG_STREAM_NAME":      logStream,
		"AWS_LAMBDA_INITIALIZATION_TYPE":  "on-demand",
		"AWS_REGION":                      s.Region,
		"AWS_DEFAULT_REGION":              s.Region,
		"LAMBDA_TASK_ROOT":                s.Dir,
		"LAMBDA_RUNTIME_DIR":              "/var/runtime",
		"_HANDLER":                        s.Handler,
		"TZ":                              ":UTC",
		"LANG":                            "en_US.UTF-8",
		"PATH":                            Path,
	}
	if s.MemoryMB < oneCPU {
		variables["GOMAXPROCS"] = "1"
	}
	if !hasCredentials(base) && !hasCredentials(s.Environment) {
		// Without these, the SDK would look for the developer's own.
		variables["AWS_ACCESS_KEY_ID"] = "ASIALOCALLOCALLOCALX"
		variables["AWS_SECRET_ACCESS_KEY"] = "local-secret-access-key"
		variables["AWS_SESSION_TOKEN"] = "local-session-token"
	}
	for _, over := range []map[string]string{base, s.Environment} {
		for name, value := range over {
			variables[name] = value
		}
	}
	variables["AWS_LAMBDA_RUNTIME_API"] = runtimeAPI
	if runtime.GOOS == "windows" {
		variables["SYSTEMROOT"] = os.Getenv("SYSTEMROOT") // no process runs without it
	}
	list := make([]string, 0, len(variables))
	for name, value := range variables {
		list = append(list, name+"="+value)
	}
	slices.Sort(list)
	return list
}

// hasCredentials reports whether variables hold AWS credentials, or say where they
// are.
func hasCredentials(variables map[string]string) bool {
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI"} {
		if variables[name] != "" {
			return true
		}
	}
	return false
}
