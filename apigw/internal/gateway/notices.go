package gateway

import (
	"errors"
	"slices"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/gateway/schema"
	"example.com/apigw/internal/rules"
)

// Everything that the gateway says about an app when it is deployed.

// everyRequestFails decides that every request of a method fails at a box, and says
// so.
func (d *deployer) everyRequestFails(m *method, at box, failure *gatewayresponse.Error) {
	m.alwaysFails(at, failure)
	d.notice(m.Path, failure.Rule)
}

// everyRequestRefused does the same for a backend that is called, and refuses.
func (d *deployer) everyRequestRefused(m *method, failure *gatewayresponse.Error) {
	m.alwaysRefused(failure)
	d.notice(m.Path, failure.Rule)
}

// everyRequestOfAPIFails says that every request of an API fails.
func (d *deployer) everyRequestOfAPIFails(a *api, failure *gatewayresponse.Error) {
	d.notice(a.Path, failure.Rule)
}

func (d *deployer) templateUnparsable(m *method, err error) {
	d.notice(m.Path, rules.Of("template-does-not-parse", "problem", err))
}

func (d *deployer) mappingUnreadable(m *method, err error) {
	d.notice(m.Path, rules.Of("mapping-unreadable", "problem", err))
}

func (d *deployer) noIntegrationResponses(m *method) {
	d.notice(m.Path, rules.Of("integration-responses-missing"))
}

func (d *deployer) integrationResponseUnusable(m *method, rule rules.Use) {
	d.notice(m.Path, rule)
}

func (d *deployer) methodResponseMissing(m *method, status string) {
	d.notice(m.Path, rules.Of("method-response-missing", "status", status))
}

func (d *deployer) gatewayResponseUnreadable(a *api, problem rules.Use) {
	d.notice(a.Path, problem)
}

func (d *deployer) modelUnusable(a *api, err error) {
	if wrong, ok := errors.AsType[*schema.ModelError](err); ok {
		d.notice(a.Path, rules.Of("model-invalid", "model", wrong.Model, "problem", wrong.Err))
		return
	}
	d.notice(a.Path, rules.Of("model-unusable", "problem", err))
}

func (d *deployer) private(a *api) {
	d.notice(a.Path, rules.Of("private-api-open", "endpoint", a.vpcEndpoint))
}

func (d *deployer) noStage(a *api) {
	d.notice(a.Path, rules.Of("stage-missing"))
}

func (d *deployer) notCompressed(a *api) {
	d.notice(a.Path, rules.Of("compression-not-done", "size", a.MinimumCompressionSize))
}

func (d *deployer) defaultEndpointDisabled(a *api) {
	d.notice(a.Path, rules.Of("default-endpoint-disabled"))
}

func (d *deployer) notThrottled(s *assembly.Stage, setting assembly.MethodSetting) {
	d.notice(s.Path, rules.Of("throttle-not-done", "rate", setting.Throttle.Rate, "method", setting.HTTPMethod, "path", setting.ResourcePath))
}

func (d *deployer) streamNotLimited(m *method, idle time.Duration) {
	d.notice(m.stage.api.Path, rules.Of("stream-limits-not-done", "idle", idle))
}

// notice keeps what is said, once.
func (d *deployer) notice(path string, rule rules.Use) {
	n := assembly.NewNotice(path, rule)
	if !slices.Contains(d.notices, n) {
		d.notices = append(d.notices, n)
	}
}
