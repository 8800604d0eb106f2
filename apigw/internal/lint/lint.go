// Package lint finds what is wrong with an app before anybody deploys it: what AWS
// refuses at deployment, what can be deployed and then fails for every request, and
// traps that only some requests fall into.
//
// It reads a cloud assembly and its mapping templates, and the rulebook. Each
// [Check] says which rules it is about; what they mean is in the rulebook alone.
package lint

import (
	"cmp"
	"slices"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/rules"
)

// Severity is how bad a finding is.
type Severity string

const (
	// Refused means that AWS refuses it at deployment.
	Refused Severity = "refused"
	// Fails means that it can be deployed, and that no request succeeds that gets
	// there.
	Fails Severity = "fails"
	// Trap means that it can be deployed, and that it does not always do what it
	// was written for.
	Trap Severity = "trap"
)

// rank orders severities: the worst is first.
func (s Severity) rank() int { return slices.Index([]Severity{Refused, Fails, Trap}, s) }

// severity returns that of a rule, which its kind says.
func severity(rule rules.Rule) Severity {
	switch rule.Kind {
	case rules.Refusal:
		return Refused
	case rules.Trap:
		return Trap
	}
	return Fails
}

// Finding is one thing that is wrong with an app.
type Finding struct {
	Rule      rules.Use
	Severity  Severity
	Path      string // construct path
	Stack     string // as CDK names it
	LogicalID string
	// Property is the property that is wrong, such as Integration.Uri; empty if it
	// is the resource.
	Property string
	// Template is where in a mapping template it is.
	Template *TemplatePlace
	// File and Line are where a person finds it: in the template's own file if that
	// is known, else in the stack's template. [Locate] sets them.
	File string
	Line int

	stackFile string
}

// TemplatePlace is a place in a mapping template.
type TemplatePlace struct {
	Name   string `json:"name"`   // such as "request template application/json"
	Line   int    `json:"line"`   // from 1
	Column int    `json:"column"` // in characters, from 1
	text   string // of the whole template
}

// Check finds one kind of fault.
type Check struct {
	// Name names it, as in the name of a test.
	Name string
	// Rules are the ids of the rules that Run reports, and no others.
	Rules []string
	// Run looks at an app and reports what it finds.
	Run func(*Pass)
}

// Pass is one run of a check over an app.
type Pass struct {
	*App
	check *Check
	found *[]Finding
}

// Checks returns all checks.
func Checks() []*Check {
	return slices.Concat(
		cloudFormationChecks(), apiChecks(), resourceChecks(), methodChecks(), integrationChecks(), mappingChecks(),
		modelChecks(), authorizerChecks(), gatewayResponseChecks(), stageChecks(), lambdaChecks(),
		templateChecks(), patternChecks(), corsChecks(), behaviourChecks(),
	)
}

// Report is what all checks found in an app.
type Report struct {
	Found []Finding // the worst first
	// Unserved is why the engine cannot serve the app; nil if it can. The methods of
	// OpenAPI documents are not checked then.
	Unserved error
}

// Run reads the cloud assembly in a directory and returns what all checks find. The
// error says why there is nothing to check.
func Run(dir string, o assembly.Options) (*Report, error) {
	app, err := Read(dir, o)
	if err != nil {
		return nil, err
	}
	return &Report{app.Run(Checks()), app.unserved}, nil
}

// Run returns what checks find in the app, the worst first.
func (a *App) Run(checks []*Check) []Finding {
	var found []Finding
	for _, c := range checks {
		c.Run(&Pass{App: a, check: c, found: &found})
	}
	order := map[string]int{}
	for i, s := range a.stacks {
		order[s.DisplayName] = i
	}
	slices.SortStableFunc(found, func(x, y Finding) int {
		return cmp.Or(
			cmp.Compare(x.Severity.rank(), y.Severity.rank()), cmp.Compare(order[x.Stack], order[y.Stack]),
			cmp.Compare(x.Path, y.Path), cmp.Compare(x.Property, y.Property),
		)
	})
	return slices.CompactFunc(found, func(x, y Finding) bool { return x.Rule == y.Rule && x.Path == y.Path && x.place() == y.place() })
}

// place returns the place in a template; that of none is the zero value.
func (f *Finding) place() TemplatePlace {
	if f.Template == nil {
		return TemplatePlace{}
	}
	return *f.Template
}

// report reports what is wrong with a property of a resource.
func (p *Pass) report(r *Resource, property string, use rules.Use) {
	p.add(p.finding(r, property, use))
}

// reportMethod does what report does for a method, which may come from a document.
func (p *Pass) reportMethod(m *Method, property string, use rules.Use) {
	p.add(m.finding(p.App, property, use))
}

func (p *Pass) add(f Finding) { *p.found = append(*p.found, f) }

func (a *App) finding(r *Resource, property string, use rules.Use) Finding {
	return Finding{
		Rule: use, Severity: severity(use.Rule()), Path: r.Path, Stack: r.Stack.DisplayName,
		LogicalID: r.LogicalID, Property: property, stackFile: r.Stack.File,
	}
}
