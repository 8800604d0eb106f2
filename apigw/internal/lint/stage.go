package lint

import (
	"regexp"
	"slices"
	"strings"

	"example.com/apigw/internal/rules"
)

// stageChecks are what CreateDeployment, CreateStage and UpdateStage refuse, and what
// they take only in some accounts.
func stageChecks() []*Check {
	return []*Check{
		{Name: "deployments", Rules: []string{"deployment-without-methods", "deployment-before-methods"}, Run: checkDeployments},
		{Name: "stages", Rules: []string{"stage-name-invalid", "stage-twice", "stage-deployment-missing"}, Run: checkStages},
		{Name: "stage variables", Rules: []string{"stage-variable-name-invalid", "stage-variable-value-invalid"}, Run: checkStageVariables},
		{Name: "stage settings", Rules: []string{"method-setting-invalid", "access-log-lines", "access-log-request-id"}, Run: checkStageSettings},
		{Name: "account", Rules: []string{"account-role-twice", "logging-without-role"}, Run: checkAccount},
	}
}

func checkDeployments(p *Pass) {
	for _, r := range p.of("Deployment") {
		api := p.owner(r)
		if api == nil || api.document || p.expanded[r.Stack] {
			continue
		}
		switch {
		case len(api.methods) == 0:
			p.report(r, "", rules.Of("deployment-without-methods"))
		case !p.waitsForMethods(r, api):
			p.report(r, "", rules.Of("deployment-before-methods"))
		}
	}
}

// waitsForMethods reports whether a deployment depends on a method of its API,
// directly or through others, or on all that is in another stack.
func (p *Pass) waitsForMethods(r *Resource, api *API) bool {
	byID := map[string]*Resource{}
	for _, each := range p.resources {
		if each.Stack == r.Stack {
			byID[each.LogicalID] = each
		}
	}
	seen := map[string]bool{}
	queue := r.Dependencies()
	for len(queue) > 0 {
		id := queue[0]
		queue = queue[1:]
		each := byID[id]
		if each == nil || seen[id] {
			continue
		}
		seen[id] = true
		if each.Type == "AWS::ApiGateway::Method" && p.owner(each) == api {
			return true
		}
		queue = append(queue, each.Dependencies()...)
	}
	// Stacks are deployed in an order of their own.
	return !slices.ContainsFunc(api.methods, func(m *Method) bool { return m.res.Stack == r.Stack })
}

var stageName = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,128}$`)

func checkStages(p *Pass) {
	type key struct {
		api  *API
		name string
	}
	seen := map[key]*Resource{}
	for _, api := range p.apis {
		for _, r := range api.stages {
			name := r.text("StageName")
			if r.Type == "AWS::ApiGateway::Stage" {
				if _, there := r.get("DeploymentId"); !there {
					p.report(r, "DeploymentId", rules.Of("stage-deployment-missing"))
				}
			}
			v, there := r.get("StageName")
			if _, known := textOf(v); there && !known {
				continue
			}
			if !stageName.MatchString(name) {
				p.report(r, "StageName", rules.Of("stage-name-invalid", "stage", quoted(name)))
				continue
			}
			if other := seen[key{api, name}]; other != nil {
				p.report(r, "StageName", rules.Of("stage-twice", "stage", name, "other", other.Path))
			}
			seen[key{api, name}] = r
		}
	}
}

// settingsOf returns where the settings of a stage are: a deployment that makes one
// has them in its stage description.
func settingsOf(r *Resource, path ...string) []string {
	if r.Type == "AWS::ApiGateway::Deployment" {
		return append([]string{"StageDescription"}, path...)
	}
	return path
}

var (
	variableName = regexp.MustCompile(`^\w+$`)
	// variableValue has the characters of the documentation and of the message, which
	// differ.
	variableValue = regexp.MustCompile(`^[A-Za-z0-9\-._~:/?#&=, ]+$`)
)

func checkStageVariables(p *Pass) {
	for _, api := range p.apis {
		for _, r := range api.stages {
			path := settingsOf(r, "Variables")
			v, _ := r.get(path...)
			for _, variable := range pairs(v) {
				switch {
				case !variableName.MatchString(variable.key):
					p.report(r, strings.Join(path, "."), rules.Of("stage-variable-name-invalid", "name", variable.key))
				case variable.known && !variableValue.MatchString(variable.value):
					p.report(r, strings.Join(path, "."), rules.Of("stage-variable-value-invalid", "name", variable.key, "value", quoted(variable.value)))
				}
			}
		}
	}
}

func checkStageSettings(p *Pass) {
	for _, api := range p.apis {
		for _, r := range api.stages {
			path := settingsOf(r, "MethodSettings")
			for _, each := range r.list(path...) {
				for _, property := range []string{"ResourcePath", "HttpMethod", "LoggingLevel"} {
					v, there := at(each, property)
					value, known := textOf(v)
					if there && known && !isSetting(property, value) {
						p.report(r, strings.Join(path, "."), rules.Of("method-setting-invalid", "property", property, "value", quoted(value)))
					}
				}
			}
			format := r.text(settingsOf(r, "AccessLogSetting", "Format")...)
			switch {
			case format == "":
			case strings.Contains(strings.TrimRight(format, "\n"), "\n"):
				p.report(r, "AccessLogSetting.Format", rules.Of("access-log-lines"))
			case !strings.Contains(format, "$context.requestId") && !strings.Contains(format, "$context.extendedRequestId"):
				p.report(r, "AccessLogSetting.Format", rules.Of("access-log-request-id"))
			}
		}
	}
}

func isSetting(property, value string) bool {
	switch property {
	case "ResourcePath":
		return strings.HasPrefix(value, "/")
	case "HttpMethod":
		return value == "*" || slices.Contains(httpMethods, strings.ToUpper(value))
	}
	return value == "OFF" || value == "ERROR" || value == "INFO"
}

func checkAccount(p *Pass) {
	type place struct{ account, region string }
	accounts := map[place][]*Resource{}
	for _, r := range p.of("Account") {
		if _, there := r.get("CloudWatchRoleArn"); there {
			where := place{r.Stack.Account, r.Stack.Region}
			accounts[where] = append(accounts[where], r)
		}
	}
	for where, list := range accounts {
		for _, r := range list[1:] {
			p.report(r, "CloudWatchRoleArn", rules.Of("account-role-twice", "count", len(list), "place", where.account+" "+where.region, "other", list[0].Path))
		}
	}
	for _, api := range p.apis {
		for _, r := range api.stages {
			if len(accounts[place{r.Stack.Account, r.Stack.Region}]) == 0 && writesLogs(r) {
				p.report(r, "", rules.Of("logging-without-role"))
			}
		}
	}
}

// writesLogs reports whether a stage writes execution logs, or access logs to
// CloudWatch.
func writesLogs(r *Resource) bool {
	level := func(v any) bool { text, _ := textOf(v); return text == "ERROR" || text == "INFO" }
	if v, ok := r.get(settingsOf(r, "LoggingLevel")...); ok && r.Type == "AWS::ApiGateway::Deployment" && level(v) {
		return true
	}
	for _, each := range r.list(settingsOf(r, "MethodSettings")...) {
		if v, ok := at(each, "LoggingLevel"); ok && level(v) {
			return true
		}
	}
	v, ok := r.get(settingsOf(r, "AccessLogSetting", "DestinationArn")...)
	text, known := textOf(v)
	return ok && (!known || !strings.Contains(text, ":firehose:"))
}
