package inspector

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
)

// maxPosted is how large the body of a POST may be: the largest request that the gateway
// takes, as base64 in JSON, and more.
const maxPosted = 32 << 20

// readJSON reads the body of a POST into a value. It reports false if that cannot be
// done, and has then written the response. The Content-Type is one that a page of
// another site cannot send without asking first.
func readJSON(w http.ResponseWriter, r *http.Request, value any) bool {
	if mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || mediaType != "application/json" {
		writeProblem(w, http.StatusUnsupportedMediaType, "the Content-Type must be application/json")
		return false
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxPosted))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(value)
	if err == nil {
		if _, more := decoder.Token(); more != io.EOF {
			err = errors.New("there is more behind the JSON value")
		}
	}
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		writeProblem(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body may have %d MB at most", maxPosted>>20))
		return false
	}
	if err != nil {
		writeProblem(w, http.StatusBadRequest, "the body is not the JSON that is expected here: "+err.Error())
		return false
	}
	return true
}

// writeProblem writes a response that says what is wrong.
func writeProblem(w http.ResponseWriter, status int, message string) {
	writeJSON(w, status, map[string]string{"message": message})
}
