package gateway

import (
	"fmt"
	"slices"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/rules"
)

// Everything that the gateway says about an app when it is deployed.

// everyRequestFails decides that every request of a method fails at a box, and says
// so.
func (d *deployer) everyRequestFails(m *method, at box, failure *gatewayresponse.Error) {
	m.alwaysFails(at, failure)
	d.notice(m.Path, "%v; every call answers %d", failure.Cause, failure.Status)
}

// everyRequestFailsBy does the same for a fault that has a rule.
func (d *deployer) everyRequestFailsBy(rule rules.Use, m *method, at box, failure *gatewayresponse.Error) {
	m.alwaysFails(at, failure)
	d.noticeOf(rule, m.Path, "%v; every call answers %d", failure.Cause, failure.Status)
}

// everyRequestRefused does the same for a backend that is called, and refuses.
func (d *deployer) everyRequestRefused(m *method, failure *gatewayresponse.Error) {
	m.alwaysRefused(failure)
	d.notice(m.Path, "%v; every call answers %d", failure.Cause, failure.Status)
}

// everyRequestOfAPIFails says that every request of an API fails.
func (d *deployer) everyRequestOfAPIFails(a *api, failure *gatewayresponse.Error) {
	d.notice(a.Path, "%v; every call answers %d", failure.Cause, failure.Status)
}

func (d *deployer) templateUnparsable(m *method, err error) {
	d.notice(m.Path, "the template cannot be parsed, so every call that uses it answers 500: %v", err)
}

func (d *deployer) mappingUnreadable(m *method, err error) {
	d.noticeOf(rules.Of("mapping-unreadable", "problem", err), m.Path, "%v; the mapping has no effect", err)
}

func (d *deployer) noIntegrationResponses(m *method) {
	d.notice(m.Path, "the integration has no integration responses; every call answers 500")
}

func (d *deployer) integrationResponseUnusable(m *method, status string, err error) {
	d.notice(m.Path, "the integration response %s is never used: %v", status, err)
}

func (d *deployer) methodResponseMissing(m *method, status string) {
	d.noticeOf(rules.Of("method-response-missing", "status", status), m.Path, "the integration response %s has no method response of that status; calls that it is chosen for answer 500", status)
}

func (d *deployer) gatewayResponseUnreadable(a *api, problem rules.Use) {
	d.noticeOf(problem, a.Path, "%v", problem)
}

func (d *deployer) modelUnusable(a *api, err error) {
	d.noticeOf(rules.Of("model-unusable", "problem", err), a.Path, "%v; requests that it validates answer 500", err)
}

func (d *deployer) noStage(a *api) {
	d.notice(a.Path, "the API has no stage, so that no URL leads to it; add a deployment and a stage")
}

func (d *deployer) notCompressed(a *api) {
	d.notice(a.Path, "MinimumCompressionSize is %d, but answers are not compressed here", a.MinimumCompressionSize)
}

func (d *deployer) defaultEndpointDisabled(a *api) {
	d.notice(a.Path, "the default endpoint is disabled, but it is what is served here")
}

func (d *deployer) notThrottled(s *assembly.Stage, setting assembly.MethodSetting) {
	d.notice(s.Path, "AWS lets %g requests a second through to %s %s; here all get through, unless --throttle is given",
		setting.Throttle.Rate, setting.HTTPMethod, setting.ResourcePath)
}

// notice keeps what is said, once.
func (d *deployer) notice(path, format string, args ...any) {
	d.noticeOf(rules.Use{}, path, format, args...)
}

// noticeOf is notice for what has a rule.
func (d *deployer) noticeOf(rule rules.Use, path, format string, args ...any) {
	n := assembly.Notice{Path: path, Message: fmt.Sprintf(format, args...), Rule: rule}
	if !slices.Contains(d.notices, n) {
		d.notices = append(d.notices, n)
	}
}
