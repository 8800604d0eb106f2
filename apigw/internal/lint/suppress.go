package lint

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"example.com/apigw/internal/rules"
)

// SuppressFile is the name of the file, in the app's folder, with the suppressions.
const SuppressFile = "lint.json"

// Suppression takes findings out of a list that somebody has judged to be right as
// they are.
type Suppression struct {
	Rule string `json:"rule"` // its id
	// Path is the construct path, with * for any part of it between slashes and **
	// at the end for all that is below; empty is any.
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

// maxSuppressFile bounds the file, in bytes.
const maxSuppressFile = 1 << 20

// ReadSuppressions reads a file of suppressions: a list of objects with the members
// rule, path and reason. The error says what is wrong with it.
func ReadSuppressions(file string) ([]Suppression, error) {
	opened, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	data, err := io.ReadAll(io.LimitReader(opened, maxSuppressFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxSuppressFile {
		return nil, fmt.Errorf("%s has more than %d bytes, and should be a short list", file, maxSuppressFile)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	var list []Suppression
	if err := decoder.Decode(&list); err != nil {
		return nil, fmt.Errorf("%s is not a list of suppressions such as [{\"rule\": \"cors-header-missing\", \"path\": \"Shop/**\", \"reason\": \"…\"}]: %w", file, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s goes on after the list of suppressions", file)
	}
	for i, s := range list {
		if err := s.check(); err != nil {
			return nil, fmt.Errorf("%s: entry %d: %w", file, i+1, err)
		}
	}
	return list, nil
}

func (s Suppression) check() error {
	if _, ok := rules.Lookup(s.Rule); !ok {
		return fmt.Errorf("there is no rule %q: a finding shows the id of its rule", s.Rule)
	}
	if strings.TrimSpace(s.Reason) == "" {
		return fmt.Errorf("the rule %s is suppressed without a reason: say why this is right as it is", s.Rule)
	}
	if _, err := path.Match(strings.TrimSuffix(s.Path, "/**"), ""); err != nil {
		return fmt.Errorf("the path %q is not a pattern: %w", s.Path, err)
	}
	return nil
}

// matches reports whether a finding is suppressed.
func (s Suppression) matches(f Finding) bool {
	if s.Rule != f.Rule.ID() {
		return false
	}
	if s.Path == "" || s.Path == "**" {
		return true
	}
	pattern, below := strings.CutSuffix(s.Path, "/**")
	if !below {
		ok, _ := path.Match(pattern, f.Path)
		return ok
	}
	parts := strings.Split(f.Path, "/")
	if n := strings.Count(pattern, "/") + 1; n < len(parts) {
		parts = parts[:n]
	}
	ok, _ := path.Match(pattern, strings.Join(parts, "/"))
	return ok
}

// Suppress returns the findings that no suppression matches, how many were taken
// out, and the suppressions that match nothing.
func Suppress(found []Finding, list []Suppression) (left []Finding, suppressed int, unused []Suppression) {
	used := make([]bool, len(list))
	for _, f := range found {
		out := false
		for i, s := range list {
			if s.matches(f) {
				used[i], out = true, true
			}
		}
		if out {
			suppressed++
		} else {
			left = append(left, f)
		}
	}
	for i, s := range list {
		if !used[i] {
			unused = append(unused, s)
		}
	}
	return left, suppressed, unused
}
