package dev

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/diagnose"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/record"
)

// Call is a request of a client, of which API Gateway makes an event for a function.
type Call struct {
	Method string
	Path   string // behind the stage, with the query string
	Header http.Header
	Body   string
}

// String returns the call as the first line of a request has it.
func (c Call) String() string { return c.Method + " " + c.Path }

// SampleCall returns a request for the first route that leads to a function, with
// everything that the method requires; ok is false if none does.
func SampleCall(a *assembly.Assembly, f *assembly.Function) (c Call, ok bool) {
	for _, api := range a.APIs {
		for _, m := range api.Methods {
			if m.Integration == nil || m.HTTPMethod == "OPTIONS" || !calls(m.Integration.URI, f) {
				continue
			}
			return sampleOf(m), true
		}
	}
	return Call{}, false
}

// sampleOf returns a request for a method. Parameters stand for themselves.
func sampleOf(m *assembly.Method) Call {
	c := Call{Method: m.HTTPMethod, Path: strings.NewReplacer("{", "", "+}", "", "}", "").Replace(m.ResourcePath), Header: http.Header{}}
	if c.Method == "ANY" {
		c.Method = http.MethodGet
	}
	var query []string
	for _, p := range m.RequestParameters {
		switch {
		case !p.Required:
		case p.Location == "querystring":
			query = append(query, p.Name+"="+p.Name)
		case p.Location == "header":
			c.Header.Set(p.Name, p.Name)
		}
	}
	if len(query) > 0 {
		c.Path += "?" + strings.Join(query, "&")
	}
	switch c.Method {
	case http.MethodPost, http.MethodPut, http.MethodPatch:
		c.Body = "{}"
		c.Header.Set("Content-Type", "application/json")
	}
	return c
}

// EventOf returns the event that API Gateway sends to a function for a request: a
// proxy event, or what the request template makes. Who may call is not asked.
func EventOf(ctx context.Context, a *assembly.Assembly, f *assembly.Function, c Call) ([]byte, error) {
	var first error
	for _, api := range a.APIs {
		leads := false
		for _, m := range api.Methods {
			leads = leads || m.Integration != nil && calls(m.Integration.URI, f)
		}
		if !leads {
			continue
		}
		event, err := eventOf(ctx, api, a.Functions, f, c)
		if err == nil {
			return event, nil
		}
		if first == nil {
			first = err
		}
	}
	if first == nil {
		first = fmt.Errorf("no route leads to the function %s", f.ShortName())
	}
	return nil, first
}

// eventOf does what EventOf does for one API.
func eventOf(ctx context.Context, api *assembly.API, functions []*assembly.Function, f *assembly.Function, c Call) ([]byte, error) {
	caught := &catcher{}
	var failure string
	g, err := gateway.New(&assembly.Assembly{APIs: []*assembly.API{open(api)}, Functions: functions}, caught, gateway.Options{
		ErrorLog: log.New(io.Discard, "", 0),
		Record: func(r *record.Record) {
			if found := diagnose.Of(r); len(found) > 0 {
				failure = found[0].Message
			}
		},
	})
	if err != nil {
		return nil, err
	}
	deployed := g.APIs("http://localhost")
	if len(deployed) == 0 {
		return nil, fmt.Errorf("the API %s has no stage", api.Name)
	}
	r, err := http.NewRequestWithContext(ctx, c.Method, deployed[0].URL+"/"+strings.TrimPrefix(c.Path, "/"), strings.NewReader(c.Body))
	if err != nil {
		return nil, fmt.Errorf("%s is not a request: %w", c, err)
	}
	r.RemoteAddr = "127.0.0.1:1"
	if c.Header != nil {
		r.Header = c.Header.Clone()
	}
	g.ServeHTTP(nobody{http.Header{}}, r)
	switch {
	case caught.name == f.Name:
		return caught.event, nil
	case caught.name != "":
		return nil, fmt.Errorf("%s leads to the function %s", c, caught.nameIn(functions))
	case failure != "":
		return nil, fmt.Errorf("%s does not reach the function %s: %s", c, f.ShortName(), failure)
	}
	return nil, fmt.Errorf("%s does not reach the function %s", c, f.ShortName())
}

// open returns an API that lets everybody call it.
func open(api *assembly.API) *assembly.API {
	free := *api
	free.Policy, free.Methods, free.DisableDefaultEndpoint = nil, nil, false
	for _, m := range api.Methods {
		public := *m
		public.AuthorizationType, public.Authorizer, public.APIKeyRequired = "NONE", nil, false
		free.Methods = append(free.Methods, &public)
	}
	return &free
}

// catcher is an [gateway.Invoker] that keeps the event, and runs nothing.
type catcher struct {
	name  string
	event []byte
}

// Invoke implements [gateway.Invoker].
func (c *catcher) Invoke(_ context.Context, name string, in function.Invocation) (function.Result, error) {
	c.name, c.event = name, in.Payload
	return function.Result{}, errors.New("nothing runs here")
}

// nameIn returns the name of the function for people.
func (c *catcher) nameIn(functions []*assembly.Function) string {
	for _, f := range functions {
		if f.Name == c.name {
			return f.ShortName()
		}
	}
	return c.name
}

// nobody is a client that looks at nothing.
type nobody struct{ header http.Header }

func (n nobody) Header() http.Header         { return n.header }
func (n nobody) Write(p []byte) (int, error) { return len(p), nil }
func (n nobody) WriteHeader(int)             {}
