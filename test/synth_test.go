package test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"

	"example.com/hello-apigw/stacks"
)

// object is a JSON object, as templates and assertions write it.
type object = map[string]any

// synthesized is the stack with one choice of settings.
type synthesized struct {
	name     string
	app      awscdk.App
	stack    awscdk.Stack
	template assertions.Template // for the assertions of the CDK
	byID     map[string]resource // the same template, for tests in plain Go
}

// shared holds the results of synth by their context.
var shared = map[string]*synthesized{}

// synth synthesizes the stack as `cdk synth -c key=value …` does. Tests with the
// same context share one, and must not change it.
func synth(t *testing.T, context ...string) *synthesized {
	t.Helper()
	key := fmt.Sprint(context)
	if shared[key] == nil {
		shared[key] = newStack(t, context).read(t)
	}
	return shared[key]
}

// read synthesizes the template.
func (s *synthesized) read(t *testing.T) *synthesized {
	t.Helper()
	s.template = assertions.Template_FromStack(s.stack, nil)
	var template struct{ Resources map[string]resource }
	convert(t, s.template.ToJSON(), &template)
	s.byID = template.Resources
	return s
}

// newStack builds the stack in an app of its own. The context is a list of keys,
// each followed by its value.
func newStack(t *testing.T, context []string) *synthesized {
	t.Helper()
	chosen := object{}
	for i := 0; i < len(context); i += 2 {
		chosen[context[i]] = context[i+1]
	}
	settings, err := stacks.ParseSettings(chosen)
	if err != nil {
		t.Fatal(err)
	}
	return newStackOf(t, settings, chosen)
}

// newStackOf builds the stack of settings, and of the context that they came from.
func newStackOf(t *testing.T, settings stacks.Settings, chosen object) *synthesized {
	t.Helper()
	values := cdkContext(t)
	maps.Copy(values, chosen)
	app := awscdk.NewApp(&awscdk.AppProps{Context: &values})
	made := &synthesized{app: app, name: settings.StackName()}
	if err := try(func() {
		made.stack = stacks.NewHelloStack(app, settings.StackName(), &stacks.HelloStackProps{Settings: settings})
	}); err != nil {
		t.Fatal(err)
	}
	return made
}

// cdkContext returns the context that the CDK CLI passes to the app: the feature
// flags in cdk.json, on which logical ids depend, and two switches of its own.
func cdkContext(t *testing.T) object {
	t.Helper()
	text, err := os.ReadFile("../cdk.json")
	if err != nil {
		t.Fatal(err)
	}
	var config struct{ Context object }
	if err := json.Unmarshal(text, &config); err != nil {
		t.Fatalf("cdk.json: %v", err)
	}
	// With this flag the findings of cdk-nag would end the synthesis, and the
	// test could not read them.
	config.Context["@aws-cdk/core:annotationsInValidationReport"] = false
	config.Context["aws:cdk:enable-path-metadata"] = true
	config.Context["aws:cdk:enable-asset-metadata"] = true
	return config.Context
}

// want fails the test with the message of an assertion of the CDK. Assertions
// panic: without this, the first one that fails would end all tests.
func want(t *testing.T, assertion func()) {
	t.Helper()
	if err := try(assertion); err != nil {
		t.Error(err)
	}
}

func try(f func()) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%v", cause)
		}
	}()
	f()
	return nil
}

// folderWith returns a new folder that has a shell script, or nothing if the
// script is empty.
func folderWith(t *testing.T, name, script string) string {
	t.Helper()
	folder := t.TempDir()
	if script == "" {
		return folder
	}
	if err := os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
}
