package mapping

import (
	"context"
	"errors"
	"strings"
	"testing"

	"example.com/apigw/internal/mapping/jsonsmart"
)

func parameterCall(body string) *Exchange {
	return new(Engine).NewExchange(&Request{
		Body:  body,
		Path:  Params{{"id", []string{"42"}}},
		Query: Params{{"q", []string{"1", "2"}}, {"Case", []string{"x"}}},
		Header: Params{
			{"X-One", []string{"a"}}, {"X-Two", []string{"a", "b"}}, {"Connection", []string{"close"}}},
		Context:        map[string]any{"stage": "dev", "requestTimeEpoch": 1700000000000, "identity": map[string]any{"apiKey": "k", "user": nil}},
		StageVariables: map[string]string{"v": "stage value"},
	})
}

func TestRequestSources(t *testing.T) {
	const body = `{"a":{"b":"text"},"n":1.50,"l":[1,{"x":null}],"nul":null,"t":true}`
	for _, c := range []struct{ rule, source, body, want string }{
		{"a static text", "'static text'", "", "static text"},
		{"an empty static text", "''", "", ""},
		{"quotes within quotes", "'it's'", "", "it's"},
		{"a path parameter", "method.request.path.id", "", "42"},
		{"a missing path parameter", "method.request.path.zz", "", "-"},
		{"of several query parameters the last", "method.request.querystring.q", "", "2"},
		{"all query parameters of a name", "method.request.multivaluequerystring.q", "", "1|2"},
		{"names are case-sensitive", "method.request.querystring.case", "", "-"},
		{"a missing query parameter", "method.request.multivaluequerystring.zz", "", "-"},
		{"a header", "method.request.header.X-One", "", "a"},
		{"header names are case-sensitive", "method.request.header.x-one", "", "-"},
		{"of several headers the last", "method.request.header.X-Two", "", "b"},
		{"all headers of a name, joined", "method.request.multivalueheader.X-Two", "", "a,b"},
		{"a missing header", "method.request.multivalueheader.zz", "", "-"},
		{"headers that templates do not see", "method.request.header.Connection", "", "close"},
		{"a member of the context", "context.stage", "", "dev"},
		{"a nested member", "context.identity.apiKey", "", "k"},
		{"a number of the context", "context.requestTimeEpoch", "", "1700000000000"},
		{"a member that is null", "context.identity.user", "", "-"},
		{"a map of the context", "context.identity", "", "-"},
		{"a missing member", "context.zz.yy", "", "-"},
		{"a member of a text", "context.stage.x", "", "-"},
		{"a stage variable", "stageVariables.v", "", "stage value"},
		{"a missing stage variable", "stageVariables.zz", "", "-"},
		{"the body", "method.request.body", body, body},
		{"an empty body", "method.request.body", "", "{}"},
		{"a body that is not JSON", "method.request.body", "some text", "some text"},
		{"a part of the body", "method.request.body.a.b", body, "text"},
		{"a number of the body", "method.request.body.n", body, "1.5"},
		{"a Boolean of the body", "method.request.body.t", body, "true"},
		{"an array of the body", "method.request.body.l", body, `[1,{"x":null}]`},
		{"a path with an index", "method.request.body.l[0]", body, "1"},
		{"a missing part", "method.request.body.zz", body, "-"},
		{"a part that is null", "method.request.body.nul", body, "-"},
		{"a part of nothing", "method.request.body.a", "", "-"},
		{"a part of a text", "method.request.body.a", "some text", "-"},
		{"a part of null", "method.request.body.a", "null", "-"},
		{"a body that is a broken number is a text", "method.request.body", "1e+", "1e+"},
		{"a part of it", "method.request.body.a", "1e+", "-"},
	} {
		s, err := ParseRequestSource(c.source)
		if err != nil || s.String() != c.source {
			t.Errorf("%s: got %v, %v; want %s", c.rule, s, err, c.source)
			continue
		}
		values, err := parameterCall(c.body).RequestValues(context.Background(), s)
		got := strings.Join(values, "|")
		if values == nil {
			got = "-"
		}
		if got != c.want || err != nil {
			t.Errorf("%s: %s, %v; want %s", c.rule, got, err, c.want)
		}
	}
}

