package diagnose_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
)

func quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // a text has JSON
	}
	return string(quoted)
}

const pngBase64 = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

// goodEnvelopes are results of functions that are right.
func goodEnvelopes() map[string]string {
	return map[string]string{
		"an object":      `{"statusCode":200,"headers":{"Content-Type":"application/json"},"body":"{\"Hello\":\"World\"}"}`,
		"created":        `{"statusCode":201,"headers":{"Content-Type":"application/json","Location":"/orders/1"},"body":"{\"id\":\"1\"}"}`,
		"not found":      `{"statusCode":404,"headers":{"Content-Type":"application/json"},"body":"{\"message\":\"no such order\"}"}`,
		"a conflict":     `{"statusCode":409,"headers":{"Content-Type":"application/json"},"body":"{\"message\":\"The name is taken.\"}","isBase64Encoded":false}`,
		"a list":         `{"statusCode":200,"headers":{"Content-Type":"application/json"},"body":"[1,2,3]"}`,
		"a page":         `{"statusCode":200,"headers":{"Content-Type":"text/html; charset=utf-8"},"body":"<p>Hello</p>"}`,
		"a redirect":     `{"statusCode":302,"headers":{"Location":"https://example.com/","Content-Type":"text/plain"},"body":""}`,
		"nothing":        `{"statusCode":204,"headers":{"Content-Type":"application/json"},"body":""}`,
		"cookies":        `{"statusCode":200,"headers":{"Content-Type":"application/json"},"multiValueHeaders":{"Set-Cookie":["a=1; Path=/","b=2"]},"body":"{}"}`,
		"a failure":      `{"statusCode":500,"headers":{"Content-Type":"application/json"},"body":"{\"message\":\"Internal server error\"}"}`,
		"a long text":    `{"statusCode":200,"headers":{"Content-Type":"text/plain"},"body":"` + strings.Repeat("word ", 400) + `"}`,
		"a token":        `{"statusCode":200,"headers":{"Content-Type":"text/plain"},"body":"c29tZSB0ZXh0IHRoYXQgaXMgdGV4dA=="}`,
		"one dated":      `{"statusCode":200,"headers":{"Content-Type":"application/json","Set-Cookie":"a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT"},"body":"{}"}`,
		"other scripts":  `{"statusCode":200,"headers":{"Content-Type":"application/json; charset=utf-8"},"body":"{\"hello\":\"Grüße, 世界\"}"}`,
		"a null body":    `{"statusCode":200,"headers":{"Content-Type":"application/json"},"body":null}`,
		"a nested value": `{"statusCode":200,"headers":{"Content-Type":"application/json"},"body":"{\"status\":\"ok\",\"body\":{\"statusCode\":1}}"}`,
	}
}

// proxied returns a request of an API with proxy integration.
func proxied(payload string) sample {
	return sample{api: apiOf(proxyMethod("GET", "/hello"), proxyMethod("ANY", "/{proxy+}")), path: "/hello", result: returned(payload)}
}

const eventTemplate = `{"name": $input.json('$.name'), "lang": "$util.escapeJavaScript($input.params('lang'))"}`

// mapped returns a request of an API with mappings.
func mapped(payload string) sample {
	m := mappedMethod("POST", "/greet", response("200", ""), response("400", `\[BadRequest\].*`), response("404", `(?s)\[NotFound\].*`), response("500", `(?s)Internal.+`))
	m.Integration.RequestTemplates = jsonTemplate(eventTemplate)
	return sample{
		api: apiOf(m), method: "POST", path: "/greet?lang=en", body: `{"name":"Ada"}`, header: []string{"Content-Type: application/json"},
		result: returned(payload),
	}
}

// withCORS returns a request of a page to an API that lets pages read its responses.
func withCORS() sample {
	m := mappedMethod("PUT", "/items", response("200", "", "Access-Control-Allow-Origin", "https://shop.example"), response("400", `(?s)\[BadRequest\].*`, "Access-Control-Allow-Origin", "https://shop.example"))
	return sample{
		api: apiOf(m, preflight("/items", "https://shop.example", "GET,PUT", "Content-Type,X-Api-Key")), method: "PUT", path: "/items", body: `{}`,
		header: []string{"Origin: https://shop.example", "Content-Type: application/json"}, result: returned(`{"ok":true}`),
	}
}

