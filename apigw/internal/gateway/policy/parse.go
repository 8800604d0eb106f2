package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ParseResource parses the resource policy of the API with an ARN, such
// as arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5. Each statement must
// name principals; resources may be short, as in execute-api:/prod/GET/hello.
// The error says where in the document it is.
func ParseResource(document []byte, apiARN string) (*Policy, error) {
	return parse(document, apiARN, true)
}

// ParseIdentity parses a policy that belongs to the caller, as a Lambda
// authorizer returns it. Its statements hold whoever calls. The error says where
// in the document it is.
func ParseIdentity(document []byte) (*Policy, error) {
	return parse(document, "", false)
}

func parse(document []byte, apiARN string, principals bool) (*Policy, error) {
	elements, err := object(document, "Version", "Id", "Statement")
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	version := "2008-10-17"
	if raw, ok := elements["Version"]; ok {
		if json.Unmarshal(raw, &version) != nil || version != "2012-10-17" && version != "2008-10-17" {
			return nil, fmt.Errorf(`policy: Version must be "2012-10-17", not %s`, raw)
		}
	}
	raw, ok := elements["Statement"]
	if !ok || string(raw) == "null" {
		return nil, errors.New("policy: the element Statement is missing")
	}
	var statements []json.RawMessage
	if json.Unmarshal(raw, &statements) != nil {
		statements = []json.RawMessage{raw}
	}
	p := &Policy{}
	for i, raw := range statements {
		s, err := parseStatement(raw, apiARN, principals)
		if err != nil {
			return nil, fmt.Errorf("policy: Statement[%d]: %w", i, err)
		}
		s.variables = version == "2012-10-17"
		p.statements = append(p.statements, *s)
	}
	return p, nil
}

// object parses a JSON object that has no other members than these.
func object(raw []byte, known ...string) (map[string]json.RawMessage, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil || members == nil {
		return nil, errors.New("must be a JSON object")
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if slices.Contains(known, name) {
			continue
		}
		for _, k := range known {
			if strings.EqualFold(k, name) {
				return nil, fmt.Errorf("the element %s must be spelled %s", name, k)
			}
		}
		return nil, fmt.Errorf("there is no element %s", name)
	}
	return members, nil
}

func parseStatement(raw []byte, apiARN string, principals bool) (*statement, error) {
	elements, err := object(raw, "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition")
	if err != nil {
		return nil, err
	}
	s := &statement{anyPrincipal: !principals}
	effect := string(bytes.TrimSpace(elements["Effect"]))
	switch {
	case effect == `"Allow"`, !principals && strings.EqualFold(effect, `"allow"`): // asserted by AWS's own integration tests
	case effect == `"Deny"`, !principals && strings.EqualFold(effect, `"deny"`):
		s.deny = true
	case effect == "":
		return nil, errors.New("the element Effect is missing")
	default:
		return nil, fmt.Errorf(`the element Effect must be "Allow" or "Deny", not %s`, effect)
	}
	if principals {
		name, raw, err := oneOf(elements, "Principal", "NotPrincipal")
		if err != nil {
			return nil, err
		}
		s.notPrincipals = name == "NotPrincipal"
		if s.principals, err = parsePrincipals(raw); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	name, list, err := oneOf(elements, "Action", "NotAction")
	if err != nil {
		return nil, err
	}
	s.notActions = name == "NotAction"
	if s.actions, err = texts(list); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for _, action := range s.actions {
		if action != "*" && !strings.Contains(action, ":") {
			return nil, fmt.Errorf("%s: %q is not an action such as execute-api:Invoke", name, action)
		}
	}
	if principals && elements["Resource"] == nil && elements["NotResource"] == nil {
		// API Gateway takes a resource policy without: the CDK's own integration test of
		// private APIs deploys one.
		elements["Resource"] = json.RawMessage(`"*"`)
	}
	if name, list, err = oneOf(elements, "Resource", "NotResource"); err != nil {
		return nil, err
	}
	s.notResources = name == "NotResource"
	if s.resources, err = texts(list); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for i, resource := range s.resources {
		if rest, ok := strings.CutPrefix(resource, "execute-api:/"); ok && apiARN != "" {
			s.resources[i] = apiARN + "/" + rest
			continue
		}
		if !strings.HasPrefix(resource, "arn:") && !strings.HasPrefix(resource, "*") {
			return nil, fmt.Errorf("%s: %q is not an ARN", name, resource)
		}
	}
	if raw, ok := elements["Condition"]; ok {
		if s.conditions, err = parseConditions(raw); err != nil {
			return nil, fmt.Errorf("condition: %w", err)
		}
	}
	return s, nil
}

// oneOf returns whichever of two elements is there.
func oneOf(elements map[string]json.RawMessage, name, not string) (string, json.RawMessage, error) {
	positive, hasPositive := elements[name]
	negative, hasNegative := elements[not]
	switch {
	case hasPositive && hasNegative:
		return "", nil, fmt.Errorf("the elements %s and %s exclude each other", name, not)
	case hasPositive:
		return name, positive, nil
	case hasNegative:
		return not, negative, nil
	}
	return "", nil, fmt.Errorf("the element %s is missing", name)
}

// texts parses a text or a list of texts, which must not be empty.
func texts(raw json.RawMessage) ([]string, error) {
	var one string
	if json.Unmarshal(raw, &one) == nil && len(raw) > 0 && raw[0] == '"' {
		return []string{one}, nil
	}
	var list []string
	if err := json.Unmarshal(raw, &list); err != nil || len(list) == 0 {
		return nil, fmt.Errorf("must be a text or a list of texts, not %s", raw)
	}
	return list, nil
}

// parsePrincipals parses "*" or an object such as {"AWS": …}.
func parsePrincipals(raw json.RawMessage) ([]string, error) {
	if bytes.Equal(bytes.TrimSpace(raw), []byte(`"*"`)) {
		return []string{"*"}, nil
	}
	kinds, err := object(raw, "AWS", "Service", "Federated", "CanonicalUser")
	if err != nil {
		return nil, fmt.Errorf(`must be "*" or an object with AWS, Service, Federated or CanonicalUser: %w`, err)
	}
	var all []string
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		list, err := texts(kinds[kind])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", kind, err)
		}
		all = append(all, list...)
	}
	return all, nil
}

