package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"strings"
	"testing"

	"example.com/apigw/internal/testapp"
)

func TestCommandLine(t *testing.T) {
	for _, c := range []struct {
		rule string
		args []string
		want string
	}{
		{"nothing", nil, "say what to measure"},
		{"an unknown topic", []string{"speed"}, `there is no topic "speed"`},
		{"an argument", []string{"latency", "x"}, `latency takes no argument "x"`},
		{"an unknown flag", []string{"memory", "-x"}, "flag provided but not defined: -x"},
		{"no rounds", []string{"edit", "-rounds", "0"}, "-rounds is 0, and must be at least 1"},
		{"no starts", []string{"start", "-again", "-1"}, "-again is -1, and must be at least 1"},
		{"no requests", []string{"faults", "-requests", "0"}, "-requests is 0, and must be at least 1"},
		{"a folder without a module", []string{"latency", "-app", "/"}, "nor a folder above has a go.mod"},
		{"a folder without an assembly", []string{"edit", "-app", "testdata"}, "has no cloud assembly in test/snapshot or cdk.out"},
		{"an app that is not a CDK app", []string{"synth", "-app", testapp.Dir()}, "it has no cdk.json"},
		{"an app that is no kit", []string{"new", "-app", testapp.Dir()}, "has no kit.json"},
		{"no folder of assemblies", []string{"assemblies"}, "assemblies takes one folder or more"},
		{"no assembly", []string{"assemblies", "testdata"}, "there is no cloud assembly in or below testdata"},
		{"no connections", []string{"throughput", "-connections", "0"}, "-connections is 0, and must be at least 1"},
	} {
		err := run(context.Background(), c.args, io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got error %v, want %s", c.rule, err, c.want)
		}
	}
}

func TestHelpNamesEveryTopic(t *testing.T) {
	for _, args := range [][]string{{"-h"}, {"--help"}, {"help"}} {
		var out strings.Builder
		if err := run(context.Background(), args, &out, io.Discard); err != nil {
			t.Error(err)
		}
		for _, topic := range topics() {
			if !strings.Contains(out.String(), topic.name) {
				t.Errorf("%q: got %s, want %s in it", args, &out, topic.name)
			}
		}
	}
	var out strings.Builder
	if err := run(context.Background(), []string{"faults", "-h"}, &out, io.Discard); !errors.Is(err, flag.ErrHelp) || !strings.Contains(out.String(), "-requests") {
		t.Errorf("the flags of a topic: got %s, error %v; want -requests, and flag.ErrHelp", &out, err)
	}
}

// Small runs of what needs neither minutes nor the network.
func TestTopics(t *testing.T) {
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"latency", "-rounds", "2", "-requests", "20"}, []string{"GET /direct/prod/greet", "GET /mapped/prod/greet", "Runtime API alone"}},
		{[]string{"memory", "-few", "20", "-many", "60", "-connections", "2"}, []string{"runner", "function processes"}},
		{[]string{"faults", "-requests", "300", "-connections", "16"}, []string{"300 requests in", ", 0 wrong", " with 0 after the app was read again"}},
		{[]string{"bootstrap", "-runs", "2"}, []string{"size of the bootstrap", "start of the bootstrap", "plainest function"}},
		{[]string{"assemblies", testapp.Dir()}, []string{"testapp   ", "yes      10      10  10     9        1  ", "1 assemblies, 1 with routes  1 "}},
		{[]string{"edit", "-rounds", "1"}, []string{"edit of ./internal/testapp/functions/direct", "go build"}},
	} {
		if err := needProc(); err != nil && (c.args[0] == "memory" || c.args[0] == "faults") {
			continue
		}
		t.Run(c.args[0], func(t *testing.T) {
			var out, progress strings.Builder
			if c.args[0] != "faults" && c.args[0] != "assemblies" {
				c.args = append(c.args, "-app", testapp.Dir())
			}
			if err := run(t.Context(), c.args, &out, &progress); err != nil {
				t.Fatalf("%v\n%s%s", err, &progress, &out)
			}
			for _, want := range c.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("got\n%s\nwant %q in it", &out, want)
				}
			}
		})
	}
}

func TestInterruptedMeasurementsEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, topic := range []string{"latency", "start", "edit"} {
		if err := run(ctx, []string{topic, "-app", testapp.Dir()}, io.Discard, io.Discard); err == nil || err.Error() != "interrupted" {
			t.Errorf("%s: got error %v, want interrupted", topic, err)
		}
	}
}
