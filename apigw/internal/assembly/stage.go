package assembly

import (
	"strings"

	"example.com/apigw/internal/assembly/property"
	"example.com/apigw/internal/assembly/template"
	"example.com/apigw/internal/rules"
)

// addStages adds the stages, including those that deployments make.
func (b *builder) addStages(found *resources) {
	for _, r := range found.stages {
		b.addStage(r.Resource, r.Props, r.broken)
	}
	for _, r := range found.deployments {
		if r.Props.StageName != "" || r.broken != nil {
			b.addStage(r.Resource, stageOfDeployment(r), r.broken)
		} else {
			b.api(r.Resource, r.Props.RestApiId) // says where it belongs to
		}
	}
}

// stageOfDeployment returns the stage that a deployment makes.
func stageOfDeployment(r item[property.Deployment]) property.Stage {
	d := r.Props.StageDescription
	forAll := property.MethodSetting{
		HttpMethod: "*", ResourcePath: "/*", DataTraceEnabled: d.DataTraceEnabled, LoggingLevel: d.LoggingLevel,
		ThrottlingBurstLimit: d.ThrottlingBurstLimit, ThrottlingRateLimit: d.ThrottlingRateLimit,
	}
	return property.Stage{
		AccessLogSetting: d.AccessLogSetting, DeploymentId: r.ID(6, ""),
		MethodSettings: append([]property.MethodSetting{forAll}, d.MethodSettings...),
		RestApiId:      r.Props.RestApiId, StageName: r.Props.StageName,
		TracingEnabled: d.TracingEnabled, Variables: d.Variables,
	}
}

func (b *builder) addStage(r *template.Resource, p property.Stage, broken error) {
	if broken != nil && (p.RestApiId == "" || p.StageName == "") {
		b.leaveOut(r, broken)
		return
	}
	api := b.api(r, p.RestApiId)
	if api == nil {
		return
	}
	if p.StageName == "" {
		b.leaveOut(r, r.Errorf("StageName", "it is missing: give the stage a name, which is part of its URL"))
		return
	}
	for _, other := range api.Stages {
		if other.Name == p.StageName {
			b.leaveOut(r, r.Errorf("StageName", "API %s has two stages named %q (the other is %s): give one another name", api.Name, p.StageName, other.Path))
			return
		}
	}
	s := &Stage{
		Name: p.StageName, LogicalID: r.LogicalID, Path: r.Path, DeploymentID: p.DeploymentId,
		Variables: p.Variables, Tracing: p.TracingEnabled,
	}
	if p.AccessLogSetting != nil {
		s.AccessLog = &AccessLog{Destination: p.AccessLogSetting.DestinationArn, Format: p.AccessLogSetting.Format}
	}
	for _, setting := range p.MethodSettings {
		s.Settings = append(s.Settings, MethodSetting{
			ResourcePath: settingPath(setting.ResourcePath),
			HTTPMethod:   strings.ToUpper(orElse(setting.HttpMethod, "*")),
			LoggingLevel: setting.LoggingLevel,
			DataTrace:    setting.DataTraceEnabled,
			Throttle:     throttle(setting.ThrottlingRateLimit, setting.ThrottlingBurstLimit),
		})
	}
	if broken != nil {
		s.NotImplemented = rules.Of("stage-unreadable", "problem", broken)
		b.notice(r.Path, s.NotImplemented)
	}
	api.Stages = append(api.Stages, s)
}

// settingPath turns the resource path of a method setting into a plain one: its
// slashes are written ~1, behind one that is not.
func settingPath(path string) string {
	if path == "" {
		return "/*"
	}
	if strings.HasPrefix(path, "/~1") {
		path = path[1:]
	}
	return strings.ReplaceAll(path, "~1", "/")
}

// The limits of an account, for what a throttle leaves out.
const (
	accountRate  = 10000 // requests per second
	accountBurst = 5000  // requests
)

// throttle returns a throttle of two limits that may be left out; nil if neither is
// set. Limits below zero turn throttling off.
func throttle(rate *float64, burst *int) *Throttle {
	if rate != nil && *rate < 0 {
		rate = nil
	}
	if burst != nil && *burst < 0 {
		burst = nil
	}
	if rate == nil && burst == nil {
		return nil
	}
	t := &Throttle{Rate: accountRate, Burst: accountBurst}
	if rate != nil {
		t.Rate = *rate
	}
	if burst != nil {
		t.Burst = *burst
	}
	return t
}
