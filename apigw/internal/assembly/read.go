package assembly

import (
	"path/filepath"

	"example.com/apigw/internal/assembly/cloudassembly"
	"example.com/apigw/internal/assembly/template"
	"example.com/apigw/internal/rules"
)

// Options is what a deployment decides.
type Options struct {
	// Parameters are values for the parameters of templates, by name ("Size") or
	// by stack name and name ("MyStack:Size"). Of a parameter that names an entry
	// of the SSM Parameter Store it is the entry's value.
	Parameters map[string]string
	// Imports are values for what stacks import from elsewhere, by the name of the
	// export.
	Imports map[string]string
	// Account and Region are those of stacks that are not bound to any. Empty
	// stands for 123456789012 and us-east-1.
	Account, Region string
}

// Read reads the cloud assembly in a directory, such as cdk.out. It may have no
// REST API. What cannot be read is left out, with a notice that says which template,
// resource and property is wrong, and what to do; methods that need it respond with
// 501. The error says why there is nothing to read at all.
func Read(dir string, o Options) (*Assembly, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	stacks, err := cloudassembly.Read(absolute)
	if err != nil {
		return nil, err
	}
	app, found, err := apart(stacks, template.Options{Parameters: o.Parameters, Imports: o.Imports, Account: o.Account, Region: o.Region})
	if err != nil {
		return nil, err
	}
	b := &builder{
		app:       app,
		assembly:  &Assembly{Dir: absolute, Notices: found.notices},
		apis:      map[string]*apiBuilder{},
		functions: map[string]*Function{},
	}
	b.addFunctions(found)
	b.addAPIs(found)
	b.addUsagePlans(found)
	b.addDomains(found)
	if missing := app.Missing(); len(missing) > 0 {
		b.assembly.Notices = append([]Notice{missingNotice(missing)}, b.assembly.Notices...)
	}
	for _, value := range app.Unused() {
		what := "parameter"
		if value.Import {
			what = "import"
		}
		b.notice("the app", rules.Of("value-unused", "what", what, "name", value.Name))
	}
	b.sort(app.Stacks)
	return b.assembly, nil
}
