package gateway_test

import (
	"fmt"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway"
)

func TestExamplesOfAMethod(t *testing.T) {
	modelled := proxyMethod("POST", "/pets", "f")
	modelled.ValidateBody, modelled.RequestModels = true, map[string]string{"application/json": "Pet"}
	unsure := proxyMethod("PUT", "/pets", "f")
	unsure.RequestModels = map[string]string{"application/json": "Pattern"}
	keyed := proxyMethod("GET", "/pets/{id}/{proxy+}", "f")
	keyed.APIKeyRequired = true
	keyed.RequestParameters = []assembly.RequestParameter{{Location: "querystring", Name: "q"}, {Location: "header", Name: "X-A"}}
	api := newAPI(modelled, unsure, keyed, says("ANY", "/", ""), proxyMethod("DELETE", "/pets", "f"))
	api.Models = []*assembly.Model{
		{Name: "Pet", ContentType: "application/json", Schema: []byte(`{"type":"object","required":["name","kind"],"properties":{"name":{"type":"string"},"kind":{"$ref":"#/definitions/kind"}},"definitions":{"kind":{"enum":["cat"]}}}`)},
		{Name: "Pattern", ContentType: "application/json", Schema: []byte(`{"type":"object","properties":{"a":{"type":"string","pattern":"^[0-9]{4}$"}}}`)},
	}
	api.Stages[0].Plans = []*assembly.UsagePlan{{Keys: []*assembly.APIKey{{Name: "one", Value: "v1", Enabled: true}}}}
	d := deploy(t, api, functions{"f": returns(`{"statusCode":200}`)})
	const json = "[{Content-Type application/json}]"
	for _, c := range []struct {
		at     gateway.Place
		want   []string
		status []int
	}{
		{gateway.Place{API: "hello", Stage: "prod", Method: "POST", Path: "/pets"}, []string{
			"a body that the model Pet accepts, model: true, POST /hello/prod/pets " + json + ` {"kind": "cat","name": "sample"}`,
			"without name, which the model Pet asks for, model: true, POST /hello/prod/pets " + json + ` {"kind": "cat"}`,
			"without kind, which the model Pet asks for, model: true, POST /hello/prod/pets " + json + ` {"name": "sample"}`,
		}, []int{200, 400, 400}},
		{gateway.Place{API: "hello", Stage: "prod", Method: "PUT", Path: "/pets"}, []string{
			"a plain request, model: false, PUT /hello/prod/pets " + json + ` {"a":"sample"}`,
		}, []int{200}},
		{gateway.Place{API: "hello", Stage: "prod", Method: "GET", Path: "/pets/{id}/{proxy+}"}, []string{
			"a plain request, model: false, GET /hello/prod/pets/sample/sample?q=sample [{X-A sample} {x-api-key v1}] ",
		}, []int{200}},
		{gateway.Place{API: "hello", Stage: "prod", Method: "ANY", Path: "/"}, []string{"a plain request, model: false, GET /hello/prod/ [] "}, []int{200}},
		{gateway.Place{API: "hello", Stage: "prod", Method: "DELETE", Path: "/pets"}, []string{"a plain request, model: false, DELETE /hello/prod/pets [] "}, []int{200}},
	} {
		list, ok := d.gateway.Examples(c.at)
		if !ok || len(list) != len(c.want) {
			t.Errorf("%v: got %+v, %v; want %d", c.at, list, ok, len(c.want))
			continue
		}
		for i, e := range list {
			body := strings.NewReplacer("\n", "", "  ", "").Replace(e.Body)
			if got := fmt.Sprintf("%s, model: %v, %s %s %v %s", e.Title, e.Model, e.Method, e.Target, e.Header, body); got != c.want[i] {
				t.Errorf("got %s, want %s", got, c.want[i])
			}
			request := e.Method + " " + e.Target + " HTTP/1.1\nHost: x"
			for _, h := range e.Header {
				request += "\n" + h.Name + ": " + h.Value
			}
			if a := d.raw(fmt.Sprintf("%s\nContent-Length: %d\n\n%s", request, len(e.Body), e.Body)); a.status != c.status[i] {
				t.Errorf("%s %s, %s: got %d %s, want %d", e.Method, e.Target, e.Title, a.status, a.body, c.status[i])
			}
		}
	}
	for _, at := range []gateway.Place{{}, {API: "none", Stage: "prod", Method: "GET", Path: "/"}, {API: "hello", Stage: "none", Method: "ANY", Path: "/"}, {API: "hello", Stage: "prod", Method: "GET", Path: "/"}} {
		if list, ok := d.gateway.Examples(at); ok {
			t.Errorf("%v: got %v, want no such method", at, list)
		}
	}
}

func TestRouteOf(t *testing.T) {
	d := deploy(t, newAPI(says("ANY", "/", ""), says("GET", "/pets/{id}", "")), nil)
	for _, c := range []struct {
		api, stage, method, path string
		want                     string
	}{
		{"hello", "prod", "GET", "/pets/a%2Fb", "GET /pets/{id}"},
		{"hello", "prod", "PUT", "/", "ANY /"},
		{"hello", "prod", "PUT", "/pets/a", " "},
		{"hello", "none", "GET", "/", " "},
		{"none", "prod", "GET", "/", " "},
	} {
		at, ok := d.gateway.RouteOf(c.api, c.stage, c.method, c.path)
		if got := at.Method + " " + at.Path; got != c.want || ok != (c.want != " ") {
			t.Errorf("%s %s: got %q, %v; want %q", c.method, c.path, got, ok, c.want)
		}
	}
}