// preflight returns a method that answers preflights.
func preflight(path, origin, methods, headers string) *assembly.Method {
	return mockMethod("OPTIONS", path, `{"statusCode": 204}`, response("204", "",
		"Access-Control-Allow-Origin", origin, "Access-Control-Allow-Methods", methods, "Access-Control-Allow-Headers", headers))
}

// asking returns the preflight of a sample.
func asking(s sample, method string, headers ...string) sample {
	origin := s.header[0]
	s.method, s.body = "OPTIONS", ""
	s.header = []string{origin, "Access-Control-Request-Method: " + method}
	if len(headers) > 0 {
		s.header = append(s.header, "Access-Control-Request-Headers: "+strings.Join(headers, ","))
	}
	return s
}

// good returns requests of which there is nothing to say.
func good() []sample {
	var all []sample
	add := func(name string, s sample) {
		s.name = name
		all = append(all, s)
	}
	for name, payload := range goodEnvelopes() {
		add("proxy: "+name, proxied(payload))
		s := proxied(payload)
		s.path, s.method, s.body, s.header = "/anything/else?x=1", "POST", `{"a":1}`, []string{"Content-Type: application/json", "Origin: https://shop.example"}
		add("proxy, any path: "+name, s)
	}
	image := proxied(`{"statusCode":200,"headers":{"Content-Type":"image/png"},"body":"` + pngBase64 + `","isBase64Encoded":true}`)
	image.api.BinaryMediaTypes, image.header = []string{"image/png"}, []string{"Accept: image/png"}
	add("proxy: an image", image)
	for name, payload := range map[string]string{
		"an object": `{"greeting":"Hello Ada"}`, "a text": `"Hello Ada"`, "a number": `42`, "a list": `[{"a":1}]`, "nothing": `null`,
		"a status of its own": `{"status":200,"data":{"body":"x"}}`, "an object with a body": `{"body":"x","subject":"y"}`,
		"a text with blanks": `"base64 is a way to write bytes"`, "a hash": `"d41d8cd98f00b204e9800998ecf8427e"`,
	} {
		add("mapped: "+name, mapped(payload))
	}
	for message, name := range map[string]string{
		"[BadRequest] no name": "a bad request", "[NotFound] no such\norder": "several lines", "Internal failure": "an internal one",
	} {
		s := mapped("")
		s.result = failedWith(message)
		add("mapped, a matched error: "+name, s)
	}
	for name, header := range map[string]string{"without a charset": "application/json", "with a charset": "application/json; charset=utf-8"} {
		s := mapped(`{}`)
		s.header = []string{"Content-Type: " + header}
		add("mapped: a media type "+name, s)
	}
	s := mapped(`{}`)
	s.header = nil
	add("mapped: no Content-Type is JSON", s)
	form := mapped(`{}`)
	form.api.Methods[0].Integration.RequestTemplates = []assembly.Template{{MediaType: "application/x-www-form-urlencoded", Text: `{"form": "$util.base64Encode($input.body)"}`}}
	add("mapped: JSON passes where the template is for forms", form)
	loop := mapped(`{}`)
	loop.api.Methods[0].Integration.RequestTemplates = jsonTemplate(`#set($params = $input.params().querystring)
{#foreach($name in $params.keySet())"$name": "$util.escapeJavaScript($params.get($name))"#if($foreach.hasNext),#end#end}`)
	add("mapped: a template with a loop", loop)
	reshaped := mapped(`{"statusCode":404,"body":"gone"}`)
	reshaped.api.Methods[0].Integration.Responses[0].Templates = jsonTemplate(`#set($context.responseOverride.status = $input.path('$.statusCode')){"message": $input.json('$.body')}`)
	add("mapped: a template that reads an envelope", reshaped)
	binary := mapped(`"` + pngBase64 + `"`)
	binary.api.BinaryMediaTypes, binary.header = []string{"image/png"}, append(binary.header, "Accept: image/png")
	binary.api.Methods[0].Integration.Responses[0].ContentHandling = "CONVERT_TO_BINARY"
	add("mapped: an image", binary)
	for _, status := range []int{200, 202, 404} {
		add(fmt.Sprintf("mock: %d", status), sample{
			api: apiOf(mockMethod("GET", "/", fmt.Sprintf(`{"statusCode": %d}`, status), response(fmt.Sprint(status), ""))), path: "/",
		})
	}
	add("CORS: an allowed page", withCORS())
	own := withCORS()
	own.header[0] = "Origin: http://api.test"
	add("CORS: the API's own origin", own)
	refused := withCORS()
	refused.result = failedWith("[BadRequest] no name")
	add("CORS: an error that has the header", refused)
	add("CORS: a preflight", asking(withCORS(), "PUT", "content-type", "x-api-key"))
	add("CORS: POST needs no permission", asking(withCORS(), "POST"))
	matched := mapped(`{}`)
	matched.api.Methods[0].Integration.Responses[0].SelectionPattern = "^$"
	add("mapped: the pattern of a success", matched)
	rejected := form
	rejected.result = failedWith("[BadRequest] no name")
	add("mapped: an error where JSON passes", rejected)
	star := withCORS()
	star.api.Methods[1] = preflight("/items", "*", "*", "*")
	add("CORS: stars", asking(star, "DELETE", "x-other"))
	none := withCORS()
	none.header = none.header[1:]
	none.api.Methods[0].Integration.Responses[0].Parameters = nil
	declare(none.api.Methods[0])
	add("CORS: a client that is not a browser", none)
	allowed := proxied(`{"statusCode":200,"headers":{"Content-Type":"application/json","Access-Control-Allow-Origin":"https://shop.example","Vary":"Origin"},"body":"{}"}`)
	allowed.api.Methods = append(allowed.api.Methods, preflight("/hello", "https://shop.example", "GET", "Content-Type"))
	allowed.header = []string{"Origin: https://shop.example"}
	add("CORS: a function that sends the header", allowed)
	anyone := proxied(`{"statusCode":200,"headers":{"Content-Type":"application/json"},"body":"{}"}`)
	anyone.header = []string{"Origin: https://shop.example"}
	add("CORS: an API that is not for pages", anyone)
	token := authorized()
	token.earlier = nil
	token.path = "/a"
	add("an authorizer that allows", token)
	kept := authorized()
	kept.path, kept.earlier = "/a", []string{"/a"}
	add("a policy that was kept and allows", kept)
	return all
}

