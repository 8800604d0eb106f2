package gateway_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway"
)

// The reader of JSON is permissive: only what begins like JSON can be broken.
func TestTemplatesThatReadABrokenBody(t *testing.T) {
	const parser = `{"message": "Could not process payloadnet.minidev.json.parser.ParseException: `
	for _, c := range []struct{ rule, template, body, want string }{
		{"recorded: an object that ends too early", `"$input.path('$')"`, `{a`, parser + `Unexpected End Of File position 1: null"}`},
		{"recorded: an array that ends too early", `"$input.path('$')"`, `[a`, parser + `Unexpected End Of File position 1: EOF"}`},
		{"$input.json reads too", `$input.json('$.a')`, `{a`, parser + `Unexpected End Of File position 1: null"}`},
		{"a character that cannot be there", `"$input.path('$.a')"`, `{"a":1,:2}`, parser + `Unexpected character (:) at position 7."}`},
		{"a token behind a value", `"$input.path('$.a')"`, `{"a":"x" "b":1}`, parser + `Unexpected token \" at position 8."}`},
		{"an escape", `"$input.path('$.a')"`, `{"a":"\u00g1"}`, parser + `Unexpected unicode escape sequence g at position 10."}`},
		{"a string that ends too early", `"$input.path('$')"`, `"x`, parser + `Unexpected End Of File position 2: null"}`},
		{"within a condition, which is read all the same", `#if($input.path('$.a'))1#{else}2#end`, `{`, parser + `Unexpected End Of File position 0: null"}`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			m := mappedMethod("POST", "/", "f", ok200)
			m.Integration.RequestTemplates = jsonTemplate(c.template)
			d := deploy(t, newAPI(m), functions{"f": returns(`{}`)})
			expectError(t, d.send("POST", "/", c.body), 400, "BadRequestException", c.want)
			r := d.record()
			if r.Failure == nil || r.Failure.Rule != "payload-unreadable" || !strings.Contains(r.Failure.Detail, "^") {
				t.Errorf("got the failure %+v, want the rule payload-unreadable and the place in the template", r.Failure)
			}
			if log := r.ExecutionLog(); slices.ContainsFunc(log, func(line string) bool { return strings.HasPrefix(line, "Endpoint request") }) {
				t.Errorf("got the log %q, want no call of the backend", log)
			}
		})
	}
	for _, c := range []struct{ rule, template, body, event string }{
		{"recorded: a form is a string", `"$input.path('$')"`, "a=b", `"a=b"`},
		{"recorded: so is what has a brace later", `"$input.path('$')"`, "a{b", `"a{b"`},
		{"recorded: and what begins with a literal", `"$input.path('$')"`, "null{", `"null{"`},
		{"XML is one to $input.json too", `$input.json('$')`, "<a/>", `"<a/>"`},
		{"the body is not read by $input.body", `"$util.base64Encode($input.body)"`, "{a", `"e2E="`},
		{"nor where no template asks", `{"q":"$input.params('q')"}`, "{a", `{"q":""}`},
		{"recorded: an empty body is an empty object", `$input.json('$')`, "", `{}`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			m := mappedMethod("POST", "/", "f", ok200)
			m.Integration.RequestTemplates = jsonTemplate(c.template)
			var f catch
			d := deploy(t, newAPI(m), functions{"f": f.handle})
			if a := d.send("POST", "/", c.body); a.status != 200 || string(f.in.Payload) != c.event {
				t.Errorf("got %d %s and the event %s, want 200 and %s", a.status, a.body, f.in.Payload, c.event)
			}
		})
	}
	t.Run("with MOCK and HTTP it is the same", func(t *testing.T) {
		m := mockMethod("POST", "/", `$input.json('$'){"statusCode":200}`)
		d := deploy(t, newAPI(m), nil)
		expectError(t, d.send("POST", "/", "{a"), 400, "BadRequestException", parser+`Unexpected End Of File position 1: null"}`)
	})
	t.Run("what is not a number has another exception", func(t *testing.T) {
		m := mappedMethod("POST", "/", "f", ok200)
		m.Integration.RequestTemplates = jsonTemplate(`$input.json('$')`)
		d := deploy(t, newAPI(m), functions{"f": returns(`{}`)})
		expectError(t, d.send("POST", "/", "[1e+]"), 500, "InternalServerErrorException", internalServerError)
	})
	t.Run("a gateway response shows the message", func(t *testing.T) {
		m := mappedMethod("POST", "/", "f", ok200)
		m.Integration.RequestTemplates = jsonTemplate(`$input.json('$')`)
		api := newAPI(m)
		api.GatewayResponses = map[string]*assembly.GatewayResponse{"DEFAULT_4XX": {Templates: []assembly.Template{{MediaType: "application/json", Text: `{"m":$context.error.messageString}`}}}}
		d := deploy(t, api, functions{"f": returns(`{}`)})
		expect(t, d.send("POST", "/", "{a"), 400, `{"m":"Could not process payloadnet.minidev.json.parser.ParseException: Unexpected End Of File position 1: null"}`)
	})
}

