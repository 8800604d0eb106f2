package record

import (
	"encoding/base64"
	"encoding/json"
	"time"
	"unicode/utf8"

	"example.com/apigw/internal/mapping"
	"example.com/apigw/internal/rules"
)

// MarshalJSON writes the record with what the gateway itself noted.
func (r *Record) MarshalJSON() ([]byte, error) { return r.JSON(list(r.Diagnosis())) }

// JSON writes the record for people and their tools: the boxes, the log in API
// Gateway's words, and apart from it a diagnosis, which is a list of its own form.
func (r *Record) JSON(diagnosis any) ([]byte, error) {
	log, boxes := r.LocatedLog()
	return json.Marshal(struct {
		ID                  string              `json:"id"`
		ExtendedID          string              `json:"extendedId"`
		Time                time.Time           `json:"time"`
		API                 string              `json:"api"`
		Stage               string              `json:"stage"`
		Method              string              `json:"method"`
		Path                string              `json:"path"`
		ResourcePath        string              `json:"resourcePath"`
		Status              int                 `json:"status"`
		DurationMS          float64             `json:"durationMs"`
		IntegrationMS       float64             `json:"integrationMs"`
		MethodRequest       messageJSON         `json:"methodRequest"`
		IntegrationRequest  *messageJSON        `json:"integrationRequest"`
		IntegrationResponse *messageJSON        `json:"integrationResponse"`
		MethodResponse      messageJSON         `json:"methodResponse"`
		FunctionResult      *functionResultJSON `json:"functionResult"`
		Log                 []string            `json:"log"`
		LogBoxes            []rules.Box         `json:"logBoxes"` // of the lines of log
		Diagnosis           any                 `json:"diagnosis"`
		Failure             *failureJSON        `json:"failure"`
		Definition          *definitionJSON     `json:"definition"`
		Context             map[string]any      `json:"context"`
		StageVariables      map[string]string   `json:"stageVariables"`
		Sent                sentJSON            `json:"sent"`
	}{
		r.ID, r.ExtendedID, r.Time, r.API, r.Stage, r.Method, r.Path, r.ResourcePath, r.Status,
		inMS(r.Duration), inMS(r.IntegrationDuration),
		*r.MethodRequest.json(), r.IntegrationRequest.json(), r.IntegrationResponse.json(), *r.MethodResponse.json(),
		r.FunctionResult.json(), list(log), list(boxes), diagnosis,
		r.Failure.json(), r.Definition.json(), r.maskedContext(), r.StageVariables(), r.Sent.json(),
	})
}

func inMS(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// list makes sure that JSON has a list where there is nothing.
func list[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

type fieldJSON struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}

// bodyJSON is a body, as text where it is text.
type bodyJSON struct {
	Body   string `json:"body"`
	Size   int    `json:"bodyBytes"`            // of the whole body
	Cut    bool   `json:"bodyCut,omitempty"`    // body has the first 64 KB
	Base64 bool   `json:"bodyBase64,omitempty"` // body is in base64
}

func newBodyJSON(body []byte, size int, binary bool) bodyJSON {
	b := bodyJSON{Size: size, Cut: len(body) < size}
	if binary || !b.Cut && !utf8.Valid(body) {
		b.Body, b.Base64 = base64.StdEncoding.EncodeToString(body), true
	} else {
		b.Body = string(body)
	}
	return b
}

type messageJSON struct {
	Method           string      `json:"method,omitempty"`
	URI              string      `json:"uri,omitempty"`
	Status           int         `json:"status,omitempty"`
	Path             []fieldJSON `json:"path,omitempty"`
	Query            []fieldJSON `json:"query,omitempty"`
	Headers          []fieldJSON `json:"headers"`
	Template         string      `json:"template,omitempty"`
	SelectionPattern *string     `json:"selectionPattern,omitempty"`
	bodyJSON
}

func (m *Message) json() *messageJSON {
	if m == nil {
		return nil
	}
	return &messageJSON{
		m.Method, m.URI, m.Status, fieldsJSON(m.PathParams), fieldsJSON(m.Query), list(fieldsJSON(m.Header)),
		m.Template, m.SelectionPattern, newBodyJSON(m.Body, m.BodySize, m.Binary),
	}
}

func fieldsJSON(params mapping.Params) []fieldJSON {
	var fields []fieldJSON
	for _, p := range params {
		values := make([]string, len(p.Values))
		for i, value := range p.Values {
			values[i] = masked(p.Name, value)
		}
		fields = append(fields, fieldJSON{p.Name, values})
	}
	return fields
}

type functionResultJSON struct {
	Function        string  `json:"function"`
	ARN             string  `json:"functionArn"`
	RequestID       string  `json:"requestId"`
	ExecutedVersion string  `json:"executedVersion"`
	FunctionError   string  `json:"functionError,omitempty"`
	DurationMS      float64 `json:"durationMs"`
	Cold            bool    `json:"cold"`
	bodyJSON
}

func (f *FunctionResult) json() *functionResultJSON {
	if f == nil {
		return nil
	}
	return &functionResultJSON{
		f.Function, f.ARN, f.RequestID, f.ExecutedVersion, f.FunctionError, inMS(f.Duration), f.Cold,
		newBodyJSON(f.Payload, f.PayloadSize, false),
	}
}
