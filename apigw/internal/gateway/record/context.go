package record

import (
	"bytes"
	"encoding/json"

	"example.com/apigw/internal/gateway/mask"
)

// ContextValues returns what $context had, as templates get it: numbers are int64. It
// is empty if no stage was found.
func (r *Record) ContextValues() map[string]any {
	values := map[string]any{}
	decoder := json.NewDecoder(bytes.NewReader(r.Context))
	decoder.UseNumber()
	if decoder.Decode(&values) != nil { // there is none
		return map[string]any{}
	}
	whole(values)
	return values
}

// whole turns the numbers in a value into int64, which is what $context has.
func whole(values map[string]any) {
	for name, value := range values {
		switch value := value.(type) {
		case json.Number:
			if n, err := value.Int64(); err == nil {
				values[name] = n
			}
		case map[string]any:
			whole(value)
		}
	}
}

// StageVariables returns the variables of the stage. Nobody may change them.
func (r *Record) StageVariables() map[string]string {
	if r.Definition == nil || r.Definition.StageVariables == nil {
		return map[string]string{}
	}
	return r.Definition.StageVariables
}

// maskedContext returns what $context had, without secrets.
func (r *Record) maskedContext() map[string]any {
	values := r.ContextValues()
	if identity, ok := values["identity"].(map[string]any); ok {
		if key, ok := identity["apiKey"].(string); ok {
			identity["apiKey"] = mask.Secret(key)
		}
	}
	return values
}
