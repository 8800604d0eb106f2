// Package observability holds CDK constructs that show what an API does: the format of
// its access log, a dashboard, alarms, and saved queries of its logs. Each is one call
// or one property, and says what it costs.
//
// It is for the infrastructure of an app. Functions write their metrics with package
// metrics, which does not need the CDK.
package observability
