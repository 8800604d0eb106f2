package add

import (
	"strings"
	"testing"
)

// said reports whether an error is the one that a case wants: none, or one with a text.
func said(err error, want string) bool {
	if want == "" {
		return err == nil
	}
	return err != nil && strings.Contains(err.Error(), want)
}

func TestNamesOfFunctions(t *testing.T) {
	for _, c := range []struct{ rule, name, want string }{
		{"a word", "orders", ""},
		{"words and digits", "orders-v2", ""},
		{"a word of Go that is not a keyword", "len", ""},
		{"nothing", "", "a name is missing"},
		{"a keyword", "func", "a word of the language Go"},
		{"the name of every program", "main", "the name of every program in Go"},
		{"a folder of Go", "internal", "a folder with a meaning in Go"},
		{"a blank", "my orders", "such as my-orders"},
		{"a dot", "orders.v2", "such as orders-v2"},
		{"two dots", "..", "is not a name for a function"},
		{"a path", "a/b", "such as a-b"},
		{"capital letters", "Orders", "such as orders"},
		{"an underscore", "my_orders", "such as my-orders"},
		{"a digit first", "2orders", "such as orders"},
		{"a control character", "or\x1bders", `"or\x1bders"`},
		{"a long one", strings.Repeat("a", 41), "41 characters: use 40 at most"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if err := checkFunctionName(c.name); !said(err, c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

func TestMethods(t *testing.T) {
	for method, want := range map[string]string{
		"GET": "", "PATCH": "", "get": "write it in capitals, GET", "OPTIONS": "the gateway itself responds",
		"ANY": "add a route for each method", "FETCH": "use one of GET, POST", "": "use one of",
	} {
		if err := checkMethod(method); !said(err, want) {
			t.Errorf("%q: error %v, want %q", method, err, want)
		}
	}
}

// What an API refuses is in "CreateResource" of API Gateway's reference, and in the
// rules resource-part-invalid, resource-variables and resource-below-greedy.
func TestPaths(t *testing.T) {
	others := []string{"/orders", "/orders/{id}", "/files/{path+}", "/a/{x}/b"}
	for _, c := range []struct{ rule, path, want string }{
		{"a name", "/stock", ""},
		{"the root", "/", ""},
		{"a path that there is, for another method", "/orders/{id}", ""},
		{"below one that there is", "/orders/{id}/lines", ""},
		{"a name beside a variable", "/orders/open", ""},
		{"a variable that takes the rest", "/assets/{proxy+}", ""},
		{"below a name that has the same variables as another", "/b/{y}/b", ""},
		{"dots, dashes and colons", "/v1.2/a-b_c:d", ""},
		{"no slash", "orders", "does not begin with a slash"},
		{"a slash at the end", "/orders/", `write "/orders"`},
		{"two slashes", "/orders//a", "two slashes side by side"},
		{"a blank", "/my orders", `the part "my orders"`},
		{"a dollar sign, which begins a reference in a template", "/a$b", `the part "a$b"`},
		{"a variable in a part", "/orders/x{id}", `the part "x{id}"`},
		{"a brace that nothing closes", "/orders/{id", `the part "{id"`},
		{"a variable without a name", "/orders/{}", `the part "{}"`},
		{"something behind what takes the rest", "/x/{proxy+}/y", "make it the last part"},
		{"another variable at the same place", "/orders/{name}", "has {name} where"},
		{"deeper, too", "/a/{y}/c", "has {y} where"},
		{"what takes the rest beside a variable", "/orders/{proxy+}", "has {proxy+} where"},
		{"a variable beside what takes the rest", "/files/{id}", "has {id} where"},
		{"a variable twice", "/a/{x}/{x}", "the variable {x} twice"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if err := checkPath(c.path, others); !said(err, c.want) {
				t.Errorf("%s: error %v, want %q", c.path, err, c.want)
			}
		})
	}
}

func TestNamesInGo(t *testing.T) {
	for _, c := range []struct{ method, path, handler, file string }{
		{"GET", "/orders", "getOrders", "get_orders.go"},
		{"GET", "/orders/{id}", "getOrdersByID", "get_orders_by_id.go"},
		{"DELETE", "/order-lines/{line.no}", "deleteOrderLinesByLineNo", "delete_order_lines_by_line_no.go"},
		{"GET", "/{proxy+}", "getByProxy", "get_by_proxy.go"},
		{"GET", "/", "getRoot", "get_root.go"},
		{"GET", "/2fa", "getN2fa", "get_n2fa.go"},
		{"POST", "/api/url", "postAPIURL", "post_apiurl.go"},
		{"GET", "/test", "getTest", "get_test_route.go"},
		{"GET", "/linux", "getLinux", "get_linux_route.go"},
	} {
		handler := handlerName(c.method, c.path)
		if file := goFile(snake(handler)); handler != c.handler || file != c.file {
			t.Errorf("%s %s: got %s in %s, want %s in %s", c.method, c.path, handler, file, c.handler, c.file)
		}
	}
	for name, want := range map[string][2]string{
		"order-id": {"OrderID", "orderID"}, "id": {"ID", "id"}, "URLs": {"URLs", "urLs"}, "2x": {"N2x", "n2x"}, "type": {"Type", "type"},
	} {
		if got := camel(name); got != want[0] || uncamel(got) != want[1] {
			t.Errorf("%s: got %s and %s, want %s and %s", name, got, uncamel(got), want[0], want[1])
		}
	}
	if got := local("type"); got != "typeValue" {
		t.Errorf("a keyword as a variable: got %s, want typeValue", got)
	}
}