// authorized returns a request that the policy of another request refuses.
func authorized() sample {
	a := &assembly.Authorizer{
		ID: "auth01", Name: "tokens", Type: "TOKEN", URI: lambdaURI("authorizer"), IdentitySources: []string{"method.request.header.Authorization"},
		TTL: 300e9,
	}
	var methods []*assembly.Method
	for _, path := range []string{"/a", "/b"} {
		m := proxyMethod("GET", path)
		m.AuthorizationType, m.Authorizer = "CUSTOM", a
		methods = append(methods, m)
	}
	return sample{
		api: apiOf(methods...), path: "/b", earlier: []string{"/a"}, header: []string{"Authorization: token-1"},
		result: returned(`{"statusCode":200,"headers":{"Content-Type":"application/json"},"body":"{}"}`),
		authorizer: `{"principalId":"u","policyDocument":{"Version":"2012-10-17","Statement":[{"Action":"execute-api:Invoke","Effect":"Allow","Resource":"arn:aws:execute-api:` +
			region + ":" + account + ":" + apiID + `/prod/GET/a"}]}}`,
	}
}

func TestNothingIsSaidOfAGoodResponse(t *testing.T) {
	samples := good()
	for _, s := range samples {
		s.check(t)
	}
	if len(samples) < 60 {
		t.Errorf("got %d good requests, want at least 60", len(samples))
	}
	t.Logf("%d good requests", len(samples))
}
