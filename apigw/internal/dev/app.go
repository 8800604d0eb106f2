package dev

import (
	"context"
	"sync"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/dev/synth"
)

// CommandOf returns the command that synthesizes the CDK app in a folder, as its
// cdk.json names it. It is empty for an app in Go whose templates can be committed,
// and for a folder without an app.
func CommandOf(root string) string { return synth.CommandOf(root) }

// App is an app that people develop.
type App struct {
	// Root is the folder of the app.
	Root string
	// Command is a folder that holds a cloud assembly, or a command that makes one.
	// Empty stands for the app in Root.
	Command string
	// Context are "key=value" for the app, as the CDK CLI's --context takes them.
	Context []string
	// Parameters are values of the template's parameters, by NAME or Stack:NAME.
	Parameters map[string]string
	// Imports are values of what templates import from stacks elsewhere, by the name of
	// the export.
	Imports map[string]string
	// Debugging are the functions that run under a debugger, while the app is served.
	Debugging Debugging
	// Report gets what happens, one event after the other. It may be nil, and must
	// not take long.
	Report func(Event)
	// Changed gets the names of files below Root that have changed while the app is
	// served, before they are taken over. It may be nil, and must not take long.
	Changed func(files []string)

	reporting sync.Mutex
}

func (a *App) report(e Event) {
	if a.Report != nil {
		a.reporting.Lock()
		defer a.reporting.Unlock()
		a.Report(e)
	}
}

// Read finds or synthesizes the cloud assembly, and reads it.
func (a *App) Read(ctx context.Context) (*assembly.Assembly, error) {
	dir, err := a.Assembly(ctx)
	if err != nil {
		return nil, err
	}
	read, err := assembly.Read(dir, a.options())
	if err != nil {
		return nil, withRefusals(err, a.check(dir))
	}
	return read, nil
}

// Assembly finds or synthesizes the cloud assembly, and returns its folder.
func (a *App) Assembly(ctx context.Context) (dir string, err error) { return a.synth().Assembly(ctx) }

func (a *App) synth() *synth.App {
	return &synth.App{
		Root: a.Root, Command: a.Command, Context: a.Context,
		Synthesizing: func() { a.report(Synthesizing{a.Command, a.Context}) },
	}
}

func (a *App) options() assembly.Options {
	return assembly.Options{Parameters: a.Parameters, Imports: a.Imports}
}
