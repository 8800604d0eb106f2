package gateway

import (
	"testing"

	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/rules"
)

func TestTheFirstBoxDecidesWhyEveryRequestFails(t *testing.T) {
	early, late, refusal := gatewayresponse.NotImplemented(rules.Of("clone-not-done")), gatewayresponse.NoIntegration(), gatewayresponse.RequestTooLong(rules.Of("streaming-not-done"))
	for _, test := range []struct {
		rule   string
		decide func(m *method)
		at     box
		want   *gatewayresponse.Error
		sent   bool
	}{
		{"a method that works", func(*method) {}, methodRequestBox, nil, false},
		{"one reason", func(m *method) { m.alwaysFails(backendBox, late) }, backendBox, late, false},
		{"another box lets it pass", func(m *method) { m.alwaysFails(backendBox, late) }, methodRequestBox, nil, false},
		{"an earlier box wins", func(m *method) { m.alwaysFails(backendBox, late); m.alwaysFails(integrationRequestBox, early) }, integrationRequestBox, early, false},
		{"a later box does not", func(m *method) { m.alwaysFails(integrationRequestBox, early); m.alwaysFails(backendBox, late) }, integrationRequestBox, early, false},
		{"a refusal by the backend", func(m *method) { m.alwaysRefused(refusal) }, backendBox, refusal, true},
		{"an earlier box wins over a refusal", func(m *method) { m.alwaysRefused(refusal); m.alwaysFails(integrationRequestBox, early) }, integrationRequestBox, early, false},
		{"a refusal is after everything else", func(m *method) { m.alwaysFails(backendBox, late); m.alwaysRefused(refusal) }, backendBox, late, false},
	} {
		m := new(method)
		test.decide(m)
		if got := m.fails.in(test.at); got != test.want || m.fails.sent != test.sent {
			t.Errorf("%s: got %v, sent: %v; want %v, %v", test.rule, got, m.fails.sent, test.want, test.sent)
		}
	}
}
