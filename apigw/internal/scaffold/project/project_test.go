package project

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

const ordersFile = `{
  "module": "github.com/you/orders",
  "name": "my-orders",
  "doors": [
    "mapped"
  ],
  "lessons": false,
  "kit": {
    "version": "1.0.0",
    "commit": "0b3d68a"
  }
}
`

var orders = Project{
	Module: "github.com/you/orders", Name: "my-orders", Doors: []Door{Mapped},
	Kit: Kit{Version: "1.0.0", Commit: "0b3d68a"},
}

func TestAProjectIsReadAsItWasWritten(t *testing.T) {
	text, err := orders.Write()
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != ordersFile {
		t.Errorf("written: got %s, want %s", text, ordersFile)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, File), text, 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, orders) {
		t.Errorf("read: got %+v, want %+v", got, orders)
	}
}

func TestAFolderWithoutTheFileIsNoProject(t *testing.T) {
	_, err := Read(t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "has no kit.json: run this in the folder of a project") {
		t.Errorf("error %v, want one that says where to run the command", err)
	}
}

func TestAFileWithAMistakeIsRefused(t *testing.T) {
	for _, c := range []struct{ rule, from, to, want string }{
		{"text that is not JSON", "{", "[", "invalid character"},
		{"an unknown key", `"doors"`, `"door"`, `unknown field "door"`},
		{"something behind it", "}\n}\n", "}\n}\n{}", "something follows the JSON object"},
		{"an unknown door", `"mapped"`, `"maped"`, `"doors": there is no door "maped": use proxy, mapped or both`},
		{"a door twice", `"mapped"`, `"mapped", "mapped"`, `"doors": the door "mapped" is there twice`},
		{"no door", `"mapped"`, ``, `"doors": there is no door`},
		{"a name that is none", "my-orders", "My Orders", `"name": "My Orders" is not a name`},
		{"a module that is none", "github.com/you/orders", "github.com/you/my orders", `"module": "github.com/you/my orders" is not a module path`},
		{"no version", `"1.0.0"`, `""`, `"kit" has no "version"`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			text := strings.Replace(ordersFile, c.from, c.to, 1)
			if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestNames(t *testing.T) {
	both := orders
	both.Doors = Doors()
	for _, c := range []struct{ what, got, want string }{
		{"the stack", orders.Stack(), "MyOrdersStack"},
		{"the file of the stack", orders.StackFile(), "stacks/my_orders_stack.go"},
		{"the API of the only door", orders.API(Mapped), "my-orders"},
		{"the API of one of two doors", both.API(Mapped), "my-orders-mapped"},
		{"the function of the only door", orders.Sample(Mapped), "functions/hello"},
		{"the function of one of two doors", both.Sample(Proxy), "functions/hello-" + "proxy"},
		{"the file of an API", APIFile(Proxy), "stacks/proxy_api.go"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %s, want %s", c.what, c.got, c.want)
		}
	}
	if orders.Has(Proxy) || !both.Has(Proxy) {
		t.Errorf("has the door proxy: got %t and %t, want false and true", orders.Has(Proxy), both.Has(Proxy))
	}
}

func TestCheckName(t *testing.T) {
	for _, c := range []struct{ rule, name, want string }{
		{"a word", "orders", ""},
		{"words with dashes", "my-orders-2", ""},
		{"a keyword of Go, which is only a part of identifiers", "select", ""},
		{"nothing", "", "a name is missing"},
		{"capital letters", "Orders", "such as orders"},
		{"a dot", "orders.v2", "such as orders-v2"},
		{"an underscore", "my_orders", "such as my-orders"},
		{"a blank", "my orders", "such as my-orders"},
		{"two dashes", "my--orders", "such as my-orders"},
		{"a dash at the end", "orders-", "such as orders"},
		{"a digit first", "2orders", "such as orders"},
		{"letters of other alphabets", "заказы", "begin with a letter"},
		{"a control character", "or\x1bders", `"or\x1bders" is not a name`},
		{"a long one", strings.Repeat("a", 41), "has 41 characters: use 40 at most"},
		{"the stack of the lessons", "lessons", "the name of another stack"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			err := CheckName(c.name)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

// What is suggested is taken.
func TestNearNamesAreNames(t *testing.T) {
	for text, want := range map[string]string{
		"orders.v2": "orders-v2", "2Orders": "orders", "__My  Orders!": "my-orders", "12": "", "заказы": "",
		strings.Repeat("ab-", 20): strings.TrimSuffix(strings.Repeat("ab-", 14)[:40], "-"),
	} {
		got := NearName(text)
		if got != want {
			t.Errorf("near %q: got %q, want %q", text, got, want)
		}
		if err := CheckName(got); got != "" && err != nil {
			t.Errorf("near %q: got %q, want a name: %v", text, got, err)
		}
	}
}

func TestCheckModule(t *testing.T) {
	for _, c := range []struct{ rule, path, want string }{
		{"a repository", "github.com/you/orders", ""},
		{"dashes, digits and dots", "git.example-2.org/~team_a/my-orders.go", ""},
		{"a major version", "github.com/you/orders/v2", ""},
		{"no domain", "orders", ""},
		{"a keyword of Go", "github.com/you/func", ""},
		{"nothing", "", "a module path is missing"},
		{"a blank", "github.com/you/my orders", "is not a module path"},
		{"a URL", "https://github.com/you/orders", "is not a module path"},
		{"a slash at the end", "github.com/you/orders/", "is not a module path"},
		{"a version that is none", "github.com/you/orders/v1", "is not a module path"},
		{"a path of files", "./orders", "is not a module path"},
		{"capital letters in the domain", "GitHub.com/you/orders", "is not a module path"},
		{"the engine", "example.com/apigw", "is the module of the engine"},
		{"below the engine", "example.com/apigw/orders", "is the module of the engine"},
		{"a control character", "a.com/\x1b", `"a.com/\x1b" is not a module path`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			err := CheckModule(c.path)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}
