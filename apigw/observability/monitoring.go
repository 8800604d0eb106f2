package observability

import (
	"fmt"
	"net/mail"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// MonitoringProps say what there is to see of the REST APIs and functions of a stack.
// The zero value is nothing.
type MonitoringProps struct {
	// Dashboard adds a dashboard. An account has three for nothing, of up to 50
	// metrics each; others cost $3 a month.
	Dashboard bool

	// Queries adds a saved query of CloudWatch Logs Insights for each symptom of the
	// rulebook. To save them costs nothing; to run one costs $0.005 for each GB of
	// log that it reads, after the first 5 GB of a month.
	Queries bool

	// Alarms adds alarms: a share of failed requests, slow requests, results that API
	// Gateway refuses, function errors and throttles. An account has ten for nothing;
	// others cost $0.10 a month.
	Alarms bool

	// Email is who gets the alarms: AWS asks there first whether that is wanted. With
	// neither Email nor Topic the alarms are for those who look.
	Email string

	// Topic gets the alarms, in place of one that is made for Email.
	Topic awssns.ITopic

	// ErrorShare is the share of requests with a status of 500 or more, from 0 to 1,
	// above which there is an alarm. Nil is 0.01.
	ErrorShare *float64

	// SlowMilliseconds is the time that the slowest of a hundred requests may take
	// without an alarm. Nil is 3000.
	SlowMilliseconds *float64

	// Namespace is where the functions write their metrics; see Namespace of package
	// metrics. Empty is the default of both.
	Namespace string
}

// Monitoring is what a stack has for those who watch it.
type Monitoring struct {
	constructs.Construct
	Dashboard awscloudwatch.Dashboard // nil without one
	Alarms    []awscloudwatch.Alarm
	Topic     awssns.ITopic // that gets the alarms, or nil
}

// The defaults of MonitoringProps. The namespace is that of package metrics.
const (
	defaultErrorShare       = 0.01
	defaultSlowMilliseconds = 3000
	defaultNamespace        = "Functions"
)

// NewMonitoring adds what shows how the REST APIs and functions of a stack are. It finds
// them itself, so that it comes last in a stack. It panics if props cannot be: constructs
// have no other way to report an error.
func NewMonitoring(scope constructs.Construct, id string, props *MonitoringProps) Monitoring {
	if err := props.check(); err != nil {
		panic(fmt.Errorf("observability.MonitoringProps of %s/%s: %w", *scope.Node().Path(), id, err))
	}
	stack := awscdk.Stack_Of(scope)
	parts := find(stack)
	if len(parts.apis) == 0 {
		panic(fmt.Errorf("observability.NewMonitoring %s/%s: the stack %s has no REST API yet: call it after all APIs are added", *scope.Node().Path(), id, *stack.StackName()))
	}
	m := Monitoring{Construct: constructs.NewConstruct(scope, jsii.String(id)), Topic: props.Topic}
	if props.Email != "" {
		m.Topic = newTopic(m.Construct, props.Email)
	}
	var filters []filter
	if props.Alarms || props.Dashboard {
		filters = newFilters(m.Construct, stack, parts)
	}
	if props.Alarms {
		m.Alarms = newAlarms(m.Construct, stack, parts, filters, props)
		notify(m.Alarms, m.Topic)
	}
	if props.Dashboard {
		m.Dashboard = newDashboard(m.Construct, stack, parts, filters, m.Alarms, props)
	}
	if props.Queries {
		newQueries(m.Construct, stack, parts)
	}
	return m
}

func (p *MonitoringProps) check() error {
	switch {
	case p == nil:
		return fmt.Errorf("there are none: say what to add, such as Dashboard: true")
	case !p.Dashboard && !p.Alarms && !p.Queries:
		return fmt.Errorf("none of Dashboard, Alarms and Queries is set: set one, or leave out the construct")
	case p.Email != "" && p.Topic != nil:
		return fmt.Errorf("there are both Email and Topic: subscribe %s to the topic, and leave out Email", p.Email)
	case !p.Alarms && (p.Email != "" || p.Topic != nil || p.ErrorShare != nil || p.SlowMilliseconds != nil):
		return fmt.Errorf("there are no alarms for Email, Topic, ErrorShare and SlowMilliseconds to be about: set Alarms, or leave them out")
	case p.ErrorShare != nil && !(*p.ErrorShare > 0 && *p.ErrorShare < 1):
		return fmt.Errorf("ErrorShare is %v: use a share between 0 and 1, such as 0.01 for one request in a hundred", *p.ErrorShare)
	case p.SlowMilliseconds != nil && !(*p.SlowMilliseconds >= 1 && *p.SlowMilliseconds <= 900_000):
		return fmt.Errorf("SlowMilliseconds is %v: use 1 to 900000, such as 3000", *p.SlowMilliseconds)
	case strings.HasPrefix(p.Namespace, "AWS/"):
		return fmt.Errorf("the Namespace is %q: AWS keeps those that begin with AWS/ for itself: use the one of the functions, such as Orders", p.Namespace)
	}
	if address, err := mail.ParseAddress(p.Email); p.Email != "" && (err != nil || address.Address != p.Email) {
		return fmt.Errorf("the Email is %q: use an address alone, such as team@example.com", p.Email)
	}
	return nil
}

// namespace returns the one that the functions' metrics are in.
func (p *MonitoringProps) namespace() string {
	if p.Namespace == "" {
		return defaultNamespace
	}
	return p.Namespace
}

func orDefault(value *float64, otherwise float64) *float64 {
	if value == nil {
		return jsii.Number(otherwise)
	}
	return value
}