// The published responses of Lambda go on in Jackson's words, whose kinds are tested
// in package jackson.
func TestEventsThatAreNotJSON(t *testing.T) {
	form := "{\n#foreach($pair in $input.path('$').split('&'))\n#set($kv = $pair.split('='))\n" +
		"\"$util.urlDecode($kv[0])\": \"$util.escapeJavaScript($util.urlDecode($kv[1]))\"#if($foreach.hasNext),#end\n#end\n}\n"
	for _, c := range []struct{ rule, template, body, problem, place string }{
		{"an escape that is JavaScript's alone", form, "payload=%7B%22k%22%3A%22what%27s+up%22%7D", "Unrecognized character escape ''' (code 39)", "line: 2, column: 28"},
		{"a line break in a text", `{"a":"$util.urlDecode($input.path('$'))"}`, "x%0D%0Ay", "Illegal unquoted character ((CTRL-CHAR, code 13)): has to be escaped using backslash to be included in string value", "line: 1, column: 9"},
		{"a text without quotes", `{"a":$input.params('q')}`, "", "Unexpected character ('}' (code 125)): expected a value", "line: 1, column: 7"},
		{"a comma too many", `{"a":1,}`, "", "Unexpected character ('}' (code 125)): was expecting double-quote to start field name", "line: 1, column: 9"},
		{"nonsense", "nonsense", "", "Unrecognized token 'nonsense': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')", "line: 1, column: 9"},
		{"a body that is passed through", "", "a=1", "Unrecognized token 'a': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')", "line: 1, column: 3"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			m := mappedMethod("POST", "/", "f", ok200)
			if c.template != "" {
				m.Integration.RequestTemplates = jsonTemplate(c.template)
			}
			d := deploy(t, newAPI(m), functions{"f": returns(`{}`)})
			a := d.send("POST", "/", c.body)
			var body struct{ Message string }
			if err := json.Unmarshal([]byte(a.body), &body); err != nil {
				t.Fatalf("%s: %v", a.body, err)
			}
			const begin = "Could not parse request body into json: Could not parse payload into json: "
			if a.status != 400 || !strings.HasPrefix(body.Message, begin+c.problem+"\n at [Source: (byte[])\"") || !strings.HasSuffix(body.Message, "; "+c.place+"]") {
				t.Errorf("got %d %q\nwant 400 %q at %s", a.status, body.Message, begin+c.problem, c.place)
			}
			r := d.record()
			if r.Failure == nil || r.Failure.Rule != "event-not-json" || r.FunctionResult != nil {
				t.Errorf("got the failure %+v and the result %+v, want the rule event-not-json and no result", r.Failure, r.FunctionResult)
			}
			message, _ := json.Marshal(body.Message)
			log := strings.Join(r.ExecutionLog(), "\n")
			for _, want := range []string{
				"Endpoint request body after transformations: " + string(r.IntegrationRequest.Body), "Sending request to https://lambda.",
				"Received response. Status: 400, Integration latency: ",
				`Endpoint response body before transformations: {"Type":"User","message":` + strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(message)) + "}",
				"Method completed with status: 400",
			} {
				if !strings.Contains(log, want) {
					t.Errorf("got the log\n%s\nwant in it %s", log, want)
				}
			}
			if strings.Contains(log, "Successfully completed") {
				t.Errorf("got the log\n%s\nwant no success", log)
			}
		})
	}
	t.Run("a permission is missing all the same", func(t *testing.T) {
		m := mappedMethod("POST", "/", "f", ok200)
		m.Integration.RequestTemplates = jsonTemplate("nonsense")
		d := deploy(t, newAPI(m), functions{"f": returns(`{}`)}, func(a *assembly.Assembly, _ *gateway.Options) { a.Functions[0].Permissions = nil })
		expectError(t, d.send("POST", "/", ""), 500, "InternalServerErrorException", internalServerError)
	})
}
