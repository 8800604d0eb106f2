package assembly_test

import (
	"testing"

	"example.com/apigw/internal/assembly"
)

func TestNamesOfFunctions(t *testing.T) {
	tests := []struct {
		name          string
		function      assembly.Function
		source, short string
	}{
		{"with a package", assembly.Function{Package: "./functions/greet", Path: "Stack/Greet/Function"}, "./functions/greet", "greet"},
		{"without a package", assembly.Function{Path: "Stack/Greet/Function"}, "Stack/Greet/Function", "Stack/Greet/Function"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.function.SourceName(); got != test.source {
				t.Errorf("SourceName: got %q, want %q", got, test.source)
			}
			if got := test.function.ShortName(); got != test.short {
				t.Errorf("ShortName: got %q, want %q", got, test.short)
			}
		})
	}
}
