// Package lessons is a catalogue of mistakes: each lesson has a function or a
// method that is broken, the same one mended, and what a client sees of both.
// NewLessonsStack deploys them all.
//
// A lesson is a folder with a lesson.json. Beside it every variant of the lesson
// has a folder with its function, and a method.json if the method needs more than
// proxy integration.
package lessons

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// files are what the stack is made from. The functions are compiled apart.
//
//go:embed lessons.json */lesson.json */*/method.json */*/*.vtl
var files embed.FS

// lesson is a lesson.json.
type lesson struct {
	ID       string    `json:"-"` // the name of its folder
	Title    string    `json:"title"`
	Answers  []string  `json:"answers"` // of the discussion that it is for: Q, 1 to 19
	Door     string    `json:"door"`    // proxy, mapped or both
	Symptom  string    `json:"symptom"`
	Why      string    `json:"why"`
	Request  request   `json:"request"`
	Variants []variant `json:"variants"`
	Predict  struct {
		Question string   `json:"question"`
		Choices  []string `json:"choices"`
		Answer   int      `json:"answer"`
		Because  string   `json:"because"`
	} `json:"predict"`
	Exercise struct {
		Text    string   `json:"text"`
		Edit    string   `json:"edit"`
		Request *request `json:"request,omitempty"` // that of the lesson if it is nil
		Expect  expect   `json:"expect"`
		Hint    string   `json:"hint"`
	} `json:"exercise"`
}

// request is what a client sends. The path is what follows the route.
type request struct {
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
}

// variant is one function behind one method.
type variant struct {
	Name     string   `json:"name"`
	Language string   `json:"language"`
	Route    string   `json:"route"`
	Source   string   `json:"source"`          // the file of the function
	Files    []string `json:"files,omitempty"` // how its method is set up: method.json and templates
	Expect   expect   `json:"expect"`
}

// expect is what comes of a request. A header whose value is nil must be absent.
type expect struct {
	Status       int                `json:"status"`
	Headers      map[string]*string `json:"headers,omitempty"`
	Body         *string            `json:"body,omitempty"`
	BodyContains string             `json:"bodyContains,omitempty"`
	Log          []string           `json:"log,omitempty"`  // parts of lines of the execution log
	Rule         string             `json:"rule,omitempty"` // of the rulebook
}

// catalogue returns all lessons, in the order in which to take them.
func catalogue() ([]lesson, error) {
	var order struct {
		Chapters []struct {
			Title   string   `json:"title"`
			Lessons []string `json:"lessons"`
		} `json:"chapters"`
	}
	if err := readJSON("lessons.json", &order); err != nil {
		return nil, err
	}
	var all []lesson
	for _, chapter := range order.Chapters {
		for _, id := range chapter.Lessons {
			one := lesson{ID: id}
			if err := readJSON(path.Join(id, "lesson.json"), &one); err != nil {
				return nil, err
			}
			all = append(all, one)
		}
	}
	return all, nil
}

// method is a method.json: how a method differs from plain proxy integration. Its
// members have the names that API Gateway gives them.
type method struct {
	HttpMethod           string                `json:"httpMethod"`
	Proxy                bool                  `json:"proxy"`
	RequestTemplates     map[string]string     `json:"requestTemplates"` // files, by content type
	PassthroughBehavior  string                `json:"passthroughBehavior"`
	IntegrationResponses []integrationResponse `json:"integrationResponses"`
	MethodResponses      []methodResponse      `json:"methodResponses"` // if empty, all that the integration responses need
	TimeoutInMillis      float64               `json:"timeoutInMillis"`
	AuthorizationType    string                `json:"authorizationType"` // AWS_IAM, or NONE for everybody

	// FunctionVariable is the stage variable that holds the name of the function.
	// Empty names the function itself.
	FunctionVariable string `json:"functionVariable"`

	// Alias is the alias of the function that the method calls, and PermissionFor
	// whom API Gateway may call: "alias" or "function".
	Alias         string `json:"alias"`
	PermissionFor string `json:"permissionFor"`

	Function function `json:"function"`
}

type integrationResponse struct {
	StatusCode       string            `json:"statusCode"`
	SelectionPattern string            `json:"selectionPattern"`
	Headers          map[string]string `json:"headers"`
	ResponseTemplate string            `json:"responseTemplate"` // a file, for application/json
}

type methodResponse struct {
	StatusCode string   `json:"statusCode"`
	Headers    []string `json:"headers"`
}

// function is how a function differs from the others.
type function struct {
	TimeoutSeconds      float64  `json:"timeoutSeconds"`
	ReservedConcurrency *float64 `json:"reservedConcurrency"`
}

// folder returns the folder of the method of a variant, below this one: the last
// part of the route.
func (l lesson) folder(v variant) string { return path.Join(l.ID, path.Base(v.Route)) }

// source returns the folder of the function of a variant, below this one.
func (l lesson) source(v variant) string { return path.Join(l.ID, path.Dir(v.Source)) }

// method returns how the method of a variant is set up. Without a method.json it
// is a GET with proxy integration.
func (l lesson) method(v variant) (method, error) {
	m := method{HttpMethod: "GET", Proxy: true}
	err := readJSON(path.Join(l.folder(v), "method.json"), &m)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return m, err
}

// template returns the text of a mapping template in the folder of a variant,
// without the last newline.
func (l lesson) template(v variant, name string) (string, error) {
	text, err := files.ReadFile(path.Join(l.folder(v), name))
	if err != nil {
		return "", fmt.Errorf("lessons/%s/method.json names the template %s, which is not there: add the file or correct the name", l.folder(v), name)
	}
	return strings.TrimSuffix(string(text), "\n"), nil
}

func readJSON(name string, into any) error {
	text, err := files.ReadFile(name)
	if err != nil {
		return fmt.Errorf("lessons/%s: %w", name, err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("lessons/%s: %w", name, err)
	}
	return nil
}
