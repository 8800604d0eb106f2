package observability

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// queriesFile has the queries of internal/logquery. A file, and not the package, so that
// a stack does not depend on the whole rulebook.
//
//go:embed queries.json
var queriesFile []byte

type query struct {
	Name, Text string
	Log        string // access, execution or function
}

// longestQueryName is how long the name of a saved query may be (documented:
// "PutQueryDefinition").
const longestQueryName = 255

// newQueries saves the queries, below the name of the stack in the list of the console.
func newQueries(scope constructs.Construct, stack awscdk.Stack, p parts) {
	var queries []query
	if err := json.Unmarshal(queriesFile, &queries); err != nil {
		panic(fmt.Errorf("observability/queries.json: %w", err))
	}
	groups := p.logGroups()
	for _, q := range queries {
		names := groups[q.Log]
		if len(names) == 0 {
			continue
		}
		folder := *stack.StackName()
		folder = folder[:min(len(folder), longestQueryName-1-len(q.Name))]
		awslogs.NewCfnQueryDefinition(scope, constructID(q.Name), &awslogs.CfnQueryDefinitionProps{
			Name:          jsii.String(folder + "/" + q.Name),
			QueryString:   jsii.String(q.Text),
			LogGroupNames: &names,
		})
	}
}

// logGroups returns the names of the log groups of each kind of log.
func (p parts) logGroups() map[string][]any {
	groups := map[string][]any{}
	add := func(log string, name *string) {
		if name != nil {
			groups[log] = append(groups[log], name)
		}
	}
	for _, a := range p.apis {
		add("access", a.accessLog)
		add("execution", a.executionLog)
	}
	for _, f := range p.functions {
		add("function", f.log)
	}
	return groups
}
