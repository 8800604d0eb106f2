package mapping

import (
	"errors"

	"example.com/apigw/internal/java"
	"example.com/apigw/internal/mapping/jsonsmart"
)

// util is $util: six functions of one string.
type util struct{ notes *notes }

// Property implements [java.Object].
func (u util) Property(name string) (java.Value, bool) {
	u.notes.add("$util." + name)
	return nil, false
}

var errNullText = errors.New("the text is null; it must be a string")

// Call implements [java.Object].
func (u util) Call(_ java.Caller, name string, args []java.Value) (java.Value, error) {
	if len(args) != 1 || !isFunction(name) {
		u.notes.add("$util." + name)
		return nil, java.ErrNoMethod
	}
	switch s := args[0].(type) {
	case string:
		return callFunction(name, s)
	case nil: // without the empty string that null is on API Gateway
		if name == "escapeJavaScript" {
			return nil, nil
		}
		return nil, errNullText
	}
	u.notes.add("$util." + name)
	return nil, java.ErrNoMethod
}

func isFunction(name string) bool {
	switch name {
	case "escapeJavaScript", "urlEncode", "urlDecode", "base64Encode", "base64Decode", "parseJson":
		return true
	}
	return false
}

func callFunction(name, s string) (java.Value, error) {
	switch name {
	case "escapeJavaScript":
		return escapeJavaScript(s), nil
	case "urlEncode":
		return urlEncode(s), nil
	case "base64Encode":
		return base64Encode(s), nil
	case "urlDecode":
		return urlDecode(s)
	case "base64Decode":
		return base64Decode(s)
	}
	return jsonsmart.Parse(s)
}
