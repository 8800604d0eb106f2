package observability

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawscloudwatch"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// newDashboard adds the dashboard: the alarms, then a row for each API, then one for each
// function.
func newDashboard(scope constructs.Construct, stack awscdk.Stack, p parts, filters []filter, alarms []awscloudwatch.Alarm, props *MonitoringProps) awscloudwatch.Dashboard {
	board := awscloudwatch.NewDashboard(scope, jsii.String("Dashboard"), &awscloudwatch.DashboardProps{
		// Dashboards of all regions are in one list.
		DashboardName: jsii.String(*stack.StackName() + "-" + *stack.Region()),
	})
	if len(alarms) > 0 {
		var list []interfacesawscloudwatch.IAlarmRef
		for _, alarm := range alarms {
			list = append(list, alarm)
		}
		board.AddWidgets(awscloudwatch.NewAlarmStatusWidget(&awscloudwatch.AlarmStatusWidgetProps{
			Title: jsii.String("Alarms"), Alarms: &list, Width: jsii.Number(24), Height: jsii.Number(4),
		}))
	}
	for _, a := range p.apis {
		counts := []awscloudwatch.IMetric{
			a.stage.MetricCount(statistic("SampleCount", "requests")),
			a.stage.MetricClientError(sum("4xx")),
			a.stage.MetricServerError(sum("5xx")),
		}
		for _, f := range filters {
			if f.api == a {
				counts = append(counts, f.metric)
			}
		}
		latency := []awscloudwatch.IMetric{
			a.stage.MetricLatency(statistic("p50", "p50")),
			a.stage.MetricLatency(statistic("p90", "p90")),
			a.stage.MetricLatency(statistic("p99", "p99")),
		}
		// What the gateway waits beyond what the function takes is cold starts, the
		// way there and back, and throttling.
		where := []awscloudwatch.IMetric{a.stage.MetricIntegrationLatency(statistic("p90", "integration p90"))}
		for _, f := range a.functions {
			where = append(where, f.MetricDuration(statistic("p90", f.title+" p90")))
		}
		board.AddWidgets(
			graph(*a.name+": requests", counts, nil),
			graph(*a.name+": latency in ms", latency, nil),
			graph(*a.name+": integration and function in ms", where, nil),
		)
	}
	for _, f := range p.functions {
		ran := []awscloudwatch.IMetric{
			f.MetricInvocations(sum("invocations")), f.MetricErrors(sum("errors")), f.MetricThrottles(sum("throttles")),
		}
		at := []awscloudwatch.IMetric{f.Metric(jsii.String("ConcurrentExecutions"), statistic("Maximum", "at once"))}
		cold := []awscloudwatch.IMetric{awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
			Namespace: jsii.String(props.namespace()), MetricName: jsii.String("ColdStart"), Label: jsii.String("cold starts"),
			DimensionsMap: &map[string]*string{"FunctionName": f.FunctionName()},
			Statistic:     awscloudwatch.Stats_SUM(), Period: fiveMinutes(),
		})}
		// A rule has a line of its own when it is broken for the first time.
		broken := []awscloudwatch.IMetric{awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{
			Expression: jsii.String(fmt.Sprintf(`SEARCH('{"%s",FunctionName,Rule} MetricName="Failures" FunctionName="%s"', 'Sum', 300)`,
				props.namespace(), *f.FunctionName())),
			UsingMetrics: &map[string]awscloudwatch.IMetric{}, Label: jsii.String(""), Period: fiveMinutes(),
		})}
		board.AddWidgets(
			graph(f.title+": invocations", ran, nil),
			graph(f.title+": at once, and cold starts", at, cold),
			graph(f.title+": failures by rule", broken, nil),
		)
	}
	return board
}

func graph(title string, left, right []awscloudwatch.IMetric) awscloudwatch.GraphWidget {
	return awscloudwatch.NewGraphWidget(&awscloudwatch.GraphWidgetProps{
		Title: jsii.String(title), Left: &left, Right: &right, Width: jsii.Number(8), Height: jsii.Number(6),
	})
}
