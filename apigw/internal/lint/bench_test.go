package lint

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"example.com/apigw/internal/assembly"
)

// many returns an app of so many resources.
func many(least int) map[string]object {
	resources := good()
	waits := resources["Deployment"]["DependsOn"].(list)
	for i := 0; len(resources) < least; i++ {
		node, id := fmt.Sprintf("Node%d", i), fmt.Sprintf("Method%d", i)
		resources[node] = object{"Type": "AWS::ApiGateway::Resource", "Properties": object{
			"RestApiId": ref("Api"), "ParentId": ref("Order"), "PathPart": fmt.Sprintf("part%d", i)}}
		properties := maps.Clone(resources["Mapped"]["Properties"].(object))
		properties["ResourceId"] = ref(node)
		resources[id] = method(properties)
		waits = append(waits, id)
	}
	resources["Deployment"]["DependsOn"] = waits
	return resources
}

// BenchmarkRun checks an app of 500 resources. The metric of reading is how long that
// takes compared with reading the app to serve it.
func BenchmarkRun(b *testing.B) {
	dir := writeApp(b, many(500))
	began := time.Now()
	const readings = 5
	for range readings {
		if _, err := assembly.Read(dir, assembly.Options{}); err != nil {
			b.Fatal(err)
		}
	}
	reading := time.Since(began) / readings
	b.ResetTimer()
	for b.Loop() {
		report, err := Run(dir, assembly.Options{})
		if err != nil || len(report.Found) > 0 {
			b.Fatalf("got %v, %v, want nothing", report, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(reading), "x-reading")
}

func TestALargeAppHasNoFindings(t *testing.T) {
	if found := find(t, many(500)); len(found) > 0 {
		t.Errorf("got %q, want nothing", ids(found))
	}
}
