package analyzer_test

import (
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"example.com/apigw/internal/analyzer"
)

// The folders below testdata/src hold a case for each rule; the comments in them
// that begin with "want" are what the analyzer must say at that line.
func TestAnalyzers(t *testing.T) {
	for _, a := range analyzer.All() {
		t.Run(a.Name, func(t *testing.T) { analysistest.Run(t, analysistest.TestData(), a, a.Name) })
	}
}

func TestNothingIsSaidAboutRightFunctions(t *testing.T) {
	for _, a := range analyzer.All() {
		t.Run(a.Name, func(t *testing.T) { analysistest.Run(t, analysistest.TestData(), a, "right") })
	}
}

func TestAnalyzersAreValid(t *testing.T) {
	if err := analysis.Validate(analyzer.All()); err != nil {
		t.Errorf("analyzers: %v, want none wrong", err)
	}
}
