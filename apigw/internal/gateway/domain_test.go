package gateway_test

import (
	"slices"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway"
)

// TestDomainNamesLeadToStages has what the CDK's own test of base path mappings has
// deployed, and asks AWS: integ.domain-name.
func TestDomainNamesLeadToStages(t *testing.T) {
	var c catch
	api := newAPI(proxyMethod("GET", "/", "f"), proxyMethod("GET", "/items/{id}", "f"))
	api.Stages = append(api.Stages, &assembly.Stage{Name: "test", DeploymentID: "d2"})
	d := deploy(t, api, functions{"f": c.handle}, func(a *assembly.Assembly, _ *gateway.Options) {
		a.Domains = []*assembly.Domain{
			{Name: "shop.example.com", Mappings: []assembly.BasePath{{Path: "orders/v2", API: api, Stage: "test"}, {Path: "orders", API: api, Stage: "prod"}}},
			{Name: "all.example.com", Mappings: []assembly.BasePath{{API: api, Stage: "prod"}}},
			{Name: "*.example.org", Mappings: []assembly.BasePath{{API: api, Stage: "test"}}},
			{Name: "any.example.com", Mappings: []assembly.BasePath{{Path: "v1", API: api}}},
		}
	})
	for _, test := range []struct {
		rule, host, path              string
		status                        int
		stage, eventPath, contextPath string
	}{
		{"a base path", "shop.example.com", "/orders/items/1", 200, "prod", "/orders/items/1", "/orders/items/1"},
		{"with a port", "shop.example.com:3000", "/orders/items/1", 200, "prod", "/orders/items/1", "/orders/items/1"},
		{"letters of the host do not count", "SHOP.example.com", "/orders/items/1", 200, "prod", "/orders/items/1", "/orders/items/1"},
		{"the base path alone", "shop.example.com", "/orders", 200, "prod", "/orders", "/orders"},
		{"the longest one", "shop.example.com", "/orders/v2/items/1", 200, "test", "/orders/v2/items/1", "/orders/v2/items/1"},
		{"parts are whole", "shop.example.com", "/orders2/items/1", 403, "", "", ""},
		{"no base path", "shop.example.com", "/", 403, "", "", ""},
		{"one for all paths", "all.example.com", "/items/1", 200, "prod", "/items/1", "/items/1"},
		{"its root", "all.example.com", "/", 200, "prod", "/", "/"},
		{"the client names the stage", "any.example.com", "/v1/test/items/1", 200, "test", "/v1/test/items/1", "/v1/test/items/1"},
		{"a name below another", "a.example.org", "/items/1", 200, "test", "/items/1", "/items/1"},
		{"not two names below", "b.a.example.org", "/items/1", 403, "", "", ""},
		{"a stage that is not there", "any.example.com", "/v1/none/items/1", 403, "", "", ""},
	} {
		a := d.raw("GET " + test.path + " HTTP/1.1\nHost: " + test.host + "\n\n")
		if a.status != test.status || test.status == 403 && a.body != `{"message":"Forbidden"}` {
			t.Errorf("%s: got %d %s, want %d", test.rule, a.status, a.body, test.status)
			continue
		}
		if test.status != 200 {
			continue
		}
		name, _, _ := strings.Cut(strings.ToLower(test.host), ":")
		prefix, _, _ := strings.Cut(name, ".")
		for member, want := range map[string]string{
			"path": test.eventPath, "requestContext.path": test.contextPath, "requestContext.stage": test.stage,
			"requestContext.domainName": name, "requestContext.domainPrefix": prefix,
		} {
			if got := c.event(t, member); got != `"`+want+`"` {
				t.Errorf("%s: got the %s %s, want %s", test.rule, member, got, want)
			}
		}
	}
	var listed []string
	for _, stage := range d.gateway.APIs("http://127.0.0.1:3000") {
		listed = append(listed, stage.Stage+" "+strings.Join(stage.Domains, " "))
	}
	want := []string{
		"prod https://all.example.com https://any.example.com/v1/prod https://shop.example.com/orders",
		"test https://*.example.org https://any.example.com/v1/test https://shop.example.com/orders/v2",
	}
	if !slices.Equal(listed, want) {
		t.Errorf("got the URLs %q, want %q", listed, want)
	}
}

func TestAPrivateAPIIsCalledByTheNameOfItsEndpoint(t *testing.T) {
	api := newAPI(says("GET", "/a", "ok"))
	api.EndpointType, api.VPCEndpoints = "PRIVATE", []string{"vpce-7"}
	d := deploy(t, api, nil)
	if a := d.raw("GET /prod/a HTTP/1.1\nHost: " + apiID + "-vpce-7.execute-api.localhost\n\n"); a.status != 200 {
		t.Errorf("got %d %s, want 200", a.status, a.body)
	}
	if notices := d.gateway.Notices(); len(notices) != 1 || !strings.Contains(notices[0].Message, "through its VPC endpoint, vpce-7") {
		t.Errorf("got the notices %v, want one that names the endpoint", notices)
	}
}
