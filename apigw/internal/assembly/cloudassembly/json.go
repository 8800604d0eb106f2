package cloudassembly

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// ReadJSON reads a file of JSON into a value, keeping numbers as they are
// written where the value is of type any. Errors name the file, and the line
// if the JSON is broken.
func ReadJSON(file string, into any) error {
	data, err := readFile(file)
	if err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	return DecodeJSON(file, data, into)
}

// maxFile bounds a file of an assembly, in bytes. CloudFormation takes templates of
// 1 MB; manifests and OpenAPI documents may be larger.
const maxFile = 64 << 20

func readFile(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("it has more than %d MB, which no file of a cloud assembly has", maxFile>>20)
	}
	return data, err
}

// DecodeJSON does what ReadJSON does, for data that was read already.
func DecodeJSON(file string, data []byte, into any) error {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	err := decoder.Decode(into)
	if err == nil {
		if _, more := decoder.Token(); more != io.EOF {
			return fmt.Errorf("%s:%d: there is more after the end of the JSON value: synthesize again", file, line(data, decoder.InputOffset()))
		}
		return nil
	}
	offset := int64(len(data))
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &kind):
		offset = kind.Offset
		return fmt.Errorf("%s:%d: %s must not be a JSON %s: synthesize again", file, line(data, offset), orWhole(kind.Field), kind.Value)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		err = errors.New("it ends too early")
	}
	return fmt.Errorf("%s:%d: this is not JSON: %w: synthesize again", file, line(data, offset), err)
}

func orWhole(field string) string {
	if field == "" {
		return "the whole"
	}
	return field
}

func line(data []byte, offset int64) int {
	offset = min(max(offset, 0), int64(len(data)))
	return 1 + bytes.Count(data[:offset], []byte("\n"))
}

// artifacts are the manifest's artifacts in the order of the file, in which CDK
// deploys them.
type artifacts []*artifact

// UnmarshalJSON reads an object, keeping the order of its keys.
func (a *artifacts) UnmarshalJSON(data []byte) error {
	var byID map[string]*artifact
	if err := json.Unmarshal(data, &byID); err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	if _, err := decoder.Token(); err != nil { // the brace
		return err
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return err
		}
		var skipped json.RawMessage
		if err := decoder.Decode(&skipped); err != nil {
			return err
		}
		id, _ := key.(string)
		if found := byID[id]; found != nil {
			found.ID = id
			*a = append(*a, found)
			delete(byID, id) // a key that is there twice counts once
		}
	}
	return nil
}
