package diagnose

import (
	"testing"

	"example.com/apigw/internal/gateway/record"
)

func TestBodiesForOtherServicesNeedNotBeJSON(t *testing.T) {
	request := func(function *record.Function) *record.Record {
		message := record.Message{Template: "application/json", Header: nil}
		message.SetBody([]byte("Action=SendMessage&MessageBody=a"))
		answer := record.Message{Status: 200}
		return &record.Record{
			ID: "r-1", Status: 200, IntegrationRequest: &message, IntegrationResponse: &answer, MethodResponse: answer,
			Definition: &record.Method{
				Integration: "AWS", Function: function, Declared: []record.Declared{{Status: "200"}}, Responses: []record.Response{{Status: "200"}},
				RequestTemplates: []record.Template{{MediaType: "application/json", Text: "Action=SendMessage&MessageBody=a"}},
			},
		}
	}
	for _, f := range Of(request(nil)) {
		if f.Rule == "event-not-json" {
			t.Errorf("for a queue: got the finding %q, want none", f.Message)
		}
	}
	found := false
	for _, f := range Of(request(&record.Function{Name: "f"})) {
		found = found || f.Rule == "event-not-json"
	}
	if !found {
		t.Error("for a function: got no finding, want that its event is not JSON")
	}
}