func parseConditions(raw json.RawMessage) ([]condition, error) {
	var operators map[string]map[string]json.RawMessage
	if err := json.Unmarshal(raw, &operators); err != nil || operators == nil { // null is refused (published)
		return nil, errors.New("must be an object of operators, each with an object of keys")
	}
	var all []condition
	for _, name := range slices.Sorted(maps.Keys(operators)) {
		c, err := parseOperator(name)
		if err != nil {
			return nil, err
		}
		if operators[name] == nil {
			return nil, fmt.Errorf("%s: must be an object of keys", name)
		}
		for _, key := range slices.Sorted(maps.Keys(operators[name])) {
			c.key = strings.ToLower(key)
			if c.values, err = scalars(operators[name][key]); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", name, key, err)
			}
			for _, value := range c.values {
				if c.operator.check == nil || strings.Contains(value, "${") {
					continue
				}
				if err := c.operator.check(value); err != nil {
					return nil, fmt.Errorf("%s: %s: %w", name, key, err)
				}
			}
			all = append(all, c)
		}
	}
	return all, nil
}

// parseOperator reads the name of an operator with its prefix and suffix.
func parseOperator(name string) (condition, error) {
	var c condition
	base := name
	if set, rest, ok := strings.Cut(name, ":"); ok && (set == forAny || set == forAll) {
		c.set, base = set, rest
	}
	base, c.ifExists = strings.CutSuffix(base, "IfExists")
	if base == "Null" && c.set == "" && !c.ifExists {
		c.null = true
		c.operator.check = checkBool
		return c, nil
	}
	var known bool
	if c.operator, known = findOperator(base); !known {
		return c, fmt.Errorf("the operator %s is not known here", name)
	}
	return c, nil
}

// scalars parses one value or a list of them. Numbers and booleans are kept as
// they are spelled.
func scalars(raw json.RawMessage) ([]string, error) {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil || list == nil {
		list = []json.RawMessage{raw}
	}
	out := make([]string, 0, len(list))
	for _, item := range list {
		var text string
		switch item[0] {
		case '"':
			if err := json.Unmarshal(item, &text); err != nil {
				return nil, err
			}
		case '{', '[', 'n':
			return nil, fmt.Errorf("must be a text, a number, a boolean, or a list of them, not %s", item)
		default:
			text = string(item)
		}
		out = append(out, text)
	}
	return out, nil
}
