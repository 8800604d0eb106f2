package proxyresponse

import (
	"strings"
	"testing"
)

func TestCORSHeaders(t *testing.T) {
	const one, two = "https://a.example", "https://b.example:8443"
	vary := func(values ...string) Response { return Response{}.WithHeader("vary", values...) }
	for _, tc := range []struct {
		name   string
		cors   CORS
		r      Response
		origin string
		want   string
	}{
		{"no origins, no headers", CORS{AllowCredentials: true}, Response{}, one, ""},
		{"a star for everybody", CORS{AllowedOrigins: []string{"*"}}, Response{}, "", "Access-Control-Allow-Origin: *"},
		{"one origin is static", CORS{AllowedOrigins: []string{one}}, Response{}, two, "Access-Control-Allow-Origin: " + one},
		{"one origin with credentials", CORS{[]string{one}, true}, Response{}, "", "Access-Control-Allow-Origin: " + one + "\nAccess-Control-Allow-Credentials: true"},
		{"several: the caller's", CORS{AllowedOrigins: []string{one, two}}, Response{}, two, "Vary: Origin\nAccess-Control-Allow-Origin: " + two},
		{"several: a stranger", CORS{AllowedOrigins: []string{one, two}}, Response{}, "https://c.example", "Vary: Origin"},
		{"several: no caller", CORS{[]string{one, two}, true}, Response{}, "", "Vary: Origin\nAccess-Control-Allow-Credentials: true"},
		{"several: letter case counts", CORS{AllowedOrigins: []string{one, two}}, Response{}, strings.ToUpper(one), "Vary: Origin"},
		{"an existing Vary is kept", CORS{AllowedOrigins: []string{one, two}}, vary("Accept", "Accept-Language"), "", "Vary: Accept, Accept-Language, Origin"},
		{"Vary names the origin once", CORS{AllowedOrigins: []string{one, two}}, vary("Accept, origin"), "", "vary: Accept, origin"},
		{"Vary * says everything", CORS{AllowedOrigins: []string{one, two}}, vary("*"), "", "vary: *"},
		{"the function's own header yields", CORS{AllowedOrigins: []string{one, two}}, Response{}.WithHeader("Access-Control-Allow-Origin", "*"), "https://c.example", "Vary: Origin"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			assertEqual(t, headerLines(tc.cors.apply(tc.r, tc.origin).Header()), tc.want)
		})
	}
}

func TestCORSValidate(t *testing.T) {
	for _, tc := range []struct {
		name string
		cors CORS
		want string // in the error; empty for none
	}{
		{"nothing", CORS{}, ""},
		{"a star", CORS{AllowedOrigins: []string{"*"}}, ""},
		{"origins", CORS{[]string{"https://a.example", "http://localhost:3000", "null"}, true}, ""},
		{"a star with credentials", CORS{[]string{"*"}, true}, `browsers refuse the origin "*" together with credentials`},
		{"a star among others", CORS{AllowedOrigins: []string{"https://a.example", "*"}}, "list it alone"},
		{"an empty origin", CORS{AllowedOrigins: []string{""}}, `"" is not an origin`},
		{"a host alone", CORS{AllowedOrigins: []string{"a.example"}}, "is not an origin"},
		{"a path", CORS{AllowedOrigins: []string{"https://a.example/"}}, "is not an origin"},
		{"letters that no browser sends", CORS{AllowedOrigins: []string{"https://A.example"}}, "is not an origin"},
		{"a line break", CORS{AllowedOrigins: []string{"https://a.example\n"}}, "is not an origin"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := tc.cors.Validate()
			if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
				t.Errorf("got the error %v, want one with %q, or none if that is empty", err, tc.want)
			}
		})
	}
}
