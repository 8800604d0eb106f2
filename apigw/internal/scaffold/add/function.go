package add

import (
	"bytes"
	"embed"
	"fmt"
	"strconv"
	"text/template"

	"example.com/apigw/internal/scaffold/project"
)

//go:embed templates
var templateFiles embed.FS

var templates = template.Must(template.ParseFS(templateFiles, "templates/*.tmpl"))

// render returns what a template makes of data.
func render(name string, data any) ([]byte, error) {
	var text bytes.Buffer
	if err := templates.ExecuteTemplate(&text, name, data); err != nil {
		return nil, err
	}
	return text.Bytes(), nil
}

// createFrom plans a new file that a template makes.
func (p *Plan) createFrom(template, file string, data any) error {
	content, err := render(template, data)
	if err != nil {
		return err
	}
	return p.create(file, content)
}

// functionOptions are what the templates of a function's files need.
type functionOptions struct {
	Name, Module, Stack string // Stack is the file that wires it

	// Of an authorizer.
	Event     string
	IsRequest bool
}

// Function plans a function behind a door, without routes. The empty door is the only
// one of the project.
func Function(root, name, door string) (*Plan, error) {
	p, err := open(root)
	if err != nil {
		return nil, err
	}
	if err := p.newFunction(name); err != nil {
		return nil, err
	}
	behind, err := p.door(door)
	if err != nil {
		return nil, err
	}
	a, err := p.api(behind)
	if err != nil {
		return nil, err
	}
	id, err := p.constructID(camel(name), "Function")
	if err != nil {
		return nil, err
	}
	call, text := "newProxyFunction(this, "+strconv.Quote(id)+", settings, ", "with Lambda proxy integration"
	if behind == project.Mapped {
		call, text = "NewGoFunction(this, "+strconv.Quote(id)+", ", "without proxy integration"
	}
	statement := fmt.Sprintf("%s&GoFunctionProps{\nSource: %q,\nDescription: %q,\n})\n\n", call, "functions/"+name, camel(name)+", "+text)
	if err := p.insert(a.source, a.before(), statement); err != nil {
		return nil, err
	}
	data := functionOptions{Name: name, Module: p.project.Module, Stack: a.source.name}
	for _, file := range []string{"main.go", "main_test.go"} {
		if err := p.createFrom(string(behind)+"_"+file+".tmpl", "functions/"+name+"/"+file, data); err != nil {
			return nil, err
		}
	}
	p.Notes = append(p.Notes, "it has no route yet: go run ./local add route GET /"+name+" --function "+name)
	return p, nil
}

// newFunction reports why there cannot be a new function with a name.
func (p *Plan) newFunction(name string) error {
	if err := checkFunctionName(name); err != nil {
		return err
	}
	wired, err := p.function(name)
	if err != nil {
		return err
	}
	if p.exists("functions/" + name) {
		instead := ""
		if wired != nil && !wired.guards {
			instead = ", or add a route to it: go run ./local add route METHOD PATH --function " + name
		}
		return fmt.Errorf("functions/%s is there already: choose another name%s", name, instead)
	}
	if wired != nil {
		return fmt.Errorf("%s has a function with the source functions/%s, which is not there: take the folder back from git, or remove that", wired.source.name, name)
	}
	return nil
}
