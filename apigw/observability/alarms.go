package observability

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// The filter patterns of execution logs. A text in quotes matches lines that have it,
// letter for letter; a minus leaves out lines that have the word behind it.
const (
	// malformedPattern matches the line about a function's result that API Gateway
	// cannot turn into a response.
	malformedPattern = `"Malformed Lambda proxy response"`
	// misconfiguredPattern matches the lines about an integration that cannot work as
	// it is set up, which Lambda's throttling is not.
	misconfiguredPattern = `"Execution failed due to configuration error" -Exceeded`
)

// filter counts lines in the execution log of an API.
type filter struct {
	api    *api
	what   string // of the lines
	metric awscloudwatch.Metric
	why    string // the lines come, for people who get an alarm
}

// newFilters adds a metric filter to each execution log: with proxy integration for
// results that are malformed, without for integrations that cannot work. A filter costs
// nothing, and its metric $0.30 a month in hours in which there is such a line, after
// the first ten metrics of an account.
func newFilters(scope constructs.Construct, stack awscdk.Stack, p parts) []filter {
	var filters []filter
	for _, a := range p.apis {
		if a.executionLog == nil {
			continue
		}
		f := filter{api: a, what: "malformed results",
			why: "A function returned what API Gateway cannot turn into a response, and the client got a 502. The saved query below \"execution log\" finds the requests, and the dimension Rule of the metric Failures says what is wrong with the result."}
		pattern := malformedPattern
		if !a.proxy {
			f.what, pattern = "broken integrations", misconfiguredPattern
			f.why = "API Gateway could not carry out an integration as it is set up: a template, a permission or a missing response. The line that begins with \"Execution failed due to configuration error\" in the execution log says which."
		}
		namespace, name := "Apis/"+*stack.StackName(), *a.name+" "+f.what
		awslogs.NewCfnMetricFilter(scope, constructID(a.title, f.what), &awslogs.CfnMetricFilterProps{
			LogGroupName:  a.executionLog,
			FilterPattern: jsii.String(pattern),
			MetricTransformations: []any{&awslogs.CfnMetricFilter_MetricTransformationProperty{
				MetricNamespace: jsii.String(namespace),
				MetricName:      jsii.String(name),
				MetricValue:     jsii.String("1"),
			}},
		})
		f.metric = awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
			Namespace: jsii.String(namespace), MetricName: jsii.String(name),
			Statistic: awscloudwatch.Stats_SUM(), Period: fiveMinutes(),
		})
		filters = append(filters, f)
	}
	return filters
}

// constructID returns the id of a construct, in which a slash cannot be.
func constructID(words ...string) *string {
	return jsii.String(strings.ReplaceAll(strings.Join(words, " "), "/", " "))
}

func fiveMinutes() awscdk.Duration { return awscdk.Duration_Minutes(jsii.Number(5)) }

// sum and statistic return the options of metrics, with five minutes a point.
func sum(label string) *awscloudwatch.MetricOptions {
	return statistic(*awscloudwatch.Stats_SUM(), label)
}

func statistic(name, label string) *awscloudwatch.MetricOptions {
	options := &awscloudwatch.MetricOptions{Statistic: jsii.String(name), Period: fiveMinutes()}
	if label != "" {
		options.Label = jsii.String(label)
	}
	return options
}

// newAlarms adds the alarms. Where nothing happens there is nothing wrong.
func newAlarms(scope constructs.Construct, stack awscdk.Stack, p parts, filters []filter, props *MonitoringProps) (alarms []awscloudwatch.Alarm) {
	add := func(id, of, what, why string, metric awscloudwatch.Metric, above float64, points, periods int) {
		alarms = append(alarms, metric.CreateAlarm(scope, constructID("Alarm", id, what), &awscloudwatch.CreateAlarmOptions{
			AlarmName:          jsii.String(fmt.Sprintf("%s %s: %s", *stack.StackName(), of, what)),
			AlarmDescription:   jsii.String(why),
			Threshold:          jsii.Number(above),
			ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_THRESHOLD,
			EvaluationPeriods:  jsii.Number(float64(periods)),
			DatapointsToAlarm:  jsii.Number(float64(points)),
			TreatMissingData:   awscloudwatch.TreatMissingData_NOT_BREACHING,
		}))
	}
	errors := *orDefault(props.ErrorShare, defaultErrorShare)
	slow := *orDefault(props.SlowMilliseconds, defaultSlowMilliseconds)
	for _, a := range p.apis {
		// The average of a metric that is 1 for an error and else 0 is their share
		// (documented: "Amazon API Gateway dimensions and metrics").
		add(a.title, *a.name, "failed requests", fmt.Sprintf("More than %.3g %% of the requests failed with a status of 500 or more, in two of three times five minutes. The access log has the reasons, in responseType, error and integrationError.", errors*100),
			a.stage.MetricServerError(statistic("Average", "")), errors, 2, 3)
		add(a.title, *a.name, "slow requests", fmt.Sprintf("One request in a hundred took more than %.0f ms, for a quarter of an hour. The access log has the times of each request: responseLatency is all of it, and integrationLatency the part of the function.", slow),
			a.stage.MetricLatency(statistic("p99", "")), slow, 3, 3)
	}
	for _, f := range filters {
		add(f.api.title, *f.api.name, f.what, f.why, f.metric, 0, 1, 1)
	}
	for _, f := range p.functions {
		if f.proxied || !f.mapped {
			add(f.title, f.title, "function errors", "The function failed, ran out of time or memory, or ended. Its log has the reason.",
				f.MetricErrors(sum("")), 0, 1, 1)
		}
		add(f.title, f.title, "throttles", "Lambda refused to run the function: more requests at once than its reserved concurrency or the account's allows.",
			f.MetricThrottles(sum("")), 0, 1, 1)
	}
	return alarms
}

// newTopic adds a topic that CloudWatch may publish to, and that sends emails.
func newTopic(scope constructs.Construct, email string) awssns.ITopic {
	topic := awssns.NewTopic(scope, jsii.String("Topic"), &awssns.TopicProps{EnforceSSL: jsii.Bool(true)})
	// With a policy of its own the topic has lost the default one, which let alarms in.
	topic.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Actions:    jsii.Strings("sns:Publish"),
		Resources:  &[]*string{topic.TopicArn()},
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("cloudwatch.amazonaws.com"), nil)},
		Conditions: &map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": awscdk.Stack_Of(scope).Account()}},
	}))
	topic.AddSubscription(awssnssubscriptions.NewEmailSubscription(jsii.String(email), nil))
	return topic
}

// notify sends alarms, and that they are over, to a topic. Nil is nobody.
func notify(alarms []awscloudwatch.Alarm, topic awssns.ITopic) {
	if topic == nil {
		return
	}
	action := awscloudwatchactions.NewSnsAction(topic)
	for _, alarm := range alarms {
		alarm.AddAlarmAction(action)
		alarm.AddOkAction(action)
	}
}
