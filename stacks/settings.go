package stacks

import (
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"example.com/apigw/security"
)

// Settings are the choices of one deployment. They come from the CDK context:
// from `cdk deploy -c stage=test -c logging=off`, or from "context" in cdk.json.
type Settings struct {
	// Stage is the name of the stage of the APIs (stage=prod). It is part of
	// their URLs and of the stack's name, and decides on sizes: see stages.go.
	Stage string

	// AllowedOrigins are the web origins whose pages may read the responses
	// (allowedOrigins=https://a.example,https://b.example). The default is
	// "*": any page.
	AllowedOrigins []string

	// AllowCredentials lets those pages send cookies and read the responses
	// (allowCredentials=true). It needs a list of origins.
	AllowCredentials bool

	// Logging turns on the access and execution logs of API Gateway. They need
	// a role that is set once for each account and region: turn them off
	// (logging=off) if another stack manages that role.
	Logging bool

	// Security is who may call the APIs, and what protects them. The zero value
	// lets everybody in: write what you need into ParseSettings, such as
	// Security: security.Options{IAM: true}.
	Security security.Options

	// AlarmEmail is who gets the alarms (alarmEmail=team@example.com). AWS asks there
	// first whether that is wanted. Empty is nobody: alarms are on the dashboard.
	AlarmEmail string
}

// ParseSettings reads the settings from the CDK context. An unknown key is an
// error, because it may be a known one misspelt.
func ParseSettings(context map[string]any) (Settings, error) {
	settings := Settings{Stage: "prod", AllowedOrigins: []string{"*"}, Logging: true}
	var problems []error
	for key, value := range context {
		text := fmt.Sprint(value)
		var err error
		switch key {
		case "stage":
			settings.Stage, err = parseStage(text)
		case "allowedOrigins":
			settings.AllowedOrigins, err = parseOrigins(text)
		case "allowCredentials":
			settings.AllowCredentials, err = parseSwitch(key, text, "true", "false")
		case "logging":
			settings.Logging, err = parseSwitch(key, text, "on", "off")
		case "alarmEmail":
			settings.AlarmEmail, err = parseEmail(text)
		default:
			err = checkForeignKey(key)
		}
		problems = append(problems, err)
	}
	if settings.AllowCredentials && slices.Contains(settings.AllowedOrigins, "*") {
		problems = append(problems, errors.New(`context key "allowCredentials": browsers refuse credentials with the origin "*": name the origins, such as -c allowedOrigins=https://app.example`))
	}
	return settings, errors.Join(problems...)
}

// checkForeignKey returns an error for a key that is not one of the CDK's own:
// feature flags start with "@", cached look-ups have a colon, and two are
// choices of its CLI.
func checkForeignKey(key string) error {
	if strings.HasPrefix(key, "@") || strings.Contains(key, ":") || key == "acknowledged-issue-numbers" || key == "cli-telemetry" {
		return nil
	}
	return fmt.Errorf("context key %q is unknown: use stage, allowedOrigins, allowCredentials, logging or alarmEmail", key)
}

// stageName is a name that API Gateway accepts ("CreateStage" in its API
// reference), without "_", which CloudFormation refuses in the name of the stack.
var stageName = regexp.MustCompile(`^[A-Za-z0-9-]{1,128}$`)

// maxStackName is how long the name of a stack may be in CloudFormation.
const maxStackName = 128

func parseStage(text string) (string, error) {
	if !stageName.MatchString(text) {
		return "", fmt.Errorf(`context key "stage": %q is not a stage name: use 1 to 128 letters, digits and "-", such as -c stage=test`, text)
	}
	if name := (Settings{Stage: text}).StackName(); len(name) > maxStackName {
		return "", fmt.Errorf(`context key "stage": %q makes the name of the stack %d characters long, and CloudFormation takes %d: use a shorter one`, text, len(name), maxStackName)
	}
	return text, nil
}

func parseEmail(text string) (string, error) {
	if address, err := mail.ParseAddress(text); err != nil || address.Address != text {
		return "", fmt.Errorf(`context key "alarmEmail": %q is not an address alone: use one such as -c alarmEmail=team@example.com`, text)
	}
	return text, nil
}

func parseSwitch(key, text, on, off string) (bool, error) {
	if text != on && text != off {
		return false, fmt.Errorf("context key %q: %q is not a value for it: use -c %s=%s or -c %s=%s", key, text, key, on, key, off)
	}
	return text == on, nil
}

func parseOrigins(text string) ([]string, error) {
	if text == "*" {
		return []string{"*"}, nil
	}
	var origins []string
	for origin := range strings.SplitSeq(text, ",") {
		if err := checkOrigin(origin); err != nil {
			return nil, err
		}
		if slices.Contains(origins, origin) {
			return nil, fmt.Errorf(`context key "allowedOrigins": %q is in the list twice: remove one`, origin)
		}
		origins = append(origins, origin)
	}
	return origins, nil
}

// originText lets nothing through that has a meaning in a template.
var originText = regexp.MustCompile(`^https?://[a-z0-9.:\[\]-]+$`)

func checkOrigin(origin string) error {
	parsed, err := url.Parse(origin)
	if err != nil || parsed.Hostname() == "" || !originText.MatchString(origin) {
		return fmt.Errorf(`context key "allowedOrigins": %q is not a web origin: write scheme, host and, if it has one, port in lower case, without a slash at the end, such as -c allowedOrigins=https://app.example,http://localhost:5173`, origin)
	}
	return nil
}
