// Package logquery makes a query of CloudWatch Logs Insights of each symptom of the
// rulebook, for people who look for requests that had it. For tests it can run such
// queries, and match the filter patterns of metric filters.
package logquery

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"example.com/apigw/internal/rules"
)

// Query is a saved query.
type Query struct {
	Name  string   `json:"name"` // with slashes, which are folders for the console
	Log   Log      `json:"log"`
	Text  string   `json:"text"`
	Rules []string `json:"rules"` // that have the symptom
}

// Log is one of the logs of an API.
type Log string

const (
	// Access has a line for each request. The queries need the names of members that
	// package observability gives its format.
	Access Log = "access"
	// Execution says what API Gateway did.
	Execution Log = "execution"
	// Function is the log of a function.
	Function Log = "function"
)

// folders are the first parts of the names of queries.
var folders = map[Log]string{Access: "client sees", Execution: "execution log", Function: "function log"}

// All returns the queries, in the order of their names. Symptoms that no log of AWS has
// are left out: those of browsers, of deployments, and of responses that are wrong with a
// status of success.
func All() []Query {
	var all []Query
	add := func(log Log, name, filter, rule string) {
		name = folders[log] + "/" + shorten(name)
		at := slices.IndexFunc(all, func(q Query) bool { return q.Name == name })
		if at < 0 {
			at = len(all)
			all = append(all, Query{Name: name, Log: log, Text: filter})
		}
		if len(filter) < len(all[at].Text) {
			all[at].Text = filter // which finds what the longer one finds
		}
		if !slices.Contains(all[at].Rules, rule) {
			all[at].Rules = append(all[at].Rules, rule)
		}
	}
	addLine := func(log Log, text, rule string) {
		if words := split(text); len(words) > 0 && !saysNothing.MatchString(text) {
			add(log, strings.Join(words, "…"), contains("@message", words), rule)
		}
	}
	for _, rule := range rules.All() {
		if rule.Box == rules.Deployment {
			continue
		}
		if response, ok := rule.Response(); ok && response.Status >= 400 {
			name, filter := message(response.Body), ""
			if words := split(name); len(words) > 0 {
				name, filter = strings.Join(words, "…"), contains("error", words)
			} else if kind := responseTypes[response.ErrorType]; kind != "" {
				name, filter = response.ErrorType, contains("responseType", []string{kind})
			}
			if filter != "" {
				add(Access, fmt.Sprint(response.Status, " ", name), fmt.Sprintf("status = %d and %s", response.Status, filter), rule.ID)
			}
		}
		line, _, _ := strings.Cut(rule.Log, "\n")
		line, inFunction := strings.CutSuffix(line, " (in the log of the function)")
		if inFunction {
			addLine(Function, line, rule.ID)
		} else if line != "" {
			addLine(Execution, line, rule.ID)
		}
		for _, sign := range rule.Signs {
			switch sign.In {
			case rules.ExecutionLog, rules.ResultText: // which the execution log shows in full
				addLine(Execution, sign.Text, rule.ID)
			case rules.FunctionLog:
				addLine(Function, sign.Text, rule.ID)
			}
		}
	}
	for i := range all {
		all[i].Text = text(all[i])
	}
	slices.SortFunc(all, func(a, b Query) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// responseTypes are the types of responses whose message is not always the same, by
// their header x-amzn-ErrorType.
var responseTypes = map[string]string{
	"AuthorizerConfigurationException": "AUTHORIZER_CONFIGURATION_ERROR",
	"InvalidSignatureException":        "INVALID_SIGNATURE",
	"IncompleteSignatureException":     "DEFAULT_4XX",
}

// text returns the whole query.
func text(q Query) string {
	fields := "@timestamp, @message, @logStream"
	if q.Log == Access {
		fields = "@timestamp, method, path, status, responseType, error, integrationError, requestId, integrationRequestId, traceId"
	}
	return fmt.Sprintf("# rules: %s\nfields %s\n| filter %s\n| sort @timestamp desc\n| limit 100", strings.Join(q.Rules, ", "), fields, q.Text)
}

// message returns the message of a gateway response, which the access log has as error.
func message(body string) string {
	var members map[string]any
	if json.Unmarshal([]byte(body), &members) != nil {
		return body
	}
	for name, value := range members {
		if text, ok := value.(string); ok && strings.EqualFold(name, "message") {
			return text
		}
	}
	return ""
}

// saysNothing matches lines that requests have whatever happens.
var saysNothing = regexp.MustCompile(`^(Method completed with status: 2|Successfully completed )`)

// hole matches what stands for anything in the texts of rules, and what a log may write
// in another way: quotes and backslashes are escaped where a line is JSON.
var hole = regexp.MustCompile(`\{[a-z]+\}|<[a-zA-Z]+>|\[names\]|…|["\\]|\b\d+\.\d\d\b`)

// split returns the words of a text that are always the same.
func split(text string) (words []string) {
	last := 0
	add := func(word string) {
		if strings.Trim(word, " .:,()[]") != "" {
			words = append(words, strings.TrimSpace(word))
		}
	}
	for _, place := range hole.FindAllStringIndex(text, -1) {
		add(text[last:place[0]])
		last = place[1]
	}
	add(text[last:])
	return words
}

// contains returns the condition that a field has all words.
func contains(field string, words []string) string {
	var conditions []string
	for _, word := range words {
		conditions = append(conditions, field+` like "`+word+`"`)
	}
	return strings.Join(conditions, " and ")
}

// longestName bounds the last part of a name, which the console shows in a narrow list.
const longestName = 160

// common are how many lines of the execution log begin.
var common = strings.NewReplacer("Execution failed due to configuration error: ", "", "Lambda execution failed with status 200 due to customer function error:", "customer function error:")

func shorten(name string) string {
	name = strings.ReplaceAll(common.Replace(name), "/", "∕") // a slash is a folder
	if runes := []rune(name); len(runes) > longestName {
		return string(runes[:longestName-1]) + "…"
	}
	return name
}