func TestBrokenBodiesAreTold(t *testing.T) {
	for _, body := range []string{`{"a":`, ` ["a"`, `"a`, "\n'a"} {
		for _, source := range []string{"method.request.body", "method.request.body.a"} {
			s, err := ParseRequestSource(source)
			if err != nil {
				t.Fatal(err)
			}
			values, err := parameterCall(body).RequestValues(context.Background(), s)
			var bad *BodyError
			var cause *jsonsmart.SyntaxError
			if values != nil || !errors.As(err, &bad) || !errors.As(err, &cause) || !strings.Contains(err.Error(), source) {
				t.Errorf("%s of %q: got %q, %v; want an error of the body that names the source", source, body, values, err)
			}
		}
	}
	s, _ := ParseRequestSource("method.request.body.a[0]")
	if _, err := parameterCall(`{"a":1}`).RequestValues(context.Background(), s); err == nil {
		t.Error("an index of a number: got no error, want one")
	}
}

func TestResponseSources(t *testing.T) {
	header := Params{{"X-One", []string{"a"}}, {"X-Two", []string{"a", "b"}}}
	for _, c := range []struct{ rule, source, want string }{
		{"a header", "integration.response.header.X-One", "a"},
		{"of several the last", "integration.response.header.X-Two", "b"},
		{"all, joined", "integration.response.multivalueheader.X-Two", "a,b"},
		{"names are case-sensitive", "integration.response.header.x-one", "-"},
		{"the body", "integration.response.body", `{"r":"v"}`},
		{"a part of the body", "integration.response.body.r", "v"},
		{"the context", "context.stage", "dev"},
		{"a stage variable", "stageVariables.v", "stage value"},
		{"a static text", "'text/html'", "text/html"},
	} {
		s, err := ParseResponseSource(c.source)
		if err != nil {
			t.Errorf("%s: got %v, want no error", c.rule, err)
			continue
		}
		values, err := parameterCall("").ResponseValues(context.Background(), s, header, `{"r":"v"}`)
		got := strings.Join(values, "|")
		if values == nil {
			got = "-"
		}
		if got != c.want || err != nil {
			t.Errorf("%s: %s, %v; want %s", c.rule, got, err, c.want)
		}
	}
}

func TestSourcesThatAreNone(t *testing.T) {
	for _, c := range []struct {
		parse        func(string) (Source, error)
		source, want string
	}{
		{ParseRequestSource, "", "expected method.request.…"},
		{ParseRequestSource, "text", "or a text in single quotes"},
		{ParseRequestSource, "'text", "or a text in single quotes"},
		{ParseRequestSource, "integration.response.header.X", "expected method.request.…"},
		{ParseRequestSource, "method.request.cookie.X", "there is no method.request.cookie"},
		{ParseRequestSource, "method.request.header", "the name is missing"},
		{ParseRequestSource, "method.request.body.", "a path cannot be empty"},
		{ParseRequestSource, "method.request.body.a[", "cannot read ["},
		{ParseRequestSource, "context.", "the name is missing"},
		{ParseResponseSource, "integration.response.querystring.q", "there is no integration.response.querystring"},
		{ParseResponseSource, "method.request.header.X", "expected integration.response.…"},
	} {
		if _, err := c.parse(c.source); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v; want %s", c.source, err, c.want)
		}
	}
}

func TestTargets(t *testing.T) {
	for text, want := range map[string]Target{
		"integration.request.header.X-Amz-Invocation-Type": {"header", "X-Amz-Invocation-Type"},
		"integration.request.querystring.a.b_$":            {"querystring", "a.b_$"},
		"integration.request.path.id":                      {"path", "id"},
		"method.response.header.Content-Type":              {"header", "Content-Type"},
	} {
		if got, err := ParseTarget(text); got != want || err != nil {
			t.Errorf("%s: got %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "integration.request.body.x", "integration.request.header.", "integration.request.header.a b", "method.response.header.é"} {
		if got, err := ParseTarget(text); err == nil {
			t.Errorf("%q: got %v, want an error", text, got)
		}
	}
}
