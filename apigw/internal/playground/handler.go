package playground

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
)

// maxInput is how many bytes a page may send. A result of 6 MB, which is what Lambda
// takes, fits into it.
const maxInput = 8 << 20

// Handler serves POST /_local/playground/check and /_local/playground/render, which take
// and return JSON. Whoever mounts it sees to it that only pages of this server ask.
func Handler() http.Handler {
	turns := make(chan struct{}, 2) // a page asks at each key, and a template may take its time
	mux := http.NewServeMux()
	mux.Handle("POST /_local/playground/check", answer(turns, Check))
	mux.Handle("POST /_local/playground/render", answer(turns, Render))
	return mux
}

// answer serves a function of JSON.
func answer[In, Out any](turns chan struct{}, do func(context.Context, In) (Out, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); mediaType != "application/json" {
			writeError(w, http.StatusUnsupportedMediaType, "send JSON, with Content-Type: application/json")
			return
		}
		var in In
		if status, err := readJSON(w, r, &in); err != nil {
			writeError(w, status, err.Error())
			return
		}
		select {
		case turns <- struct{}{}:
			defer func() { <-turns }()
		case <-r.Context().Done():
			return
		}
		out, err := do(r.Context(), in)
		if err != nil {
			status := http.StatusInternalServerError
			if _, ok := errors.AsType[*InputError](err); ok {
				status = http.StatusBadRequest
			}
			writeError(w, status, err.Error())
			return
		}
		writeJSON(w, http.StatusOK, out)
	}
}

// readJSON reads the body of a request. The status is for the error.
func readJSON(w http.ResponseWriter, r *http.Request, into any) (status int, err error) {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxInput))
	decoder.DisallowUnknownFields()
	err = decoder.Decode(into)
	if err == nil {
		if _, err = decoder.Token(); err == io.EOF {
			return 0, nil
		} else if err == nil {
			err = errors.New("there is more behind it")
		}
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return http.StatusRequestEntityTooLarge, fmt.Errorf("this is more than the playground takes, which is %d MB; Lambda itself takes 6", maxInput>>20)
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return http.StatusBadRequest, fmt.Errorf("the member %s is not of its type: expected %s, got %s", wrong.Field, wrong.Type, wrong.Value)
	}
	return http.StatusBadRequest, fmt.Errorf("what was sent is not the JSON that the playground reads: %w", err)
}

func writeError(w http.ResponseWriter, status int, message string) {
	writeJSON(w, status, map[string]string{"message": message})
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.Encode(value) // the client may have gone
}
