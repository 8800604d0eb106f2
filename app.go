// The CDK app. It reads the settings, builds the stack and writes the cloud
// assembly. The CDK CLI runs it: cdk.json says how.
package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"example.com/hello-apigw/lessons"
	"example.com/hello-apigw/stacks"
)

func main() {
	if err := withCDK(synth); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func synth() error {
	app := awscdk.NewApp(nil)
	context, _ := app.Node().GetAllContext(nil).(map[string]any)

	if wanted, err := lessons.Synth(app, context); wanted || err != nil {
		return err
	}

	settings, err := stacks.ParseSettings(context)
	if err != nil {
		return err
	}
	stacks.NewHelloStack(app, settings.StackName(), &stacks.HelloStackProps{Settings: settings})
	app.Synth(nil)
	return nil
}
