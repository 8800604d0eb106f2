package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// Sizes are what differs between stages: what a service costs, and whom it wakes.
type Sizes struct {
	LogRetention      awslogs.RetentionDays // after which log lines are deleted
	MemoryMB          float64               // of each function; its share of a CPU grows with it
	RequestsPerSecond float64               // of each API in the long run; above it the response is 429
	Burst             float64               // requests that may come at once
	Alarms            bool                  // somebody is told when something is wrong
}

// stages are the sizes of the stages that have a name here. `deploy -c stage=dev`
// chooses one.
var stages = map[string]Sizes{
	"dev":  {LogRetention: awslogs.RetentionDays_ONE_WEEK, MemoryMB: 128, RequestsPerSecond: 25, Burst: 50, Alarms: false},
	"prod": {LogRetention: awslogs.RetentionDays_ONE_MONTH, MemoryMB: 256, RequestsPerSecond: 50, Burst: 100, Alarms: true},
}

// SizesOf returns the sizes of a stage. One without a name above is like prod, so
// that nothing of a deployment is missing because of a name.
func SizesOf(stage string) Sizes {
	if sizes, ok := stages[stage]; ok {
		return sizes
	}
	return stages["prod"]
}

// StackName returns the name of the stack of these settings. Each stage is a stack of
// its own, so that dev and prod can be deployed side by side.
func (s Settings) StackName() string {
	if s.Stage == "prod" {
		return StackName
	}
	return StackName + "-" + s.Stage
}

// sizesOf returns the sizes of the stage that a construct is deployed in. The stack
// keeps its name in the context, which constructs inherit.
func sizesOf(scope constructs.Construct) Sizes {
	stage, _ := scope.Node().TryGetContext(jsii.String("stage")).(string)
	return SizesOf(stage)
}
