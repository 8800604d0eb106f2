package security

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// secretName matches names of variables that hold secrets, as their words.
var secretName = regexp.MustCompile(`(?i)(^|_)(password|passwd|pwd|secret|token|api_?key|private_?key|access_?key|credentials?|connection_?string)(_?value)?$`)

// secretValue matches values that are secrets whatever they are called.
var secretValue = regexp.MustCompile(strings.Join([]string{
	`^(AKIA|ASIA)[A-Z0-9]{16}$`,                    // access keys of AWS
	`-----BEGIN [A-Z ]*PRIVATE KEY-----`,           // keys in PEM
	`^gh[pousr]_[A-Za-z0-9]{36,}$`,                 // GitHub
	`^sk_live_[A-Za-z0-9]{16,}$`,                   // Stripe
	`^xox[abprs]-[A-Za-z0-9-]{10,}$`,               // Slack
	`^eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}$`,   // JSON web tokens
	`^[a-z][a-z0-9+.-]*://[^/\s:@]+:[^/\s@]+@[^/]`, // a URL with a password
}, "|"))

// harmless matches values that are no secret whatever they are called: where one is (an
// ARN, the name of a parameter, a token of the CDK, an address), a switch, a number.
var harmless = regexp.MustCompile(`^arn:aws|^/[\w./-]+$|^\$\{Token\[|^https?://[^@]*$|^(?i:true|false|on|off|yes|no)$|^\d{1,5}$`)

// CheckEnvironment returns an error for each variable of a function's environment that
// holds a secret, by its name or its value. Everybody who may look at the function can
// read its environment, and the template in the repository has it too.
//
// Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
func CheckEnvironment(environment map[string]string) error {
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(environment)) {
		value := environment[name]
		if value == "" || harmless.MatchString(value) {
			continue
		}
		if secretName.MatchString(name) || secretValue.MatchString(value) {
			problems = append(problems, fmt.Errorf("environment variable %s holds a secret, which everybody can read who may see the function: put it into AWS Secrets Manager or Parameter Store, give the function its name (%s_ARN), and read it when the function starts", name, name))
		}
	}
	return errors.Join(problems...)
}
