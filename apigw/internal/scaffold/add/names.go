package add

import (
	"errors"
	"fmt"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/scaffold/project"
)

// checkFunctionName reports in one sentence why a function cannot have a name.
func checkFunctionName(name string) error {
	if err := project.CheckWords("a function", name); err != nil {
		return err
	}
	switch {
	case token.IsKeyword(name):
		return fmt.Errorf("%q is a word of the language Go: use another name", name)
	case slices.Contains([]string{"internal", "vendor", "testdata"}, name):
		return fmt.Errorf("%q is a folder with a meaning in Go: use another name", name)
	case name == "main":
		return errors.New(`"main" is the name of every program in Go: use another name`)
	}
	return nil
}

// initialisms are written in capitals in Go.
var initialisms = []string{"api", "html", "http", "id", "ip", "json", "sku", "uri", "url", "uuid"}

// notInWord separates the words of a name.
var notInWord = regexp.MustCompile(`[^A-Za-z0-9]+`)

// camel returns a text as an exported Go identifier: "order-id" is OrderID.
func camel(text string) string {
	var made strings.Builder
	for _, word := range notInWord.Split(text, -1) {
		switch {
		case word == "":
		case slices.Contains(initialisms, strings.ToLower(word)):
			made.WriteString(strings.ToUpper(word))
		default:
			made.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	if name := made.String(); name == "" || unicode.IsDigit(rune(name[0])) {
		return "N" + name
	}
	return made.String()
}

// uncamel returns an exported identifier as one that is not: OrderID is orderID, and
// ID is id.
func uncamel(name string) string {
	for i, r := range name {
		if !unicode.IsUpper(r) {
			if i > 1 && unicode.IsLower(r) {
				i-- // the first letter of the next word
			}
			return strings.ToLower(name[:i]) + name[i:]
		}
	}
	return strings.ToLower(name)
}

// snake returns an identifier as the name of a file: getOrdersByID is
// get_orders_by_id.
func snake(name string) string {
	var made strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		starts := unicode.IsUpper(r) && i > 0 &&
			(!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]))
		if starts {
			made.WriteByte('_')
		}
		made.WriteRune(unicode.ToLower(r))
	}
	return made.String()
}

// goFile returns the name of a Go file. The end of a name can make it a test, or a
// file for one system only: such a name gets another end.
func goFile(name string) string {
	if parts := strings.Split(name, "_"); len(parts) > 1 && slices.Contains(endings, parts[len(parts)-1]) {
		name += "_route"
	}
	return name + ".go"
}

// endings are the ends of file names that go build reads: "test", and systems and
// architectures.
var endings = strings.Fields(`test
	aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris unix wasip1 windows zos
	386 amd64 amd64p32 arm arm64 arm64be armbe loong64 mips mips64 mips64le mips64p32 mips64p32le mipsle ppc ppc64 ppc64le
	riscv riscv64 s390 s390x sparc sparc64 wasm`)

// methods are those that a route can have. The gateway itself responds to OPTIONS.
var methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE"}

// checkMethod reports why a route cannot have a method.
func checkMethod(method string) error {
	switch {
	case method == "OPTIONS":
		return errors.New("the gateway itself responds to OPTIONS: every path gets that with its first route")
	case method == "ANY":
		return errors.New("ANY would let methods through that nobody wrote a handler for: add a route for each method")
	case slices.Contains(methods, method):
		return nil
	case slices.Contains(methods, strings.ToUpper(method)):
		return fmt.Errorf("there is no method %q: write it in capitals, %s", method, strings.ToUpper(method))
	}
	return fmt.Errorf("there is no method %q: use one of %s", rules.Printable(method), strings.Join(methods, ", "))
}

// pathPart is what API Gateway takes between two slashes, without the dollar sign,
// which would begin a reference in a mapping template.
var pathPart = regexp.MustCompile(`^([A-Za-z0-9._:-]+|\{[A-Za-z][A-Za-z0-9._:-]*\+?\})$`)

// checkPath reports why API Gateway, or an API with the paths that there are, cannot
// have a path.
func checkPath(path string, others []string) error {
	if !strings.HasPrefix(path, "/") {
		return fmt.Errorf("the path %q does not begin with a slash: write it as in /orders/{id}", rules.Printable(path))
	}
	if path == "/" {
		return nil
	}
	if strings.HasSuffix(path, "/") {
		return fmt.Errorf("the path %q ends with a slash, which API Gateway ignores: write %q", rules.Printable(path), rules.Printable(strings.TrimRight(path, "/")))
	}
	parts := strings.Split(path, "/")[1:]
	variables := map[string]bool{}
	for i, part := range parts {
		switch {
		case part == "":
			return fmt.Errorf("the path %q has two slashes side by side: write one", rules.Printable(path))
		case !pathPart.MatchString(part):
			return fmt.Errorf("the path %q has the part %q: use letters, digits, '-', '.', '_' and ':', or a variable such as {id}, which fills a whole part", rules.Printable(path), rules.Printable(part))
		case strings.HasSuffix(part, "+}") && i < len(parts)-1:
			return fmt.Errorf("the path %q has something behind %s, which takes the whole rest of a path: make it the last part", path, part)
		case part[0] == '{' && variables[variableOf(part)]:
			return fmt.Errorf("the path %q has the variable %s twice: give each a name of its own", path, part)
		}
		variables[variableOf(part)] = true
	}
	for _, other := range others {
		otherParts := strings.Split(other, "/")[1:]
		for i := range min(len(parts), len(otherParts)) {
			if parts[i] == otherParts[i] {
				if strings.HasSuffix(parts[i], "+}") {
					break
				}
				continue
			}
			if strings.HasPrefix(parts[i], "{") && strings.HasPrefix(otherParts[i], "{") {
				return fmt.Errorf("the path %q has %s where %q has %s, and API Gateway takes one variable at a place: use the same name", path, parts[i], other, otherParts[i])
			}
			break
		}
	}
	return nil
}

// variableOf returns the name of the variable that a part of a path is; empty if it is
// none.
func variableOf(part string) string {
	if !strings.HasPrefix(part, "{") {
		return ""
	}
	return strings.Trim(part, "{+}")
}

// handlerName returns the name of the function that handles a route: GET /orders/{id}
// has getOrdersByID.
func handlerName(method, path string) string {
	name := strings.ToLower(method)
	for part := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		if variable := variableOf(part); variable != "" {
			name += "By" + camel(variable)
		} else if part != "" {
			name += camel(part)
		}
	}
	if path == "/" {
		name += "Root"
	}
	return name
}

// identifier is a name that a handler can have.
var identifier = regexp.MustCompile(`^[a-z][A-Za-z0-9]*$`)
